/*
 * held.c - descriptors that outlive a service's process
 *
 * Layer: PID 1 core. Listening sockets are made once, before the service
 * starts, and stay while it restarts: whoever connects meanwhile waits in
 * their queue. Binding may touch a path that a user chose, so a child does it
 * and sends the descriptors back. What a service pushes with FDSTORE=1 lies
 * in the same table. A service's descriptors are a list through the table.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core.h"
#include "pass.h"
#include "spawn.h"

enum { BACKLOG = 128, OPEN_SECONDS = 10 };

/* ---- the table ---- */

static struct held *find(uint32_t i, const char *name)
{
	for (uint32_t n = services[i].sockets; n; n = helds[n - 1].next)
		if (!strcmp(helds[n - 1].name, name))
			return &helds[n - 1];
	return NULL;
}

static void add(uint32_t i, int fd, const char *name, uint32_t spec)
{
	/* fd 0 is never held: an empty row is one with fd 0 */
	for (uint32_t n = 0; n < HELD_MAX; n++) {
		if (helds[n].fd > 0)
			continue;
		fmt(helds[n].name, sizeof(helds[n].name), "%s", name);
		helds[n].spec = spec;
		helds[n].next = services[i].sockets;
		helds[n].fd = fd;
		services[i].sockets = n + 1;
		return;
	}
	close(fd);
	say_service(i, "%s: no room for one more descriptor", name);
}

static void drop(uint32_t i, struct held *h)
{
	uint32_t *link = &services[i].sockets;

	while (*link && &helds[*link - 1] != h)
		link = &helds[*link - 1].next;
	if (*link)
		*link = h->next;
	if (h->spec)
		loop_close(&h->fd);
	else
		pass_drop(&h->fd, 1);
	memset(h, 0, sizeof(*h));
}

void held_close(uint32_t i)
{
	while (services[i].sockets)
		drop(i, &helds[services[i].sockets - 1]);
	services[i].opened = 0;
}

void held_remove(uint32_t i, const char *name)
{
	struct held *h = find(i, name);

	if (h && !h->spec)
		drop(i, h);
}

/* 0, or -1 if the definition allows no more. */
int held_store(uint32_t i, int fd, const char *name)
{
	uint32_t count = 0;

	for (uint32_t n = services[i].sockets; n; n = helds[n - 1].next)
		count += !helds[n - 1].spec;
	if (count >= plan_extra_of(i)->store)
		return -1;
	add(i, fd, name, 0);
	return 0;
}

/* What the next process gets: sockets as the plan orders them, then what was
 * stored. */
unsigned held_list(uint32_t i, const struct held *list[], unsigned max)
{
	unsigned count = 0;

	if (!services[i].sockets)
		return 0;
	PLAN_EACH(listen, l, plan_extra_of(i)->listen) {
		const struct held *h = find(i, plan_text(&plan, l->name));

		if (h && count < max)
			list[count++] = h;
	}
	for (uint32_t n = services[i].sockets; n; n = helds[n - 1].next)
		if (!helds[n - 1].spec && count < max)
			list[count++] = &helds[n - 1];
	return count;
}

/* ---- the child that makes them ---- */

struct made {
	uint32_t row;
	struct exec_report report;
};

static uint32_t spec_of(const struct plan_listen *l)
{
	struct plan_listen plain = *l;
	uint32_t crc;

	plain.name = 0; /* offsets differ from plan to plan */
	plain.path = plan_crc(plan_text(&plan, l->path),
			      strlen(plan_text(&plan, l->path)));
	crc = plan_crc(&plain, sizeof(plain));
	return crc ? crc : 1;
}

static socklen_t internet(const struct plan_listen *l,
			  struct sockaddr_storage *ss)
{
	const uint32_t address[4] = {l->a, l->b, l->c, l->d};

	if (l->family == AF_INET) {
		struct sockaddr_in *sa = (void *)ss;

		sa->sin_family = AF_INET;
		sa->sin_port = htons((uint16_t)l->port);
		memcpy(&sa->sin_addr, address, sizeof(sa->sin_addr));
		return sizeof(*sa);
	} else {
		struct sockaddr_in6 *sa = (void *)ss;

		sa->sin6_family = AF_INET6;
		sa->sin6_port = htons((uint16_t)l->port);
		memcpy(&sa->sin6_addr, address, sizeof(sa->sin6_addr));
		return sizeof(*sa);
	}
}

static int make_inet(const struct plan_listen *l)
{
	struct sockaddr_storage ss = {.ss_family = 0};
	socklen_t size = internet(l, &ss);
	int stream = l->type == PLAN_SOCKET_TCP, on = 1;
	int fd = socket(ss.ss_family, (stream ? SOCK_STREAM : SOCK_DGRAM) |
			SOCK_CLOEXEC, 0);

	/* "*" on a kernel without IPv6 is every IPv4 address */
	if (fd < 0 && errno == EAFNOSUPPORT && !(l->a | l->b | l->c | l->d)) {
		struct sockaddr_in *sa = (void *)&ss;

		memset(&ss, 0, sizeof(ss));
		sa->sin_family = AF_INET;
		sa->sin_port = htons((uint16_t)l->port);
		size = sizeof(*sa);
		fd = socket(AF_INET, (stream ? SOCK_STREAM : SOCK_DGRAM) |
			    SOCK_CLOEXEC, 0);
	}
	if (fd < 0)
		return -1;
	if (stream)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&ss, size) < 0 ||
	    (stream && listen(fd, BACKLOG) < 0))
		return -1;
	return fd;
}

static int make_unix(const struct plan_listen *l, int type)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	fmt(sa.sun_path, sizeof(sa.sun_path), "%s", plan_text(&plan, l->path));
	unlink(sa.sun_path);
	/* Connecting needs write permission: none until it is as wanted. */
	umask(0777);
	if (bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    ((l->uid || l->gid) && chown(sa.sun_path, l->uid, l->gid) < 0) ||
	    chmod(sa.sun_path, (mode_t)l->mode) < 0 ||
	    (type != SOCK_DGRAM && listen(fd, BACKLOG) < 0))
		return -1;
	return fd;
}

static int make_fifo(const struct plan_listen *l)
{
	const char *path = plan_text(&plan, l->path);

	umask(0777);
	if ((mkfifo(path, 0) < 0 && errno != EEXIST) ||
	    ((l->uid || l->gid) && chown(path, l->uid, l->gid) < 0) ||
	    chmod(path, (mode_t)l->mode) < 0)
		return -1;
	/* For writing as well: it must not end with its first writer. */
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static int make_uevent(void)
{
	struct sockaddr_nl sa = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);

	return fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ?
		-1 : fd;
}

static int make(const struct plan_listen *l)
{
	switch (l->type) {
	case PLAN_SOCKET_TCP:
	case PLAN_SOCKET_UDP:
		return make_inet(l);
	case PLAN_SOCKET_UNIX:
		return make_unix(l, SOCK_STREAM);
	case PLAN_SOCKET_DGRAM:
		return make_unix(l, SOCK_DGRAM);
	case PLAN_SOCKET_SEQPACKET:
		return make_unix(l, SOCK_SEQPACKET);
	case PLAN_SOCKET_FIFO:
		return make_fifo(l);
	default:
		return make_uevent();
	}
}

static int opener_output;

static void opener_main(int service)
{
	uint32_t i = (uint32_t)service;
	struct plan_range range = plan_extra_of(i)->listen;

	prctl(PR_SET_NAME, "luabox-opener");
	for (uint32_t n = 0; n < range.count; n++) {
		const struct plan_listen *l = &plan.listen[range.first + n];
		const char *name = plan_text(&plan, l->name);
		struct made m = {.row = n};
		struct held *h = find(i, name);
		int fd;

		if (h && h->spec == spec_of(l))
			continue;
		fd = make(l);
		if (fd < 0) {
			m.report.error = errno;
			fmt(m.report.what, sizeof(m.report.what), "listen.%s",
			    name);
		}
		pass_send(opener_output, &m, sizeof(m), &fd, fd >= 0);
		if (fd < 0)
			_exit(1);
		close(fd);
	}
	_exit(0);
}

/* ---- the core's side ---- */

int held_missing(uint32_t i)
{
	PLAN_EACH(listen, l, plan_extra_of(i)->listen) {
		struct held *h = find(i, plan_text(&plan, l->name));

		if (!h || h->spec != spec_of(l))
			return 1;
	}
	return 0;
}

/* 0, or an errno. The answer comes over status_fd (held_report). */
int held_open(uint32_t i)
{
	struct service *s = &services[i];
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, ends) < 0)
		return errno;
	fcntl(ends[1], F_SETFL, 0); /* the child's end may wait */
	opener_output = ends[1];
	error = spawn_image(AUX_OPENER, opener_main, (int)i, i);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return error;
	}
	aux_limit(aux_of(AUX_OPENER, i), now() + OPEN_SECONDS * SECOND);
	loop_close(&s->status_fd);
	s->status_fd = ends[0];
	s->opening = 1;
	loop_watch(s->status_fd, WATCH_STATUS, i, EPOLLIN);
	return 0;
}

static void opening_failed(uint32_t i, const char *what, int error)
{
	struct service *s = &services[i];

	loop_close(&s->status_fd);
	s->opening = 0;
	if (s->want == WANT_DOWN)
		return;
	service_reason(i, REASON_SOCKET, "%s: %s", what, strerror(error));
	service_ended(i, 1, 0);
}

void held_report(uint32_t i)
{
	struct service *s = &services[i];
	struct plan_range range = plan_extra_of(i)->listen;
	struct made m = {.row = 0};
	int fds[2], got;

	while ((got = pass_receive(s->status_fd, &m, sizeof(m), fds)) > 0) {
		const struct plan_listen *l;
		struct held *old;
		int fd = fds[0];

		loop_handled++;
		if (fd < 0 || m.row >= range.count) {
			m.report.what[sizeof(m.report.what) - 1] = '\0';
			close_fd(&fd);
			opening_failed(i, m.report.what, m.report.error);
			return;
		}
		l = &plan.listen[range.first + m.row];
		old = find(i, plan_text(&plan, l->name));
		if (old)
			drop(i, old);
		add(i, fd, plan_text(&plan, l->name), spec_of(l));
	}
	if (got < 0)
		return; /* more will come */
	if (held_missing(i)) {
		opening_failed(i, "listen", ETIMEDOUT); /* it was killed */
		return;
	}
	loop_close(&s->status_fd);
	s->opening = 0;
	s->opened = 1;
	if (s->want == WANT_DOWN)
		held_close(i);
	service_queue(i);
}

void held_demand(uint32_t i, int on)
{
	for (uint32_t n = services[i].sockets; n; n = helds[n - 1].next)
		if (on && helds[n - 1].spec)
			loop_watch(helds[n - 1].fd, WATCH_DEMAND, i, EPOLLIN);
		else
			loop_unwatch(helds[n - 1].fd);
}

/* In a new image, or in another row. */
void held_rewatch(uint32_t i)
{
	if (services[i].armed && services[i].state == STATE_WAITING &&
	    plan.service[i].flags & PLAN_FLAG(DEMAND))
		held_demand(i, 1);
}
