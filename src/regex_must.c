/*
 * regex_must.c - a string that every match of a regular expression holds
 *
 * Layer: accelerator, no policy; used by text_regex.c, which looks for it in
 * whole blocks before the automaton runs.
 */

#include <string.h>

#include "regex.h"

/* A run of characters is put together from its end, in the room behind best:
 * parts know those before them. */
struct search {
	const struct regex_tree *t;
	char *best, *at, *end;
	size_t best_len;
	bool literal;
};

static void end_run(struct search *s)
{
	size_t len = (size_t)(s->end - s->at);

	if (len > s->best_len) {
		memcpy(s->best, s->at, len);
		s->best_len = len;
	}
	s->at = s->end;
}

static void put_char(struct search *s, uint32_t code)
{
	int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

	if (code < 0x80 || code >= REGEX_STRAY || !s->t->utf8) {
		*--s->at = (char)code; /* the low byte of a stray is it */
		return;
	}
	for (int i = 0; i < more; i++, code >>= 6)
		*--s->at = (char)(0x80 | (code & 0x3f));
	*--s->at = (char)(0xf0u << (3 - more) | code);
}

static void visit(struct search *s, int part)
{
	const struct regex_part *p = &s->t->parts[part];

	switch (p->kind) {
	case REGEX_CHAR:
		/* the search knows both cases of ASCII only */
		if (p->other < 0 || p->value < 0x80) {
			/* a stray byte may be found inside of a character */
			s->literal &= (uint32_t)p->value < REGEX_STRAY;
			put_char(s, (uint32_t)p->value);
			return;
		}
		break;
	case REGEX_GROUP:
	case REGEX_LIST:
		s->literal &= p->kind == REGEX_LIST;
		for (int i = p->last; i >= 0; i = s->t->parts[i].before)
			visit(s, i);
		return;
	case REGEX_REPEAT:
		if (p->min > 0) {
			end_run(s);
			visit(s, p->last);
		}
		break;
	case REGEX_ASSERT:
	case REGEX_EMPTY:
		s->literal = false;
		return;
	}
	s->literal = false;
	end_run(s);
}

size_t regex_must(const struct regex_tree *t, int root, char *best,
	size_t room, bool *literal)
{
	struct search s = {t, best, best + 2 * room, best + 2 * room, 0, true};

	visit(&s, root);
	end_run(&s);
	*literal = s.literal;
	return s.best_len;
}
