/*
 * text_count.c - count lines, words, characters and columns of a descriptor
 *
 * Layer: accelerator, no policy. Lua side: text.count in lua/meta/text.lua.
 * Words are runs of anything but white space, as POSIX wc defines them.
 */

#define _XOPEN_SOURCE 700 /* wcwidth */

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "vm.h"

typedef uint8_t vec __attribute__((vector_size(16)));

struct counts {
	uint64_t lines, words, chars, bytes, width;
	uint64_t column; /* of the line being read */
	bool in_word;
	uint32_t partial; /* an UTF-8 character cut by the end of a block */
	int missing; /* bytes it still needs */
};

static inline bool is_space(unsigned char c)
{
	return c == ' ' || (unsigned char)(c - '\t') <= '\r' - '\t';
}

static size_t count_ones(const vec *lanes)
{
	size_t sum = 0;

	for (int i = 0; i < 16; i++)
		sum += (*lanes)[i];
	return sum;
}

/* A word begins at each byte that is no space behind one that is. */
static void count_words(struct counts *c, const char *s, size_t n)
{
	const char *end = s + n;
	bool in_word = c->in_word;

	if (n == 0)
		return;
	/* the vector loop looks one byte back */
	c->words += !in_word && !is_space(*s);
	in_word = !is_space(*s);
	s++;
	while (end - s >= 16) {
		size_t steps = (size_t)(end - s) / 16;
		vec lanes = {0};

		if (steps > 255)
			steps = 255;
		for (size_t i = 0; i < steps; i++, s += 16) {
			vec now, before, space_now, space_before;

			memcpy(&now, s, 16);
			memcpy(&before, s - 1, 16);
			space_now = (vec)(now == ' ') |
				(vec)((vec)(now - '\t') <= '\r' - '\t');
			space_before = (vec)(before == ' ') |
				(vec)((vec)(before - '\t') <= '\r' - '\t');
			lanes -= ~space_now & space_before;
		}
		c->words += count_ones(&lanes);
		in_word = !is_space(s[-1]);
	}
	for (; s < end; s++) {
		bool word = !is_space(*s);

		c->words += word && !in_word;
		in_word = word;
	}
	c->in_word = in_word;
}

/* Every byte but the continuation bytes 10xxxxxx begins a character. */
static uint64_t count_chars(const char *s, size_t n)
{
	const char *end = s + n;
	uint64_t count = 0;

	while (end - s >= 16) {
		size_t steps = (size_t)(end - s) / 16;
		vec lanes = {0};

		if (steps > 255)
			steps = 255;
		for (size_t i = 0; i < steps; i++, s += 16) {
			vec now;

			memcpy(&now, s, 16);
			lanes -= (vec)((now & 0xc0) != 0x80);
		}
		count += count_ones(&lanes);
	}
	for (; s < end; s++)
		count += ((unsigned char)*s & 0xc0) != 0x80;
	return count;
}

static void end_column(struct counts *c)
{
	if (c->column > c->width)
		c->width = c->column;
	c->column = 0;
}

static void put_column(struct counts *c, uint32_t ch)
{
	switch (ch) {
	case '\n': case '\r': case '\f':
		end_column(c);
		break;
	case '\t':
		c->column += 8 - c->column % 8;
		break;
	default:
		if (ch < 0x80) {
			c->column += ch >= 0x20 && ch < 0x7f;
		} else {
			int columns = wcwidth((wchar_t)ch);

			c->column += columns > 0 ? (unsigned)columns : 0;
		}
	}
}

/* Tables of wide characters: musl's are always there, others need a locale. */
static void use_utf8(bool utf8)
{
	static bool done;

	if (utf8 && !done)
		done = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
}

static void count_columns(struct counts *c, const char *s, size_t n, bool utf8)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char b = (unsigned char)s[i];

		if (!utf8 || b < 0x80) {
			c->missing = 0;
			if (b < 0x80)
				put_column(c, b);
		} else if (b >= 0xc0) {
			c->missing = b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
			c->partial = b & (0x3fu >> c->missing);
		} else if (c->missing) {
			c->partial = c->partial << 6 | (b & 0x3f);
			if (--c->missing == 0)
				put_column(c, c->partial);
		}
	}
}

/* count.fd(fd, what [, utf8]) -> { lines, words, chars, bytes, width }, err
 * what: letters l, w, m, c, L as wc has them; only these are counted. The
 * counts up to a failed read are given together with its err. */
static int count_fd(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	const char *what = luaL_checkstring(L, 2);
	bool utf8 = lua_toboolean(L, 3);
	bool lines = strchr(what, 'l'), words = strchr(what, 'w');
	bool chars = strchr(what, 'm'), width = strchr(what, 'L');
	struct counts c = {0};
	char block[TEXT_BLOCK];
	int error = 0;

	use_utf8(utf8 && width);
	for (;;) {
		ssize_t got = read(fd, block, sizeof(block));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			error = errno;
		if (got <= 0)
			break;
		c.bytes += (uint64_t)got;
		if (lines)
			c.lines += text_count_byte(block, (size_t)got, '\n');
		if (words)
			count_words(&c, block, (size_t)got);
		if (chars)
			c.chars += utf8 ? count_chars(block, (size_t)got) :
				(uint64_t)got;
		if (width)
			count_columns(&c, block, (size_t)got, utf8);
	}
	end_column(&c);

	lua_createtable(L, 0, 5);
	lua_pushinteger(L, (lua_Integer)c.lines);
	lua_setfield(L, -2, "lines");
	lua_pushinteger(L, (lua_Integer)c.words);
	lua_setfield(L, -2, "words");
	lua_pushinteger(L, (lua_Integer)c.chars);
	lua_setfield(L, -2, "chars");
	lua_pushinteger(L, (lua_Integer)c.bytes);
	lua_setfield(L, -2, "bytes");
	lua_pushinteger(L, (lua_Integer)c.width);
	lua_setfield(L, -2, "width");
	if (!error)
		return 1;
	sys_pusherror(L, error);
	return 2;
}

/* count.width(s [, utf8]) -> columns on a terminal; control bytes take none */
static int count_width(lua_State *L)
{
	size_t n;
	const char *s = luaL_checklstring(L, 1, &n);
	bool utf8 = lua_toboolean(L, 2);
	struct counts c = {0};

	use_utf8(utf8);
	count_columns(&c, s, n, utf8);
	end_column(&c);
	lua_pushinteger(L, (lua_Integer)c.width);
	return 1;
}

static const luaL_Reg functions[] = {
	{"fd", count_fd},
	{"width", count_width},
	{NULL, NULL},
};

static int luaopen_text_count(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.count", luaopen_text_count);
