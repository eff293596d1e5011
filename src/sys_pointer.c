/*
 * sys_pointer.c - pointers in structs: what they were set to stays alive
 *
 * Layer: mechanism, of sys_mem.c. A pointer that leads to the kernel can be
 * checked before, and what was set can be read again.
 */

#include <string.h>

#include "sys.h"
#include "sys_field.h"

/*
 * What the pointers in a piece of memory were set to lies in a table of the
 * memory's own object, by the pointers' places.
 */
static void push_root(lua_State *L, int object)
{
	lua_pushvalue(L, object);
	while (lua_getiuservalue(L, -1, SYS_OWNER) == LUA_TUSERDATA)
		lua_remove(L, -2);
	lua_pop(L, 1);
}

/* Pushes that table, or nil: 0. */
static int push_anchors(lua_State *L, int object)
{
	push_root(L, object);
	lua_getiuservalue(L, -1, SYS_ANCHORS);
	lua_remove(L, -2);
	return !lua_isnil(L, -1);
}

static void anchor(lua_State *L, int object, const char *place, int value)
{
	int top = lua_gettop(L);

	value = lua_absindex(L, value);
	push_root(L, object);
	if (lua_getiuservalue(L, -1, SYS_ANCHORS) == LUA_TNIL) {
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_setiuservalue(L, top + 1, SYS_ANCHORS);
	}
	lua_pushvalue(L, value);
	lua_rawsetp(L, -2, place);
	lua_settop(L, top);
}

/* A struct was copied: its pointers keep alive what they did before. */
void sys_copyanchors(lua_State *L, int object, char *to, int source,
		     const char *from, size_t size)
{
	int top = lua_gettop(L);
	size_t at;

	object = lua_absindex(L, object);
	if (push_anchors(L, source)) {
		for (at = 0; at + sizeof(void *) <= size; at += 4) {
			if (lua_rawgetp(L, top + 1, from + at) != LUA_TNIL)
				anchor(L, object, to + at, -1);
			lua_settop(L, top + 1);
		}
	}
	lua_settop(L, top);
}

int sys_pushpointed(lua_State *L, int object, void *const *field)
{
	const char *place = (const char *)field;
	struct sys_mem *m;
	const void *p;
	int top = lua_gettop(L);

	memcpy(&p, place, sizeof p);
	if (push_anchors(L, object) && lua_rawgetp(L, -1, place) != LUA_TNIL) {
		lua_replace(L, top + 1);
		lua_settop(L, top + 1);
		m = sys_tomem(L, -1);
		if (m ? m->data == p : lua_tostring(L, -1) == p)
			return 1;
	}
	lua_settop(L, top);
	return 0;
}

void sys_checkpointer(lua_State *L, int object, void *const *place, size_t n)
{
	size_t size = 0;

	object = lua_absindex(L, object);
	if (n == 0)
		return;
	if (sys_pushpointed(L, object, place)) {
		sys_checkbytes(L, lua_gettop(L), &size);
		lua_pop(L, 1);
	}
	if (n > size)
		luaL_error(L, "a pointer to %d bytes, of which %d are asked",
			   (int)size, (int)n);
}

/*
 * A pointer, or 64 bits that hold one, as bpf(2) and io_submit(2) have them.
 * object: the stack index of the memory that p lies in. A string is copied:
 * the kernel may write through the pointer, and Lua's strings never change.
 */
void sys_setaddress(lua_State *L, unsigned scalar, char *p, int value,
		    int object)
{
	int top = lua_gettop(L);
	struct sys_mem *m = sys_tomem(L, value);
	const void *target;
	const char *text;
	size_t length;
	uint64_t wide;

	lua_pushvalue(L, value);
	if (m) {
		target = m->data;
	} else if (lua_type(L, value) == LUA_TSTRING) {
		text = lua_tolstring(L, value, &length);
		target = memcpy(sys_newmem(L, &sys_layout_char, length + 1),
				text, length);
	} else {
		target = (void *)(intptr_t)sys_optint(L, value, 0);
	}
	if (scalar == SYS_POINTER) {
		memcpy(p, &target, sizeof target);
	} else {
		wide = (uintptr_t)target;
		memcpy(p, &wide, sizeof wide);
		p += SYS_POINTER_IN_U64;
	}
	anchor(L, object, p, lua_gettop(L));
	lua_settop(L, top);
}

/* Memory as it was given, from its start on; else the number. */
void sys_pushpointer(lua_State *L, const char *p, int object)
{
	struct sys_mem *m;

	if (!sys_pushpointed(L, object, (void *const *)(const void *)p)) {
		sys_pushscalar(L, SYS_POINTER, p);
		return;
	}
	m = sys_tomem(L, -1);
	if (m && m->list) { /* C's array, from 0 on */
		sys_newview(L, m->layout, m->data, m->count, -1);
		lua_remove(L, -2);
	}
}
