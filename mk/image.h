/*
 * image.h - write compiled Lua in the form of src/vm_image.h
 *
 * Layer: build tool, pure.
 */

#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>

#include "lobject.h"

/*
 * Writes a main function's record, and its source's name with a NUL behind
 * it, padded to a multiple of four. Returns the size, or 0: more than room, or
 * a number that the form has no place for.
 */
size_t image_write(const Proto *p, int big_endian, unsigned char *to,
		   size_t room);

#endif
