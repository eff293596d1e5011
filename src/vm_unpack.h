/*
 * vm_unpack.h - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure; part of the program and of the tool that embeds.
 */

#ifndef VM_UNPACK_H
#define VM_UNPACK_H

#include <stddef.h>

/*
 * Fill out[0..out_size) from in[0..in_size); dict is text that stands as if
 * before out. Returns 0, or -1 where the input is not well formed.
 */
int vm_unpack(const unsigned char *dict, size_t dict_size,
	      const unsigned char *in, size_t in_size, unsigned char *out,
	      size_t out_size);

#endif
