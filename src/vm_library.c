/*
 * vm_library.c - the standard libraries, opened as they are used
 *
 * Layer: mechanism. Most runs of a command use few globals. Functions of the
 * base and string libraries are put into their tables when they are first
 * looked for, the other libraries when their global is.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

#include <lstate.h>
#include <ltable.h>

#include "vm_internal.h"
#include "vm_lua.h"

/* what most runs need: growing later would leave holes */
enum { FIRST_GLOBALS = 16, FIRST_FUNCTIONS = 4, FIRST_STACK = 80 };

static const luaL_Reg libraries[] = {
	{LUA_TABLIBNAME, luaopen_table},    {LUA_OSLIBNAME, luaopen_os},
	{LUA_MATHLIBNAME, luaopen_math},    {LUA_UTF8LIBNAME, luaopen_utf8},
	{LUA_COLIBNAME, luaopen_coroutine}, {LUA_DBLIBNAME, luaopen_debug},
	{NULL, NULL},
};

static const luaL_Reg *base_functions, *string_functions;

/*
 * While this is set, what lbaselib.c and lstrlib.c call for lua_createtable and
 * luaL_setfuncs (vm_lua.h) takes the list and leaves the table empty.
 */
static const luaL_Reg **capture;

void vm_createtable(lua_State *L, int array, int record)
{
	lua_createtable(L, array, capture ? FIRST_FUNCTIONS : record);
}

void vm_setfuncs(lua_State *L, const luaL_Reg *list, int upvalues)
{
	if (!capture) {
		luaL_setfuncs(L, list, upvalues);
		return;
	}
	*capture = list;
	capture = NULL; /* a metatable's functions, which come next, are set */
}

static lua_CFunction find(const luaL_Reg *list, const char *name)
{
	for (; list->name; list++)
		if (strcmp(list->name, name) == 0)
			return list->func;
	return NULL;
}

/* table[name] = the function; leaves it on the stack */
static int keep(lua_State *L, lua_CFunction function)
{
	lua_pushcfunction(L, function);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -2);
	lua_rawset(L, 1);
	return 1;
}

static int index_string(lua_State *L)
{
	lua_CFunction function = NULL;

	if (lua_type(L, 2) == LUA_TSTRING)
		function = find(string_functions, lua_tostring(L, 2));
	return function ? keep(L, function) : 0;
}

static int pairs_string(lua_State *L)
{
	lua_settop(L, 1);
	luaL_setfuncs(L, string_functions, 0);
	lua_getglobal(L, "next");
	lua_insert(L, 1);
	return 2;
}

/*
 * io.write before anything else of io was used: most applets need no more.
 * Unlike the library's it does not return the file.
 */
static int write_errno; /* of the first write that failed */

int vm_write_errno(void)
{
	return write_errno;
}

static int light_write(lua_State *L)
{
	int i, n = lua_gettop(L);
	size_t length;
	const char *s;

	for (i = 1; i <= n; i++) {
		s = luaL_checklstring(L, i, &length);
		if (fwrite(s, 1, length, stdout) != length) {
			if (!write_errno)
				write_errno = errno;
			return luaL_fileresult(L, 0, NULL);
		}
	}
	lua_pushboolean(L, 1);
	return 1;
}

static int open_io(lua_State *L) /* __index of the light io */
{
	lua_settop(L, 2);
	luaL_requiref(L, LUA_IOLIBNAME, luaopen_io, 1);
	lua_pushvalue(L, 2);
	lua_gettable(L, -2);
	return 1;
}

static void push_light_io(lua_State *L)
{
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, light_write);
	lua_setfield(L, -2, "write");
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, open_io);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_setglobal(L, LUA_IOLIBNAME);
}

static int index_globals(lua_State *L)
{
	const char *name = lua_tostring(L, 2);
	lua_CFunction function;

	if (!name || lua_type(L, 2) != LUA_TSTRING)
		return 0;
	function = find(base_functions, name);
	if (!function && strcmp(name, "require") == 0)
		function = vm_require;
	if (function)
		return keep(L, function);
	if (strcmp(name, LUA_IOLIBNAME) == 0) {
		push_light_io(L);
		return 1;
	}
	function = find(libraries, name);
	if (function) {
		luaL_requiref(L, name, function, 1);
		return 1;
	}
	if (strcmp(name, LUA_LOADLIBNAME) == 0) {
		vm_open_package(L);
		lua_getglobal(L, LUA_LOADLIBNAME);
		return 1;
	}
	return 0;
}

static int pairs_globals(lua_State *L)
{
	const luaL_Reg *list;

	lua_settop(L, 1);
	luaL_setfuncs(L, base_functions, 0);
	for (list = libraries; list->name; list++)
		lua_getglobal(L, list->name);
	lua_getglobal(L, LUA_IOLIBNAME);
	lua_settop(L, 1);
	lua_getglobal(L, "next");
	lua_insert(L, 1);
	return 2;
}

static void set_metamethods(lua_State *L, lua_CFunction index,
			    lua_CFunction pairs)
{
	lua_createtable(L, 0, 2);
	lua_pushcfunction(L, index);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, pairs);
	lua_setfield(L, -2, "__pairs");
	lua_setmetatable(L, -2);
}

/* Strings have methods without any global being named. */
void vm_open_libraries(lua_State *L)
{
	lua_checkstack(L, FIRST_STACK);
	lua_pushglobaltable(L);
	luaH_resize(L, hvalue(s2v(L->top - 1)), 0, FIRST_GLOBALS);
	lua_pop(L, 1);
	capture = &base_functions;
	luaopen_base(L);
	set_metamethods(L, index_globals, pairs_globals);
	capture = &string_functions;
	luaopen_string(L);
	set_metamethods(L, index_string, pairs_string);
	lua_setfield(L, -2, LUA_STRLIBNAME);
	lua_pop(L, 1);
}
