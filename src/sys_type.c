/*
 * sys_type.c - S.t: constructors
 *
 * Layer: mechanism. A type is a callable object; what its call accepts is the
 * class's business (lua/syscall/types/), or, without one, a table of fields.
 */

#include <string.h>

#include "sys.h"

extern const char __start_sys_layouts[], __stop_sys_layouts[];

static const char tag;

enum shape { STRUCT, SCALAR, ARRAY, BUFFER, LIST };

struct type_object {
	const void *tag;
	const struct sys_layout *layout;
	enum shape shape;
	size_t count;
};

/* names of C's types that differ from the layouts', and how wide they are */
static const struct {
	char name[12];
	char layout[8];
} aliases[] = {
	{"uchar", "uint8"},	{"int", "int32"},     {"uint", "uint32"},
	{"mode", "uint32"},	{"uid", "uint32"},    {"gid", "uint32"},
	{"pid", "int32"},	{"socklen", "uint32"}, {"id", "uint32"},
	{"off", "int64"},	{"in_port", "uint16"}, {"sa_family", "uint16"},
	{"clockid", "int32"},	{"dev", "uint64"},    {"ino", "uint64"},
	{"nlink", "uint64"},	{"nfds", "uint64"},   {"time", "int64"},
#if __SIZEOF_LONG__ == 8
	{"long", "int64"},	{"ulong", "uint64"},  {"size", "uint64"},
	{"ssize", "int64"},	{"clock", "int64"},   {"uintptr", "uint64"},
	{"aio_context", "uint64"}, {"daddr", "int64"},
#else
	{"long", "int32"},	{"ulong", "uint32"},  {"size", "uint32"},
	{"ssize", "int32"},	{"clock", "int32"},   {"uintptr", "uint32"},
	{"aio_context", "uint32"}, {"daddr", "int32"},
#endif
};

/* many of one kind: indexed from 1, or as C's arrays are */
static const struct {
	char name[16];
	char layout[17];
	char shape;
} arrays[] = {
	{"pollfds", "pollfd", LIST},
	{"epoll_events", "epoll_event", LIST},
	{"iovecs", "iovec", LIST},
	{"mmsghdrs", "mmsghdr", LIST},
	{"io_events", "io_event", LIST},
	{"buffer", "char", BUFFER},
	{"ints", "int32", BUFFER},
	{"string_array", "intptr", BUFFER},
	{"sock_filters", "sock_filter", BUFFER},
	{"bpf_insns", "bpf_insn", BUFFER},
	{"iocbs", "iocb", BUFFER},
	{"iocb_ptrs", "intptr", BUFFER},
};

const struct sys_layout *sys_next_layout(const struct sys_layout *layout)
{
	const char *p = __start_sys_layouts;

	if (layout)
		p = (const char *)layout + layout->length;
	return p < __stop_sys_layouts ? (const void *)p : NULL;
}

const struct sys_layout *sys_find_layout(const char *name)
{
	const struct sys_layout *l = NULL;
	size_t i;

	while ((l = sys_next_layout(l)) != NULL)
		if (strcmp(sys_layout_name(l), name) == 0)
			return l;
	for (i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (strcmp(aliases[i].name, name) == 0)
			return sys_find_layout(aliases[i].layout);
	return NULL;
}

static struct type_object *check_type(lua_State *L, int arg)
{
	struct type_object *o = NULL;

	if (lua_type(L, arg) == LUA_TUSERDATA &&
	    lua_rawlen(L, arg) == sizeof *o)
		o = lua_touserdata(L, arg);
	if (!o || o->tag != &tag)
		luaL_typeerror(L, arg, "type");
	return o;
}

/* The fields of the table at index source, one by one, into the object on top.
 */
static void set_fields(lua_State *L, int source)
{
	int object = lua_gettop(L);

	lua_pushnil(L);
	while (lua_next(L, source)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_settable(L, object);
	}
}

static int push_constructor(lua_State *L, const struct sys_layout *layout)
{
	const char *area = sys_layout_text(layout, SYS_AREA_TEXT);

	if (!*area)
		return 0;
	lua_getglobal(L, "require");
	lua_pushfstring(L, "syscall.types.%s", area);
	lua_call(L, 1, 1);
	if (lua_getfield(L, -1, sys_layout_name(layout)) == LUA_TTABLE &&
	    lua_getfield(L, -1, "new") == LUA_TFUNCTION)
		return 1;
	return 0;
}

static int new_struct(lua_State *L, const struct sys_layout *layout)
{
	struct sys_mem *m = sys_tomem(L, 2);
	int n = lua_gettop(L) - 1;

	if (m && m->layout == layout) {
		lua_settop(L, 2);
		return 1;
	}
	if (push_constructor(L, layout)) {
		lua_insert(L, 2);
		lua_settop(L, n + 2);
		lua_call(L, n, 1);
		return 1;
	}
	lua_settop(L, n + 1);
	lua_settop(L, 2); /* nil where there was no argument */
	sys_newmem(L, layout, 1);
	if (lua_type(L, 2) == LUA_TTABLE)
		set_fields(L, 2);
	else if (!lua_isnil(L, 2))
		return luaL_typeerror(L, 2, "table");
	return 1;
}

static int new_scalar(lua_State *L, const struct sys_layout *layout)
{
	lua_settop(L, 2);
	if (lua_isnil(L, 2))
		lua_pushinteger(L, 0);
	lua_settop(L, lua_isnil(L, 2) ? 3 : 2);
	sys_newmem(L, layout, 1);
	lua_pushinteger(L, 0);
	lua_pushvalue(L, -3);
	lua_settable(L, -3);
	lua_pushinteger(L, 0);
	lua_gettable(L, -2);
	return 1;
}

/* t.int1(5), t.int2(1, 2), t.int2 {1, 2} */
static int new_array(lua_State *L, const struct sys_layout *layout,
		     size_t count)
{
	size_t i;

	int table = lua_type(L, 2) == LUA_TTABLE;

	lua_settop(L, 3);
	sys_newmem(L, layout, count);
	for (i = 0; i < count; i++) {
		if (table)
			lua_geti(L, 2, (lua_Integer)i + 1);
		else
			lua_pushvalue(L, (int)i + 2);
		if (lua_isnil(L, -1))
			lua_pop(L, 1); /* it is zero */
		else
			lua_seti(L, -2, (lua_Integer)i);
	}
	return 1;
}

/* t.buffer(size [, table]): bytes */
static int new_buffer(lua_State *L, const struct sys_layout *layout)
{
	long long size, i;

	if (lua_type(L, 2) == LUA_TTABLE) { /* as many as it has */
		lua_settop(L, 2);
		lua_pushvalue(L, 2);
		lua_pushinteger(L, (lua_Integer)luaL_len(L, 2));
		lua_replace(L, 2);
	}
	size = sys_checkint(L, 2);
	luaL_argcheck(L, size >= 0, 2, "negative size");
	sys_newmem(L, layout, (size_t)size);
	if (lua_type(L, 3) != LUA_TTABLE)
		return 1;
	for (i = 0; i < size; i++) {
		if (lua_geti(L, 3, i + 1) == LUA_TNIL) {
			lua_pop(L, 1);
			break;
		}
		lua_seti(L, -2, i);
	}
	return 1;
}

/* t.pollfds(count, or an array of what the element's constructor takes) */
static int new_list(lua_State *L, const struct sys_layout *layout)
{
	long long n, i;

	if (lua_type(L, 2) == LUA_TTABLE)
		n = (long long)luaL_len(L, 2);
	else
		n = sys_optint(L, 2, 1);
	luaL_argcheck(L, n >= 0, 2, "negative count");
	sys_pushmem(L, layout, (size_t)n)->list = 1;
	if (lua_type(L, 2) != LUA_TTABLE)
		return 1;
	lua_insert(L, 1);
	sys_push_type(L, sys_layout_text(layout, 0));
	for (i = 1; i <= n; i++) { /* what its constructor takes */
		lua_pushvalue(L, -1);
		lua_geti(L, 3, i);
		lua_call(L, 1, 1);
		lua_seti(L, 1, i);
	}
	lua_settop(L, 1);
	return 1;
}

static int type_call(lua_State *L)
{
	struct type_object *o = check_type(L, 1);

	switch (o->shape) {
	case SCALAR:
		return new_scalar(L, o->layout);
	case ARRAY:
		return new_array(L, o->layout, o->count);
	case BUFFER:
		return new_buffer(L, o->layout);
	case LIST:
		return new_list(L, o->layout);
	default:
		return new_struct(L, o->layout);
	}
}

static int type_tostring(lua_State *L)
{
	lua_pushfstring(L, "type %s",
			sys_layout_name(check_type(L, 1)->layout));
	return 1;
}

static int type_len(lua_State *L) /* #t.stat: size in bytes */
{
	struct type_object *o = check_type(L, 1);

	lua_pushinteger(L, (lua_Integer)(o->layout->size *
					 (o->shape == ARRAY ? o->count : 1)));
	return 1;
}

static void push_type(lua_State *L, const struct sys_layout *layout,
		      enum shape shape, size_t count)
{
	static const luaL_Reg meta[] = {
		{"__call", type_call},
		{"__tostring", type_tostring},
		{"__len", type_len},
		{NULL, NULL},
	};
	struct type_object *o = lua_newuserdatauv(L, sizeof *o, 0);

	o->tag = &tag;
	o->layout = layout;
	o->shape = shape;
	o->count = count;
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) == LUA_TNIL) {
		lua_pop(L, 1);
		luaL_newlib(L, meta);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
	}
	lua_setmetatable(L, -2);
}

/* int1, uint64_1, char2: arrays of so many scalars */
static int push_array_type(lua_State *L, const char *name)
{
	const struct sys_layout *layout;
	size_t n = strlen(name);
	char element[24];
	char digit = n > 1 ? name[n - 1] : '\0';

	if ((digit != '1' && digit != '2') || n >= sizeof element)
		return 0;
	memcpy(element, name, n);
	element[n - 1] = '\0';
	if (n > 2 && element[n - 2] == '_')
		element[n - 2] = '\0';
	layout = sys_find_layout(element);
	if (!layout)
		return 0;
	push_type(L, layout, ARRAY, (size_t)(digit - '0'));
	return 1;
}

int sys_make_type(lua_State *L, const char *name)
{
	const struct sys_layout *layout = sys_find_layout(name);
	size_t i;

	if (strcmp(name, "fd") == 0) {
		sys_push_fdtype(L);
	} else if (strcmp(name, "mqd") == 0) {
		sys_push_mqdtype(L);
	} else if (strcmp(name, "error") == 0) {
		sys_push_errortype(L);
	} else if (layout) {
		push_type(L, layout,
			  layout->scalar == SYS_NESTED ? STRUCT : SCALAR, 1);
	} else if (!push_array_type(L, name)) {
		for (i = 0; i < sizeof arrays / sizeof *arrays; i++) {
			if (strcmp(arrays[i].name, name) == 0) {
				push_type(L, sys_find_layout(arrays[i].layout),
					  (enum shape)arrays[i].shape, 0);
				return 1;
			}
		}
		lua_getglobal(L, "require"); /* composed: device, sa ... */
		lua_pushliteral(L, "syscall.types");
		lua_call(L, 1, 1);
		lua_getfield(L, -1, name);
		lua_remove(L, -2);
		return !lua_isnil(L, -1);
	}
	return 1;
}

int sys_push_type(lua_State *L, const char *name)
{
	sys_pushS(L);
	lua_getfield(L, -1, "t");
	lua_getfield(L, -1, name);
	lua_replace(L, -3);
	lua_pop(L, 1);
	return !lua_isnil(L, -1);
}

const struct sys_layout *sys_checklayout(lua_State *L, int arg)
{
	struct sys_mem *m = sys_tomem(L, arg);
	const struct sys_layout *layout;

	if (m)
		return m->layout;
	if (lua_type(L, arg) == LUA_TUSERDATA)
		return check_type(L, arg)->layout;
	layout = sys_find_layout(luaL_checkstring(L, arg));
	if (!layout)
		luaL_argerror(L, arg, "no such type");
	return layout;
}
