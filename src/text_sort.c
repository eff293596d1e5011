/*
 * text_sort.c - collect lines and put them in order
 *
 * Layer: accelerator, no policy. Lua side: text.sort in lua/meta/text.lua.
 * Follows POSIX sort and GNU's -g -h -M -R -V. Lines lie in large pieces; what
 * is sorted is an array of small records with the first key's place and its
 * first eight bytes of order (a number whose order is the key's), so that most
 * comparisons touch no line at all. All input is held in memory.
 */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "text_compare.h"
#include "vm.h"

#define SORTER "text.sort"
#define PIECE_SIZE (256 * 1024)

enum kind { TEXT, NUMERIC, GENERAL, HUMAN, MONTH, VERSION, RANDOM };

struct key {
	enum kind kind;
	uint32_t from_field, from_char; /* from 1 */
	uint32_t to_field, to_char; /* field 0: to the end of the line */
	bool skip_start, skip_end; /* blanks before the first, last place */
	bool reverse;
	struct text_order text; /* how bytes of a TEXT key count */
};

struct record {
	uint64_t order; /* of the first key, reverse already applied */
	const char *line;
	uint32_t len;
	uint32_t key_at, key_len;
};

struct piece {
	struct piece *next;
	size_t used, size;
	char bytes[];
};

struct sorter {
	bool stable, reverse, unique;
	int separator; /* -1: fields begin with their blanks */
	unsigned char delimiter;
	uint64_t seed;
	struct piece *pieces;
	struct record *records;
	size_t n, room;
	size_t keys;
	struct key key[];
};

/* ---- where a key lies ---- */

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Past n fields; with a separator also past the one behind the last. */
static const char *skip_fields(const struct sorter *s, const char *p,
	const char *end, uint32_t n, bool past_last)
{
	while (n-- > 0 && p < end) {
		if (s->separator >= 0) {
			p = memchr(p, s->separator, (size_t)(end - p));
			if (!p)
				return end;
			if (n > 0 || past_last)
				p++;
		} else {
			while (p < end && is_blank(*p))
				p++;
			while (p < end && !is_blank(*p))
				p++;
		}
	}
	return p;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static void find_key(const struct sorter *s, const struct key *k,
	const char *line, size_t len, struct text_span *span)
{
	const char *end = line + len, *from, *to;

	from = skip_fields(s, line, end, k->from_field - 1, true);
	if (k->skip_start)
		from = skip_blanks(from, end);
	from = (size_t)(end - from) < k->from_char - 1 ? end :
		from + (k->from_char - 1);
	if (k->to_field == 0) {
		to = end;
	} else if (k->to_char == 0) {
		to = skip_fields(s, line, end, k->to_field, false);
	} else {
		to = skip_fields(s, line, end, k->to_field - 1, true);
		if (k->skip_end)
			to = skip_blanks(to, end);
		to = (size_t)(end - to) < k->to_char ? end : to + k->to_char;
	}
	span->s = from;
	span->n = to > from ? (size_t)(to - from) : 0;
}

/* ---- comparing ---- */

static uint64_t hash(const struct sorter *s, const struct text_span *span)
{
	uint64_t h = s->seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < span->n; i++)
		h = (h ^ (unsigned char)span->s[i]) * 0x100000001b3u;
	h ^= h >> 32; /* the last bytes must reach the top bits */
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* A number that never contradicts the order of the keys; equal numbers say
 * nothing. */
static uint64_t order_of(const struct sorter *s, const struct key *k,
	const struct text_span *span)
{
	switch (k->kind) {
	case TEXT: return text_order_prefix(&k->text, span);
	case NUMERIC: return text_numeric_prefix(span);
	case GENERAL: return text_general_prefix(span);
	case MONTH: return text_month(span);
	case RANDOM: return hash(s, span);
	default: return 0;
	}
}

static int compare_key(const struct sorter *s, const struct key *k,
	const struct text_span *a, const struct text_span *b)
{
	uint64_t left, right;

	switch (k->kind) {
	case TEXT: return text_compare(&k->text, a, b);
	case NUMERIC: return text_compare_numeric(a, b);
	case GENERAL: return text_compare_general(a, b);
	case HUMAN: return text_compare_human(a, b);
	case VERSION: return text_compare_version(a, b);
	case MONTH:
		return (int)text_month(a) - (int)text_month(b);
	case RANDOM:
		left = hash(s, a);
		right = hash(s, b);
		if (left != right)
			return left < right ? -1 : 1;
		return text_compare(&k->text, a, b);
	}
	return 0;
}

static int compare_lines(const struct record *a, const struct record *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int diff = memcmp(a->line, b->line, n);

	return diff ? diff : (a->len > b->len) - (a->len < b->len);
}

/* By the keys alone: what -u calls equal. */
static int compare_keys(const struct sorter *s, const struct record *a,
	const struct record *b)
{
	struct text_span left, right;
	int diff;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	left = (struct text_span){a->line + a->key_at, a->key_len};
	right = (struct text_span){b->line + b->key_at, b->key_len};
	for (size_t i = 0;;) {
		const struct key *k = &s->key[i];

		diff = compare_key(s, k, &left, &right);
		if (diff)
			return k->reverse ? -diff : diff;
		if (++i == s->keys)
			return 0;
		find_key(s, &s->key[i], a->line, a->len, &left);
		find_key(s, &s->key[i], b->line, b->len, &right);
	}
}

static int compare(const struct sorter *s, const struct record *a,
	const struct record *b)
{
	int diff = compare_keys(s, a, b);

	if (diff || s->stable || s->unique)
		return diff;
	diff = compare_lines(a, b);
	return s->reverse ? -diff : diff;
}

/* ---- sorting: merges, so equal lines keep their order ---- */

static void insertion_sort(const struct sorter *s, struct record *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct record moving = v[i];
		size_t at = i;

		while (at > 0 && compare(s, &v[at - 1], &moving) > 0) {
			v[at] = v[at - 1];
			at--;
		}
		v[at] = moving;
	}
}

/* spare has room for n / 2 records */
static void merge_sort(const struct sorter *s, struct record *v, size_t n,
	struct record *spare)
{
	size_t half = n / 2, left = 0, right = half, to = 0;

	if (n <= 8) {
		insertion_sort(s, v, n);
		return;
	}
	merge_sort(s, v, half, spare);
	merge_sort(s, v + half, n - half, spare);
	if (compare(s, &v[half - 1], &v[half]) <= 0)
		return;
	memcpy(spare, v, half * sizeof(*v));
	while (left < half && right < n)
		v[to++] = compare(s, &spare[left], &v[right]) <= 0 ?
			spare[left++] : v[right++];
	memcpy(v + to, spare + left, (half - left) * sizeof(*v));
}

/* ---- collecting ---- */

static int add_record(struct sorter *s, const char *line, size_t len)
{
	struct record *r;
	struct text_span span;

	if (len > UINT32_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 1024;
		struct record *larger = realloc(s->records,
			room * sizeof(*larger));

		if (!larger)
			return -1;
		s->records = larger;
		s->room = room;
	}
	r = &s->records[s->n++];
	find_key(s, &s->key[0], line, len, &span);
	r->line = line;
	r->len = (uint32_t)len;
	r->key_at = (uint32_t)(span.s - line);
	r->key_len = (uint32_t)span.n;
	r->order = order_of(s, &s->key[0], &span);
	if (s->key[0].reverse)
		r->order = ~r->order;
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

static void read_key(lua_State *L, int at, struct key *k)
{
	static const char *const kinds[] = {"text", "numeric", "general",
		"human", "month", "version", "random", NULL};

	lua_getfield(L, at, "kind");
	k->kind = (enum kind)luaL_checkoption(L, -1, "text", kinds);
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
	struct sorter *s;
	size_t keys = 0;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	if (lua_getfield(L, 1, "keys") == LUA_TTABLE)
		keys = lua_rawlen(L, 2);
	s = lua_newuserdatauv(L, sizeof(*s) + (keys ? keys : 1) *
		sizeof(*s->key), 0);
	memset(s, 0, sizeof(*s));
	luaL_setmetatable(L, SORTER);
	s->stable = field_flag(L, 1, "stable");
	s->reverse = field_flag(L, 1, "reverse");
	s->unique = field_flag(L, 1, "unique");
	s->separator = field_byte(L, 1, "separator", -1);
	s->delimiter = (unsigned char)field_byte(L, 1, "delimiter", '\n');
	lua_getfield(L, 1, "seed");
	s->seed = (uint64_t)luaL_optinteger(L, -1, 0);
	lua_pop(L, 1);
	for (size_t i = 0; i < keys; i++) {
		lua_rawgeti(L, 2, (lua_Integer)i + 1);
		luaL_checktype(L, -1, LUA_TTABLE);
		read_key(L, lua_gettop(L), &s->key[i]);
		lua_pop(L, 1);
	}
	if (keys == 0) {
		lua_newtable(L);
		read_key(L, lua_gettop(L), &s->key[0]);
		s->key[0].reverse = s->reverse;
		lua_pop(L, 1);
		keys = 1;
	}
	s->keys = keys;
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
	struct record *spare = malloc((s->n / 2 + 1) * sizeof(*spare));

	if (!spare)
		return sys_fail(L, ENOMEM);
	merge_sort(s, s->records, s->n, spare);
	free(spare);
	if (s->unique && s->n > 0) {
		size_t kept = 1;

		for (size_t i = 1; i < s->n; i++)
			if (compare_keys(s, &s->records[kept - 1],
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
		int diff = compare(s, &s->records[i - 1], &s->records[i]);

		if (diff > 0 || (diff == 0 && s->unique)) {
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
