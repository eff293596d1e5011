/*
 * vm_unpack.c - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure. The form is LZ4's block: a byte with two counts of
 * four bits, literals, two bytes of distance, and so on; a count of fifteen
 * goes on in bytes that are added, up to the first below 255. A match may
 * reach back into the dictionary. Each of these bytes stands as its code, the
 * highest bit first: four prefix codes, made for all modules together.
 */

#include "vm_unpack.h"

struct input {
	const struct vm_code *codes;
	const unsigned char *at, *end;
	uint64_t bits; /* the lowest so many of these are to come */
	unsigned int have;
};

/* Behind the end there are zeros: whoever counts on them is found out by the
 * sizes. */
static void fill(struct input *in)
{
	while (in->have <= 56) {
		in->bits = in->bits << 8 | (in->at < in->end ? *in->at++ : 0);
		in->have += 8;
	}
}

static unsigned int long_code(struct input *in, const struct vm_code *code)
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

static inline unsigned int get(struct input *in, enum vm_code_kind kind)
{
	const struct vm_code *code = &in->codes[kind];
	unsigned int entry;

	if (in->have < VM_CODE_LONGEST)
		fill(in);
	entry = code->fast[in->bits >> (in->have - VM_CODE_FAST) &
			   ((1u << VM_CODE_FAST) - 1)];
	if (!entry)
		return long_code(in, code);
	in->have -= entry >> 8;
	return entry & 255;
}

static size_t get_count(struct input *in, size_t count, size_t most)
{
	unsigned int more = 255;

	if (count < 15)
		return count;
	while (more == 255 && count <= most) {
		more = get(in, VM_NEAR);
		count += more;
	}
	return count;
}

int vm_unpack(const struct vm_code codes[VM_CODE_KINDS],
	      const unsigned char *dict, size_t dict_size,
	      const unsigned char *in, size_t in_size, unsigned char *out,
	      size_t out_size)
{
	struct input input = {codes, in, in + in_size, 0, 0};
	size_t done = 0, count, distance;
	unsigned int token;

	while (done < out_size) {
		token = get(&input, VM_TOKEN);
		count = get_count(&input, token >> 4, out_size);
		if (count > out_size - done)
			return -1;
		while (count-- > 0)
			out[done++] = (unsigned char)get(&input, VM_LITERAL);
		if (done == out_size)
			break;

		distance = get(&input, VM_NEAR);
		distance |= (size_t)get(&input, VM_FAR) << 8;
		count = get_count(&input, token & 15, out_size) + 4;
		if (distance == 0 || distance > done + dict_size ||
		    count > out_size - done)
			return -1;
		while (count > 0 && distance > done) {
			out[done] = dict[dict_size + done - distance];
			done++;
			count--;
		}
		for (; count > 0; count--, done++) /* may overlap itself */
			out[done] = out[done - distance];
	}
	return 0;
}
