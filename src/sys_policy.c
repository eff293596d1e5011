/*
 * sys_policy.c - the share of processor and disk that a process gets
 *
 * Layer: system call binding; no policy of its own. Follows sched_setattr(2),
 * ioprio_set(2). POSIX's sched_* calls are elsewhere.
 */

#include <errno.h>
#include <linux/ioprio.h>
#include <linux/sched/types.h>
#include <linux/unistd.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

#define SCHED_POLICY_LIST(P, V)                                        \
	V(NORMAL, 0) V(FIFO, 1) V(RR, 2) V(BATCH, 3) V(IDLE, 5)        \
	V(DEADLINE, 6) V(EXT, 7)
SYS_CONSTS(SCHED_POLICY, SYS_STRFLAG, SCHED_POLICY_LIST);

#define SCHED_FLAG_LIST(P, V) /* linux/sched.h, not beside sched.h */   \
	V(RESET_ON_FORK, 0x01) V(RECLAIM, 0x02) V(DL_OVERRUN, 0x04)    \
	V(KEEP_POLICY, 0x08) V(KEEP_PARAMS, 0x10)                      \
	V(UTIL_CLAMP_MIN, 0x20) V(UTIL_CLAMP_MAX, 0x40)
SYS_CONSTS(SCHED_FLAG, SYS_MULTI, SCHED_FLAG_LIST);

#define SCHED_ATTR(X, T)                                               \
	X(F, T, size) X(F, T, sched_policy) X(F, T, sched_flags)       \
	X(F, T, sched_nice) X(F, T, sched_priority)                    \
	X(F, T, sched_runtime) X(F, T, sched_deadline)                 \
	X(F, T, sched_period) X(F, T, sched_util_min)                  \
	X(F, T, sched_util_max)
SYS_STRUCT(sched_attr, "options", "sched_", struct sched_attr, SCHED_ATTR);

#define IOPRIO_WHO_LIST(P, V) \
	P(IOPRIO_WHO, PROCESS) P(IOPRIO_WHO, PGRP) P(IOPRIO_WHO, USER)
SYS_CONSTS(IOPRIO_WHO, SYS_STRFLAG, IOPRIO_WHO_LIST);

#define IOPRIO_CLASS_LIST(P, V)                                        \
	P(IOPRIO_CLASS, NONE) P(IOPRIO_CLASS, RT) P(IOPRIO_CLASS, BE)  \
	P(IOPRIO_CLASS, IDLE)
SYS_CONSTS(IOPRIO_CLASS, SYS_STRFLAG, IOPRIO_CLASS_LIST);

/* S.sched_setattr(pid, {sched_policy, sched_flags, ...} [, flags]) -> true */
static int sys_sched_setattr(lua_State *L)
{
	pid_t pid = (pid_t)sys_optint(L, 1, 0);
	unsigned flags = (unsigned)sys_optint(L, 3, 0);
	struct sched_attr attr;

	lua_settop(L, 2);
	memcpy(&attr, sys_checkstruct(L, 2, &sys_layout_sched_attr),
	       sizeof attr);
	attr.size = sizeof attr;
	return sys_result(L, syscall(__NR_sched_setattr, pid, &attr, flags));
}

/* S.sched_getattr([pid]) -> sched_attr */
static int sys_sched_getattr(lua_State *L)
{
	pid_t pid = (pid_t)sys_optint(L, 1, 0);
	void *attr = sys_newmem(L, &sys_layout_sched_attr, 1);

	if (syscall(__NR_sched_getattr, pid, attr, sizeof(struct sched_attr),
		    0) < 0)
		return sys_fail(L, errno);
	return 1;
}

/* S.ioprio_get(which [, who]) -> class, nil, level */
static int sys_ioprio_get(lua_State *L)
{
	int which = (int)sys_checkconst(L, 1, &sys_IOPRIO_WHO);
	long r = syscall(__NR_ioprio_get, which, (int)sys_optint(L, 2, 0));

	if (r < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, r >> IOPRIO_CLASS_SHIFT);
	lua_pushnil(L);
	lua_pushinteger(L, r & 7);
	return 3;
}

/* S.ioprio_set(which, who, class [, level]) -> true; 0 is the most urgent */
static int sys_ioprio_set(lua_State *L)
{
	int which = (int)sys_checkconst(L, 1, &sys_IOPRIO_WHO);
	int who = (int)sys_optint(L, 2, 0);
	long long class = sys_checkconst(L, 3, &sys_IOPRIO_CLASS);
	long long level = sys_optint(L, 4, 0);

	luaL_argcheck(L, class >= 0 && class < 8, 3, "0 to 7 expected");
	luaL_argcheck(L, level >= 0 && level < 8, 4, "0 to 7 expected");
	return sys_result(L, syscall(__NR_ioprio_set, which, who,
				     (int)(class << IOPRIO_CLASS_SHIFT |
					   level)));
}

#define FUNCTIONS(F, G) \
	F(sched_setattr) F(sched_getattr) F(ioprio_get) F(ioprio_set)
SYS_AREA(policy, FUNCTIONS);
