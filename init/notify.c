/*
 * notify.c - what services say over sd_notify(3)
 *
 * Layer: PID 1 core. One datagram socket for all; the kernel tells who sent.
 * A message counts if its sender belongs to the service: the main process, a
 * member of the service's cgroup, or a descendant of the main process. All
 * others are ignored, and so is whoever is gone before we look, as its place
 * cannot be known; libsystemd's barrier (a descriptor that we close) is there
 * for those. The packet is foreign bytes: notify_parse() is pure.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "core.h"
#include "notify.h"
#include "pass.h"

enum { ANCESTORS = 64, PER_EVENT = 64 };

int notify_open(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd, on = 1;

	if (core->notify_fd >= 0)
		return 0;
	fmt(sa.sun_path, sizeof(sa.sun_path), "%s/notify", core->run_dir);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(sa.sun_path);
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    chmod(sa.sun_path, 0666) < 0) {
		close(fd);
		return -1;
	}
	core->notify_fd = fd;
	notify_resume();
	return 0;
}

void notify_resume(void)
{
	if (core->notify_fd >= 0)
		loop_watch(core->notify_fd, WATCH_NOTIFY, 0, EPOLLIN);
}

void notify_look(void)
{
	char path[PATH_SIZE + 8];
	struct stat st;

	fmt(path, sizeof(path), "%s/notify", core->run_dir);
	if (core->notify_fd < 0 || !lstat(path, &st))
		return;
	notify_event();
	loop_close(&core->notify_fd);
	if (notify_open() < 0)
		say("%s: %s", path, strerror(errno));
}

/* ---- whose process is this? ---- */

static uint32_t owner(pid_t pid)
{
	char name[64];
	uint32_t i = service_of(pid);

	if (i != NOBODY)
		return i;
	if (cgroup_of(pid, name, sizeof(name)))
		return service_find(name);
	for (int n = 0; n < ANCESTORS && pid > 1 && i == NOBODY; n++) {
		pid = proc_stat(pid, 2);
		if (pid > 1)
			i = service_of(pid);
	}
	return i;
}

/* ---- what it says ---- */

static uint64_t number(const char *text)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < 1ull << 48; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return *text ? 0 : n;
}

static void watchdog_pet(uint32_t i)
{
	const struct plan_extra *x = plan_extra_of(i);

	if (x->watchdog && services[i].state == STATE_UP)
		timer_set(i, now() + x->watchdog * MS);
}

/* A helper of the service says that from now on another one is it. */
static void main_pid(uint32_t i, pid_t pid)
{
	struct service *s = &services[i];
	int fd;

	if (pid <= 1 || pid == s->pid || !s->pid || s->phase != PHASE_RUN ||
	    owner(pid) != i)
		return;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return;
	loop_close(&s->pidfd);
	s->pidfd = fd;
	s->pid = pid;
	service_watch_main(i);
}

static void obey(uint32_t i, const struct notify_message *m, int fds[],
		 unsigned *count)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	if (m->status)
		fmt(s->told, sizeof(s->told), "%s", m->status);
	if (m->main_pid)
		main_pid(i, (pid_t)number(m->main_pid));
	if (m->extend && s->state == STATE_STARTING && timers[i].at &&
	    timers[i].at < now() + number(m->extend) * 1000)
		timer_set(i, now() + number(m->extend) * 1000);
	if (m->watchdog && !strcmp(m->watchdog, "1"))
		watchdog_pet(i);
	if (m->watchdog && !strcmp(m->watchdog, "trigger") &&
	    s->state == STATE_UP && plan_extra_of(i)->watchdog)
		service_timeout(i);
	if (m->store_remove && m->name)
		held_remove(i, m->name);
	if (m->store)
		while (*count && !held_store(i, fds[*count - 1],
					     m->name ? m->name : "stored"))
			--*count;
	if (m->ready && p->ready == PLAN_READY_NOTIFY &&
	    s->state == STATE_STARTING && s->phase == PHASE_RUN)
		service_became_ready(i);
}

static int receive(void)
{
	char text[NOTIFY_SIZE + 1];
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(struct ucred)) +
			   CMSG_SPACE(PASSED_MAX * sizeof(int))];
	} control;
	struct iovec iov = {text, NOTIFY_SIZE};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct ucred who = {.pid = 0};
	struct notify_message m;
	int fds[PASSED_MAX];
	unsigned count = 0;
	uint32_t i;
	ssize_t n = recvmsg(core->notify_fd, &msg,
			    MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return errno == EINTR;
	loop_handled++;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c;
	     c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_CREDENTIALS)
			memcpy(&who, CMSG_DATA(c), sizeof(who));
		if (c->cmsg_type == SCM_RIGHTS) {
			count = (unsigned)((c->cmsg_len - CMSG_LEN(0)) /
					   sizeof(int));
			memcpy(fds, CMSG_DATA(c), count * sizeof(int));
		}
	}
	i = who.pid > 0 ? owner(who.pid) : NOBODY;
	if (i != NOBODY && !(msg.msg_flags & MSG_TRUNC) &&
	    plan.service[i].flags & PLAN_FLAG(NOTIFY)) {
		text[n] = '\0';
		notify_parse(text, (size_t)n, &m);
		obey(i, &m, fds, &count);
		service_settle();
	}
	pass_drop(fds, count); /* not kept; a barrier waits for just that */
	return 1;
}

void notify_event(void)
{
	for (int n = 0; n < PER_EVENT && receive(); n++)
		;
}
