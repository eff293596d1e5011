/*
 * text_dfa.c - does a line match? Answered by a table, one step a byte
 *
 * Layer: accelerator, no policy; used by text_regex.c. POSIX basic and extended
 * regular expressions become a nondeterministic automaton, and that, as far as
 * the text at hand needs it, a deterministic one (Thompson 1968; the states are
 * made when they are first reached, and all thrown away when they are too
 * many). It finds lines, not places in them: that, and all it does not know
 * (back references, word boundaries, collating elements), is left to the C
 * library. Bytes are characters; the caller knows where that is not enough.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_NODES 4000 /* of the nondeterministic automaton */
#define MAX_STATES 1000 /* of the other at one time, 2 KB each */
#define MAX_DEPTH 100 /* of parentheses */
#define MAX_REPEAT 255

/* ---- the expression as a tree ---- */

enum kind { SET, EMPTY, BOL, EOL, JOIN, OR, REPEAT };

struct tree {
	enum kind kind;
	int left, right;
	int min, max; /* REPEAT; max < 0: no end */
	uint32_t set[8]; /* SET */
};

struct node { /* of the nondeterministic automaton */
	enum { N_SET, N_SPLIT, N_BOL, N_EOL, N_MATCH } kind;
	int next, other;
	int set; /* index of a tree node */
};

struct state {
	struct state *next[256]; /* NULL: not known yet */
	struct state *chain; /* in the hash table */
	bool at_end; /* matches if the line ends here */
	int n;
	int nodes[]; /* sorted */
};

struct text_dfa {
	struct tree *trees;
	int n_trees, room_trees;
	struct node *nodes;
	int n_nodes;
	int *starts, n_starts; /* one for each expression */
	struct state *table[256];
	int n_states;
	struct state *line_start;
	int *stack, *list; /* scratch, each n_nodes long */
	uint32_t *mark;
	uint32_t round;
	bool matches_empty; /* and so every line */
	unsigned char delimiter;
};

/* What stands for a match in next[]; never entered. */
static struct state matched;

struct parser {
	struct text_dfa *d;
	const char *p, *end;
	bool extended, fold;
	int depth;
};

static int new_tree(struct text_dfa *d, enum kind kind, int left, int right)
{
	if (d->n_trees == d->room_trees) {
		int room = d->room_trees ? d->room_trees * 2 : 64;
		struct tree *larger;

		if (room > MAX_NODES * 4)
			return -1;
		larger = realloc(d->trees, (size_t)room * sizeof(*larger));
		if (!larger)
			return -1;
		d->trees = larger;
		d->room_trees = room;
	}
	d->trees[d->n_trees] = (struct tree){.kind = kind, .left = left,
		.right = right};
	return d->n_trees++;
}

static void set_add(uint32_t *set, int byte)
{
	set[byte >> 5] |= (uint32_t)1 << (byte & 31);
}

static bool set_has(const uint32_t *set, int byte)
{
	return set[byte >> 5] >> (byte & 31) & 1;
}

/* The set of a bracket or byte, finished: both cases, turned round. */
static int set_tree(struct parser *ps, uint32_t *set, bool invert)
{
	int t;

	if (ps->fold)
		for (int c = 'a'; c <= 'z'; c++)
			if (set_has(set, c) || set_has(set, c - 32)) {
				set_add(set, c);
				set_add(set, c - 32);
			}
	t = new_tree(ps->d, SET, 0, 0);
	if (t >= 0)
		for (int i = 0; i < 8; i++)
			ps->d->trees[t].set[i] = invert ? ~set[i] : set[i];
	return t;
}

static int byte_tree(struct parser *ps, unsigned char byte)
{
	uint32_t set[8] = {0};

	set_add(set, byte);
	return set_tree(ps, set, false);
}

static bool add_class(uint32_t *set, const char *name, size_t len)
{
	static const struct {
		char name[8];
		int (*is)(int);
	} classes[] = {
		{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank},
		{"cntrl", iscntrl}, {"digit", isdigit}, {"graph", isgraph},
		{"lower", islower}, {"print", isprint}, {"punct", ispunct},
		{"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (strlen(classes[i].name) != len ||
		    memcmp(classes[i].name, name, len) != 0)
			continue;
		for (int c = 0; c < 128; c++)
			if (classes[i].is(c))
				set_add(set, c);
		return true;
	}
	return false;
}

/* Behind '['. -1: not understood, as in all that parse. */
static int parse_bracket(struct parser *ps)
{
	uint32_t set[8] = {0};
	bool invert = false, first = true;

	if (ps->p < ps->end && *ps->p == '^') {
		invert = true;
		ps->p++;
	}
	for (;; first = false) {
		unsigned char from, to;

		if (ps->p >= ps->end)
			return -1;
		from = (unsigned char)*ps->p++;
		if (from == ']' && !first)
			return set_tree(ps, set, invert);
		if (from == '[' && ps->p < ps->end && *ps->p == ':') {
			const char *name = ++ps->p;

			while (ps->p < ps->end && *ps->p != ':')
				ps->p++;
			if (ps->end - ps->p < 2 || ps->p[1] != ']' ||
			    !add_class(set, name, (size_t)(ps->p - name)))
				return -1;
			ps->p += 2;
			continue;
		}
		if (from == '[' && ps->p < ps->end &&
		    (*ps->p == '.' || *ps->p == '='))
			return -1;
		to = from;
		if (ps->end - ps->p >= 2 && *ps->p == '-' && ps->p[1] != ']') {
			to = (unsigned char)ps->p[1];
			if (to == '[' || to < from)
				return -1;
			ps->p += 2;
		}
		for (int c = from; c <= to; c++)
			set_add(set, c);
	}
}

/* \w \s \d and their opposites; -1 for other letters. */
static int parse_class_escape(struct parser *ps, char letter)
{
	uint32_t set[8] = {0};

	switch (tolower((unsigned char)letter)) {
	case 'w':
		add_class(set, "alnum", 5);
		set_add(set, '_');
		break;
	case 's': add_class(set, "space", 5); break;
	case 'd': add_class(set, "digit", 5); break;
	default: return -1;
	}
	return set_tree(ps, set, isupper((unsigned char)letter) != 0);
}

static int parse_or(struct parser *ps);

/* Is here an operator: c itself in extended syntax, \c in basic? */
static bool at_operator(const struct parser *ps, char c)
{
	if (ps->extended)
		return ps->p < ps->end && *ps->p == c;
	return ps->end - ps->p >= 2 && *ps->p == '\\' && ps->p[1] == c;
}

static void skip_operator(struct parser *ps)
{
	ps->p += ps->extended ? 1 : 2;
}

static bool at_branch_end(const struct parser *ps)
{
	return ps->p >= ps->end || at_operator(ps, '|') ||
		(ps->depth > 0 && at_operator(ps, ')'));
}

/* One thing that can be repeated. first: nothing stands before it here. */
static int parse_atom(struct parser *ps, bool first)
{
	char c;

	if (at_operator(ps, '(')) {
		int inside;

		skip_operator(ps);
		if (++ps->depth > MAX_DEPTH)
			return -1;
		inside = parse_or(ps);
		if (inside < 0 || !at_operator(ps, ')'))
			return -1;
		skip_operator(ps);
		ps->depth--;
		return inside;
	}
	c = *ps->p++;
	switch (c) {
	case '[': return parse_bracket(ps);
	case '.': {
		uint32_t none[8] = {0};

		return set_tree(ps, none, true);
	}
	case '\\':
		if (ps->p >= ps->end)
			return -1;
		c = *ps->p++;
		if (isalpha((unsigned char)c))
			return parse_class_escape(ps, c);
		if (isdigit((unsigned char)c) || strchr("<>`'", c) ||
		    (!ps->extended && strchr("{}+?)", c)))
			return -1;
		return byte_tree(ps, (unsigned char)c);
	case '^':
		if (ps->extended || first)
			return new_tree(ps->d, BOL, 0, 0);
		return byte_tree(ps, '^');
	case '$':
		if (ps->extended || at_branch_end(ps))
			return new_tree(ps->d, EOL, 0, 0);
		return byte_tree(ps, '$');
	case '*':
		if (ps->extended || !first)
			return -1;
		return byte_tree(ps, '*');
	case '+': case '?': case '{': case ')':
		if (ps->extended)
			return -1;
		/* fallthrough */
	default: return byte_tree(ps, (unsigned char)c);
	}
}

/* The bounds behind '{'; false: not understood. */
static bool parse_bounds(struct parser *ps, int *min, int *max)
{
	const char *p = ps->p;

	*min = 0;
	if (p >= ps->end || !isdigit((unsigned char)*p))
		return false;
	for (; p < ps->end && isdigit((unsigned char)*p); p++)
		if ((*min = *min * 10 + (*p - '0')) > MAX_REPEAT)
			return false;
	*max = *min;
	if (p < ps->end && *p == ',') {
		*max = -1;
		if (++p < ps->end && isdigit((unsigned char)*p))
			*max = 0;
		for (; p < ps->end && isdigit((unsigned char)*p); p++)
			if ((*max = *max * 10 + (*p - '0')) > MAX_REPEAT)
				return false;
		if (*max >= 0 && *max < *min)
			return false;
	}
	ps->p = p;
	if (!at_operator(ps, '}'))
		return false;
	skip_operator(ps);
	return true;
}

static int parse_repeats(struct parser *ps, int atom)
{
	for (;;) {
		int min = 0, max = -1;

		if (ps->p < ps->end && *ps->p == '*') {
			ps->p++;
		} else if (at_operator(ps, '+')) {
			skip_operator(ps);
			min = 1;
		} else if (at_operator(ps, '?')) {
			skip_operator(ps);
			max = 1;
		} else if (at_operator(ps, '{')) {
			skip_operator(ps);
			if (!parse_bounds(ps, &min, &max))
				return -1;
		} else {
			return atom;
		}
		atom = new_tree(ps->d, REPEAT, atom, 0);
		if (atom < 0)
			return -1;
		ps->d->trees[atom].min = min;
		ps->d->trees[atom].max = max;
	}
}

static int parse_branch(struct parser *ps)
{
	int whole = -1;
	bool first = true;

	while (!at_branch_end(ps)) {
		int atom = parse_atom(ps, first);
		enum kind kind;

		if (atom < 0)
			return -1;
		kind = ps->d->trees[atom].kind;
		/* a * behind ^ is a byte in basic syntax, and a matter of
		 * opinion in extended */
		first = kind == BOL && !ps->extended;
		if (kind == BOL || kind == EOL) {
			if (ps->extended && ps->p < ps->end &&
			    strchr("*+?{", *ps->p))
				return -1;
		} else {
			atom = parse_repeats(ps, atom);
		}
		if (atom < 0)
			return -1;
		whole = whole < 0 ? atom : new_tree(ps->d, JOIN, whole, atom);
		if (whole < 0)
			return -1;
	}
	/* empty alternatives: what they mean is not agreed on */
	if (whole < 0 && (ps->depth > 0 || ps->p < ps->end))
		return -1;
	return whole < 0 ? new_tree(ps->d, EMPTY, 0, 0) : whole;
}

static int parse_or(struct parser *ps)
{
	int left = parse_branch(ps);

	while (left >= 0 && at_operator(ps, '|')) {
		int right;

		skip_operator(ps);
		if (at_branch_end(ps))
			return -1;
		right = parse_branch(ps);
		if (right < 0)
			return -1;
		left = new_tree(ps->d, OR, left, right);
	}
	return left;
}

/* ---- the nondeterministic automaton: made from its end backwards ---- */

static int new_node(struct text_dfa *d, int kind, int next, int other, int set)
{
	if (d->n_nodes == MAX_NODES || next < 0 || other < 0)
		return -1;
	d->nodes[d->n_nodes].kind = kind;
	d->nodes[d->n_nodes].next = next;
	d->nodes[d->n_nodes].other = other;
	d->nodes[d->n_nodes].set = set;
	return d->n_nodes++;
}

/* Where to begin so that the tree is matched and then next. */
static int generate(struct text_dfa *d, int t, int next)
{
	const struct tree *tree = &d->trees[t];
	int split, start;

	if (next < 0)
		return -1;
	switch (tree->kind) {
	case EMPTY: return next;
	case SET: return new_node(d, N_SET, next, 0, t);
	case BOL: return new_node(d, N_BOL, next, 0, 0);
	case EOL: return new_node(d, N_EOL, next, 0, 0);
	case JOIN:
		return generate(d, tree->left,
			generate(d, tree->right, next));
	case OR:
		start = generate(d, tree->left, next);
		return new_node(d, N_SPLIT, start,
			generate(d, tree->right, next), 0);
	case REPEAT: break;
	}
	if (tree->max < 0) {
		split = new_node(d, N_SPLIT, 0, next, 0);
		start = generate(d, tree->left, split);
		if (start < 0)
			return -1;
		d->nodes[split].next = start;
		next = split;
	} else {
		start = next;
		for (int i = tree->min; i < tree->max; i++)
			start = new_node(d, N_SPLIT,
				generate(d, tree->left, start), next, 0);
		next = start;
	}
	for (int i = 0; i < tree->min; i++)
		next = generate(d, tree->left, next);
	return next;
}

/* ---- the deterministic automaton ---- */

/* Add a node and all that is reached from it without a byte. Returns whether
 * the end is among these. at_end: what follows is the end of the line. */
static bool close_over(struct text_dfa *d, int node, bool at_start, bool at_end,
	int *n)
{
	int depth = 0;
	bool match = false;

	d->stack[depth++] = node;
	while (depth > 0) {
		const struct node *here;

		node = d->stack[--depth];
		if (d->mark[node] == d->round)
			continue;
		d->mark[node] = d->round;
		here = &d->nodes[node];
		switch (here->kind) {
		case N_MATCH: match = true; break;
		case N_SPLIT:
			/* each node is marked once, so the stack holds at most
			 * two for each */
			d->stack[depth++] = here->next;
			d->stack[depth++] = here->other;
			break;
		case N_BOL:
			if (at_start)
				d->stack[depth++] = here->next;
			break;
		case N_EOL:
			if (at_end)
				d->stack[depth++] = here->next;
			d->list[(*n)++] = node;
			break;
		case N_SET: d->list[(*n)++] = node; break;
		}
	}
	return match;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void forget_states(struct text_dfa *d)
{
	for (int i = 0; i < 256; i++) {
		while (d->table[i]) {
			struct state *next = d->table[i]->chain;

			free(d->table[i]);
			d->table[i] = next;
		}
	}
	d->n_states = 0;
	d->line_start = NULL;
}

/* The state of the n nodes in list; NULL: no memory. */
static struct state *state_of(struct text_dfa *d, int n)
{
	uint32_t hash = 2166136261u;
	struct state *s;
	bool at_end = false;

	qsort(d->list, (size_t)n, sizeof(*d->list), by_number);
	for (int i = 0; i < n; i++)
		hash = (hash ^ (uint32_t)d->list[i]) * 16777619u;
	hash = (hash ^ hash >> 16) & 255;
	for (s = d->table[hash]; s; s = s->chain)
		if (s->n == n && memcmp(s->nodes, d->list,
				(size_t)n * sizeof(*d->list)) == 0)
			return s;
	s = calloc(1, sizeof(*s) + (size_t)n * sizeof(*d->list));
	if (!s)
		return NULL;
	s->n = n;
	memcpy(s->nodes, d->list, (size_t)n * sizeof(*d->list));
	d->round++;
	for (int i = 0; i < n; i++) {
		int unused = 0;

		if (d->nodes[s->nodes[i]].kind == N_EOL)
			at_end |= close_over(d, d->nodes[s->nodes[i]].next,
				false, true, &unused);
	}
	s->at_end = at_end;
	s->chain = d->table[hash];
	d->table[hash] = s;
	d->n_states++;
	return s;
}

/* The state at the beginning of a line. */
static struct state *begin_line(struct text_dfa *d)
{
	int n = 0;

	if (!d->line_start) {
		d->round++;
		for (int i = 0; i < d->n_starts; i++)
			d->matches_empty |= close_over(d, d->starts[i], true,
				false, &n);
		d->line_start = state_of(d, n);
	}
	return d->line_start;
}

/* From state by one byte; NULL: no memory. Old states may be gone after. */
static struct state *step(struct text_dfa *d, struct state *s,
	unsigned char byte)
{
	struct state *to;
	int n = 0;
	bool match = false;

	if (byte == d->delimiter) {
		to = s->at_end ? &matched : begin_line(d);
		if (to)
			s->next[byte] = to;
		return to;
	}
	d->round++;
	for (int i = 0; i < s->n; i++) {
		const struct node *node = &d->nodes[s->nodes[i]];

		if (node->kind == N_SET &&
		    set_has(d->trees[node->set].set, byte))
			match |= close_over(d, node->next, false, false, &n);
	}
	/* a match may also begin at the next byte */
	for (int i = 0; i < d->n_starts; i++)
		match |= close_over(d, d->starts[i], false, false, &n);
	if (match) {
		s->next[byte] = &matched;
		return &matched;
	}
	if (d->n_states >= MAX_STATES) {
		forget_states(d);
		return state_of(d, n);
	}
	to = state_of(d, n);
	if (to)
		s->next[byte] = to;
	return to;
}

/* ---- for text_regex.c ---- */

struct text_dfa *text_dfa_new(unsigned char delimiter)
{
	struct text_dfa *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->delimiter = delimiter;
	d->nodes = malloc(MAX_NODES * sizeof(*d->nodes));
	if (!d->nodes) {
		free(d);
		return NULL;
	}
	d->nodes[0].kind = N_MATCH;
	d->n_nodes = 1;
	return d;
}

unsigned char text_dfa_delimiter(const struct text_dfa *d)
{
	return d->delimiter;
}

bool text_dfa_add(struct text_dfa *d, const char *pattern, size_t len,
	bool extended, bool fold)
{
	struct parser ps = {d, pattern, pattern + len, extended, fold, 0};
	int *starts, tree, start;

	tree = parse_or(&ps);
	if (tree < 0 || ps.p < ps.end)
		return false;
	start = generate(d, tree, 0);
	if (start < 0)
		return false;
	starts = realloc(d->starts, (size_t)(d->n_starts + 1) *
		sizeof(*starts));
	if (!starts)
		return false;
	d->starts = starts;
	d->starts[d->n_starts++] = start;
	return true;
}

bool text_dfa_ready(struct text_dfa *d)
{
	size_t n = (size_t)d->n_nodes;
	struct node *fitted = realloc(d->nodes, n * sizeof(*fitted));

	if (fitted)
		d->nodes = fitted;
	d->stack = malloc(2 * (n + 1) * sizeof(*d->stack));
	d->list = malloc((n + 1) * sizeof(*d->list));
	d->mark = calloc(n, sizeof(*d->mark));
	return d->stack && d->list && d->mark && begin_line(d);
}

void text_dfa_free(struct text_dfa *d)
{
	if (!d)
		return;
	if (d->stack)
		forget_states(d);
	free(d->trees);
	free(d->nodes);
	free(d->starts);
	free(d->stack);
	free(d->list);
	free(d->mark);
	free(d);
}

const char *text_dfa_find(struct text_dfa *d, const char *p, const char *end,
	bool *failed)
{
	struct state *s = begin_line(d);

	*failed = s == NULL;
	if (p == end || !s)
		return NULL;
	if (d->matches_empty)
		return p;
	while (p < end) {
		struct state *to = s->next[(unsigned char)*p];

		if (!to) {
			to = step(d, s, (unsigned char)*p);
			if (!to) {
				*failed = true;
				return NULL;
			}
		}
		if (to == &matched)
			return p;
		s = to;
		p++;
	}
	/* a last line without a delimiter ends here; an empty one is none */
	return s->at_end && end[-1] != (char)d->delimiter ? end - 1 : NULL;
}
