/*
 * send_lua.c - send a request with a descriptor
 *
 * Layer: C module "init.send", used by init/client.lua only; PID 1 never runs
 * it. A plan goes to PID 1 as an open memfd (unix(7), SCM_RIGHTS).
 *
 *   send(socket, bytes, fd) -> true | nil, error
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "../src/sys.h"
#include "vm.h"

static int send_with(lua_State *L)
{
	int socket = sys_checkfd(L, 1);
	struct iovec iov;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&m);
	int fd = sys_checkfd(L, 3);

	iov.iov_base = (void *)luaL_checklstring(L, 2, &iov.iov_len);
	memset(control, 0, sizeof(control));
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sys_result(L, sendmsg(socket, &m, MSG_NOSIGNAL) < 0 ? -1 : 0);
}

static int luaopen_send(lua_State *L)
{
	lua_pushcfunction(L, send_with);
	return 1;
}

VM_MODULE("init.send", luaopen_send);
