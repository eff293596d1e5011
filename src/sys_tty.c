/*
 * sys_tty.c - terminals: the window's size
 *
 * Layer: system call binding; no policy. Lua-side signatures:
 * lua/meta/syscall.lua.
 */

#include <sys/ioctl.h>
#include <unistd.h>

#include "sys.h"

#define WINSIZE(X, T)                                                   \
	X(F, T, ws_row) X(F, T, ws_col) X(F, T, ws_xpixel) X(F, T, ws_ypixel)
SYS_STRUCT(winsize, "file", "ws_", struct winsize, WINSIZE);

/* S.tcgetwinsize(fd) -> winsize | nil, err: NOTTY for what is no terminal */
static int sys_tcgetwinsize(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct winsize *size = sys_newmem(L, &sys_layout_winsize, 1);

	if (ioctl(fd, TIOCGWINSZ, size) != 0)
		return sys_result(L, -1);
	return 1;
}

/* S.isatty(fd) -> true | nil, err */
static int sys_isatty(lua_State *L)
{
	return sys_result(L, isatty(sys_checkfd(L, 1)) ? 0 : -1);
}

#define FUNCTIONS(F, G) \
	F(tcgetwinsize) F(isatty)
SYS_AREA(tty, FUNCTIONS);
