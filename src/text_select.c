/*
 * text_select.c - the lines of readers that regular expressions match
 *
 * Layer: accelerator, no policy; methods of text.regex (text_regex.c). Whole
 * blocks are searched, not lines: for a literal that every match must hold, and
 * by the automaton of regex_dfa.c.
 */

#include <errno.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text_regex.h"

/* ---- automata ---- */

/* A regular expression is searched with one delimiter: grep's -z does not
 * change between files. */
static void make_automata(struct text_regex *re, unsigned char delimiter)
{
	if (re->automata)
		return;
	re->automata = true;
	if (re->all)
		re->all_dfa = regex_dfa_new(re->all, delimiter);
	for (size_t i = 0; i < re->n && !re->all_dfa; i++)
		if (re->patterns[i].program)
			re->patterns[i].dfa = regex_dfa_new(
				re->patterns[i].program, delimiter);
}

static bool usable(const struct regex_dfa *d, unsigned char delimiter)
{
	return d && regex_dfa_delimiter(d) == delimiter;
}

/* Does line..stop match? Also false, with re->error, when that is too hard. */
static bool line_matches(struct text_regex *re, struct text_pattern *p,
	const char *line, const char *stop)
{
	struct regex_subject sub = {
		.s = line, .n = (size_t)(stop - line), .any = true,
	};
	size_t from, to;

	if (p->literal)
		return text_find_literal(re, p, line, line, stop) != NULL;
	return regex_find(p->program, &sub, 0, &from, &to, &re->error) > 0;
}

/* ---- searching blocks of lines ---- */

/* The line of p..end that holds at: its start, and in *stop its end. */
static char *line_around(char *p, char *at, char *end, unsigned char delimiter,
	char **stop)
{
	char *line = memrchr(p, delimiter, (size_t)(at - p));

	*stop = memchr(at, delimiter, (size_t)(end - at));
	if (!*stop)
		*stop = end;
	return line ? line + 1 : p;
}

/* The next matching line of one pattern in p..end, which begins a line. */
static char *pattern_next(struct text_regex *re, struct text_pattern *pat,
	char *p, char *end, unsigned char delimiter, char **stop)
{
	bool search = pat->has_must && pat->must.len > 0;
	bool automaton = usable(pat->dfa, delimiter), failed = false;

	if (search && memchr(pat->must.bytes, delimiter, pat->must.len))
		return NULL;
	while (p < end && !re->error) {
		char *line, *at = p;
		bool hit;

		if (search)
			at = (char *)text_literal_find(&pat->must, p,
				(size_t)(end - p));
		else if (automaton)
			at = (char *)regex_dfa_find(pat->dfa, p, end, &failed);
		if (!at && !failed)
			return NULL;
		if (failed) { /* no memory for it: the slow way */
			automaton = failed = false;
			continue;
		}
		line = line_around(p, at, end, delimiter, stop);
		if (pat->literal && !re->word && !re->whole)
			return line;
		hit = true;
		if (automaton && search)
			hit = regex_dfa_find(pat->dfa, line, *stop < end ?
				*stop + 1 : end, &failed) || failed;
		if (hit && (!automaton || failed || pat->program->back))
			hit = line_matches(re, pat, line, *stop);
		if (hit)
			return line;
		p = *stop + 1;
	}
	return NULL;
}

static void new_block(struct text_regex *re, const struct text_reader *r)
{
	make_automata(re, r->delimiter);
	for (size_t i = 0; i < re->n; i++)
		re->patterns[i].hit = NULL;
}

/* The next line of p..end that any pattern matches. Each pattern's next hit
 * is kept, so that a block is searched once for each of them. */
static char *next_match(struct text_regex *re, char *p, char *end,
	unsigned char delimiter, char **stop)
{
	char *first = NULL;

	if (usable(re->all_dfa, delimiter)) {
		bool failed;
		char *at = (char *)regex_dfa_find(re->all_dfa, p, end, &failed);

		if (!failed)
			return at ? line_around(p, at, end, delimiter, stop) :
				NULL;
	}
	for (size_t i = 0; i < re->n; i++) {
		struct text_pattern *pat = &re->patterns[i];

		if (!pat->hit || pat->hit < p) {
			pat->hit = pattern_next(re, pat, p, end, delimiter,
				&pat->hit_stop);
			if (!pat->hit)
				pat->hit = end; /* none in this block */
		}
		if (pat->hit < end && (!first || pat->hit < first)) {
			first = pat->hit;
			*stop = pat->hit_stop;
		}
	}
	return first;
}

/* ---- Lua: readers ---- */

/* nil and what is wrong: with the expression, or else errnum */
static int failure(lua_State *L, const struct text_regex *re, int errnum)
{
	if (!re->error)
		return sys_fail(L, errnum);
	lua_pushnil(L);
	lua_pushstring(L, re->error);
	return 2;
}

/* re:next(reader [, invert]) -> next selected line, had_delimiter | nil, err */
int text_regex_next(lua_State *L)
{
	struct text_regex *re = luaL_checkudata(L, 1, TEXT_REGEX);
	struct text_reader *r = text_checkreader(L, 2);
	bool invert = lua_toboolean(L, 3);
	char *p, *line, *stop = NULL;
	size_t len;
	int state;

	re->error = NULL;
	while ((state = text_whole_lines(r, &p, &len)) > 0) {
		char *end = p + len, *at = p;

		new_block(re, r);
		line = next_match(re, at, end, r->delimiter, &stop);
		/* the first line that the match leaves out */
		while (invert && line == at && !re->error) {
			at = stop + 1;
			if (at >= end)
				break;
			line = next_match(re, at, end, r->delimiter, &stop);
		}
		if (re->error)
			return failure(L, re, 0);
		if (invert) {
			line = at < end ? at : NULL;
			if (line) {
				stop = memchr(line, r->delimiter,
					(size_t)(end - line));
				stop = stop ? stop : end;
			}
		}
		if (!line) {
			text_consume(r, len);
			continue;
		}
		lua_pushlstring(L, line, (size_t)(stop - line));
		lua_pushboolean(L, stop < end);
		text_consume(r, (size_t)(stop - p) + (stop < end));
		return 2;
	}
	if (state < 0)
		return sys_fail(L, r->error);
	return 0;
}

/* Count the selected lines, up to max, and write them to out when that is
 * there. Returns 0, or -1 with the error of reading in r->error or of matching
 * in re->error, or 1 with the error of writing in errno. */
static int select_lines(struct text_regex *re, struct text_reader *r,
	bool invert, uint64_t max, struct text_writer *out, uint64_t *count)
{
	char *p, *stop;
	size_t len;
	int state = 1;

	re->error = NULL;
	while (*count < max && (state = text_whole_lines(r, &p, &len)) > 0) {
		char *end = p + len, *at = p;

		new_block(re, r);
		while (at < end && *count < max) {
			char *line = next_match(re, at, end, r->delimiter,
				&stop);
			char *from = at, *to;

			if (re->error)
				return -1;
			if (!line)
				line = stop = end;
			if (invert) {
				/* all between two matches is selected */
				uint64_t here;

				to = line;
				if (from == to)
					goto next;
				here = text_count_byte(from,
					(size_t)(to - from), r->delimiter) +
					(to[-1] != (char)r->delimiter);
				if (here > max - *count) {
					here = max - *count;
					to = (char *)text_nth_byte(from,
						(size_t)(to - from),
						r->delimiter, here) + 1;
					line = stop = to - 1;
				}
				*count += here;
			} else {
				if (line == end) {
					at = end;
					break;
				}
				from = line;
				to = stop < end ? stop + 1 : end;
				++*count;
			}
			if (out && text_writer_put(out, from,
					(size_t)(to - from)) != 0)
				return 1;
			/* grep ends the last line whether it was or not */
			if (out && to == end && end[-1] != (char)r->delimiter &&
			    text_writer_put(out, &r->delimiter, 1) != 0)
				return 1;
next:
			at = stop < end ? stop + 1 : end;
		}
		text_consume(r, (size_t)(at - p));
	}
	return state < 0 ? -1 : 0;
}

static uint64_t opt_max(lua_State *L, int arg)
{
	lua_Integer n;

	if (lua_isnoneornil(L, arg))
		return UINT64_MAX;
	n = luaL_checkinteger(L, arg);
	return n > 0 ? (uint64_t)n : 0;
}

/* re:count(reader [, invert [, max]]) -> count | nil, err, count */
int text_regex_count(lua_State *L)
{
	struct text_regex *re = luaL_checkudata(L, 1, TEXT_REGEX);
	struct text_reader *r = text_checkreader(L, 2);
	uint64_t count = 0;

	if (select_lines(re, r, lua_toboolean(L, 3), opt_max(L, 4), NULL,
			&count) != 0) {
		failure(L, re, r->error);
		lua_pushinteger(L, (lua_Integer)count);
		return 3;
	}
	lua_pushinteger(L, (lua_Integer)count);
	return 1;
}

/* re:copy(reader, out_fd [, invert [, max]]) -> lines written
 *   | nil, err, "read" or "write", lines */
int text_regex_copy(lua_State *L)
{
	struct text_regex *re = luaL_checkudata(L, 1, TEXT_REGEX);
	struct text_reader *r = text_checkreader(L, 2);
	int out = sys_checkfd(L, 3);
	bool invert = lua_toboolean(L, 4);
	uint64_t max = opt_max(L, 5), count = 0;
	struct text_writer w;
	int failed;

	text_writer_init(&w, out);
	failed = select_lines(re, r, invert, max, &w, &count);
	if (failed != 1 && text_writer_flush(&w) != 0)
		failed = 1;
	if (failed) {
		if (failed < 0)
			failure(L, re, r->error);
		else
			sys_fail(L, errno);
		lua_pushstring(L, failed < 0 ? "read" : "write");
		lua_pushinteger(L, (lua_Integer)count);
		return 4;
	}
	lua_pushinteger(L, (lua_Integer)count);
	return 1;
}

