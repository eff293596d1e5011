/*
 * sys_argument.c - memory as an argument of a call: bytes, cells, structs
 *
 * Layer: mechanism. A struct is asked for by its layout: what its constructor
 * takes is converted in place, and its address must be one that C may use.
 */

#include "sys.h"
#include "sys_field.h"

const void *sys_checkbytes(lua_State *L, int arg, size_t *size)
{
	if (lua_type(L, arg) == LUA_TSTRING)
		return lua_tolstring(L, arg, size);
	return sys_checkbuffer(L, arg, size);
}

void *sys_optcell(lua_State *L, int arg)
{
	size_t size;
	void *p;

	if (lua_isnoneornil(L, arg))
		return NULL;
	p = sys_checkwritable(L, arg, &size);
	luaL_argcheck(L, size >= sizeof(int), arg, "t.int1 expected");
	return p;
}

struct sys_mem *sys_convert(lua_State *L, int arg, const char *type)
{
	arg = lua_absindex(L, arg);
	if (lua_gettop(L) < arg) /* lua_replace would change Lua's only nil */
		lua_settop(L, arg);
	sys_push_type(L, type);
	lua_pushvalue(L, arg);
	lua_call(L, 1, 1);
	lua_replace(L, arg);
	if (!sys_tomem(L, arg))
		luaL_typeerror(L, arg, "memory");
	return sys_tomem(L, arg);
}

/* What 64 bits in a struct are aligned to: 4 on 32-bit x86. */
struct widest {
	char before;
	uint64_t value;
};

/* What its address must be a multiple of; packed structs ask for less. */
static size_t alignment(const struct sys_layout *layout)
{
	const struct sys_field *f = layout->fields;
	size_t most = 1, n;
	unsigned i;

	if (layout->scalar != SYS_NESTED)
		return sys_elementsize(layout) < offsetof(struct widest, value)
			       ? sys_elementsize(layout)
			       : offsetof(struct widest, value);
	for (i = 0; i < layout->count; i++, f++) {
		n = f->scalar == SYS_NESTED
			    ? alignment(sys_field_layout(layout, f))
			    : f->size;
		if (n > most)
			most = n;
	}
	if (most > offsetof(struct widest, value))
		most = offsetof(struct widest, value);
	n = layout->size & -(size_t)layout->size;
	return n && n < most ? n : most;
}

void *sys_checkstruct(lua_State *L, int arg, const struct sys_layout *layout)
{
	struct sys_mem *m = sys_tomem(L, arg);
	size_t size;

	arg = lua_absindex(L, arg);
	if (lua_isnoneornil(L, arg)) /* forgotten: no struct of zeros for it */
		luaL_typeerror(L, arg, sys_layout_name(layout));
	if (!m)
		m = sys_convert(L, arg, sys_layout_name(layout));
	sys_checkbuffer(L, arg, &size);
	if (size < layout->size ||
	    (m->layout != layout && m->layout->scalar == SYS_NESTED))
		luaL_typeerror(L, arg, sys_layout_name(layout));
	if ((uintptr_t)m->data % 8 && (uintptr_t)m->data % alignment(layout))
		luaL_argerror(L, arg, "misaligned memory");
	return m->data;
}

void *sys_outstruct(lua_State *L, int arg, const struct sys_layout *layout)
{
	size_t size;

	if (!lua_isnoneornil(L, arg)) {
		sys_checkstruct(L, arg, layout);
		return sys_checkwritable(L, arg, &size);
	}
	while (lua_gettop(L) < arg)
		lua_pushnil(L);
	sys_newmem(L, layout, 1);
	lua_replace(L, arg);
	return sys_tomem(L, arg)->data;
}
