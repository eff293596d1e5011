/*
 * netlink_address.c - internet addresses between bytes and text
 *
 * Layer: accelerator for nl.inet, which does the same without it. Forms are
 * inet_pton(3)'s and inet_ntop(3)'s, where those of C libraries differ glibc's.
 */

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>

#include "netlink_address.h"
#include "vm.h"

static char *put_ipv4(char *end, const unsigned char *p)
{
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			*end++ = '.';
		if (p[i] >= 100)
			*end++ = (char)('0' + p[i] / 100);
		if (p[i] >= 10)
			*end++ = (char)('0' + p[i] / 10 % 10);
		*end++ = (char)('0' + p[i] % 10);
	}
	return end;
}

static unsigned group(const unsigned char *p, int i)
{
	return (unsigned)p[i * 2] << 8 | p[i * 2 + 1];
}

/* "::" stands for the first of the longest runs of zeros, of two at least. */
static char *put_ipv6(char *end, const unsigned char *p)
{
	int best = -1, longest = 1;

	for (int i = 0; i < 8; i++) {
		int run = 0;

		while (i + run < 8 && group(p, i + run) == 0)
			run++;
		if (run > longest) {
			best = i;
			longest = run;
		}
		i += run;
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			*end++ = ':';
			i += longest - 1;
			if (i == 7)
				*end++ = ':';
			continue;
		}
		if (i > 0)
			*end++ = ':';
		/* an IPv4 address in it: mapped, or the old compatible form */
		if (i == 6 && best == 0 &&
		    (longest == 6 || (longest == 5 && group(p, 5) == 0xffff)))
			return put_ipv4(end, p + 12);
		end += sprintf(end, "%x", group(p, i));
	}
	return end;
}

bool netlink_push_address(lua_State *L, const unsigned char *p, size_t size)
{
	char text[INET6_ADDRSTRLEN], *end;

	if (size == 4)
		end = put_ipv4(text, p);
	else if (size == 16)
		end = put_ipv6(text, p);
	else
		return false;
	lua_pushlstring(L, text, (size_t)(end - text));
	return true;
}

/* Four decimal numbers; leading zeros are no octal. */
static size_t read_ipv4(const char *text, unsigned char *bytes)
{
	for (int i = 0; i < 4; i++) {
		unsigned value = 0;
		int digits = 0;

		if (i > 0 && *text++ != '.')
			return 0;
		for (; *text >= '0' && *text <= '9'; text++, digits++)
			value = value * 10 + (unsigned)(*text - '0');
		if (digits < 1 || digits > 3 || value > 255)
			return 0;
		bytes[i] = (unsigned char)value;
	}
	return *text ? 0 : 4;
}

size_t netlink_read_address(const char *text, unsigned char *bytes)
{
	if (strchr(text, ':'))
		return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
	return read_ipv4(text, bytes);
}

/* bytes(text) -> bytes | nothing: no address */
static int address_bytes(lua_State *L)
{
	unsigned char bytes[16];
	size_t size, length;
	const char *text = luaL_checklstring(L, 1, &length);

	if (strlen(text) != length)
		return 0;
	size = netlink_read_address(text, bytes);
	if (size == 0)
		return 0;
	lua_pushlstring(L, (const char *)bytes, size);
	return 1;
}

/* text(bytes) -> text | nothing: neither 4 nor 16 bytes */
static int address_text(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);

	return netlink_push_address(L, (const unsigned char *)bytes, size);
}

static const luaL_Reg functions[] = {
	{"bytes", address_bytes},
	{"text", address_text},
	{NULL, NULL},
};

int luaopen_netlink_address(lua_State *L);

int luaopen_netlink_address(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("netlink.address", luaopen_netlink_address);
