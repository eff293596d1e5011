/*
 * regex_parse.c - regular expressions from text to a tree
 *
 * Layer: accelerator, no policy; a pure function. Follows POSIX XBD chapter 9,
 * basic and extended, with GNU's \| \+ \? in basic ones, {,n}, \< \> \b \B \`
 * \' \w \W \s \S and back references in both, and where POSIX leaves it open
 * what GNU grep does: an operator with nothing before it repeats nothing
 * (extended) or is a character (basic), as is a { that begins no interval
 * (extended).
 * \d \D \xHH and C's letters for control characters are more than GNU has.
 */

#include <string.h>

#include "regex.h"

#define MAX_REPEAT 32767 /* as in GNU; what becomes too big is seen later */

#define UNMATCHED_BRACKET "Unmatched [, [^, [:, [., or [="
#define UNMATCHED_OPEN "Unmatched ( or \\("
#define BAD_RANGE "Invalid range end"
#define BAD_INTERVAL "Invalid content of \\{\\}"

enum { /* pairs of sides that assertions let pass */
	BEGIN = REGEX_PAIR(0, 0) | REGEX_PAIR(0, 1) | REGEX_PAIR(0, 2),
	END = REGEX_PAIR(0, 0) | REGEX_PAIR(1, 0) | REGEX_PAIR(2, 0),
	WORD_BEGIN = REGEX_PAIR(0, 2) | REGEX_PAIR(1, 2),
	WORD_END = REGEX_PAIR(2, 0) | REGEX_PAIR(2, 1),
	ALL = REGEX_PAIR(3, 0) - 1,
	NO_WORD_BEFORE = REGEX_PAIR(2, 0) - 1,
	NO_WORD_AFTER = END | END << 1,
};

struct parser {
	struct regex_tree *t;
	const unsigned char *p, *end;
	int depth; /* of open groups */
	unsigned closed; /* bit n: group n may be referred to */
};

/* ---- sets ---- */

static uint32_t next_char(struct parser *ps)
{
	uint32_t code = *ps->p;
	size_t len = 1;

	if (ps->t->utf8)
		len = regex_decode(ps->p, (size_t)(ps->end - ps->p), &code);
	ps->p += len;
	return code;
}

/* Of \w \s \d and their opposites. */
static int class_set(struct regex_tree *t, char letter)
{
	const char *name = letter == 'w' ? "alnum" : letter == 's' ? "space" :
		"digit";
	int set = regex_new_set(t);
	bool known;

	if (set < 0 || !regex_add_class(t, (const unsigned char *)name, 5,
			&known))
		return -1;
	if (letter == 'w' && !regex_add_range(t, '_', '_'))
		return -1;
	return set;
}

/* One character of a bracket expression: 1, or a class: 0; -1 error. */
static int bracket_item(struct parser *ps, uint32_t *code)
{
	const unsigned char *name, *p = ps->p;
	unsigned char kind;
	size_t len;
	bool known;

	if (p == ps->end)
		return regex_fail(ps->t, UNMATCHED_BRACKET);
	kind = ps->end - p >= 2 ? p[1] : 0;
	if (*p != '[' || (kind != ':' && kind != '.' && kind != '=')) {
		*code = next_char(ps);
		return 1;
	}
	name = p += 2;
	while (ps->end - p >= 2 && (p[0] != kind || p[1] != ']'))
		p++;
	if (ps->end - p < 2)
		return regex_fail(ps->t, UNMATCHED_BRACKET);
	len = (size_t)(p - name);
	ps->p = name;
	if (kind == ':') {
		ps->p = p + 2;
		if (!regex_add_class(ps->t, name, len, &known))
			return -1;
		return known ? 0 : regex_fail(ps->t,
			"Invalid character class name");
	}
	/* only single characters have names: their own */
	*code = len > 0 ? next_char(ps) : 0;
	if (len == 0 || ps->p != p)
		return regex_fail(ps->t, "Invalid collation character");
	ps->p = p + 2;
	return 1;
}

/* Behind '['. */
static int parse_bracket(struct parser *ps)
{
	struct regex_tree *t = ps->t;
	int set = regex_new_set(t), n;
	const unsigned char *start;

	if (set < 0)
		return -1;
	if (ps->p < ps->end && *ps->p == '^') {
		t->sets[set].invert = true;
		ps->p++;
	}
	start = ps->p;
	while (ps->p == ps->end || *ps->p != ']' || ps->p == start) {
		uint32_t from, to;
		int kind = bracket_item(ps, &from);
		bool range = ps->end - ps->p >= 2 && *ps->p == '-' &&
			ps->p[1] != ']';

		if (kind < 0)
			return -1;
		to = from;
		if (range) {
			ps->p++;
			if (kind == 0 || (kind = bracket_item(ps, &to)) == 0 ||
			    (kind > 0 && to < from))
				return regex_fail(t, BAD_RANGE);
		}
		if (kind < 0 || (kind > 0 && !regex_add_range(t, from, to)))
			return -1;
	}
	if (ps->p - start > 2 && *start == ':' && ps->p[-1] == ':')
		return regex_fail(t, "character class syntax is [[:space:]], "
			"not [:space:]");
	ps->p++;
	n = t->sets[set].n;
	for (int i = 0; i < n; i++) {
		struct regex_range r = t->ranges[t->sets[set].first + i];

		if (t->fold && !regex_add_folded(t, r.from, r.to))
			return -1;
	}
	/* [x] is x */
	if (n == 1 && !t->sets[set].invert) {
		struct regex_range r = t->ranges[t->sets[set].first];

		if (r.from == r.to) {
			t->n_ranges = t->sets[set].first;
			t->n_sets = set;
			return regex_new_char(t, r.from);
		}
	}
	return regex_new_part(t, REGEX_SET, set);
}

/* ---- operators ---- */

/* Is here an operator: c itself in extended syntax, \c in basic? */
static bool at_operator(const struct parser *ps, char c)
{
	if (ps->t->extended)
		return ps->p < ps->end && *ps->p == c;
	return ps->end - ps->p >= 2 && *ps->p == '\\' && ps->p[1] == c;
}

static void skip_operator(struct parser *ps)
{
	ps->p += ps->t->extended ? 1 : 2;
}

static bool at_branch_end(const struct parser *ps)
{
	return ps->p >= ps->end || at_operator(ps, '|') ||
		(ps->depth > 0 && at_operator(ps, ')'));
}

static int number(const unsigned char **p, const unsigned char *end)
{
	int n = -1;

	for (; *p < end && **p >= '0' && **p <= '9'; ++*p) {
		n = (n < 0 ? 0 : n) * 10 + (**p - '0');
		if (n > MAX_REPEAT)
			n = MAX_REPEAT + 1;
	}
	return n;
}

/* The interval at its {: 1 and behind it, 0 and still there when it is none,
 * -1 error. */
static int interval(struct parser *ps, int *min, int *max)
{
	struct parser at = *ps;
	bool comma;

	skip_operator(&at);
	*min = number(&at.p, at.end);
	comma = at.p < at.end && *at.p == ',';
	if (comma)
		at.p++;
	*max = comma ? number(&at.p, at.end) : *min;
	if (!at_operator(&at, '}') || (*min < 0 && !comma)) {
		if (ps->t->extended)
			return 0;
		return regex_fail(ps->t, at.p == at.end ? "Unmatched \\{" :
			BAD_INTERVAL);
	}
	if (*min < 0)
		*min = 0;
	if (*max >= 0 && *max < *min)
		return regex_fail(ps->t, BAD_INTERVAL);
	if (*min > MAX_REPEAT || *max > MAX_REPEAT)
		return regex_fail(ps->t, REGEX_TOO_BIG);
	skip_operator(&at);
	ps->p = at.p;
	return 1;
}

/* The repeat here, as interval tells it. */
static int repeat(struct parser *ps, int *min, int *max)
{
	*min = 0;
	*max = -1;
	if (ps->p < ps->end && *ps->p == '*') {
		ps->p++;
		return 1;
	}
	if (at_operator(ps, '{'))
		return interval(ps, min, max);
	if (at_operator(ps, '+'))
		*min = 1;
	else if (at_operator(ps, '?'))
		*max = 1;
	else
		return 0;
	skip_operator(ps);
	return 1;
}

static int parse_repeats(struct parser *ps, int part, int first_group)
{
	struct regex_tree *t = ps->t;
	int min, max, found;

	while ((found = repeat(ps, &min, &max)) > 0) {
		struct regex_part *r = &t->parts[part];

		/* a** is a* */
		if (r->kind == REGEX_REPEAT && r->min == 0 && r->max < 0 &&
		    min < 2 && (max < 0 || max == 1))
			continue;
		part = regex_wrap(t, REGEX_REPEAT, first_group, part);
		if (part < 0)
			return -1;
		r = &t->parts[part];
		r->other = t->groups;
		r->nullable |= min == 0;
		r->min = min;
		r->max = max;
	}
	return found < 0 ? -1 : part;
}

/* ---- what stands behind a backslash ---- */

static int new_assertion(struct regex_tree *t, int pairs)
{
	bool words = pairs != BEGIN && pairs != END;

	if (words && t->words < 0 && (t->words = class_set(t, 'w')) < 0)
		return -1;
	return regex_new_part(t, REGEX_ASSERT, pairs);
}

static int hex_digit(const struct parser *ps, size_t at)
{
	unsigned char c = at < (size_t)(ps->end - ps->p) ? ps->p[at] : 0;

	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_escape(struct parser *ps)
{
	static const char control[] = "a\aer\rf\fn\nt\te\033";
	struct regex_tree *t = ps->t;
	uint32_t c;
	int set, high, low;

	if (ps->p == ps->end)
		return regex_fail(t, "Trailing backslash");
	c = next_char(ps);
	switch (c) {
	case '<': return new_assertion(t, WORD_BEGIN);
	case '>': return new_assertion(t, WORD_END);
	case 'b': return new_assertion(t, WORD_BEGIN | WORD_END);
	case 'B': return new_assertion(t, ALL & ~(WORD_BEGIN | WORD_END));
	case '`': return new_assertion(t, BEGIN);
	case '\'': return new_assertion(t, END);
	case 'w': case 'W': case 's': case 'S': case 'd': case 'D':
		set = class_set(t, (char)(c | 0x20));
		if (set < 0)
			return -1;
		t->sets[set].invert = !(c & 0x20);
		return regex_new_part(t, REGEX_SET, set);
	case ')': case '{':
		/* operators of basic syntax where they have no place */
		if (t->extended)
			break;
		return regex_fail(t, c == ')' ? "Unmatched ) or \\)" :
			"Invalid preceding regular expression");
	case 'x':
		high = hex_digit(ps, 0);
		low = hex_digit(ps, 1);
		if (high < 0 || low < 0)
			break;
		ps->p += 2;
		c = (uint32_t)(high << 4 | low);
		if (c >= 0x80 && t->utf8)
			c += REGEX_STRAY;
		break;
	default:
		if (c >= '1' && c <= '9') {
			if (!(ps->closed >> (c - '0') & 1))
				return regex_fail(t, "Invalid back reference");
			t->back = true;
			return regex_new_part(t, REGEX_BACK, (int)(c - '0'));
		}
		for (size_t i = 0; i + 1 < sizeof(control); i += 2)
			if (c == (unsigned char)control[i])
				return regex_new_char(t, (unsigned char)
					control[i + 1]);
	}
	return regex_new_char(t, c);
}

/* ---- the rest of the grammar ---- */

static int parse_or(struct parser *ps);

static int parse_group(struct parser *ps)
{
	struct regex_tree *t = ps->t;
	int group = ++t->groups, inside;

	skip_operator(ps);
	if (++ps->depth > REGEX_DEPTH)
		return regex_fail(t, REGEX_TOO_DEEP);
	inside = parse_or(ps);
	if (inside < 0)
		return -1;
	if (!at_operator(ps, ')'))
		return regex_fail(t, UNMATCHED_OPEN);
	skip_operator(ps);
	ps->depth--;
	if (group <= 9)
		ps->closed |= 1u << group;
	return regex_wrap(t, REGEX_GROUP, group, inside);
}

/* One thing that can be repeated. first: nothing stands before it here. */
static int parse_atom(struct parser *ps, bool first)
{
	struct regex_tree *t = ps->t;

	if (at_operator(ps, '('))
		return parse_group(ps);
	if (first && t->extended) {
		struct parser here = *ps;
		int min, max, found = repeat(&here, &min, &max);

		if (found)
			return found < 0 ? -1 :
				regex_new_part(t, REGEX_EMPTY, 0);
	}
	switch (*ps->p) {
	case '[':
		ps->p++;
		return parse_bracket(ps);
	case '.': {
		int set = regex_new_set(t);

		ps->p++;
		if (set < 0)
			return -1;
		t->sets[set].invert = true;
		return regex_new_part(t, REGEX_SET, set);
	}
	case '\\':
		ps->p++;
		return parse_escape(ps);
	case '^':
		if (!t->extended && !first)
			break;
		ps->p++;
		return new_assertion(t, BEGIN);
	case '$':
		ps->p++;
		if (t->extended || at_branch_end(ps))
			return new_assertion(t, END);
		return regex_new_char(t, '$');
	}
	return regex_new_char(t, next_char(ps));
}

static int parse_branch(struct parser *ps)
{
	struct regex_tree *t = ps->t;
	int list = regex_new_part(t, REGEX_LIST, 0);
	bool first = true;

	if (list < 0)
		return -1;
	while (!at_branch_end(ps)) {
		int first_group = t->groups + 1;
		/* behind a ^ of basic syntax is nothing that can be repeated */
		bool caret = *ps->p == '^' && first && !t->extended;
		int part = parse_atom(ps, first);

		first = false;
		if (part >= 0 && !caret)
			part = parse_repeats(ps, part, first_group);
		if (part < 0)
			return -1;
		regex_append(t, list, part);
	}
	return list;
}

static int parse_or(struct parser *ps)
{
	struct regex_tree *t = ps->t;
	int branch = parse_branch(ps), all = branch;

	while (branch >= 0 && at_operator(ps, '|')) {
		skip_operator(ps);
		if (all == branch)
			all = regex_wrap(t, REGEX_OR, 0, all);
		branch = all < 0 ? -1 : parse_branch(ps);
		if (branch >= 0)
			regex_append(t, all, branch);
	}
	return branch < 0 ? -1 : all;
}

int regex_parse(struct regex_tree *t, const char *pattern, size_t len)
{
	struct parser ps = {
		t, (const unsigned char *)pattern,
		(const unsigned char *)pattern + len, 0, 0,
	};

	t->groups = 0;
	return parse_or(&ps);
}

int regex_plain(struct regex_tree *t, const char *text, size_t len)
{
	struct parser ps = {
		t, (const unsigned char *)text,
		(const unsigned char *)text + len, 0, 0,
	};
	int list = regex_new_part(t, REGEX_LIST, 0);

	t->groups = 0;
	while (list >= 0 && ps.p < ps.end) {
		int part = regex_new_char(t, next_char(&ps));

		if (part < 0)
			return -1;
		regex_append(t, list, part);
	}
	return list;
}

int regex_around(struct regex_tree *t, int root, bool word, bool whole)
{
	int list, before, after;

	if (root < 0 || (!word && !whole))
		return root;
	list = regex_new_part(t, REGEX_LIST, 0);
	before = new_assertion(t, whole ? BEGIN : NO_WORD_BEFORE);
	after = new_assertion(t, whole ? END : NO_WORD_AFTER);
	if (list < 0 || before < 0 || after < 0)
		return -1;
	regex_append(t, list, before);
	regex_append(t, list, root);
	regex_append(t, list, after);
	return list;
}
