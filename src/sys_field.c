/*
 * sys_field.c - numbers, arrays and structs within memory: reading and writing
 *
 * Layer: mechanism, of sys_mem.c, which checks that the memory is there.
 */

#include <string.h>

#include "sys.h"
#include "sys_field.h"

extern const struct sys_bit_fields __start_sys_bit_fields[],
	__stop_sys_bit_fields[];

/* ---- scalars ---- */

void sys_pushscalar(lua_State *L, unsigned scalar, const char *p)
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

#define LOAD(member) \
	(memcpy(&v.member, p, sizeof v.member), (lua_Integer)v.member)
	switch (scalar) {
	case SYS_CHARS:
	case SYS_I8: n = LOAD(i8); break;
	case SYS_U8: n = LOAD(u8); break;
	case SYS_I16: n = LOAD(i16); break;
	case SYS_U16: n = LOAD(u16); break;
	case SYS_I32: n = LOAD(i32); break;
	case SYS_U32: n = LOAD(u32); break;
	case SYS_I64:
	case SYS_U64: n = LOAD(i64); break;
	case SYS_POINTER:
		memcpy(&v.pointer, p, sizeof v.pointer);
		n = (lua_Integer)(intptr_t)v.pointer;
		break;
	}
#undef LOAD
	lua_pushinteger(L, n);
}

/* object: as set_address has it */
static void set_scalar(lua_State *L, unsigned scalar, unsigned size, char *p,
		       int value, int object)
{
	long long n;

	if (scalar == SYS_POINTER ||
	    (scalar == SYS_U64 &&
	     (sys_tomem(L, value) || lua_type(L, value) == LUA_TSTRING))) {
		sys_setaddress(L, scalar, p, value, object);
		return;
	}
	if (lua_type(L, value) == LUA_TBOOLEAN)
		n = lua_toboolean(L, value);
	else if (sys_isfd(L, value))
		n = sys_checkfd(L, value);
	else
		n = sys_checkint(L, value);
	switch (size) { /* two's complement: signs do not matter here */
	case 1: memcpy(p, &(uint8_t){(uint8_t)n}, 1); break;
	case 2: memcpy(p, &(uint16_t){(uint16_t)n}, 2); break;
	case 4: memcpy(p, &(uint32_t){(uint32_t)n}, 4); break;
	default: memcpy(p, &(uint64_t){(uint64_t)n}, 8);
	}
}

/* ---- fields ---- */

const struct sys_field *sys_findexact(const struct sys_layout *layout,
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

const struct sys_field *sys_findprefixed(const struct sys_layout *layout,
					 const char *name)
{
	const char *prefix = sys_layout_text(layout, SYS_PREFIX_TEXT);

	return *prefix ? sys_findexact(layout, prefix, name) : NULL;
}

const struct sys_field *sys_findfield(const struct sys_layout *layout,
				      const char *name)
{
	const struct sys_field *f = sys_findexact(layout, "", name);

	return f ? f : sys_findprefixed(layout, name);
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

const struct sys_field *sys_findrecent(const struct sys_layout *layout,
				       const char *name)
{
	const struct recent *r = recent(layout, name);

	return r->layout == layout && strcmp(r->name, name) == 0 ? r->field
								 : NULL;
}

void sys_rememberfield(const struct sys_layout *layout, const char *name,
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

/* How many elements the field has in this memory. */
static size_t field_count(const struct sys_mem *m, const struct sys_field *f,
			  const struct sys_layout *element)
{
	if (f->count != SYS_REST)
		return f->count;
	return m->size < f->offset
		       ? 0
		       : (m->size - f->offset) / sys_elementsize(element);
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

void sys_pushfield(lua_State *L, struct sys_mem *m, const struct sys_field *f,
		   int object)
{
	const struct sys_layout *element;
	char *p = m->data + f->offset;
	size_t count;

	if (f->scalar == SYS_BITS) {
		lua_pushinteger(L, (lua_Integer)access_bits(m, f, NULL));
		return;
	}
	if (!f->count && f->scalar == SYS_POINTER) {
		sys_pushpointer(L, p, object);
		return;
	}
	if (!f->count && f->scalar != SYS_NESTED) {
		sys_pushscalar(L, f->scalar, p);
		return;
	}
	element = sys_field_layout(m->layout, f);
	count = f->count ? field_count(m, f, element) : 1;
	if (f->scalar == SYS_CHARS)
		lua_pushlstring(L, p, strnlen(p, count));
	else
		sys_newview(L, element, p, count, object);
}

static void assign_array(lua_State *L, const struct sys_layout *layout,
			 size_t count, char *p, int value, int object)
{
	size_t size = sys_elementsize(layout), n, i;
	const void *bytes;

	if (lua_type(L, value) == LUA_TTABLE) {
		for (i = 0; i < count; i++) {
			lua_geti(L, value, (lua_Integer)i + 1);
			if (lua_isnil(L, -1)) {
				lua_pop(L, 1);
				break;
			}
			sys_assignelement(L, layout, p + i * size,
					  lua_gettop(L), object);
			lua_pop(L, 1);
		}
		return;
	}
	bytes = sys_checkbytes(L, value, &n);
	if (n > count * size)
		luaL_error(L, "%d bytes do not fit in %d", (int)n,
			   (int)(count * size));
	memmove(p, bytes, n); /* they may be the same */
	memset(p + n, 0, count * size - n);
}

void sys_assignelement(lua_State *L, const struct sys_layout *layout, char *p,
		       int value, int object)
{
	void *source;

	if (layout->scalar != SYS_NESTED) {
		set_scalar(L, layout->scalar, layout->size, p, value, object);
		return;
	}
	lua_pushvalue(L, value);
	source = sys_checkstruct(L, lua_gettop(L), layout);
	memmove(p, source, layout->size);
	sys_copyanchors(L, object, p, lua_gettop(L), source, layout->size);
	lua_pop(L, 1);
}

void sys_assignfield(lua_State *L, struct sys_mem *m, const struct sys_field *f,
		     int value, int object)
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
		sys_assignelement(L, element, p, value, object);
}
