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

extern const struct sys_bit_fields __start_sys_bit_fields[],
	__stop_sys_bit_fields[];

static const char tag;

enum { OWNER = 1, ANCHORS = 2 }; /* user values */

/* ---- making and recognising ---- */

static int push_metatable(lua_State *L);

static size_t element_size(const struct sys_layout *layout)
{
	return layout->size ? layout->size : 1;
}

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
	m->size = count * element_size(layout);
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
	size_t size = element_size(layout);

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
		lua_setiuservalue(L, -2, OWNER);
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

const void *sys_checkbytes(lua_State *L, int arg, size_t *size)
{
	if (lua_type(L, arg) == LUA_TSTRING)
		return lua_tolstring(L, arg, size);
	return sys_checkbuffer(L, arg, size);
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

/* ---- scalars ---- */

static void push_scalar(lua_State *L, unsigned scalar, const char *p)
{
	union {
		signed char i8;
		unsigned char u8;
		int16_t i16;
		uint16_t u16;
		int32_t i32;
		uint32_t u32;
		int64_t i64;
		void *pointer;
	} v;
	lua_Integer n = 0;

#define LOAD(member)                                                   \
	(memcpy(&v.member, p, sizeof v.member), (lua_Integer)v.member)
	switch (scalar) {
	case SYS_CHARS:
	case SYS_I8:
		n = LOAD(i8);
		break;
	case SYS_U8:
		n = LOAD(u8);
		break;
	case SYS_I16:
		n = LOAD(i16);
		break;
	case SYS_U16:
		n = LOAD(u16);
		break;
	case SYS_I32:
		n = LOAD(i32);
		break;
	case SYS_U32:
		n = LOAD(u32);
		break;
	case SYS_I64:
	case SYS_U64:
		n = LOAD(i64);
		break;
	case SYS_POINTER:
		memcpy(&v.pointer, p, sizeof v.pointer);
		n = (lua_Integer)(intptr_t)v.pointer;
		break;
	}
#undef LOAD
	lua_pushinteger(L, n);
}

/*
 * What the pointers in a piece of memory were set to lies in a table of the
 * memory's own object, by the pointers' places.
 */
static void push_root(lua_State *L, int object)
{
	lua_pushvalue(L, object);
	while (lua_getiuservalue(L, -1, OWNER) == LUA_TUSERDATA)
		lua_remove(L, -2);
	lua_pop(L, 1);
}

/* Pushes that table, or nil: 0. */
static int push_anchors(lua_State *L, int object)
{
	push_root(L, object);
	lua_getiuservalue(L, -1, ANCHORS);
	lua_remove(L, -2);
	return !lua_isnil(L, -1);
}

static void anchor(lua_State *L, int object, const char *place, int value)
{
	int top = lua_gettop(L);

	value = lua_absindex(L, value);
	push_root(L, object);
	if (lua_getiuservalue(L, -1, ANCHORS) == LUA_TNIL) {
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_setiuservalue(L, top + 1, ANCHORS);
	}
	lua_pushvalue(L, value);
	lua_rawsetp(L, -2, place);
	lua_settop(L, top);
}

/* A struct was copied: its pointers keep alive what they did before. */
static void copy_anchors(lua_State *L, int object, char *to, int source,
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
	if (push_anchors(L, object) &&
	    lua_rawgetp(L, -1, place) != LUA_TNIL) {
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
static void set_address(lua_State *L, unsigned scalar, char *p, int value,
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

/* object: as set_address has it */
static void set_scalar(lua_State *L, unsigned scalar, unsigned size, char *p,
		       int value, int object)
{
	long long n;

	if (scalar == SYS_POINTER ||
	    (scalar == SYS_U64 && (sys_tomem(L, value) ||
				   lua_type(L, value) == LUA_TSTRING))) {
		set_address(L, scalar, p, value, object);
		return;
	}
	if (lua_type(L, value) == LUA_TBOOLEAN)
		n = lua_toboolean(L, value);
	else if (sys_isfd(L, value))
		n = sys_checkfd(L, value);
	else
		n = sys_checkint(L, value);
	switch (size) { /* two's complement: signs do not matter here */
	case 1:
		memcpy(p, &(uint8_t){(uint8_t)n}, 1);
		break;
	case 2:
		memcpy(p, &(uint16_t){(uint16_t)n}, 2);
		break;
	case 4:
		memcpy(p, &(uint32_t){(uint32_t)n}, 4);
		break;
	default:
		memcpy(p, &(uint64_t){(uint64_t)n}, 8);
	}
}

/* ---- fields ---- */

static const struct sys_field *find_exact(const struct sys_layout *layout,
					  const char *prefix, const char *name)
{
	const char *n = sys_layout_text(layout, SYS_FIELDS_TEXT);
	size_t length = strlen(prefix);
	unsigned i;

	/* a scalar's layout has no fields: count is 0 */
	for (i = 0; i < layout->count; i++, n += strlen(n) + 1)
		if (strncmp(n, prefix, length) == 0 &&
		    strcmp(n + length, name) == 0)
			return &layout->fields[i];
	return NULL;
}

static const struct sys_field *find_prefixed(const struct sys_layout *layout,
					     const char *name)
{
	const char *prefix = sys_layout_text(layout, SYS_PREFIX_TEXT);

	return *prefix ? find_exact(layout, prefix, name) : NULL;
}

static const struct sys_field *find_field(const struct sys_layout *layout,
					  const char *name)
{
	const struct sys_field *f = find_exact(layout, "", name);

	return f ? f : find_prefixed(layout, name);
}

/*
 * The fields that were read lately. Lua has a short string once, so the address
 * of a name says where to look; what is found there is compared in full.
 */
static struct recent {
	const struct sys_layout *layout;
	const struct sys_field *field;
	char name[16];
} recent_fields[64];

static struct recent *recent(const struct sys_layout *layout, const char *name)
{
	uintptr_t place = (uintptr_t)name / 16 ^ (uintptr_t)layout / 8;

	return &recent_fields[place % 64];
}

static const struct sys_field *find_recent(const struct sys_layout *layout,
					   const char *name)
{
	const struct recent *r = recent(layout, name);

	return r->layout == layout && strcmp(r->name, name) == 0 ? r->field
								 : NULL;
}

static void remember_field(const struct sys_layout *layout, const char *name,
			   const struct sys_field *f)
{
	struct recent *r = recent(layout, name);

	if (strlen(name) >= sizeof r->name)
		return;
	r->layout = layout;
	r->field = f;
	strcpy(r->name, name);
}

/* Layouts of array elements that are not structs, by enum sys_scalar. */
#define SCALAR_LAYOUT(name, scalar, size)                              \
	static const struct {                                          \
		unsigned short length, count;                          \
		unsigned bytes;                                        \
		unsigned char kind;                                    \
		struct sys_field fields[0];                            \
		char text[sizeof #name + 2];                           \
	} record_##name SYS_RECORD("sys_layouts") = {                  \
		sizeof record_##name, 0, size, scalar, {}, #name "\0"};    \
	extern const struct sys_layout sys_layout_##name               \
		__attribute__((alias("record_" #name)))

SCALAR_LAYOUT(char, SYS_CHARS, 1);
SCALAR_LAYOUT(int8, SYS_I8, 1);
SCALAR_LAYOUT(uint8, SYS_U8, 1);
SCALAR_LAYOUT(int16, SYS_I16, 2);
SCALAR_LAYOUT(uint16, SYS_U16, 2);
SCALAR_LAYOUT(int32, SYS_I32, 4);
SCALAR_LAYOUT(uint32, SYS_U32, 4);
SCALAR_LAYOUT(int64, SYS_I64, 8);
SCALAR_LAYOUT(uint64, SYS_U64, 8);
SCALAR_LAYOUT(intptr, SYS_POINTER, sizeof(void *));

static const struct sys_layout *const scalar_layouts[] = {
	&sys_layout_char,   &sys_layout_int8,	&sys_layout_uint8,
	&sys_layout_int16,  &sys_layout_uint16, &sys_layout_int32,
	&sys_layout_uint32, &sys_layout_int64,	&sys_layout_uint64,
	&sys_layout_intptr,
};

const struct sys_layout *sys_field_layout(const struct sys_layout *layout,
					  const struct sys_field *f)
{
	const struct sys_field *before;
	unsigned i = SYS_FIELDS_TEXT + layout->count;

	if (f->scalar == SYS_BITS)
		return &sys_layout_uint64;
	if (f->scalar != SYS_NESTED)
		return scalar_layouts[f->scalar];
	for (before = layout->fields; before < f; before++)
		i += before->scalar == SYS_NESTED;
	return sys_find_layout(sys_layout_text(layout, i));
}

/* Memory as it was given, from its start on; else the number. */
static void push_pointer(lua_State *L, const char *p, int object)
{
	struct sys_mem *m;

	if (!sys_pushpointed(L, object, (void *const *)(const void *)p)) {
		push_scalar(L, SYS_POINTER, p);
		return;
	}
	m = sys_tomem(L, -1);
	if (m && m->list) { /* C's array, from 0 on */
		sys_newview(L, m->layout, m->data, m->count, -1);
		lua_remove(L, -2);
	}
}

/* How many elements the field has in this memory. */
static size_t field_count(const struct sys_mem *m, const struct sys_field *f,
			  const struct sys_layout *element)
{
	if (f->count != SYS_REST)
		return f->count;
	return m->size < f->offset ? 0 : (m->size - f->offset) /
						 element_size(element);
}

static uint64_t access_bits(struct sys_mem *m, const struct sys_field *f,
			    const uint64_t *set)
{
	const struct sys_bit_fields *b;

	for (b = __start_sys_bit_fields; b < __stop_sys_bit_fields; b++)
		if (b->layout == m->layout)
			return b->access(m->data, f->offset, set);
	return 0;
}

static void push_field(lua_State *L, struct sys_mem *m,
		       const struct sys_field *f, int object)
{
	const struct sys_layout *element;
	char *p = m->data + f->offset;
	size_t count;

	if (f->scalar == SYS_BITS) {
		lua_pushinteger(L, (lua_Integer)access_bits(m, f, NULL));
		return;
	}
	if (!f->count && f->scalar == SYS_POINTER) {
		push_pointer(L, p, object);
		return;
	}
	if (!f->count && f->scalar != SYS_NESTED) {
		push_scalar(L, f->scalar, p);
		return;
	}
	element = sys_field_layout(m->layout, f);
	count = f->count ? field_count(m, f, element) : 1;
	if (f->scalar == SYS_CHARS)
		lua_pushlstring(L, p, strnlen(p, count));
	else
		sys_newview(L, element, p, count, object);
}

static void assign_element(lua_State *L, const struct sys_layout *layout,
			   char *p, int value, int object);

static void assign_array(lua_State *L, const struct sys_layout *layout,
			 size_t count, char *p, int value, int object)
{
	size_t size = element_size(layout), n, i;
	const void *bytes;

	if (lua_type(L, value) == LUA_TTABLE) {
		for (i = 0; i < count; i++) {
			lua_geti(L, value, (lua_Integer)i + 1);
			if (lua_isnil(L, -1)) {
				lua_pop(L, 1);
				break;
			}
			assign_element(L, layout, p + i * size,
				       lua_gettop(L), object);
			lua_pop(L, 1);
		}
		return;
	}
	bytes = sys_checkbytes(L, value, &n);
	if (n > count * size)
		luaL_error(L, "%d bytes do not fit in %d", (int)n,
			   (int)(count * size));
	memset(p, 0, count * size);
	memcpy(p, bytes, n);
}

static void assign_element(lua_State *L, const struct sys_layout *layout,
			   char *p, int value, int object)
{
	void *source;

	if (layout->scalar != SYS_NESTED) {
		set_scalar(L, layout->scalar, layout->size, p, value, object);
		return;
	}
	lua_pushvalue(L, value);
	source = sys_checkstruct(L, lua_gettop(L), layout);
	memcpy(p, source, layout->size);
	copy_anchors(L, object, p, lua_gettop(L), source, layout->size);
	lua_pop(L, 1);
}

static void assign_field(lua_State *L, struct sys_mem *m,
			 const struct sys_field *f, int value, int object)
{
	const struct sys_layout *element = sys_field_layout(m->layout, f);
	char *p = m->data + f->offset;
	uint64_t bits;

	if (f->scalar == SYS_BITS) {
		bits = lua_isboolean(L, value)
			       ? (uint64_t)lua_toboolean(L, value)
			       : (uint64_t)sys_checkint(L, value);
		access_bits(m, f, &bits);
	} else if (f->count)
		assign_array(L, element, field_count(m, f, element), p, value,
			     object);
	else
		assign_element(L, element, p, value, object);
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
	p = m->data + (size_t)i * element_size(m->layout);
	check_access(L, m, p, element_size(m->layout), prot);
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
			push_pointer(L, p, 1);
		else if (m->layout->scalar != SYS_NESTED)
			push_scalar(L, m->layout->scalar, p);
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
	f = find_recent(m->layout, name);
	if (f) {
		push_field(L, m, f, 1);
		return 1;
	}
	f = find_exact(m->layout, "", name);
	if (!f) {
		if (push_class_member(L, m->layout, "get", 2)) {
			lua_pushvalue(L, 1);
			lua_call(L, 1, 1);
			return 1;
		}
		f = find_prefixed(m->layout, name);
	}
	if (f) {
		remember_field(m->layout, name, f);
		push_field(L, m, f, 1);
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
		assign_element(L, m->layout, p, 3, 1);
		return 0;
	}
	name = luaL_checkstring(L, 2);
	if (push_class_member(L, m->layout, "set", 2)) {
		lua_pushvalue(L, 1);
		lua_pushvalue(L, 3);
		lua_call(L, 2, 0);
		return 0;
	}
	f = m->list ? NULL : find_field(m->layout, name);
	if (f) {
		check_struct(L, m, PROT_WRITE);
		assign_field(L, m, f, 3, 1);
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
	f = find_field(m->layout, luaL_checkstring(L, 2));
	luaL_argcheck(L, f && !m->list, 2, "no such field");
	check_struct(L, m, PROT_WRITE);
	assign_field(L, m, f, 3, 1);
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
	size_t size = element_size(m->layout);

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

/* ---- structs as arguments ---- */

struct sys_mem *sys_convert(lua_State *L, int arg, const char *type)
{
	arg = lua_absindex(L, arg);
	if (lua_gettop(L) < arg) /* lua_replace would change Lua's only nil */
		lua_settop(L, arg);
	sys_push_type(L, type);
	lua_pushvalue(L, arg);
	lua_call(L, 1, 1);
	lua_replace(L, arg);
	return check_mem(L, arg);
}

/* What its address must be a multiple of; packed structs ask for less. */
static size_t alignment(const struct sys_layout *layout)
{
	const struct sys_field *f = layout->fields;
	size_t most = 1, n;
	unsigned i;

	if (layout->scalar != SYS_NESTED)
		return element_size(layout);
	for (i = 0; i < layout->count; i++, f++) {
		n = f->scalar == SYS_NESTED
			    ? alignment(sys_field_layout(layout, f))
			    : f->size;
		if (n > most)
			most = n;
	}
	n = layout->size & -(size_t)layout->size;
	return n && n < most ? n : most;
}

void *sys_checkstruct(lua_State *L, int arg, const struct sys_layout *layout)
{
	struct sys_mem *m = sys_tomem(L, arg);

	arg = lua_absindex(L, arg);
	if (!m)
		m = sys_convert(L, arg, sys_layout_name(layout));
	check_access(L, m, m->data, m->size, PROT_READ);
	if (m->size < layout->size ||
	    (m->layout != layout && m->layout->scalar == SYS_NESTED))
		luaL_typeerror(L, arg, sys_layout_name(layout));
	if ((uintptr_t)m->data % 8 && (uintptr_t)m->data % alignment(layout))
		luaL_argerror(L, arg, "misaligned memory");
	return m->data;
}

void *sys_outstruct(lua_State *L, int arg, const struct sys_layout *layout)
{
	struct sys_mem *m;

	if (!lua_isnoneornil(L, arg)) {
		sys_checkstruct(L, arg, layout);
		m = sys_tomem(L, arg);
		check_access(L, m, m->data, layout->size, PROT_WRITE);
		return m->data;
	}
	while (lua_gettop(L) < arg)
		lua_pushnil(L);
	sys_newmem(L, layout, 1);
	lua_replace(L, arg);
	return sys_tomem(L, arg)->data;
}
