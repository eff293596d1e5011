/*
 * sys_clone3.c - making processes: clone3(2), execveat(2)
 *
 * Layer: system call binding; no policy. Everyday use has S.spawn.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/unistd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

#define MAX_TIDS 32 /* levels of pid namespaces: the kernel's limit */

static int field(lua_State *L, const char *name)
{
	return lua_getfield(L, 1, name);
}

static uint64_t fd_field(lua_State *L, const char *name, int *is_there)
{
	uint64_t fd = 0;

	*is_there = field(L, name) != LUA_TNIL;
	if (*is_there)
		fd = (uint64_t)sys_checkfd(L, lua_gettop(L));
	lua_pop(L, 1);
	return fd;
}

static size_t read_tids(lua_State *L, pid_t tids[MAX_TIDS])
{
	lua_Integer n, i;

	if (field(L, "set_tid") == LUA_TNIL) {
		lua_pop(L, 1);
		return 0;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	n = luaL_len(L, -1);
	luaL_argcheck(L, n <= MAX_TIDS, 1, "set_tid: too many");
	for (i = 0; i < n; i++) {
		lua_geti(L, -1, i + 1);
		tids[i] = (pid_t)sys_checkint(L, lua_gettop(L));
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return n < 0 ? 0 : (size_t)n;
}

/*
 * S.clone3{flags, exit_signal, pidfd, cgroup, set_tid, clear_sighand}
 * -> pid (0 in the child), nil, pidfd
 *
 * Returns twice in the same Lua state, as fork does; so what the two would
 * share of it is refused. exit_signal: "chld" unless told otherwise.
 */
static int sys_clone3(lua_State *L)
{
	const uint64_t refused = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND |
				 CLONE_VFORK | CLONE_SETTLS |
				 CLONE_PARENT_SETTID | CLONE_CHILD_SETTID |
				 CLONE_CHILD_CLEARTID;
	struct clone_args args;
	pid_t tids[MAX_TIDS];
	int pidfd = -1, want_pidfd, has_cgroup, saved;
	long pid;

	if (lua_isnoneornil(L, 1)) {
		lua_settop(L, 0);
		lua_newtable(L);
	}
	luaL_checktype(L, 1, LUA_TTABLE);
	memset(&args, 0, sizeof args);
	field(L, "flags");
	args.flags = (uint64_t)sys_checkconst(L, lua_gettop(L), &sys_CLONE);
	luaL_argcheck(L, !(args.flags & refused), 1,
		      "flags that share one Lua state between two");
	field(L, "exit_signal");
	args.exit_signal = lua_isnil(L, -1)
				   ? SIGCHLD
				   : (uint64_t)sys_checkconst(
					     L, lua_gettop(L), &sys_SIG);
	field(L, "pidfd");
	want_pidfd = lua_toboolean(L, -1);
	field(L, "clear_sighand");
	if (lua_toboolean(L, -1))
		args.flags |= CLONE_CLEAR_SIGHAND;
	args.cgroup = fd_field(L, "cgroup", &has_cgroup);
	if (has_cgroup)
		args.flags |= CLONE_INTO_CGROUP;
	args.set_tid_size = read_tids(L, tids);
	if (args.set_tid_size)
		args.set_tid = (uint64_t)(uintptr_t)tids;
	args.flags &= ~(uint64_t)CLONE_PIDFD;
	if (want_pidfd) {
		args.flags |= CLONE_PIDFD;
		args.pidfd = (uint64_t)(uintptr_t)&pidfd;
	}

	fflush(NULL); /* or what is buffered would be written twice */
	pid = syscall(__NR_clone3, &args, sizeof args);
	saved = errno;
	if (pid < 0)
		return sys_fail(L, saved);
	lua_pushinteger(L, pid);
	if (pid == 0 || !want_pidfd)
		return 1;
	lua_pushnil(L);
	sys_pushfd(L, pidfd);
	return 3;
}

static char **check_strings(lua_State *L, int arg)
{
	lua_Integer n, i;
	char **strings;

	luaL_checktype(L, arg, LUA_TTABLE);
	n = luaL_len(L, arg);
	luaL_argcheck(L, n >= 0, arg, "negative length");
	strings = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *strings, 0);
	for (i = 0; i < n; i++) {
		luaL_argexpected(L, lua_geti(L, arg, i + 1) == LUA_TSTRING,
				 arg, "array of strings");
		strings[i] = (char *)(uintptr_t)lua_tostring(L, -1);
		lua_pop(L, 1); /* the table holds it */
	}
	strings[n] = NULL;
	return strings;
}

/*
 * S.execveat(directory, path, argv, envp [, flags]): returns on failure alone.
 * An empty path and "empty_path" execute the descriptor itself.
 */
static int sys_execveat(lua_State *L)
{
	int dir = sys_checkdir(L, 1);
	const char *path = sys_checkpath(L, 2);
	int flags = (int)sys_checkconst(L, 5, &sys_AT);
	char **argv = check_strings(L, 3);
	char **envp = check_strings(L, 4);

	fflush(NULL);
	syscall(__NR_execveat, dir, path, argv, envp, flags);
	return sys_fail(L, errno);
}

#define FUNCTIONS(F, G) F(clone3) F(execveat)
SYS_AREA(clone3, FUNCTIONS);
