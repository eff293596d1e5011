/*
 * sys_numa.c - which nodes' memory is used: policies, and pages that move
 *
 * Layer: system call binding; no policy. Follows set_mempolicy(2), mbind(2),
 * get_mempolicy(2), migrate_pages(2), move_pages(2). Sets of nodes are numbers
 * with a bit for each.
 */

#include <errno.h>
#include <linux/mempolicy.h>
#include <linux/unistd.h>
#include <unistd.h>

#include "sys.h"

#define MPOL_LIST(P, V)                                  \
	P(MPOL, DEFAULT)                                 \
	P(MPOL, PREFERRED)                               \
	P(MPOL, BIND) P(MPOL, INTERLEAVE) P(MPOL, LOCAL) \
		P(MPOL, PREFERRED_MANY)                  \
			V(WEIGHTED_INTERLEAVE, 6) /* Linux 6.9 */
SYS_CONSTS(MPOL, SYS_STRFLAG, MPOL_LIST);

#define MPOL_F_LIST(P, V)                               \
	P(MPOL_F, NODE)                                 \
	P(MPOL_F, ADDR)                                 \
	P(MPOL_F, MEMS_ALLOWED) P(MPOL_F, STATIC_NODES) \
		P(MPOL_F, RELATIVE_NODES)
SYS_CONSTS(MPOL_F, SYS_MULTI, MPOL_F_LIST);

#define MPOL_MF_LIST(P, V) \
	P(MPOL_MF, STRICT) P(MPOL_MF, MOVE) P(MPOL_MF, MOVE_ALL)
SYS_CONSTS(MPOL_MF, SYS_MULTI, MPOL_MF_LIST);

/*
 * A set, and its length in bits for the kernel, which reads one less than it
 * is told.
 */
enum { SET_BITS = 64 + 1 };

struct set {
	unsigned long bits[64 / (8 * sizeof(long)) + 1];
};

static void check_set(lua_State *L, int arg, struct set *set)
{
	unsigned long long nodes = (unsigned long long)sys_optint(L, arg, 0);

	*set = (struct set){{(unsigned long)nodes}};
	if (sizeof(long) < sizeof nodes)
		set->bits[1] = (unsigned long)(nodes >> 32);
}

/* S.set_mempolicy(mode [, nodes]) -> true */
static int sys_set_mempolicy(lua_State *L)
{
	int mode = (int)sys_checkconst(L, 1, &sys_MPOL);
	struct set set;

	check_set(L, 2, &set);
	return sys_result(L, syscall(__NR_set_mempolicy, mode, &set, SET_BITS));
}

/* The pages of memory that S.mmap made: policies are of whole pages. */
static void *check_pages(lua_State *L, int arg, size_t *size)
{
	struct sys_mem *m = sys_tomem(L, arg);

	luaL_argexpected(L, m && m->mapped, arg, "memory of S.mmap");
	luaL_argcheck(L, sys_mapped(m->data, m->size, 0), arg,
		      "memory that is not mapped");
	*size = m->size;
	return m->data;
}

/* S.mbind(memory, mode [, nodes [, flags]]) -> true */
static int sys_mbind(lua_State *L)
{
	size_t size;
	void *p = check_pages(L, 1, &size);
	int mode = (int)sys_checkconst(L, 2, &sys_MPOL);
	unsigned flags = (unsigned)sys_checkconst(L, 4, &sys_MPOL_MF);
	struct set set;

	check_set(L, 3, &set);
	return sys_result(
		L, syscall(__NR_mbind, p, size, mode, &set, SET_BITS, flags));
}

/* S.set_mempolicy_home_node(memory, node) -> true: which of mbind's is first */
static int sys_set_mempolicy_home_node(lua_State *L)
{
	size_t size;
	void *p = check_pages(L, 1, &size);

	return sys_result(L, syscall(__NR_set_mempolicy_home_node, p, size,
				     (unsigned long)sys_checkint(L, 2), 0UL));
}

/*
 * S.get_mempolicy([flags [, memory]]) -> mode (with "node, addr": the node of
 * the memory), nil, nodes
 */
static int sys_get_mempolicy(lua_State *L)
{
	unsigned long flags = (unsigned long)sys_checkconst(L, 1, &sys_MPOL_F);
	unsigned long nodes[1024 / (8 * sizeof(long))] = {0};
	unsigned long long set;
	void *p = NULL;
	size_t size;
	int mode = 0;

	if (flags & MPOL_F_ADDR)
		p = check_pages(L, 2, &size);
	/* of a set smaller than it knows of the kernel wants no word */
	if (syscall(__NR_get_mempolicy,
		    flags & MPOL_F_MEMS_ALLOWED ? NULL : &mode,
		    flags & MPOL_F_NODE ? NULL : nodes,
		    flags & MPOL_F_NODE ? 0UL : sizeof nodes * 8, p, flags) < 0)
		return sys_fail(L, errno);
	set = nodes[0];
	if (sizeof(long) < sizeof set)
		set |= (unsigned long long)nodes[1] << 32;
	lua_pushinteger(L, mode);
	lua_pushnil(L);
	lua_pushinteger(L, (lua_Integer)set);
	return 3;
}

/* S.migrate_pages(pid, from, to) -> number of pages that stayed */
static int sys_migrate_pages(lua_State *L)
{
	pid_t pid = (pid_t)sys_optint(L, 1, 0);
	struct set from, to;

	check_set(L, 2, &from);
	check_set(L, 3, &to);
	return sys_integer(
		L, syscall(__NR_migrate_pages, pid, SET_BITS, &from, &to));
}

/*
 * S.move_pages(pid, addresses [, nodes [, flags]]) -> for each address the node
 * that its page is on, or less than 0: an errno. Addresses are memory, of this
 * process, or numbers; without nodes nothing moves.
 */
static int sys_move_pages(lua_State *L)
{
	pid_t pid = (pid_t)sys_optint(L, 1, 0);
	int flags = (int)sys_checkconst(L, 4, &sys_MPOL_MF), *nodes, *status;
	lua_Integer n, i;
	struct sys_mem *m;
	void **addresses;

	lua_settop(L, 3);
	luaL_checktype(L, 2, LUA_TTABLE);
	if (!lua_isnil(L, 3))
		luaL_checktype(L, 3, LUA_TTABLE);
	n = luaL_len(L, 2);
	luaL_argcheck(L, n >= 0 && n < 1 << 24, 2, "too many");
	addresses =
		lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *addresses, 0);
	nodes = lua_newuserdatauv(L, ((size_t)n + 1) * 2 * sizeof *nodes, 0);
	status = nodes + n;
	for (i = 0; i < n; i++) {
		lua_geti(L, 2, i + 1);
		m = sys_tomem(L, -1);
		addresses[i] =
			m ? m->data
			  : (void *)(intptr_t)sys_checkint(L, lua_gettop(L));
		lua_pop(L, 1);
		status[i] = nodes[i] = 0;
		if (lua_isnil(L, 3))
			continue;
		lua_geti(L, 3, i + 1);
		nodes[i] = (int)sys_checkint(L, lua_gettop(L));
		lua_pop(L, 1);
	}
	if (syscall(__NR_move_pages, pid, (unsigned long)n, addresses,
		    lua_isnil(L, 3) ? NULL : nodes, status, flags) < 0)
		return sys_fail(L, errno);
	lua_createtable(L, (int)n, 0);
	for (i = 0; i < n; i++) {
		lua_pushinteger(L, status[i]);
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

#define FUNCTIONS(F, G)                                 \
	F(set_mempolicy)                                \
	F(mbind)                                        \
	F(get_mempolicy) F(migrate_pages) F(move_pages) \
		F(set_mempolicy_home_node)
SYS_AREA(numa, FUNCTIONS);
