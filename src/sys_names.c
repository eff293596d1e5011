/*
 * sys_names.c - what there is in S, S.c and S.t, whose tables fill by use
 *
 * Layer: mechanism, for completion, documentation and tests.
 */

#include <string.h>

#include "sys.h"

extern const struct sys_area __start_sys_areas[], __stop_sys_areas[];

/* names.functions() -> names of S's functions in C */
static int functions(lua_State *L)
{
	const struct sys_area *area = __start_sys_areas;
	const char *name;
	lua_Integer n = 0;
	unsigned i;

	lua_newtable(L);
	while (area < __stop_sys_areas) {
		/* behind the functions their names' lengths, then the names */
		name = (const char *)&area->functions[area->count] +
		       area->count;
		for (i = 0; i < area->count; i++, name += strlen(name) + 1) {
			lua_pushstring(L, name);
			lua_rawseti(L, -2, ++n);
		}
		area = (const void *)((const char *)area + area->size);
	}
	return 1;
}

/* names.constants() -> names of S.c's tables */
static int constants(lua_State *L)
{
	const struct sys_consts *t = NULL;
	lua_Integer n = 0;

	lua_newtable(L);
	while ((t = sys_next_consts(t))) {
		lua_pushstring(L, sys_tablename(t));
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

/* names.types() -> names of S.t's structs and scalars */
static int types(lua_State *L)
{
	const struct sys_layout *layout = NULL;
	lua_Integer n = 0;

	lua_newtable(L);
	while ((layout = sys_next_layout(layout))) {
		lua_pushstring(L, sys_layout_name(layout));
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

static int luaopen_syscall_names(lua_State *L)
{
	static const luaL_Reg names[] = {
		{"functions", functions},
		{"constants", constants},
		{"types", types},
		{NULL, NULL},
	};

	luaL_newlib(L, names);
	return 1;
}

VM_MODULE("syscall.names", luaopen_syscall_names);
