/*
 * pack.h - pack bytes for src/vm_unpack.c
 *
 * Layer: build tool.
 */

#ifndef PACK_H
#define PACK_H

#include <stddef.h>

/*
 * Pack data[start..end); data[0..start) is the dictionary. Returns the size of
 * what it wrote to out, which has room for pack_bound(end - start) bytes.
 */
size_t pack(const unsigned char *data, size_t start, size_t end,
	    unsigned char *out);

#define pack_bound(size) ((size) + (size) / 255 + 16)

#endif
