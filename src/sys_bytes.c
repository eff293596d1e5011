/*
 * sys_bytes.c - S.mem: bytes of memory by hand
 *
 * Layer: mechanism. What ffi.copy and its kin do in LuaJIT, within bounds.
 * Lua-side signatures: lua/meta/syscall/mem.lua.
 */

#include <string.h>

#include "sys.h"

static struct sys_mem *check_mem(lua_State *L, int arg)
{
	size_t size;

	sys_checkbuffer(L, arg, &size);
	return sys_tomem(L, arg);
}

/* mem.string(memory or string [, length]): without length up to a zero */
static int mem_string(lua_State *L)
{
	size_t size;
	const char *p = sys_checkbytes(L, 1, &size);
	long long n = sys_optint(L, 2, -1);

	if (n < 0)
		n = (long long)strnlen(p, size);
	luaL_argcheck(L, (size_t)n <= size, 2, "longer than the memory");
	lua_pushlstring(L, p, (size_t)n);
	return 1;
}

/* mem.copy(destination, source [, length]): a string with its zero */
static int mem_copy(lua_State *L)
{
	size_t room, size;
	char *to = sys_checkwritable(L, 1, &room);
	const char *from = sys_checkbytes(L, 2, &size);
	size_t all = size + (lua_type(L, 2) == LUA_TSTRING); /* and its zero */
	long long n = sys_optint(L, 3, (long long)all);

	luaL_argcheck(L, n >= 0 && (size_t)n <= all, 3,
		      "longer than the source");
	luaL_argcheck(L, (size_t)n <= room, 3, "longer than the destination");
	memmove(to, from, (size_t)n);
	lua_settop(L, 1);
	return 1;
}

/* mem.fill(memory, length [, byte]) */
static int mem_fill(lua_State *L)
{
	size_t room;
	char *to = sys_checkwritable(L, 1, &room);
	long long n = sys_optint(L, 2, (long long)room);

	luaL_argcheck(L, n >= 0 && (size_t)n <= room, 2,
		      "longer than the memory");
	memset(to, (int)sys_optint(L, 3, 0), (size_t)n);
	lua_settop(L, 1);
	return 1;
}

/* mem.sizeof(type, its name, or memory) -> bytes */
static int mem_sizeof(lua_State *L)
{
	struct sys_mem *m = sys_tomem(L, 1);

	lua_pushinteger(L, m ? (lua_Integer)m->size
			     : (lua_Integer)sys_checklayout(L, 1)->size);
	return 1;
}

/*
 * mem.fields(type) -> array of {name=, offset=, size=, count=, bits=}: count is
 * 0 for what is no array and 65535 for one without an end; offset says nothing
 * of a field of bits.
 */
static int mem_fields(lua_State *L)
{
	const struct sys_layout *layout = sys_checklayout(L, 1);
	const char *name = sys_layout_text(layout, SYS_FIELDS_TEXT);
	unsigned i;

	lua_createtable(L, layout->count, 0);
	for (i = 0; i < layout->count; i++, name += strlen(name) + 1) {
		const struct sys_field *f = &layout->fields[i];

		lua_createtable(L, 0, 5);
		lua_pushstring(L, name);
		lua_setfield(L, -2, "name");
		lua_pushinteger(L, f->offset);
		lua_setfield(L, -2, "offset");
		lua_pushinteger(L, sys_field_layout(layout, f)->size);
		lua_setfield(L, -2, "size");
		lua_pushinteger(L, f->count);
		lua_setfield(L, -2, "count");
		lua_pushboolean(L, f->scalar == SYS_BITS);
		lua_setfield(L, -2, "bits");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/* mem.new(type or name [, count]) -> zeroed, without its constructor */
static int mem_new(lua_State *L)
{
	const struct sys_layout *layout = sys_checklayout(L, 1);
	long long n = sys_optint(L, 2, 1);

	luaL_argcheck(L, n >= 0, 2, "negative count");
	sys_newmem(L, layout, (size_t)n);
	return 1;
}

/* mem.list(type or name, count) -> zeroed, indexed from 1 */
static int mem_list(lua_State *L)
{
	const struct sys_layout *layout = sys_checklayout(L, 1);
	long long n = sys_checkint(L, 2);

	luaL_argcheck(L, n >= 0, 2, "negative count");
	sys_pushmem(L, layout, (size_t)n)->list = 1;
	return 1;
}

/*
 * mem.cast(type or name, memory [, one]) -> a view of all of it as an array of
 * that type; or as one struct, with whatever else is there as its tail
 */
static int mem_cast(lua_State *L)
{
	const struct sys_layout *layout = sys_checklayout(L, 1);
	struct sys_mem *m = check_mem(L, 2), *view;
	size_t size = layout->size ? layout->size : 1;
	int one = lua_toboolean(L, 3);

	luaL_argcheck(L, m->size >= size, 2, "too short for the type");
	view = sys_newview(L, layout, m->data, one ? 1 : m->size / size, 2);
	if (one)
		view->size = m->size;
	return 1;
}

/* mem.sub(memory, offset, size) -> a view of so many bytes */
static int mem_sub(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);
	long long offset = sys_checkint(L, 2), size = sys_checkint(L, 3);

	luaL_argcheck(L, offset >= 0 && (size_t)offset <= m->size, 2,
		      "outside the memory");
	luaL_argcheck(L, size >= 0 && (size_t)size <= m->size - (size_t)offset,
		      3, "longer than the memory");
	sys_newview(L, &sys_layout_char, m->data + offset, (size_t)size, 1);
	return 1;
}

/* mem.offset(memory, view) -> how far in it the view begins */
static int mem_offset(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1), *view = check_mem(L, 2);

	luaL_argcheck(L, view->data >= m->data &&
				 view->data <= m->data + m->size,
		      2, "outside the memory");
	lua_pushinteger(L, view->data - m->data);
	return 1;
}

/* mem.pointer(address) -> memory of size 0: a place, not what is there */
static int mem_pointer(lua_State *L)
{
	sys_newview(L, &sys_layout_char, (void *)(intptr_t)sys_checkint(L, 1),
		    0, 0);
	return 1;
}

/* mem.ismem(value): is it memory of any type? */
static int mem_ismem(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushboolean(L, sys_tomem(L, 1) != NULL);
	return 1;
}

/* mem.istype(type, value) */
static int mem_istype(lua_State *L)
{
	struct sys_mem *m = sys_tomem(L, 2);

	lua_pushboolean(L, m && m->layout == sys_checklayout(L, 1));
	return 1;
}

/*
 * mem.address(memory) -> where it is, for calls that speak of another
 * process's memory, or let another speak of ours. Nothing keeps it there.
 */
static int mem_address(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)(uintptr_t)check_mem(L, 1)->data);
	return 1;
}

static int luaopen_mem(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"string", mem_string}, {"copy", mem_copy},
		{"fill", mem_fill},	{"sizeof", mem_sizeof},
		{"fields", mem_fields}, {"new", mem_new},
		{"list", mem_list},	{"cast", mem_cast},
		{"istype", mem_istype}, {"pointer", mem_pointer},
		{"address", mem_address},
		{"ismem", mem_ismem},
		{"cas", sys_mem_cas},	{"fetch_add", sys_mem_fetch_add},
		{"sub", mem_sub},	{"offset", mem_offset},
		{"set", sys_mem_set},
		{NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("syscall.mem", luaopen_mem);
