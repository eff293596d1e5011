/*
 * text_sort.c - collect lines and put them in order
 *
 * Layer: accelerator, no policy. Lua side: text.sort in lua/meta/text.lua.
 * Lines lie in large pieces; what is sorted is an array of small records
 * (text_record.h). All input is held in memory.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "text_record.h"
#include "vm.h"

#define SORTER "text.sort"
#define PIECE_SIZE (256 * 1024)

struct piece {
	struct piece *next;
	size_t used, size;
	char bytes[];
};

struct sorter {
	unsigned char delimiter;
	struct piece *pieces;
	struct text_record *records;
	size_t n, room;
	struct text_keys *keys; /* behind it, in the same block */
};

/* ---- collecting ---- */

static int add_record(struct sorter *s, const char *line, size_t len)
{
	if (len > UINT32_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 1024;
		struct text_record *larger = realloc(s->records,
			room * sizeof(*larger));

		if (!larger)
			return -1;
		s->records = larger;
		s->room = room;
	}
	text_record_set(s->keys, &s->records[s->n++], line, (uint32_t)len);
	return 0;
}

/* A piece with this much room behind what is used. */
static struct piece *piece_with(struct sorter *s, size_t room)
{
	struct piece *p = s->pieces;
	size_t size = room > PIECE_SIZE ? room : PIECE_SIZE;

	if (p && p->size - p->used >= room)
		return p;
	p = malloc(sizeof(*p) + size);
	if (!p)
		return NULL;
	p->next = s->pieces;
	p->used = 0;
	p->size = size;
	s->pieces = p;
	return p;
}

/* All lines of fd. Returns 0, or -1 with errno set. */
static int collect(struct sorter *s, int fd)
{
	size_t rest = 0; /* bytes of an unfinished line, at the piece's end */
	size_t wanted = TEXT_BLOCK;
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (uint64_t)st.st_size < SIZE_MAX / 2)
		wanted = (size_t)st.st_size + 1;
	for (;;) {
		struct piece *old = s->pieces, *p;
		char *from, *end, *at;
		ssize_t got;

		p = piece_with(s, wanted);
		if (!p)
			return -1;
		if (p != old && rest) {
			/* a longer line than expected: move on together */
			if (p->size < rest + TEXT_BLOCK) {
				s->pieces = old;
				free(p);
				p = piece_with(s, 2 * rest + TEXT_BLOCK);
				if (!p)
					return -1;
			}
			memcpy(p->bytes, old->bytes + old->used - rest, rest);
			old->used -= rest;
			p->used = rest;
		}
		do
			got = read(fd, p->bytes + p->used, p->size - p->used);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return -1;
		from = p->bytes + p->used - rest;
		if (got == 0)
			return rest ? add_record(s, from, rest) : 0;
		at = p->bytes + p->used;
		end = at + got;
		p->used += (size_t)got;
		while ((at = memchr(at, s->delimiter, (size_t)(end - at)))) {
			if (add_record(s, from, (size_t)(at - from)) != 0)
				return -1;
			from = ++at;
		}
		rest = (size_t)(end - from);
		wanted = p->size - p->used ? 1 : TEXT_BLOCK;
	}
}

/* ---- Lua ---- */

static struct sorter *check_sorter(lua_State *L)
{
	return luaL_checkudata(L, 1, SORTER);
}

static uint32_t field_number(lua_State *L, int at, const char *name,
	uint32_t otherwise)
{
	lua_Integer n;

	lua_getfield(L, at, name);
	n = luaL_optinteger(L, -1, otherwise);
	lua_pop(L, 1);
	if (n < 0)
		luaL_error(L, "key.%s is negative", name);
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static bool field_flag(lua_State *L, int at, const char *name)
{
	bool set;

	lua_getfield(L, at, name);
	set = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return set;
}

static int field_byte(lua_State *L, int at, const char *name, int otherwise)
{
	size_t n;
	const char *s;
	int byte = otherwise;

	lua_getfield(L, at, name);
	if (!lua_isnil(L, -1)) {
		s = luaL_checklstring(L, -1, &n);
		if (n != 1)
			luaL_error(L, "%s is not one byte", name);
		byte = (unsigned char)*s;
	}
	lua_pop(L, 1);
	return byte;
}

static void read_key(lua_State *L, int at, struct text_key *k)
{
	static const char *const kinds[] = {"text", "numeric", "general",
		"human", "month", "version", "random", NULL};

	lua_getfield(L, at, "kind");
	k->kind = (enum text_kind)luaL_checkoption(L, -1, "text", kinds);
	lua_pop(L, 1);
	k->from_field = field_number(L, at, "from_field", 1);
	k->from_char = field_number(L, at, "from_char", 1);
	k->to_field = field_number(L, at, "to_field", 0);
	k->to_char = field_number(L, at, "to_char", 0);
	if (k->from_field == 0 || k->from_char == 0)
		luaL_error(L, "fields and characters count from 1");
	k->skip_start = field_flag(L, at, "skip_start");
	k->skip_end = field_flag(L, at, "skip_end");
	k->reverse = field_flag(L, at, "reverse");
	text_order_init(&k->text, field_flag(L, at, "fold"),
		field_flag(L, at, "dictionary"),
		field_flag(L, at, "printable"));
}

/* sort.new{ keys = { key, ... }, separator, delimiter, stable, reverse, unique,
 * seed } -> sorter */
static int sort_new(lua_State *L)
{
	struct text_keys *keys;
	struct sorter *s;
	size_t n = 0;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	if (lua_getfield(L, 1, "keys") == LUA_TTABLE)
		n = lua_rawlen(L, 2);
	s = lua_newuserdatauv(L, sizeof(*s) + sizeof(*keys) +
		(n ? n : 1) * sizeof(*keys->key), 0);
	keys = (struct text_keys *)(s + 1);
	memset(s, 0, sizeof(*s));
	luaL_setmetatable(L, SORTER);
	s->keys = keys;
	s->delimiter = (unsigned char)field_byte(L, 1, "delimiter", '\n');
	keys->stable = field_flag(L, 1, "stable");
	keys->reverse = field_flag(L, 1, "reverse");
	keys->unique = field_flag(L, 1, "unique");
	keys->separator = field_byte(L, 1, "separator", -1);
	lua_getfield(L, 1, "seed");
	keys->seed = (uint64_t)luaL_optinteger(L, -1, 0);
	lua_pop(L, 1);
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(L, 2, (lua_Integer)i + 1);
		luaL_checktype(L, -1, LUA_TTABLE);
		read_key(L, lua_gettop(L), &keys->key[i]);
		lua_pop(L, 1);
	}
	if (n == 0) {
		lua_newtable(L);
		read_key(L, lua_gettop(L), &keys->key[0]);
		keys->key[0].reverse = keys->reverse;
		lua_pop(L, 1);
		n = 1;
	}
	keys->n = n;
	return 1;
}

/* sorter:read(fd) -> true | nil, err */
static int sorter_read(lua_State *L)
{
	struct sorter *s = check_sorter(L);
	int fd = sys_checkfd(L, 2);

	return sys_result(L, collect(s, fd));
}

/* sorter:add(line) -> true | nil, err */
static int sorter_add(lua_State *L)
{
	struct sorter *s = check_sorter(L);
	size_t n;
	const char *line = luaL_checklstring(L, 2, &n);
	struct piece *p = piece_with(s, n);

	if (!p)
		return sys_fail(L, ENOMEM);
	memcpy(p->bytes + p->used, line, n);
	if (add_record(s, p->bytes + p->used, n) != 0)
		return sys_fail(L, errno);
	p->used += n;
	lua_pushboolean(L, true);
	return 1;
}

/* sorter:sort() -> true | nil, err */
static int sorter_sort(lua_State *L)
{
	struct sorter *s = check_sorter(L);
	struct text_record *spare = malloc((s->n / 2 + 1) * sizeof(*spare));

	if (!spare)
		return sys_fail(L, ENOMEM);
	text_record_sort(s->keys, s->records, s->n, spare);
	free(spare);
	if (s->keys->unique && s->n > 0) {
		size_t kept = 1;

		for (size_t i = 1; i < s->n; i++)
			if (text_record_compare_keys(s->keys,
					&s->records[kept - 1],
					&s->records[i]) != 0)
				s->records[kept++] = s->records[i];
		s->n = kept;
	}
	lua_pushboolean(L, true);
	return 1;
}

/* sorter:disorder() -> number of the first line out of order, line | nil */
static int sorter_disorder(lua_State *L)
{
	struct sorter *s = check_sorter(L);

	for (size_t i = 1; i < s->n; i++) {
		int diff = text_record_compare(s->keys, &s->records[i - 1],
			&s->records[i]);

		if (diff > 0 || (diff == 0 && s->keys->unique)) {
			lua_pushinteger(L, (lua_Integer)i + 1);
			lua_pushlstring(L, s->records[i].line,
				s->records[i].len);
			return 2;
		}
	}
	return 0;
}

/* sorter:write(fd) -> true | nil, err */
static int sorter_write(lua_State *L)
{
	struct sorter *s = check_sorter(L);
	struct text_writer w;

	text_writer_init(&w, sys_checkfd(L, 2));
	for (size_t i = 0; i < s->n; i++)
		if (text_writer_put(&w, s->records[i].line,
				s->records[i].len) != 0 ||
		    text_writer_put(&w, &s->delimiter, 1) != 0)
			return sys_fail(L, errno);
	return sys_result(L, text_writer_flush(&w));
}

/* sorter:line(i) -> line | nil */
static int sorter_line(lua_State *L)
{
	struct sorter *s = check_sorter(L);
	lua_Integer i = luaL_checkinteger(L, 2);

	if (i < 1 || (lua_Unsigned)i > s->n)
		return 0;
	lua_pushlstring(L, s->records[i - 1].line, s->records[i - 1].len);
	return 1;
}

static int sorter_len(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)check_sorter(L)->n);
	return 1;
}

static int sorter_gc(lua_State *L)
{
	struct sorter *s = check_sorter(L);

	while (s->pieces) {
		struct piece *next = s->pieces->next;

		free(s->pieces);
		s->pieces = next;
	}
	free(s->records);
	s->records = NULL;
	s->n = s->room = 0;
	return 0;
}

static const luaL_Reg methods[] = {
	{"read", sorter_read},
	{"add", sorter_add},
	{"sort", sorter_sort},
	{"disorder", sorter_disorder},
	{"write", sorter_write},
	{"line", sorter_line},
	{"__len", sorter_len},
	{"__gc", sorter_gc},
	{NULL, NULL},
};

static int versions(lua_State *L)
{
	struct text_span a, b;

	a.s = luaL_checklstring(L, 1, &a.n);
	b.s = luaL_checklstring(L, 2, &b.n);
	lua_pushinteger(L, text_compare_version(&a, &b));
	return 1;
}

static const luaL_Reg functions[] = {
	{"new", sort_new},
	{"versions", versions}, /* sort.versions(a, b) -> < 0, 0, > 0 */
	{NULL, NULL},
};

static int luaopen_text_sort(lua_State *L)
{
	luaL_newmetatable(L, SORTER);
	luaL_setfuncs(L, methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.sort", luaopen_text_sort);
