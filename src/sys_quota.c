/*
 * sys_quota.c - limits of disk space per user, group or project
 *
 * Layer: system call binding; no policy. Follows quotactl(2).
 */

#include <errno.h>
#include <linux/quota.h>
#include <linux/unistd.h>
#include <unistd.h>

#include "sys.h"

#define QUOTA_LIST(P, V) V(USR, USRQUOTA) V(GRP, GRPQUOTA) V(PRJ, PRJQUOTA)
SYS_CONSTS(QUOTA, SYS_STRFLAG, QUOTA_LIST);

#define Q_LIST(P, V)                                                   \
	P(Q, SYNC) P(Q, QUOTAON) P(Q, QUOTAOFF) P(Q, GETFMT)           \
	P(Q, GETINFO) P(Q, SETINFO) P(Q, GETQUOTA) P(Q, SETQUOTA)      \
	P(Q, GETNEXTQUOTA)
SYS_CONSTS(Q, SYS_STRFLAG, Q_LIST);

#define QFMT_LIST(P, V) \
	P(QFMT, VFS_OLD) P(QFMT, VFS_V0) P(QFMT, OCFS2) P(QFMT, VFS_V1)
SYS_CONSTS(QFMT, SYS_STRFLAG, QFMT_LIST);

#define QIF_LIST(P, V)                                                 \
	P(QIF, BLIMITS) P(QIF, SPACE) P(QIF, ILIMITS) P(QIF, INODES)   \
	P(QIF, BTIME) P(QIF, ITIME) P(QIF, LIMITS) P(QIF, USAGE)       \
	P(QIF, TIMES) P(QIF, ALL)
SYS_CONSTS(QIF, SYS_MULTI, QIF_LIST);

#define DQBLK(X, T)                                                    \
	X(F, T, dqb_bhardlimit) X(F, T, dqb_bsoftlimit)                \
	X(F, T, dqb_curspace) X(F, T, dqb_ihardlimit)                  \
	X(F, T, dqb_isoftlimit) X(F, T, dqb_curinodes)                 \
	X(F, T, dqb_btime) X(F, T, dqb_itime) X(F, T, dqb_valid)
#define NEXTDQBLK(X, T) DQBLK(X, T) X(F, T, dqb_id)
SYS_STRUCT(dqblk, "", "dqb_", struct if_dqblk, DQBLK);
SYS_STRUCT(nextdqblk, "", "dqb_", struct if_nextdqblk, NEXTDQBLK);

#define DQINFO(X, T)                                                   \
	X(F, T, dqi_bgrace) X(F, T, dqi_igrace) X(F, T, dqi_flags)     \
	X(F, T, dqi_valid)
SYS_STRUCT(dqinfo, "", "dqi_", struct if_dqinfo, DQINFO);

/* where: a device's path, or a descriptor on the file system */
struct place {
	const char *path;
	int fd;
};

static long call(const struct place *where, int command, int type, long id,
		 const void *address)
{
	unsigned both = QCMD((unsigned)command, (unsigned)type);

	if (where->path)
		return syscall(__NR_quotactl, both, where->path, id, address);
	return syscall(__NR_quotactl_fd, where->fd, both, id, address);
}

/* (place at 1, command, type, id, argument) */
static int quota(lua_State *L, const struct place *where)
{
	int command = (int)sys_checkconst(L, 2, &sys_Q);
	int type = (int)sys_checkconst(L, 3, &sys_QUOTA);
	long id = (long)sys_optint(L, 4, 0);
	const void *argument = NULL;
	uint32_t format;

	lua_settop(L, 5);
	switch (command) {
	case Q_GETQUOTA:
		argument = sys_newmem(L, &sys_layout_dqblk, 1);
		break;
	case Q_GETNEXTQUOTA:
		argument = sys_newmem(L, &sys_layout_nextdqblk, 1);
		break;
	case Q_GETINFO:
		argument = sys_newmem(L, &sys_layout_dqinfo, 1);
		break;
	case Q_GETFMT:
		if (call(where, command, type, id, &format) < 0)
			return sys_fail(L, errno);
		lua_pushinteger(L, format);
		return 1;
	case Q_SETQUOTA:
		argument = sys_checkstruct(L, 5, &sys_layout_dqblk);
		return sys_result(L, call(where, command, type, id, argument));
	case Q_SETINFO:
		argument = sys_checkstruct(L, 5, &sys_layout_dqinfo);
		return sys_result(L, call(where, command, type, id, argument));
	case Q_QUOTAON: /* id: the format; argument: the quota file */
		id = (long)sys_checkconst(L, 4, &sys_QFMT);
		argument = sys_optpath(L, 5, NULL);
		return sys_result(L, call(where, command, type, id, argument));
	case Q_SYNC:
	case Q_QUOTAOFF:
		return sys_result(L, call(where, command, type, id, NULL));
	default:
		return luaL_argerror(L, 2, "unknown command");
	}
	if (call(where, command, type, id, argument) < 0)
		return sys_fail(L, errno);
	return 1;
}

/* S.quotactl(device, command, type [, id [, argument]]) -> struct or true */
static int sys_quotactl(lua_State *L)
{
	struct place where = {sys_checkpath(L, 1), -1};

	return quota(L, &where);
}

/* S.quotactl_fd(fd, command, type [, id [, argument]]): the same */
static int sys_quotactl_fd(lua_State *L)
{
	struct place where = {NULL, sys_checkfd(L, 1)};

	return quota(L, &where);
}

#define FUNCTIONS(F, G) F(quotactl) F(quotactl_fd)
SYS_AREA(quota, FUNCTIONS);
