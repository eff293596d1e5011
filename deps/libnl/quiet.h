/*
 * quiet.h - what of libnl a small program does without
 *
 * Included before each of its sources. Its constructors ask the environment
 * about debugging at every start. Its default callbacks (handlers.c) can print
 * whole messages, which draws in caches, objects and the resolver, 40 KB in
 * all; we use its sockets and messages, with a receive loop of our own.
 */

#ifndef LUABOX_LIBNL_QUIET_H
#define LUABOX_LIBNL_QUIET_H

#define constructor unused

#ifdef LIBNL_WITHOUT_DUMP
#include <netlink/msg.h>
#define nl_msg_dump(msg, file) ((void)(msg), (void)(file))
#endif

#endif
