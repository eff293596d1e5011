/*
 * regex_chars.c - characters of regular expressions: UTF-8, classes, cases
 *
 * Layer: accelerator, no policy. ASCII is exact. Beyond it the tables are
 * short: what is not listed as a sign, a blank or a control character is a
 * letter (of assigned characters 99 in 100 are told right, below U+0530 all);
 * cases are those of Latin, Greek, Cyrillic, Armenian, Georgian and some rarer
 * scripts, one to one, so that neither sharp s nor the final sigma has another.
 */

#include <string.h>

#include "regex.h"
#include "text.h"

#define LAST (REGEX_STRAY - 1)

/* Neither letters nor digits; those up to PUNCT are also no signs. */
static const struct regex_range others[] = {
	/* blanks */
	{0x1680, 0x1680}, {0x2000, 0x2006}, {0x2008, 0x200a}, {0x205f, 0x205f},
	{0x3000, 0x3000},
	/* also white */
	{0x2028, 0x2029},
#define BLANKS 5
#define SPACES 6
	/* control characters, after the two before */
	{0x80, 0x9f},
#define PUNCT 7
	{0xa0, 0xa9}, {0xab, 0xb4}, {0xb6, 0xb9}, {0xbb, 0xbf}, {0xd7, 0xd7},
	{0xf7, 0xf7}, {0x2c2, 0x2c5}, {0x2d2, 0x2df}, {0x2e5, 0x2eb},
	{0x2ed, 0x2ed}, {0x2ef, 0x344}, {0x346, 0x36f}, {0x375, 0x375},
	{0x37e, 0x37e}, {0x384, 0x385}, {0x387, 0x387}, {0x3f6, 0x3f6},
	{0x482, 0x489}, {0x589, 0x5af}, {0xf01, 0xf3f}, {0xfbe, 0xfda},
	{0x135d, 0x137c}, {0x17c9, 0x180f}, {0x19da, 0x19ff},
	{0x1aa0, 0x1acb}, {0x1b5a, 0x1b7e}, {0x1cc0, 0x1ce8},
	{0x1dc0, 0x1de6}, {0x1ffd, 0x1fff}, {0x2007, 0x2007},
	{0x200b, 0x2027}, {0x202a, 0x205e}, {0x2060, 0x208e},
	{0x20a0, 0x2109}, {0x214a, 0x215f}, {0x2189, 0x24b5},
	{0x24ea, 0x2bff}, {0x2e00, 0x2fff}, {0x3001, 0x3020},
	{0x31c0, 0x33ff}, {0x4dc0, 0x4dff}, {0xa490, 0xa4c6},
	{0xa6f0, 0xa716}, {0xe000, 0xf8ff}, {0xfdfc, 0xfe6b},
	{0xffe0, 0xfffd}, {0x10100, 0x101fd}, {0x1bc9c, 0x1d378},
	{0x1d800, 0x1daaf}, {0x1eef0, 0x1fbca}, {0xe0001, 0x10ffff},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define PAIRS 0 /* large and small take turns */

/* Large letters, and how far away (modulo 2^16) the small ones are. */
static const struct {
	uint16_t from, to, distance;
} cases[] = {
	{'A', 'Z', 32}, /* the first: all that there is without UTF-8 */
	{0xc0, 0xd6, 32}, {0xd8, 0xde, 32}, {0x100, 0x12f, PAIRS},
	{0x132, 0x137, PAIRS}, {0x139, 0x148, PAIRS}, {0x14a, 0x177, PAIRS},
	{0x178, 0x178, 0x10000 - 121}, {0x179, 0x17e, PAIRS},
	{0x1a0, 0x1a5, PAIRS}, {0x1b3, 0x1b6, PAIRS}, {0x1cd, 0x1dc, PAIRS},
	{0x1de, 0x1ef, PAIRS}, {0x1f8, 0x21f, PAIRS}, {0x222, 0x233, PAIRS},
	{0x246, 0x24f, PAIRS}, {0x386, 0x386, 38}, {0x388, 0x38a, 37},
	{0x38c, 0x38c, 64}, {0x38e, 0x38f, 63}, {0x391, 0x3a1, 32},
	{0x3a3, 0x3ab, 32}, {0x3d8, 0x3ef, PAIRS}, {0x400, 0x40f, 80},
	{0x410, 0x42f, 32}, {0x460, 0x481, PAIRS}, {0x48a, 0x4bf, PAIRS},
	{0x4c0, 0x4c0, 15}, {0x4c1, 0x4ce, PAIRS}, {0x4d0, 0x52f, PAIRS},
	{0x531, 0x556, 48}, {0x10a0, 0x10c5, 7264}, {0x13a0, 0x13ef, 38864},
	{0x1c90, 0x1cba, 0x10000 - 3008}, {0x1e00, 0x1e95, PAIRS},
	{0x1ea0, 0x1eff, PAIRS}, {0x2160, 0x216f, 16}, {0x24b6, 0x24cf, 26},
	{0x2c00, 0x2c2f, 48}, {0x2c80, 0x2ce3, PAIRS}, {0xa640, 0xa66d, PAIRS},
	{0xff21, 0xff3a, 32},
};

size_t regex_decode(const unsigned char *s, size_t n, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 :
		*s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
	uint32_t c = *s;

	if (len == 1) {
		*code = c;
		return 1;
	}
	if (len > 0 && len <= n) {
		c &= 0x7f >> len;
		for (size_t i = 1; i < len; i++) {
			if ((s[i] & 0xc0) != 0x80)
				goto stray;
			c = c << 6 | (s[i] & 0x3f);
		}
		if (c >= least[len] && c < REGEX_STRAY &&
		    (c < 0xd800 || c > 0xdfff)) {
			*code = c;
			return len;
		}
	}
stray:
	*code = REGEX_STRAY + *s;
	return 1;
}

size_t regex_decode_back(const unsigned char *s, size_t at, uint32_t *code)
{
	for (size_t len = 2; len <= 4 && len <= at; len++)
		if (s[at - len] >= 0xc2)
			if (regex_decode(s + at - len, len, code) == len)
				return len;
	*code = s[at - 1] < 0x80 ? s[at - 1] : REGEX_STRAY + s[at - 1];
	return 1;
}

static bool within(const struct regex_range *list, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= list[i].from && code <= list[i].to)
			return true;
	return false;
}

bool regex_is_word(uint32_t code, bool utf8)
{
	if (code < 0x80)
		return text_is_word((unsigned char)code);
	return utf8 && code <= LAST && !within(others, COUNT(others), code);
}

uint32_t regex_small(uint32_t code, bool utf8)
{
	for (size_t i = 0; i < (utf8 ? COUNT(cases) : 1); i++) {
		uint32_t from = cases[i].from;

		if (code < from || code > cases[i].to)
			continue;
		if (cases[i].distance == PAIRS)
			return code + ((code - from) % 2 == 0);
		return (code + cases[i].distance) & 0xffff;
	}
	return code;
}

/* What of both ranges is the same, moved. */
static bool add_common(struct regex_tree *t, uint32_t from, uint32_t to,
	uint32_t low, uint32_t high, uint32_t move)
{
	if (from < low)
		from = low;
	if (to > high)
		to = high;
	return from > to || regex_add_range(t, from + move, to + move);
}

bool regex_add_folded(struct regex_tree *t, uint32_t from, uint32_t to)
{
	bool ok = regex_add_range(t, from, to);

	for (size_t i = 0; ok && t->fold && i < (t->utf8 ? COUNT(cases) : 1);
			i++) {
		uint32_t low = cases[i].from, high = cases[i].to;
		uint32_t move = cases[i].distance;

		if (move == PAIRS) {
			/* whole pairs: one more on each side that cuts one */
			uint32_t a = from < low ? low : from;
			uint32_t b = to > high ? high : to;

			if (a <= b)
				ok = regex_add_range(t, low + ((a - low) & ~1u),
					low + ((b - low) | 1));
			continue;
		}
		move = ((low + move) & 0xffff) - low;
		ok = add_common(t, from, to, low, high, move) &&
			add_common(t, from, to, low + move, high + move,
				0u - move);
	}
	return ok;
}

/* ---- classes ---- */

enum class {
	ALNUM, ALPHA, BLANK, CNTRL, DIGIT, GRAPH, LOWER, PRINT, PUNCT_, SPACE,
	UPPER, XDIGIT,
};

static const char names[] =
	"alnum\0alpha\0blank\0cntrl\0digit\0graph\0lower\0print\0punct\0space\0"
	"upper\0xdigit";

/* All from U+0080 but those listed, and strays. */
static bool add_all_but(struct regex_tree *t, const struct regex_range *list,
	size_t n)
{
	uint32_t at = 0x80;

	/* the list has an order only in parts */
	while (at <= LAST) {
		uint32_t next = LAST + 1, behind = LAST + 1;

		for (size_t i = 0; i < n; i++) {
			if (list[i].to >= at && list[i].from < next) {
				next = list[i].from;
				behind = list[i].to + 1;
			}
		}
		if (next > at && !regex_add_range(t, at, next - 1))
			return false;
		at = behind;
	}
	return true;
}

static bool add_cases(struct regex_tree *t, bool small)
{
	for (size_t i = 1; i < COUNT(cases); i++) {
		uint32_t from = cases[i].from, to = cases[i].to;
		uint32_t move = 0;

		if (cases[i].distance == PAIRS) {
			for (from += small; from <= to; from += 2)
				if (!regex_add_range(t, from, from))
					return false;
			continue;
		}
		if (small)
			move = ((from + cases[i].distance) & 0xffff) - from;
		if (!regex_add_range(t, from + move, to + move))
			return false;
	}
	return true;
}

static bool add_list(struct regex_tree *t, const struct regex_range *list,
	size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!regex_add_range(t, list[i].from, list[i].to))
			return false;
	return true;
}

static bool ascii_is(enum class class, int c)
{
	bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
	bool digit = c >= '0' && c <= '9', graph = c > ' ' && c < 0x7f;

	switch (class) {
	case ALNUM: return lower || upper || digit;
	case ALPHA: return lower || upper;
	case BLANK: return c == ' ' || c == '\t';
	case CNTRL: return c < ' ' || c == 0x7f;
	case DIGIT: return digit;
	case GRAPH: return graph;
	case LOWER: return lower;
	case PRINT: return graph || c == ' ';
	case PUNCT_: return graph && !lower && !upper && !digit;
	case SPACE: return c == ' ' || (c >= '\t' && c <= '\r');
	case UPPER: return upper;
	case XDIGIT: return digit || ((c | 32) >= 'a' && (c | 32) <= 'f');
	}
	return false;
}

bool regex_add_class(struct regex_tree *t, const unsigned char *name,
	size_t len, bool *known)
{
	int class = 0;

	for (const char *p = names;; p += strlen(p) + 1, class++) {
		*known = p < names + sizeof(names);
		if (!*known)
			return true;
		if (strlen(p) == len && memcmp(p, name, len) == 0)
			break;
	}
	for (int c = 0; c < 0x80; c++)
		if (ascii_is(class, c) &&
		    !regex_add_range(t, (uint32_t)c, (uint32_t)c))
			return false;
	if (!t->utf8)
		return true;
	switch (class) {
	case ALNUM:
	case ALPHA: return add_all_but(t, others, COUNT(others));
	case BLANK: return add_list(t, others, BLANKS);
	case CNTRL: return add_list(t, others + SPACES - 1, 2);
	case GRAPH: return add_all_but(t, others, PUNCT);
	case LOWER: return add_cases(t, true);
	case PRINT: return add_all_but(t, others + SPACES - 1, 2);
	case PUNCT_: return add_list(t, others + PUNCT, COUNT(others) - PUNCT);
	case SPACE: return add_list(t, others, SPACES);
	case UPPER: return add_cases(t, false);
	default: return true;
	}
}
