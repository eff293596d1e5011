/*
 * pack_contexts.c - which contexts have a code in common
 *
 * Layer: build tool, pure. A code for each of 256 contexts would tell the most
 * and take more than it saves. So, of a lane, the two codes are joined that
 * lose least by it, until each that is left is worth the bytes it takes.
 */

#include "pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* bits a code must save: what it takes, and the time to make a table */
enum { WORTH = 8 * (sizeof(struct vm_code) + 80 * sizeof(uint16_t)) + 1000 };

/* what so many uses of a symbol take off the cost, n * log2(n) */
static double weight(unsigned long n)
{
	enum { KNOWN = 1 << 16 };
	static double known[KNOWN];

	if (n < 2)
		return 0;
	if (n >= KNOWN)
		return n * log2(n);
	if (known[n] == 0)
		known[n] = n * log2(n);
	return known[n];
}

/* the bits that symbols take in a code of their own */
static double bits_of(const unsigned long *a, const unsigned long *b)
{
	unsigned long sum = 0;
	double bits = 0;

	for (int i = 0; i < VM_SYMBOLS; i++) {
		unsigned long n = a[i] + b[i];

		sum += n;
		bits -= weight(n);
	}
	return bits + weight(sum);
}

struct lane {
	unsigned long used[256][VM_SYMBOLS];
	double bits[256]; /* below 0: nothing, or joined with another */
	double joined[256][256]; /* bits of two together */
	int into[256]; /* which context's code */
};

static const unsigned long nothing[VM_SYMBOLS];

static void join_with_all(struct lane *lane, int a)
{
	for (int b = 0; b < 256; b++)
		if (b != a && lane->bits[b] >= 0)
			lane->joined[a < b ? a : b][a < b ? b : a] =
				bits_of(lane->used[a], lane->used[b]);
}

static void begin(struct lane *lane, unsigned long used[256][VM_SYMBOLS])
{
	memcpy(lane->used, used, sizeof(lane->used));
	for (int a = 0; a < 256; a++) {
		unsigned long sum = 0;

		for (int i = 0; i < VM_SYMBOLS; i++)
			sum += used[a][i];
		lane->into[a] = a;
		lane->bits[a] = sum ? bits_of(used[a], nothing) : -1;
	}
	for (int a = 0; a < 256; a++)
		if (lane->bits[a] >= 0)
			join_with_all(lane, a);
}

/* returns 0 when every code is worth it */
static int join(struct lane *lane)
{
	double least = WORTH;
	int into = -1, from = -1;

	for (int a = 0; a < 256; a++)
		for (int b = a + 1; b < 256 && lane->bits[a] >= 0; b++) {
			double lost = lane->joined[a][b] - lane->bits[a] -
				      lane->bits[b];

			if (lane->bits[b] >= 0 && lost < least) {
				least = lost;
				into = a;
				from = b;
			}
		}
	if (into < 0)
		return 0;
	for (int i = 0; i < VM_SYMBOLS; i++)
		lane->used[into][i] += lane->used[from][i];
	lane->bits[into] = lane->joined[into][from];
	lane->bits[from] = -1;
	for (int a = 0; a < 256; a++)
		if (lane->into[a] == from)
			lane->into[a] = into;
	join_with_all(lane, into);
	return 1;
}

void pack_join_contexts(struct pack_symbols *symbols)
{
	struct lane *lane = malloc(sizeof(*lane));

	memcpy(symbols->used_in, symbols->distances,
	       sizeof(symbols->distances));
	symbols->codes = VM_DISTANCES;
	for (int l = 0; l < VM_LANES; l++) {
		unsigned int first = symbols->codes, code_of[256];

		begin(lane, symbols->used[l]);
		while (join(lane))
			;
		for (int a = 0; a < 256; a++) {
			if (lane->bits[a] < 0)
				continue;
			if (symbols->codes == VM_CODES)
				abort(); /* WORTH keeps them far fewer */
			memcpy(symbols->used_in[symbols->codes], lane->used[a],
			       sizeof(lane->used[a]));
			code_of[a] = symbols->codes++;
		}
		for (int a = 0; a < 256; a++)
			symbols->in_context[l][a] =
				lane->bits[lane->into[a]] < 0
					? first
					: code_of[lane->into[a]];
	}
	free(lane);
}
