/*
 * pack.c - pack bytes for src/vm_unpack.c
 *
 * Layer: build tool, pure. It looks for the cheapest way through the whole
 * text (from its end, what each byte onwards costs), for time does not matter
 * here and size does. The form is told in src/vm_unpack.c.
 */

#include "pack.h"

#include <stdlib.h>
#include <string.h>

enum {
	SHORTEST = 4, /* match */
	FARTHEST = 65535,
	HASHES = 1 << 15,
	PROBES = 4096,
};

struct step {
	unsigned int cost; /* bytes from here to the end */
	unsigned int length; /* of the match taken here; 0: a literal */
	unsigned int distance;
};

static unsigned int hash(const unsigned char *p)
{
	unsigned int word;

	memcpy(&word, p, sizeof(word));
	return word * 2654435761u >> 17;
}

/* the bytes that a count of n takes beside the token */
static unsigned int extra(size_t n)
{
	return n < 15 ? 0 : 1 + (n - 15) / 255;
}

static unsigned char *write_extra(unsigned char *out, size_t n)
{
	if (n < 15)
		return out;
	for (n -= 15; n >= 255; n -= 255)
		*out++ = 255;
	*out++ = n;
	return out;
}

/* the longest match for each position, through chains of equal hashes */
static void find_matches(const unsigned char *data, size_t start, size_t end,
			 struct step *steps)
{
	long *last = malloc(HASHES * sizeof(*last));
	long *before = malloc(end * sizeof(*before));

	for (int i = 0; i < HASHES; i++)
		last[i] = -1;
	for (size_t i = 0; i + SHORTEST <= end; i++) {
		unsigned int h = hash(data + i);
		int probes = PROBES;

		before[i] = last[h];
		last[h] = i;
		if (i < start)
			continue;
		for (long at = before[i]; at >= 0 && i - at <= FARTHEST &&
					  probes-- > 0;
		     at = before[at]) {
			size_t n = 0;

			while (i + n < end && data[at + n] == data[i + n])
				n++;
			if (n >= SHORTEST && n > steps[i - start].length) {
				steps[i - start].length = n;
				steps[i - start].distance = i - at;
			}
		}
	}
	free(last);
	free(before);
}

/* from the end: is a literal cheaper, or which part of the match */
static void choose(struct step *steps, size_t size)
{
	steps[size].cost = 0;
	for (size_t i = size; i-- > 0;) {
		unsigned int best = steps[i + 1].cost + 1, length = 0;

		for (unsigned int n = SHORTEST; n <= steps[i].length; n++) {
			unsigned int cost =
				steps[i + n].cost + 3 + extra(n - SHORTEST);

			if (cost < best) {
				best = cost;
				length = n;
			}
		}
		steps[i].cost = best;
		steps[i].length = length;
	}
}

size_t pack_matches(const unsigned char *data, size_t start, size_t end,
		    unsigned char *out)
{
	size_t size = end - start, literals = 0;
	struct step *steps = calloc(size + 1, sizeof(*steps));
	unsigned char *begin = out;

	find_matches(data, start, end, steps);
	choose(steps, size);
	for (size_t i = 0; i <= size;) {
		size_t length = steps[i].length, match = length - SHORTEST;

		if (i < size && !length) {
			literals++;
			i++;
			continue;
		}
		if (!length) /* the end */
			match = 0;
		*out++ = (literals < 15 ? literals : 15) << 4 |
			 (match < 15 ? match : 15);
		out = write_extra(out, literals);
		memcpy(out, data + start + i - literals, literals);
		out += literals;
		if (!length)
			break;
		*out++ = steps[i].distance & 255;
		*out++ = steps[i].distance >> 8;
		out = write_extra(out, match);
		literals = 0;
		i += length;
	}
	free(steps);
	return out - begin;
}
