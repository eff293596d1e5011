/*
 * text_compare.c - orders of strings: bytes, numbers, sizes, months, versions
 *
 * Layer: accelerator, pure functions. The orders are those of POSIX sort -n,
 * and of GNU sort -g -h -M -V, in the POSIX locale.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "text_compare.h"

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- text ---- */

void text_order_init(struct text_order *o, bool fold, bool dictionary,
	bool printable)
{
	o->fold = fold;
	o->dictionary = dictionary;
	o->printable = printable;
	o->plain = !fold && !dictionary && !printable;
}

/* The next byte that counts, as it counts; -1 at the end. */
static inline int next_byte(const struct text_order *o, const char **p,
	const char *end)
{
	while (*p < end) {
		unsigned char c = (unsigned char)*(*p)++;

		if (o->dictionary && !is_blank((char)c) && !is_digit((char)c) &&
		    !is_alpha((char)c))
			continue;
		if (o->printable && (c < 0x20 || c > 0x7e))
			continue;
		return o->fold && c >= 'a' && c <= 'z' ? c - 0x20 : c;
	}
	return -1;
}

int text_compare(const struct text_order *o, const struct text_span *a,
	const struct text_span *b)
{
	const char *p = a->s, *q = b->s;

	if (o->plain) {
		int diff = memcmp(p, q, a->n < b->n ? a->n : b->n);

		return diff ? diff : (a->n > b->n) - (a->n < b->n);
	}
	for (;;) {
		int left = next_byte(o, &p, a->s + a->n);
		int right = next_byte(o, &q, b->s + b->n);

		if (left != right)
			return left < right ? -1 : 1;
		if (left < 0)
			return 0;
	}
}

uint64_t text_order_prefix(const struct text_order *o,
	const struct text_span *a)
{
	const char *p = a->s, *end = a->s + a->n;
	uint64_t order = 0;

	if (o->plain && a->n >= 8) {
		for (int i = 0; i < 8; i++)
			order = order << 8 | (unsigned char)p[i];
		return order;
	}
	for (int i = 0; i < 8; i++) {
		int c = next_byte(o, &p, end);

		order = order << 8 | (unsigned)(c < 0 ? 0 : c);
	}
	return order;
}

/* ---- numbers of any length: -n ---- */

struct number {
	bool negative;
	const char *whole, *part; /* without outer zeros */
	size_t whole_len, part_len;
	const char *end;
};

static void parse_number(const struct text_span *a, struct number *v)
{
	const char *p = a->s, *end = a->s + a->n;

	while (p < end && is_blank(*p))
		p++;
	v->negative = p < end && *p == '-';
	if (v->negative)
		p++;
	while (p < end && *p == '0')
		p++;
	v->whole = p;
	while (p < end && is_digit(*p))
		p++;
	v->whole_len = (size_t)(p - v->whole);
	v->part = p;
	v->part_len = 0;
	if (p < end && *p == '.') {
		v->part = ++p;
		while (p < end && is_digit(*p))
			p++;
		v->part_len = (size_t)(p - v->part);
		while (v->part_len && v->part[v->part_len - 1] == '0')
			v->part_len--;
	}
	v->end = p;
	if (v->whole_len == 0 && v->part_len == 0)
		v->negative = false; /* -0 is 0 */
}

static int compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_numbers(const struct number *a, const struct number *b)
{
	int diff;
	size_t n;

	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	diff = compare_size(a->whole_len, b->whole_len);
	if (!diff)
		diff = memcmp(a->whole, b->whole, a->whole_len);
	if (!diff) {
		n = a->part_len < b->part_len ? a->part_len : b->part_len;
		diff = memcmp(a->part, b->part, n);
	}
	if (!diff)
		diff = compare_size(a->part_len, b->part_len);
	return a->negative ? -diff : diff;
}

int text_compare_numeric(const struct text_span *a, const struct text_span *b)
{
	struct number left, right;

	parse_number(a, &left);
	parse_number(b, &right);
	return compare_numbers(&left, &right);
}

/* Sign, number of digits before the point, then the first 15 digits. */
uint64_t text_numeric_prefix(const struct text_span *a)
{
	struct number v;
	uint64_t digits = 0, order;
	size_t taken = 0, scale;

	parse_number(a, &v);
	scale = v.whole_len < 8191 ? v.whole_len : 8191;
	if (scale < 8191) {
		for (; taken < 15; taken++) {
			char c = '0';

			if (taken < v.whole_len)
				c = v.whole[taken];
			else if (taken - v.whole_len < v.part_len)
				c = v.part[taken - v.whole_len];
			digits = digits * 10 + (uint64_t)(c - '0');
		}
	}
	order = (uint64_t)1 << 63 | (uint64_t)scale << 50 | digits;
	return v.negative ? ~order : order;
}

/* ---- sizes: -h ---- */

static int unit_of(const struct number *v, const struct text_span *a)
{
	static const char units[] = "KMGTPEZYRQ";
	const char *at;
	int unit = 0;

	if (v->end < a->s + a->n && *v->end) {
		char c = *v->end == 'k' ? 'K' : *v->end;

		at = strchr(units, c);
		if (at && c)
			unit = (int)(at - units) + 1;
	}
	if (v->whole_len == 0 && v->part_len == 0)
		return 0;
	return v->negative ? -unit : unit;
}

int text_compare_human(const struct text_span *a, const struct text_span *b)
{
	struct number left, right;
	int diff;

	parse_number(a, &left);
	parse_number(b, &right);
	if (left.negative != right.negative)
		return left.negative ? -1 : 1;
	diff = unit_of(&left, a) - unit_of(&right, b);
	return diff ? diff : compare_numbers(&left, &right);
}

/* ---- what strtold reads: -g ---- */

/* Nothing to read < NaN < the numbers. */
static int general_class(const struct text_span *a, long double *value)
{
	char text[128], *end, *copy = text;
	bool read;

	if (a->n >= sizeof(text)) {
		copy = malloc(a->n + 1);
		if (!copy)
			return 0;
	}
	memcpy(copy, a->s, a->n);
	copy[a->n] = '\0';
	*value = strtold(copy, &end);
	read = end != copy;
	if (copy != text)
		free(copy);
	return !read ? 0 : isnan(*value) ? 1 : 2;
}

int text_compare_general(const struct text_span *a, const struct text_span *b)
{
	long double left, right;
	int class = general_class(a, &left);
	int diff = class - general_class(b, &right);

	if (diff || class != 2)
		return diff;
	return (left > right) - (left < right);
}

uint64_t text_general_prefix(const struct text_span *a)
{
	long double exact;
	double value;
	uint64_t bits;
	int class = general_class(a, &exact);

	if (class < 2)
		return (uint64_t)class;
	value = (double)exact;
	if (value == 0)
		value = 0; /* -0 */
	memcpy(&bits, &value, sizeof(bits));
	bits = bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
	return bits > 1 ? bits : 2;
}

/* ---- months: -M ---- */

unsigned text_month(const struct text_span *a)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	const char *p = a->s, *end = a->s + a->n;

	while (p < end && is_blank(*p))
		p++;
	if (end - p < 3)
		return 0;
	for (unsigned i = 0; i < 12; i++)
		if (text_same_folded(p, names + 3 * i, 3))
			return i + 1;
	return 0;
}

/* ---- versions: -V ---- */

/* In runs of non-digits: '~' before the end, the end before letters, letters
 * before everything else (Debian policy 5.6.12, as GNU filevercmp). */
static int version_byte(const char *s, size_t n, size_t at)
{
	unsigned char c;

	if (at >= n || is_digit(s[at]))
		return 0;
	c = (unsigned char)s[at];
	if (is_alpha((char)c))
		return c;
	return c == '~' ? -1 : c + 256;
}

static int compare_runs(const char *a, size_t an, const char *b, size_t bn)
{
	size_t i = 0, j = 0;

	while (i < an || j < bn) {
		int first = 0;

		while ((i < an && !is_digit(a[i])) ||
		       (j < bn && !is_digit(b[j]))) {
			int diff = version_byte(a, an, i) -
				version_byte(b, bn, j);

			if (diff)
				return diff;
			i += i < an;
			j += j < bn;
		}
		while (i < an && a[i] == '0')
			i++;
		while (j < bn && b[j] == '0')
			j++;
		while (i < an && j < bn && is_digit(a[i]) && is_digit(b[j])) {
			if (!first)
				first = a[i] - b[j];
			i++;
			j++;
		}
		if (i < an && is_digit(a[i]))
			return 1;
		if (j < bn && is_digit(b[j]))
			return -1;
		if (first)
			return first;
	}
	return 0;
}

/* Length without a suffix such as .tar.gz: (\.[A-Za-z~][A-Za-z0-9~]*)*$ */
static size_t stem_length(const char *s, size_t n)
{
	size_t stem = n, i = n;

	while (i > 0) {
		size_t end = i;

		while (i > 0 && (is_alpha(s[i - 1]) || is_digit(s[i - 1]) ||
				s[i - 1] == '~'))
			i--;
		if (i == 0 || i == end || s[i - 1] != '.' || is_digit(s[i]))
			break;
		i--;
		stem = i;
	}
	return stem;
}

int text_compare_version(const struct text_span *a, const struct text_span *b)
{
	size_t n = a->n < b->n ? a->n : b->n, as, bs;
	bool a_hidden, b_hidden;
	int diff;

	if (a->n == b->n && memcmp(a->s, b->s, n) == 0)
		return 0;
	if (a->n == 0 || b->n == 0)
		return compare_size(a->n, b->n);
	/* hidden names come first */
	a_hidden = a->s[0] == '.';
	b_hidden = b->s[0] == '.';
	if (a_hidden != b_hidden)
		return a_hidden ? -1 : 1;
	as = stem_length(a->s, a->n);
	bs = stem_length(b->s, b->n);
	diff = compare_runs(a->s, as, b->s, bs);
	if (!diff)
		diff = compare_runs(a->s, a->n, b->s, b->n);
	if (!diff)
		diff = memcmp(a->s, b->s, n);
	return diff ? diff : compare_size(a->n, b->n);
}
