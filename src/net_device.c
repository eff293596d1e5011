/*
 * net_device.c - network devices where netlink has no request: multicast
 * addresses of the link layer
 *
 * Layer: binding, mechanism only: netdevice(7). Lua-side signatures:
 * lua/meta/net_device.lua.
 */

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/if.h>
#include <linux/sockios.h>

#include "sys.h"
#include "vm.h"

/* The name of a device in an argument, into the request. */
static void check_name(lua_State *L, int arg, struct ifreq *r)
{
	size_t size;
	const char *name = luaL_checklstring(L, arg, &size);

	luaL_argcheck(L, size < IFNAMSIZ && strlen(name) == size, arg,
		      "not a name of a device");
	memset(r, 0, sizeof *r);
	memcpy(r->ifr_name, name, size);
}

static int change_multicast(lua_State *L, unsigned long request)
{
	int fd = sys_checkfd(L, 1);
	struct ifreq r;
	size_t size;
	const char *address = luaL_checklstring(L, 3, &size);

	check_name(L, 2, &r);
	luaL_argcheck(L, size <= sizeof r.ifr_hwaddr.sa_data, 3, "too long");
	memcpy(r.ifr_hwaddr.sa_data, address, size);
	return sys_result(L, ioctl(fd, request, &r));
}

/* device.add_multicast(socket, name, address bytes) -> true | nil, err */
static int device_add_multicast(lua_State *L)
{
	return change_multicast(L, SIOCADDMULTI);
}

/* device.drop_multicast(socket, name, address bytes) -> true | nil, err */
static int device_drop_multicast(lua_State *L)
{
	return change_multicast(L, SIOCDELMULTI);
}

static const luaL_Reg functions[] = {
	{"add_multicast", device_add_multicast},
	{"drop_multicast", device_drop_multicast},
	{NULL, NULL},
};

int luaopen_net_device(lua_State *L);

int luaopen_net_device(lua_State *L)
{
	luaL_newlib(L, functions);
	return 1;
}

VM_MODULE("net.device", luaopen_net_device);
