/*
 * pack.h - pack bytes for src/vm_unpack.c
 *
 * Layer: build tool, pure.
 */

#ifndef PACK_H
#define PACK_H

#include <stddef.h>

#include "../src/vm_unpack.h"

/* How often each symbol was used, after each context; what follows from it. */
struct pack_symbols {
	unsigned long used[VM_LANES][256][VM_SYMBOLS];
	unsigned long distances[VM_DISTANCES][VM_SYMBOLS];
	unsigned char in_context[VM_LANES][256]; /* which code */
	unsigned int codes;
	unsigned long used_in[VM_CODES][VM_SYMBOLS];
	double cost[VM_CODES][VM_SYMBOLS]; /* in bits and parts of them */
};

/* One step of a packed part. */
struct pack_step {
	size_t length; /* of what is repeated; 0: a byte */
	unsigned int distance; /* 0: the one before */
	unsigned char byte;
};

/*
 * The cheapest steps to data[start..end), where what stands before start is
 * the dictionary. Returns their number; steps must have room for end - start.
 */
size_t pack_choose(const struct pack_symbols *symbols, enum vm_part part,
		   const unsigned char *data, size_t start, size_t end,
		   struct pack_step *steps);

struct pack_writer {
	const struct pack_codes *codes; /* NULL: only count what is used */
	struct pack_symbols *symbols;
	unsigned char *out;
	size_t bits;
};

/* data is what the steps make */
void pack_write(struct pack_writer *to, enum vm_part part,
		const unsigned char *data, const struct pack_step *steps,
		size_t count);

/* Before anything was counted: every symbol costs the same. */
void pack_begin(struct pack_symbols *symbols);

/* Chooses which contexts have a code in common, by what was counted. */
void pack_join_contexts(struct pack_symbols *symbols);

/* The codes that suit what was counted. */
struct pack_codes {
	struct vm_code code[VM_CODES];
	uint16_t symbols[VM_CODES * VM_SYMBOLS];
	unsigned int symbol_count;
	uint16_t fast[VM_CODES][1 << VM_CODE_FAST];
	uint64_t made;
	struct vm_codes form; /* as the reader sees them */
};

/* What suits what was counted: costs for another round, or the codes. */
void pack_make_costs(struct pack_symbols *symbols);
void pack_make_codes(const struct pack_symbols *symbols,
		     struct pack_codes *codes);

/* Which code the symbol is in that makes the byte after so many. */
unsigned int pack_code(const struct pack_symbols *symbols,
		       const struct vm_packing *how, const unsigned char *data,
		       size_t done);

/* Which slot a number is in, and how many bits tell it from others there. */
unsigned int pack_slot(unsigned int number, unsigned int *bits);

#endif
