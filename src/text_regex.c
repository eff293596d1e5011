/*
 * text_regex.c - POSIX regular expressions over strings and over readers
 *
 * Layer: accelerator, no policy. Lua side: text.regex in lua/meta/text.lua.
 * One or many patterns, as grep has them. What is a plain string is searched as
 * one; expressions are read by regex_parse.c and matched by regex_match.c.
 * Lines of readers are selected in text_select.c.
 */

#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "text_regex.h"
#include "vm.h"

/* Patterns from which one automaton beats searching for each, and how many
 * parts they may have for it to be one of use. */
#define MANY 8
#define MANY_PARTS 8000

/* ---- compiling ---- */

static void prepare(const struct text_regex *re, struct regex_tree *t,
	char syntax)
{
	regex_tree_init(t);
	t->extended = syntax == 'E';
	t->fold = re->icase;
	t->utf8 = re->utf8;
}

static int parse(struct regex_tree *t, const char *text, size_t len,
	char syntax)
{
	return syntax == 'F' ? regex_plain(t, text, len) :
		regex_parse(t, text, len);
}

/* Compile one pattern; returns why it cannot be, or NULL. */
static const char *compile(const struct text_regex *re, struct text_pattern *p,
	const char *text, size_t len, char syntax)
{
	const char *error = REGEX_NO_MEMORY;
	char *must = malloc(2 * len + 1);
	struct regex_tree t;
	size_t must_len;
	int root;

	prepare(re, &t, syntax);
	if (!must)
		goto out;
	root = parse(&t, text, len, syntax);
	if (root < 0) {
		error = t.error;
		goto out;
	}
	must_len = regex_must(&t, root, must, len, &p->literal);
	if (must_len > 0 || p->literal) {
		if (!text_literal_init(&p->must, must, must_len, re->icase))
			goto out;
		p->has_must = true;
	}
	if (!p->literal) {
		root = regex_around(&t, root, re->word, re->whole);
		if (root < 0) {
			error = t.error;
			goto out;
		}
		p->program = regex_program_new(&t, &root, 1, &error);
		if (!p->program)
			goto out;
	}
	error = NULL;
out:
	regex_tree_free(&t);
	free(must);
	return error;
}

/* One automaton for all patterns in the list at index 1, if that is not too
 * much. They are known to be good. */
static void compile_all(lua_State *L, struct text_regex *re, char syntax)
{
	int *roots = malloc(re->n * sizeof(*roots));
	struct regex_tree t;
	const char *unused;
	size_t n = 0;

	prepare(re, &t, syntax);
	for (; roots && n < re->n && t.n_parts < MANY_PARTS && !t.back; n++) {
		const char *text;
		size_t len;

		lua_rawgeti(L, 1, (lua_Integer)n + 1);
		text = lua_tolstring(L, -1, &len);
		roots[n] = regex_around(&t, parse(&t, text, len, syntax),
			re->word, re->whole);
		lua_pop(L, 1);
		if (roots[n] < 0)
			break;
	}
	t.groups = 0;
	if (roots && n == re->n && !t.back)
		re->all = regex_program_new(&t, roots, (int)n, &unused);
	regex_tree_free(&t);
	free(roots);
}

/* regex.compile(pattern or list of patterns [, flags]) -> re | nil, message
 * flags: E extended, F fixed strings, else basic; i both cases, w whole words,
 * x whole lines, u characters are UTF-8, n groups are not asked for */
static int compile_patterns(lua_State *L)
{
	const char *flags = luaL_optstring(L, 2, "");
	char syntax = strchr(flags, 'F') ? 'F' : strchr(flags, 'E') ? 'E' : 'G';
	bool list = lua_type(L, 1) == LUA_TTABLE;
	size_t n = 1;
	struct text_regex *re;

	if (list)
		n = lua_rawlen(L, 1);
	else
		luaL_checkstring(L, 1);
	re = lua_newuserdatauv(L, sizeof(*re) + n * sizeof(*re->patterns), 0);
	memset(re, 0, sizeof(*re) + n * sizeof(*re->patterns));
	re->icase = strchr(flags, 'i');
	re->whole = strchr(flags, 'x');
	re->word = strchr(flags, 'w') && !re->whole;
	re->utf8 = strchr(flags, 'u');
	re->no_groups = strchr(flags, 'n');
	re->n = n;
	luaL_setmetatable(L, TEXT_REGEX);
	for (size_t i = 0; i < n; i++) {
		const char *text, *error;
		size_t len;

		if (list)
			lua_rawgeti(L, 1, (lua_Integer)i + 1);
		else
			lua_pushvalue(L, 1);
		text = luaL_checklstring(L, -1, &len);
		error = compile(re, &re->patterns[i], text, len, syntax);
		if (error) {
			lua_pushnil(L);
			lua_pushstring(L, error);
			return 2;
		}
		lua_pop(L, 1);
	}
	if (list && n >= MANY)
		compile_all(L, re, syntax);
	return 1;
}

static struct text_regex *check_regex(lua_State *L, int arg)
{
	return luaL_checkudata(L, arg, TEXT_REGEX);
}

static int collect(lua_State *L)
{
	struct text_regex *re = check_regex(L, 1);

	for (size_t i = 0; i < re->n; i++) {
		struct text_pattern *p = &re->patterns[i];

		if (p->has_must)
			text_literal_free(&p->must);
		regex_dfa_free(p->dfa);
		regex_program_free(p->program);
	}
	regex_dfa_free(re->all_dfa);
	regex_program_free(re->all);
	memset(re, 0, sizeof(*re));
	return 0;
}

/* ---- finding in a string ---- */

/* Does no character of a word stand next to at..at+len? */
static bool is_apart(bool utf8, const char *line, const char *at, size_t len,
	const char *stop)
{
	const unsigned char *s = (const unsigned char *)line;
	size_t from = (size_t)(at - line), to = from + len;
	size_t end = (size_t)(stop - line);
	uint32_t code;

	if (from > 0) {
		code = s[from - 1];
		if (utf8)
			regex_decode_back(s, from, &code);
		if (regex_is_word(code, utf8))
			return false;
	}
	if (to == end)
		return true;
	code = s[to];
	if (utf8)
		regex_decode(s + to, end - to, &code);
	return !regex_is_word(code, utf8);
}

const char *text_find_literal(const struct text_regex *re,
	const struct text_pattern *p, const char *line, const char *s,
	const char *stop)
{
	size_t len = p->must.len;

	if (re->whole) {
		if (s != line || (size_t)(stop - s) != len)
			return NULL;
		return text_literal_find(&p->must, s, len);
	}
	while (s <= stop) {
		const char *at = text_literal_find(&p->must, s,
			(size_t)(stop - s));

		if (!at || !re->word ||
		    is_apart(re->utf8, line, at, len, stop))
			return at;
		for (s = at + 1; re->utf8 && s < stop; s++)
			if (((unsigned char)*s & 0xc0) != 0x80)
				break;
	}
	return NULL;
}

/* The first match of one pattern at or behind from: as regex_find. */
static int find_in(struct text_regex *re, struct text_pattern *p,
	const struct regex_subject *sub, size_t from, size_t *start,
	size_t *stop)
{
	if (p->literal) {
		const char *hit = text_find_literal(re, p, sub->s,
			sub->s + from, sub->s + sub->n);

		if (!hit)
			return 0;
		*start = (size_t)(hit - sub->s);
		*stop = *start + p->must.len;
		return 1;
	}
	if (p->has_must && p->must.len > 0 &&
	    !text_literal_find(&p->must, sub->s + from, sub->n - from))
		return 0;
	return regex_find(p->program, sub, from, start, stop, &re->error);
}

/* The groups of the match; returns how many values were pushed, or -1. */
static int push_groups(lua_State *L, struct regex_program *p,
	const struct regex_subject *sub, size_t start, size_t stop,
	const char **error)
{
	int n = p ? p->groups : 0;

	if (n > 0 && regex_groups(p, sub, start, stop, error) < 0)
		return -1;
	luaL_checkstack(L, n + 2, "too many groups");
	lua_pushinteger(L, (lua_Integer)start + 1);
	lua_pushinteger(L, (lua_Integer)stop);
	for (int i = 1; i <= n; i++) {
		size_t from = p->best[2 * i], to = p->best[2 * i + 1];

		if (from == REGEX_UNSET || to == REGEX_UNSET)
			lua_pushboolean(L, false);
		else
			lua_pushlstring(L, sub->s + from, to - from);
	}
	return n + 2;
}

/* Not into the middle of a character: its end, or at. */
static size_t whole_character(const struct regex_subject *sub, size_t at)
{
	const unsigned char *s = (const unsigned char *)sub->s;

	for (size_t back = 1; back <= 3 && back <= at && at < sub->n; back++) {
		uint32_t code;
		size_t len = regex_decode(s + at - back, sub->n - at + back,
			&code);

		if (len > back)
			return at - back + len;
	}
	return at;
}

/* re:find(s [, init [, not_bol]]) -> start, stop, captures... | nil [, err]
 * As string.find: positions are inclusive; a group that took no part is false.
 * With several patterns the leftmost match counts, then the longest. not_bol:
 * ^ does not match at init = 1 either; elsewhere it never does. */
static int find(lua_State *L)
{
	struct text_regex *re = check_regex(L, 1);
	struct regex_subject sub = {.not_bol = lua_toboolean(L, 4)};
	lua_Integer init = luaL_optinteger(L, 3, 1);
	struct text_pattern *best = NULL;
	size_t start = 0, stop = 0, at;
	int pushed = -1;

	sub.s = luaL_checklstring(L, 2, &sub.n);
	if (init < 1)
		init = 1;
	if ((size_t)init > sub.n + 1)
		return 0;
	at = (size_t)init - 1;
	if (re->utf8)
		at = whole_character(&sub, at);
	re->error = NULL;
	for (size_t i = 0; i < re->n && !re->error; i++) {
		size_t from, to;

		if (find_in(re, &re->patterns[i], &sub, at, &from, &to) <= 0)
			continue;
		if (!best || from < start || (from == start && to > stop)) {
			best = &re->patterns[i];
			start = from;
			stop = to;
		}
	}
	if (best && !re->error)
		pushed = push_groups(L, re->no_groups ? NULL : best->program,
			&sub, start, stop, &re->error);
	if (pushed >= 0)
		return pushed;
	lua_pushnil(L);
	lua_pushstring(L, re->error);
	return re->error ? 2 : 0;
}

static const luaL_Reg methods[] = {
	{"find", find},
	{"next", text_regex_next},
	{"count", text_regex_count},
	{"copy", text_regex_copy},
	{"__gc", collect},
	{NULL, NULL},
};

static const luaL_Reg functions[] = {
	{"compile", compile_patterns},
	{NULL, NULL},
};

static int luaopen_text_regex(lua_State *L)
{
	luaL_newmetatable(L, TEXT_REGEX);
	luaL_setfuncs(L, methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.regex", luaopen_text_regex);
