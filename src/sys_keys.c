/*
 * sys_keys.c - the kernel's keyrings
 *
 * Layer: system call binding; no policy. Follows keyrings(7), keyctl(2).
 */

#include <errno.h>
#include <linux/keyctl.h>
#include <linux/unistd.h>
#include <unistd.h>

#include "sys.h"

#define KEY_SPEC_LIST(P, V)                                            \
	P(KEY_SPEC, THREAD_KEYRING) P(KEY_SPEC, PROCESS_KEYRING)       \
	P(KEY_SPEC, SESSION_KEYRING) P(KEY_SPEC, USER_KEYRING)         \
	P(KEY_SPEC, USER_SESSION_KEYRING) P(KEY_SPEC, GROUP_KEYRING)   \
	P(KEY_SPEC, REQKEY_AUTH_KEY) P(KEY_SPEC, REQUESTOR_KEYRING)
SYS_CONSTS(KEY_SPEC, SYS_STRFLAG, KEY_SPEC_LIST);

#define KEY_REQKEY_DEFL_LIST(P, V)                                     \
	P(KEY_REQKEY_DEFL, NO_CHANGE) P(KEY_REQKEY_DEFL, DEFAULT)      \
	P(KEY_REQKEY_DEFL, THREAD_KEYRING)                             \
	P(KEY_REQKEY_DEFL, PROCESS_KEYRING)                            \
	P(KEY_REQKEY_DEFL, SESSION_KEYRING)                            \
	P(KEY_REQKEY_DEFL, USER_KEYRING)                               \
	P(KEY_REQKEY_DEFL, USER_SESSION_KEYRING)                       \
	P(KEY_REQKEY_DEFL, GROUP_KEYRING)                              \
	P(KEY_REQKEY_DEFL, REQUESTOR_KEYRING)
SYS_CONSTS(KEY_REQKEY_DEFL, SYS_STRFLAG, KEY_REQKEY_DEFL_LIST);

#define KEYCTL_LIST(P, V)                                              \
	P(KEYCTL, GET_KEYRING_ID) P(KEYCTL, JOIN_SESSION_KEYRING)      \
	P(KEYCTL, UPDATE) P(KEYCTL, REVOKE) P(KEYCTL, CHOWN)           \
	P(KEYCTL, SETPERM) P(KEYCTL, DESCRIBE) P(KEYCTL, CLEAR)        \
	P(KEYCTL, LINK) P(KEYCTL, UNLINK) P(KEYCTL, SEARCH)            \
	P(KEYCTL, READ) P(KEYCTL, INSTANTIATE) P(KEYCTL, NEGATE)       \
	P(KEYCTL, SET_REQKEY_KEYRING) P(KEYCTL, SET_TIMEOUT)           \
	P(KEYCTL, ASSUME_AUTHORITY) P(KEYCTL, GET_SECURITY)            \
	P(KEYCTL, SESSION_TO_PARENT) P(KEYCTL, REJECT)                 \
	P(KEYCTL, INVALIDATE) P(KEYCTL, GET_PERSISTENT)                \
	P(KEYCTL, RESTRICT_KEYRING) P(KEYCTL, MOVE) P(KEYCTL, CAPABILITIES)
SYS_CONSTS(KEYCTL, SYS_STRFLAG, KEYCTL_LIST);

static long check_key(lua_State *L, int arg)
{
	return (long)(int)sys_checkconst(L, arg, &sys_KEY_SPEC);
}

/* S.add_key(type, description, payload, keyring) -> key's serial number */
static int sys_add_key(lua_State *L)
{
	const char *type = sys_checkpath(L, 1);
	const char *description = sys_checkpath(L, 2);
	const void *payload = NULL;
	size_t size = 0;

	if (!lua_isnoneornil(L, 3)) /* a keyring has none */
		payload = sys_checkbytes(L, 3, &size);
	return sys_integer(L, syscall(__NR_add_key, type, description, payload,
				      size, check_key(L, 4)));
}

/* S.request_key(type, description [, callout [, keyring]]) -> serial number */
static int sys_request_key(lua_State *L)
{
	const char *type = sys_checkpath(L, 1);
	const char *description = sys_checkpath(L, 2);
	const char *callout = sys_optpath(L, 3, NULL);

	return sys_integer(L, syscall(__NR_request_key, type, description,
				      callout, check_key(L, 4)));
}

/* Operations that fill a buffer and say how much there is: as a string. */
static int fetch(lua_State *L, long operation, long key)
{
	size_t size = 256;
	luaL_Buffer b;
	long n;
	char *p;

	for (;;) {
		p = luaL_buffinitsize(L, &b, size);
		n = syscall(__NR_keyctl, operation, key, p, size, 0L);
		if (n < 0)
			return sys_fail(L, errno);
		if ((size_t)n <= size)
			break;
		size = (size_t)n; /* it may grow meanwhile: asked again */
		lua_settop(L, 2);
	}
	/* text ends in a zero; a payload is bytes */
	if (n > 0 && operation != KEYCTL_READ && !p[n - 1])
		n--;
	luaL_pushresultsize(&b, (size_t)n);
	return 1;
}

/* S.keyctl(operation, ...): keys are numbers, or names of c.KEY_SPEC */
static int sys_keyctl(lua_State *L)
{
	long op = (long)sys_checkconst(L, 1, &sys_KEYCTL);
	const char *text, *more;
	const void *bytes;
	unsigned char capabilities[2] = {0, 0};
	size_t size;
	long key;

#define KEYCTL(a, b, c, d) \
	syscall(__NR_keyctl, op, (long)(a), (long)(b), (long)(c), (long)(d))
#define ADDRESS(p) ((long)(intptr_t)(p))
	switch (op) {
	case KEYCTL_JOIN_SESSION_KEYRING: /* [name] -> serial number */
		text = sys_optpath(L, 2, NULL);
		return sys_integer(L, KEYCTL(ADDRESS(text), 0, 0, 0));
	case KEYCTL_SESSION_TO_PARENT:
		return sys_result(L, KEYCTL(0, 0, 0, 0));
	case KEYCTL_SET_REQKEY_KEYRING: /* default -> the old one */
		key = (long)sys_checkconst(L, 2, &sys_KEY_REQKEY_DEFL);
		return sys_integer(L, KEYCTL(key, 0, 0, 0));
	case KEYCTL_GET_PERSISTENT: /* uid, keyring -> serial number */
		return sys_integer(L, KEYCTL(sys_optint(L, 2, -1),
					     check_key(L, 3), 0, 0));
	case KEYCTL_CAPABILITIES: /* -> bits of CAPS0, and of CAPS1 above */
		if (KEYCTL(ADDRESS(capabilities), sizeof capabilities, 0, 0) <
		    0)
			return sys_fail(L, errno);
		lua_pushinteger(L, capabilities[0] | capabilities[1] << 8);
		return 1;
	}
	key = check_key(L, 2);
	switch (op) {
	case KEYCTL_GET_KEYRING_ID: /* key, create */
		return sys_integer(L, KEYCTL(key, lua_toboolean(L, 3), 0, 0));
	case KEYCTL_DESCRIBE:
	case KEYCTL_READ:
	case KEYCTL_GET_SECURITY:
		return fetch(L, op, key);
	case KEYCTL_UPDATE: /* key, payload */
		bytes = sys_checkbytes(L, 3, &size);
		return sys_result(L, KEYCTL(key, ADDRESS(bytes), size, 0));
	case KEYCTL_INSTANTIATE: /* key, payload, keyring */
		bytes = sys_checkbytes(L, 3, &size);
		return sys_result(L, KEYCTL(key, ADDRESS(bytes), size,
					    check_key(L, 4)));
	case KEYCTL_SEARCH: /* keyring, type, description, to keyring */
		text = sys_checkpath(L, 3);
		more = sys_checkpath(L, 4);
		return sys_integer(L, syscall(__NR_keyctl, op, key, text, more,
					      check_key(L, 5)));
	case KEYCTL_RESTRICT_KEYRING: /* keyring, type, restriction */
		text = sys_optpath(L, 3, NULL);
		more = sys_optpath(L, 4, NULL);
		return sys_result(L, KEYCTL(key, ADDRESS(text), ADDRESS(more),
					    0));
	case KEYCTL_LINK: /* key, keyring */
	case KEYCTL_UNLINK:
		return sys_result(L, KEYCTL(key, check_key(L, 3), 0, 0));
	case KEYCTL_MOVE: /* key, from, to, exclusive */
		return sys_result(L, KEYCTL(key, check_key(L, 3),
					    check_key(L, 4),
					    lua_toboolean(L, 5)));
	case KEYCTL_ASSUME_AUTHORITY: /* key -> its serial number */
		return sys_integer(L, KEYCTL(key, 0, 0, 0));
	case KEYCTL_REVOKE:
	case KEYCTL_CLEAR:
	case KEYCTL_INVALIDATE:
	case KEYCTL_CHOWN:	/* key, uid, gid: -1 leaves it */
	case KEYCTL_SETPERM:	/* key, bits */
	case KEYCTL_SET_TIMEOUT: /* key, seconds */
	case KEYCTL_NEGATE:	/* key, seconds, keyring */
	case KEYCTL_REJECT:	/* key, seconds, errno, keyring */
		return sys_result(L, KEYCTL(key, sys_optint(L, 3, -1),
					    sys_optint(L, 4, -1),
					    sys_optint(L, 5, 0)));
	default: /* the rest takes structs with pointers in them */
		return luaL_argerror(L, 1, "operation not bound");
	}
}

#define FUNCTIONS(F, G) F(add_key) F(request_key) F(keyctl)
SYS_AREA(keys, FUNCTIONS);
