/*
 * vm_interrupt.c - Lua code that ^C stops: require "vm.interrupt"
 *
 * Layer: mechanism. What the stock lua program does around each chunk: the
 * handler only sets a hook, which raises in the interpreter's own time.
 */

#include <signal.h>
#include <string.h>

#include <lauxlib.h>

#include "vm.h"

static lua_State *running;

static void stop(lua_State *L, lua_Debug *ar)
{
	(void)ar;
	lua_sethook(L, NULL, 0, 0);
	luaL_error(L, "interrupted");
}

static void on_interrupt(int number)
{
	(void)number; /* a second one ends the process: SA_RESETHAND */
	lua_sethook(running, stop,
		    LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
		    1);
}

static int traceback(lua_State *L)
{
	const char *message = luaL_tolstring(L, 1, NULL);

	luaL_traceback(L, L, message, 1);
	return 1;
}

/* interrupt.call(function, ...) -> true, results; or false, traceback */
static int interrupt_call(lua_State *L)
{
	struct sigaction action, old;
	int status;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	memset(&action, 0, sizeof action);
	action.sa_handler = on_interrupt;
	action.sa_flags = (int)SA_RESETHAND;
	lua_pushcfunction(L, traceback);
	lua_insert(L, 1);
	running = L;
	sigaction(SIGINT, &action, &old);
	status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 1);
	sigaction(SIGINT, &old, NULL);
	lua_sethook(L, NULL, 0, 0);
	lua_pushboolean(L, status == LUA_OK);
	lua_replace(L, 1);
	return lua_gettop(L);
}

static int luaopen_interrupt(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"call", interrupt_call},
		{NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("vm.interrupt", luaopen_interrupt);
