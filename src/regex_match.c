/*
 * regex_match.c - where a regular expression matches, and its groups
 *
 * Layer: accelerator, no policy; used by text_regex.c. The extent of a match,
 * leftmost and then longest as POSIX asks, is found by following all paths of
 * the automaton at once, each with the place where it began. Which groups it
 * has is then found on one path: the first by preference (earlier alternatives,
 * another turn) that has the extent, as in GNU; but as in POSIX a group that
 * the last turn of a repeat did not use is unset. Each op is tried once at each
 * place. Back references are searched without that help, and so with a limit.
 */

#include <stdlib.h>
#include <string.h>

#include "regex.h"

/* of a search with back references: a second, and a few for each byte */
#define MAX_STEPS(n) ((1 << 25) + 32 * (n))
#define MAX_STACK (1 << 22)
#define FIRST_TURN (REGEX_UNSET - 1)
#define MAX_SEEN ((size_t)1 << 30) /* bits: op and place */

static const char no_memory[] = REGEX_NO_MEMORY;
static const char too_complex[] = "expression too complex for this text";

static int symbol_at(const struct regex_program *p,
	const struct regex_subject *sub, size_t at, size_t *len)
{
	return regex_symbol(p, (const unsigned char *)sub->s + at, sub->n - at,
		len);
}

static enum regex_side side_after(const struct regex_program *p,
	const struct regex_subject *sub, size_t at)
{
	size_t len;

	return at == sub->n ? REGEX_EDGE :
		regex_side(p, symbol_at(p, sub, at, &len));
}

static enum regex_side side_before(const struct regex_program *p,
	const struct regex_subject *sub, size_t at)
{
	const unsigned char *s = (const unsigned char *)sub->s;
	uint32_t code;

	if (at == 0)
		return sub->not_bol ? REGEX_OTHER : REGEX_EDGE;
	code = s[at - 1];
	if (p->utf8)
		regex_decode_back(s, at, &code);
	return regex_side(p, regex_symbol_of(p, code));
}

/* ---- all paths at once: without back references ---- */

/* The ops where paths stand, ordered by the places where these began. */
struct paths {
	int n;
	int *ops;
	size_t *froms;
};

/* Go on with a path through op to all that consumes; true: it has ended. */
static bool follow(struct regex_program *p, int op, size_t from,
	enum regex_side before, enum regex_side after, struct paths *to)
{
	int n = to->n;
	bool match = regex_close(p, op, before, after, to->ops, &to->n);

	for (; n < to->n; n++)
		to->froms[n] = from;
	return match;
}

static bool find_extent(struct regex_program *p,
	const struct regex_subject *sub, size_t at, size_t *start, size_t *stop)
{
	struct paths now = {0, p->lists[0], p->froms[0]};
	struct paths next = {0, p->lists[1], p->froms[1]};
	enum regex_side before = side_before(p, sub, at), after;
	bool found = false;

	for (;;) {
		size_t len = 0;
		int symbol = -1;

		if (next.n == 0 && !found) {
			size_t was = at;

			while (at < sub->n && !p->first[(unsigned char)
					sub->s[at]])
				at++;
			if (at > was)
				before = side_before(p, sub, at);
		}
		after = REGEX_EDGE;
		if (at < sub->n) {
			symbol = symbol_at(p, sub, at, &len);
			after = regex_side(p, symbol);
		}
		regex_round(p);
		now.n = 0;
		for (int i = 0; i < next.n; i++) {
			size_t from = next.froms[i];

			if (found && from > *start)
				break;
			if (follow(p, next.ops[i], from, before, after, &now)) {
				found = true;
				*start = from;
				*stop = at;
			}
		}
		if (!found && follow(p, p->starts[0], at, before, after,
				&now)) {
			found = true;
			*start = *stop = at;
		}
		if (at == sub->n || (found && (now.n == 0 || sub->any)))
			return found;
		next.n = 0;
		for (int i = 0; i < now.n; i++) {
			const struct regex_op *op = &p->ops[now.ops[i]];

			if (!regex_accepts(p, op, symbol))
				continue;
			next.ops[next.n] = op->next;
			next.froms[next.n++] = now.froms[i];
		}
		if (found && next.n == 0)
			return true;
		before = after;
		at += len;
	}
}

/* ---- one path at a time ---- */

struct choice { /* to come back to */
	int op; /* to try at place; or ~slot: put place back into it */
	size_t place;
};

struct walk {
	struct regex_program *p;
	const struct regex_subject *sub;
	size_t start, stop; /* stop: where to end; with back references, the
			     * farthest end so far */
	struct choice *stack;
	size_t depth, room;
	unsigned char *seen; /* bits; NULL: back references */
	size_t steps;
	const char *error;
};

static bool push(struct walk *w, int op, size_t place)
{
	if (w->depth == w->room) {
		size_t room = w->room * 2 + 64;
		struct choice *larger;

		if (w->depth >= MAX_STACK) {
			w->error = too_complex;
			return false;
		}
		larger = realloc(w->stack, room * sizeof(*larger));
		if (!larger) {
			w->error = no_memory;
			return false;
		}
		w->stack = larger;
		w->room = room;
	}
	w->stack[w->depth++] = (struct choice){op, place};
	return true;
}

/* Set a slot, to be put back when the path fails. */
static bool save(struct walk *w, int slot, size_t place)
{
	size_t *at = &w->p->slots[slot];

	if (*at == place)
		return true;
	if (!push(w, ~slot, *at))
		return false;
	*at = place;
	return true;
}

/* Was op tried at place before? */
static bool seen(struct walk *w, int op, size_t place)
{
	size_t bit = (size_t)op * (w->stop - w->start + 1) + place - w->start;
	unsigned char mask = (unsigned char)(1 << (bit & 7));
	bool was;

	if (!w->seen)
		return false;
	was = w->seen[bit >> 3] & mask;
	w->seen[bit >> 3] |= mask;
	return was;
}

static bool same_char(const struct regex_program *p,
	const struct regex_subject *sub, size_t a, size_t b, size_t *a_len,
	size_t *b_len)
{
	const unsigned char *s = (const unsigned char *)sub->s;
	uint32_t x = s[a], y = s[b];

	*a_len = *b_len = 1;
	if (p->utf8) {
		*a_len = regex_decode(s + a, sub->n - a, &x);
		*b_len = regex_decode(s + b, sub->n - b, &y);
	}
	return x == y || (p->fold && regex_small(x, p->utf8) ==
		regex_small(y, p->utf8));
}

/* Where the text of a group, again at place, ends; REGEX_UNSET: nowhere. */
static size_t again(struct walk *w, int group, size_t place)
{
	size_t at = w->p->slots[2 * group], end = w->p->slots[2 * group + 1];

	if (at == REGEX_UNSET || end == REGEX_UNSET)
		return REGEX_UNSET;
	while (at < end) {
		size_t a_len, b_len;

		w->steps++;
		if (place >= w->sub->n || !same_char(w->p, w->sub, at, place,
				&a_len, &b_len))
			return REGEX_UNSET;
		at += a_len;
		place += b_len;
	}
	return place;
}

/* From op at place until the path ends. True: no other need be tried. */
static bool walk_path(struct walk *w, int op, size_t place)
{
	struct regex_program *p = w->p;
	size_t limit = w->seen ? w->stop : w->sub->n, len;

	for (;;) {
		const struct regex_op *here = &p->ops[op];
		int pairs, group;

		if (!w->seen && ++w->steps > MAX_STEPS(w->sub->n)) {
			w->error = too_complex;
			return false;
		}
		op = here->next;
		switch ((enum regex_code)here->code) {
		case REGEX_MATCH:
			if (w->seen ? place != w->stop :
			    w->stop != REGEX_UNSET && place <= w->stop)
				return false;
			w->stop = place;
			memcpy(p->best, p->slots, (size_t)p->n_slots *
				sizeof(*p->best));
			return place == limit || w->sub->any;
		case REGEX_SYMBOL:
		case REGEX_ONE_OF:
			if (place >= limit || !regex_accepts(p, here,
					symbol_at(p, w->sub, place, &len)))
				return false;
			place += len;
			break;
		case REGEX_IF:
			pairs = REGEX_PAIR(side_before(p, w->sub, place),
				side_after(p, w->sub, place));
			if (!(here->value & pairs))
				return false;
			break;
		case REGEX_SAME:
			place = again(w, here->value, place);
			if (place == REGEX_UNSET)
				return false;
			break;
		case REGEX_LOOP:
		case REGEX_SPLIT:
			if (seen(w, (int)(here - p->ops), place))
				return false;
			/* an empty turn, and not the first */
			if (here->code == REGEX_LOOP &&
			    p->slots[here->value] == place)
				return false;
			if (!push(w, here->other, place))
				return false;
			if (here->code == REGEX_SPLIT)
				break;
			/* fallthrough */
		case REGEX_SAVE:
			if (!save(w, here->value, place))
				return false;
			break;
		case REGEX_MARK:
			if (!save(w, here->value, FIRST_TURN))
				return false;
			break;
		case REGEX_FORGET:
			for (group = here->value; group <= here->other; group++)
				if (!save(w, 2 * group, REGEX_UNSET) ||
				    !save(w, 2 * group + 1, REGEX_UNSET))
					return false;
			break;
		}
	}
}

/* All paths from start, by preference, until one is good enough. */
static void walk_from(struct walk *w, size_t start)
{
	struct regex_program *p = w->p;

	w->start = start;
	w->depth = 0;
	for (int i = 0; i < p->n_slots; i++)
		p->slots[i] = REGEX_UNSET;
	if (!push(w, p->starts[0], start))
		return;
	while (w->depth > 0 && !w->error) {
		struct choice c = w->stack[--w->depth];

		if (c.op < 0)
			p->slots[~c.op] = c.place;
		else if (walk_path(w, c.op, c.place))
			return;
	}
}

int regex_groups(struct regex_program *p, const struct regex_subject *sub,
	size_t start, size_t stop, const char **error)
{
	struct walk w = {.p = p, .sub = sub, .stop = stop};
	size_t places = stop - start + 1;

	if (p->groups == 0 || p->back)
		return 1; /* there are none, or regex_find has seen to it */
	if (places > MAX_SEEN / (size_t)p->n_ops) {
		*error = too_complex;
		return -1;
	}
	w.seen = calloc((size_t)p->n_ops * places / 8 + 1, 1);
	w.error = no_memory;
	if (w.seen) {
		w.error = NULL;
		walk_from(&w, start);
	}
	free(w.seen);
	free(w.stack);
	*error = w.error;
	return w.error ? -1 : 1;
}

int regex_find(struct regex_program *p, const struct regex_subject *sub,
	size_t from, size_t *start, size_t *stop, const char **error)
{
	struct walk w = {.p = p, .sub = sub, .stop = REGEX_UNSET};

	if (!p->back)
		return find_extent(p, sub, from, start, stop);
	for (size_t at = from; !w.error;) {
		size_t len;

		if (at == sub->n || p->first[(unsigned char)sub->s[at]])
			walk_from(&w, at);
		*start = at;
		if (w.stop != REGEX_UNSET || at == sub->n)
			break;
		symbol_at(p, sub, at, &len);
		at += len;
	}
	free(w.stack);
	*stop = w.stop;
	*error = w.error;
	return w.error ? -1 : w.stop != REGEX_UNSET;
}
