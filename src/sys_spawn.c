/*
 * sys_spawn.c - S.spawn: a new process running a new program
 *
 * Layer: system call binding; no policy. The child shares our memory until it
 * has executed (CLONE_VM | CLONE_VFORK), so no page is copied; all it needs is
 * worked out before, and between clone and exec there are system calls alone.
 * What fails there comes back as an errno, as if spawn itself had failed.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

#define STACK (16 * 1024) /* of the child, in the frame of S.spawn */
#define MAX_FDS 64
#define MAX_LIMITS 16
#define ABSENT LLONG_MIN /* of a field; -1 is a fine nice value */
#define NO_GROUPS (-1)

struct move {
	int from, to;
};

struct limit {
	int resource;
	struct rlimit value;
};

/*
 * The kernel's set of signals. libc's functions leave its own signals (32 to
 * 34) out of masks and refuse their dispositions: here the kernel is asked.
 */
struct sigmask {
	unsigned char bits[_NSIG / 8];
};

struct plan {
	const char *path;
	char **argv, **envp, **search; /* search: candidates for path */
	const char *cwd, *root;
	struct move fds[MAX_FDS];
	int nfds;
	struct limit limits[MAX_LIMITS];
	int nlimits;
	gid_t *groups;
	int ngroups;
	long long uid, gid, umask, nice, pgid, ctty;
	int setsid, deathsig, namespaces, born;
	int cgroup;		/* fd of its directory, or -1 */
	struct sigmask mask;	/* of the new program */
	int errnum;		/* what went wrong in the child */
};

/* ---- in the child: system calls alone ---- */

/*
 * Two passes: first everything that is asked for goes above all targets, so
 * that no move overwrites what a later one needs.
 */
static int move_fds(struct plan *p)
{
	int i, high = 0, fd;

	for (i = 0; i < p->nfds; i++)
		if (p->fds[i].to >= high)
			high = p->fds[i].to + 1;
	for (i = 0; i < p->nfds; i++) {
		fd = fcntl(p->fds[i].from, F_DUPFD_CLOEXEC, high);
		if (fd < 0)
			return -1;
		p->fds[i].from = fd;
	}
	for (i = 0; i < p->nfds; i++)
		if (dup2(p->fds[i].from, p->fds[i].to) < 0)
			return -1;
	return 0;
}

static long set_mask(const struct sigmask *set, struct sigmask *old)
{
	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, set, old,
		       sizeof *set);
}

/*
 * To set 64 dispositions is a sixth of a spawn. Those found to be the default
 * are remembered (the child writes to our memory), until S.sigaction changes
 * them. Others change the rest by themselves: the prompt and lua that of ^C,
 * libc those of its own signals.
 */
static char is_default[_NSIG];

void sys_signal_changed(int number)
{
	if (number > 0 && number < _NSIG)
		is_default[number] = 0;
}

static int may_remember(int number)
{
	return number != SIGINT && (number < 32 || number > 34);
}

/*
 * Handlers are the parent's code: the new program starts with defaults. All
 * zeros is SIG_DFL without flags in every machine's struct sigaction, whose
 * fields are in another order on some.
 */
static void reset_signals(void)
{
	static const unsigned long dfl[16];
	unsigned long old[16];
	int s;

	for (s = 1; s < _NSIG; s++) {
		if (is_default[s])
			continue;
		memset(old, 0, sizeof old);
		syscall(SYS_rt_sigaction, s, NULL, old,
			sizeof(struct sigmask));
		if (may_remember(s) &&
		    memcmp(old, dfl, sizeof old) == 0)
			is_default[s] = 1;
		else
			syscall(SYS_rt_sigaction, s, dfl, NULL,
				sizeof(struct sigmask));
	}
}

/* "0": whoever writes */
static int enter_cgroup(int dir)
{
	int fd = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write(fd, "0", 1) < 0)
		return -1;
	return close(fd);
}

static int set_identity(struct plan *p)
{
	if (p->ngroups != NO_GROUPS &&
	    syscall(SYS_setgroups, p->ngroups, p->groups) < 0)
		return -1;
	if (p->gid != ABSENT &&
	    syscall(SYS_setresgid, p->gid, p->gid, p->gid) < 0)
		return -1;
	if (p->uid != ABSENT &&
	    syscall(SYS_setresuid, p->uid, p->uid, p->uid) < 0)
		return -1;
	return 0;
}

static int set_up(struct plan *p)
{
	int i;

	if (p->cgroup >= 0 && enter_cgroup(p->cgroup) < 0)
		return -1;
	if (p->namespaces && unshare(p->namespaces) < 0)
		return -1;
	if (p->setsid && setsid() < 0)
		return -1;
	if (p->pgid != ABSENT && setpgid(0, (pid_t)p->pgid) < 0)
		return -1;
	if (move_fds(p) < 0)
		return -1;
	if (p->ctty != ABSENT && ioctl((int)p->ctty, TIOCSCTTY, 0) < 0)
		return -1;
	if (p->nice != ABSENT && setpriority(PRIO_PROCESS, 0,
					     (int)p->nice) < 0)
		return -1;
	for (i = 0; i < p->nlimits; i++)
		if (setrlimit(p->limits[i].resource, &p->limits[i].value) < 0)
			return -1;
	if (p->umask != ABSENT)
		umask((mode_t)p->umask);
	if (p->root && (chroot(p->root) < 0 || chdir("/") < 0))
		return -1;
	if (p->cwd && chdir(p->cwd) < 0)
		return -1;
	if (set_identity(p) < 0)
		return -1;
	if (p->deathsig && prctl(PR_SET_PDEATHSIG, p->deathsig) < 0)
		return -1;
	reset_signals();
	return 0;
}

static int child(void *argument)
{
	struct plan *p = argument;
	char **candidate;
	int denied = 0;

	if (set_up(p) == 0) {
		set_mask(&p->mask, NULL);
		for (candidate = p->search; *candidate; candidate++) {
			execve(*candidate, p->argv, p->envp);
			if (errno == EACCES)
				denied = 1;
			else if (errno != ENOENT && errno != ENOTDIR)
				break;
		}
		if (denied && errno == ENOENT)
			errno = EACCES; /* as execvp(3) reports it */
	}
	p->errnum = errno;
	_exit(127);
}

/* ---- in the parent: reading the table ---- */

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

static void check_fds(lua_State *L, struct plan *p)
{
	if (get_field(L, "fds") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (p->nfds == MAX_FDS)
			luaL_error(L, "spawn: more than %d fds", MAX_FDS);
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
static void check_limits(lua_State *L, struct plan *p)
{
	struct limit *l;

	if (get_field(L, "limits") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (p->nlimits == MAX_LIMITS)
			luaL_error(L, "spawn: more than %d limits",
				   MAX_LIMITS);
		l = &p->limits[p->nlimits++];
		l->resource = (int)sys_checkconst(L, lua_absindex(L, -2),
						  &sys_RLIMIT);
		if (lua_type(L, -1) == LUA_TTABLE) {
			lua_geti(L, -1, 1);
			lua_geti(L, -2, 2);
			l->value.rlim_cur = limit_value(L, -2);
			l->value.rlim_max = limit_value(L, -1);
			lua_pop(L, 2);
		} else {
			l->value.rlim_cur = l->value.rlim_max =
				limit_value(L, -1);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void check_groups(lua_State *L, struct plan *p)
{
	int i;

	p->ngroups = NO_GROUPS;
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

static void check_mask(lua_State *L, struct plan *p)
{
	if (get_field(L, "sigmask") != LUA_TNIL)
		memcpy(&p->mask, sys_checkstruct(L, lua_gettop(L),
						 &sys_layout_sigset),
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
static void read_plan(lua_State *L, struct plan *p)
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
	p->uid = int_field(L, "uid", ABSENT);
	p->gid = int_field(L, "gid", ABSENT);
	p->umask = int_field(L, "umask", ABSENT);
	p->nice = int_field(L, "nice", ABSENT);
	p->pgid = int_field(L, "setpgid", ABSENT);
	p->ctty = int_field(L, "ctty", ABSENT);
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
	struct plan plan;
	struct sigmask all, old;
	_Alignas(64) char stack[STACK]; /* a mapping would cost faults */
	int pidfd = -1, is_short = lua_type(L, 1) == LUA_TSTRING;
	pid_t pid;
	int saved;

	if (is_short)
		gather(L);
	read_plan(L, &plan);
	fflush(NULL);
	memset(&all, 0xff, sizeof all);
	set_mask(&all, &old); /* no handler of ours may run in the child */
	pid = clone(child, stack + STACK,
		    CLONE_VM | CLONE_VFORK | SIGCHLD | plan.born |
			    (is_short ? 0 : CLONE_PIDFD),
		    &plan,
		    &pidfd);
	saved = errno;
	set_mask(&old, NULL);
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

#define FUNCTIONS(F, G) \
	F(spawn)
SYS_AREA(spawn, FUNCTIONS);
