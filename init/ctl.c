/*
 * ctl.c - the control socket: requests and answers
 *
 * Layer: PID 1 core. SEQPACKET: one packet is one request, `verb NUL arg NUL
 * ...`; answers are packets of `key=value NUL ...`, the last one holds
 * end=CODE. Nothing here waits for a client: a list goes on when the client
 * has read, one that asked for more than it reads is dropped. What the verbs
 * do is in verbs.c, who may connect in ctl_socket.c.
 */

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core.h"
#include "pass.h"

enum { REQUEST_MAX = 4096, ARGS_MAX = 16 };

static int changed = 1; /* in a new image, who knows? */

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
	ctl_heard(c);
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

/* How many descriptors came along. There is room for all that can: those that
 * the kernel had to close it would close here, and wait as we do not. */
static unsigned passed(struct msghdr *m, int fds[])
{
	struct cmsghdr *head = CMSG_FIRSTHDR(m);
	size_t size;

	if (!head || head->cmsg_level != SOL_SOCKET ||
	    head->cmsg_type != SCM_RIGHTS)
		return 0;
	size = head->cmsg_len - CMSG_LEN(0);
	memcpy(fds, CMSG_DATA(head), size);
	return (unsigned)(size / sizeof(int));
}

static void request(struct client *c)
{
	char data[REQUEST_MAX + 1];
	char *argv[ARGS_MAX + 1];
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(PASSED_MAX *
							 sizeof(int))];
	int fds[PASSED_MAX];
	struct iovec iov = {data, sizeof(data)};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	unsigned argc = 0, count;
	ssize_t n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_TRUNC |
			    MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	count = n < 0 ? 0 : passed(&m, fds);
	if (n <= 0) {
		ctl_drop(c);
		goto out;
	}
	loop_handled++;
	ctl_heard(c);
	if (n > REQUEST_MAX || data[n - 1]) {
		ctl_end(c, 2, "malformed request");
		goto out;
	}
	for (char *p = data; p < data + n && argc < ARGS_MAX;
	     p += strlen(p) + 1)
		argv[argc++] = p;
	argv[argc] = NULL;
	verb_run(c, argv, argc, count == 1 ? fds[0] : -1);
	service_settle();
	changed = 1;
out:
	pass_drop(fds, count);
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
