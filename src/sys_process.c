/*
 * sys_process.c - processes: making, waiting, identity, limits
 *
 * Layer: system call binding; no policy. What everyday use wants is S.spawn
 * (sys_spawn.c); S.fork is for those who know why.
 */

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys.h"

#define W_LIST(P, V)                                                     \
	V(NOHANG, WNOHANG) V(UNTRACED, WUNTRACED) V(STOPPED, WSTOPPED)   \
	V(EXITED, WEXITED) V(CONTINUED, WCONTINUED) V(NOWAIT, WNOWAIT)   \
	V(NOTHREAD, __WNOTHREAD) V(ALL, __WALL) V(CLONE, __WCLONE)
#ifndef __WNOTHREAD /* musl names only some */
#define __WNOTHREAD 0x20000000
#endif
#ifndef __WALL
#define __WALL 0x40000000
#endif
#ifndef __WCLONE
#define __WCLONE 0x80000000
#endif
SYS_CONSTS(W, SYS_MULTI, W_LIST);

#define WAIT_LIST(P, V) V(ANY, -1) V(MYPGRP, 0)
SYS_CONSTS(WAIT, SYS_STRFLAG, WAIT_LIST);

#define P_LIST(P_, V) V(ALL, P_ALL) V(PID, P_PID) V(PGID, P_PGID) V(PIDFD, 3)
SYS_CONSTS(P, SYS_STRFLAG, P_LIST);

#define EXIT_LIST(P, V) P(EXIT, SUCCESS) P(EXIT, FAILURE)
SYS_CONSTS(EXIT, SYS_STRFLAG, EXIT_LIST);

#define RLIMIT_LIST(P, V)                                                \
	P(RLIMIT, CPU) P(RLIMIT, FSIZE) P(RLIMIT, DATA) P(RLIMIT, STACK) \
	P(RLIMIT, CORE) P(RLIMIT, RSS) P(RLIMIT, NPROC)                  \
	P(RLIMIT, NOFILE) V(OFILE, RLIMIT_NOFILE) P(RLIMIT, MEMLOCK)     \
	P(RLIMIT, AS) P(RLIMIT, LOCKS) P(RLIMIT, SIGPENDING)             \
	P(RLIMIT, MSGQUEUE) P(RLIMIT, NICE) P(RLIMIT, RTPRIO)            \
	P(RLIMIT, RTTIME)
SYS_CONSTS(RLIMIT, SYS_STRFLAG, RLIMIT_LIST);

#define RLIM_LIST(P, V) V(INFINITY, -1)
SYS_CONSTS(RLIM, SYS_STRFLAG, RLIM_LIST);

#define RUSAGE_LIST(P, V) \
	P(RUSAGE, SELF) P(RUSAGE, CHILDREN) V(BOTH, -2) V(THREAD, 1)
SYS_CONSTS(RUSAGE, SYS_STRFLAG, RUSAGE_LIST);

#define PRIO_LIST(P, V) P(PRIO, PROCESS) P(PRIO, PGRP) P(PRIO, USER)
SYS_CONSTS(PRIO, SYS_STRFLAG, PRIO_LIST);

struct kernel_rlimit { /* prlimit64(2): 64 bits on every machine */
	unsigned long long rlim_cur, rlim_max;
};

#define RLIMIT_FIELDS(X, T) X(F, T, rlim_cur) X(F, T, rlim_max)
SYS_STRUCT(rlimit, "process", "rlim_", struct kernel_rlimit, RLIMIT_FIELDS);

#define RUSAGE_FIELDS(X, T)                                              \
	X(S, T, ru_utime, timeval) X(S, T, ru_stime, timeval)            \
	X(F, T, ru_maxrss) X(F, T, ru_ixrss) X(F, T, ru_idrss)           \
	X(F, T, ru_isrss) X(F, T, ru_minflt) X(F, T, ru_majflt)          \
	X(F, T, ru_nswap) X(F, T, ru_inblock) X(F, T, ru_oublock)        \
	X(F, T, ru_msgsnd) X(F, T, ru_msgrcv) X(F, T, ru_nsignals)       \
	X(F, T, ru_nvcsw) X(F, T, ru_nivcsw)
SYS_STRUCT(rusage, "process", "ru_", struct rusage, RUSAGE_FIELDS);

#define SIGINFO_FIELDS(X, T)                                             \
	X(F, T, si_signo) X(F, T, si_errno) X(F, T, si_code)             \
	X(F, T, si_pid) X(F, T, si_uid) X(F, T, si_status)               \
	X(F, T, si_utime) X(F, T, si_stime) X(F, T, si_addr)             \
	X(F, T, si_band) X(F, T, si_fd) X(F, T, si_timerid)              \
	X(F, T, si_overrun) X(S, T, si_value, sigval) X(F, T, si_int)    \
	X(F, T, si_ptr)
SYS_STRUCT(siginfo, "process", "si_", siginfo_t, SIGINFO_FIELDS);

/* t.waitstatus(status): lua/syscall/types/process.lua */
static void push_status(lua_State *L, int status)
{
	sys_push_type(L, "waitstatus");
	lua_pushinteger(L, status);
	lua_call(L, 1, 1);
}

/* pid, nil, waitstatus [, rusage]; out gets the status, too */
static int waited(lua_State *L, pid_t pid, int status, int rusage, void *out)
{
	if (pid < 0)
		return sys_fail(L, errno);
	if (out)
		memcpy(out, &status, sizeof status);
	lua_pushinteger(L, pid);
	lua_pushnil(L);
	push_status(L, status);
	if (!rusage)
		return 3;
	lua_pushvalue(L, rusage);
	return 4;
}

/* S.waitpid(pid [, options [, status]]) */
static int sys_waitpid(lua_State *L)
{
	pid_t pid = (pid_t)sys_checkconst(L, 1, &sys_WAIT);
	int options = (int)sys_checkconst(L, 2, &sys_W);
	void *out = sys_optcell(L, 3);
	int status = 0;

	pid = waitpid(pid, &status, options);
	return waited(L, pid, status, 0, out);
}

static int sys_wait(lua_State *L)
{
	void *out = sys_optcell(L, 1);
	int status = 0;
	pid_t pid = wait(&status);

	return waited(L, pid, status, 0, out);
}

/* As the kernel fills it: libc's times are wider on 32-bit machines. */
struct kernel_rusage {
	long utime[2], stime[2], counts[14];
};

static void set_usage(struct rusage *to, const struct kernel_rusage *from)
{
	to->ru_utime.tv_sec = from->utime[0];
	to->ru_utime.tv_usec = from->utime[1];
	to->ru_stime.tv_sec = from->stime[0];
	to->ru_stime.tv_usec = from->stime[1];
	memcpy(&to->ru_maxrss, from->counts, sizeof from->counts);
}

/* S.wait4(pid [, options [, rusage or false [, status]]]) */
static int sys_wait4(lua_State *L)
{
	pid_t pid = (pid_t)sys_checkconst(L, 1, &sys_WAIT);
	int options = (int)sys_checkconst(L, 2, &sys_W);
	int want = lua_type(L, 3) != LUA_TBOOLEAN;
	void *usage = NULL, *out = sys_optcell(L, 4);
	int status = 0;
	struct kernel_rusage used = {{0}, {0}, {0}};

	lua_settop(L, 4);
	if (want)
		usage = sys_outstruct(L, 3, &sys_layout_rusage);
	pid = (pid_t)syscall(SYS_wait4, pid, &status, options, &used);
	if (want)
		set_usage(usage, &used);
	return waited(L, pid, status, want ? 3 : 0, out);
}

/* S.wait3([options [, rusage or false [, status]]]) */
static int sys_wait3(lua_State *L)
{
	lua_settop(L, 3);
	lua_pushinteger(L, -1);
	lua_insert(L, 1);
	return sys_wait4(L);
}

/* S.waitid(type [, id], options) -> siginfo, nil, rusage */
static int sys_waitid(lua_State *L)
{
	int type = (int)sys_checkconst(L, 1, &sys_P);
	int id = sys_isfd(L, 2) ? sys_checkfd(L, 2) : (int)sys_optint(L, 2, 0);
	int options = (int)sys_checkconst(L, 3, &sys_W);
	void *info = sys_outstruct(L, 4, &sys_layout_siginfo);
	struct kernel_rusage used = {{0}, {0}, {0}};
	void *usage = NULL;
	int want = lua_type(L, 5) != LUA_TBOOLEAN;

	if (want)
		usage = sys_outstruct(L, 5, &sys_layout_rusage);
	if (syscall(SYS_waitid, type, id, info, options, &used) < 0)
		return sys_fail(L, errno);
	if (want)
		set_usage(usage, &used);
	lua_pushvalue(L, 4);
	lua_pushnil(L);
	if (want)
		lua_pushvalue(L, 5);
	else
		lua_pushnil(L);
	return 3;
}

static int sys_fork(lua_State *L)
{
	fflush(NULL); /* or what is buffered would be written twice */
	return sys_integer(L, fork());
}

static char **check_strings(lua_State *L, int arg)
{
	lua_Integer n, i;
	char **strings;

	luaL_checktype(L, arg, LUA_TTABLE);
	n = luaL_len(L, arg);
	strings = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *strings, 0);
	for (i = 0; i < n; i++) {
		lua_geti(L, arg, i + 1);
		strings[i] = (char *)luaL_checkstring(L, -1);
		lua_pop(L, 1); /* the table holds it */
	}
	strings[n] = NULL;
	return strings;
}

/* S.execve(path, argv, envp): returns on failure alone */
static int sys_execve(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);
	char **argv = check_strings(L, 2);
	char **envp = check_strings(L, 3);

	fflush(NULL);
	execve(path, argv, envp);
	return sys_fail(L, errno);
}

/* S.exit([status]): with the C library's exit; S._exit: without */
static int sys_exit(lua_State *L)
{
	exit((int)sys_checkconst(L, 1, &sys_EXIT));
}

/*
 * exit_group(2) and nothing before it: under seccomp no other call may be
 * allowed, and a sanitizer makes one before what it knows not to return.
 */
static int sys__exit(lua_State *L)
{
	syscall(SYS_exit_group, (int)sys_checkconst(L, 1, &sys_EXIT));
	return 0;
}

#define PLAIN(name)                                                    \
	static int sys_##name(lua_State *L)                            \
	{                                                              \
		lua_pushinteger(L, (lua_Integer)name());               \
		return 1;                                              \
	}

PLAIN(getpid)
PLAIN(getppid)
PLAIN(getuid)
PLAIN(geteuid)
PLAIN(getgid)
PLAIN(getegid)
PLAIN(getpgrp)

/* Asked of the kernel: libc's answer is wrong after a bare clone3. */
static int sys_gettid(lua_State *L)
{
	lua_pushinteger(L, syscall(SYS_gettid));
	return 1;
}

static int sys_setuid(lua_State *L)
{
	return sys_result(L, setuid((uid_t)sys_checkint(L, 1)));
}

static int sys_setgid(lua_State *L)
{
	return sys_result(L, setgid((gid_t)sys_checkint(L, 1)));
}

static int sys_seteuid(lua_State *L)
{
	return sys_result(L, seteuid((uid_t)sys_checkint(L, 1)));
}

static int sys_setegid(lua_State *L)
{
	return sys_result(L, setegid((gid_t)sys_checkint(L, 1)));
}

static int sys_setresuid(lua_State *L)
{
	return sys_result(L, setresuid((uid_t)sys_optint(L, 1, -1),
				       (uid_t)sys_optint(L, 2, -1),
				       (uid_t)sys_optint(L, 3, -1)));
}

static int sys_setresgid(lua_State *L)
{
	return sys_result(L, setresgid((gid_t)sys_optint(L, 1, -1),
				       (gid_t)sys_optint(L, 2, -1),
				       (gid_t)sys_optint(L, 3, -1)));
}

/* S.getgroups() -> t.groups */
static int sys_getgroups(lua_State *L)
{
	int n = getgroups(0, NULL), i;
	gid_t *list;

	if (n < 0)
		return sys_fail(L, errno);
	list = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *list, 0);
	n = getgroups(n, list);
	if (n < 0)
		return sys_fail(L, errno);
	sys_push_type(L, "groups");
	lua_createtable(L, n, 0);
	for (i = 0; i < n; i++) {
		lua_pushinteger(L, list[i]);
		lua_rawseti(L, -2, i + 1);
	}
	lua_call(L, 1, 1);
	return 1;
}

static int sys_setgroups(lua_State *L)
{
	lua_Integer n, i;
	gid_t *list;

	luaL_checktype(L, 1, LUA_TTABLE);
	n = luaL_len(L, 1);
	list = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *list, 0);
	for (i = 0; i < n; i++) {
		lua_geti(L, 1, i + 1);
		list[i] = (gid_t)sys_checkint(L, -1);
		lua_pop(L, 1);
	}
	return sys_result(L, setgroups((size_t)n, list));
}

static int sys_setsid(lua_State *L)
{
	return sys_integer(L, setsid());
}

static int sys_getsid(lua_State *L)
{
	return sys_integer(L, getsid((pid_t)sys_optint(L, 1, 0)));
}

static int sys_getpgid(lua_State *L)
{
	return sys_integer(L, getpgid((pid_t)sys_optint(L, 1, 0)));
}

static int sys_setpgid(lua_State *L)
{
	return sys_result(L, setpgid((pid_t)sys_optint(L, 1, 0),
				     (pid_t)sys_optint(L, 2, 0)));
}

static int sys_nice(lua_State *L)
{
	errno = 0;
	if (nice((int)sys_checkint(L, 1)) == -1 && errno)
		return sys_fail(L, errno);
	lua_pushinteger(L, getpriority(PRIO_PROCESS, 0));
	return 1;
}

static int sys_getpriority(lua_State *L)
{
	int which = (int)sys_checkconst(L, 1, &sys_PRIO);
	int r;

	errno = 0;
	r = getpriority(which, (id_t)sys_optint(L, 2, 0));
	if (r == -1 && errno)
		return sys_fail(L, errno);
	lua_pushinteger(L, r);
	return 1;
}

static int sys_setpriority(lua_State *L)
{
	int which = (int)sys_checkconst(L, 1, &sys_PRIO);

	return sys_result(L, setpriority(which, (id_t)sys_optint(L, 2, 0),
					 (int)sys_checkint(L, 3)));
}

/* S.prlimit([pid], resource [, new]) -> the old limit */
static int sys_prlimit(lua_State *L)
{
	pid_t pid = (pid_t)sys_optint(L, 1, 0);
	int resource = (int)sys_checkconst(L, 2, &sys_RLIMIT);
	const void *set = NULL;
	void *old;

	if (!lua_isnoneornil(L, 3))
		set = sys_checkstruct(L, 3, &sys_layout_rlimit);
	old = sys_newmem(L, &sys_layout_rlimit, 1);
	if (syscall(SYS_prlimit64, pid, resource, set, old) < 0)
		return sys_fail(L, errno);
	return 1;
}

static int sys_getrlimit(lua_State *L)
{
	lua_settop(L, 1);
	lua_pushinteger(L, 0);
	lua_insert(L, 1);
	return sys_prlimit(L);
}

static int sys_setrlimit(lua_State *L)
{
	int resource = (int)sys_checkconst(L, 1, &sys_RLIMIT);
	const void *set = sys_checkstruct(L, 2, &sys_layout_rlimit);

	return sys_result(L, syscall(SYS_prlimit64, 0, resource, set, NULL));
}

static int sys_getrusage(lua_State *L)
{
	int who = (int)sys_checkconst(L, 1, &sys_RUSAGE);
	void *usage = sys_outstruct(L, 2, &sys_layout_rusage);

	if (getrusage(who, usage) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 2);
	return 1;
}

static int sys_getenv(lua_State *L)
{
	lua_pushstring(L, getenv(luaL_checkstring(L, 1)));
	return 1;
}

static int sys_setenv(lua_State *L)
{
	return sys_result(L, setenv(luaL_checkstring(L, 1),
				    luaL_checkstring(L, 2),
				    lua_toboolean(L, 3)));
}

static int sys_unsetenv(lua_State *L)
{
	return sys_result(L, unsetenv(luaL_checkstring(L, 1)));
}

static int sys_clearenv(lua_State *L)
{
	return sys_result(L, clearenv());
}

/* S.environ() -> {name = value}; S.environ(true) -> {"name=value", ...} */
static int sys_environ(lua_State *L)
{
	int is_list = lua_toboolean(L, 1);
	char **e;
	const char *equals;

	lua_newtable(L);
	for (e = environ; e && *e; e++) {
		if (is_list) {
			lua_pushstring(L, *e);
			lua_rawseti(L, -2, e - environ + 1);
			continue;
		}
		equals = strchr(*e, '=');
		if (!equals)
			continue;
		lua_pushlstring(L, *e, (size_t)(equals - *e));
		lua_pushstring(L, equals + 1);
		lua_rawset(L, -3);
	}
	return 1;
}

#define FUNCTIONS(F, G) \
	F(waitpid) F(wait) F(wait3) F(wait4) F(waitid) F(fork) \
	F(execve) F(exit) F(_exit) F(getpid) F(getppid) F(gettid) \
	F(getuid) F(geteuid) F(getgid) F(getegid) F(getpgrp) \
	F(setuid) F(setgid) F(seteuid) F(setegid) F(setresuid) \
	F(setresgid) F(getgroups) F(setgroups) F(setsid) F(getsid) \
	F(getpgid) F(setpgid) F(nice) F(getpriority) F(setpriority) \
	F(prlimit) F(getrlimit) F(setrlimit) F(getrusage) \
	F(getenv) F(setenv) F(unsetenv) F(clearenv) F(environ)
SYS_AREA(process, FUNCTIONS);
