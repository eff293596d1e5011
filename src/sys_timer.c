/*
 * sys_timer.c - POSIX timers, and tuning a clock
 *
 * Layer: system call binding; no policy. A timer is the kernel's number of it,
 * with methods: lua/syscall/types/timer.lua.
 */

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

#ifndef sigev_notify_thread_id /* glibc keeps it to itself */
#define sigev_notify_thread_id _sigev_un._tid
#endif

extern const struct sys_consts sys_TIMER;
extern const struct sys_layout sys_layout_timex;

#define SIGEV_LIST(P, V) \
	P(SIGEV, SIGNAL) P(SIGEV, NONE) P(SIGEV, THREAD) P(SIGEV, THREAD_ID)
SYS_CONSTS(SIGEV, SYS_STRFLAG, SIGEV_LIST);

struct kernel_timer {
	int timerid;
};

#define TIMER_FIELDS(X, T) X(F, T, timerid)
SYS_STRUCT(timer, "timer", "", struct kernel_timer, TIMER_FIELDS);

#define SIGVAL(X, T) X(F, T, sival_int) X(F, T, sival_ptr)
SYS_STRUCT(sigval, "timer", "sival_", union sigval, SIGVAL);

#define SIGEVENT(X, T)                                                    \
	X(S, T, sigev_value, sigval) X(F, T, sigev_signo)                 \
	X(F, T, sigev_notify) X(F, T, sigev_notify_thread_id)
SYS_STRUCT(sigevent, "timer", "sigev_", struct sigevent, SIGEVENT);

/* where time_t is wider than the call's first version knew */
#ifdef SYS_timer_settime64
#define TIMER_SETTIME SYS_timer_settime64
#define TIMER_GETTIME SYS_timer_gettime64
#else
#define TIMER_SETTIME SYS_timer_settime
#define TIMER_GETTIME SYS_timer_gettime
#endif

static int check_timer(lua_State *L, int arg)
{
	return ((struct kernel_timer *)sys_checkstruct(L, arg,
						       &sys_layout_timer))
		->timerid;
}

/* S.timer_create(clock [, sigevent [, timer]]) -> timer */
static int sys_timer_create(lua_State *L)
{
	int clock = (int)sys_checkconst(L, 1, &sys_CLOCK);
	struct kernel_timer *timer;
	void *event = NULL;

	if (!lua_isnoneornil(L, 2))
		event = sys_checkstruct(L, 2, &sys_layout_sigevent);
	timer = sys_outstruct(L, 3, &sys_layout_timer);
	if (syscall(SYS_timer_create, clock, event, &timer->timerid) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 3);
	return 1;
}

/* S.timer_settime(timer, [flags], value [, old or false]) -> true, nil, old */
static int sys_timer_settime(lua_State *L)
{
	int timer = check_timer(L, 1);
	int flags = (int)sys_checkconst(L, 2, &sys_TIMER);
	const void *value = sys_checkstruct(L, 3, &sys_layout_itimerspec);
	int none = lua_isboolean(L, 4) && !lua_toboolean(L, 4);
	void *old = none ? NULL : sys_outstruct(L, 4, &sys_layout_itimerspec);

	if (syscall(TIMER_SETTIME, timer, flags, value, old) < 0)
		return sys_fail(L, errno);
	lua_pushboolean(L, 1);
	if (none)
		return 1;
	lua_pushnil(L);
	lua_pushvalue(L, 4);
	return 3;
}

/* S.timer_gettime(timer [, itimerspec]) -> itimerspec */
static int sys_timer_gettime(lua_State *L)
{
	int timer = check_timer(L, 1);
	void *value = sys_outstruct(L, 2, &sys_layout_itimerspec);

	if (syscall(TIMER_GETTIME, timer, value) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 2);
	return 1;
}

static int sys_timer_delete(lua_State *L)
{
	return sys_result(L, syscall(SYS_timer_delete, check_timer(L, 1)));
}

static int sys_timer_getoverrun(lua_State *L)
{
	return sys_integer(L,
			   syscall(SYS_timer_getoverrun, check_timer(L, 1)));
}

/* S.clock_adjtime(clock [, timex]) -> t.adjtimex, as S.adjtimex */
static int sys_clock_adjtime(lua_State *L)
{
	clockid_t clock = (clockid_t)sys_checkconst(L, 1, &sys_CLOCK);
	void *timex = sys_outstruct(L, 2, &sys_layout_timex);
	int state = clock_adjtime(clock, timex);

	if (state < 0)
		return sys_fail(L, errno);
	sys_push_type(L, "adjtimex");
	lua_pushinteger(L, state);
	lua_pushvalue(L, 2);
	lua_call(L, 2, 1);
	return 1;
}

#define FUNCTIONS(F, G) \
	F(timer_create) F(timer_settime) F(timer_gettime) F(timer_delete) \
	F(timer_getoverrun) F(clock_adjtime)
SYS_AREA(timer, FUNCTIONS);
