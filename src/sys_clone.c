/*
 * sys_clone.c - clone(2), and what runs when the program ends
 *
 * Layer: system call binding; no policy. The bare system call: the child goes
 * on in a copy of this Lua state, as after fork. Children for everyday use
 * are S.spawn's.
 */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

extern const struct sys_consts sys_CLONE;

/* What a child that shares memory would need: a stack and a program of C. */
#define NOT_FROM_LUA                                                      \
	(CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_SETTLS | CLONE_VFORK)

/*
 * S.clone([flags [, signal [, stack [, ptid [, tls [, ctid]]]]]]) -> pid, 0 in
 * the child. Without a signal the parent waits with "clone" or "all".
 */
static int sys_clone(lua_State *L)
{
	unsigned long flags = (unsigned long)sys_checkconst(L, 1, &sys_CLONE);
	int number = (int)sys_checkconst(L, 2, &sys_SIG);
	void *parent_tid = sys_optcell(L, 4), *child_tid = sys_optcell(L, 6);

	luaL_argcheck(L, !(flags & NOT_FROM_LUA), 1,
		      "a child that shares the memory of Lua");
	luaL_argcheck(L, lua_isnoneornil(L, 3), 3, "no stack of one's own");
	luaL_argcheck(L, number >= 0 && number < _NSIG, 2, "no signal");
	fflush(NULL); /* or what is buffered would be written twice */
#if defined(__i386__) || defined(__arm__) || defined(__aarch64__) ||      \
	defined(__riscv) || defined(__powerpc__) || defined(__mips__) ||  \
	defined(__loongarch__)
	return sys_integer(L, syscall(SYS_clone, flags | (unsigned)number, 0,
				      parent_tid, 0, child_tid));
#elif defined(__s390x__)
	return sys_integer(L, syscall(SYS_clone, 0, flags | (unsigned)number,
				      parent_tid, child_tid, 0));
#else
	return sys_integer(L, syscall(SYS_clone, flags | (unsigned)number, 0,
				      parent_tid, child_tid, 0));
#endif
}

static int sys_getcpu(lua_State *L)
{
	unsigned cpu = 0, node = 0;

	if (syscall(SYS_getcpu, &cpu, &node, NULL) < 0)
		return sys_fail(L, errno);
	lua_createtable(L, 0, 2);
	lua_pushinteger(L, cpu);
	lua_setfield(L, -2, "cpu");
	lua_pushinteger(L, node);
	lua_setfield(L, -2, "node");
	return 1;
}

/* ---- atexit ---- */

static const char key; /* registry: an object that holds the functions */
static lua_State *state; /* where they are; NULL: nothing to run */

/* Last first; each once, even when one of them ends the program itself. */
static int run_functions(lua_State *L)
{
	lua_Integer n;

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) != LUA_TUSERDATA)
		return 0;
	lua_getiuservalue(L, -1, 1);
	while ((n = luaL_len(L, -1)) > 0) {
		lua_geti(L, -1, n);
		lua_pushnil(L);
		lua_seti(L, -3, n);
		if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
			fprintf(stderr, "atexit: %s\n",
				luaL_tolstring(L, -1, NULL));
			lua_pop(L, 2);
		}
	}
	return 0;
}

static void at_exit(void)
{
	lua_State *L = state;

	state = NULL;
	if (L && lua_checkstack(L, 8)) {
		lua_pushcfunction(L, run_functions);
		if (lua_pcall(L, 0, 0, 0) != LUA_OK)
			lua_pop(L, 1);
	}
}

/* The state is closed before the process ends: now or never. */
static int at_close(lua_State *L)
{
	(void)L;
	at_exit();
	return 0;
}

static void make_object(lua_State *L)
{
	static int is_registered;

	lua_newuserdatauv(L, 1, 1);
	lua_newtable(L);
	lua_setiuservalue(L, -2, 1);
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, at_close);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
	lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
	state = lua_tothread(L, -1);
	lua_pop(L, 1);
	if (!is_registered && atexit(at_exit) == 0)
		is_registered = 1;
}

/* S.atexit(function) -> true; S._exit does without */
static int sys_atexit(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TNIL)
		make_object(L);
	lua_getiuservalue(L, -1, 1);
	lua_pushvalue(L, 1);
	lua_seti(L, -2, luaL_len(L, -2) + 1);
	return sys_result(L, 0);
}

#define FUNCTIONS(F, G) F(clone) F(getcpu) F(atexit)
SYS_AREA(clone, FUNCTIONS);
