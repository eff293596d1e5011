/*
 * crypto_x25519.c - the Diffie-Hellman function X25519, RFC 7748
 *
 * Layer: accelerator, pure. WireGuard's public keys need it. Numbers modulo
 * p = 2^255 - 19 are sixteen limbs of 16 bits in 64-bit integers: portable, and
 * room enough for sums of products. No branch and no index depends on a secret.
 */

#include <stdint.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "vm.h"

enum { LIMBS = 16, BYTES = 32 };

typedef int64_t element[LIMBS];

/* Brings limbs back to 16 bits; what leaves the last is 2^256 = 38 mod p. */
static void carry(element e)
{
	for (int i = 0; i < LIMBS; i++) {
		int64_t c = e[i] >> 16;

		e[i] -= c * 65536;
		if (i < LIMBS - 1)
			e[i + 1] += c;
		else
			e[0] += 38 * c;
	}
}

/* swaps when bit is 1, in the same time when it is 0 */
static void swap(element a, element b, int64_t bit)
{
	for (int i = 0; i < LIMBS; i++) {
		int64_t t = -bit & (a[i] ^ b[i]);

		a[i] ^= t;
		b[i] ^= t;
	}
}

static void add(element to, const element a, const element b)
{
	for (int i = 0; i < LIMBS; i++)
		to[i] = a[i] + b[i];
}

static void subtract(element to, const element a, const element b)
{
	for (int i = 0; i < LIMBS; i++)
		to[i] = a[i] - b[i];
}

static void multiply(element to, const element a, const element b)
{
	int64_t product[2 * LIMBS] = {0};

	for (int i = 0; i < LIMBS; i++)
		for (int j = 0; j < LIMBS; j++)
			product[i + j] += a[i] * b[j];
	for (int i = 0; i < LIMBS; i++)
		to[i] = product[i] + 38 * product[i + LIMBS];
	carry(to);
	carry(to);
}

/* a^(p - 2): Fermat's inverse; the exponent's bits are 1 but for 2 and 4 */
static void invert(element to, const element a)
{
	element r;

	memcpy(r, a, sizeof r);
	for (int bit = 253; bit >= 0; bit--) {
		multiply(r, r, r);
		if (bit != 2 && bit != 4)
			multiply(r, r, a);
	}
	memcpy(to, r, sizeof r);
}

static void decode(element to, const unsigned char *bytes)
{
	for (int i = 0; i < LIMBS; i++)
		to[i] = bytes[2 * i] | (int64_t)bytes[2 * i + 1] << 8;
	to[LIMBS - 1] &=
		0x7fff; /* RFC 7748 section 5: the top bit is ignored */
}

static void encode(unsigned char *bytes, const element from)
{
	element e, less;

	memcpy(e, from, sizeof e);
	carry(e);
	carry(e);
	carry(e);
	/* less by p as often as that leaves a number: at most twice */
	for (int round = 0; round < 2; round++) {
		int64_t borrow = 0;

		for (int i = 0; i < LIMBS; i++) {
			int64_t limb = i == 0           ? 0xffed
				       : i == LIMBS - 1 ? 0x7fff
							: 0xffff;

			less[i] = e[i] - limb - borrow;
			borrow = less[i] >> 16 & 1;
			if (i < LIMBS - 1)
				less[i] &= 0xffff;
		}
		borrow = less[LIMBS - 1] >> 16 & 1;
		less[LIMBS - 1] &= 0xffff;
		swap(e, less, 1 - borrow);
	}
	for (int i = 0; i < LIMBS; i++) {
		bytes[2 * i] = e[i] & 0xff;
		bytes[2 * i + 1] = e[i] >> 8 & 0xff;
	}
}

/* the Montgomery ladder, in the names of RFC 7748 section 5 */
static void x25519(unsigned char *out, const unsigned char *scalar,
		   const unsigned char *point)
{
	static const element a24 = {0xdb41, 1}; /* 121665 */
	element x1, x2 = {1}, z2 = {0}, x3, z3 = {1};
	element a, aa, b, bb, e, c, d, da, cb;
	unsigned char k[BYTES];

	memcpy(k, scalar, BYTES);
	k[0] &= 248;
	k[31] = (k[31] & 127) | 64;
	decode(x1, point);
	memcpy(x3, x1, sizeof x3);
	for (int t = 254; t >= 0; t--) {
		int64_t bit = k[t >> 3] >> (t & 7) & 1;

		swap(x2, x3, bit);
		swap(z2, z3, bit);
		add(a, x2, z2);
		multiply(aa, a, a);
		subtract(b, x2, z2);
		multiply(bb, b, b);
		subtract(e, aa, bb);
		add(c, x3, z3);
		subtract(d, x3, z3);
		multiply(da, d, a);
		multiply(cb, c, b);
		add(x3, da, cb);
		multiply(x3, x3, x3);
		subtract(z3, da, cb);
		multiply(z3, z3, z3);
		multiply(z3, z3, x1);
		multiply(x2, aa, bb);
		multiply(z2, e, a24);
		add(z2, z2, aa);
		multiply(z2, z2, e);
		swap(x2, x3, bit);
		swap(z2, z3, bit);
	}
	invert(z2, z2);
	multiply(x2, x2, z2);
	encode(out, x2);
	memset(k, 0, sizeof k);
}

/* x25519(scalar [, point]) -> 32 bytes; without a point: the base point 9 */
static int crypto_x25519(lua_State *L)
{
	static const unsigned char base[BYTES] = {9};
	unsigned char out[BYTES];
	size_t size, point_size = BYTES;
	const char *scalar = luaL_checklstring(L, 1, &size);
	const char *point =
		luaL_optlstring(L, 2, (const char *)base, &point_size);

	luaL_argcheck(L, size == BYTES, 1, "32 bytes expected");
	if (lua_isnoneornil(L, 2))
		point_size = BYTES;
	luaL_argcheck(L, point_size == BYTES, 2, "32 bytes expected");
	x25519(out, (const unsigned char *)scalar,
	       (const unsigned char *)point);
	lua_pushlstring(L, (const char *)out, BYTES);
	return 1;
}

static int luaopen_crypto_x25519(lua_State *L)
{
	lua_pushcfunction(L, crypto_x25519);
	return 1;
}

VM_MODULE("crypto.x25519", luaopen_crypto_x25519);
