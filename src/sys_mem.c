/*
 * sys_mem.c - memory that the kernel reads and writes: structs, arrays, views
 *
 * Layer: mechanism. One kind of userdata for all: bytes, an element layout and
 * a count. A nested field is a view that keeps its parent alive; a pointer
 * field keeps what it points to alive. Friendly fields (sa.port) are Lua, in
 * lua/syscall/types/; they are looked up after the raw ones.
 */

#include <limits.h>
#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>

#include "sys.h"
#include "sys_field.h"

static const char tag;

/* ---- making and recognising ---- */

static int push_metatable(lua_State *L);

static struct sys_mem *new_object(lua_State *L,
				  const struct sys_layout *layout,
				  size_t count, size_t inline_size)
{
	size_t head = (sizeof(struct sys_mem) + alignof(max_align_t) - 1) /
		      alignof(max_align_t) * alignof(max_align_t);
	struct sys_mem *m = lua_newuserdatauv(L, head + inline_size, 2);

	m->tag = &tag;
	m->data = (char *)m + head;
	m->layout = layout;
	m->count = count;
	m->size = count * sys_elementsize(layout);
	m->list = 0;
	m->mapped = 0;
	push_metatable(L);
	lua_setmetatable(L, -2);
	return m;
}

struct sys_mem *sys_pushmem(lua_State *L, const struct sys_layout *layout,
			    size_t count)
{
	struct sys_mem *m;
	size_t size = sys_elementsize(layout);

	if (count > (size_t)INT_MAX / size)
		luaL_error(L, "%s: too large", sys_layout_name(layout));
	m = new_object(L, layout, count, count * size);
	memset(m->data, 0, m->size);
	return m;
}

struct sys_mem *sys_pushsized(lua_State *L, const struct sys_layout *layout,
			      size_t size)
{
	struct sys_mem *m;

	if (size < layout->size || size > INT_MAX)
		luaL_error(L, "%s: size", sys_layout_name(layout));
	m = new_object(L, layout, 1, size);
	m->size = size;
	memset(m->data, 0, size);
	return m;
}

void *sys_newmem(lua_State *L, const struct sys_layout *layout, size_t count)
{
	return sys_pushmem(L, layout, count)->data;
}

struct sys_mem *sys_newview(lua_State *L, const struct sys_layout *layout,
			    void *data, size_t count, int owner)
{
	struct sys_mem *m, *of = owner ? sys_tomem(L, owner) : NULL;

	owner = owner ? lua_absindex(L, owner) : 0;
	m = new_object(L, layout, count, 0);
	m->data = data;
	m->mapped = of && of->mapped;
	if (owner) {
		lua_pushvalue(L, owner);
		lua_setiuservalue(L, -2, SYS_OWNER);
	}
	return m;
}

struct sys_mem *sys_tomem(lua_State *L, int arg)
{
	struct sys_mem *m = lua_touserdata(L, arg);

	/* a light one, whose address says nothing, has no length */
	return m && lua_rawlen(L, arg) >= sizeof *m && m->tag == &tag ? m
								       : NULL;
}

static struct sys_mem *check_mem(lua_State *L, int arg)
{
	struct sys_mem *m = sys_tomem(L, arg);

	if (!m)
		luaL_typeerror(L, arg, "memory");
	return m;
}

/* n bytes at p, in m: of a mapping they must be there, with this protection */
static void check_access(lua_State *L, const struct sys_mem *m, const char *p,
			 size_t n, int prot)
{
	if (m->mapped && !sys_mapped(p, n, prot))
		luaL_error(L, "memory that is not mapped, or protected");
}

void *sys_checkbuffer(lua_State *L, int arg, size_t *size)
{
	struct sys_mem *m = check_mem(L, arg);

	check_access(L, m, m->data, m->size, PROT_READ);
	*size = m->size;
	return m->data;
}

void *sys_checkwritable(lua_State *L, int arg, size_t *size)
{
	struct sys_mem *m = check_mem(L, arg);

	check_access(L, m, m->data, m->size, PROT_READ | PROT_WRITE);
	*size = m->size;
	return m->data;
}

/* ---- classes: what Lua adds to a layout ---- */

const char *sys_layout_name(const struct sys_layout *layout)
{
	return (const char *)(layout->fields + layout->count);
}

const char *sys_layout_text(const struct sys_layout *layout, unsigned i)
{
	const char *text = sys_layout_name(layout);

	while (i-- > 0)
		text += strlen(text) + 1;
	return text;
}

/* Pushes the class, or nil where the layout has none. */
static int push_class(lua_State *L, const struct sys_layout *layout)
{
	const char *area = sys_layout_text(layout, SYS_AREA_TEXT);

	if (!*area) {
		lua_pushnil(L);
		return LUA_TNIL;
	}
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, layout) == LUA_TTABLE)
		return LUA_TTABLE;
	lua_pop(L, 1);
	lua_getglobal(L, "require");
	lua_pushfstring(L, "syscall.types.%s", area);
	lua_call(L, 1, 1);
	if (lua_getfield(L, -1, sys_layout_name(layout)) != LUA_TTABLE) {
		lua_pop(L, 1);
		lua_newtable(L); /* none: remembered as an empty one */
	}
	lua_remove(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, layout);
	return LUA_TTABLE;
}

/* Pushes class[part][key] (or class[part], without a key) if it is there. */
static int push_class_member(lua_State *L, const struct sys_layout *layout,
			     const char *part, int key)
{
	int top = lua_gettop(L);

	key = key ? lua_absindex(L, key) : 0;
	if (push_class(L, layout) == LUA_TTABLE &&
	    lua_getfield(L, -1, part) != LUA_TNIL) {
		if (key) {
			lua_pushvalue(L, key);
			lua_gettable(L, -2);
		}
		if (!lua_isnil(L, -1)) {
			lua_replace(L, top + 1);
			lua_settop(L, top + 1);
			return 1;
		}
	}
	lua_settop(L, top);
	return 0;
}

/* ---- metamethods ---- */

/* 0-based, raising; in a list 1-based, nil at the end */
static char *element(lua_State *L, struct sys_mem *m, lua_Integer i, int prot)
{
	char *p;

	if (m->list)
		i--;
	if (i < 0 || (size_t)i >= m->count) {
		if (m->list)
			return NULL;
		luaL_error(L, "index %d out of range (0 to %d)", (int)i,
			   (int)m->count - 1);
	}
	p = m->data + (size_t)i * sys_elementsize(m->layout);
	check_access(L, m, p, sys_elementsize(m->layout), prot);
	return p;
}

/* The struct whose fields are asked for. */
static void check_struct(lua_State *L, const struct sys_mem *m, int prot)
{
	if (m->size < m->layout->size)
		luaL_error(L, "no memory at that address");
	check_access(L, m, m->data, m->layout->size, prot);
}

/* One struct, whose class may say what set[n] is: t.cpu_set */
static int is_one(const struct sys_mem *m)
{
	return m->count == 1 && !m->list && m->layout->scalar == SYS_NESTED;
}

static int mem_index(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);
	const struct sys_field *f;
	const char *name;
	char *p;

	if (lua_type(L, 2) == LUA_TNUMBER) {
		if (is_one(m) &&
		    push_class_member(L, m->layout, "element", 0)) {
			lua_pushvalue(L, 1);
			lua_pushvalue(L, 2);
			lua_call(L, 2, 1);
			return 1;
		}
		p = element(L, m, sys_checkint(L, 2), PROT_READ);
		if (!p)
			lua_pushnil(L);
		else if (m->layout->scalar == SYS_POINTER)
			sys_pushpointer(L, p, 1);
		else if (m->layout->scalar != SYS_NESTED)
			sys_pushscalar(L, m->layout->scalar, p);
		else
			sys_newview(L, m->layout, p, 1, 1);
		return 1;
	}
	name = luaL_checkstring(L, 2);
	if (m->list && strcmp(name, "count") == 0) {
		lua_pushinteger(L, (lua_Integer)m->count);
		return 1;
	}
	if (m->list) { /* fds.pfd: the same, indexed from 0 */
		sys_newview(L, m->layout, m->data, m->count, 1);
		return 1;
	}
	check_struct(L, m, PROT_READ);
	f = sys_findrecent(m->layout, name);
	if (f) {
		sys_pushfield(L, m, f, 1);
		return 1;
	}
	f = sys_findexact(m->layout, "", name);
	if (!f) {
		if (push_class_member(L, m->layout, "get", 2)) {
			lua_pushvalue(L, 1);
			lua_call(L, 1, 1);
			return 1;
		}
		f = sys_findprefixed(m->layout, name);
	}
	if (f) {
		sys_rememberfield(m->layout, name, f);
		sys_pushfield(L, m, f, 1);
		return 1;
	}
	if (push_class_member(L, m->layout, "methods", 2))
		return 1;
	if (push_class_member(L, m->layout, "index", 0)) {
		lua_pushvalue(L, 1);
		lua_pushvalue(L, 2);
		lua_call(L, 2, 1);
		return 1;
	}
	return luaL_error(L, "invalid index %s", name);
}

static int mem_newindex(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);
	const struct sys_field *f;
	const char *name;
	char *p;

	lua_settop(L, 3);
	if (lua_type(L, 2) == LUA_TNUMBER) {
		if (is_one(m) &&
		    push_class_member(L, m->layout, "newelement", 0)) {
			lua_pushvalue(L, 1);
			lua_pushvalue(L, 2);
			lua_pushvalue(L, 3);
			lua_call(L, 3, 0);
			return 0;
		}
		p = element(L, m, sys_checkint(L, 2), PROT_WRITE);
		if (!p)
			return luaL_error(L, "index out of range");
		sys_assignelement(L, m->layout, p, 3, 1);
		return 0;
	}
	name = luaL_checkstring(L, 2);
	if (push_class_member(L, m->layout, "set", 2)) {
		lua_pushvalue(L, 1);
		lua_pushvalue(L, 3);
		lua_call(L, 2, 0);
		return 0;
	}
	f = m->list ? NULL : sys_findfield(m->layout, name);
	if (f) {
		check_struct(L, m, PROT_WRITE);
		sys_assignfield(L, m, f, 3, 1);
		return 0;
	}
	if (push_class_member(L, m->layout, "newindex", 0)) {
		lua_pushvalue(L, 1);
		lua_pushvalue(L, 2);
		lua_pushvalue(L, 3);
		lua_call(L, 3, 0);
		return 0;
	}
	return luaL_error(L, "invalid index %s", name);
}

/* mem.set(memory, field, value): the raw field, past its friendly setter */
int sys_mem_set(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);
	const struct sys_field *f;

	lua_settop(L, 3);
	f = sys_findfield(m->layout, luaL_checkstring(L, 2));
	luaL_argcheck(L, f && !m->list, 2, "no such field");
	check_struct(L, m, PROT_WRITE);
	sys_assignfield(L, m, f, 3, 1);
	return 0;
}

static int mem_len(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);

	if (m->list) {
		lua_pushinteger(L, (lua_Integer)m->count);
	} else if (push_class_member(L, m->layout, "len", 0)) {
		lua_pushvalue(L, 1);
		lua_call(L, 1, 1);
	} else {
		lua_pushinteger(L, (lua_Integer)m->size);
	}
	return 1;
}

static int mem_tostring(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);

	if (push_class_member(L, m->layout,
			      m->list ? "list_tostring" : "tostring", 0)) {
		lua_pushvalue(L, 1);
		lua_call(L, 1, 1);
	} else {
		lua_pushfstring(L, "%s: %p", sys_layout_name(m->layout),
				m->data);
	}
	return 1;
}

/* buffer + offset: a view of the rest */
static int mem_add(lua_State *L)
{
	struct sys_mem *m = check_mem(L, 1);
	long long n = sys_checkint(L, 2);
	size_t size = sys_elementsize(m->layout);

	if (n < 0 || (size_t)n > m->count)
		return luaL_error(L, "offset %d out of range", (int)n);
	sys_newview(L, m->layout, m->data + (size_t)n * size,
		    m->count - (size_t)n, 1);
	return 1;
}

static int push_metatable(lua_State *L)
{
	static const luaL_Reg meta[] = {
		{"__index", mem_index},	  {"__newindex", mem_newindex},
		{"__len", mem_len},	  {"__tostring", mem_tostring},
		{"__add", mem_add},	  {NULL, NULL},
	};

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) == LUA_TNIL) {
		lua_pop(L, 1);
		luaL_newlib(L, meta);
		lua_pushliteral(L, "memory");
		lua_setfield(L, -2, "__name");
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
	}
	return 1;
}
