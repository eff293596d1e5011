/*
 * sys_map.c - memory mappings: mmap and what is done to them
 *
 * Layer: system call binding; no policy. The ranges that S.mmap made are
 * noted with their protection, and every access to such memory asks for its
 * range (sys_mapped): what is unmapped or protected raises, through whichever
 * view of it. None of this may touch memory that S.mmap did not make: that is
 * the Lua heap. A mapping stays until S.munmap; the collector leaves it alone.
 * A file that is cut short under its mapping still means SIGBUS.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define PROT_LIST(P, V)                                                   \
	P(PROT, NONE) P(PROT, READ) P(PROT, WRITE) P(PROT, EXEC)          \
	P(PROT, GROWSDOWN) P(PROT, GROWSUP)
SYS_CONSTS(PROT, SYS_MULTI, PROT_LIST);

#ifndef MAP_32BIT /* x86 alone */
#define MAP_32BIT 0
#endif
#define MAP_LIST(P, V)                                                    \
	P(MAP, FILE) P(MAP, SHARED) P(MAP, PRIVATE)                       \
	P(MAP, SHARED_VALIDATE) P(MAP, TYPE) P(MAP, FIXED) P(MAP, ANON)   \
	P(MAP, ANONYMOUS) P(MAP, 32BIT) P(MAP, GROWSDOWN)                 \
	P(MAP, DENYWRITE) P(MAP, EXECUTABLE) P(MAP, LOCKED)               \
	P(MAP, NORESERVE) P(MAP, POPULATE) P(MAP, NONBLOCK)               \
	P(MAP, STACK) P(MAP, HUGETLB) P(MAP, SYNC)                        \
	P(MAP, FIXED_NOREPLACE)
SYS_CONSTS(MAP, SYS_MULTI, MAP_LIST);

#define MSYNC_LIST(P, V) P(MS, ASYNC) P(MS, INVALIDATE) P(MS, SYNC)
SYS_CONSTS(MSYNC, SYS_MULTI, MSYNC_LIST);

#define MCL_LIST(P, V) P(MCL, CURRENT) P(MCL, FUTURE) P(MCL, ONFAULT)
SYS_CONSTS(MCL, SYS_MULTI, MCL_LIST);

#define MREMAP_LIST(P, V)                                                 \
	P(MREMAP, MAYMOVE) P(MREMAP, FIXED) V(DONTUNMAP, 4)
SYS_CONSTS(MREMAP, SYS_MULTI, MREMAP_LIST);

#define MADV_LIST(P, V)                                                   \
	P(MADV, NORMAL) P(MADV, RANDOM) P(MADV, SEQUENTIAL)               \
	P(MADV, WILLNEED) P(MADV, DONTNEED) P(MADV, FREE)                 \
	P(MADV, REMOVE) P(MADV, DONTFORK) P(MADV, DOFORK)                 \
	P(MADV, MERGEABLE) P(MADV, UNMERGEABLE) P(MADV, HUGEPAGE)         \
	P(MADV, NOHUGEPAGE) P(MADV, DONTDUMP) P(MADV, DODUMP)             \
	P(MADV, WIPEONFORK) P(MADV, KEEPONFORK) P(MADV, COLD)             \
	P(MADV, PAGEOUT) P(MADV, HWPOISON)
SYS_CONSTS(MADV, SYS_STRFLAG, MADV_LIST);

/* ---- the ranges, in no order; few programs have many ---- */

struct range {
	char *start, *end;
	int prot;
};

static struct range *ranges;
static size_t count, room;

/* Room for what one change may add: a cut in two, and a new one. */
static int reserve(void)
{
	struct range *more;

	if (room - count >= 2)
		return 0;
	more = realloc(ranges, (room + 16) * sizeof *ranges);
	if (!more)
		return -1;
	ranges = more;
	room += 16;
	return 0;
}

static void add(char *start, size_t length, int prot)
{
	ranges[count++] = (struct range){start, start + length, prot};
}

/* Forgets a part of the address space; a range around it is cut in two. */
static void forget(char *start, size_t length)
{
	char *end = start + length;
	size_t i = 0;

	while (i < count) {
		struct range *r = &ranges[i];

		if (end <= r->start || r->end <= start) {
			i++;
		} else if (r->start < start && end < r->end) {
			ranges[count++] = (struct range){end, r->end, r->prot};
			r->end = start;
			return;
		} else if (r->start < start) {
			r->end = start;
			i++;
		} else if (end < r->end) {
			r->start = end;
			i++;
		} else {
			*r = ranges[--count];
		}
	}
}

int sys_mapped(const char *p, size_t n, int prot)
{
	const char *end;
	size_t i;

	if (n > UINTPTR_MAX - (uintptr_t)p) /* around the end of all memory */
		return 0;
	end = p + n;
again:
	if (p >= end)
		return 1;
	for (i = 0; i < count; i++) {
		if (ranges[i].start <= p && p < ranges[i].end &&
		    (ranges[i].prot & prot) == prot) {
			p = ranges[i].end;
			goto again;
		}
	}
	return 0;
}

/* ---- what the kernel works on by itself (io_uring, aio) stays mapped ---- */

static struct range *held;
static size_t holds, hold_room;

int sys_hold(lua_State *L, int arg)
{
	struct sys_mem *m = sys_tomem(L, arg);
	struct range *more;

	if (!m || !m->mapped)
		return 0; /* the collector leaves what is anchored */
	if (holds == hold_room) {
		more = realloc(held, (hold_room + 16) * sizeof *held);
		if (!more)
			return -1;
		held = more;
		hold_room += 16;
	}
	held[holds++] = (struct range){m->data, m->data + m->size, 0};
	return 0;
}

void sys_release(lua_State *L, int arg)
{
	struct sys_mem *m = sys_tomem(L, arg);
	size_t i;

	if (!m || !m->mapped)
		return;
	for (i = 0; i < holds; i++) {
		if (held[i].start == m->data &&
		    held[i].end == m->data + m->size) {
			held[i] = held[--holds];
			return;
		}
	}
}

static int is_held(const char *start, size_t length)
{
	size_t i;

	for (i = 0; i < holds; i++)
		if (start < held[i].end && held[i].start < start + length)
			return 1;
	return 0;
}

static size_t pages(size_t length)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (length + page - 1) / page * page;
}

static size_t check_length(lua_State *L, int arg)
{
	long long n = sys_checkint(L, arg);

	luaL_argcheck(L, n >= 0 && (unsigned long long)n <= SIZE_MAX / 2, arg,
		      "length out of range");
	return (size_t)n;
}

/*
 * The start of memory that is mapped from there on for length bytes. What is
 * left of a mapping ends in whole pages, so they may be longer than its size.
 */
static char *check_mapping(lua_State *L, int arg, size_t length)
{
	struct sys_mem *m = sys_tomem(L, arg);

	if (!m || !m->mapped)
		luaL_typeerror(L, arg, "memory of S.mmap");
	luaL_argcheck(L, sys_mapped(m->data, pages(length), 0), arg,
		      "memory that is not mapped");
	return m->data;
}

/* nil, a number, or memory */
static char *address(lua_State *L, int arg)
{
	struct sys_mem *m = sys_tomem(L, arg);

	return m ? m->data : (char *)(intptr_t)sys_optint(L, arg, 0);
}

static int push_mapping(lua_State *L, void *data, size_t length)
{
	sys_newview(L, &sys_layout_char, data, length, 0)->mapped = 1;
	return 1;
}

/*
 * S.mmap([address], length, prot, flags [, fd [, offset]]) -> memory. A fixed
 * address replaces only what S.mmap mapped before: EEXIST for anything else.
 */
static int sys_mmap(lua_State *L)
{
	char *at = address(L, 1);
	size_t length = check_length(L, 2);
	int prot = (int)sys_checkconst(L, 3, &sys_PROT);
	int flags = (int)sys_checkconst(L, 4, &sys_MAP);
	int fd = sys_optfd(L, 5, -1);
	long long offset = sys_optint(L, 6, 0);
	char *p;

	if (reserve() < 0)
		return sys_fail(L, ENOMEM);
	if ((flags & MAP_FIXED) && !sys_mapped(at, pages(length), 0))
		flags = (flags & ~MAP_FIXED) | MAP_FIXED_NOREPLACE;
	if ((flags & MAP_FIXED) && is_held(at, pages(length)))
		return sys_fail(L, EBUSY);
	p = mmap(at, length, prot, flags, fd, offset);
	if (p == MAP_FAILED)
		return sys_fail(L, errno);
	if ((flags & MAP_FIXED_NOREPLACE) && p != at) { /* before Linux 4.17 */
		munmap(p, length);
		return sys_fail(L, EEXIST);
	}
	forget(p, pages(length));
	add(p, pages(length), prot);
	return push_mapping(L, p, length);
}

/* S.munmap(memory, length) -> true; BUSY: the kernel still works on it */
static int sys_munmap(lua_State *L)
{
	size_t length = check_length(L, 2);
	char *p = check_mapping(L, 1, length);

	if (is_held(p, pages(length)))
		return sys_fail(L, EBUSY);
	if (reserve() < 0)
		return sys_fail(L, ENOMEM);
	if (munmap(p, length) < 0)
		return sys_fail(L, errno);
	forget(p, pages(length));
	return sys_result(L, 0);
}

/* S.mremap(memory, old length, new length [, flags [, address]]) -> memory */
static int sys_mremap(lua_State *L)
{
	size_t old = check_length(L, 2), length = check_length(L, 3);
	int flags = (int)sys_checkconst(L, 4, &sys_MREMAP);
	char *p = check_mapping(L, 1, old), *to = address(L, 5);
	int prot = sys_mapped(p, 1, PROT_READ) * PROT_READ |
		   sys_mapped(p, 1, PROT_WRITE) * PROT_WRITE |
		   sys_mapped(p, 1, PROT_EXEC) * PROT_EXEC;
	char *moved;

	if (flags & MREMAP_FIXED)
		luaL_argcheck(L, sys_mapped(to, pages(length), 0), 5,
			      "not in memory of S.mmap");
	if (is_held(p, pages(old)) ||
	    ((flags & MREMAP_FIXED) && is_held(to, pages(length))))
		return sys_fail(L, EBUSY);
	if (reserve() < 0)
		return sys_fail(L, ENOMEM);
	moved = (char *)syscall(SYS_mremap, p, old, length, flags, to);
	if (moved == MAP_FAILED)
		return sys_fail(L, errno);
	if (!(flags & 4) && old) /* MREMAP_DONTUNMAP, or a second mapping */
		forget(p, pages(old));
	forget(moved, pages(length));
	add(moved, pages(length), prot);
	return push_mapping(L, moved, length);
}

/* S.mprotect(memory, length, prot) -> true */
static int sys_mprotect(lua_State *L)
{
	size_t length = check_length(L, 2);
	char *p = check_mapping(L, 1, length);
	int prot = (int)sys_checkconst(L, 3, &sys_PROT);

	if (reserve() < 0)
		return sys_fail(L, ENOMEM);
	if (mprotect(p, length, prot) < 0)
		return sys_fail(L, errno);
	forget(p, pages(length));
	add(p, pages(length), prot);
	return sys_result(L, 0);
}

static int sys_msync(lua_State *L)
{
	size_t length = check_length(L, 2);
	char *p = check_mapping(L, 1, length);

	return sys_result(L, msync(p, length,
				   (int)sys_checkconst(L, 3, &sys_MSYNC)));
}

static int sys_madvise(lua_State *L)
{
	size_t length = check_length(L, 2);
	char *p = check_mapping(L, 1, length);

	return sys_result(L, madvise(p, length,
				     (int)sys_checkconst(L, 3, &sys_MADV)));
}

static int sys_mlock(lua_State *L)
{
	size_t length = check_length(L, 2);

	return sys_result(L, mlock(check_mapping(L, 1, length), length));
}

#define MLOCK_LIST(P, V) V(ONFAULT, 1) /* linux/mman.h, not beside sys's */
SYS_CONSTS(MLOCK, SYS_MULTI, MLOCK_LIST);

/* S.mlock2(memory, length [, flags]) -> true */
static int sys_mlock2(lua_State *L)
{
	size_t length = check_length(L, 2);
	char *p = check_mapping(L, 1, length);

	return sys_result(L, syscall(SYS_mlock2, p, length,
				     (int)sys_checkconst(L, 3, &sys_MLOCK)));
}

static int sys_munlock(lua_State *L)
{
	size_t length = check_length(L, 2);

	return sys_result(L, munlock(check_mapping(L, 1, length), length));
}

static int sys_mlockall(lua_State *L)
{
	return sys_result(L, mlockall((int)sys_checkconst(L, 1, &sys_MCL)));
}

static int sys_munlockall(lua_State *L)
{
	return sys_result(L, munlockall());
}

/* S.mincore(memory, length) -> a byte for each page, 1 where it is in memory */
static int sys_mincore(lua_State *L)
{
	size_t length = check_length(L, 2);
	char *p = check_mapping(L, 1, length);
	size_t n = pages(length) / (size_t)sysconf(_SC_PAGESIZE);
	unsigned char *state = lua_newuserdatauv(L, n + 1, 0);

	if (mincore(p, length, state) < 0)
		return sys_fail(L, errno);
	lua_pushlstring(L, (const char *)state, n);
	return 1;
}

/* S.remap_file_pages(memory, size, prot, page offset, flags) -> true */
static int sys_remap_file_pages(lua_State *L)
{
	size_t size = check_length(L, 2);
	char *p = check_mapping(L, 1, size);

	return sys_result(L, syscall(SYS_remap_file_pages, p, size,
				     (int)sys_checkconst(L, 3, &sys_PROT),
				     (size_t)sys_optint(L, 4, 0),
				     (int)sys_checkconst(L, 5, &sys_MAP)));
}

#define SHM_LIST(P, V) P(SHM, RDONLY) P(SHM, EXEC)
SYS_CONSTS(SHM, SYS_MULTI, SHM_LIST);

/* S.shmat(identifier [, flags]) -> memory, where the kernel likes it */
static int sys_shmat(lua_State *L)
{
	int id = (int)sys_checkint(L, 1);
	int flags = (int)sys_checkconst(L, 2, &sys_SHM);
	int prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) |
		   (flags & SHM_EXEC ? PROT_EXEC : 0);
	struct shmid_ds segment;
	char *p;

	if (reserve() < 0)
		return sys_fail(L, ENOMEM);
	if (shmctl(id, IPC_STAT, &segment) < 0)
		return sys_fail(L, errno);
	p = shmat(id, NULL, flags & (SHM_RDONLY | SHM_EXEC));
	if ((intptr_t)p == -1)
		return sys_fail(L, errno);
	forget(p, pages(segment.shm_segsz));
	add(p, pages(segment.shm_segsz), prot);
	return push_mapping(L, p, segment.shm_segsz);
}

/* S.shmdt(memory) -> true: all of the memory that shmat gave */
static int sys_shmdt(lua_State *L)
{
	struct sys_mem *m = sys_tomem(L, 1);
	size_t length = m ? m->size : 0;
	char *p = check_mapping(L, 1, length);

	if (is_held(p, pages(length)))
		return sys_fail(L, EBUSY);
	if (reserve() < 0)
		return sys_fail(L, ENOMEM);
	if (shmdt(p) < 0)
		return sys_fail(L, errno);
	forget(p, pages(length));
	return sys_result(L, 0);
}

#define FUNCTIONS(F, G)                                                   \
	F(shmat) F(shmdt) F(mlock2) F(mmap) F(munmap) F(mremap)           \
	F(mprotect) F(msync) F(madvise) F(mlock) F(munlock) F(mlockall)   \
	F(munlockall) F(mincore)                                          \
	F(remap_file_pages)
SYS_AREA(map, FUNCTIONS);
