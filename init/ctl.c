/*
 * ctl.c - the control socket
 *
 * Layer: PID 1 core. SEQPACKET: one packet is one request, `verb NUL arg NUL
 * ...`; answers are packets of `key=value NUL ...`, the last one holds
 * end=CODE. Nothing here waits for a client: a list goes on when the client
 * has read, one that asked for more than it reads is dropped. What the verbs
 * do is in verbs.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core.h"

enum { REQUEST_MAX = 4096, ARGS_MAX = 16, IDLE_SECONDS = 30 };

static int changed;
static int reserve = -1; /* a descriptor that can be given up */

/* ---- the sockets ---- */

static int open_socket(const char *name, unsigned mode)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd;

	fmt(sa.sun_path, sizeof(sa.sun_path), "%s/%s", core->run_dir, name);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(sa.sun_path);
	/* Connecting needs write permission: none until it is as wanted. */
	if (fchmod(fd, 0) < 0 ||
	    bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    chmod(sa.sun_path, mode) < 0 || listen(fd, CLIENT_MAX) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A container may have neither a writable /run nor a right to make one: then
 * a folder that is ours alone, where client.lua looks for it as well. */
static void fall_back(void)
{
	const char *base = getenv("TMPDIR");
	struct stat st;
	char path[PATH_SIZE];

	if (core->mode == MODE_MACHINE || strcmp(core->run_dir, "/run/luabox"))
		return;
	fmt(path, sizeof(path), "%s/luabox-%u",
	    base && *base == '/' && strlen(base) < 60 ? base : "/tmp",
	    (unsigned)geteuid());
	mkdir(path, 0700);
	/* Somebody else's would hand him our clients. */
	if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) ||
	    st.st_uid != geteuid() || (st.st_mode & 077))
		return;
	fmt(core->run_dir, sizeof(core->run_dir), "%s", path);
	core->ctl_fd = open_socket("ctl", 0600);
	if (core->ctl_fd >= 0)
		say("the control socket is in %s", path);
	else
		fmt(core->run_dir, sizeof(core->run_dir), "%s", "/run/luabox");
}

static uint64_t socket_inode(void)
{
	char path[PATH_SIZE + 8];
	struct stat st;

	fmt(path, sizeof(path), "%s/ctl", core->run_dir);
	return lstat(path, &st) ? 0 : (uint64_t)st.st_ino;
}

void ctl_open(void)
{
	loop_close(&core->ctl_fd);
	loop_close(&core->info_fd);
	mkdir(core->run_dir, 0755);
	core->ctl_fd = open_socket("ctl", 0600);
	if (core->ctl_fd < 0)
		fall_back();
	if (core->ctl_fd < 0) {
		/* /run may become writable later: ask ever more rarely. */
		core->ctl_pause = core->ctl_pause ? core->ctl_pause * 2 : 1;
		if (core->ctl_pause > 64)
			core->ctl_pause = 64;
		timer_set(timer_extra(TIMER_CTL),
			  now() + core->ctl_pause * SECOND);
		return;
	}
	core->ctl_pause = 0;
	core->info_fd = open_socket("info", 0666);
	core->ctl_inode = socket_inode();
	loop_close(&core->run_fd);
	core->run_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	inotify_add_watch(core->run_fd, core->run_dir, IN_DELETE |
			  IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF);
	ctl_resume();
}

/* Something in its folder was removed: was it the socket? */
void ctl_look(void)
{
	char waste[4096];

	while (read(core->run_fd, waste, sizeof(waste)) > 0)
		loop_handled++;
	if (socket_inode() != core->ctl_inode)
		ctl_open();
}

void ctl_retry(void)
{
	if (core->ctl_fd < 0)
		ctl_open();
}

static void keep_reserve(void)
{
	if (reserve < 0 && core->ctl_fd >= 0)
		reserve = fcntl(core->ctl_fd, F_DUPFD_CLOEXEC, 3);
}

/* Watch again what is open, in a new image too. */
void ctl_resume(void)
{
	if (core->ctl_fd >= 0)
		loop_watch(core->ctl_fd, WATCH_CTL, 0, EPOLLIN);
	if (core->info_fd >= 0)
		loop_watch(core->info_fd, WATCH_INFO, 0, EPOLLIN);
	if (core->run_fd >= 0)
		loop_watch(core->run_fd, WATCH_RUN, 0, EPOLLIN);
	keep_reserve();
}

/* ---- clients ---- */

static uint32_t number(const struct client *c)
{
	return (uint32_t)(c - clients);
}

void ctl_watch(struct client *c)
{
	uint32_t mask = EPOLLRDHUP;

	if (c->ending || (c->listing && c->listing != LIST_EVENTS) ||
	    c->blocked)
		mask |= EPOLLOUT;
	else if (!c->waiting && !c->listing)
		mask |= EPOLLIN;
	loop_watch(c->fd, WATCH_CLIENT, number(c), mask);
}

static void idle(struct client *c)
{
	c->heard = now();
	if (!c->staying)
		timer_set(timer_extra(TIMER_CLIENT) + number(c),
			  now() + IDLE_SECONDS * SECOND);
	else
		timer_clear(timer_extra(TIMER_CLIENT) + number(c));
}

/* It will be silent for as long as it likes. */
void ctl_stay(struct client *c)
{
	c->staying = 1;
	idle(c);
}

void ctl_drop(struct client *c)
{
	apply_client_gone(number(c));
	timer_clear(timer_extra(TIMER_CLIENT) + number(c));
	loop_close(&c->fd);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

/*
 * Descriptors have run out: the client goes that was silent for longest, those
 * that follow or confirm something after all others.
 */
int ctl_shed(void)
{
	uint64_t first = UINT64_MAX;
	struct client *longest = NULL;

	for (uint32_t n = 0; n < CLIENT_MAX; n++) {
		struct client *c = &clients[n];
		uint64_t turn = c->heard + (c->staying ? now() : 0);

		if (c->fd >= 0 && turn < first) {
			longest = c;
			first = turn;
		}
	}
	if (longest)
		ctl_drop(longest);
	return longest != NULL;
}

/*
 * A connection that is left waiting wakes us for ever. If there is nobody to
 * shed, it is taken in the place of the reserve, and ended.
 */
static int accept_one(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0 || (errno != EMFILE && errno != ENFILE))
		return fd;
	if (ctl_shed())
		return accept4(listener, NULL, NULL,
			       SOCK_CLOEXEC | SOCK_NONBLOCK);
	loop_close(&reserve);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	keep_reserve();
	return -1;
}

/*
 * For a new client: a free place, or that of the one who asked for nothing
 * for longest: it says nothing, or does not read the answer. Strangers have
 * half of the places only, and no others': they must not lock out root.
 */
static struct client *place(int readonly)
{
	struct client *longest = NULL;

	for (uint32_t n = readonly ? CLIENT_MAX / 2 : 0; n < CLIENT_MAX; n++) {
		struct client *c = &clients[n];

		if (c->fd < 0)
			return c;
		if (c->waiting || c->staying || c->readonly < readonly)
			continue;
		if (!longest || c->heard < longest->heard)
			longest = c;
	}
	if (longest)
		ctl_drop(longest);
	return longest;
}

void ctl_accept(int readonly)
{
	int fd = accept_one(readonly ? core->info_fd : core->ctl_fd);
	struct ucred who = {.uid = (uid_t)-1};
	socklen_t size = sizeof(who);
	struct client *c;

	if (fd < 0)
		return;
	loop_handled++;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
	if (!readonly && who.uid != 0 && who.uid != geteuid()) {
		close(fd);
		return;
	}
	c = place(readonly);
	if (!c) {
		close(fd); /* the client sees the end and may try again */
		return;
	}
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->uid = (int32_t)who.uid;
	c->readonly = (uint8_t)readonly;
	idle(c);
	ctl_watch(c);
}

/* ---- answers ---- */

void packet_put(struct packet *p, const char *key, const char *format, ...)
{
	size_t room = sizeof(p->data) - p->length;
	va_list args;
	size_t n;

	if (room < 64)
		return;
	n = fmt(p->data + p->length, room, "%s=", key);
	va_start(args, format);
	n += fmt_va(p->data + p->length + n, room - n, format, args);
	va_end(args);
	p->length += n + 1;
}

/* 0, or -1 when the client cannot take it now (or ever: then it is gone). */
int ctl_send(struct client *c, const struct packet *p, int pass_fd)
{
	struct iovec iov = {(void *)p->data, p->length};
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (c->fd < 0)
		return -1;
	if (pass_fd >= 0) {
		memset(&control, 0, sizeof(control));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &pass_fd, sizeof(int));
	}
	if (sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
		loop_handled++;
		return 0;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		ctl_drop(c);
	return -1;
}

static void send_end(struct client *c)
{
	struct packet p = {.length = 0};

	if (*c->text)
		packet_put(&p, "text", "%s", c->text);
	packet_put(&p, "end", "%d", c->code);
	if (ctl_send(c, &p, -1) < 0)
		return;
	c->ending = 0;
	c->text[0] = '\0';
	idle(c);
}

void ctl_end(struct client *c, int code, const char *format, ...)
{
	va_list args;

	if (c->fd < 0)
		return;
	va_start(args, format);
	fmt_va(c->text, sizeof(c->text), format, args);
	va_end(args);
	c->code = code;
	c->waiting = 0;
	c->ending = 1;
	if (!c->listing)
		send_end(c);
	if (c->fd >= 0)
		ctl_watch(c);
}

/* Packet after packet, as many as there are and the client takes. */
static void go_on(struct client *c)
{
	c->blocked = 0;
	while (c->fd >= 0 && c->listing) {
		struct packet p = {.length = 0};
		int more = verb_next(c, &p);

		if (more < 0)
			break;
		if (!more) {
			c->listing = LIST_NONE;
			break;
		}
		if (p.length && ctl_send(c, &p, -1) < 0) {
			c->blocked = 1;
			break;
		}
		c->cursor++;
	}
	if (c->fd >= 0 && !c->listing && c->ending)
		send_end(c);
	if (c->fd >= 0)
		ctl_watch(c);
}

/* ---- requests ---- */

/* The descriptor that came along, or -1. There is room for one: the kernel
 * closes any more. */
static int passed_fd(struct msghdr *m)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(m);
	int fd;

	if (!head || head->cmsg_level != SOL_SOCKET ||
	    head->cmsg_type != SCM_RIGHTS ||
	    head->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

static void request(struct client *c)
{
	char data[REQUEST_MAX + 1];
	char *argv[ARGS_MAX + 1];
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = {data, sizeof(data)};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	unsigned argc = 0;
	ssize_t n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_TRUNC |
			    MSG_CMSG_CLOEXEC);
	int32_t fd = n < 0 ? -1 : passed_fd(&m);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_fd(&fd);
		ctl_drop(c);
		return;
	}
	loop_handled++;
	idle(c);
	if (n > REQUEST_MAX || data[n - 1]) {
		close_fd(&fd);
		ctl_end(c, 2, "malformed request");
		return;
	}
	for (char *p = data; p < data + n && argc < ARGS_MAX;
	     p += strlen(p) + 1)
		argv[argc++] = p;
	argv[argc] = NULL;
	verb_run(c, argv, argc, fd);
	close_fd(&fd);
	service_settle();
	changed = 1;
}

void ctl_event(uint32_t n, uint32_t events)
{
	struct client *c = &clients[n];

	if (c->fd < 0)
		return;
	if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP) &&
	    !(events & EPOLLIN)) {
		ctl_drop(c);
		return;
	}
	if (events & EPOLLOUT)
		go_on(c);
	else if (events & EPOLLIN && !c->waiting && !c->listing)
		request(c);
}

void ctl_timeout(uint32_t n)
{
	struct client *c = &clients[n];

	if (c->waiting)
		ctl_end(c, 3, "%s is still %s", services[c->service].name,
			state_name(services[c->service].state));
	else
		ctl_drop(c);
}

/* ---- clients that wait for a service ---- */

void ctl_changed(uint32_t i)
{
	(void)i;
	changed = 1;
}

static void look(struct client *c)
{
	const struct service *s = &services[c->service];

	if (c->until_up) {
		if (service_ready(c->service))
			ctl_end(c, 0, "%s", "");
		else if (s->state == STATE_FAILED ||
			 s->state == STATE_BACKOFF ||
			 (s->state == STATE_DOWN && s->want == WANT_DOWN))
			ctl_end(c, 1, "%s is %s: %s", s->name,
				state_name(s->state), s->detail);
	} else if (!service_active(c->service) &&
		   s->state != STATE_WAITING && s->state != STATE_BACKOFF) {
		ctl_end(c, 0, "%s", "");
	} else if (s->unkillable) {
		ctl_end(c, 1, "%s does not end, even when killed", s->name);
	}
}

void ctl_poll(void)
{
	if (!changed)
		return;
	changed = 0;
	for (uint32_t n = 0; n < CLIENT_MAX; n++) {
		struct client *c = &clients[n];

		if (c->fd >= 0 && c->waiting)
			look(c);
		else if (c->fd >= 0 && c->listing == LIST_EVENTS &&
			 !c->blocked)
			go_on(c);
	}
}
