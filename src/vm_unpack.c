/*
 * vm_unpack.c - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure.
 */

#include "vm_unpack.h"

const struct vm_packing vm_packings[VM_PARTS] = {
	[VM_CODE] = {0, 4, 0, 2},
	[VM_LINES] = {4, 1, 1, 0},
	[VM_TEXT] = {5, 1, 1, 0},
	[VM_REST] = {6, 1, 1, 0},
};

static void make_fast(const struct vm_codes *codes, unsigned int which)
{
	const struct vm_code *code = &codes->code[which];
	const uint16_t *symbol = codes->symbols + code->first_symbol;
	uint16_t *to = codes->fast[which];
	unsigned int length, n, i;

	for (length = 1; length <= VM_CODE_FAST; length++)
		for (n = code->count[length - 1]; n > 0; n--, symbol++)
			for (i = 0; i < 1u << (VM_CODE_FAST - length); i++)
				*to++ = (uint16_t)(length << 9 | *symbol);
	*codes->made |= (uint64_t)1 << which;
}

/* the bytes' first bit becomes the highest; compilers know this as a load */
static inline uint64_t load(const unsigned char *at)
{
	return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 |
	       (uint64_t)at[2] << 40 | (uint64_t)at[3] << 32 |
	       (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 |
	       (uint64_t)at[6] << 8 | (uint64_t)at[7];
}

/* What a symbol, a distance, and their further bits take. */
enum { MOST_BITS = 2 * VM_CODE_LONGEST + 6 + 16 };

/* To at least 56 bits. */
static inline void fill(struct vm_packed *in)
{
	in->bits |= load(in->at) >> in->have;
	in->at += (63 - in->have) >> 3;
	in->have |= 56;
}

static inline void drop(struct vm_packed *in, unsigned int n)
{
	in->bits <<= n;
	in->have -= n;
}

static unsigned int long_code(const struct vm_codes *codes, unsigned int which,
			      uint64_t bits, unsigned int *length)
{
	const struct vm_code *code = &codes->code[which];
	unsigned int first = 0, index = code->first_symbol, n;

	for (n = 1; n <= VM_CODE_LONGEST; n++) {
		unsigned int value = (unsigned int)(bits >> (64 - n));

		if (value - first < code->count[n - 1]) {
			*length = n;
			return codes->symbols[index + value - first];
		}
		index += code->count[n - 1];
		first = (first + code->count[n - 1]) << 1;
	}
	*length = VM_CODE_LONGEST; /* no such code: damaged */
	return 0;
}

static inline unsigned int get_symbol(struct vm_packed *in, unsigned int which)
{
	const struct vm_codes *codes = in->codes;
	unsigned int entry =
		codes->fast[which][in->bits >> (64 - VM_CODE_FAST)];
	unsigned int length = entry >> 9, symbol = entry & 511;

	if (!entry) {
		if (!(*codes->made >> which & 1))
			make_fast(codes, which);
		symbol = long_code(codes, which, in->bits, &length);
	}
	drop(in, length);
	return symbol;
}

/* slots 0 to 3 are these numbers, 4 is 4 and 5, 5 is 6 and 7, 6 is 8 to 11 */
static inline uint32_t get_number(struct vm_packed *in, unsigned int slot)
{
	unsigned int bits = slot / 2 - 1;
	uint32_t n;

	if (slot < 4)
		return slot;
	if (bits > 16)
		return UINT32_MAX; /* damaged */
	n = (2 | (slot & 1)) << bits | (uint32_t)(in->bits >> (64 - bits));
	drop(in, bits);
	return n;
}

static inline uint32_t get_distance(struct vm_packed *in,
				    const struct vm_packing *how)
{
	unsigned int symbol = get_symbol(in, how->distances);
	unsigned int low = symbol & ((1u << how->low) - 1);

	return (get_number(in, symbol >> how->low) << how->low | low) + 1;
}

/* Bytes of the dictionary, then of what is done; these may overlap. */
static inline void repeat(unsigned char *to, size_t done, size_t distance,
			  size_t count, const unsigned char *dictionary_end)
{
	const unsigned char *from = to + done - distance;

	to += done;
	for (; count > 0 && distance > done; count--, done++, from++)
		*to++ = dictionary_end[(ptrdiff_t)(done - distance)];
	for (; count > 0; count--)
		*to++ = *from++;
}

int vm_unpack(struct vm_packed *packed, enum vm_part part,
	      const unsigned char *dictionary_end, size_t dictionary_size,
	      unsigned char *to, size_t size)
{
	const struct vm_packing how = vm_packings[part];
	struct vm_packed in = *packed; /* in registers */
	size_t done = 0, count, distance = 0;
	const unsigned char(*lane)[256] = in.codes->in_context + how.lane;
	unsigned int symbol, context;

	while (done < size) {
		if (in.have < MOST_BITS) {
			if (in.at >= in.end + VM_BEHIND / 2)
				return -1;
			fill(&in);
		}
		context = vm_context(&how, to, done);
		symbol = get_symbol(&in, lane[done & (how.lanes - 1)][context]);
		if (symbol < VM_REPEAT) {
			to[done++] = (unsigned char)symbol;
			continue;
		}
		count = get_number(&in, symbol % VM_SLOTS) + VM_SHORTEST;
		if (symbol < VM_REPEAT_LAST)
			distance = get_distance(&in, &how);
		if (distance == 0 || distance > done + dictionary_size ||
		    count > size - done)
			return -1;
		repeat(to, done, distance, count, dictionary_end);
		done += count;
	}
	*packed = in;
	return 0;
}
