/*
 * text_regex.c - POSIX regular expressions over strings and over readers
 *
 * Layer: accelerator, no policy. Lua side: text.regex in lua/meta/text.lua.
 * Follows POSIX XBD chapter 9 with GNU's \| \+ \? \< \> \b \w. The C library's
 * matcher (musl: TRE) says where a match lies. Which lines match is found out
 * before it runs: a whole block is searched for a literal that every match must
 * hold, and by the automaton of text_dfa.c where that knows the expression.
 *
 * The C library stops at a NUL and refuses malformed UTF-8. Lines with either
 * are matched in a copy where these bytes are \001: like them it is a control
 * byte, and all offsets stay.
 */

#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "sys.h"
#include "text.h"
#include "vm.h"

#define REGEX "text.regex"
#define MAX_GROUPS 32 /* matches reported: POSIX asks for 9 and the whole */

struct pattern {
	struct text_literal must; /* every match holds it; len 0: none known */
	bool has_must, literal; /* literal: must is the whole pattern */
	bool has_regex;
	regex_t regex;
	/* what regex was made of; for the automaton, made when lines are
	 * searched */
	char *expression;
	bool extended;
	struct text_dfa *dfa;
	int first_group; /* 0, or the group that -w wrapped the pattern in */
	/* next matching line of the block being searched, when known */
	char *hit, *hit_stop;
};

struct regex {
	bool icase, word, whole, utf8;
	char *copy; /* for lines with bytes the C library cannot take */
	size_t copy_size;
	bool automata; /* were made, as far as they can be */
	struct text_dfa *all; /* one for all of many patterns */
	bool ascii; /* the block being searched: bytes are characters */
	size_t n;
	struct pattern patterns[];
};

/* ---- what a pattern is made of ---- */

enum token {
	T_END, T_CHAR, T_OPEN, T_CLOSE, T_OR, T_OPTIONAL, T_REPEAT, T_OTHER,
};

/* The bracket expression at p (behind '['); returns its end, and in *only the
 * byte when it stands for a single one. */
static const char *skip_bracket(const char *p, int *only)
{
	const char *start = p;

	*only = -1;
	if (*p == '^')
		p++;
	if (*p == ']')
		p++;
	while (*p && *p != ']') {
		if (*p == '[' && (p[1] == '.' || p[1] == ':' || p[1] == '=')) {
			char kind = p[1];

			for (p += 2; *p && !(*p == kind && p[1] == ']'); p++)
				;
			p += *p ? 2 : 0;
		} else {
			p++;
		}
	}
	/* one that does not end is for the C library to refuse */
	if (*p && p == start + 1 && *start != '^' && *start != '[')
		*only = (unsigned char)*start;
	return *p ? p + 1 : p;
}

/* One step through a basic or extended pattern. What is not surely a plain
 * byte or a known operator is T_OTHER: the search for a literal only has to be
 * careful, the C library does the real parsing. */
static enum token next_token(const char **at, bool extended, int *byte)
{
	const char *p = *at;
	char c = *p++;
	bool escaped = false;
	int only;

	*byte = (unsigned char)c;
	*at = p;
	if (!c)
		return T_END;
	if (c == '[') {
		*at = skip_bracket(p, &only);
		*byte = only;
		return only >= 0 ? T_CHAR : T_OTHER;
	}
	if (c == '\\') {
		c = *p;
		if (!c)
			return T_OTHER;
		*at = p + 1;
		escaped = true;
	}
	if (strchr("(){}|+?", c)) {
		*byte = (unsigned char)c;
		if (escaped == extended)
			return T_CHAR;
		switch (c) {
		case '(': return T_OPEN;
		case ')': return T_CLOSE;
		case '|': return T_OR;
		case '?': return T_OPTIONAL;
		case '+': return T_REPEAT;
		case '{':
			/* {0,n} and {,n} make what is before optional */
			p = *at;
			while (**at && **at != '}')
				++*at;
			if (**at)
				++*at;
			return *p >= '1' && *p <= '9' ? T_REPEAT : T_OPTIONAL;
		default: return T_OTHER;
		}
	}
	if (escaped) {
		*byte = (unsigned char)c;
		if ((unsigned char)c >= 0x80 || text_is_word(c) ||
		    strchr("<>`'", c))
			return T_OTHER;
		return T_CHAR;
	}
	if (c == '*')
		return T_OPTIONAL;
	return strchr(".^$", c) ? T_OTHER : T_CHAR;
}

/* Is this all a plain string? Else find the longest one every match holds. */
static void find_must(const char *p, bool extended, bool ascii_only, char *best,
	size_t *best_len, bool *literal)
{
	char *run = best + strlen(p) + 1; /* the caller gives twice the room */
	size_t len = 0;
	int depth = 0, byte;

	*best_len = 0;
	*literal = true;
	for (;;) {
		enum token token = next_token(&p, extended, &byte);

		if (token == T_CHAR && depth == 0 &&
		    !(ascii_only && byte >= 0x80)) {
			run[len++] = (char)byte;
			continue;
		}
		if (token == T_OPTIONAL && depth == 0 && len > 0)
			len--;
		if (len > *best_len) {
			memcpy(best, run, len);
			*best_len = len;
		}
		len = 0;
		if (token == T_END)
			return;
		*literal = false;
		if (token == T_OPEN)
			depth++;
		else if (token == T_CLOSE)
			depth -= depth > 0;
		else if (token == T_OR && depth == 0)
			break;
	}
	*best_len = 0; /* alternatives: no common literal is looked for */
}

static bool has_back_reference(const char *p)
{
	int only;

	while (*p) {
		if (*p == '\\' && p[1]) {
			if (p[1] >= '1' && p[1] <= '9')
				return true;
			p += 2;
		} else if (*p == '[') {
			p = skip_bracket(p + 1, &only);
		} else {
			p++;
		}
	}
	return false;
}

/* ---- compiling ---- */

/* A growing C string for the pattern given to regcomp. */
struct build {
	char *s;
	size_t n;
};

static void put(struct build *b, const char *s, size_t n)
{
	memcpy(b->s + b->n, s, n);
	b->n += n;
	b->s[b->n] = '\0';
}

/* Copy a pattern, turning extended syntax into basic when to_basic (only
 * basic expressions have back references), and moving back references up by
 * shift for the groups put around it. */
static void put_pattern(struct build *b, const char *p, bool to_basic,
	int shift)
{
	int only;

	while (*p) {
		if (*p == '[') {
			const char *end = skip_bracket(p + 1, &only);

			put(b, p, (size_t)(end - p));
			p = end;
		} else if (*p == '\\' && p[1]) {
			char pair[2] = {'\\', p[1]};

			if (p[1] >= '1' && p[1] <= '9' - shift)
				pair[1] = (char)(p[1] + shift);
			if (to_basic && strchr("(){}|+?", p[1]))
				put(b, p + 1, 1);
			else
				put(b, pair, 2);
			p += 2;
		} else {
			if (to_basic && strchr("(){}|+?", *p))
				put(b, "\\", 1);
			put(b, p++, 1);
		}
	}
}

static void put_literal(struct build *b, const char *p)
{
	for (; *p; p++) {
		if (strchr("\\.[*^$", *p))
			put(b, "\\", 1);
		put(b, p, 1);
	}
}

#define NOT_WORD "[^[:alnum:]_]"

/* Compile one pattern; returns 0 or regcomp's error. text is C memory. */
static int compile(struct regex *re, struct pattern *p, const char *text,
	size_t len, char syntax)
{
	bool extended = syntax == 'E';
	bool ascii_only = re->icase && re->utf8;
	struct build b = {NULL, 0};
	char *must;
	size_t must_len = 0;
	int error = 0;

	must = malloc(2 * len + 2);
	/* escaped, and with room for what is put around it */
	b.s = malloc(2 * len + 128);
	if (!must || !b.s) {
		error = REG_ESPACE;
		goto out;
	}
	if (syntax == 'F') {
		p->literal = true;
		for (size_t i = 0; ascii_only && i < len; i++)
			p->literal &= (unsigned char)text[i] < 0x80;
		if (p->literal) {
			memcpy(must, text, len);
			must_len = len;
		}
	} else {
		find_must(text, extended, ascii_only, must, &must_len,
			&p->literal);
	}
	if (must_len > 0 || p->literal) {
		if (!text_literal_init(&p->must, must, must_len, re->icase)) {
			error = REG_ESPACE;
			goto out;
		}
		p->has_must = true;
	}
	b.s[0] = '\0';
	bool to_basic = extended && has_back_reference(text);
	bool braces = extended && !to_basic; /* plain parentheses group */
	int shift = re->word ? 2 : re->whole ? 1 : 0;

	if (re->word) {
		const char *before = braces ? "(^|" NOT_WORD ")(" :
			"\\(^\\|" NOT_WORD "\\)\\(";

		put(&b, before, strlen(before));
		p->first_group = p->literal ? 0 : 2;
	} else if (re->whole) {
		put(&b, braces ? "^(" : "^\\(", braces ? 2 : 3);
	}
	if (syntax == 'F')
		put_literal(&b, text);
	else
		put_pattern(&b, text, to_basic, shift);
	if (re->word) {
		const char *after = braces ? ")(" NOT_WORD "|$)" :
			"\\)\\(" NOT_WORD "\\|$\\)";

		put(&b, after, strlen(after));
	} else if (re->whole) {
		put(&b, braces ? ")$" : "\\)$", braces ? 2 : 3);
	}
	p->extended = braces;
	if (!p->literal) {
		error = regcomp(&p->regex, b.s, (braces ? REG_EXTENDED : 0) |
			(re->icase ? REG_ICASE : 0));
		p->has_regex = error == 0;
	}
	if (error == 0 && !memchr(text, '\0', len)) {
		p->expression = b.s;
		b.s = NULL;
	}
out:
	free(must);
	free(b.s);
	return error;
}

/* ---- automata ---- */

#define MANY 8 /* patterns from which one automaton beats searching for each */

static struct text_dfa *make_automaton(const struct regex *re,
	const struct pattern *first, size_t n, unsigned char delimiter)
{
	struct text_dfa *d = text_dfa_new(delimiter);

	for (size_t i = 0; d && i < n; i++) {
		const char *text = first[i].expression;

		if (!text || !text_dfa_add(d, text, strlen(text),
				first[i].extended, re->icase)) {
			text_dfa_free(d);
			d = NULL;
		}
	}
	if (d && !text_dfa_ready(d)) {
		text_dfa_free(d);
		d = NULL;
	}
	return d;
}

/* A regular expression is searched with one delimiter: grep's -z does not
 * change between files. */
static void make_automata(struct regex *re, unsigned char delimiter)
{
	if (re->automata)
		return;
	re->automata = true;
	if (re->n >= MANY)
		re->all = make_automaton(re, re->patterns, re->n, delimiter);
	for (size_t i = 0; i < re->n && !re->all; i++)
		if (!re->patterns[i].literal)
			re->patterns[i].dfa = make_automaton(re,
				&re->patterns[i], 1, delimiter);
}

static bool usable(const struct regex *re, const struct text_dfa *d,
	unsigned char delimiter)
{
	return d && re->ascii && text_dfa_delimiter(d) == delimiter;
}

/* ---- matching one line ---- */

/* Length of the well-formed UTF-8 character at s, or 0. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
		s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static bool well_formed(const char *s, size_t n)
{
	while (n > 0) {
		size_t len = utf8_length((const unsigned char *)s, n);

		if (len == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

/* A string the C library can take: the line itself (s[n] must be NUL) or the
 * cleaned copy. NULL: out of memory. */
static const char *matchable(struct regex *re, const char *s, size_t n)
{
	if (!memchr(s, '\0', n) && (!re->utf8 || well_formed(s, n)))
		return s;
	if (n >= re->copy_size) {
		char *larger = realloc(re->copy, n + 1);

		if (!larger)
			return NULL;
		re->copy = larger;
		re->copy_size = n + 1;
	}
	for (size_t i = 0; i < n;) {
		size_t len = 1;

		if (re->utf8)
			len = utf8_length((const unsigned char *)s + i, n - i);
		if (len == 0 || s[i] == '\0') {
			re->copy[i++] = '\001';
			continue;
		}
		memcpy(re->copy + i, s + i, len);
		i += len;
	}
	re->copy[n] = '\0';
	return re->copy;
}

/* Where the literal pattern matches in s, with -w and -x, or NULL. */
static const char *find_literal(const struct regex *re, const struct pattern *p,
	const char *line, const char *s, const char *stop)
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

		if (!at || !re->word)
			return at;
		if ((at == line || !text_is_word(at[-1])) &&
		    (at + len == stop || !text_is_word(at[len])))
			return at;
		s = at + 1;
	}
	return NULL;
}

/* Does line..stop match? *stop is written (NUL) and put back. */
static bool line_matches(struct regex *re, struct pattern *p, char *line,
	char *stop)
{
	const char *subject;
	char saved;
	bool found;

	if (p->literal)
		return find_literal(re, p, line, line, stop) != NULL;
	saved = *stop;
	*stop = '\0';
	subject = matchable(re, line, (size_t)(stop - line));
	found = subject && regexec(&p->regex, subject, 0, NULL, 0) == 0;
	*stop = saved;
	return found;
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
static char *pattern_next(struct regex *re, struct pattern *pat, char *p,
	char *end, unsigned char delimiter, char **stop)
{
	bool search = pat->has_must && pat->must.len > 0;
	bool automaton = usable(re, pat->dfa, delimiter), failed = false;

	if (search && memchr(pat->must.bytes, delimiter, pat->must.len))
		return NULL;
	while (p < end) {
		char *line, *at = p;

		if (search)
			at = (char *)text_literal_find(&pat->must, p,
				(size_t)(end - p));
		else if (automaton)
			at = (char *)text_dfa_find(pat->dfa, p, end, &failed);
		if (!at && !failed)
			return NULL;
		if (failed) { /* no memory for it: the slow way */
			automaton = failed = false;
			continue;
		}
		line = line_around(p, at, end, delimiter, stop);
		if (pat->literal && !re->word && !re->whole)
			return line;
		if (automaton && (!search || text_dfa_find(pat->dfa, line,
				*stop < end ? *stop + 1 : end, &failed)))
			return line;
		if (!automaton && line_matches(re, pat, line, *stop))
			return line;
		if (failed) {
			automaton = failed = false;
			p = line;
			continue;
		}
		p = *stop + 1;
	}
	return NULL;
}

static void new_block(struct regex *re, const struct text_reader *r,
	const char *p, size_t len)
{
	make_automata(re, r->delimiter);
	re->ascii = !re->utf8 || text_is_ascii(p, len);
	for (size_t i = 0; i < re->n; i++)
		re->patterns[i].hit = NULL;
}

/* The next line of p..end that any pattern matches. Each pattern's next hit
 * is kept, so that a block is searched once for each of them. */
static char *next_match(struct regex *re, char *p, char *end,
	unsigned char delimiter, char **stop)
{
	char *first = NULL;

	if (usable(re, re->all, delimiter)) {
		bool failed;
		char *at = (char *)text_dfa_find(re->all, p, end, &failed);

		if (!failed)
			return at ? line_around(p, at, end, delimiter, stop) :
				NULL;
	}
	for (size_t i = 0; i < re->n; i++) {
		struct pattern *pat = &re->patterns[i];

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

/* ---- Lua: strings ---- */

static struct regex *check_regex(lua_State *L, int arg)
{
	return luaL_checkudata(L, arg, REGEX);
}

/* regex.compile(pattern or list of patterns [, flags]) -> re | nil, message
 * flags: E extended, F fixed strings, else basic; i both cases, w whole words,
 * x whole lines, u characters are UTF-8 (for the whole process) */
static int regex_compile(lua_State *L)
{
	const char *flags = luaL_optstring(L, 2, "");
	char syntax = strchr(flags, 'F') ? 'F' : strchr(flags, 'E') ? 'E' : 'G';
	bool utf8 = strchr(flags, 'u');
	size_t n = 1;
	struct regex *re;

	if (lua_type(L, 1) == LUA_TTABLE)
		n = lua_rawlen(L, 1);
	else
		luaL_checkstring(L, 1);
	if (utf8 && !setlocale(LC_CTYPE, "C.UTF-8"))
		utf8 = false;
	re = lua_newuserdatauv(L, sizeof(*re) + n * sizeof(*re->patterns), 0);
	memset(re, 0, sizeof(*re) + n * sizeof(*re->patterns));
	re->icase = strchr(flags, 'i');
	re->whole = strchr(flags, 'x');
	re->word = strchr(flags, 'w') && !re->whole;
	re->utf8 = utf8;
	re->n = n;
	luaL_setmetatable(L, REGEX);
	for (size_t i = 0; i < n; i++) {
		const char *text;
		size_t len;
		int error;

		if (lua_type(L, 1) == LUA_TTABLE)
			lua_rawgeti(L, 1, (lua_Integer)i + 1);
		else
			lua_pushvalue(L, 1);
		text = luaL_checklstring(L, -1, &len);
		error = compile(re, &re->patterns[i], text, len, syntax);
		if (error) {
			char message[128];

			regerror(error, NULL, message, sizeof(message));
			lua_pushnil(L);
			lua_pushstring(L, message);
			return 2;
		}
		lua_pop(L, 1);
	}
	return 1;
}

static int regex_gc(lua_State *L)
{
	struct regex *re = check_regex(L, 1);

	for (size_t i = 0; i < re->n; i++) {
		if (re->patterns[i].has_must)
			text_literal_free(&re->patterns[i].must);
		if (re->patterns[i].has_regex)
			regfree(&re->patterns[i].regex);
		free(re->patterns[i].expression);
		text_dfa_free(re->patterns[i].dfa);
		re->patterns[i].has_must = re->patterns[i].has_regex = false;
	}
	text_dfa_free(re->all);
	re->all = NULL;
	free(re->copy);
	re->copy = NULL;
	re->n = 0;
	return 0;
}

struct match {
	regmatch_t at[MAX_GROUPS]; /* offsets in the whole subject */
	size_t groups;
};

/* The first match of one pattern at or behind from. subject is matchable. */
static bool find_in(struct regex *re, struct pattern *p, const char *subject,
	size_t len, size_t from, bool not_bol, struct match *m)
{
	regmatch_t at[MAX_GROUPS];
	size_t skip = (size_t)p->first_group, back = 0, groups;

	m->groups = 0;
	if (p->literal) {
		const char *hit = find_literal(re, p, subject, subject + from,
			subject + len);

		if (!hit)
			return false;
		m->at[0].rm_so = hit - subject;
		m->at[0].rm_eo = m->at[0].rm_so + (regoff_t)p->must.len;
		m->groups = 1;
		return true;
	}
	if (p->has_must && p->must.len > 0 &&
	    !text_literal_find(&p->must, subject + from, len - from))
		return false;
	/* -w needs to see the byte before; when that is part of a word, only
	 * its own wrapping may take it */
	if (re->word && from > 0)
		back = 1;
	if (regexec(&p->regex, subject + from - back, MAX_GROUPS, at,
			from - back > 0 || not_bol ? REG_NOTBOL : 0) != 0)
		return false;
	groups = p->regex.re_nsub + 1;
	if (groups > MAX_GROUPS)
		groups = MAX_GROUPS;
	if (re->word || re->whole)
		groups -= 1; /* the group behind, or the one around */
	for (size_t i = skip; i < groups; i++) {
		size_t to = i - skip;
		/* -x: group 1 is the whole, the pattern's own follow */
		const regmatch_t *g = &at[re->whole && i > 0 ? i + 1 : i];

		m->at[to] = *g;
		if (g->rm_so >= 0) {
			m->at[to].rm_so += (regoff_t)(from - back);
			m->at[to].rm_eo += (regoff_t)(from - back);
		}
		m->groups = to + 1;
	}
	return true;
}

/* re:find(s [, init [, not_bol]]) -> start, stop, captures... | nil
 * As string.find: positions are inclusive; a group that took no part is false.
 * With several patterns the leftmost match counts, then the longest. not_bol:
 * ^ does not match at init = 1 either; elsewhere it never does. */
static int regex_find(lua_State *L)
{
	struct regex *re = check_regex(L, 1);
	size_t len;
	const char *s = luaL_checklstring(L, 2, &len), *subject;
	lua_Integer init = luaL_optinteger(L, 3, 1);
	bool not_bol = lua_toboolean(L, 4), found = false;
	struct match best, m;

	if (init < 1)
		init = 1;
	if ((size_t)init > len + 1)
		return 0;
	subject = matchable(re, s, len);
	if (!subject)
		return luaL_error(L, "not enough memory");
	for (size_t i = 0; i < re->n; i++) {
		if (!find_in(re, &re->patterns[i],
				re->patterns[i].literal ? s : subject, len,
				(size_t)init - 1, not_bol, &m))
			continue;
		if (!found || m.at[0].rm_so < best.at[0].rm_so ||
		    (m.at[0].rm_so == best.at[0].rm_so &&
		     m.at[0].rm_eo > best.at[0].rm_eo)) {
			best = m;
			found = true;
		}
	}
	if (!found)
		return 0;
	luaL_checkstack(L, MAX_GROUPS + 2, NULL);
	lua_pushinteger(L, best.at[0].rm_so + 1);
	lua_pushinteger(L, best.at[0].rm_eo);
	for (size_t i = 1; i < best.groups; i++) {
		if (best.at[i].rm_so < 0)
			lua_pushboolean(L, false);
		else
			lua_pushlstring(L, s + best.at[i].rm_so,
				(size_t)(best.at[i].rm_eo - best.at[i].rm_so));
	}
	return (int)best.groups + 1;
}

/* ---- Lua: readers ---- */

/* re:next(reader [, invert]) -> next selected line, had_delimiter | nil, err */
static int regex_next(lua_State *L)
{
	struct regex *re = check_regex(L, 1);
	struct text_reader *r = text_checkreader(L, 2);
	bool invert = lua_toboolean(L, 3);
	char *p, *line, *stop = NULL;
	size_t len;
	int state;

	while ((state = text_whole_lines(r, &p, &len)) > 0) {
		char *end = p + len, *at = p;

		new_block(re, r, p, len);
		line = next_match(re, at, end, r->delimiter, &stop);
		/* the first line that the match leaves out */
		while (invert && line == at) {
			at = stop + 1;
			if (at >= end)
				break;
			line = next_match(re, at, end, r->delimiter, &stop);
		}
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
 * there. Returns 0, or -1 with the error of reading in r->error, or 1 with the
 * error of writing in errno. */
static int select_lines(struct regex *re, struct text_reader *r, bool invert,
	uint64_t max, struct text_writer *out, uint64_t *count)
{
	char *p, *stop;
	size_t len;
	int state = 1;

	while (*count < max && (state = text_whole_lines(r, &p, &len)) > 0) {
		char *end = p + len, *at = p;

		new_block(re, r, p, len);
		while (at < end && *count < max) {
			char *line = next_match(re, at, end, r->delimiter,
				&stop);
			char *from = at, *to;

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
static int regex_count(lua_State *L)
{
	struct regex *re = check_regex(L, 1);
	struct text_reader *r = text_checkreader(L, 2);
	uint64_t count = 0;

	if (select_lines(re, r, lua_toboolean(L, 3), opt_max(L, 4), NULL,
			&count) != 0) {
		sys_fail(L, r->error);
		lua_pushinteger(L, (lua_Integer)count);
		return 3;
	}
	lua_pushinteger(L, (lua_Integer)count);
	return 1;
}

/* re:copy(reader, out_fd [, invert [, max]]) -> lines written
 *   | nil, err, "read" or "write", lines */
static int regex_copy(lua_State *L)
{
	struct regex *re = check_regex(L, 1);
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
		sys_fail(L, failed < 0 ? r->error : errno);
		lua_pushstring(L, failed < 0 ? "read" : "write");
		lua_pushinteger(L, (lua_Integer)count);
		return 4;
	}
	lua_pushinteger(L, (lua_Integer)count);
	return 1;
}

static const luaL_Reg methods[] = {
	{"find", regex_find},
	{"next", regex_next},
	{"count", regex_count},
	{"copy", regex_copy},
	{"__gc", regex_gc},
	{NULL, NULL},
};

static const luaL_Reg functions[] = {
	{"compile", regex_compile},
	{NULL, NULL},
};

static int luaopen_text_regex(lua_State *L)
{
	luaL_newmetatable(L, REGEX);
	luaL_setfuncs(L, methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("text.regex", luaopen_text_regex);
