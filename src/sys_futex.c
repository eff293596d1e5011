/*
 * sys_futex.c - waiting on a word of memory, which processes may share
 *
 * Layer: system call binding; no policy. Follows futex(2). What changes the
 * word: S.mem.cas and S.mem.add.
 */

#include <errno.h>
#include <linux/futex.h>
#include <linux/time_types.h>
#include <linux/unistd.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

#ifdef __NR_futex_time64 /* 32-bit machines */
#define FUTEX_CALL __NR_futex_time64
#else
#define FUTEX_CALL __NR_futex
#endif

#define FUTEX_LIST(P, V)               \
	V(PRIVATE, FUTEX_PRIVATE_FLAG) \
	V(CLOCK_REALTIME, FUTEX_CLOCK_REALTIME)
SYS_CONSTS(FUTEX, SYS_MULTI, FUTEX_LIST);

uint32_t *sys_checkword(lua_State *L, int arg)
{
	size_t size;
	char *p = sys_checkwritable(L, arg, &size);

	luaL_argcheck(L,
		      size >= sizeof(uint32_t) &&
			      (uintptr_t)p % sizeof(uint32_t) == 0,
		      arg, "four aligned bytes expected");
	return (uint32_t *)(void *)p;
}

/* S.mem.cas(word, old, new) -> true, or false and what it is */
int sys_mem_cas(lua_State *L)
{
	uint32_t *word = sys_checkword(L, 1);
	uint32_t old = (uint32_t)sys_checkint(L, 2);
	uint32_t new = (uint32_t)sys_checkint(L, 3);
	int done = __atomic_compare_exchange_n(
		word, &old, new, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);

	lua_pushboolean(L, done);
	lua_pushinteger(L, old);
	return done ? 1 : 2;
}

/* S.mem.fetch_add(word, n) -> what it was */
int sys_mem_fetch_add(lua_State *L)
{
	uint32_t *word = sys_checkword(L, 1);
	uint32_t n = (uint32_t)sys_checkint(L, 2);

	lua_pushinteger(L, __atomic_fetch_add(word, n, __ATOMIC_SEQ_CST));
	return 1;
}

/*
 * S.futex_wait(word, expected [, timeout [, flags]]) -> true when woken;
 * AGAIN: the word is another by now, TIMEDOUT, INTR. Relative seconds;
 * "private": not shared between processes.
 */
static int sys_futex_wait(lua_State *L)
{
	uint32_t *word = sys_checkword(L, 1);
	uint32_t expected = (uint32_t)sys_checkint(L, 2);
	int flags = (int)sys_checkconst(L, 4, &sys_FUTEX);
	struct __kernel_timespec seconds;

	flags &= FUTEX_PRIVATE_FLAG; /* a relative time has no clock */
	lua_settop(L, 3);
	return sys_result(L, syscall(FUTEX_CALL, word, FUTEX_WAIT | flags,
				     expected, sys_opttime(L, 3, &seconds),
				     NULL, 0));
}

/* S.futex_wait_until(word, expected, time [, flags]): as above, until a time
 * of the monotonic clock, or, "clock_realtime", of that */
static int sys_futex_wait_until(lua_State *L)
{
	uint32_t *word = sys_checkword(L, 1);
	uint32_t expected = (uint32_t)sys_checkint(L, 2);
	int flags = (int)sys_checkconst(L, 4, &sys_FUTEX);
	struct __kernel_timespec time;

	lua_settop(L, 3);
	return sys_result(L,
			  syscall(FUTEX_CALL, word, FUTEX_WAIT_BITSET | flags,
				  expected, sys_opttime(L, 3, &time), NULL,
				  FUTEX_BITSET_MATCH_ANY));
}

/* S.futex_wake(word [, how many (1) [, flags]]) -> number woken */
static int sys_futex_wake(lua_State *L)
{
	uint32_t *word = sys_checkword(L, 1);
	int count = (int)sys_optint(L, 2, 1);
	int flags = (int)sys_checkconst(L, 3, &sys_FUTEX);

	flags &= FUTEX_PRIVATE_FLAG;
	return sys_integer(L, syscall(FUTEX_CALL, word, FUTEX_WAKE | flags,
				      count, NULL, NULL, 0));
}

/*
 * S.futex_waitv({{word, expected [, "private"]}, ...} [, time]) -> number in
 * the list of one that was woken; until that time of the monotonic clock
 */
static int sys_futex_waitv(lua_State *L)
{
	struct futex_waitv list[FUTEX_WAITV_MAX];
	struct __kernel_timespec time;
	lua_Integer n, i;
	int top;
	long r;

	lua_settop(L, 2);
	luaL_checktype(L, 1, LUA_TTABLE);
	n = luaL_len(L, 1);
	luaL_argcheck(L, n > 0 && n <= FUTEX_WAITV_MAX, 1, "1 to 128 words");
	memset(list, 0, sizeof list);
	for (i = 0; i < n; i++) { /* the caller's table holds the words */
		lua_geti(L, 1, i + 1);
		luaL_checktype(L, -1, LUA_TTABLE);
		top = lua_gettop(L);
		lua_geti(L, top, 1);
		lua_geti(L, top, 2);
		lua_geti(L, top, 3);
		list[i].uaddr = (uintptr_t)sys_checkword(L, top + 1);
		list[i].val = (uint32_t)sys_checkint(L, top + 2);
		list[i].flags =
			FUTEX_32 |
			((unsigned)sys_checkconst(L, top + 3, &sys_FUTEX) &
			 FUTEX_PRIVATE_FLAG);
		lua_settop(L, top - 1);
	}
	r = syscall(__NR_futex_waitv, list, (unsigned)n, 0,
		    sys_opttime(L, 2, &time), CLOCK_MONOTONIC);
	return sys_integer(L, r < 0 ? r : r + 1);
}

#define FUNCTIONS(F, G) \
	F(futex_wait) F(futex_wait_until) F(futex_waitv) F(futex_wake)
SYS_AREA(futex, FUNCTIONS);
