/*
 * sys_sched.c - how and where processes run: sched(7), cpuset(7)
 *
 * Layer: system call binding; no policy. The kernel's calls: libc's act on
 * threads, or refuse.
 */

#include <errno.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

#define SCHED_LIST(P, V) \
	P(SCHED, NORMAL) V(OTHER, SCHED_NORMAL) P(SCHED, FIFO) P(SCHED, RR) \
	P(SCHED, BATCH) P(SCHED, IDLE) P(SCHED, RESET_ON_FORK) \
	P(SCHED, DEADLINE)
SYS_CONSTS(SCHED, SYS_MULTI, SCHED_LIST);

struct kernel_cpu_set { /* a bitmap of longs; 1024 processors, as in libc */
	uint32_t val[32];
};

#define CPU_SET_FIELDS(X, T) X(A, T, val)
SYS_STRUCT(cpu_set, "sched", "", struct kernel_cpu_set, CPU_SET_FIELDS);

struct kernel_sched_param {
	int sched_priority;
};

#define SCHED_PARAM(X, T) X(F, T, sched_priority)
SYS_STRUCT(sched_param, "sched", "", struct kernel_sched_param, SCHED_PARAM);

static pid_t opt_pid(lua_State *L, int arg)
{
	return (pid_t)sys_optint(L, arg, 0);
}

static int check_policy(lua_State *L, int arg)
{
	return (int)sys_checkconst(L, arg, &sys_SCHED);
}

static int sys_sched_getscheduler(lua_State *L)
{
	return sys_integer(L, syscall(SYS_sched_getscheduler, opt_pid(L, 1)));
}

/* S.sched_setscheduler([pid], policy [, param]) -> true */
static int sys_sched_setscheduler(lua_State *L)
{
	pid_t pid = opt_pid(L, 1);
	int policy = check_policy(L, 2);
	void *param = sys_outstruct(L, 3, &sys_layout_sched_param);

	return sys_result(L,
			  syscall(SYS_sched_setscheduler, pid, policy, param));
}

/* S.sched_getparam([pid [, param]]) -> priority */
static int sys_sched_getparam(lua_State *L)
{
	pid_t pid = opt_pid(L, 1);
	struct kernel_sched_param *param =
		sys_outstruct(L, 2, &sys_layout_sched_param);

	if (syscall(SYS_sched_getparam, pid, param) < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, param->sched_priority);
	return 1;
}

static int sys_sched_setparam(lua_State *L)
{
	pid_t pid = opt_pid(L, 1);
	void *param = sys_outstruct(L, 2, &sys_layout_sched_param);

	return sys_result(L, syscall(SYS_sched_setparam, pid, param));
}

static int sys_sched_yield(lua_State *L)
{
	return sys_result(L, syscall(SYS_sched_yield));
}

/* S.sched_getaffinity([pid [, cpu_set [, size]]]) -> cpu_set */
static int sys_sched_getaffinity(lua_State *L)
{
	pid_t pid = opt_pid(L, 1);
	void *set = sys_outstruct(L, 2, &sys_layout_cpu_set);
	size_t size = sys_optcount(L, 3, sizeof(struct kernel_cpu_set));

	if (syscall(SYS_sched_getaffinity, pid, size, set) < 0)
		return sys_fail(L, errno);
	lua_pushvalue(L, 2);
	return 1;
}

static int sys_sched_setaffinity(lua_State *L)
{
	pid_t pid = opt_pid(L, 1);
	void *set = sys_outstruct(L, 2, &sys_layout_cpu_set);
	size_t size = sys_optcount(L, 3, sizeof(struct kernel_cpu_set));

	return sys_result(L, syscall(SYS_sched_setaffinity, pid, size, set));
}

static int sys_sched_get_priority_max(lua_State *L)
{
	return sys_integer(L, syscall(SYS_sched_get_priority_max,
				      check_policy(L, 1)));
}

static int sys_sched_get_priority_min(lua_State *L)
{
	return sys_integer(L, syscall(SYS_sched_get_priority_min,
				      check_policy(L, 1)));
}

/* S.sched_rr_get_interval([pid [, timespec]]) -> timespec */
static int sys_sched_rr_get_interval(lua_State *L)
{
	pid_t pid = opt_pid(L, 1);
	void *ts = sys_outstruct(L, 2, &sys_layout_timespec);
#ifdef SYS_sched_rr_get_interval_time64
	long r = syscall(SYS_sched_rr_get_interval_time64, pid, ts);
#else
	long r = syscall(SYS_sched_rr_get_interval, pid, ts);
#endif

	if (r < 0)
		return sys_fail(L, errno);
	lua_settop(L, 2);
	return 1;
}

/* S.getcpu([uint1 [, uint1]]) -> {cpu =, node =} */
static int sys_getcpu(lua_State *L)
{
	unsigned number[2];
	unsigned *out;
	size_t size;
	int i;

	if (syscall(SYS_getcpu, &number[0], &number[1], NULL) < 0)
		return sys_fail(L, errno);
	for (i = 0; i < 2; i++) {
		if (lua_isnoneornil(L, i + 1))
			continue;
		out = sys_checkwritable(L, i + 1, &size);
		luaL_argcheck(L, size >= sizeof *out, i + 1, "uint1 expected");
		*out = number[i];
	}
	lua_createtable(L, 0, 2);
	lua_pushinteger(L, number[0]);
	lua_setfield(L, -2, "cpu");
	lua_pushinteger(L, number[1]);
	lua_setfield(L, -2, "node");
	return 1;
}

#define FUNCTIONS(F, G) \
	F(sched_getscheduler) F(sched_setscheduler) F(sched_getparam) \
	F(sched_setparam) F(sched_yield) F(sched_getaffinity) \
	F(sched_setaffinity) F(sched_get_priority_max) \
	F(sched_get_priority_min) F(sched_rr_get_interval) F(getcpu)
SYS_AREA(sched, FUNCTIONS);
