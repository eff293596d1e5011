/*
 * sys_system.c - the machine as a whole: names, memory, kernel log, modules,
 * switching it off
 *
 * Layer: system call binding; no policy.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <linux/unistd.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/personality.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sys.h"

#define LINUX_REBOOT_LIST(P, V)                                          \
	P(LINUX_REBOOT, MAGIC1) P(LINUX_REBOOT, MAGIC2)                  \
	P(LINUX_REBOOT, MAGIC2A) P(LINUX_REBOOT, MAGIC2B)                \
	P(LINUX_REBOOT, MAGIC2C)
SYS_CONSTS(LINUX_REBOOT, SYS_STRFLAG | SYS_WIDE, LINUX_REBOOT_LIST);

#define LINUX_REBOOT_CMD_LIST(P, V)                                      \
	P(LINUX_REBOOT_CMD, RESTART) P(LINUX_REBOOT_CMD, HALT)           \
	P(LINUX_REBOOT_CMD, CAD_ON) P(LINUX_REBOOT_CMD, CAD_OFF)         \
	P(LINUX_REBOOT_CMD, POWER_OFF) P(LINUX_REBOOT_CMD, RESTART2)     \
	P(LINUX_REBOOT_CMD, SW_SUSPEND) P(LINUX_REBOOT_CMD, KEXEC)
SYS_CONSTS(LINUX_REBOOT_CMD, SYS_STRFLAG | SYS_WIDE, LINUX_REBOOT_CMD_LIST);

#define GRND_LIST(P, V) P(GRND, NONBLOCK) P(GRND, RANDOM)
SYS_CONSTS(GRND, SYS_MULTI, GRND_LIST);

#define MODULE_INIT_LIST(P, V)                                           \
	V(IGNORE_MODVERSIONS, 1) V(IGNORE_VERMAGIC, 2) V(COMPRESSED_FILE, 4)
SYS_CONSTS(MODULE_INIT, SYS_MULTI, MODULE_INIT_LIST);

#define SYSINFO(X, T)                                                    \
	X(F, T, uptime) X(A, T, loads) X(F, T, totalram)                 \
	X(F, T, freeram) X(F, T, sharedram) X(F, T, bufferram)           \
	X(F, T, totalswap) X(F, T, freeswap) X(F, T, procs)              \
	X(F, T, totalhigh) X(F, T, freehigh) X(F, T, mem_unit)
SYS_STRUCT(sysinfo, "", "", struct sysinfo, SYSINFO);

#define UTSNAME(X, T)                                                    \
	X(A, T, sysname) X(A, T, nodename) X(A, T, release)              \
	X(A, T, version) X(A, T, machine) X(A, T, domainname)
SYS_STRUCT(utsname, "", "", struct utsname, UTSNAME);

/* S.uname() -> {sysname, nodename, release, version, machine, domainname} */
static int sys_uname(lua_State *L)
{
	struct utsname u;

	if (uname(&u) < 0)
		return sys_fail(L, errno);
	lua_createtable(L, 0, 6);
	lua_pushstring(L, u.sysname);
	lua_setfield(L, -2, "sysname");
	lua_pushstring(L, u.nodename);
	lua_setfield(L, -2, "nodename");
	lua_pushstring(L, u.release);
	lua_setfield(L, -2, "release");
	lua_pushstring(L, u.version);
	lua_setfield(L, -2, "version");
	lua_pushstring(L, u.machine);
	lua_setfield(L, -2, "machine");
	lua_pushstring(L, u.domainname);
	lua_setfield(L, -2, "domainname");
	return 1;
}

static int sys_gethostname(lua_State *L)
{
	struct utsname u;

	if (uname(&u) < 0)
		return sys_fail(L, errno);
	lua_pushstring(L, u.nodename);
	return 1;
}

static int sys_getdomainname(lua_State *L)
{
	struct utsname u;

	if (uname(&u) < 0)
		return sys_fail(L, errno);
	lua_pushstring(L, u.domainname);
	return 1;
}

static int sys_sethostname(lua_State *L)
{
	size_t n;
	const char *name = luaL_checklstring(L, 1, &n);

	return sys_result(L, sethostname(name, (size_t)sys_optint(
						       L, 2, (long long)n)));
}

static int sys_setdomainname(lua_State *L)
{
	size_t n;
	const char *name = luaL_checklstring(L, 1, &n);

	return sys_result(L, setdomainname(name, (size_t)sys_optint(
							 L, 2, (long long)n)));
}

static int sys_sysinfo(lua_State *L)
{
	void *info = sys_outstruct(L, 1, sys_find_layout("sysinfo"));

	if (sysinfo(info) < 0)
		return sys_fail(L, errno);
	lua_settop(L, 1);
	return 1;
}

/* S.syslog(type [, buffer [, length]]): see syslog(2) */
static int sys_syslog(lua_State *L)
{
	int type = (int)sys_checkint(L, 1);
	long long length;
	luaL_Buffer b;
	char *p;
	int n, saved;

	if (type < 2 || type > 4) {
		n = klogctl(type, NULL, (int)sys_optint(L, 3, 0));
		return type == 9 || type == 10 ? sys_integer(L, n)
					       : sys_result(L, n);
	}
	length = sys_optint(L, 3, 0);
	if (length <= 0)
		length = klogctl(10, NULL, 0);
	if (length < 0)
		return sys_fail(L, errno);
	p = luaL_buffinitsize(L, &b, (size_t)length);
	n = klogctl(type, p, (int)length);
	saved = errno;
	luaL_pushresultsize(&b, n < 0 ? 0 : (size_t)n);
	return n < 0 ? sys_fail(L, saved) : 1;
}

/* S.reboot(command [, argument]) */
static int sys_reboot(lua_State *L)
{
	unsigned command =
		(unsigned)sys_checkconst(L, 1, &sys_LINUX_REBOOT_CMD);
	const char *argument = luaL_optstring(L, 2, NULL);

	return sys_result(L, syscall(SYS_reboot, LINUX_REBOOT_MAGIC1,
				     LINUX_REBOOT_MAGIC2, command, argument));
}

/* S.finit_module(fd [, parameters [, flags]]) -> true */
static int sys_finit_module(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	const char *parameters = luaL_optstring(L, 2, "");

	return sys_result(L, syscall(SYS_finit_module, fd, parameters,
				     (int)sys_checkconst(L, 3,
							 &sys_MODULE_INIT)));
}

/* S.init_module(image [, parameters]) -> true */
static int sys_init_module(lua_State *L)
{
	size_t size;
	const void *image = sys_checkbytes(L, 1, &size);

	return sys_result(L, syscall(SYS_init_module, image, size,
				     luaL_optstring(L, 2, "")));
}

/* S.delete_module(name [, flags]) -> true */
static int sys_delete_module(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	return sys_result(L, syscall(SYS_delete_module, name,
				     (unsigned)sys_checkconst(L, 2, &sys_O)));
}

/* S.getrandom(buffer [, count [, flags]]) -> number */
static int sys_getrandom(lua_State *L)
{
	size_t size;
	void *buffer = sys_checkbuffer(L, 1, &size);

	size = sys_optcount(L, 2, size);
	return sys_integer(L, getrandom(buffer, size,
					(unsigned)sys_checkconst(L, 3,
								 &sys_GRND)));
}

#define KEXEC_FILE_LIST(P, V)                                          \
	P(KEXEC_FILE, UNLOAD) P(KEXEC_FILE, ON_CRASH)                  \
	P(KEXEC_FILE, NO_INITRAMFS)
SYS_CONSTS(KEXEC_FILE, SYS_MULTI, KEXEC_FILE_LIST);

/*
 * S.kexec_file_load(kernel, initramfs [, command line [, flags]]) -> true: the
 * kernel that reboot's "kexec" starts, from descriptors; -1 is none
 */
static int sys_kexec_file_load(lua_State *L)
{
	int kernel = sys_optfd(L, 1, -1), initramfs = sys_optfd(L, 2, -1);
	unsigned long flags = (unsigned long)sys_checkconst(L, 4,
							    &sys_KEXEC_FILE);
	const char *line = sys_optpath(L, 3, "");

	if (initramfs < 0)
		flags |= KEXEC_FILE_NO_INITRAMFS;
#ifdef __NR_kexec_file_load /* not on 32-bit x86 */
	return sys_result(L, syscall(__NR_kexec_file_load, kernel, initramfs,
				     (unsigned long)strlen(line) + 1, line,
				     flags));
#else
	(void)kernel, (void)line, (void)flags;
	return sys_fail(L, ENOSYS);
#endif
}

#define PERSONALITY_LIST(P, V)                                         \
	V(ADDR_NO_RANDOMIZE, ADDR_NO_RANDOMIZE)                        \
	V(ADDR_COMPAT_LAYOUT, ADDR_COMPAT_LAYOUT)                      \
	V(MMAP_PAGE_ZERO, MMAP_PAGE_ZERO)                              \
	V(READ_IMPLIES_EXEC, READ_IMPLIES_EXEC)                        \
	V(STICKY_TIMEOUTS, STICKY_TIMEOUTS) V(UNAME26, UNAME26)        \
	V(LINUX32, PER_LINUX32)
SYS_CONSTS(PERSONALITY, SYS_MULTI, PERSONALITY_LIST);

/* S.personality([flags]) -> what it was; nil: it stays */
static int sys_personality(lua_State *L)
{
	unsigned long persona = 0xffffffff;

	if (!lua_isnoneornil(L, 1))
		persona = (unsigned long)sys_checkconst(L, 1,
							&sys_PERSONALITY);
	return sys_integer(L, syscall(SYS_personality, persona));
}

/* S.acct([file]) -> true: accounting to that file, or none */
static int sys_acct(lua_State *L)
{
	return sys_result(L, acct(sys_optpath(L, 1, NULL)));
}

static int sys_vhangup(lua_State *L)
{
	return sys_result(L, vhangup());
}

static int sys_getpagesize(lua_State *L)
{
	lua_pushinteger(L, sysconf(_SC_PAGESIZE));
	return 1;
}

#define FUNCTIONS(F, G) \
	F(uname) F(gethostname) F(getdomainname) F(sethostname) \
	F(setdomainname) F(sysinfo) F(syslog) F(reboot) \
	F(finit_module) F(init_module) F(delete_module) F(getrandom) \
	F(personality) \
	F(kexec_file_load) F(getpagesize) F(acct) F(vhangup)
SYS_AREA(system, FUNCTIONS);
