/*
 * sys_message.c - sendmsg and recvmsg, one or several at once
 *
 * Layer: system call binding; no policy. The kernel's msghdr and cmsghdr, whose
 * lengths are size_t where musl's are not; how they are filled is Lua:
 * syscall/types/message.lua. Descriptors arrive close-on-exec.
 */

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

extern const struct sys_consts sys_MSG;

#define SCM_LIST(P, V)                                                    \
	V(TSTAMP_SND, 0) V(RIGHTS, 1) V(TSTAMP_SCHED, 1)                  \
	V(CREDENTIALS, 2) V(TSTAMP_ACK, 2) V(SECURITY, 3) V(PIDFD, 4)     \
	V(TIMESTAMP, SO_TIMESTAMP) V(TIMESTAMPNS, SO_TIMESTAMPNS)         \
	V(TIMESTAMPING, SO_TIMESTAMPING) V(TIMESTAMPING_OPT_STATS, 54)
SYS_CONSTS(SCM, SYS_STRFLAG, SCM_LIST);

struct kernel_msghdr { /* struct user_msghdr */
	void *msg_name;
	int msg_namelen;
	void *msg_iov;
	size_t msg_iovlen;
	void *msg_control;
	size_t msg_controllen;
	unsigned msg_flags;
};

struct kernel_mmsghdr {
	struct kernel_msghdr msg_hdr;
	unsigned msg_len;
};

struct kernel_cmsghdr {
	size_t cmsg_len;
	int cmsg_level, cmsg_type;
	unsigned char cmsg_data[];
};

#define MSGHDR(X, T)                                                      \
	X(F, T, msg_name) X(F, T, msg_namelen) X(F, T, msg_iov)           \
	X(F, T, msg_iovlen) X(F, T, msg_control)                          \
	X(F, T, msg_controllen) X(F, T, msg_flags)
SYS_STRUCT(msghdr, "message", "msg_", struct kernel_msghdr, MSGHDR);

#define MMSGHDR(X, T) X(S, T, msg_hdr, msghdr) X(F, T, msg_len)
SYS_STRUCT(mmsghdr, "message", "msg_", struct kernel_mmsghdr, MMSGHDR);

#define CMSGHDR(X, T)                                                     \
	X(F, T, cmsg_len) X(F, T, cmsg_level) X(F, T, cmsg_type)          \
	X(E, T, cmsg_data)
SYS_STRUCT(cmsghdr, "message", "", struct kernel_cmsghdr, CMSGHDR);

/* All that the header points to, in the memory at arg, is there. */
static void check_header(lua_State *L, int arg, struct kernel_msghdr *h)
{
	const struct iovec *iov;
	size_t n;

	luaL_argcheck(L, h->msg_namelen >= 0, arg, "negative msg_namelen");
	sys_checkpointer(L, arg, &h->msg_name, (size_t)h->msg_namelen);
	sys_checkpointer(L, arg, &h->msg_control, h->msg_controllen);
	if (h->msg_iovlen == 0)
		return;
	sys_checkpointer(L, arg, &h->msg_iov, sizeof(struct iovec));
	sys_pushpointed(L, arg, &h->msg_iov);
	iov = sys_checkvector(L, lua_gettop(L), &n);
	if (iov != h->msg_iov || n < h->msg_iovlen)
		luaL_argerror(L, arg, "msg_iovlen larger than msg_iov");
	lua_pop(L, 1);
}

static struct kernel_msghdr *check_message(lua_State *L, int arg)
{
	struct kernel_msghdr *h = sys_checkstruct(L, arg, &sys_layout_msghdr);

	check_header(L, arg, h);
	return h;
}

static struct kernel_mmsghdr *check_messages(lua_State *L, int arg, size_t *n)
{
	struct sys_mem *m = sys_tomem(L, arg);
	struct kernel_mmsghdr *h;
	size_t size, i;

	if (!m)
		m = sys_convert(L, arg, "mmsghdrs");
	luaL_argexpected(L, m->layout == &sys_layout_mmsghdr, arg, "mmsghdrs");
	h = sys_checkwritable(L, arg, &size);
	for (i = 0; i < m->count; i++)
		check_header(L, arg, &h[i].msg_hdr);
	*n = m->count;
	return h;
}

/* S.sendmsg(fd [, msghdr [, flags]]) -> number; without one, a zero byte */
static int sys_sendmsg(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int flags = (int)sys_checkconst(L, 3, &sys_MSG);
	struct kernel_msghdr one = {0}, *h = &one;
	char byte = 0;
	struct iovec iov = {&byte, 1};

	if (lua_isnoneornil(L, 2)) {
		one.msg_iov = &iov;
		one.msg_iovlen = 1;
	} else {
		h = check_message(L, 2);
	}
	return sys_integer(L, syscall(SYS_sendmsg, fd, h, flags));
}

/* S.recvmsg(fd, msghdr [, flags]) -> number */
static int sys_recvmsg(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int flags = (int)sys_checkconst(L, 3, &sys_MSG);
	struct kernel_msghdr *h = check_message(L, 2);

	return sys_integer(L, syscall(SYS_recvmsg, fd, h,
				      flags | MSG_CMSG_CLOEXEC));
}

/* S.sendmmsg(fd, mmsghdrs [, flags]) -> true; msg_len tells of each */
static int sys_sendmmsg(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int flags = (int)sys_checkconst(L, 3, &sys_MSG);
	size_t n;
	struct kernel_mmsghdr *h = check_messages(L, 2, &n);

	return sys_result(L, syscall(SYS_sendmmsg, fd, h, n, flags));
}

/* S.recvmmsg(fd, mmsghdrs [, flags [, timeout]]) -> true */
static int sys_recvmmsg(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int flags = (int)sys_checkconst(L, 3, &sys_MSG) | MSG_CMSG_CLOEXEC;
	size_t n;
	struct kernel_mmsghdr *h = check_messages(L, 2, &n);
	struct timespec *timeout = NULL;

	if (!lua_isnoneornil(L, 4))
		timeout = sys_checkstruct(L, 4, &sys_layout_timespec);
#ifdef SYS_recvmmsg_time64
	return sys_result(L, syscall(SYS_recvmmsg_time64, fd, h, n, flags,
				     timeout));
#else
	return sys_result(L, syscall(SYS_recvmmsg, fd, h, n, flags, timeout));
#endif
}

#define FUNCTIONS(F, G) F(sendmsg) F(recvmsg) F(sendmmsg) F(recvmmsg)
SYS_AREA(message, FUNCTIONS);
