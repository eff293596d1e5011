/*
 * vm_unpack.c - unpack what mk/pack.c packed
 *
 * Layer: mechanism, pure. The form is LZ4's block: a byte with two counts of
 * four bits, literals, two bytes of distance, and so on; a count of fifteen
 * goes on in bytes that are added, up to the first below 255. The last
 * sequence ends after its literals. A match may reach back into the dictionary.
 */

#include "vm_unpack.h"

#include <string.h>

struct input {
	const unsigned char *at, *end;
};

static size_t read_count(struct input *in, size_t count)
{
	unsigned char more = 255;

	if (count < 15)
		return count;
	while (more == 255 && in->at < in->end) {
		more = *in->at++;
		count += more;
	}
	return count;
}

int vm_unpack(const unsigned char *dict, size_t dict_size,
	      const unsigned char *in, size_t in_size, unsigned char *out,
	      size_t out_size)
{
	struct input input = {in, in + in_size};
	size_t done = 0;

	while (input.at < input.end) {
		unsigned char token = *input.at++;
		size_t count = read_count(&input, token >> 4), distance;

		if (count > (size_t)(input.end - input.at) ||
		    count > out_size - done)
			return -1;
		memcpy(out + done, input.at, count);
		input.at += count;
		done += count;
		if (input.at == input.end)
			break;

		if (input.end - input.at < 2)
			return -1;
		distance = input.at[0] | (size_t)input.at[1] << 8;
		input.at += 2;
		count = read_count(&input, token & 15) + 4;
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
	return done == out_size ? 0 : -1;
}
