/*
 * text_record.h - lines as records that are put in order by their keys
 *
 * Layer: accelerator, pure functions.
 */

#ifndef TEXT_RECORD_H
#define TEXT_RECORD_H

#include "text_compare.h"

enum text_kind { TEXT_BYTES, TEXT_NUMERIC, TEXT_GENERAL, TEXT_HUMAN, TEXT_MONTH,
	TEXT_VERSION, TEXT_RANDOM };

struct text_key {
	enum text_kind kind;
	uint32_t from_field, from_char; /* from 1 */
	uint32_t to_field, to_char; /* field 0: to the end of the line */
	bool skip_start, skip_end; /* blanks before the first, last place */
	bool reverse;
	struct text_order text; /* how bytes of a TEXT_BYTES key count */
};

struct text_record {
	uint64_t order; /* of the first key, reverse already applied */
	const char *line;
	uint32_t len;
	uint32_t key_at, key_len;
};

struct text_keys {
	bool stable, reverse, unique;
	int separator; /* -1: fields begin with their blanks */
	uint64_t seed; /* of TEXT_RANDOM */
	size_t n; /* at least one */
	struct text_key key[];
};

/* The record of a line, which must stay where it is. */
void text_record_set(const struct text_keys *keys, struct text_record *r,
	const char *line, uint32_t len);
/* By the keys alone: what -u calls equal. */
int text_record_compare_keys(const struct text_keys *keys,
	const struct text_record *a, const struct text_record *b);
int text_record_compare(const struct text_keys *keys,
	const struct text_record *a, const struct text_record *b);
/* Equal records keep their order. spare has room for n / 2 of them. */
void text_record_sort(const struct text_keys *keys, struct text_record *v,
	size_t n, struct text_record *spare);

#endif
