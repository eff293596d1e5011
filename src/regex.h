/*
 * regex.h - what the parts of the regular expressions share
 *
 * Layer: accelerator, no policy; behind text_regex.c. A pattern becomes a tree
 * (regex_parse.c), trees become one automaton (regex_program.c), and that finds
 * lines (regex_dfa.c), and in them places and groups (regex_match.c).
 *
 * An automaton reads symbols: bytes, and for the other characters of UTF-8 the
 * numbers of the ranges that its sets do not tell apart, so that a set is a row
 * of bits and a state a row of states for them just as for bytes.
 */

#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- regex_chars.c: characters ---- */

/* A byte that is not part of a UTF-8 character is one of its own, in no class:
 * this and the byte. */
#define REGEX_STRAY 0x110000u

struct regex_range {
	uint32_t from, to;
};

struct regex_tree;

/* The length of the character at s, of n bytes, not 0. */
size_t regex_decode(const unsigned char *s, size_t n, uint32_t *code);
/* The length of the one that ends at s + at, at > 0. */
size_t regex_decode_back(const unsigned char *s, size_t at, uint32_t *code);
bool regex_is_word(uint32_t code, bool utf8);
/* With the other cases of its letters, if the tree wants that; these add ranges
 * to the set made last, and say false without memory. */
bool regex_add_folded(struct regex_tree *t, uint32_t from, uint32_t to);
/* The same character, when small and large letters are. */
uint32_t regex_small(uint32_t code, bool utf8);
bool regex_add_class(struct regex_tree *t, const unsigned char *name,
	size_t len, bool *known);

/* ---- regex_tree.c: parts of patterns ---- */

#define REGEX_DEPTH 250 /* parentheses in each other; repeats count, too */
#define REGEX_TOO_BIG "Regular expression too big"
#define REGEX_TOO_DEEP "Regular expression nested too deeply"
#define REGEX_NO_MEMORY "Memory exhausted"

enum regex_kind {
	REGEX_EMPTY, REGEX_CHAR, REGEX_SET, REGEX_ASSERT, REGEX_BACK,
	REGEX_GROUP, REGEX_LIST, REGEX_OR, REGEX_REPEAT,
};

/* What may stand on one side of a place between characters. An assertion is
 * the set of pairs that it lets pass. */
enum regex_side { REGEX_EDGE, REGEX_OTHER, REGEX_WORD, REGEX_UNKNOWN };

#define REGEX_PAIR(before, after) (1 << ((before) * 3 + (after)))

struct regex_part {
	unsigned char kind;
	bool nullable; /* matches the empty string */
	uint16_t depth; /* of what is inside: bounds recursion */
	/* CHAR: code; SET: number; ASSERT: pairs; BACK, GROUP: number; REPEAT:
	 * the first of the groups inside */
	int value;
	/* CHAR: set of all its cases, or -1; REPEAT: the last of the groups */
	int other;
	int last; /* inside: the last part */
	int before; /* the sibling, -1: none */
	int min, max; /* REPEAT; max -1: no end */
};

struct regex_set {
	int first, n; /* ranges */
	bool invert;
};

struct regex_tree {
	bool extended, fold, utf8; /* set before parsing */
	bool back; /* has back references */
	int groups; /* of the pattern parsed last */
	int words; /* the set of word characters, when needed, or -1 */
	int n_parts, n_ranges, n_sets;
	int room_parts, room_ranges, room_sets;
	struct regex_part *parts;
	struct regex_range *ranges;
	struct regex_set *sets;
	const char *error; /* why a function failed */
};

void regex_tree_init(struct regex_tree *t);
void regex_tree_free(struct regex_tree *t);
int regex_fail(struct regex_tree *t, const char *error); /* -1 */
/* These return a number, or -1. */
int regex_new_set(struct regex_tree *t);
int regex_new_part(struct regex_tree *t, enum regex_kind kind, int value);
int regex_new_char(struct regex_tree *t, uint32_t code);
int regex_wrap(struct regex_tree *t, enum regex_kind kind, int value, int part);
/* To the set made last. */
bool regex_add_range(struct regex_tree *t, uint32_t from, uint32_t to);
/* Put a part behind those in whole. */
void regex_append(struct regex_tree *t, int whole, int part);

/* ---- regex_parse.c: from text to a tree ---- */

/* Its root, or -1. Any number of patterns may be put in one tree. */
int regex_parse(struct regex_tree *t, const char *pattern, size_t len);
/* The same for a plain string. */
int regex_plain(struct regex_tree *t, const char *text, size_t len);
/* Only where no word characters stand around it (grep -w), or nothing does. */
int regex_around(struct regex_tree *t, int root, bool word, bool whole);

/* ---- regex_must.c: a string that every match holds ---- */

/* The longest, for at most room bytes (best has twice as many); literal: it is
 * all of the pattern. */
size_t regex_must(const struct regex_tree *t, int root, char *best,
	size_t room, bool *literal);

/* ---- regex_program.c: the automaton ---- */

enum regex_code {
	REGEX_MATCH, REGEX_SYMBOL, REGEX_ONE_OF, REGEX_SPLIT, REGEX_LOOP,
	REGEX_IF, REGEX_SAME, REGEX_SAVE, REGEX_FORGET, REGEX_MARK,
};

struct regex_op {
	int code;
	int next, other; /* SPLIT, LOOP: next is preferred; FORGET: last */
	/* SYMBOL; ONE_OF: set; IF: pairs; SAME: group; SAVE, MARK, LOOP: slot;
	 * FORGET: first group */
	int value;
};

#define REGEX_UNSET SIZE_MAX
#define REGEX_RANGES 0x100 /* symbols from here on are ranges */

struct regex_program {
	bool utf8, fold, back;
	bool first[256]; /* bytes that a match may begin with */
	int groups, n_slots; /* slots: two a group, then one a loop */
	int words; /* set, or -1: no one asks for words */
	int n_ops, room, n_starts, n_symbols, n_bounds, stride;
	struct regex_op *ops;
	int *starts; /* one a pattern */
	uint32_t *bounds; /* where the ranges begin */
	uint32_t *sets; /* stride words each */
	/* scratch */
	uint32_t round, *marks;
	int *stack, *lists[2];
	size_t *froms[2], *slots, *best;
};

/* NULL: no memory, or too big: error says which. */
struct regex_program *regex_program_new(struct regex_tree *t, const int *roots,
	int n, const char **error);
void regex_program_free(struct regex_program *p);

/* Mark nothing as visited. */
void regex_round(struct regex_program *p);
/* Add op's consuming ops, reached without a character between before and
 * after, to list; with after unknown, also IFs that depend on it. Returns
 * whether the end is reached. */
bool regex_close(struct regex_program *p, int op, enum regex_side before,
	enum regex_side after, int *list, int *n);
int regex_symbol_of(const struct regex_program *p, uint32_t code);

static inline bool regex_set_has(const struct regex_program *p, int set,
	int symbol)
{
	return p->sets[(size_t)set * p->stride + (symbol >> 5)] >>
		(symbol & 31) & 1;
}

static inline bool regex_accepts(const struct regex_program *p,
	const struct regex_op *op, int symbol)
{
	return op->code == REGEX_SYMBOL ? op->value == symbol :
		op->code == REGEX_ONE_OF ? regex_set_has(p, op->value, symbol) :
		op->code == REGEX_SAME; /* anything, as far as is known here */
}

static inline enum regex_side regex_side(const struct regex_program *p,
	int symbol)
{
	return p->words >= 0 && regex_set_has(p, p->words, symbol) ?
		REGEX_WORD : REGEX_OTHER;
}

/* The symbol at s, not its end, and its length. */
static inline int regex_symbol(const struct regex_program *p,
	const unsigned char *s, size_t n, size_t *len)
{
	uint32_t code;

	*len = 1;
	if (*s < 0x80 || !p->utf8)
		return *s;
	*len = regex_decode(s, n, &code);
	return regex_symbol_of(p, code);
}

/* ---- regex_dfa.c: which line matches ---- */

struct regex_dfa;

/* For some of the patterns of a program, which must live longer. NULL: no
 * memory, or too big to be of use. */
struct regex_dfa *regex_dfa_new(struct regex_program *p,
	unsigned char delimiter);
unsigned char regex_dfa_delimiter(const struct regex_dfa *d);
/* A byte of the first line in s..end, which begins a line, that matches; its
 * delimiter may be that byte. With back references, that may match. NULL:
 * none, or failed (memory). */
const char *regex_dfa_find(struct regex_dfa *d, const char *s, const char *end,
	bool *failed);
void regex_dfa_free(struct regex_dfa *d);

/* ---- regex_match.c: where ---- */

struct regex_subject {
	const char *s;
	size_t n;
	bool not_bol; /* ^ does not match at its beginning */
	bool any; /* whether it matches is all that is asked */
};

/* The leftmost, then longest match at or behind from: 1, 0 none, -1 error (no
 * memory, or a back reference takes too long). */
int regex_find(struct regex_program *p, const struct regex_subject *sub,
	size_t from, size_t *start, size_t *stop, const char **error);
/* Then its groups, in p->best: 1 or -1. */
int regex_groups(struct regex_program *p, const struct regex_subject *sub,
	size_t start, size_t stop, const char **error);

#endif
