/*
 * sys_userfaultfd.c - page faults answered by a program
 *
 * Layer: system call binding; no policy. Follows userfaultfd(2),
 * ioctl_userfaultfd(2): S.ioctl(fd, S.c.UFFDIO.API, t.uffdio_api{...}).
 * Addresses are S.mem.address's; events are read as t.uffd_msg.
 */

#include <fcntl.h>
#include <linux/unistd.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sys.h"

#define UFFD_LIST(P, V) \
	V(CLOEXEC, O_CLOEXEC) V(NONBLOCK, O_NONBLOCK) P(UFFD, USER_MODE_ONLY)
SYS_CONSTS(UFFD, SYS_MULTI, UFFD_LIST);

#define UFFDIO_LIST(P, V)                                              \
	P(UFFDIO, API) P(UFFDIO, REGISTER) P(UFFDIO, UNREGISTER)       \
	P(UFFDIO, WAKE) P(UFFDIO, COPY) P(UFFDIO, ZEROPAGE)            \
	P(UFFDIO, WRITEPROTECT) P(UFFDIO, CONTINUE)
SYS_CONSTS(UFFDIO, SYS_STRFLAG | SYS_WIDE, UFFDIO_LIST);

#define UFFD_FEATURE_LIST(P, V)                                        \
	P(UFFD_FEATURE, PAGEFAULT_FLAG_WP) P(UFFD_FEATURE, EVENT_FORK) \
	P(UFFD_FEATURE, EVENT_REMAP) P(UFFD_FEATURE, EVENT_REMOVE)     \
	P(UFFD_FEATURE, MISSING_HUGETLBFS)                             \
	P(UFFD_FEATURE, MISSING_SHMEM) P(UFFD_FEATURE, EVENT_UNMAP)    \
	P(UFFD_FEATURE, SIGBUS) P(UFFD_FEATURE, THREAD_ID)             \
	P(UFFD_FEATURE, MINOR_HUGETLBFS) P(UFFD_FEATURE, MINOR_SHMEM)
SYS_CONSTS(UFFD_FEATURE, SYS_MULTI, UFFD_FEATURE_LIST);

#define UFFD_EVENT_LIST(P, V)                                          \
	P(UFFD_EVENT, PAGEFAULT) P(UFFD_EVENT, FORK)                   \
	P(UFFD_EVENT, REMAP) P(UFFD_EVENT, REMOVE) P(UFFD_EVENT, UNMAP)
SYS_CONSTS(UFFD_EVENT, SYS_STRFLAG, UFFD_EVENT_LIST);

#define REGISTER_MODE_LIST(P, V)                                       \
	P(UFFDIO_REGISTER_MODE, MISSING) P(UFFDIO_REGISTER_MODE, WP)   \
	P(UFFDIO_REGISTER_MODE, MINOR)
SYS_CONSTS(UFFDIO_REGISTER_MODE, SYS_MULTI, REGISTER_MODE_LIST);

#define UFFDIO_API_FIELDS(X, T) X(F, T, api) X(F, T, features) X(F, T, ioctls)
SYS_STRUCT(uffdio_api, "options", "", struct uffdio_api, UFFDIO_API_FIELDS);

#define RANGE(X, T) X(F, T, start) X(F, T, len)
SYS_STRUCT(uffdio_range, "", "", struct uffdio_range, RANGE);

#define REGISTER(X, T) X(S, T, range, uffdio_range) X(F, T, mode) \
	X(F, T, ioctls)
SYS_STRUCT(uffdio_register, "options", "", struct uffdio_register, REGISTER);

#define COPY(X, T)                                                     \
	X(F, T, dst) X(F, T, src) X(F, T, len) X(F, T, mode) X(F, T, copy)
SYS_STRUCT(uffdio_copy, "", "", struct uffdio_copy, COPY);

#define ZEROPAGE(X, T) X(S, T, range, uffdio_range) X(F, T, mode) \
	X(F, T, zeropage)
SYS_STRUCT(uffdio_zeropage, "", "", struct uffdio_zeropage, ZEROPAGE);

#define WRITEPROTECT(X, T) X(S, T, range, uffdio_range) X(F, T, mode)
SYS_STRUCT(uffdio_writeprotect, "", "", struct uffdio_writeprotect,
	   WRITEPROTECT);

#define MSG(X, T)                                                      \
	X(F, T, event) X(R, T, flags, arg.pagefault.flags)             \
	X(R, T, address, arg.pagefault.address)                        \
	X(R, T, ptid, arg.pagefault.feat.ptid) X(R, T, ufd, arg.fork.ufd) \
	X(R, T, from, arg.remap.from) X(R, T, to, arg.remap.to)        \
	X(R, T, len, arg.remap.len) X(R, T, start, arg.remove.start)   \
	X(R, T, end, arg.remove.end)
SYS_STRUCT(uffd_msg, "", "", struct uffd_msg, MSG);

/* S.userfaultfd([flags]) -> fd */
static int sys_userfaultfd(lua_State *L)
{
	int flags = (int)sys_checkconst(L, 1, &sys_UFFD);

	return sys_pushfd(L, (int)syscall(__NR_userfaultfd,
					  flags | O_CLOEXEC));
}

#define FUNCTIONS(F, G) F(userfaultfd)
SYS_AREA(userfaultfd, FUNCTIONS);
