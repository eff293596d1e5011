/*
 * vm_self.c - require "vm": what Lua may ask of its own machine
 *
 * Layer: mechanism.
 */

#include "vm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>

#include "vm_embedded.h"
#include "vm_internal.h"

extern const struct vm_applet __start_vm_applets[], __stop_vm_applets[];

/* vm.limit(bytes, instructions): caps on this state from now on; 0 is none */
static int vm_lua_limit(lua_State *L)
{
	struct vm_limits limits;

	limits.memory = (size_t)luaL_optinteger(L, 1, 0);
	limits.instructions = (uint64_t)luaL_optinteger(L, 2, 0);
	vm_limit(L, &limits);
	return 0;
}

/* vm.modules([prefix]) -> sorted array of the embedded modules' names */
static int vm_lua_modules(lua_State *L)
{
	const char *prefix = luaL_optstring(L, 1, "");
	size_t length = strlen(prefix);
	unsigned i;
	lua_Integer n = 0;

	lua_newtable(L);
	for (i = 0; i < vm_embedded_count; i++) {
		const char *name = vm_embedded_names + vm_embedded[i].name;

		if (strncmp(name, prefix, length) != 0 ||
		    vm_embedded[i].data == VM_LEFT_OUT)
			continue;
		lua_pushstring(L, name);
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

/* vm.applets() -> array of the names of the applets that are in C */
static int vm_lua_applets(lua_State *L)
{
	const struct vm_applet *a;
	lua_Integer n = 0;

	lua_newtable(L);
	for (a = __start_vm_applets; a < __stop_vm_applets; a++) {
		lua_pushstring(L, a->name);
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

/* vm.has(name) -> is there such a module, embedded or overriding */
static int vm_lua_has(lua_State *L)
{
	lua_pushboolean(L, vm_has_module(luaL_checkstring(L, 1)));
	return 1;
}

/* vm.flush() -> true, or nil and the message: standard output, written out */
static int vm_lua_flush(lua_State *L)
{
	int failed = fflush(stdout) != 0;

	if (!failed && ferror(stdout)) { /* an earlier write, not looked at */
		failed = 1;
		errno = vm_write_errno() ? vm_write_errno() : EIO;
	}
	return luaL_fileresult(L, !failed, NULL);
}

/* vm.override() -> the folder whose Lua takes precedence, or nil */
static int vm_lua_override(lua_State *L)
{
	lua_pushstring(L, vm_override_folder());
	return 1;
}

/* vm.protect(): tables of functions become read-only; for programs that stay */
static int vm_lua_protect(lua_State *L)
{
	(void)L;
	vm_protect();
	return 0;
}

static int luaopen_vm(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"limit", vm_lua_limit},       {"modules", vm_lua_modules},
		{"applets", vm_lua_applets},   {"has", vm_lua_has},
		{"override", vm_lua_override}, {"flush", vm_lua_flush},
		{"protect", vm_lua_protect},
		{NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("vm", luaopen_vm);
