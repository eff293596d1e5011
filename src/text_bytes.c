/*
 * text_bytes.c - counting and finding bytes and literals in memory
 *
 * Layer: accelerator, no policy. Lua side: text.bytes in lua/meta/text.lua.
 * The loops take 16 bytes a step by the compiler's vector extension, which is
 * SSE2 or NEON where there is one and plain words elsewhere.
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "vm.h"

typedef uint8_t vec __attribute__((vector_size(16)));

static inline vec load(const char *p)
{
	vec v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline vec splat(uint8_t byte)
{
	return (vec){0} + byte;
}

static inline bool any(vec v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(v));
	return (half[0] | half[1]) != 0;
}

size_t text_count_byte(const char *s, size_t n, unsigned char byte)
{
	const char *end = s + n;
	const vec wanted = splat(byte);
	size_t count = 0;

	while (end - s >= 16) {
		/* a lane counts to 255 before it must be emptied */
		size_t steps = (size_t)(end - s) / 16;
		vec lanes = {0};

		if (steps > 255)
			steps = 255;
		for (size_t i = 0; i < steps; i++, s += 16)
			lanes -= (vec)(load(s) == wanted);
		for (int i = 0; i < 16; i++)
			count += lanes[i];
	}
	for (; s < end; s++)
		count += (unsigned char)*s == byte;
	return count;
}

const char *text_nth_byte(const char *s, size_t n, unsigned char byte,
	size_t nth)
{
	const char *end = s + n;

	/* whole pieces first: counting is faster than finding */
	while ((size_t)(end - s) > 4096 && nth) {
		size_t here = text_count_byte(s, 4096, byte);

		if (here >= nth)
			break;
		nth -= here;
		s += 4096;
	}
	while (nth) {
		s = memchr(s, byte, end - s);
		if (!s)
			return NULL;
		if (!--nth)
			return s;
		s++;
	}
	return NULL;
}

const char *text_nth_byte_back(const char *s, size_t n, unsigned char byte,
	size_t nth)
{
	const char *end = s + n;

	while (end - s > 4096 && nth) {
		size_t here = text_count_byte(end - 4096, 4096, byte);

		if (here >= nth)
			break;
		nth -= here;
		end -= 4096;
	}
	while (nth) {
		end = memrchr(s, byte, end - s);
		if (!end)
			return NULL;
		if (!--nth)
			return end;
	}
	return NULL;
}

bool text_is_ascii(const char *s, size_t n)
{
	const char *end = s + n;

	for (; end - s >= 64; s += 64)
		if (any((load(s) | load(s + 16) | load(s + 32) |
				load(s + 48)) & 0x80))
			return false;
	for (; s < end; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

bool text_same_folded(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_lower(a[i]) != text_lower(b[i]))
			return false;
	return true;
}

/* How often a byte is met in text: only the order matters. */
static int commonness(unsigned char c)
{
	static const char order[] = "zqxjkvbpygfwmucldrhsnioate \n";
	const char *at = memchr(order, text_lower(c), sizeof(order) - 1);

	if (c >= 'A' && c <= 'Z')
		return 10;
	if (at)
		return 20 + (int)(at - order);
	if (c >= '0' && c <= '9')
		return 15;
	return c == 0 ? 40 : 5;
}

bool text_literal_init(struct text_literal *lit, const char *bytes, size_t len,
	bool fold)
{
	lit->bytes = malloc(len + 1);
	if (!lit->bytes)
		return false;
	lit->len = len;
	lit->fold = fold;
	lit->rare = lit->second = 0;
	for (size_t i = 0; i < len; i++)
		lit->bytes[i] = fold ? (char)text_lower(bytes[i]) : bytes[i];
	for (size_t i = 1; i < len; i++)
		if (commonness(bytes[i]) < commonness(bytes[lit->rare]))
			lit->rare = i;
	if (len > 1 && lit->rare == 0)
		lit->second = 1;
	for (size_t i = 0; i < len; i++)
		if (i != lit->rare && commonness(bytes[i]) <
				commonness(bytes[lit->second]))
			lit->second = i;
	return true;
}

void text_literal_free(struct text_literal *lit)
{
	free(lit->bytes);
	lit->bytes = NULL;
}

static inline bool literal_at(const struct text_literal *lit, const char *s)
{
	if (!lit->fold)
		return memcmp(s, lit->bytes, lit->len) == 0;
	return text_same_folded(s, lit->bytes, lit->len);
}

/* 0x20 where both cases of a letter are wanted: (x | 0x20) == 'a' holds for
 * 'a' and 'A' alone. */
static inline uint8_t case_bit(const struct text_literal *lit, size_t at)
{
	char c = lit->bytes[at];

	return lit->fold && c >= 'a' && c <= 'z' ? 0x20 : 0;
}

const char *text_literal_find(const struct text_literal *lit, const char *s,
	size_t n)
{
	const char *last; /* last place where a match can begin */
	size_t i = lit->rare, j = lit->second;
	uint8_t first_case, second_case;
	vec first, second, first_bit, second_bit;

	if (lit->len == 0)
		return s;
	if (lit->len > n)
		return NULL;
	first_case = case_bit(lit, i);
	second_case = case_bit(lit, j);
	if (lit->len == 1 && !first_case)
		return memchr(s, (unsigned char)lit->bytes[0], n);
	first = splat(lit->bytes[i]);
	second = splat(lit->bytes[j]);
	first_bit = splat(first_case);
	second_bit = splat(second_case);

	last = s + (n - lit->len);
	for (; last - s >= 31; s += 32) {
		vec a = (vec)((load(s + i) | first_bit) == first) &
			(vec)((load(s + j) | second_bit) == second);
		vec b = (vec)((load(s + 16 + i) | first_bit) == first) &
			(vec)((load(s + 16 + j) | second_bit) == second);

		if (!any(a | b))
			continue;
		for (int k = 0; k < 16; k++)
			if (a[k] && literal_at(lit, s + k))
				return s + k;
		for (int k = 0; k < 16; k++)
			if (b[k] && literal_at(lit, s + 16 + k))
				return s + 16 + k;
	}
	for (; s <= last; s++)
		if (((unsigned char)s[i] | first_case) ==
				(unsigned char)lit->bytes[i] &&
				literal_at(lit, s))
			return s;
	return NULL;
}

/* ---- Lua ---- */

/* s is a string or memory (t.buffer), of which the first length bytes count. */
static const char *check_text(lua_State *L, int length, size_t *n)
{
	const char *s = sys_checkbytes(L, 1, n);
	lua_Integer limit = luaL_optinteger(L, length, (lua_Integer)*n);

	luaL_argcheck(L, limit >= 0 && (lua_Unsigned)limit <= *n, length,
		"longer than the text");
	*n = (size_t)limit;
	return s;
}

static unsigned char check_byte(lua_State *L, int arg)
{
	size_t width;
	const char *byte = luaL_checklstring(L, arg, &width);

	luaL_argcheck(L, width == 1, arg, "one byte expected");
	return (unsigned char)*byte;
}

/* bytes.count(s, byte [, length]) -> number */
static int bytes_count(lua_State *L)
{
	size_t n;
	const char *s = check_text(L, 3, &n);

	lua_pushinteger(L, (lua_Integer)text_count_byte(s, n,
		check_byte(L, 2)));
	return 1;
}

/* bytes.nth(s, byte, n [, length]) -> position, or nil and how many there are;
 * n < 0 counts from the end */
static int bytes_nth(lua_State *L)
{
	size_t n;
	const char *s = check_text(L, 4, &n), *at;
	unsigned char byte = check_byte(L, 2);
	lua_Integer nth = luaL_checkinteger(L, 3);

	if (nth >= 0)
		at = text_nth_byte(s, n, byte, (size_t)nth);
	else
		at = text_nth_byte_back(s, n, byte, (size_t)0 - (size_t)nth);
	if (!at) {
		lua_pushnil(L);
		lua_pushinteger(L, (lua_Integer)text_count_byte(s, n, byte));
		return 2;
	}
	lua_pushinteger(L, at - s + 1);
	return 1;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* bytes.words(s) -> list of what blanks part */
static int bytes_words(lua_State *L)
{
	size_t n;
	const char *s = luaL_checklstring(L, 1, &n), *end = s + n, *start;
	lua_Integer count = 0;

	lua_createtable(L, 8, 0);
	for (;;) {
		while (s < end && is_blank(*s))
			s++;
		if (s == end)
			return 1;
		for (start = s; s < end && !is_blank(*s); s++)
			;
		lua_pushlstring(L, start, (size_t)(s - start));
		lua_rawseti(L, -2, ++count);
	}
}

static const luaL_Reg functions[] = {
	{"words", bytes_words},
	{"count", bytes_count},
	{"nth", bytes_nth},
	{NULL, NULL},
};

static int luaopen_text_bytes(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.bytes", luaopen_text_bytes);
