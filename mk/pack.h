/*
 * pack.h - pack bytes for src/vm_unpack.c
 *
 * Layer: build tool, pure.
 */

#ifndef PACK_H
#define PACK_H

#include <stddef.h>

#include "../src/vm_unpack.h"

/* What each symbol costs, in bits and parts of them; how often it was used. */
struct pack_symbols {
	double cost[VM_CODES][VM_SYMBOLS];
	unsigned long used[VM_CODES][VM_SYMBOLS];
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
	const struct vm_code *codes; /* NULL: only count what is used */
	struct pack_symbols *symbols;
	unsigned char *out;
	size_t bits;
};

void pack_write(struct pack_writer *to, enum vm_part part,
		const struct pack_step *steps, size_t count);

/* Before anything was counted: every symbol costs the same. */
void pack_begin(struct pack_symbols *symbols);

/* The costs, and the codes, that suit what was used. */
void pack_make_costs(struct pack_symbols *symbols);
void pack_make_codes(const struct pack_symbols *symbols,
		     struct vm_code codes[VM_CODES]);

/* Which slot a number is in, and how many bits tell it from others there. */
unsigned int pack_slot(unsigned int number, unsigned int *bits);

#endif
