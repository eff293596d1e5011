/*
 * sys_ids.c - the real, effective and saved ids of a process
 *
 * Layer: system call binding; no policy. An id of nil, or -1, stays.
 */

#include <errno.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "sys.h"

static unsigned check_id(lua_State *L, int arg)
{
	return (unsigned)sys_optint(L, arg, -1);
}

static int sys_setreuid(lua_State *L)
{
	return sys_result(L, setreuid(check_id(L, 1), check_id(L, 2)));
}

static int sys_setregid(lua_State *L)
{
	return sys_result(L, setregid(check_id(L, 1), check_id(L, 2)));
}

static int push_three(lua_State *L, int r, unsigned real, unsigned effective,
		      unsigned saved)
{
	if (r < 0)
		return sys_fail(L, errno);
	lua_pushboolean(L, 1);
	lua_pushnil(L);
	lua_pushinteger(L, real);
	lua_pushinteger(L, effective);
	lua_pushinteger(L, saved);
	return 5;
}

/* S.getresuid() -> true, nil, real, effective, saved */
static int sys_getresuid(lua_State *L)
{
	uid_t real = 0, effective = 0, saved = 0;
	int r = getresuid(&real, &effective, &saved);

	return push_three(L, r, real, effective, saved);
}

/* S.getresgid() -> true, nil, real, effective, saved */
static int sys_getresgid(lua_State *L)
{
	gid_t real = 0, effective = 0, saved = 0;
	int r = getresgid(&real, &effective, &saved);

	return push_three(L, r, real, effective, saved);
}

/* S.setfsuid(id) -> the one before; S.setfsgid: likewise. They never fail. */
static int sys_setfsuid(lua_State *L)
{
	return sys_integer(L, setfsuid(check_id(L, 1)));
}

static int sys_setfsgid(lua_State *L)
{
	return sys_integer(L, setfsgid(check_id(L, 1)));
}

#define FUNCTIONS(F, G)                                                   \
	F(setfsuid) F(setfsgid) F(setreuid) F(setregid) F(getresuid)      \
	F(getresgid)
SYS_AREA(ids, FUNCTIONS);
