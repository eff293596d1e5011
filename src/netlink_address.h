/*
 * netlink_address.h - internet addresses between bytes and text
 *
 * Layer: accelerators of nl; shared by those that meet addresses.
 */

#ifndef NETLINK_ADDRESS_H
#define NETLINK_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <lua.h>

/* Pushes the text of 4 or 16 bytes; false, and nothing, for other sizes. */
bool netlink_push_address(lua_State *L, const unsigned char *p, size_t size);

/* The address's bytes, 16 of them at most, and their number; 0: no address. */
size_t netlink_read_address(const char *text, unsigned char *bytes);

#endif
