/*
 * sys_ioctl.c - ioctl(2), and the numbers of its requests
 *
 * Layer: system call binding; no policy. What a request takes and answers is
 * lua/syscall/ioctl.lua's to know. Old requests do not tell how much the kernel
 * reads and writes: it does so in a copy that is large enough for all of them.
 */

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <linux/if_tun.h>
#include <linux/input.h>
#include <linux/perf_event.h>
#include <linux/sockios.h>
#include <linux/uinput.h>
#include <linux/vfio.h>
#include <linux/vhost.h>
#include <linux/watchdog.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h> /* its sizes decide which SIOCGSTAMP there is */
#include <unistd.h>

#include "sys.h"

#define IOCTL_LIST(P, V) \
	V(EVIOCGEFFECTS, EVIOCGEFFECTS) V(EVIOCGID, EVIOCGID) \
	V(EVIOCGKEYCODE, EVIOCGKEYCODE) V(EVIOCGKEYCODE_V2, EVIOCGKEYCODE_V2) \
	V(EVIOCGRAB, EVIOCGRAB) V(EVIOCGREP, EVIOCGREP) \
	V(EVIOCGVERSION, EVIOCGVERSION) V(EVIOCRMFF, EVIOCRMFF) \
	V(EVIOCSFF, EVIOCSFF) V(EVIOCSKEYCODE, EVIOCSKEYCODE) \
	V(EVIOCSKEYCODE_V2, EVIOCSKEYCODE_V2) V(EVIOCSREP, EVIOCSREP) \
	V(FIOASYNC, FIOASYNC) V(FIOCLEX, FIOCLEX) V(FIOGETOWN, FIOGETOWN) \
	V(FIONBIO, FIONBIO) V(FIONCLEX, FIONCLEX) V(FIONREAD, FIONREAD) \
	V(FIOQSIZE, FIOQSIZE) V(FIOSETOWN, FIOSETOWN) \
	V(PERF_EVENT_IOC_DISABLE, PERF_EVENT_IOC_DISABLE) \
	V(PERF_EVENT_IOC_ENABLE, PERF_EVENT_IOC_ENABLE) \
	V(PERF_EVENT_IOC_ID, PERF_EVENT_IOC_ID) \
	V(PERF_EVENT_IOC_PERIOD, PERF_EVENT_IOC_PERIOD) \
	V(PERF_EVENT_IOC_REFRESH, PERF_EVENT_IOC_REFRESH) \
	V(PERF_EVENT_IOC_RESET, PERF_EVENT_IOC_RESET) \
	V(PERF_EVENT_IOC_SET_BPF, PERF_EVENT_IOC_SET_BPF) \
	V(PERF_EVENT_IOC_SET_FILTER, PERF_EVENT_IOC_SET_FILTER) \
	V(PERF_EVENT_IOC_SET_OUTPUT, PERF_EVENT_IOC_SET_OUTPUT) \
	V(SIOCADDRT, SIOCADDRT) V(SIOCATMARK, SIOCATMARK) \
	V(SIOCBRADDBR, SIOCBRADDBR) V(SIOCBRADDIF, SIOCBRADDIF) \
	V(SIOCBRDELBR, SIOCBRDELBR) V(SIOCBRDELIF, SIOCBRDELIF) \
	V(SIOCDARP, SIOCDARP) V(SIOCDELRT, SIOCDELRT) V(SIOCGARP, SIOCGARP) \
	V(SIOCGIFFLAGS, SIOCGIFFLAGS) V(SIOCGIFHWADDR, SIOCGIFHWADDR) \
	V(SIOCGIFINDEX, SIOCGIFINDEX) V(SIOCGIFMTU, SIOCGIFMTU) \
	V(SIOCGPGRP, SIOCGPGRP) V(SIOCGSTAMP, SIOCGSTAMP) \
	V(SIOCGSTAMPNS, SIOCGSTAMPNS) V(SIOCRTMSG, SIOCRTMSG) \
	V(SIOCSARP, SIOCSARP) V(SIOCSIFFLAGS, SIOCSIFFLAGS) \
	V(SIOCSIFHWADDR, SIOCSIFHWADDR) V(SIOCSIFMTU, SIOCSIFMTU) \
	V(SIOCSPGRP, SIOCSPGRP) V(TCFLSH, TCFLSH) V(TCGETS, TCGETS) \
	V(TCGETS2, TCGETS2) V(TCGETX, TCGETX) V(TCSBRK, TCSBRK) \
	V(TCSBRKP, TCSBRKP) V(TCSETS, TCSETS) V(TCSETS2, TCSETS2) \
	V(TCSETSF, TCSETSF) V(TCSETSF2, TCSETSF2) V(TCSETSW, TCSETSW) \
	V(TCSETSW2, TCSETSW2) V(TCSETX, TCSETX) V(TCSETXF, TCSETXF) \
	V(TCSETXW, TCSETXW) V(TCXONC, TCXONC) V(TIOCCBRK, TIOCCBRK) \
	V(TIOCCONS, TIOCCONS) V(TIOCEXCL, TIOCEXCL) V(TIOCGDEV, TIOCGDEV) \
	V(TIOCGETD, TIOCGETD) V(TIOCGICOUNT, TIOCGICOUNT) \
	V(TIOCGLCKTRMIOS, TIOCGLCKTRMIOS) V(TIOCGPGRP, TIOCGPGRP) \
	V(TIOCGPTN, TIOCGPTN) V(TIOCGSERIAL, TIOCGSERIAL) \
	V(TIOCGSID, TIOCGSID) V(TIOCGSOFTCAR, TIOCGSOFTCAR) \
	V(TIOCGWINSZ, TIOCGWINSZ) V(TIOCINQ, FIONREAD) V(TIOCLINUX, TIOCLINUX) \
	V(TIOCMBIC, TIOCMBIC) V(TIOCMBIS, TIOCMBIS) V(TIOCMGET, TIOCMGET) \
	V(TIOCMIWAIT, TIOCMIWAIT) V(TIOCMSET, TIOCMSET) \
	V(TIOCNOTTY, TIOCNOTTY) V(TIOCNXCL, TIOCNXCL) V(TIOCOUTQ, TIOCOUTQ) \
	V(TIOCPKT, TIOCPKT) V(TIOCSBRK, TIOCSBRK) V(TIOCSCTTY, TIOCSCTTY) \
	V(TIOCSERCONFIG, TIOCSERCONFIG) V(TIOCSERGETLSR, TIOCSERGETLSR) \
	V(TIOCSERGETMULTI, TIOCSERGETMULTI) V(TIOCSERGSTRUCT, TIOCSERGSTRUCT) \
	V(TIOCSERGWILD, TIOCSERGWILD) V(TIOCSERSETMULTI, TIOCSERSETMULTI) \
	V(TIOCSERSWILD, TIOCSERSWILD) V(TIOCSETD, TIOCSETD) \
	V(TIOCSIG, TIOCSIG) V(TIOCSLCKTRMIOS, TIOCSLCKTRMIOS) \
	V(TIOCSPGRP, TIOCSPGRP) V(TIOCSPTLCK, TIOCSPTLCK) \
	V(TIOCSSERIAL, TIOCSSERIAL) V(TIOCSSOFTCAR, TIOCSSOFTCAR) \
	V(TIOCSTI, TIOCSTI) V(TIOCSWINSZ, TIOCSWINSZ) \
	V(TIOCVHANGUP, TIOCVHANGUP) V(TUNATTACHFILTER, TUNATTACHFILTER) \
	V(TUNDETACHFILTER, TUNDETACHFILTER) V(TUNGETFEATURES, TUNGETFEATURES) \
	V(TUNGETIFF, TUNGETIFF) V(TUNGETSNDBUF, TUNGETSNDBUF) \
	V(TUNGETVNETHDRSZ, TUNGETVNETHDRSZ) V(TUNSETDEBUG, TUNSETDEBUG) \
	V(TUNSETGROUP, TUNSETGROUP) V(TUNSETIFF, TUNSETIFF) \
	V(TUNSETLINK, TUNSETLINK) V(TUNSETNOCSUM, TUNSETNOCSUM) \
	V(TUNSETOFFLOAD, TUNSETOFFLOAD) V(TUNSETOWNER, TUNSETOWNER) \
	V(TUNSETPERSIST, TUNSETPERSIST) V(TUNSETQUEUE, TUNSETQUEUE) \
	V(TUNSETSNDBUF, TUNSETSNDBUF) V(TUNSETTXFILTER, TUNSETTXFILTER) \
	V(TUNSETVNETHDRSZ, TUNSETVNETHDRSZ) V(UI_DEV_CREATE, UI_DEV_CREATE) \
	V(UI_DEV_DESTROY, UI_DEV_DESTROY) V(UI_SET_EVBIT, UI_SET_EVBIT) \
	V(UI_SET_KEYBIT, UI_SET_KEYBIT) \
	V(VFIO_CHECK_EXTENSION, VFIO_CHECK_EXTENSION) \
	V(VFIO_GET_API_VERSION, VFIO_GET_API_VERSION) \
	V(VHOST_GET_FEATURES, VHOST_GET_FEATURES) \
	V(VHOST_GET_VRING_BASE, VHOST_GET_VRING_BASE) \
	V(VHOST_NET_SET_BACKEND, VHOST_NET_SET_BACKEND) \
	V(VHOST_RESET_OWNER, VHOST_RESET_OWNER) \
	V(VHOST_SET_FEATURES, VHOST_SET_FEATURES) \
	V(VHOST_SET_LOG_BASE, VHOST_SET_LOG_BASE) \
	V(VHOST_SET_LOG_FD, VHOST_SET_LOG_FD) \
	V(VHOST_SET_MEM_TABLE, VHOST_SET_MEM_TABLE) \
	V(VHOST_SET_OWNER, VHOST_SET_OWNER) \
	V(VHOST_SET_VRING_ADDR, VHOST_SET_VRING_ADDR) \
	V(VHOST_SET_VRING_BASE, VHOST_SET_VRING_BASE) \
	V(VHOST_SET_VRING_CALL, VHOST_SET_VRING_CALL) \
	V(VHOST_SET_VRING_ERR, VHOST_SET_VRING_ERR) \
	V(VHOST_SET_VRING_KICK, VHOST_SET_VRING_KICK) \
	V(VHOST_SET_VRING_NUM, VHOST_SET_VRING_NUM) \
	V(WDIOC_KEEPALIVE, WDIOC_KEEPALIVE) \
	V(WDIOC_SETOPTIONS, WDIOC_SETOPTIONS) \
	V(WDIOC_SETTIMEOUT, WDIOC_SETTIMEOUT)
SYS_CONSTS(IOCTL_NUMBER, SYS_STRFLAG | SYS_WIDE, IOCTL_LIST);

/* how a number is made of direction, size, type and number: asm/ioctl.h */
#define IOC_LIST(P, V)                                                    \
	V(NRSHIFT, _IOC_NRSHIFT) V(TYPESHIFT, _IOC_TYPESHIFT)             \
	V(SIZESHIFT, _IOC_SIZESHIFT) V(DIRSHIFT, _IOC_DIRSHIFT)           \
	V(NONE, _IOC_NONE) V(READ, _IOC_READ) V(WRITE, _IOC_WRITE)
SYS_CONSTS(IOC, SYS_STRFLAG, IOC_LIST);

enum { COPY = 4096 };

/* Lua's part: names, and requests whose argument is known. */
static int typed(lua_State *L)
{
	lua_settop(L, 3);
	lua_getglobal(L, "require");
	lua_pushliteral(L, "syscall.ioctl");
	lua_call(L, 1, 1);
	lua_getfield(L, -1, "_perform");
	lua_insert(L, 1);
	lua_settop(L, 4);
	lua_call(L, 3, LUA_MULTRET);
	return lua_gettop(L);
}

static int answered(lua_State *L, long r)
{
	if (r < 0)
		return sys_fail(L, errno);
	if (r == 0)
		lua_pushboolean(L, 1);
	else
		lua_pushinteger(L, r);
	return 1;
}

/* An integer is passed by its address: of so many bytes as the number says. */
static void put_integer(char *copy, unsigned long request, long long n)
{
	int32_t i = (int32_t)n;
	int64_t wide = n;

	if (_IOC_SIZE(request) == sizeof wide)
		memcpy(copy, &wide, sizeof wide);
	else
		memcpy(copy, &i, sizeof i);
}

/*
 * S.ioctl(fd, request [, argument]) -> true, or the number that is no zero; of
 * a request by name, what it answers. The argument is memory, a string or an
 * integer, of which the kernel gets the address; or an fd object or S.mem.
 * pointer(number), of which it gets the number itself.
 */
static int sys_ioctl(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	unsigned long request;
	const void *bytes;
	size_t size;
	long r;
	_Alignas(16) char copy[COPY];

	if (lua_type(L, 2) != LUA_TNUMBER)
		return typed(L);
	request = (unsigned long)sys_checkint(L, 2);
	if (lua_isnoneornil(L, 3))
		return answered(L, syscall(SYS_ioctl, fd, request, 0L));
	if (sys_isfd(L, 3))
		return answered(L, syscall(SYS_ioctl, fd, request,
					   (long)sys_checkfd(L, 3)));
	memset(copy, 0, sizeof copy);
	if (lua_type(L, 3) == LUA_TNUMBER) {
		put_integer(copy, request, sys_checkint(L, 3));
		return answered(L, syscall(SYS_ioctl, fd, request, copy));
	}
	bytes = sys_checkbytes(L, 3, &size);
	if (size == 0 && sys_tomem(L, 3)) /* S.mem.pointer */
		return answered(L, syscall(SYS_ioctl, fd, request, bytes));
	if (size > COPY || _IOC_SIZE(request) > COPY) {
		luaL_argcheck(L, size >= _IOC_SIZE(request), 3, "too short");
		return answered(L, syscall(SYS_ioctl, fd, request,
					   sys_checkbuffer(L, 3, &size)));
	}
	memcpy(copy, bytes, size);
	r = syscall(SYS_ioctl, fd, request, copy);
	if (sys_tomem(L, 3) && memcmp(bytes, copy, size) != 0)
		memcpy(sys_checkwritable(L, 3, &size), copy, size);
	return answered(L, r);
}

#define FUNCTIONS(F, G) F(ioctl)
SYS_AREA(ioctl, FUNCTIONS);
