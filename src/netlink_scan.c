/*
 * netlink_scan.c - walk a message's attributes and take the plain values
 *
 * Layer: accelerator for nl.codec, which knows what they mean and does the same
 * without it. Reads only between the positions it is given, whatever stands
 * there. Its counterpart is netlink_pack.c.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <linux/netlink.h>

#include <lauxlib.h>
#include <lua.h>

#include "netlink_address.h"
#include "vm.h"

#define TYPE_MASK 0x3fff
#define LLADDR_MAX 32

static uint64_t big_endian(const unsigned char *p, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | p[i];
	return value;
}

static void push_hardware(lua_State *L, const unsigned char *p, size_t size)
{
	static const char digit[] = "0123456789abcdef";
	char text[LLADDR_MAX * 3 + 1];

	for (size_t i = 0; i < size; i++) {
		text[i * 3] = digit[p[i] >> 4];
		text[i * 3 + 1] = digit[p[i] & 15];
		text[i * 3 + 2] = ':';
	}
	lua_pushlstring(L, text, size ? size * 3 - 1 : 0);
}

#define HOST_ORDER(type)                                \
	do {                                            \
		type value;                             \
		if (size != sizeof value)               \
			return false;                   \
		memcpy(&value, p, sizeof value);        \
		lua_pushinteger(L, (lua_Integer)value); \
		return true;                            \
	} while (0)

#define NETWORK_ORDER(bytes)                                           \
	do {                                                           \
		if (size != (bytes))                                   \
			return false;                                  \
		lua_pushinteger(L, (lua_Integer)big_endian(p, bytes)); \
		return true;                                           \
	} while (0)

/* Pushes the value, unless it has not the form that its code asks for. */
static bool push_value(lua_State *L, char code, const unsigned char *p,
		       size_t size)
{
	const unsigned char *nul;

	switch (code) {
	case 'B': HOST_ORDER(uint8_t);
	case 'H': HOST_ORDER(uint16_t);
	case 'I': HOST_ORDER(uint32_t);
	case 'Q': HOST_ORDER(uint64_t);
	case 'i': HOST_ORDER(int32_t);
	case 'n': NETWORK_ORDER(2);
	case 'N': NETWORK_ORDER(4);
	case 'z':
		nul = size ? memchr(p, 0, size) : NULL;
		lua_pushlstring(L, (const char *)p,
				nul ? (size_t)(nul - p) : size);
		return true;
	case 'x': lua_pushlstring(L, (const char *)p, size); return true;
	case 'a': return netlink_push_address(L, p, size);
	case 'm':
		if (size > LLADDR_MAX)
			return false;
		push_hardware(L, p, size);
		return true;
	case 'f': lua_pushboolean(L, 1); return true;
	default: return false;
	}
}

enum { BYTES = 1, FIRST, LAST, CODES, NAMES, HEADER, FIELDS, OUT, REST };

static size_t code_size(char code)
{
	switch (code) {
	case 'H': return 2;
	case 'I':
	case 'i': return 4;
	default: /* B, and a byte that is skipped */ return 1;
	}
}

/* The header's fields into OUT; its size, or -1 when the message is shorter. */
static lua_Integer scan_header(lua_State *L, const char *bytes,
			       lua_Integer first, lua_Integer last)
{
	const char *codes = luaL_checkstring(L, HEADER);
	lua_Integer start = first, field = 0;

	luaL_checktype(L, FIELDS, LUA_TTABLE);
	for (; *codes; codes++) {
		size_t size = code_size(*codes);

		if (last - first + 1 < (lua_Integer)size)
			return -1;
		if (push_value(L, *codes,
			       (const unsigned char *)bytes + first - 1,
			       size)) {
			lua_rawgeti(L, FIELDS, ++field);
			lua_insert(L, -2);
			lua_rawset(L, OUT);
		}
		first += (lua_Integer)size;
	}
	return NLA_ALIGN(first - start);
}

static void add_rest(lua_State *L, lua_Integer *count, lua_Integer number,
		     lua_Integer first, lua_Integer last)
{
	const lua_Integer values[] = {number, first, last};

	if (*count == 0) {
		lua_newtable(L);
		lua_replace(L, REST);
	}
	for (int i = 0; i < 3; i++) {
		lua_pushinteger(L, values[i]);
		lua_rawseti(L, REST, ++*count);
	}
}

/*
 * scan(bytes, first, last, codes, names [, header, fields])
 *   -> out, rest or nil | nil, err
 * Attributes between the positions go to out[names[number]], by the code that
 * stands at their number in codes. All others, and those of a wrong size, are
 * in rest: number, first, last, number, ... A header comes before them when
 * header has its codes; fields are the names.
 */
static int scan(lua_State *L)
{
	size_t size, codes_size;
	const char *bytes = luaL_checklstring(L, BYTES, &size);
	lua_Integer first = luaL_checkinteger(L, FIRST);
	lua_Integer last = luaL_checkinteger(L, LAST);
	const char *codes = luaL_checklstring(L, CODES, &codes_size);
	lua_Integer rest = 0, header;

	luaL_checktype(L, NAMES, LUA_TTABLE);
	luaL_argcheck(L, first >= 1, FIRST, "out of range");
	luaL_argcheck(L, last <= (lua_Integer)size, LAST, "out of range");
	lua_settop(L, FIELDS);
	if (lua_isnil(L, HEADER)) {
		lua_createtable(L, 0, 4);
	} else {
		lua_createtable(L, 0, 16); /* most messages fit */
		header = scan_header(L, bytes, first, last);
		if (header < 0) {
			lua_pushnil(L);
			lua_pushliteral(L,
					"message is shorter than its header");
			return 2;
		}
		first += header;
	}
	lua_pushnil(L); /* REST */
	while (last - first >= 3) {
		struct nlattr a;
		lua_Integer stop;
		size_t number;

		memcpy(&a, bytes + first - 1, sizeof a);
		stop = first + a.nla_len - 1;
		if (a.nla_len < sizeof a || stop > last) {
			lua_pushnil(L);
			lua_pushliteral(L, "attribute runs past its message");
			return 2;
		}
		number = a.nla_type & TYPE_MASK;
		if (number < codes_size &&
		    push_value(L, codes[number],
			       (const unsigned char *)bytes + first + 3,
			       a.nla_len - sizeof a)) {
			lua_rawgeti(L, NAMES, (lua_Integer)number);
			lua_insert(L, -2);
			lua_rawset(L, OUT);
		} else {
			add_rest(L, &rest, (lua_Integer)number, first + 4,
				 stop);
		}
		first += NLA_ALIGN(a.nla_len);
	}
	return 2;
}

#define HOLES_MAX 8

/*
 * cut(bytes, header size, codes) -> key, value, ... | nothing: damaged
 * Takes the values of the attributes that have a code, in the order in which
 * they stand, and puts together what is left: messages with the same key differ
 * in nothing but these values.
 */
static int cut(lua_State *L)
{
	size_t size, codes_size, at, kept = 0;
	const char *bytes = luaL_checklstring(L, 1, &size);
	lua_Integer header = luaL_checkinteger(L, 2);
	const char *codes = luaL_checklstring(L, 3, &codes_size);
	char key[256];
	int holes = 0;

	if (header < 0 || (size_t)header > size || (size_t)header > sizeof key)
		return 0;
	lua_settop(L, 3);
	luaL_checkstack(L, HOLES_MAX + 1, NULL);
	lua_pushnil(L); /* the key's place */
	at = (size_t)header;
	memcpy(key, bytes, at);
	kept = at;
	while (size - at >= sizeof(struct nlattr)) {
		struct nlattr a;
		size_t number, take;

		memcpy(&a, bytes + at, sizeof a);
		if (a.nla_len < sizeof a || a.nla_len > size - at)
			return 0;
		number = a.nla_type & TYPE_MASK;
		take = a.nla_len;
		if (number < codes_size && codes[number] != '-' &&
		    holes < HOLES_MAX &&
		    push_value(L, codes[number],
			       (const unsigned char *)bytes + at + sizeof a,
			       a.nla_len - sizeof a)) {
			holes++;
			take = sizeof a; /* that it was there, and its size */
		}
		if (take > sizeof key - kept)
			return 0;
		memcpy(key + kept, bytes + at, take);
		kept += take;
		take = (size_t)NLA_ALIGN(a.nla_len);
		at = take > size - at ? size : at + take;
	}
	lua_pushlstring(L, key, kept);
	lua_replace(L, 4);
	return 1 + holes;
}

static const luaL_Reg functions[] = {
	{"scan", scan},
	{"cut", cut},
	{NULL, NULL},
};

int luaopen_netlink_scan(lua_State *L);

int luaopen_netlink_scan(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("netlink.scan", luaopen_netlink_scan);
