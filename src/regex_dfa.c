/*
 * regex_dfa.c - does a line match? Answered by a table, one step a symbol
 *
 * Layer: accelerator, no policy; used by text_regex.c. The automaton of
 * regex_program.c is made deterministic as far as the text at hand needs it:
 * states are made when they are first reached, and all thrown away when they
 * are too many. It finds lines, not places in them, and takes a back reference
 * for anything: then what it finds only may match.
 */

#include <stdlib.h>
#include <string.h>

#include "regex.h"

#define MAX_OPS 4000 /* of the automaton: a state may hold them all */
#define MAX_BYTES (4 << 20) /* of states at one time */

struct state {
	struct state *chain; /* in the hash table */
	bool at_end; /* matches if the line ends here */
	bool waits; /* ops depend on what the next symbol is */
	unsigned char before; /* then: what the last one was */
	int n;
	int *ops; /* sorted, behind next */
	struct state *next[]; /* one a symbol; NULL: not known yet */
};

struct regex_dfa {
	struct regex_program *p;
	struct state *table[256];
	size_t bytes;
	struct state *line_start;
	bool matches_empty; /* and so every line */
	unsigned char delimiter;
};

/* What stands for a match in next[]: like NULL it is below all states. */
#define MATCHED ((struct state *)1)

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void forget_states(struct regex_dfa *d)
{
	for (int i = 0; i < 256; i++) {
		while (d->table[i]) {
			struct state *next = d->table[i]->chain;

			free(d->table[i]);
			d->table[i] = next;
		}
	}
	d->bytes = 0;
	d->line_start = NULL;
}

/* The ops reached from those of a state that wait, now that it is known what
 * follows; behind the n that are in list already. */
static bool close_waiting(struct regex_program *p, const struct state *s,
	enum regex_side after, int *list, int *n)
{
	bool match = false;

	regex_round(p);
	for (int i = 0; i < s->n; i++)
		match |= regex_close(p, s->ops[i], s->before, after, list, n);
	return match;
}

/* The state of the n ops in list; NULL: no memory. */
static struct state *state_of(struct regex_dfa *d, int *list, int n,
	enum regex_side before)
{
	struct regex_program *p = d->p;
	uint32_t hash = 2166136261u;
	size_t row = (size_t)p->n_symbols * sizeof(struct state *);
	size_t ops = (size_t)n * sizeof(*list);
	struct state *s;
	bool waits = false;
	int unused = 0;

	qsort(list, (size_t)n, sizeof(*list), by_number);
	for (int i = 0; i < n; i++) {
		waits |= p->ops[list[i]].code == REGEX_IF;
		hash = (hash ^ (uint32_t)list[i]) * 16777619u;
	}
	if (!waits)
		before = REGEX_EDGE; /* any: no one asks */
	hash = (hash ^ hash >> 16 ^ before) & 255;
	for (s = d->table[hash]; s; s = s->chain)
		if (s->n == n && s->before == before &&
		    memcmp(s->ops, list, ops) == 0)
			return s;
	s = calloc(1, sizeof(*s) + row + ops);
	if (!s)
		return NULL;
	d->bytes += sizeof(*s) + row + ops;
	s->n = n;
	s->ops = (int *)(s->next + p->n_symbols);
	memcpy(s->ops, list, ops);
	s->waits = waits;
	s->before = (unsigned char)before;
	s->at_end = waits && close_waiting(p, s, REGEX_EDGE, list, &unused);
	s->chain = d->table[hash];
	d->table[hash] = s;
	return s;
}

/* Add where matches may begin; returns whether the end is reached. */
static bool close_starts(struct regex_program *p, enum regex_side before,
	int *list, int *n)
{
	bool match = false;

	for (int i = 0; i < p->n_starts; i++)
		match |= regex_close(p, p->starts[i], before, REGEX_UNKNOWN,
			list, n);
	return match;
}

/* The state at the beginning of a line. */
static struct state *begin_line(struct regex_dfa *d)
{
	int n = 0;

	if (!d->line_start) {
		regex_round(d->p);
		d->matches_empty = close_starts(d->p, REGEX_EDGE,
			d->p->lists[0], &n);
		d->line_start = state_of(d, d->p->lists[0], n, REGEX_EDGE);
	}
	return d->line_start;
}

/* From state by one symbol; NULL: no memory. Old states may be gone after. */
static struct state *step(struct regex_dfa *d, struct state *s, int symbol)
{
	struct regex_program *p = d->p;
	enum regex_side side = regex_side(p, symbol);
	int *list = p->lists[0], *from = s->ops;
	int n = 0, n_from = s->n;
	struct state *to;
	bool match = false;

	if (symbol == d->delimiter) {
		to = s->at_end ? MATCHED : begin_line(d);
		if (to)
			s->next[symbol] = to;
		return to;
	}
	if (s->waits) {
		from = p->lists[1];
		n_from = 0;
		match = close_waiting(p, s, side, from, &n_from);
	}
	regex_round(p);
	for (int i = 0; i < n_from; i++) {
		const struct regex_op *op = &p->ops[from[i]];

		if (!regex_accepts(p, op, symbol))
			continue;
		/* a back reference goes on as long as it likes */
		match |= regex_close(p, op->code == REGEX_SAME ? from[i] :
			op->next, side, REGEX_UNKNOWN, list, &n);
	}
	/* a match may also begin at the next symbol */
	match |= close_starts(p, side, list, &n);
	if (match) {
		s->next[symbol] = MATCHED;
		return MATCHED;
	}
	if (d->bytes >= MAX_BYTES) {
		forget_states(d);
		return state_of(d, list, n, side);
	}
	to = state_of(d, list, n, side);
	if (to)
		s->next[symbol] = to;
	return to;
}

/* ---- for text_regex.c ---- */

struct regex_dfa *regex_dfa_new(struct regex_program *p,
	unsigned char delimiter)
{
	struct regex_dfa *d;

	/* in UTF-8 no other byte is a character of its own */
	if (p->n_ops > MAX_OPS || (p->utf8 && delimiter >= 0x80))
		return NULL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->p = p;
	d->delimiter = delimiter;
	if (!begin_line(d)) {
		regex_dfa_free(d);
		return NULL;
	}
	return d;
}

unsigned char regex_dfa_delimiter(const struct regex_dfa *d)
{
	return d->delimiter;
}

void regex_dfa_free(struct regex_dfa *d)
{
	if (!d)
		return;
	forget_states(d);
	free(d);
}

const char *regex_dfa_find(struct regex_dfa *d, const char *text,
	const char *text_end, bool *failed)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = (const unsigned char *)text_end;
	struct state *s = begin_line(d);

	*failed = s == NULL;
	if (p == end || !s)
		return NULL;
	if (d->matches_empty)
		return text;
	for (;;) {
		struct state *to;
		int symbol;
		size_t len;

		while (p < end && (to = s->next[*p]) > MATCHED) {
			s = to;
			p++;
		}
		if (p >= end)
			break;
		/* what begins a character of several bytes is never known */
		symbol = regex_symbol(d->p, p, (size_t)(end - p), &len);
		to = s->next[symbol];
		if (!to)
			to = step(d, s, symbol);
		if (to <= MATCHED) {
			*failed = !to;
			return to ? (const char *)p : NULL;
		}
		s = to;
		p += len;
	}
	/* a last line without a delimiter ends here; an empty one is none */
	return s->at_end && end[-1] != d->delimiter ? text_end - 1 : NULL;
}
