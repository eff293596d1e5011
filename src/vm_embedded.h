/*
 * vm_embedded.h - the Lua modules in the binary
 *
 * Layer: data made by mk/embed.c at build time, for vm_modules.c. Offsets, not
 * pointers: a pointer costs a relocation, and so a copied page, at each start.
 */

#ifndef VM_EMBEDDED_H
#define VM_EMBEDDED_H

#include <stdint.h>

#include "vm_unpack.h"

struct vm_embedded {
	uint32_t name; /* offset in vm_embedded_names, NUL-terminated */
	uint32_t data; /* offset in vm_embedded_data: an image, vm_image.h */
	uint32_t size; /* of the image, a multiple of 4 */
	uint32_t stored; /* of the data: less than size where it is packed */
	uint32_t place; /* in vm_embedded_space, where it is to be unpacked */
};

/* sorted by name in strcmp() order: applets.* stand together */
extern const struct vm_embedded vm_embedded[];
extern const unsigned int vm_embedded_count;
extern const char vm_embedded_names[];
extern const unsigned char vm_embedded_data[]; /* aligned for images */

/* where packed images are unpacked, each at its place, when they are needed */
extern uint32_t vm_embedded_space[];

/* the first so many bytes of the data are the dictionary of packed modules */
extern const unsigned int vm_embedded_dictionary;

extern const struct vm_code vm_embedded_codes[VM_CODE_KINDS];

#endif
