/*
 * sys.c - S, the table of the system call interface
 *
 * Layer: mechanism. require "syscall" gives an empty table that fills as its
 * members are asked for: functions from the areas, S.c and S.t and what is
 * composed in Lua (lua/syscall/). Lua-side signatures: lua/meta/syscall.lua.
 */

#include "sys.h"

#include <errno.h>
#include <string.h>

extern const struct sys_area __start_sys_areas[], __stop_sys_areas[];

static lua_CFunction find_function(const char *name)
{
	const struct sys_area *area = __start_sys_areas;
	const unsigned char *lengths;
	size_t length = strlen(name) + 1;
	const char *n;
	unsigned i;

	while (area < __stop_sys_areas) {
		lengths = (const unsigned char *)&area->functions[area->count];
		n = (const char *)lengths + area->count;
		for (i = 0; i < area->count; n += lengths[i++])
			if (lengths[i] == length &&
			    memcmp(n, name, length) == 0)
				return (lua_CFunction)vm_address(
					(uintptr_t)area->functions[i]);
		area = (const void *)((const char *)area + area->size);
	}
	return NULL;
}

int sys_result(lua_State *L, long r)
{
	if (r < 0)
		return sys_fail(L, errno);
	lua_pushboolean(L, 1);
	return 1;
}

int sys_integer(lua_State *L, long long r)
{
	if (r == -1)
		return sys_fail(L, errno);
	lua_pushinteger(L, r);
	return 1;
}

long long sys_checkint(lua_State *L, int arg)
{
	int ok;
	lua_Integer n = lua_tointegerx(L, arg, &ok);

	return ok ? n : luaL_checkinteger(L, arg);
}

long long sys_optint(lua_State *L, int arg, long long absent)
{
	int ok;
	lua_Integer n = lua_tointegerx(L, arg, &ok);

	if (ok)
		return n;
	return lua_isnoneornil(L, arg) ? absent : luaL_checkinteger(L, arg);
}

size_t sys_optcount(lua_State *L, int arg, size_t size)
{
	long long n = sys_optint(L, arg, (long long)size);

	luaL_argcheck(L, n >= 0 && (unsigned long long)n <= size, arg,
		      "count larger than the buffer");
	return (size_t)n;
}

const char *sys_checkpath(lua_State *L, int arg)
{
	size_t length;
	const char *path = luaL_checklstring(L, arg, &length);

	if (memchr(path, '\0', length))
		luaL_argerror(L, arg, "path with an embedded zero");
	return path;
}

const char *sys_optpath(lua_State *L, int arg, const char *absent)
{
	return lua_isnoneornil(L, arg) ? absent : sys_checkpath(L, arg);
}

static void lazy_table(lua_State *L, lua_CFunction index)
{
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, index);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
}

/* __index of S.c and S.t: what is found stays in the table */
static int index_c(lua_State *L)
{
	if (lua_type(L, 2) != LUA_TSTRING ||
	    !sys_push_consts(L, lua_tostring(L, 2)))
		return 0;
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -2);
	lua_rawset(L, 1);
	return 1;
}

static int index_t(lua_State *L)
{
	if (lua_type(L, 2) != LUA_TSTRING ||
	    !sys_make_type(L, lua_tostring(L, 2)))
		return 0;
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -2);
	lua_rawset(L, 1);
	return 1;
}

/* Members that are neither functions in C nor composed in Lua. */
static int push_member(lua_State *L, const char *name)
{
	static const char *const streams[] = {"stdin", "stdout", "stderr"};
	int i;

	if (strcmp(name, "c") == 0) {
		lazy_table(L, index_c);
		return 1;
	}
	if (strcmp(name, "t") == 0) {
		lazy_table(L, index_t);
		return 1;
	}
	for (i = 0; i < 3; i++) {
		if (strcmp(name, streams[i]) == 0) {
			sys_pushfd(L, i);
			lua_getfield(L, -1, "nogc");
			lua_pushvalue(L, -2);
			lua_call(L, 1, 1);
			return 1;
		}
	}
	return 0;
}

static int index_S(lua_State *L)
{
	const char *name = lua_tostring(L, 2);
	lua_CFunction f;

	if (!name || lua_type(L, 2) != LUA_TSTRING)
		return 0;
	f = find_function(name);
	if (f) {
		lua_pushcfunction(L, f);
	} else if (!push_member(L, name)) {
		lua_getglobal(L, "require");
		lua_pushliteral(L, "syscall.composed");
		lua_call(L, 1, 1);
		lua_pushvalue(L, 2);
		if (lua_gettable(L, -2) == LUA_TNIL)
			return 1;
	}
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -2);
	lua_rawset(L, 1);
	return 1;
}

static const char registry_key;

void sys_pushS(lua_State *L)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &registry_key) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	lazy_table(L, index_S);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &registry_key);
}

static int luaopen_syscall(lua_State *L)
{
	sys_pushS(L);
	return 1;
}

VM_MODULE("syscall", luaopen_syscall);
