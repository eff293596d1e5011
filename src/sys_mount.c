/*
 * sys_mount.c - mounting, roots, namespaces
 *
 * Layer: system call binding; no policy. Reading and understanding the mount
 * table belongs to lua/fs/mount.lua.
 */

#include <linux/loop.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#ifndef MS_NOUSER
#define MS_NOUSER (1U << 31)
#endif

#define MS_LIST(P, V)                                                   \
	P(MS, RDONLY) V(RO, MS_RDONLY) V(RW, 0) V(SECLABEL, 0)          \
	V(INODE32, 0) V(INODE64, 0) /* in lists of /proc/mounts */      \
	P(MS, NOSUID) P(MS, NODEV) P(MS, NOEXEC) P(MS, SYNCHRONOUS)     \
	P(MS, REMOUNT) P(MS, MANDLOCK) P(MS, DIRSYNC) P(MS, NOATIME)    \
	P(MS, NODIRATIME) P(MS, BIND) P(MS, MOVE) P(MS, REC)            \
	P(MS, SILENT) P(MS, POSIXACL) P(MS, UNBINDABLE) P(MS, PRIVATE)  \
	P(MS, SLAVE) P(MS, SHARED) P(MS, RELATIME) P(MS, KERNMOUNT)     \
	P(MS, I_VERSION) P(MS, STRICTATIME) P(MS, LAZYTIME)             \
	P(MS, ACTIVE) P(MS, NOUSER)
SYS_CONSTS(MS, SYS_MULTI, MS_LIST);

#define UMOUNT_LIST(P, V)                                               \
	V(FORCE, MNT_FORCE) V(DETACH, MNT_DETACH) V(EXPIRE, MNT_EXPIRE) \
	V(NOFOLLOW, UMOUNT_NOFOLLOW)
SYS_CONSTS(UMOUNT, SYS_MULTI, UMOUNT_LIST);

#define CLONE_LIST(P, V)                                                 \
	P(CLONE, VM) P(CLONE, FS) P(CLONE, FILES) P(CLONE, SIGHAND)      \
	P(CLONE, PTRACE) P(CLONE, VFORK) P(CLONE, PARENT)                \
	P(CLONE, THREAD) P(CLONE, NEWNS) P(CLONE, SYSVSEM)               \
	P(CLONE, SETTLS) P(CLONE, PARENT_SETTID)                         \
	P(CLONE, CHILD_CLEARTID) P(CLONE, DETACHED) P(CLONE, UNTRACED)   \
	P(CLONE, CHILD_SETTID) P(CLONE, NEWCGROUP) P(CLONE, NEWUTS)      \
	P(CLONE, NEWIPC) P(CLONE, NEWUSER) P(CLONE, NEWPID)              \
	P(CLONE, NEWNET) P(CLONE, NEWTIME) P(CLONE, IO)
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
SYS_CONSTS(CLONE, SYS_MULTI, CLONE_LIST);

#define SWAP_FLAG_LIST(P, V)                                            \
	P(SWAP_FLAG, PREFER) P(SWAP_FLAG, PRIO_MASK)                    \
	P(SWAP_FLAG, PRIO_SHIFT) P(SWAP_FLAG, DISCARD)
SYS_CONSTS(SWAP_FLAG, SYS_SWAP, SWAP_FLAG_LIST);

#define LOOP_INFO64(X, T)                                                 \
	X(F, T, lo_device) X(F, T, lo_inode) X(F, T, lo_rdevice)          \
	X(F, T, lo_offset) X(F, T, lo_sizelimit) X(F, T, lo_number)       \
	X(F, T, lo_encrypt_type) X(F, T, lo_encrypt_key_size)             \
	X(F, T, lo_flags) X(A, T, lo_file_name)
SYS_STRUCT(loop_info64, "", "lo_", struct loop_info64, LOOP_INFO64);

/* S.mount([source], target, type [, flags [, data]]) -> true */
static int sys_mount(lua_State *L)
{
	const char *source = sys_optpath(L, 1, "none");
	const char *target = sys_checkpath(L, 2);
	const char *type = sys_optpath(L, 3, NULL);
	unsigned long flags = (unsigned long)sys_checkconst(L, 4, &sys_MS);
	const char *data = luaL_optstring(L, 5, NULL);

	return sys_result(L, mount(source, target, type, flags, data));
}

/* S.umount(target [, flags]) -> true */
static int sys_umount(lua_State *L)
{
	const char *target = sys_checkpath(L, 1);

	return sys_result(L, umount2(target,
				     (int)sys_checkconst(L, 2, &sys_UMOUNT)));
}

static int sys_pivot_root(lua_State *L)
{
	const char *root = sys_checkpath(L, 1);

	return sys_result(L, syscall(SYS_pivot_root, root,
				     sys_checkpath(L, 2)));
}

static int sys_unshare(lua_State *L)
{
	return sys_result(L, unshare((int)sys_checkconst(L, 1, &sys_CLONE)));
}

/* S.setns(fd [, type]) -> true */
static int sys_setns(lua_State *L)
{
	int fd = sys_checkfd(L, 1);

	return sys_result(L, setns(fd, (int)sys_checkconst(L, 2, &sys_CLONE)));
}

static int sys_swapon(lua_State *L)
{
	const char *path = sys_checkpath(L, 1);

	return sys_result(L, swapon(path, (int)sys_checkconst(L, 2,
							      &sys_SWAP_FLAG)));
}

static int sys_swapoff(lua_State *L)
{
	return sys_result(L, swapoff(sys_checkpath(L, 1)));
}

#define FUNCTIONS(F, G) \
	F(mount) F(umount) G(unmount, sys_umount) F(pivot_root) \
	F(unshare) F(setns) F(swapon) F(swapoff)
SYS_AREA(mount, FUNCTIONS);
