/*
 * vm_unpack.c - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure.
 */

#include "vm_unpack.h"

const struct vm_packing vm_packings[VM_PARTS] = {
	[VM_CODE] = {0, VM_DISTANCES, 4, 2},
	[VM_LINES] = {4, VM_DISTANCES + 1, 1, 0},
	[VM_TEXT] = {5, VM_DISTANCES + 1, 1, 0},
	[VM_REST] = {6, VM_DISTANCES + 1, 1, 0},
};

/* Behind the end there are zeros: whoever counts on them is found out by the
 * sizes. */
static void fill(struct vm_packed *in)
{
	while (in->have <= 56) {
		in->bits = in->bits << 8 | (in->at < in->end ? *in->at++ : 0);
		in->have += 8;
	}
}

static uint32_t get_bits(struct vm_packed *in, unsigned int n)
{
	if (in->have < n)
		fill(in);
	in->have -= n;
	return in->bits >> in->have & ((1u << n) - 1);
}

static unsigned int long_code(struct vm_packed *in, const struct vm_code *code)
{
	unsigned int first = 0, index = 0, n, value;

	for (n = 1; n <= VM_CODE_LONGEST; n++) {
		value = in->bits >> (in->have - n) & ((1u << n) - 1);
		if (value - first < code->count[n]) {
			in->have -= n;
			return code->symbols[index + value - first];
		}
		index += code->count[n];
		first = (first + code->count[n]) << 1;
	}
	in->have -= VM_CODE_LONGEST; /* no such code: damaged */
	return 0;
}

static inline unsigned int get_symbol(struct vm_packed *in, unsigned int which)
{
	const struct vm_code *code = &in->codes[which];
	unsigned int entry;

	if (in->have < VM_CODE_LONGEST)
		fill(in);
	entry = code->fast[in->bits >> (in->have - VM_CODE_FAST) &
			   ((1u << VM_CODE_FAST) - 1)];
	if (!entry)
		return long_code(in, code);
	in->have -= entry >> 9;
	return entry & 511;
}

/* slots 0 to 3 are these numbers, 4 is 4 and 5, 5 is 6 and 7, 6 is 8 to 11 */
static uint32_t get_number(struct vm_packed *in, unsigned int slot)
{
	unsigned int bits = slot < 4 ? 0 : slot / 2 - 1;

	if (bits == 0)
		return slot;
	if (bits > 24)
		return UINT32_MAX; /* damaged */
	return (2 | (slot & 1)) << bits | get_bits(in, bits);
}

static uint32_t get_distance(struct vm_packed *in, const struct vm_packing *how)
{
	unsigned int symbol = get_symbol(in, how->distances);
	unsigned int low = symbol & ((1u << how->low) - 1);

	return (get_number(in, symbol >> how->low) << how->low | low) + 1;
}

int vm_unpack(struct vm_packed *in, enum vm_part part,
	      const unsigned char *dictionary_end, size_t dictionary_size,
	      unsigned char *to, size_t size)
{
	const struct vm_packing *how = &vm_packings[part];
	size_t done = 0, count, distance = 0;
	unsigned int symbol;

	while (done < size) {
		symbol = get_symbol(in, how->code + (done & (how->lanes - 1)));
		if (symbol < VM_REPEAT) {
			to[done++] = (unsigned char)symbol;
			continue;
		}
		count = get_number(in, symbol % VM_SLOTS) + VM_SHORTEST;
		if (symbol < VM_REPEAT_LAST)
			distance = get_distance(in, how);
		if (distance == 0 || distance > done + dictionary_size ||
		    count > size - done)
			return -1;
		for (; count > 0 && distance > done; count--, done++)
			to[done] = dictionary_end[(ptrdiff_t)(done - distance)];
		for (; count > 0; count--, done++) /* may overlap itself */
			to[done] = to[done - distance];
	}
	return 0;
}
