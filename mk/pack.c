/*
 * pack.c - choose how bytes are packed for src/vm_unpack.c
 *
 * Layer: build tool, pure. From the start, what is the cheapest way to each
 * place? By a byte or by a repetition, from any place before; the costs of
 * the symbols are those that an earlier round has found.
 */

#include "pack.h"

#include <stdlib.h>
#include <string.h>

enum {
	FARTHEST = 262143,
	PROBES = 1024, /* places that are tried for a repetition */
	LONGEST = 257, /* that the slots of lengths hold */
};

struct place {
	double cost; /* of the cheapest way here */
	size_t length; /* of its last step; 0: a byte */
	unsigned int distance; /* of that step; 0: as before */
	unsigned int last; /* the last distance on this way */
};

unsigned int pack_slot(unsigned int number, unsigned int *bits)
{
	unsigned int power = 0;

	*bits = 0;
	if (number < 4)
		return number;
	while (number >> (power + 1))
		power++;
	*bits = power - 1;
	return 2 * power + (number >> (power - 1) & 1);
}

unsigned int pack_code(const struct pack_symbols *symbols,
		       const struct vm_packing *how, const unsigned char *data,
		       size_t done)
{
	unsigned int lane = how->lane + (done & (how->lanes - 1));

	return symbols->in_context[lane][vm_context(how, data, done)];
}

static double length_cost(const double *cost, size_t length)
{
	unsigned int bits, slot = pack_slot(length - VM_SHORTEST, &bits);

	return cost[slot] + bits;
}

static double distance_cost(const struct pack_symbols *symbols,
			    const struct vm_packing *how, size_t distance)
{
	unsigned int number = distance - 1, bits;
	unsigned int slot = pack_slot(number >> how->low, &bits);
	unsigned int low = number & ((1u << how->low) - 1);

	return symbols->cost[how->distances][slot << how->low | low] + bits;
}

static void offer(struct place *to, double cost, size_t length,
		  unsigned int distance, unsigned int last)
{
	if (cost < to->cost)
		*to = (struct place){cost, length, distance, last};
}

static size_t equal(const unsigned char *a, const unsigned char *b, size_t most)
{
	size_t n = 0;

	while (n < most && a[n] == b[n])
		n++;
	return n;
}

/* the ways on from one place; before[] chains the places of equal two bytes */
static void go_on(const struct pack_symbols *symbols,
		  const struct vm_packing *how, const unsigned char *data,
		  size_t at, size_t start, size_t end, const long *before,
		  struct place *here)
{
	const double *cost = symbols->cost[pack_code(symbols, how, data + start,
						     at - start)];
	size_t most = end - at < LONGEST ? end - at : LONGEST, longest = 1, n;
	int probes = PROBES;

	offer(here + 1, here->cost + cost[data[at]], 0, 0, here->last);
	if (here->last) {
		n = equal(data + at - here->last, data + at, most);
		for (; n >= VM_SHORTEST; n--)
			offer(here + n,
			      here->cost +
				      length_cost(cost + VM_REPEAT_LAST, n),
			      n, 0, here->last);
	}
	for (long from = before[at];
	     from >= 0 && at - from <= FARTHEST && probes-- > 0;
	     from = before[from]) {
		double far;

		n = equal(data + from, data + at, most);
		if (n <= longest)
			continue;
		far = here->cost + distance_cost(symbols, how, at - from);
		while (longest < n) {
			longest++;
			offer(here + longest,
			      far + length_cost(cost + VM_REPEAT, longest),
			      longest, at - from, at - from);
		}
	}
}

/* for each place the last one before it where the same two bytes stand */
static long *chain(const unsigned char *data, size_t end)
{
	long *before = malloc((end + 1) * sizeof(*before));
	long *last = malloc(65536 * sizeof(*last));

	for (int i = 0; i < 65536; i++)
		last[i] = -1;
	for (size_t i = 0; i < end; i++) {
		before[i] = -1;
		if (i + 1 < end) {
			long *same = &last[data[i] | data[i + 1] << 8];

			before[i] = *same;
			*same = i;
		}
	}
	free(last);
	return before;
}

size_t pack_choose(const struct pack_symbols *symbols, enum vm_part part,
		   const unsigned char *data, size_t start, size_t end,
		   struct pack_step *steps)
{
	size_t size = end - start, count = 0;
	struct place *places = calloc(size + 1, sizeof(*places));
	long *before = chain(data, end);

	for (size_t i = 1; i <= size; i++)
		places[i].cost = 1e300;
	for (size_t i = 0; i < size; i++)
		go_on(symbols, &vm_packings[part], data, start + i, start, end,
		      before, &places[i]);
	free(before);

	/* from the end, and then turned round */
	for (size_t i = size; i > 0;
	     i -= places[i].length ? places[i].length : 1)
		steps[count++] =
			(struct pack_step){places[i].length, places[i].distance,
					   data[start + i - 1]};
	for (size_t i = 0; i < count / 2; i++) {
		struct pack_step step = steps[i];

		steps[i] = steps[count - 1 - i];
		steps[count - 1 - i] = step;
	}
	free(places);
	return count;
}
