/*
 * image.h - write compiled Lua in the form of src/vm_image.h
 *
 * Layer: build tool, pure.
 */

#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>

#include "lobject.h"

#include "../src/vm_image.h"

struct image_part {
	unsigned char *data;
	size_t size, room;
};

struct image {
	struct image_part part[VM_PARTS];
	unsigned int functions;
	unsigned int line; /* where the last function began */
	int big_endian, failed;
};

/*
 * Adds a main function to the parts. image->failed: more than room, or a number
 * that the form has no place for.
 */
void image_write(struct image *image, const Proto *p);

/* Writes a number of so many bytes in the byte order asked for. */
void image_put_number(unsigned char *to, unsigned long long n, int size,
		      int big_endian);

#endif
