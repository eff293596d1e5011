/*
 * sys_capability.c - capabilities(7) of processes, and as files hold them
 *
 * Layer: system call binding; no policy. t.capabilities is what both calls
 * want in one struct; sets by name are lua/syscall/types/capability.lua.
 */

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define CAP_LIST(P, V) \
	P(CAP, CHOWN) P(CAP, DAC_OVERRIDE) P(CAP, DAC_READ_SEARCH) \
	P(CAP, FOWNER) P(CAP, FSETID) P(CAP, KILL) P(CAP, SETGID) \
	P(CAP, SETUID) P(CAP, SETPCAP) P(CAP, LINUX_IMMUTABLE) \
	P(CAP, NET_BIND_SERVICE) P(CAP, NET_BROADCAST) P(CAP, NET_ADMIN) \
	P(CAP, NET_RAW) P(CAP, IPC_LOCK) P(CAP, IPC_OWNER) P(CAP, SYS_MODULE) \
	P(CAP, SYS_RAWIO) P(CAP, SYS_CHROOT) P(CAP, SYS_PTRACE) \
	P(CAP, SYS_PACCT) P(CAP, SYS_ADMIN) P(CAP, SYS_BOOT) P(CAP, SYS_NICE) \
	P(CAP, SYS_RESOURCE) P(CAP, SYS_TIME) P(CAP, SYS_TTY_CONFIG) \
	P(CAP, MKNOD) P(CAP, LEASE) P(CAP, AUDIT_WRITE) P(CAP, AUDIT_CONTROL) \
	P(CAP, SETFCAP) P(CAP, MAC_OVERRIDE) P(CAP, MAC_ADMIN) P(CAP, SYSLOG) \
	P(CAP, WAKE_ALARM) P(CAP, BLOCK_SUSPEND) P(CAP, AUDIT_READ) \
	P(CAP, PERFMON) P(CAP, BPF) P(CAP, CHECKPOINT_RESTORE)
SYS_CONSTS(CAP, SYS_STRFLAG, CAP_LIST);

#define SECBIT_LIST(P, V) \
	P(SECBIT, NOROOT) P(SECBIT, NOROOT_LOCKED) \
	P(SECBIT, NO_SETUID_FIXUP) P(SECBIT, NO_SETUID_FIXUP_LOCKED) \
	P(SECBIT, KEEP_CAPS) P(SECBIT, KEEP_CAPS_LOCKED) \
	P(SECBIT, NO_CAP_AMBIENT_RAISE) P(SECBIT, NO_CAP_AMBIENT_RAISE_LOCKED)
SYS_CONSTS(SECBIT, SYS_MULTI, SECBIT_LIST);

#define VFS_CAP_LIST(P, V) \
	P(VFS_CAP, U32_1) P(VFS_CAP, U32) P(VFS_CAP, U32_2) \
	P(VFS_CAP, REVISION_SHIFT) P(VFS_CAP, FLAGS_MASK) \
	P(VFS_CAP, REVISION_1) P(VFS_CAP, REVISION) P(VFS_CAP, REVISION_2) \
	P(VFS_CAP, REVISION_MASK) P(VFS_CAP, REVISION_3)
SYS_CONSTS(VFS_CAP, SYS_STRFLAG | SYS_WIDE, VFS_CAP_LIST);

#define VFS_CAP_FLAGS_LIST(P, V) P(VFS_CAP_FLAGS, EFFECTIVE)
SYS_CONSTS(VFS_CAP_FLAGS, SYS_STRFLAG, VFS_CAP_FLAGS_LIST);

#define XATTR_CAPS_LIST(P, V) \
	P(XATTR_CAPS, SZ_1) P(XATTR_CAPS, SZ) P(XATTR_CAPS, SZ_2)
SYS_CONSTS(XATTR_CAPS, SYS_STRFLAG, XATTR_CAPS_LIST);

#define USER_CAP_HEADER(X, T) X(F, T, version) X(F, T, pid)
SYS_STRUCT(user_cap_header, "capability", "", struct __user_cap_header_struct,
	   USER_CAP_HEADER);

#define USER_CAP_DATA(X, T) \
	X(F, T, effective) X(F, T, permitted) X(F, T, inheritable)
SYS_STRUCT(user_cap_data, "", "", struct __user_cap_data_struct,
	   USER_CAP_DATA);

struct vfs_cap_pair { /* of struct vfs_cap_data: little-endian both */
	uint32_t permitted, inheritable;
};

#define VFS_CAP_PAIR(X, T) X(F, T, permitted) X(F, T, inheritable)
SYS_STRUCT(vfs_cap_pair, "", "", struct vfs_cap_pair, VFS_CAP_PAIR);

#define VFS_CAP_DATA(X, T) X(F, T, magic_etc) X(N, T, data, vfs_cap_pair)
SYS_STRUCT(vfs_cap_data, "", "", struct vfs_cap_data, VFS_CAP_DATA);

/* ours: one set, and all of a process */
struct cap {
	uint32_t cap[2];
};

struct capabilities {
	uint32_t version;
	int pid;
	struct cap effective, permitted, inheritable;
};

#define CAP_FIELDS(X, T) X(A, T, cap)
SYS_STRUCT(cap, "capability", "", struct cap, CAP_FIELDS);

#define CAPABILITIES(X, T) \
	X(F, T, version) X(F, T, pid) X(S, T, effective, cap) \
	X(S, T, permitted, cap) X(S, T, inheritable, cap)
SYS_STRUCT(capabilities, "capability", "", struct capabilities, CAPABILITIES);

typedef struct __user_cap_header_struct header_t;
typedef struct __user_cap_data_struct data_t;

/* a pid, or a header: of version 0 for asking which one the kernel has */
static header_t check_header(lua_State *L, int arg)
{
	header_t header = {_LINUX_CAPABILITY_VERSION_3, 0};

	if (lua_isnoneornil(L, arg) || lua_isinteger(L, arg))
		header.pid = (int)sys_optint(L, arg, 0);
	else
		header = *(header_t *)sys_checkstruct(
			L, arg, &sys_layout_user_cap_header);
	return header;
}

/* How many data_t the version has; one of them has 32 capabilities. */
static int words(const header_t *header)
{
	return header->version == _LINUX_CAPABILITY_VERSION_1 ? 1 : 2;
}

static void *opt_data(lua_State *L, int arg, data_t *data, int n)
{
	size_t size;
	void *given;

	if (lua_isnoneornil(L, arg))
		return data;
	given = sys_checkwritable(L, arg, &size);
	luaL_argcheck(L, size >= (size_t)n * sizeof *data, arg,
		      "user_cap_data2 expected");
	return given;
}

/* S.capget([pid or header [, data]]) -> capabilities, or the header */
static int sys_capget(lua_State *L)
{
	header_t header = check_header(L, 1), *answer;
	data_t own[2] = {{0, 0, 0}, {0, 0, 0}};
	data_t *data = opt_data(L, 2, own, words(&header));
	struct capabilities *c;
	int i, ask = header.version == 0;

	if (syscall(SYS_capget, &header, ask ? NULL : data) < 0 && !ask)
		return sys_fail(L, errno);
	if (ask) {
		answer = sys_outstruct(L, 1, &sys_layout_user_cap_header);
		*answer = header;
		lua_settop(L, 1);
		return 1;
	}
	c = sys_newmem(L, &sys_layout_capabilities, 1);
	c->version = header.version;
	c->pid = header.pid;
	for (i = 0; i < words(&header); i++) {
		c->effective.cap[i] = data[i].effective;
		c->permitted.cap[i] = data[i].permitted;
		c->inheritable.cap[i] = data[i].inheritable;
	}
	return 1;
}

/* S.capset(capabilities), S.capset(header, data) -> true */
static int sys_capset(lua_State *L)
{
	header_t header;
	data_t own[2];
	struct capabilities *c;
	int i;

	if (!lua_isnoneornil(L, 2)) {
		header = check_header(L, 1);
		return sys_result(L, syscall(SYS_capset, &header,
					     opt_data(L, 2, own,
						      words(&header))));
	}
	c = sys_checkstruct(L, 1, &sys_layout_capabilities);
	header.version = c->version;
	header.pid = c->pid;
	for (i = 0; i < 2; i++) {
		own[i].effective = c->effective.cap[i];
		own[i].permitted = c->permitted.cap[i];
		own[i].inheritable = c->inheritable.cap[i];
	}
	return sys_result(L, syscall(SYS_capset, &header, own));
}

#define FUNCTIONS(F, G) F(capget) F(capset)
SYS_AREA(capability, FUNCTIONS);
