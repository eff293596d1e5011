/*
 * pack.h - pack bytes for src/vm_unpack.c
 *
 * Layer: build tool, pure.
 */

#ifndef PACK_H
#define PACK_H

#include <stddef.h>

#include "../src/vm_unpack.h"

/*
 * The matches of data[start..end), where what stands before start is the
 * dictionary, in plain bytes; out must have room for a third more than end -
 * start. Returns their size.
 */
size_t pack_matches(const unsigned char *data, size_t start, size_t end,
		    unsigned char *out);

/* Adds up how often each byte of such matches occurs, by kind. */
void pack_count(const unsigned char *matches, size_t size,
		unsigned long often[VM_CODE_KINDS][256]);

/* The codes that suit these numbers. */
void pack_make_codes(unsigned long often[VM_CODE_KINDS][256],
		     struct vm_code codes[VM_CODE_KINDS]);

/* Writes such matches in codes; returns the size. */
size_t pack_encode(const unsigned char *matches, size_t size,
		   const struct vm_code codes[VM_CODE_KINDS],
		   unsigned char *out);

#endif
