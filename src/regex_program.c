/*
 * regex_program.c - from trees to one automaton
 *
 * Layer: accelerator, no policy. Thompson's construction (1968), from the end
 * backwards. Where paths part, the preferred one comes first: that alone says
 * which groups a match has (regex_match.c); lines and extents do not need it.
 */

#include <stdlib.h>
#include <string.h>

#include "regex.h"

#define MAX_OPS (1 << 20)
#define MAX_SYMBOLS 8192

/* ---- generating ops ---- */

struct maker {
	struct regex_program *p;
	const struct regex_tree *t;
};

static int new_op(struct maker *m, enum regex_code code, int next, int other,
	int value)
{
	struct regex_program *p = m->p;

	if (next < 0 || other < 0 || p->n_ops == MAX_OPS)
		return -1;
	if (p->n_ops == p->room) {
		int room = p->room * 2 + 32;
		struct regex_op *larger = realloc(p->ops,
			(size_t)room * sizeof(*larger));

		if (!larger)
			return -1;
		p->ops = larger;
		p->room = room;
	}
	p->ops[p->n_ops] = (struct regex_op){(int)code, next, other, value};
	return p->n_ops++;
}

static int generate(struct maker *m, int part, int next);

/* Once what is repeated; its groups forget what an earlier turn left. */
static int generate_turn(struct maker *m, const struct regex_part *r, int next)
{
	int start = generate(m, r->last, next);

	if (r->other < r->value || r->max == 1)
		return start;
	return new_op(m, REGEX_FORGET, start, r->other, r->value);
}

static int generate_repeat(struct maker *m, const struct regex_part *r,
	int next)
{
	bool guarded = m->t->parts[r->last].nullable;
	int start = next;

	if (r->max == 0 || next < 0)
		return next;
	if (r->max > 0) {
		for (int i = r->min; i < r->max && start >= 0; i++)
			start = new_op(m, REGEX_SPLIT,
				generate_turn(m, r, start), next, 0);
	} else {
		/* only the first turn may be empty: else turns would not end
		 * in the search for back references */
		int slot = guarded ? m->p->n_slots++ : 0;
		int loop = new_op(m, guarded ? REGEX_LOOP : REGEX_SPLIT, 0,
			next, slot);

		start = generate_turn(m, r, loop);
		if (start < 0)
			return -1;
		m->p->ops[loop].next = start;
		if (guarded)
			start = new_op(m, REGEX_MARK, start, 0, slot);
		if (r->min == 0)
			start = guarded ? new_op(m, REGEX_SPLIT, start, next,
				0) : loop;
	}
	for (int i = r->max < 0, was = -1; i < r->min && start != was; i++) {
		was = start; /* unchanged: too much, or nothing in it */
		start = generate_turn(m, r, start);
	}
	return start;
}

/* Where to begin so that the part is matched and then next; -1: too much. */
static int generate(struct maker *m, int part, int next)
{
	const struct regex_part *p = &m->t->parts[part];
	int start;

	if (next < 0)
		return -1;
	switch (p->kind) {
	case REGEX_CHAR:
		if (p->other >= 0)
			return new_op(m, REGEX_ONE_OF, next, 0, p->other);
		return new_op(m, REGEX_SYMBOL, next, 0,
			regex_symbol_of(m->p, (uint32_t)p->value));
	case REGEX_SET: return new_op(m, REGEX_ONE_OF, next, 0, p->value);
	case REGEX_ASSERT: return new_op(m, REGEX_IF, next, 0, p->value);
	case REGEX_BACK: return new_op(m, REGEX_SAME, next, 0, p->value);
	case REGEX_GROUP:
		next = new_op(m, REGEX_SAVE, next, 0, 2 * p->value + 1);
		next = generate(m, p->last, next);
		return new_op(m, REGEX_SAVE, next, 0, 2 * p->value);
	case REGEX_LIST:
		for (int i = p->last; i >= 0; i = m->t->parts[i].before)
			next = generate(m, i, next);
		return next;
	case REGEX_OR:
		start = generate(m, p->last, next);
		for (int i = m->t->parts[p->last].before; i >= 0;
				i = m->t->parts[i].before)
			start = new_op(m, REGEX_SPLIT, generate(m, i, next),
				start, 0);
		return start;
	case REGEX_REPEAT: return generate_repeat(m, p, next);
	}
	return next;
}

/* ---- symbols ---- */

int regex_symbol_of(const struct regex_program *p, uint32_t code)
{
	int low = 0, high = p->n_bounds;

	if (code < 0x80 || !p->utf8)
		return (int)(code & 0xff);
	while (high - low > 1) {
		int middle = (low + high) / 2;

		if (code < p->bounds[middle])
			high = middle;
		else
			low = middle;
	}
	return REGEX_RANGES + low;
}

static int by_code(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The codes where a set or character begins, or has just ended. */
static bool make_bounds(struct regex_program *p, const struct regex_tree *t)
{
	int n = 0;

	p->bounds = malloc((2 * (size_t)(t->n_ranges + t->n_parts) + 1) *
		sizeof(*p->bounds));
	if (!p->bounds)
		return false;
	p->bounds[n++] = 0x80;
	for (int i = 0; i < t->n_ranges; i++) {
		p->bounds[n++] = t->ranges[i].from;
		p->bounds[n++] = t->ranges[i].to + 1;
	}
	for (int i = 0; i < t->n_parts; i++) {
		if (t->parts[i].kind != REGEX_CHAR || t->parts[i].other >= 0)
			continue;
		p->bounds[n++] = (uint32_t)t->parts[i].value;
		p->bounds[n++] = (uint32_t)t->parts[i].value + 1;
	}
	qsort(p->bounds, (size_t)n, sizeof(*p->bounds), by_code);
	for (int i = 0; i < n; i++)
		if (p->bounds[i] >= 0x80 && (p->n_bounds == 0 ||
		    p->bounds[i] != p->bounds[p->n_bounds - 1]))
			p->bounds[p->n_bounds++] = p->bounds[i];
	p->n_symbols = REGEX_RANGES + p->n_bounds;
	return true;
}

static void add_symbol(uint32_t *set, int symbol)
{
	set[symbol >> 5] |= (uint32_t)1 << (symbol & 31);
}

static bool make_sets(struct regex_program *p, const struct regex_tree *t)
{
	p->stride = (p->n_symbols + 31) / 32;
	p->sets = calloc((size_t)t->n_sets * (size_t)p->stride + 1,
		sizeof(*p->sets));
	for (int i = 0; p->sets && i < t->n_sets; i++) {
		uint32_t *set = p->sets + (size_t)i * p->stride;

		for (int j = 0; j < t->sets[i].n; j++) {
			struct regex_range r =
				t->ranges[t->sets[i].first + j];
			int from = regex_symbol_of(p, r.from);
			int to = regex_symbol_of(p, r.to);

			for (; from <= to; from++)
				add_symbol(set, from);
		}
		for (int j = 0; t->sets[i].invert && j < p->stride; j++)
			set[j] = ~set[j];
	}
	return p->sets != NULL;
}

/* ---- putting it together ---- */

/* What a match may begin with: none is left out when it may be empty. */
static void make_first(struct regex_program *p)
{
	int n = 0;
	bool empty = false;

	regex_round(p);
	for (int i = 0; i < p->n_starts; i++)
		empty |= regex_close(p, p->starts[i], REGEX_UNKNOWN,
			REGEX_UNKNOWN, p->lists[0], &n);
	for (int symbol = 0; symbol < p->n_symbols; symbol++) {
		bool may = empty;

		for (int i = 0; i < n && !may; i++)
			may = regex_accepts(p, &p->ops[p->lists[0][i]],
				symbol);
		if (symbol < REGEX_RANGES)
			p->first[symbol] |= may;
		else if (may)
			memset(p->first + 0x80, true, 0x80);
	}
}

static bool make_scratch(struct regex_program *p)
{
	size_t n = (size_t)p->n_ops + 1;

	p->marks = calloc(n, sizeof(*p->marks));
	p->stack = malloc(2 * n * sizeof(*p->stack));
	p->slots = malloc(2 * (size_t)p->n_slots * sizeof(*p->slots));
	for (int i = 0; i < 2; i++) {
		p->lists[i] = malloc(n * sizeof(*p->lists[i]));
		p->froms[i] = malloc(n * sizeof(*p->froms[i]));
	}
	if (!p->marks || !p->stack || !p->slots || !p->lists[0] ||
	    !p->lists[1] || !p->froms[0] || !p->froms[1])
		return false;
	p->best = p->slots + p->n_slots;
	return true;
}

struct regex_program *regex_program_new(struct regex_tree *t, const int *roots,
	int n, const char **error)
{
	struct regex_program *p = calloc(1, sizeof(*p));
	struct maker m = {p, t};
	int end;

	*error = REGEX_NO_MEMORY;
	if (!p)
		return NULL;
	p->utf8 = t->utf8;
	p->fold = t->fold;
	p->back = t->back;
	p->groups = t->groups;
	p->words = t->words;
	p->n_symbols = 256;
	p->n_slots = 2 * (t->groups + 1);
	p->starts = malloc(((size_t)n + 1) * sizeof(*p->starts));
	if (!p->starts || (t->utf8 && !make_bounds(p, t)))
		goto fail;
	if (p->n_symbols > MAX_SYMBOLS || t->groups > MAX_OPS) {
		*error = REGEX_TOO_BIG;
		goto fail;
	}
	if (!make_sets(p, t))
		goto fail;
	end = new_op(&m, REGEX_MATCH, 0, 0, 0);
	for (; p->n_starts < n; p->n_starts++) {
		int start = generate(&m, roots[p->n_starts], end);

		if (start < 0) {
			if (p->n_ops == MAX_OPS)
				*error = REGEX_TOO_BIG;
			goto fail;
		}
		p->starts[p->n_starts] = start;
	}
	if (!make_scratch(p))
		goto fail;
	make_first(p);
	return p;
fail:
	regex_program_free(p);
	return NULL;
}

void regex_program_free(struct regex_program *p)
{
	if (!p)
		return;
	free(p->ops);
	free(p->starts);
	free(p->bounds);
	free(p->sets);
	free(p->marks);
	free(p->stack);
	free(p->slots);
	for (int i = 0; i < 2; i++) {
		free(p->lists[i]);
		free(p->froms[i]);
	}
	free(p);
}

/* ---- what is reached without a character ---- */

void regex_round(struct regex_program *p)
{
	if (++p->round == 0) {
		memset(p->marks, 0, (size_t)p->n_ops * sizeof(*p->marks));
		p->round = 1;
	}
}

/* Does the assertion hold: 1 yes, 0 no, -1 depends on what is not known? */
static int holds(int pairs, enum regex_side before, enum regex_side after)
{
	int row;

	if (before == REGEX_UNKNOWN)
		return 1; /* whatever is asked then: it may */
	row = pairs >> before * 3 & 7;
	if (after != REGEX_UNKNOWN)
		return row >> after & 1;
	return row == 0 ? 0 : row == 7 ? 1 : -1;
}

bool regex_close(struct regex_program *p, int op, enum regex_side before,
	enum regex_side after, int *list, int *n)
{
	bool match = false;
	int depth = 0, known;

	/* each op is marked once, so the stack holds at most two for each */
	p->stack[depth++] = op;
	while (depth > 0) {
		const struct regex_op *here;

		op = p->stack[--depth];
		if (p->marks[op] == p->round)
			continue;
		p->marks[op] = p->round;
		here = &p->ops[op];
		switch (here->code) {
		case REGEX_MATCH: match = true; break;
		case REGEX_SPLIT:
		case REGEX_LOOP:
			p->stack[depth++] = here->other;
			p->stack[depth++] = here->next;
			break;
		case REGEX_IF:
			known = holds(here->value, before, after);
			if (known > 0)
				p->stack[depth++] = here->next;
			else if (known < 0)
				list[(*n)++] = op;
			break;
		case REGEX_SAME:
			p->stack[depth++] = here->next;
			list[(*n)++] = op;
			break;
		case REGEX_SYMBOL:
		case REGEX_ONE_OF: list[(*n)++] = op; break;
		default: p->stack[depth++] = here->next;
		}
	}
	return match;
}
