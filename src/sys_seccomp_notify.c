/*
 * sys_seccomp_notify.c - seccomp(2), and answering another process's calls
 *
 * Layer: system call binding; no policy. Follows seccomp(2) and
 * seccomp_unotify(2), whose warning holds: what a pointer of the caller's
 * points to may change after it was looked at.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/unistd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sys.h"

#define SECCOMP_LIST(P, V)                                             \
	P(SECCOMP, SET_MODE_STRICT) P(SECCOMP, SET_MODE_FILTER)        \
	P(SECCOMP, GET_ACTION_AVAIL)
SYS_CONSTS(SECCOMP, SYS_STRFLAG, SECCOMP_LIST);

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV /* Linux 5.19 */
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV 0x20
#endif
#define FILTER_FLAG_LIST(P, V)                                         \
	P(SECCOMP_FILTER_FLAG, TSYNC) P(SECCOMP_FILTER_FLAG, LOG)      \
	P(SECCOMP_FILTER_FLAG, SPEC_ALLOW)                             \
	P(SECCOMP_FILTER_FLAG, NEW_LISTENER)                           \
	P(SECCOMP_FILTER_FLAG, TSYNC_ESRCH)                            \
	P(SECCOMP_FILTER_FLAG, WAIT_KILLABLE_RECV)
SYS_CONSTS(SECCOMP_FILTER_FLAG, SYS_MULTI, FILTER_FLAG_LIST);

#define USER_NOTIF_FLAG_LIST(P, V) P(SECCOMP_USER_NOTIF_FLAG, CONTINUE)
SYS_CONSTS(SECCOMP_USER_NOTIF_FLAG, SYS_MULTI, USER_NOTIF_FLAG_LIST);

#define ADDFD_FLAG_LIST(P, V) \
	P(SECCOMP_ADDFD_FLAG, SETFD) P(SECCOMP_ADDFD_FLAG, SEND)
SYS_CONSTS(SECCOMP_ADDFD_FLAG, SYS_MULTI, ADDFD_FLAG_LIST);

#define NOTIF_DATA(X, T)                                               \
	X(F, T, nr) X(F, T, arch) X(F, T, instruction_pointer)         \
	X(A, T, args)
SYS_STRUCT(seccomp_notif_data, "", "", struct seccomp_data, NOTIF_DATA);

#define NOTIF(X, T)                                                    \
	X(F, T, id) X(F, T, pid) X(F, T, flags)                        \
	X(S, T, data, seccomp_notif_data)
SYS_STRUCT(seccomp_notif, "", "", struct seccomp_notif, NOTIF);

#define NOTIF_RESP(X, T) X(F, T, id) X(F, T, val) X(F, T, error) X(F, T, flags)
SYS_STRUCT(seccomp_notif_resp, "options", "", struct seccomp_notif_resp,
	   NOTIF_RESP);

#define NOTIF_ADDFD(X, T)                                              \
	X(F, T, id) X(F, T, flags) X(F, T, srcfd) X(F, T, newfd)       \
	X(F, T, newfd_flags)
SYS_STRUCT(seccomp_notif_addfd, "options", "", struct seccomp_notif_addfd,
	   NOTIF_ADDFD);

/*
 * S.seccomp(operation [, flags [, argument]]) -> true; fd of the listener,
 * with "new_listener". set_mode_filter takes the program: an array of struct
 * sock_filter as bytes or memory; get_action_avail an action.
 */
static int sys_seccomp(lua_State *L)
{
	unsigned operation = (unsigned)sys_checkconst(L, 1, &sys_SECCOMP);
	unsigned flags = (unsigned)sys_checkconst(L, 2,
						  &sys_SECCOMP_FILTER_FLAG);
	const void *bytes;
	struct sock_fprog program;
	uint32_t action;
	size_t size;
	long r;

	switch (operation) {
	case SECCOMP_GET_ACTION_AVAIL:
		action = (uint32_t)sys_checkint(L, 3);
		return sys_result(L, syscall(__NR_seccomp, operation, flags,
					     &action));
	case SECCOMP_SET_MODE_STRICT:
		return sys_result(L, syscall(__NR_seccomp, operation, flags,
					     NULL));
	case SECCOMP_SET_MODE_FILTER:
		break;
	default:
		return luaL_argerror(L, 1, "unknown operation");
	}
	bytes = sys_checkbytes(L, 3, &size);
	luaL_argcheck(L,
		      size > 0 && size % sizeof(struct sock_filter) == 0 &&
			      size / sizeof(struct sock_filter) <= BPF_MAXINSNS,
		      3, "bad length");
	program.len = (unsigned short)(size / sizeof(struct sock_filter));
	program.filter = (void *)(uintptr_t)bytes;
	r = syscall(__NR_seccomp, operation, flags, &program);
	if (r > 0 && !(flags & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return sys_fail(L, ESRCH); /* a thread that tsync could not */
	if (r >= 0 && (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return sys_pushfd(L, (int)r); /* close-on-exec from birth */
	return sys_result(L, r);
}

/* S.seccomp_notify_receive(listener) -> seccomp_notif {id, pid, flags, data} */
static int sys_seccomp_notify_receive(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	void *request = sys_newmem(L, &sys_layout_seccomp_notif, 1);

	if (ioctl(fd, (int)SECCOMP_IOCTL_NOTIF_RECV, request) < 0)
		return sys_fail(L, errno);
	return 1;
}

/*
 * S.seccomp_notify_respond(listener, {id, val, error, flags}) -> true. error
 * is the negative errno that the caller shall see; "continue" runs the call.
 */
static int sys_seccomp_notify_respond(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	void *answer;

	lua_settop(L, 2);
	answer = sys_checkstruct(L, 2, &sys_layout_seccomp_notif_resp);
	return sys_result(L, ioctl(fd, (int)SECCOMP_IOCTL_NOTIF_SEND, answer));
}

/* S.seccomp_notify_id_valid(listener, id) -> true: it still waits */
static int sys_seccomp_notify_id_valid(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	uint64_t id = (uint64_t)sys_checkint(L, 2);

	return sys_result(L, ioctl(fd, (int)SECCOMP_IOCTL_NOTIF_ID_VALID,
				   &id));
}

/*
 * S.seccomp_notify_addfd(listener, {id, flags, srcfd, newfd, newfd_flags})
 * -> number of the descriptor there
 */
static int sys_seccomp_notify_addfd(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	void *request;

	lua_settop(L, 2);
	request = sys_checkstruct(L, 2, &sys_layout_seccomp_notif_addfd);
	return sys_integer(L, ioctl(fd, (int)SECCOMP_IOCTL_NOTIF_ADDFD,
				    request));
}

#define FUNCTIONS(F, G) \
	F(seccomp) F(seccomp_notify_receive) F(seccomp_notify_respond) \
	F(seccomp_notify_id_valid) F(seccomp_notify_addfd)
SYS_AREA(seccomp_notify, FUNCTIONS);
