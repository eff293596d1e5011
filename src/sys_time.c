/*
 * sys_time.c - clocks, sleeping, interval timers
 *
 * Layer: system call binding; no policy. A time argument is a number of
 * seconds, {sec, nsec}, or a struct: lua/syscall/types/time.lua.
 */

#include <errno.h>
#include <linux/time_types.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

#define CLOCK_LIST(P, V)                                                   \
	P(CLOCK, REALTIME) P(CLOCK, MONOTONIC) P(CLOCK, PROCESS_CPUTIME_ID) \
	P(CLOCK, THREAD_CPUTIME_ID) P(CLOCK, MONOTONIC_RAW)                \
	P(CLOCK, REALTIME_COARSE) P(CLOCK, MONOTONIC_COARSE)               \
	P(CLOCK, BOOTTIME) P(CLOCK, REALTIME_ALARM)                        \
	P(CLOCK, BOOTTIME_ALARM) P(CLOCK, TAI)
SYS_CONSTS(CLOCK, SYS_STRFLAG, CLOCK_LIST);

#define TIMER_LIST(P, V) P(TIMER, ABSTIME)
SYS_CONSTS(TIMER, SYS_STRFLAG, TIMER_LIST);

#define ITIMER_LIST(P, V) P(ITIMER, REAL) P(ITIMER, VIRTUAL) P(ITIMER, PROF)
SYS_CONSTS(ITIMER, SYS_STRFLAG, ITIMER_LIST);

#define TIMESPEC(X, T) X(F, T, tv_sec) X(F, T, tv_nsec)
SYS_STRUCT(timespec, "time", "tv_", struct timespec, TIMESPEC);

#define TIMEVAL(X, T) X(F, T, tv_sec) X(F, T, tv_usec)
SYS_STRUCT(timeval, "time", "tv_", struct timeval, TIMEVAL);

#define ITIMERSPEC(X, T) \
	X(S, T, it_interval, timespec) X(S, T, it_value, timespec)
SYS_STRUCT(itimerspec, "time", "it_", struct itimerspec, ITIMERSPEC);

#define ITIMERVAL(X, T) \
	X(S, T, it_interval, timeval) X(S, T, it_value, timeval)
SYS_STRUCT(itimerval, "time", "it_", struct itimerval, ITIMERVAL);

struct __kernel_timespec *sys_opttime(lua_State *L, int arg,
				      struct __kernel_timespec *t)
{
	const struct timespec *ts;

	if (lua_isnoneornil(L, arg))
		return NULL;
	ts = sys_checkstruct(L, arg, &sys_layout_timespec);
	t->tv_sec = ts->tv_sec;
	t->tv_nsec = ts->tv_nsec;
	return t;
}

#define ADJ_LIST(P, V)                                                    \
	P(ADJ, OFFSET) P(ADJ, FREQUENCY) P(ADJ, MAXERROR)                 \
	P(ADJ, ESTERROR) P(ADJ, STATUS) P(ADJ, TIMECONST) P(ADJ, TAI)     \
	P(ADJ, SETOFFSET) P(ADJ, MICRO) P(ADJ, NANO) P(ADJ, TICK)         \
	P(ADJ, OFFSET_SINGLESHOT) P(ADJ, OFFSET_SS_READ)
SYS_CONSTS(ADJ, SYS_MULTI, ADJ_LIST);

#define STA_LIST(P, V)                                                    \
	P(STA, PLL) P(STA, PPSFREQ) P(STA, PPSTIME) P(STA, FLL)           \
	P(STA, INS) P(STA, DEL) P(STA, UNSYNC) P(STA, FREQHOLD)           \
	P(STA, PPSSIGNAL) P(STA, PPSJITTER) P(STA, PPSWANDER)             \
	P(STA, PPSERROR) P(STA, CLOCKERR) P(STA, NANO) P(STA, MODE)       \
	P(STA, CLK)
SYS_CONSTS(STA, SYS_MULTI, STA_LIST);

#define TIME_LIST(P, V)                                                   \
	P(TIME, OK) P(TIME, INS) P(TIME, DEL) P(TIME, OOP) P(TIME, WAIT)  \
	P(TIME, BAD) P(TIME, ERROR)
SYS_CONSTS(TIME, SYS_STRFLAG, TIME_LIST);

#define TIMEX(X, T)                                                       \
	X(F, T, modes) X(F, T, offset) X(F, T, freq) X(F, T, maxerror)    \
	X(F, T, esterror) X(F, T, status) X(F, T, constant)               \
	X(F, T, precision) X(F, T, tolerance) X(S, T, time, timeval)      \
	X(F, T, tick) X(F, T, ppsfreq) X(F, T, jitter) X(F, T, shift)     \
	X(F, T, stabil) X(F, T, jitcnt) X(F, T, calcnt) X(F, T, errcnt)   \
	X(F, T, stbcnt) X(F, T, tai)
SYS_STRUCT(timex, "time", "", struct timex, TIMEX);

static clockid_t check_clock(lua_State *L, int arg)
{
	return (clockid_t)sys_checkconst(L, arg, &sys_CLOCK);
}

/* Returns the struct at arg after a call that filled it. */
static int filled(lua_State *L, int r, int arg)
{
	if (r < 0)
		return sys_fail(L, errno);
	lua_pushvalue(L, arg);
	return 1;
}

/* S.clock_gettime(clock [, timespec]) -> timespec */
static int sys_clock_gettime(lua_State *L)
{
	clockid_t clock = check_clock(L, 1);
	void *ts = sys_outstruct(L, 2, &sys_layout_timespec);

	return filled(L, clock_gettime(clock, ts), 2);
}

static int sys_clock_getres(lua_State *L)
{
	clockid_t clock = check_clock(L, 1);
	void *ts = sys_outstruct(L, 2, &sys_layout_timespec);

	return filled(L, clock_getres(clock, ts), 2);
}

static int sys_clock_settime(lua_State *L)
{
	clockid_t clock = check_clock(L, 1);

	return sys_result(L, clock_settime(clock,
					   sys_checkstruct(
						   L, 2,
						   &sys_layout_timespec)));
}

/* true, or true, nil, remaining after an interrupted sleep */
static int slept(lua_State *L, int errnum)
{
	lua_pushboolean(L, 1);
	if (errnum == 0)
		return 1;
	lua_pushnil(L);
	lua_pushvalue(L, -3);
	return 3;
}

/* S.nanosleep(time [, remaining]) */
static int sys_nanosleep(lua_State *L)
{
	const void *request = sys_checkstruct(L, 1, &sys_layout_timespec);
	void *rest = sys_outstruct(L, 2, &sys_layout_timespec);

	lua_settop(L, 2);
	if (nanosleep(request, rest) == 0)
		return slept(L, 0);
	return errno == EINTR ? slept(L, EINTR) : sys_fail(L, errno);
}

/* S.clock_nanosleep(clock, flags, time [, remaining]) */
static int sys_clock_nanosleep(lua_State *L)
{
	clockid_t clock = check_clock(L, 1);
	int flags = (int)sys_checkconst(L, 2, &sys_TIMER);
	const void *request = sys_checkstruct(L, 3, &sys_layout_timespec);
	void *rest = sys_outstruct(L, 4, &sys_layout_timespec);
	int r = clock_nanosleep(clock, flags, request, rest);

	lua_settop(L, 4);
	return r == 0 || r == EINTR ? slept(L, r) : sys_fail(L, r);
}

/* S.sleep(seconds) -> seconds left */
static int sys_sleep(lua_State *L)
{
	lua_pushinteger(L, sleep((unsigned)sys_checkint(L, 1)));
	return 1;
}

static int sys_time(lua_State *L)
{
	lua_pushinteger(L, time(NULL));
	return 1;
}

static int sys_gettimeofday(lua_State *L)
{
	void *tv = sys_outstruct(L, 1, &sys_layout_timeval);

	return filled(L, gettimeofday(tv, NULL), 1);
}

static int sys_settimeofday(lua_State *L)
{
	if (lua_isnoneornil(L, 1))
		return sys_fail(L, EFAULT); /* as the bare call with NULL */
	return sys_result(L, settimeofday(sys_checkstruct(L, 1,
							  &sys_layout_timeval),
					  NULL));
}

static int sys_alarm(lua_State *L)
{
	lua_pushinteger(L, alarm((unsigned)sys_checkint(L, 1)));
	return 1;
}

static int sys_getitimer(lua_State *L)
{
	int which = (int)sys_checkconst(L, 1, &sys_ITIMER);
	void *value = sys_outstruct(L, 2, &sys_layout_itimerval);

	return filled(L, getitimer(which, value), 2);
}

/* S.setitimer(which, value [, old]) -> old */
static int sys_setitimer(lua_State *L)
{
	int which = (int)sys_checkconst(L, 1, &sys_ITIMER);
	const void *value = sys_checkstruct(L, 2, &sys_layout_itimerval);
	void *old = sys_outstruct(L, 3, &sys_layout_itimerval);

	return filled(L, setitimer(which, value, old), 3);
}

/* S.adjtimex([timex]) -> {state=, timex=, and a boolean for each of c.TIME} */
static int sys_adjtimex(lua_State *L)
{
	void *t = sys_outstruct(L, 1, &sys_layout_timex);
	int state = adjtimex(t);

	if (state < 0)
		return sys_fail(L, errno);
	sys_push_type(L, "adjtimex");
	lua_pushinteger(L, state);
	lua_pushvalue(L, 1);
	lua_call(L, 2, 1);
	return 1;
}

#define FUNCTIONS(F, G) \
	F(adjtimex) F(clock_gettime) F(clock_getres) F(clock_settime) \
	F(nanosleep) F(clock_nanosleep) F(sleep) F(time) \
	F(gettimeofday) F(settimeofday) F(alarm) F(getitimer) \
	F(setitimer)
SYS_AREA(time, FUNCTIONS);
