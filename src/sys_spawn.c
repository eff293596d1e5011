/*
 * sys_spawn.c - S.spawn: a new process running a new program
 *
 * Layer: system call binding; no policy. The child shares our memory until it
 * has executed (CLONE_VM | CLONE_VFORK), so no page is copied; all it needs is
 * worked out before, and between clone and exec there are system calls alone:
 * sys_spawn_child.c. What fails there comes back as an errno, as if spawn
 * itself had failed.
 */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "sys.h"
#include "sys_spawn.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

#define STACK (16 * 1024) /* of the child, in the frame of S.spawn */

/* ---- reading the table ---- */

static int get_field(lua_State *L, const char *name)
{
	return lua_getfield(L, 1, name);
}

static long long int_field(lua_State *L, const char *name, long long absent)
{
	long long n = absent;

	if (get_field(L, name) != LUA_TNIL) {
		if (!lua_isnumber(L, -1))
			luaL_error(L, "spawn: %s: number expected, got %s",
				   name, luaL_typename(L, -1));
		n = sys_checkint(L, -1);
	}
	lua_pop(L, 1);
	return n;
}

static const char *string_field(lua_State *L, const char *name)
{
	const char *s = NULL;

	if (get_field(L, name) != LUA_TNIL) {
		if (lua_type(L, -1) != LUA_TSTRING)
			luaL_error(L, "spawn: %s: string expected, got %s",
				   name, luaL_typename(L, -1));
		s = lua_tostring(L, -1);
	}
	lua_pop(L, 1); /* the caller's table holds it */
	return s;
}

static char **string_vector(lua_State *L, size_t n)
{
	return lua_newuserdatauv(L, (n + 1) * sizeof(char *), 0);
}

static char **check_argv(lua_State *L)
{
	lua_Integer n = luaL_len(L, 1), i;
	char **argv = string_vector(L, (size_t)n);

	if (n < 1)
		luaL_error(L, "spawn: no program");
	for (i = 0; i < n; i++) {
		if (lua_geti(L, 1, i + 1) != LUA_TSTRING)
			luaL_error(L,
				   "spawn: argument %d: string expected, got "
				   "%s",
				   (int)i + 1, luaL_typename(L, -1));
		argv[i] = (char *)lua_tostring(L, -1);
		lua_pop(L, 1);
	}
	argv[n] = NULL;
	return argv;
}

/* env: an array of "K=V", or {K = V}; absent: ours */
static char **check_env(lua_State *L)
{
	static char *none[] = {NULL}; /* after clearenv(3) */
	char **envp;
	size_t n = 0;
	int strings;

	if (get_field(L, "env") == LUA_TNIL)
		return environ ? environ : none;
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_newtable(L); /* keeps the strings made here */
	strings = lua_gettop(L);
	lua_pushnil(L);
	while (lua_next(L, strings - 1)) {
		if (lua_type(L, -2) == LUA_TSTRING) {
			luaL_tolstring(L, -1, NULL);
			lua_pushfstring(L, "%s=%s", lua_tostring(L, -3),
					lua_tostring(L, -1));
			lua_replace(L, -3);
			lua_pop(L, 1);
		}
		luaL_checkstring(L, -1);
		lua_rawseti(L, strings, (lua_Integer)++n);
	}
	envp = string_vector(L, n);
	envp[n] = NULL;
	while (n > 0) {
		lua_rawgeti(L, strings, (lua_Integer)n);
		envp[--n] = (char *)lua_tostring(L, -1);
		lua_pop(L, 1);
	}
	return envp;
}

static const char *env_value(char **envp, const char *name)
{
	size_t n = strlen(name);

	for (; *envp; envp++)
		if (strncmp(*envp, name, n) == 0 && (*envp)[n] == '=')
			return *envp + n + 1;
	return NULL;
}

/* The files to try: PATH is searched for a name without a slash. */
static char **candidates(lua_State *L, const char *name, char **envp)
{
	const char *path = env_value(envp, "PATH"), *end;
	char **list;
	size_t n = 1, i = 0;

	if (!path)
		path = "/usr/local/bin:/bin:/usr/bin:/sbin:/usr/sbin";
	for (end = path; *end; end++)
		n += *end == ':';
	list = string_vector(L, n);
	if (strchr(name, '/') || !*name) {
		list[0] = (char *)name;
		list[1] = NULL;
		return list;
	}
	lua_createtable(L, (int)n, 0); /* keeps the strings */
	for (;; path = end + 1) {
		end = strchr(path, ':');
		if (!end)
			end = path + strlen(path);
		lua_pushlstring(L, path, (size_t)(end - path));
		lua_pushfstring(L, "%s%s%s", lua_tostring(L, -1),
				end == path ? "" : "/", name);
		list[i++] = (char *)lua_tostring(L, -1);
		lua_rawseti(L, -3, (lua_Integer)i);
		lua_pop(L, 1);
		if (!*end)
			break;
	}
	list[i] = NULL;
	return list;
}

static void check_fds(lua_State *L, struct sys_plan *p)
{
	if (get_field(L, "fds") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (p->nfds == SPAWN_FDS)
			luaL_error(L, "spawn: more than %d fds", SPAWN_FDS);
		p->fds[p->nfds].to = (int)sys_checkint(L, -2);
		p->fds[p->nfds].from = sys_checkfd(L, -1);
		if (p->fds[p->nfds].to < 0)
			luaL_error(L, "spawn: fds: negative descriptor");
		p->nfds++;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static rlim_t limit_value(lua_State *L, int index)
{
	long long n;

	if (lua_isnil(L, index))
		return RLIM_INFINITY;
	n = sys_checkint(L, index);
	return n < 0 ? RLIM_INFINITY : (rlim_t)n;
}

/* limits = {nofile = 64, core = {soft, hard}} */
static void check_limits(lua_State *L, struct sys_plan *p)
{
	struct rlimit *value;
	int i;

	if (get_field(L, "limits") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (p->nlimits == SPAWN_LIMITS)
			luaL_error(L, "spawn: more than %d limits",
				   SPAWN_LIMITS);
		i = p->nlimits++;
		value = &p->limits[i].value;
		p->limits[i].resource = (int)sys_checkconst(
			L, lua_absindex(L, -2), &sys_RLIMIT);
		if (lua_type(L, -1) == LUA_TTABLE) {
			lua_geti(L, -1, 1);
			lua_geti(L, -2, 2);
			value->rlim_cur = limit_value(L, -2);
			value->rlim_max = limit_value(L, -1);
			lua_pop(L, 2);
		} else {
			value->rlim_cur = value->rlim_max = limit_value(L, -1);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void check_groups(lua_State *L, struct sys_plan *p)
{
	int i;

	p->ngroups = SPAWN_NO_GROUPS;
	if (get_field(L, "groups") == LUA_TNIL)
		return;
	luaL_checktype(L, -1, LUA_TTABLE);
	p->ngroups = (int)luaL_len(L, -1);
	p->groups = lua_newuserdatauv(
		L, ((size_t)p->ngroups + 1) * sizeof(gid_t), 0);
	for (i = 0; i < p->ngroups; i++) {
		lua_geti(L, -2, i + 1);
		p->groups[i] = (gid_t)sys_checkint(L, -1);
		lua_pop(L, 1);
	}
}

static void check_mask(lua_State *L, struct sys_plan *p)
{
	if (get_field(L, "sigmask") != LUA_TNIL)
		memcpy(&p->mask,
		       sys_checkstruct(L, lua_gettop(L), &sys_layout_sigset),
		       sizeof p->mask);
}

/* What the child is to share with its children alone is unshare's. */
static int check_born(lua_State *L)
{
	const int allowed = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
			    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
			    CLONE_NEWNET;
	int flags;

	get_field(L, "namespaces");
	flags = (int)sys_checkconst(L, lua_gettop(L), &sys_CLONE);
	if (flags & ~allowed)
		luaL_error(L, "spawn: namespaces: only namespaces, and not "
			      "that of time");
	return flags;
}

/* Leaves what the plan points to on the stack. */
static void read_plan(lua_State *L, struct sys_plan *p)
{
	memset(p, 0, sizeof *p);
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	luaL_checkstack(L, 40, "spawn");
	p->argv = check_argv(L);
	p->envp = check_env(L);
	p->path = string_field(L, "path");
	p->search = candidates(L, p->path ? p->path : p->argv[0], p->envp);
	p->cwd = string_field(L, "cwd");
	p->root = string_field(L, "chroot");
	check_fds(L, p);
	check_limits(L, p);
	check_groups(L, p);
	check_mask(L, p);
	p->uid = int_field(L, "uid", SPAWN_ABSENT);
	p->gid = int_field(L, "gid", SPAWN_ABSENT);
	p->umask = int_field(L, "umask", SPAWN_ABSENT);
	p->nice = int_field(L, "nice", SPAWN_ABSENT);
	p->pgid = int_field(L, "setpgid", SPAWN_ABSENT);
	p->ctty = int_field(L, "ctty", SPAWN_ABSENT);
	get_field(L, "setsid");
	p->setsid = lua_toboolean(L, -1);
	get_field(L, "pdeathsig");
	p->deathsig = (int)sys_checkconst(L, lua_gettop(L), &sys_SIG);
	get_field(L, "cgroup");
	p->cgroup = sys_optfd(L, lua_gettop(L), -1);
	p->born = check_born(L);
	get_field(L, "unshare");
	p->namespaces = (int)sys_checkconst(L, lua_gettop(L), &sys_CLONE);
}

/* S.spawn(path, argv [, env]) -> S.spawn{path = path, env = env, argv ...} */
static void gather(lua_State *L)
{
	lua_Integer i, n;

	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 3);
	n = luaL_len(L, 2);
	lua_createtable(L, (int)n, 2);
	for (i = 1; i <= n; i++) {
		lua_geti(L, 2, i);
		lua_rawseti(L, -2, i);
	}
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "path");
	lua_pushvalue(L, 3);
	lua_setfield(L, -2, "env");
	lua_replace(L, 1);
}

/*
 * S.spawn{"prog", "arg", ...; path, env, cwd, chroot, fds, uid, gid, groups,
 * setsid, setpgid, ctty, umask, nice, limits, unshare, sigmask, pdeathsig,
 * cgroup, namespaces} -> pid, nil, pidfd; S.spawn(path, argv [, env]) -> pid
 *
 * namespaces are the child's own from birth (in a new pid namespace it is 1);
 * unshare happens in it, and leaves it in the old pid namespace.
 */
static int sys_spawn(lua_State *L)
{
	struct sys_plan plan;
	struct sys_sigmask all, old;
	_Alignas(64) char stack[STACK]; /* a mapping would cost faults */
	int pidfd = -1, is_short = lua_type(L, 1) == LUA_TSTRING;
	pid_t pid;
	int saved;

	if (is_short)
		gather(L);
	read_plan(L, &plan);
	fflush(NULL);
	memset(&all, 0xff, sizeof all);
	sys_setmask(&all, &old); /* no handler of ours may run in the child */
	for (int with = is_short ? 0 : CLONE_PIDFD;; with = 0) {
		pid = clone(sys_spawn_child, stack + STACK,
			    CLONE_VM | CLONE_VFORK | SIGCHLD | plan.born | with,
			    &plan, &pidfd);
		if (pid >= 0 || errno != EINVAL || !with)
			break; /* else an emulator that knows none */
	}
	saved = errno;
	if (pid > 0 && !is_short && pidfd < 0)
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
#ifdef __SANITIZE_ADDRESS__
	/* the child's functions never returned to take their marks away */
	ASAN_UNPOISON_MEMORY_REGION(stack, sizeof stack);
#endif
	sys_setmask(&old, NULL);
	if (pid < 0)
		return sys_fail(L, saved);
	if (plan.errnum) {
		if (pidfd >= 0)
			close(pidfd);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return sys_fail(L, plan.errnum);
	}
	lua_pushinteger(L, pid);
	if (is_short)
		return 1;
	lua_pushnil(L);
	sys_pushfd(L, pidfd);
	return 3;
}

#define FUNCTIONS(F, G) F(spawn)
SYS_AREA(spawn, FUNCTIONS);
