/*
 * text_regex.h - patterns of a text.regex, alone and as a whole
 *
 * Layer: accelerator, no policy; between text_regex.c and text_select.c.
 */

#ifndef TEXT_REGEX_H
#define TEXT_REGEX_H

#include "regex.h"
#include "text.h"

struct text_pattern {
	struct text_literal must; /* every match holds it; len 0: none known */
	bool has_must, literal; /* literal: must is the whole pattern */
	struct regex_program *program; /* unless literal */
	struct regex_dfa *dfa; /* made when lines are searched */
	/* next matching line of the block being searched, when known */
	char *hit, *hit_stop;
};

struct text_regex {
	bool icase, word, whole, utf8, no_groups;
	bool automata; /* were made, as far as they can be */
	struct regex_program *all; /* of many patterns, for all_dfa */
	struct regex_dfa *all_dfa;
	const char *error; /* that ended a search */
	size_t n;
	struct text_pattern patterns[];
};

#define TEXT_REGEX "text.regex"

/* Where the literal pattern matches from s on, with -w and -x, or NULL. */
const char *text_find_literal(const struct text_regex *re,
	const struct text_pattern *p, const char *line, const char *s,
	const char *stop);

/* ---- text_select.c: methods over readers ---- */

int text_regex_next(lua_State *L);
int text_regex_count(lua_State *L);
int text_regex_copy(lua_State *L);

#endif
