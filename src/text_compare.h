/*
 * text_compare.h - orders of strings: bytes, numbers, sizes, months, versions
 *
 * Layer: accelerator, pure functions.
 */

#ifndef TEXT_COMPARE_H
#define TEXT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_span {
	const char *s;
	size_t n;
};

/* How bytes count in a text key: fold to upper case (-f), dictionary: only
 * blanks and alphanumerics count (-d), printable: only these count (-i). */
struct text_order {
	bool fold, dictionary, printable;
	bool plain; /* none of them */
};

void text_order_init(struct text_order *o, bool fold, bool dictionary,
	bool printable);
int text_compare(const struct text_order *o, const struct text_span *a,
	const struct text_span *b);
int text_compare_numeric(const struct text_span *a, const struct text_span *b);
int text_compare_general(const struct text_span *a, const struct text_span *b);
int text_compare_human(const struct text_span *a, const struct text_span *b);
int text_compare_version(const struct text_span *a, const struct text_span *b);
unsigned text_month(const struct text_span *a); /* 1-12, 0: no month */

/* Numbers in the order of the keys; equal ones say nothing about the keys. */
uint64_t text_order_prefix(const struct text_order *o,
	const struct text_span *a);
uint64_t text_numeric_prefix(const struct text_span *a);
uint64_t text_general_prefix(const struct text_span *a);

#endif
