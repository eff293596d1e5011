/*
 * netlink_pack.c - a message's bytes from a table of plain values
 *
 * Layer: accelerator for nl.codec, which knows what the values mean and does
 * the same without it. The counterpart of netlink_scan.c, with its letters for
 * types; a value that is not plain is left to a function in Lua.
 */

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <linux/netlink.h>

#include <lauxlib.h>
#include <lua.h>

#include "netlink_address.h"
#include "vm.h"

#define ATTRIBUTES_MAX 128

enum { VALUES = 1, NUMBERS, NAMES, CODES, HEADER, FIELDS, OTHER };

struct code {
	int size;
	bool is_signed;
	bool is_big; /* network order */
};

static bool number_code(char code, struct code *c)
{
	static const char letters[] = "BHIQinN";
	static const struct code codes[] = {
		{1, false, false},
		{2, false, false},
		{4, false, false},
		/* any 64 bits: Lua has no unsigned integer */
		{8, false, false},
		{4, true, false},
		{2, false, true},
		{4, false, true},
	};
	const char *found = code ? strchr(letters, code) : NULL;

	if (found)
		*c = codes[found - letters];
	return found != NULL;
}

/* The number on top of the stack as bytes; false: it does not fit. */
static bool number_bytes(lua_State *L, const struct code *c,
			 unsigned char *bytes)
{
	lua_Integer value = 0, limit;
	uint16_t two;
	uint32_t four;
	int is_integer = 1;

	switch (lua_type(L, -1)) {
	case LUA_TNIL: break;
	case LUA_TBOOLEAN: value = lua_toboolean(L, -1); break;
	case LUA_TNUMBER: value = lua_tointegerx(L, -1, &is_integer); break;
	default: return false;
	}
	if (!is_integer)
		return false;
	if (c->size < 8) {
		limit = (lua_Integer)1 << (c->size * 8 - c->is_signed);
		if (value >= limit || value < (c->is_signed ? -limit : 0))
			return false;
	}
	two = c->is_big ? htons((uint16_t)value) : (uint16_t)value;
	four = c->is_big ? htonl((uint32_t)value) : (uint32_t)value;
	if (c->size == 1)
		bytes[0] = (unsigned char)value;
	else if (c->size == 2)
		memcpy(bytes, &two, sizeof two);
	else if (c->size == 4)
		memcpy(bytes, &four, sizeof four);
	else
		memcpy(bytes, &value, sizeof value);
	return true;
}

/*
 * The plain value on top of the stack as bytes in *data, of which buffer may be
 * the place. Size, or -1: it is not plain, or does not suit.
 */
static int value_bytes(lua_State *L, char code, unsigned char *buffer,
		       const void **data)
{
	struct code c;
	const char *text;
	size_t size;

	*data = buffer;
	if (number_code(code, &c))
		return number_bytes(L, &c, buffer) ? c.size : -1;
	if (code == 'f')
		return 0;
	if (lua_type(L, -1) != LUA_TSTRING)
		return -1;
	text = lua_tolstring(L, -1, &size);
	if (code == 'x' || code == 'z')
		*data = text;
	if (size > UINT16_MAX - NLA_HDRLEN - 1)
		return -1;
	if (code == 'x')
		return (int)size;
	if (strlen(text) != size)
		return -1;
	if (code == 'z')
		return (int)size + 1;
	size = code == 'a' ? netlink_read_address(text, buffer) : 0;
	return size ? (int)size : -1;
}

static void add_padded(luaL_Buffer *b, const void *bytes, size_t size)
{
	static const char zeros[NLA_ALIGNTO];

	luaL_addlstring(b, bytes, size);
	luaL_addlstring(b, zeros, NLA_ALIGN(size) - size);
}

static void add_header(lua_State *L, luaL_Buffer *b)
{
	const char *codes = lua_tostring(L, HEADER);
	unsigned char bytes[128];
	size_t at = 0;
	lua_Integer field = 0;
	struct code c;

	for (; *codes; codes++) {
		if (*codes == '.' && at < sizeof bytes) {
			bytes[at++] = 0;
			continue;
		}
		lua_rawgeti(L, FIELDS, ++field);
		if (!number_code(*codes, &c) || at + 9 > sizeof bytes)
			luaL_error(L, "header: code %c", *codes);
		lua_pushvalue(L, -1);
		lua_rawget(L, VALUES);
		if (!number_bytes(L, &c, bytes + at))
			luaL_error(L, "header: %s cannot hold %s",
				   lua_tostring(L, -2),
				   luaL_tolstring(L, -1, NULL));
		at += (size_t)c.size;
		lua_pop(L, 2);
	}
	add_padded(b, bytes, at);
}

/* The numbers of the attributes that values has, in rising order. */
static int sorted_numbers(lua_State *L, int *list)
{
	int count = 0, number, at;
	bool is_header;

	lua_pushnil(L);
	while (lua_next(L, VALUES)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) != LUA_TSTRING)
			continue;
		lua_pushvalue(L, -1);
		if (lua_rawget(L, NUMBERS) == LUA_TNIL)
			luaL_error(L, "unknown attribute %s",
				   lua_tostring(L, -2));
		is_header = lua_type(L, -1) != LUA_TNUMBER;
		number = (int)lua_tointeger(L, -1);
		lua_pop(L, 1);
		if (is_header)
			continue;
		if (count == ATTRIBUTES_MAX)
			luaL_error(L, "too many attributes");
		for (at = count++; at > 0 && list[at - 1] > number; at--)
			list[at] = list[at - 1];
		list[at] = number;
	}
	return count;
}

static void add_attribute(lua_State *L, luaL_Buffer *b, char code, int number)
{
	unsigned char buffer[16];
	const void *data;
	int size; /* of the value, which is on top of the stack */

	if (code == 'f' && !lua_toboolean(L, -1)) {
		lua_pop(L, 1);
		return;
	}
	size = value_bytes(L, code, buffer, &data);
	if (size >= 0) {
		struct nlattr a = {(uint16_t)(size + NLA_HDRLEN),
				   (uint16_t)number};

		/* the stack is the buffer's again; values holds a string */
		lua_pop(L, 1);
		luaL_addlstring(b, (const char *)&a, sizeof a);
		add_padded(b, data, (size_t)size);
		return;
	}
	lua_pushvalue(L, OTHER);
	lua_insert(L, -2);
	lua_pushinteger(L, number);
	lua_insert(L, -2);
	lua_call(L, 2, 1);
	luaL_checkstring(L, -1);
	luaL_addvalue(b);
}

/*
 * pack(values, numbers, names, codes, header or nil, fields, other) -> bytes
 * numbers has the attributes' numbers by name, and false for header fields;
 * names the reverse. other(number, value) makes the attribute, whole, where
 * codes has no letter for it or the value is of another form.
 */
static int pack(lua_State *L)
{
	int list[ATTRIBUTES_MAX], count;
	size_t codes_size;
	const char *codes = luaL_checklstring(L, CODES, &codes_size);
	luaL_Buffer b;

	luaL_checktype(L, VALUES, LUA_TTABLE);
	luaL_checktype(L, NUMBERS, LUA_TTABLE);
	luaL_checktype(L, NAMES, LUA_TTABLE);
	lua_settop(L, OTHER);
	count = sorted_numbers(L, list);
	luaL_buffinit(L, &b);
	if (lua_isstring(L, HEADER))
		add_header(L, &b);
	for (int i = 0; i < count; i++) {
		size_t number = (size_t)list[i];

		lua_rawgeti(L, NAMES, list[i]);
		lua_rawget(L, VALUES);
		add_attribute(L, &b, number < codes_size ? codes[number] : '\0',
			      list[i]);
	}
	luaL_pushresult(&b);
	return 1;
}

int luaopen_netlink_pack(lua_State *L);

int luaopen_netlink_pack(lua_State *L)
{
	lua_pushcfunction(L, pack);
	return 1;
}

VM_MODULE("netlink.pack", luaopen_netlink_pack);
