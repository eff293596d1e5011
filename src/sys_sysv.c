/*
 * sys_sysv.c - the System V queues of messages, semaphores and segments
 *
 * Layer: system call binding; no policy. Follows msgget(2), semget(2),
 * shmget(2), sysvipc(7). What a control call tells is a table: the C library
 * converts the kernel's structs, which differ by machine, and so do we.
 * Attaching a segment is a mapping: S.shmat is in sys_map.c.
 */

#include <errno.h>
#include <linux/time_types.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "sys.h"

#ifndef MSG_EXCEPT
#define MSG_EXCEPT 020000
#endif
#define IPC_LIST(P, V)                                                    \
	P(IPC, CREAT)                                                     \
	P(IPC, EXCL) P(IPC, NOWAIT) P(IPC, RMID) P(IPC, SET) P(IPC, STAT) \
		V(NOERROR, MSG_NOERROR) V(EXCEPT, MSG_EXCEPT)             \
			V(UNDO, SEM_UNDO)
SYS_CONSTS(IPC, SYS_MULTI, IPC_LIST);

#define SEM_LIST(P, V)                                                  \
	V(GETPID, GETPID)                                               \
	V(GETVAL, GETVAL) V(GETALL, GETALL) V(GETNCNT, GETNCNT)         \
		V(GETZCNT, GETZCNT) V(SETVAL, SETVAL) V(SETALL, SETALL) \
			P(IPC, RMID) P(IPC, SET) P(IPC, STAT)
SYS_CONSTS(SEM, SYS_STRFLAG, SEM_LIST);

enum { LARGEST = 1 << 30, SEMAPHORES = 32000 };

static int check_flags(lua_State *L, int arg)
{
	return (int)(sys_checkconst(L, arg, &sys_IPC) |
		     sys_checkconst(L, arg + 1, &sys_MODE));
}

/* ---- what all three kinds have ---- */

static void set_integer(lua_State *L, const char *name, long long n)
{
	lua_pushinteger(L, n);
	lua_setfield(L, -2, name);
}

static void push_owner(lua_State *L, const struct ipc_perm *p)
{
	lua_createtable(L, 0, 12);
	set_integer(L, "uid", p->uid);
	set_integer(L, "gid", p->gid);
	set_integer(L, "cuid", p->cuid);
	set_integer(L, "cgid", p->cgid);
	set_integer(L, "mode", p->mode);
}

/* {uid =, gid =, mode =}: what is not said stays */
static void read_owner(lua_State *L, int arg, struct ipc_perm *p)
{
	luaL_checktype(L, arg, LUA_TTABLE);
	lua_settop(L, arg);
	lua_getfield(L, arg, "uid");
	lua_getfield(L, arg, "gid");
	lua_getfield(L, arg, "mode");
	p->uid = (uid_t)sys_optint(L, arg + 1, p->uid);
	p->gid = (gid_t)sys_optint(L, arg + 2, p->gid);
	if (!lua_isnil(L, arg + 3))
		p->mode = (unsigned short)sys_checkconst(L, arg + 3, &sys_MODE);
}

/* ---- messages ---- */

/* S.msgget(key [, flags [, mode]]) -> identifier; key 0: a new queue */
static int sys_msgget(lua_State *L)
{
	key_t key = (key_t)sys_checkint(L, 1);

	return sys_integer(L, msgget(key, check_flags(L, 2)));
}

/* S.msgsnd(identifier, type, bytes [, flags]) -> true */
static int sys_msgsnd(lua_State *L)
{
	int id = (int)sys_checkint(L, 1);
	int flags = (int)sys_checkconst(L, 4, &sys_IPC);
	long *message;
	const void *bytes;
	size_t size;

	bytes = sys_checkbytes(L, 3, &size);
	message = lua_newuserdatauv(L, sizeof *message + size, 0);
	*message = (long)sys_checkint(L, 2);
	memcpy(message + 1, bytes, size);
	return sys_result(L, msgsnd(id, message, size, flags));
}

/* S.msgrcv(identifier, size [, type [, flags]]) -> bytes, nil, type */
static int sys_msgrcv(lua_State *L)
{
	int id = (int)sys_checkint(L, 1);
	long long size = sys_checkint(L, 2);
	long type = (long)sys_optint(L, 3, 0);
	int flags = (int)sys_checkconst(L, 4, &sys_IPC);
	long *message;
	ssize_t n;

	luaL_argcheck(L, size >= 0 && size <= LARGEST, 2, "out of range");
	message = lua_newuserdatauv(L, sizeof *message + (size_t)size, 0);
	n = msgrcv(id, message, (size_t)size, type, flags);
	if (n < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, (const char *)(message + 1), (size_t)n);
	lua_pushnil(L);
	lua_pushinteger(L, *message);
	return 3;
}

/* S.msgctl(identifier, command [, {uid, gid, mode, qbytes}]) -> true; "stat":
 * a table */
static int sys_msgctl(lua_State *L)
{
	int id = (int)sys_checkint(L, 1);
	int command = (int)sys_checkconst(L, 2, &sys_IPC);
	struct msqid_ds q;

	if (command == IPC_RMID)
		return sys_result(L, msgctl(id, IPC_RMID, NULL));
	if (msgctl(id, IPC_STAT, &q) < 0)
		return sys_fail(L, errno);
	if (command == IPC_SET) {
		read_owner(L, 3, &q.msg_perm);
		lua_getfield(L, 3, "qbytes");
		q.msg_qbytes = (msglen_t)sys_optint(L, lua_gettop(L),
						    (long long)q.msg_qbytes);
		return sys_result(L, msgctl(id, IPC_SET, &q));
	}
	luaL_argcheck(L, command == IPC_STAT, 2, "unknown command");
	push_owner(L, &q.msg_perm);
	set_integer(L, "qnum", (long long)q.msg_qnum);
	set_integer(L, "qbytes", (long long)q.msg_qbytes);
	set_integer(L, "lspid", q.msg_lspid);
	set_integer(L, "lrpid", q.msg_lrpid);
	set_integer(L, "stime", q.msg_stime);
	set_integer(L, "rtime", q.msg_rtime);
	set_integer(L, "ctime", q.msg_ctime);
	return 1;
}

/* ---- semaphores ---- */

/* S.semget(key, number [, flags [, mode]]) -> identifier */
static int sys_semget(lua_State *L)
{
	key_t key = (key_t)sys_checkint(L, 1);
	int n = (int)sys_checkint(L, 2);

	return sys_integer(L, semget(key, n, check_flags(L, 3)));
}

/* S.semop(identifier, {{number, change [, flags]}, ...} [, timeout]) -> true */
static int sys_semop(lua_State *L)
{
	int id = (int)sys_checkint(L, 1), top;
	struct __kernel_timespec seconds, *limit;
	struct timespec timeout;
	struct sembuf *list;
	lua_Integer n, i;

	lua_settop(L, 3);
	luaL_checktype(L, 2, LUA_TTABLE);
	n = luaL_len(L, 2);
	luaL_argcheck(L, n > 0 && n <= SEMAPHORES, 2, "number of changes");
	limit = sys_opttime(L, 3, &seconds);
	if (limit) {
		timeout.tv_sec = (time_t)limit->tv_sec;
		timeout.tv_nsec = (long)limit->tv_nsec;
	}
	list = lua_newuserdatauv(L, (size_t)n * sizeof *list, 0);
	for (i = 0; i < n; i++) {
		lua_geti(L, 2, i + 1);
		luaL_checktype(L, -1, LUA_TTABLE);
		top = lua_gettop(L);
		lua_geti(L, top, 1);
		lua_geti(L, top, 2);
		lua_geti(L, top, 3);
		list[i].sem_num = (unsigned short)sys_checkint(L, top + 1);
		list[i].sem_op = (short)sys_checkint(L, top + 2);
		list[i].sem_flg = (short)sys_checkconst(L, top + 3, &sys_IPC);
		lua_settop(L, top - 1);
	}
	return sys_result(
		L, semtimedop(id, list, (size_t)n, limit ? &timeout : NULL));
}

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

static int get_all(lua_State *L, int id, unsigned n)
{
	unsigned short *values =
		lua_newuserdatauv(L, (n + 1) * sizeof *values, 0);
	unsigned i;

	if (semctl(id, 0, GETALL, (union semun){.array = values}) < 0)
		return sys_fail(L, errno);
	lua_createtable(L, (int)n, 0);
	for (i = 0; i < n; i++) {
		lua_pushinteger(L, values[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int set_all(lua_State *L, int id, unsigned n)
{
	unsigned short *values =
		lua_newuserdatauv(L, (n + 1) * sizeof *values, 0);
	unsigned i;

	luaL_checktype(L, 4, LUA_TTABLE);
	for (i = 0; i < n; i++) {
		lua_geti(L, 4, (lua_Integer)i + 1);
		values[i] = (unsigned short)sys_checkint(L, lua_gettop(L));
		lua_pop(L, 1);
	}
	return sys_result(
		L, semctl(id, 0, SETALL, (union semun){.array = values}));
}

/*
 * S.semctl(identifier, number, command [, value]) -> by command: getval,
 * getpid, getncnt, getzcnt a number, getall a list, stat a table; true for
 * setval number, setall list, set {uid, gid, mode}, rmid
 */
static int sys_semctl(lua_State *L)
{
	int id = (int)sys_checkint(L, 1), number = (int)sys_optint(L, 2, 0);
	int command = (int)sys_checkconst(L, 3, &sys_SEM);
	struct semid_ds s;

	lua_settop(L, 4);
	switch (command) {
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT: return sys_integer(L, semctl(id, number, command));
	case SETVAL:
		return sys_result(
			L, semctl(id, number, SETVAL,
				  (union semun){(int)sys_checkint(L, 4)}));
	case IPC_RMID: return sys_result(L, semctl(id, 0, IPC_RMID));
	case IPC_STAT:
	case IPC_SET:
	case GETALL:
	case SETALL: break;
	default: return luaL_argerror(L, 3, "unknown command");
	}
	if (semctl(id, 0, IPC_STAT, (union semun){.buf = &s}) < 0)
		return sys_fail(L, errno);
	if (command == GETALL)
		return get_all(L, id, (unsigned)s.sem_nsems);
	if (command == SETALL)
		return set_all(L, id, (unsigned)s.sem_nsems);
	if (command == IPC_SET) {
		read_owner(L, 4, &s.sem_perm);
		return sys_result(
			L, semctl(id, 0, IPC_SET, (union semun){.buf = &s}));
	}
	push_owner(L, &s.sem_perm);
	set_integer(L, "nsems", (long long)s.sem_nsems);
	set_integer(L, "otime", s.sem_otime);
	set_integer(L, "ctime", s.sem_ctime);
	return 1;
}

/* ---- segments ---- */

/* S.shmget(key, size [, flags [, mode]]) -> identifier */
static int sys_shmget(lua_State *L)
{
	key_t key = (key_t)sys_checkint(L, 1);
	long long size = sys_checkint(L, 2);

	luaL_argcheck(L, size >= 0 && (unsigned long long)size <= SIZE_MAX / 2,
		      2, "out of range");
	return sys_integer(L, shmget(key, (size_t)size, check_flags(L, 3)));
}

/* S.shmctl(identifier, command [, {uid, gid, mode}]) -> true; "stat": table */
static int sys_shmctl(lua_State *L)
{
	int id = (int)sys_checkint(L, 1);
	int command = (int)sys_checkconst(L, 2, &sys_IPC);
	struct shmid_ds s;

	if (command == IPC_RMID)
		return sys_result(L, shmctl(id, IPC_RMID, NULL));
	if (shmctl(id, IPC_STAT, &s) < 0)
		return sys_fail(L, errno);
	if (command == IPC_SET) {
		read_owner(L, 3, &s.shm_perm);
		return sys_result(L, shmctl(id, IPC_SET, &s));
	}
	luaL_argcheck(L, command == IPC_STAT, 2, "unknown command");
	push_owner(L, &s.shm_perm);
	set_integer(L, "size", (long long)s.shm_segsz);
	set_integer(L, "nattch", (long long)s.shm_nattch);
	set_integer(L, "cpid", s.shm_cpid);
	set_integer(L, "lpid", s.shm_lpid);
	set_integer(L, "atime", s.shm_atime);
	set_integer(L, "dtime", s.shm_dtime);
	set_integer(L, "ctime", s.shm_ctime);
	return 1;
}

#define FUNCTIONS(F, G)                                                      \
	F(msgget)                                                            \
	F(msgsnd) F(msgrcv) F(msgctl) F(semget) F(semop) F(semctl) F(shmget) \
		F(shmctl)
SYS_AREA(sysv, FUNCTIONS);
