/*
 * netlink.c - netlink sockets over libnl-3's core
 *
 * Layer: binding, mechanism only. What messages mean is Lua: lua/nl/. Lua-side
 * signatures: lua/meta/netlink.lua.
 *
 * libnl gives the socket, its port and the walk over a datagram's messages. Its
 * own receive loop is not used: it knows nothing of extended acks, folds errno
 * into fewer codes, and takes two system calls for each datagram.
 */

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "sys.h"
#include "vm.h"

#define SOCKET_TYPE "netlink.socket"
/* What the kernel fills at most with one part of a dump. */
#define BUFFER_SIZE (32 * 1024)
#define BUFFER_MAX (1024 * 1024)

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

struct netlink_socket {
	struct nl_sock *sk; /* NULL: closed */
	struct nlmsghdr *next; /* in the buffer, the socket's user value 1 */
	int left; /* bytes from next on */
	char *buffer;
	size_t size;
};

static struct netlink_socket *check_socket(lua_State *L)
{
	struct netlink_socket *s = luaL_checkudata(L, 1, SOCKET_TYPE);

	luaL_argcheck(L, s->sk, 1, "socket is closed");
	return s;
}

/* libnl's own codes are fewer than the kernel's: errno has the cause */
static int fail(lua_State *L)
{
	return sys_fail(L, errno ? errno : EIO);
}

static void new_buffer(lua_State *L, int socket, size_t size)
{
	struct netlink_socket *s = lua_touserdata(L, socket);

	s->buffer = lua_newuserdatauv(L, size, 0);
	s->size = size;
	s->next = NULL;
	s->left = 0;
	lua_setiuservalue(L, socket, 1);
}

struct visit {
	int namespace;
	int protocol;
	int fd; /* -1: errnum says why */
	int errnum;
};

static int visit_main(void *arg)
{
	struct visit *v = arg;
	const struct sockaddr_nl any = {.nl_family = AF_NETLINK};

	if (setns(v->namespace, CLONE_NEWNET) == 0)
		v->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			       v->protocol);
	if (v->fd >= 0 &&
	    bind(v->fd, (const struct sockaddr *)&any, sizeof any) < 0) {
		v->errnum = errno;
		close(v->fd);
		v->fd = -1;
	} else if (v->fd < 0) {
		v->errnum = errno;
	}
	_exit(0);
}

/*
 * A socket belongs to the network namespace it was made in. A child that shares
 * our memory and descriptors goes there, makes it and ends: going ourselves
 * could be a journey without return (setns(2) back may be forbidden).
 */
static int socket_in_namespace(int namespace, int protocol)
{
	struct visit v = {namespace, protocol, -1, 0};
	_Alignas(16) char stack[16 * 1024];
	sigset_t all, before;
	pid_t pid;

	/* no handler may run on that stack */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = clone(visit_main, stack + sizeof stack,
		    CLONE_VM | CLONE_VFORK | CLONE_FILES, &v);
	if (pid < 0)
		v.errnum = errno;
	else
		while (waitpid(pid, NULL, __WCLONE) < 0 && errno == EINTR)
			;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = v.errnum;
	return v.fd;
}

/* netlink.socket(protocol [, network namespace fd]) -> socket | nil, err */
static int netlink_open(lua_State *L)
{
	int protocol = (int)luaL_checkinteger(L, 1);
	int namespace = lua_isnoneornil(L, 2) ? -1 : sys_checkfd(L, 2);
	struct netlink_socket *s = lua_newuserdatauv(L, sizeof *s, 1);
	int error, fd;

	memset(s, 0, sizeof *s);
	luaL_setmetatable(L, SOCKET_TYPE);
	new_buffer(L, lua_gettop(L), BUFFER_SIZE);
	s->sk = nl_socket_alloc();
	if (!s->sk)
		return sys_fail(L, ENOMEM);
	errno = 0;
	if (namespace < 0) {
		error = nl_connect(s->sk, protocol);
	} else {
		fd = socket_in_namespace(namespace, protocol);
		if (fd < 0)
			return fail(L);
		error = nl_socket_set_fd(s->sk, protocol, fd);
		if (error < 0)
			close(fd);
	}
	if (error < 0)
		return fail(L);
	return 1;
}

/* socket:close() -> true; again: nothing happens */
static int socket_close(lua_State *L)
{
	struct netlink_socket *s = luaL_checkudata(L, 1, SOCKET_TYPE);

	if (s->sk)
		nl_socket_free(s->sk);
	s->sk = NULL;
	s->next = NULL;
	s->left = 0;
	lua_pushboolean(L, 1);
	return 1;
}

/* socket:getfd() -> number; -1 once closed */
static int socket_getfd(lua_State *L)
{
	const struct netlink_socket *s = luaL_checkudata(L, 1, SOCKET_TYPE);

	lua_pushinteger(L, s->sk ? nl_socket_get_fd(s->sk) : -1);
	return 1;
}

/* socket:port() -> number: our address, which replies carry as pid */
static int socket_port(lua_State *L)
{
	struct netlink_socket *s = check_socket(L);

	lua_pushinteger(L, nl_socket_get_local_port(s->sk));
	return 1;
}

/* socket:setsockopt(level, option, integer) -> true | nil, err */
static int socket_setsockopt(lua_State *L)
{
	struct netlink_socket *s = check_socket(L);
	int level = (int)luaL_checkinteger(L, 2);
	int option = (int)luaL_checkinteger(L, 3);
	int value = (int)luaL_checkinteger(L, 4);

	return sys_result(L, setsockopt(nl_socket_get_fd(s->sk), level, option,
					&value, sizeof value));
}

/* socket:set_receive_buffer(bytes) -> true | nil, err: beyond the system's
 * limit where that is allowed */
static int socket_set_receive_buffer(lua_State *L)
{
	struct netlink_socket *s = check_socket(L);
	int size = (int)luaL_checkinteger(L, 2);
	int fd = nl_socket_get_fd(s->sk);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0)
		return sys_result(L, 0);
	return sys_result(
		L, setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size));
}

static int change_membership(lua_State *L, int option)
{
	struct netlink_socket *s = check_socket(L);
	int group = (int)luaL_checkinteger(L, 2);

	return sys_result(L, setsockopt(nl_socket_get_fd(s->sk), SOL_NETLINK,
					option, &group, sizeof group));
}

/* socket:add_membership(group number) -> true | nil, err */
static int socket_add_membership(lua_State *L)
{
	return change_membership(L, NETLINK_ADD_MEMBERSHIP);
}

/* socket:drop_membership(group number) -> true | nil, err */
static int socket_drop_membership(lua_State *L)
{
	return change_membership(L, NETLINK_DROP_MEMBERSHIP);
}

/* socket:send(bytes) -> true | nil, err: one datagram to the kernel */
static int socket_send(lua_State *L)
{
	struct netlink_socket *s = check_socket(L);
	size_t size;
	const char *bytes = luaL_checklstring(L, 2, &size);
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	ssize_t n;

	do
		n = sendto(nl_socket_get_fd(s->sk), bytes, size, 0,
			   (struct sockaddr *)&kernel, sizeof kernel);
	while (n < 0 && errno == EINTR);
	return sys_result(L, n);
}

/* The request in the arguments 2 to 5: type, flags, sequence number, payload. 0
 * or an errno. */
static int send_request(lua_State *L, struct netlink_socket *s)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	size_t size;
	const char *payload = luaL_checklstring(L, 5, &size);
	struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)size + NLMSG_HDRLEN,
		.nlmsg_type = (uint16_t)luaL_checkinteger(L, 2),
		.nlmsg_flags = (uint16_t)luaL_checkinteger(L, 3),
		.nlmsg_seq = (uint32_t)luaL_checkinteger(L, 4),
	};
	struct iovec iov[] = {
		{&header, sizeof header},
		{(char *)payload, size},
	};
	struct msghdr msg = {
		.msg_name = &kernel,
		.msg_namelen = sizeof kernel,
		.msg_iov = iov,
		.msg_iovlen = 2,
	};
	ssize_t n;

	luaL_argcheck(L, size < 1 << 30, 5, "too long");
	do
		n = sendmsg(nl_socket_get_fd(s->sk), &msg, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? errno : 0;
}

/* socket:request(type, flags, sequence number, payload) -> true | nil, err: one
 * message to the kernel */
static int socket_request(lua_State *L)
{
	int error = send_request(L, check_socket(L));

	if (error)
		return sys_fail(L, error);
	lua_pushboolean(L, 1);
	return 1;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for input. 0, or -1 with errno, EAGAIN when the time is over. */
static int wait_input(int fd, long long deadline)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	long long left = -1;
	int n;

	do {
		if (deadline >= 0) {
			left = deadline - now_ms();
			if (left < 0)
				left = 0;
			if (left > 1000000)
				left = 1000000;
		}
		n = poll(&p, 1, (int)left);
	} while ((n < 0 && errno == EINTR) || (n == 0 && left == 1000000));
	if (n == 0)
		errno = EAGAIN;
	return n > 0 ? 0 : -1;
}

/* The namespace a datagram tells of (NETLINK_LISTEN_ALL_NSID), or -1: ours. */
static int datagram_nsid(struct msghdr *msg)
{
	int nsid = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_NETLINK &&
		    c->cmsg_type == NETLINK_LISTEN_ALL_NSID &&
		    c->cmsg_len >= CMSG_LEN(sizeof nsid))
			memcpy(&nsid, CMSG_DATA(c), sizeof nsid);
	return nsid;
}

/*
 * Takes one datagram from the kernel into the buffer. timeout: ms, or -1 to
 * wait for ever. 0, or an errno.
 */
static int receive(lua_State *L, int socket, long long timeout, int *nsid)
{
	struct netlink_socket *s = lua_touserdata(L, socket);
	long long deadline = -1;
	int fd = nl_socket_get_fd(s->sk);
	ssize_t n;

	s->next = NULL;
	s->left = 0;
	for (;;) {
		struct sockaddr_nl from = {0};
		struct iovec iov = {s->buffer, s->size};
		_Alignas(struct cmsghdr) char control[128];
		struct msghdr msg = {
			.msg_name = &from,
			.msg_namelen = sizeof from,
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof control,
		};

		/* the answer to a request is mostly there already */
		n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN && timeout != 0) {
			if (timeout > 0 && deadline < 0)
				deadline = now_ms() + timeout;
			if (wait_input(fd, deadline) < 0)
				return errno;
			continue;
		}
		if (n < 0)
			return errno;
		/* any process may write to our port: only the kernel counts */
		if (msg.msg_namelen != sizeof from || from.nl_pid != 0)
			continue;
		if (msg.msg_flags & MSG_TRUNC) {
			if (s->size < BUFFER_MAX)
				new_buffer(L, socket, s->size * 2);
			return EMSGSIZE;
		}
		*nsid = datagram_nsid(&msg);
		break;
	}
	s->next = (struct nlmsghdr *)s->buffer;
	s->left = (int)n;
	return 0;
}

static long long check_timeout(lua_State *L, int arg)
{
	lua_Integer timeout = luaL_optinteger(L, arg, -1);

	return timeout < 0 && !lua_isnoneornil(L, arg) ? 0 : timeout;
}

/*
 * socket:recv([timeout in ms]) -> true [, nil, namespace id] | nil, err
 * Takes one datagram from the kernel; next() hands out its messages. Without a
 * timeout it waits; EAGAIN: nothing came. EMSGSIZE: the datagram was larger
 * than the buffer and is lost; the buffer has grown.
 */
static int socket_recv(lua_State *L)
{
	int nsid, error;

	check_socket(L);
	error = receive(L, 1, check_timeout(L, 2), &nsid);
	if (error)
		return sys_fail(L, error);
	lua_pushboolean(L, 1);
	if (nsid < 0)
		return 1;
	lua_pushnil(L);
	lua_pushinteger(L, nsid);
	return 3;
}

static bool is_plain_ack(struct netlink_socket *s, uint32_t seq)
{
	const struct nlmsghdr *h = s->next;
	int error;

	if (!nlmsg_ok(h, s->left) || h->nlmsg_type != NLMSG_ERROR ||
	    h->nlmsg_seq != seq ||
	    h->nlmsg_pid != nl_socket_get_local_port(s->sk) ||
	    h->nlmsg_flags & NLM_F_ACK_TLVS ||
	    nlmsg_datalen(h) < (int)sizeof error)
		return false;
	memcpy(&error, nlmsg_data(h), sizeof error);
	return error == 0 && NLMSG_ALIGN(h->nlmsg_len) >= (unsigned)s->left;
}

/*
 * socket:call(type, flags, sequence number, payload [, timeout in ms])
 *   -> true | false | nil, err
 * Sends a request and takes the first datagram of the answer. true: it says no
 * more than that it is done; false: next() hands out what it says.
 */
static int socket_call(lua_State *L)
{
	struct netlink_socket *s = check_socket(L);
	long long timeout = check_timeout(L, 6);
	int error = send_request(L, s), nsid;

	if (!error)
		error = receive(L, 1, timeout, &nsid);
	if (error)
		return sys_fail(L, error);
	lua_pushboolean(L, is_plain_ack(s, (uint32_t)lua_tointeger(L, 4)));
	return 1;
}

/* socket:next() -> type, flags, seq, pid, payload | nothing: no more */
static int socket_next(lua_State *L)
{
	struct netlink_socket *s = check_socket(L);
	struct nlmsghdr *h = s->next;

	if (!h || !nlmsg_ok(h, s->left))
		return 0;
	lua_pushinteger(L, h->nlmsg_type);
	lua_pushinteger(L, h->nlmsg_flags);
	lua_pushinteger(L, h->nlmsg_seq);
	lua_pushinteger(L, h->nlmsg_pid);
	lua_pushlstring(L, nlmsg_data(h), (size_t)nlmsg_datalen(h));
	s->next = nlmsg_next(h, &s->left);
	return 5;
}

/* netlink.error(errno or its name) -> error object */
static int netlink_error(lua_State *L)
{
	sys_pusherror(L, (int)sys_checkconst(L, 1, &sys_E));
	return 1;
}

static const luaL_Reg methods[] = {
	{"close", socket_close},
	{"getfd", socket_getfd},
	{"port", socket_port},
	{"setsockopt", socket_setsockopt},
	{"set_receive_buffer", socket_set_receive_buffer},
	{"add_membership", socket_add_membership},
	{"drop_membership", socket_drop_membership},
	{"send", socket_send},
	{"request", socket_request},
	{"call", socket_call},
	{"recv", socket_recv},
	{"next", socket_next},
	{"__gc", socket_close},
	{"__close", socket_close},
	{NULL, NULL},
};

static const luaL_Reg functions[] = {
	{"socket", netlink_open},
	{"error", netlink_error},
	{NULL, NULL},
};

int luaopen_netlink(lua_State *L);

int luaopen_netlink(lua_State *L)
{
	luaL_newmetatable(L, SOCKET_TYPE);
	luaL_setfuncs(L, methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("netlink", luaopen_netlink);
