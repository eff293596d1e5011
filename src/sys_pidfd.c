/*
 * sys_pidfd.c - other processes: by descriptor, their memory, their resources
 *
 * Layer: system call binding; no policy. Follows pidfd_open(2),
 * process_vm_readv(2), process_madvise(2), kcmp(2).
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/unistd.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys.h"

#ifndef PIDFD_NONBLOCK
#define PIDFD_NONBLOCK O_NONBLOCK
#endif
#ifndef PIDFD_THREAD /* Linux 6.9 */
#define PIDFD_THREAD O_EXCL
#endif
#define PIDFD_LIST(P, V) P(PIDFD, NONBLOCK) P(PIDFD, THREAD)
SYS_CONSTS(PIDFD, SYS_MULTI, PIDFD_LIST);

#define PIDFD_SIGNAL_LIST(P, V) /* Linux 6.9 */ \
	V(THREAD, 1) V(THREAD_GROUP, 2) V(PROCESS_GROUP, 4)
SYS_CONSTS(PIDFD_SIGNAL, SYS_MULTI, PIDFD_SIGNAL_LIST);

#define KCMP_LIST(P, V)                                                \
	P(KCMP, FILE) P(KCMP, VM) P(KCMP, FILES) P(KCMP, FS)           \
	P(KCMP, SIGHAND) P(KCMP, IO) P(KCMP, SYSVSEM) P(KCMP, EPOLL_TFD)
SYS_CONSTS(KCMP, SYS_STRFLAG, KCMP_LIST);

#ifndef MADV_COLLAPSE /* Linux 6.1 */
#define MADV_COLLAPSE 25
#endif
#define PROCESS_MADV_LIST(P, V) /* of the advices, what others may give */ \
	P(MADV, COLD) P(MADV, PAGEOUT) P(MADV, WILLNEED) P(MADV, COLLAPSE)
SYS_CONSTS(PROCESS_MADV, SYS_STRFLAG, PROCESS_MADV_LIST);

/* S.pidfd_open(pid [, flags]) -> fd */
static int sys_pidfd_open(lua_State *L)
{
	pid_t pid = (pid_t)sys_checkint(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 2, &sys_PIDFD);

	return sys_pushfd(L, (int)syscall(__NR_pidfd_open, pid, flags));
}

/* S.pidfd_send_signal(pidfd, signal [, siginfo [, flags]]) -> true */
static int sys_pidfd_send_signal(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int number = (int)sys_checkconst(L, 2, &sys_SIG);
	const void *info = NULL;
	unsigned flags = (unsigned)sys_checkconst(L, 4, &sys_PIDFD_SIGNAL);

	if (!lua_isnoneornil(L, 3))
		info = sys_checkstruct(L, 3, &sys_layout_siginfo);
	return sys_result(L, syscall(__NR_pidfd_send_signal, fd, number, info,
				     flags));
}

/* S.pidfd_getfd(pidfd, number there) -> fd */
static int sys_pidfd_getfd(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int there = (int)sys_checkint(L, 2);

	return sys_pushfd(L, (int)syscall(__NR_pidfd_getfd, fd, there, 0));
}

/*
 * Places in another process's memory: {address, length}, or an array of such.
 * They are numbers: nothing of ours is behind them.
 */
static struct iovec *check_remote(lua_State *L, int arg, unsigned *count)
{
	lua_Integer n, i;
	struct iovec *iov;
	int single;

	luaL_checktype(L, arg, LUA_TTABLE);
	single = lua_geti(L, arg, 1) != LUA_TTABLE;
	lua_pop(L, 1);
	n = single ? 1 : luaL_len(L, arg);
	luaL_argcheck(L, n >= 0 && n <= SYS_MAX_IOV, arg, "too many ranges");
	iov = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *iov, 0);
	for (i = 0; i < n; i++) {
		if (single)
			lua_pushvalue(L, arg);
		else
			lua_geti(L, arg, i + 1);
		luaL_argexpected(L, lua_istable(L, -1), arg,
				 "{address, length}");
		lua_geti(L, -1, 1);
		lua_geti(L, -2, 2);
		iov[i].iov_base = (void *)(intptr_t)sys_checkint(L, -2);
		iov[i].iov_len = (size_t)sys_checkint(L, -1);
		lua_pop(L, 3);
	}
	*count = (unsigned)n;
	return iov;
}

static int move_memory(lua_State *L, int writable, long number)
{
	pid_t pid = (pid_t)sys_checkint(L, 1);
	unsigned locals, remotes;
	struct iovec *local, *remote;

	lua_settop(L, 3);
	local = sys_checkiov(L, 2, writable, &locals);
	remote = check_remote(L, 3, &remotes);
	return sys_integer(L, syscall(number, pid, local, (long)locals, remote,
				      (long)remotes, 0L));
}

/* S.process_vm_readv(pid, buffers, {address, length}) -> bytes read */
static int sys_process_vm_readv(lua_State *L)
{
	return move_memory(L, 1, __NR_process_vm_readv);
}

/* S.process_vm_writev(pid, strings or buffers, {address, length}) -> bytes */
static int sys_process_vm_writev(lua_State *L)
{
	return move_memory(L, 0, __NR_process_vm_writev);
}

/* S.process_madvise(pidfd, {address, length}, advice) -> bytes advised */
static int sys_process_madvise(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	int advice = (int)sys_checkconst(L, 3, &sys_PROCESS_MADV);
	unsigned count;
	struct iovec *iov;

	lua_settop(L, 3);
	iov = check_remote(L, 2, &count);
	return sys_integer(L, syscall(__NR_process_madvise, fd, iov,
				      (long)count, advice, 0));
}

/* S.process_mrelease(pidfd) -> true: frees the memory of one that was killed */
static int sys_process_mrelease(lua_State *L)
{
	return sys_result(L, syscall(__NR_process_mrelease, sys_checkfd(L, 1),
				     0));
}

/* S.kcmp(pid, pid, type [, index, index]) -> 0: the same; 1, 2: an order */
static int sys_kcmp(lua_State *L)
{
	pid_t one = (pid_t)sys_checkint(L, 1), two = (pid_t)sys_checkint(L, 2);
	int type = (int)sys_checkconst(L, 3, &sys_KCMP);
	unsigned long first = 0, second = 0;

	luaL_argcheck(L, type != KCMP_EPOLL_TFD, 3, "takes a pointer");
	if (type == KCMP_FILE) {
		first = (unsigned long)sys_checkfd(L, 4);
		second = (unsigned long)sys_checkfd(L, 5);
	}
	return sys_integer(L, syscall(__NR_kcmp, one, two, type, first,
				      second));
}

#define FUNCTIONS(F, G) \
	F(pidfd_open) F(pidfd_send_signal) F(pidfd_getfd) \
	F(process_vm_readv) F(process_vm_writev) F(process_madvise) \
	F(process_mrelease) F(kcmp)
SYS_AREA(pidfd, FUNCTIONS);
