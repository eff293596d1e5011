/*
 * text_record.c - lines as records that are put in order by their keys
 *
 * Layer: accelerator, pure functions. Follows POSIX sort and GNU's -g -h -M -R
 * -V. A record has the first key's place and that key's first eight bytes of
 * order (a number whose order is the key's), so that most comparisons touch no
 * line at all.
 */

#include <string.h>

#include "text_record.h"

/* ---- where a key lies ---- */

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Past n fields; with a separator also past the one behind the last. */
static const char *skip_fields(const struct text_keys *keys, const char *p,
	const char *end, uint32_t n, bool past_last)
{
	while (n-- > 0 && p < end) {
		if (keys->separator >= 0) {
			p = memchr(p, keys->separator, (size_t)(end - p));
			if (!p)
				return end;
			if (n > 0 || past_last)
				p++;
		} else {
			while (p < end && is_blank(*p))
				p++;
			while (p < end && !is_blank(*p))
				p++;
		}
	}
	return p;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static void find_key(const struct text_keys *keys, const struct text_key *k,
	const char *line, size_t len, struct text_span *span)
{
	const char *end = line + len, *from, *to;

	from = skip_fields(keys, line, end, k->from_field - 1, true);
	if (k->skip_start)
		from = skip_blanks(from, end);
	from = (size_t)(end - from) < k->from_char - 1 ? end :
		from + (k->from_char - 1);
	if (k->to_field == 0) {
		to = end;
	} else if (k->to_char == 0) {
		to = skip_fields(keys, line, end, k->to_field, false);
	} else {
		to = skip_fields(keys, line, end, k->to_field - 1, true);
		if (k->skip_end)
			to = skip_blanks(to, end);
		to = (size_t)(end - to) < k->to_char ? end : to + k->to_char;
	}
	span->s = from;
	span->n = to > from ? (size_t)(to - from) : 0;
}

/* ---- comparing ---- */

static uint64_t hash(const struct text_keys *keys, const struct text_span *span)
{
	uint64_t h = keys->seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < span->n; i++)
		h = (h ^ (unsigned char)span->s[i]) * 0x100000001b3u;
	h ^= h >> 32; /* the last bytes must reach the top bits */
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* A number that never contradicts the order of the keys; equal numbers say
 * nothing. */
static uint64_t order_of(const struct text_keys *keys, const struct text_key *k,
	const struct text_span *span)
{
	switch (k->kind) {
	case TEXT_BYTES: return text_order_prefix(&k->text, span);
	case TEXT_NUMERIC: return text_numeric_prefix(span);
	case TEXT_GENERAL: return text_general_prefix(span);
	case TEXT_MONTH: return text_month(span);
	case TEXT_RANDOM: return hash(keys, span);
	default: return 0;
	}
}

void text_record_set(const struct text_keys *keys, struct text_record *r,
	const char *line, uint32_t len)
{
	const struct text_key *first = &keys->key[0];
	struct text_span span;

	find_key(keys, first, line, len, &span);
	r->line = line;
	r->len = len;
	r->key_at = (uint32_t)(span.s - line);
	r->key_len = (uint32_t)span.n;
	r->order = order_of(keys, first, &span);
	if (first->reverse)
		r->order = ~r->order;
}

static int compare_key(const struct text_keys *keys, const struct text_key *k,
	const struct text_span *a, const struct text_span *b)
{
	uint64_t left, right;

	switch (k->kind) {
	case TEXT_BYTES: return text_compare(&k->text, a, b);
	case TEXT_NUMERIC: return text_compare_numeric(a, b);
	case TEXT_GENERAL: return text_compare_general(a, b);
	case TEXT_HUMAN: return text_compare_human(a, b);
	case TEXT_VERSION: return text_compare_version(a, b);
	case TEXT_MONTH:
		return (int)text_month(a) - (int)text_month(b);
	case TEXT_RANDOM:
		left = hash(keys, a);
		right = hash(keys, b);
		if (left != right)
			return left < right ? -1 : 1;
		return text_compare(&k->text, a, b);
	}
	return 0;
}

static int compare_lines(const struct text_record *a,
	const struct text_record *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int diff = memcmp(a->line, b->line, n);

	return diff ? diff : (a->len > b->len) - (a->len < b->len);
}

int text_record_compare_keys(const struct text_keys *keys,
	const struct text_record *a, const struct text_record *b)
{
	struct text_span left, right;
	int diff;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	left = (struct text_span){a->line + a->key_at, a->key_len};
	right = (struct text_span){b->line + b->key_at, b->key_len};
	for (size_t i = 0;;) {
		const struct text_key *k = &keys->key[i];

		diff = compare_key(keys, k, &left, &right);
		if (diff)
			return k->reverse ? -diff : diff;
		if (++i == keys->n)
			return 0;
		find_key(keys, &keys->key[i], a->line, a->len, &left);
		find_key(keys, &keys->key[i], b->line, b->len, &right);
	}
}

int text_record_compare(const struct text_keys *keys,
	const struct text_record *a, const struct text_record *b)
{
	int diff = text_record_compare_keys(keys, a, b);

	if (diff || keys->stable || keys->unique)
		return diff;
	diff = compare_lines(a, b);
	return keys->reverse ? -diff : diff;
}

/* ---- sorting: merges, so equal lines keep their order ---- */

static void insertion_sort(const struct text_keys *keys, struct text_record *v,
	size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct text_record moving = v[i];
		size_t at = i;

		while (at > 0 &&
		       text_record_compare(keys, &v[at - 1], &moving) > 0) {
			v[at] = v[at - 1];
			at--;
		}
		v[at] = moving;
	}
}

void text_record_sort(const struct text_keys *keys, struct text_record *v,
	size_t n, struct text_record *spare)
{
	size_t half = n / 2, left = 0, right = half, to = 0;

	if (n <= 8) {
		insertion_sort(keys, v, n);
		return;
	}
	text_record_sort(keys, v, half, spare);
	text_record_sort(keys, v + half, n - half, spare);
	if (text_record_compare(keys, &v[half - 1], &v[half]) <= 0)
		return;
	memcpy(spare, v, half * sizeof(*v));
	while (left < half && right < n)
		v[to++] = text_record_compare(keys, &spare[left],
			&v[right]) <= 0 ? spare[left++] : v[right++];
	memcpy(v + to, spare + left, (half - left) * sizeof(*v));
}
