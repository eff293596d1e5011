/*
 * sys_tty.c - terminals and pseudo-terminals: tty_ioctl(4), pty(7)
 *
 * Layer: system call binding; no policy. The kernel's termios, which libc's
 * differs from in size; so no header of libc's for them.
 */

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <asm/termios.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define IFLAG_LIST(P, V) \
	V(IGNBRK, IGNBRK) V(BRKINT, BRKINT) V(IGNPAR, IGNPAR) \
	V(PARMRK, PARMRK) V(INPCK, INPCK) V(ISTRIP, ISTRIP) V(INLCR, INLCR) \
	V(IGNCR, IGNCR) V(ICRNL, ICRNL) V(IUCLC, IUCLC) V(IXON, IXON) \
	V(IXANY, IXANY) V(IXOFF, IXOFF) V(IMAXBEL, IMAXBEL) V(IUTF8, IUTF8)
SYS_CONSTS(IFLAG, SYS_MULTI, IFLAG_LIST);

#define OFLAG_LIST(P, V) \
	V(BS0, BS0) V(CR0, CR0) V(FF0, FF0) V(NL0, NL0) V(TAB0, TAB0) \
	V(VT0, VT0) V(OPOST, OPOST) V(OLCUC, OLCUC) V(ONLCR, ONLCR) \
	V(OCRNL, OCRNL) V(ONOCR, ONOCR) V(ONLRET, ONLRET) V(OFILL, OFILL) \
	V(OFDEL, OFDEL) V(NL1, NL1) V(NLDLY, NLDLY) V(CR1, CR1) V(CR2, CR2) \
	V(CR3, CR3) V(CRDLY, CRDLY) V(TAB1, TAB1) V(TAB2, TAB2) V(TAB3, TAB3) \
	V(TABDLY, TABDLY) V(XTABS, XTABS) V(BS1, BS1) V(BSDLY, BSDLY) \
	V(VT1, VT1) V(VTDLY, VTDLY) V(FF1, FF1) V(FFDLY, FFDLY)
SYS_CONSTS(OFLAG, SYS_MULTI, OFLAG_LIST);

#define CFLAG_LIST(P, V) \
	V(CS5, CS5) V(CS6, CS6) V(CS7, CS7) V(CS8, CS8) V(CSIZE, CSIZE) \
	V(CSTOPB, CSTOPB) V(CREAD, CREAD) V(PARENB, PARENB) V(PARODD, PARODD) \
	V(HUPCL, HUPCL) V(CLOCAL, CLOCAL)
SYS_CONSTS(CFLAG, SYS_MULTI, CFLAG_LIST);

#define LFLAG_LIST(P, V) \
	V(ISIG, ISIG) V(ICANON, ICANON) V(XCASE, XCASE) V(ECHO, ECHO) \
	V(ECHOE, ECHOE) V(ECHOK, ECHOK) V(ECHONL, ECHONL) V(NOFLSH, NOFLSH) \
	V(TOSTOP, TOSTOP) V(ECHOCTL, ECHOCTL) V(ECHOPRT, ECHOPRT) \
	V(ECHOKE, ECHOKE) V(FLUSHO, FLUSHO) V(PENDIN, PENDIN) \
	V(IEXTEN, IEXTEN) V(EXTPROC, EXTPROC)
SYS_CONSTS(LFLAG, SYS_MULTI, LFLAG_LIST);

#define CC_LIST(P, V) \
	V(VINTR, VINTR) V(VQUIT, VQUIT) V(VERASE, VERASE) V(VKILL, VKILL) \
	V(VEOF, VEOF) V(VTIME, VTIME) V(VMIN, VMIN) V(VSWTC, VSWTC) \
	V(VSTART, VSTART) V(VSTOP, VSTOP) V(VSUSP, VSUSP) V(VEOL, VEOL) \
	V(VREPRINT, VREPRINT) V(VDISCARD, VDISCARD) V(VWERASE, VWERASE) \
	V(VLNEXT, VLNEXT) V(VEOL2, VEOL2)
SYS_CONSTS(CC, SYS_STRFLAG, CC_LIST);

#define B_LIST(P, V) \
	V(0, B0) V(50, B50) V(75, B75) V(110, B110) V(134, B134) V(150, B150) \
	V(200, B200) V(300, B300) V(600, B600) V(1200, B1200) V(1800, B1800) \
	V(2400, B2400) V(4800, B4800) V(9600, B9600) V(19200, B19200) \
	V(38400, B38400) V(57600, B57600) V(115200, B115200) \
	V(230400, B230400) V(460800, B460800) V(500000, B500000) \
	V(576000, B576000) V(921600, B921600) V(1000000, B1000000) \
	V(1152000, B1152000) V(1500000, B1500000) V(2000000, B2000000) \
	V(2500000, B2500000) V(3000000, B3000000) V(3500000, B3500000) \
	V(4000000, B4000000)
SYS_CONSTS(B, SYS_BAUD, B_LIST);

#define TIOCM_LIST(P, V) \
	V(LE, TIOCM_LE) V(DTR, TIOCM_DTR) V(RTS, TIOCM_RTS) V(ST, TIOCM_ST) \
	V(SR, TIOCM_SR) V(CTS, TIOCM_CTS) V(CAR, TIOCM_CAR) V(CD, TIOCM_CD) \
	V(RI, TIOCM_RI) V(RNG, TIOCM_RNG) V(DSR, TIOCM_DSR)
SYS_CONSTS(TIOCM, SYS_MULTI, TIOCM_LIST);

#define TCFLOW_LIST(P, V) \
	V(OOFF, TCOOFF) V(OON, TCOON) V(IOFF, TCIOFF) V(ION, TCION)
SYS_CONSTS(TCFLOW, SYS_STRFLAG, TCFLOW_LIST);

#define TCFLUSH_LIST(P, V) \
	V(IFLUSH, TCIFLUSH) V(OFLUSH, TCOFLUSH) V(IOFLUSH, TCIOFLUSH)
SYS_CONSTS(TCFLUSH, SYS_STRFLAG, TCFLUSH_LIST);

#define TCSA_LIST(P, V) V(NOW, 0) V(DRAIN, 1) V(FLUSH, 2)
SYS_CONSTS(TCSA, SYS_STRFLAG, TCSA_LIST);

/* the rest of c_cflag: masks, not names of flags; syscall.constants */
#define CFLAG_MASK_LIST(P, V) \
	V(CBAUD, CBAUD) V(CBAUDEX, CBAUDEX) V(CIBAUD, CIBAUD) \
	V(CMSPAR, CMSPAR) V(CRTSCTS, CRTSCTS)
SYS_CONSTS(CFLAG_MASK, SYS_MULTI, CFLAG_MASK_LIST);

#define TERMIOS(X, T) \
	X(F, T, c_iflag) X(F, T, c_oflag) X(F, T, c_cflag) X(F, T, c_lflag) \
	X(F, T, c_line) X(A, T, c_cc)
SYS_STRUCT(termios, "tty", "c_", struct termios, TERMIOS);

#define TERMIOS2(X, T) TERMIOS(X, T) X(F, T, c_ispeed) X(F, T, c_ospeed)
SYS_STRUCT(termios2, "tty", "c_", struct termios2, TERMIOS2);

#define WINSIZE(X, T)                                                   \
	X(F, T, ws_row) X(F, T, ws_col) X(F, T, ws_xpixel) X(F, T, ws_ypixel)
SYS_STRUCT(winsize, "", "ws_", struct winsize, WINSIZE);

static long control(int fd, unsigned long request, const void *argument)
{
	return syscall(SYS_ioctl, fd, request, argument);
}

/* for requests that take a number, not its address */
static long control_number(int fd, unsigned long request, long argument)
{
	return syscall(SYS_ioctl, fd, request, argument);
}

/* S.tcgetwinsize(fd) -> winsize | nil, err: NOTTY for what is no terminal */
static int sys_tcgetwinsize(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct winsize *size = sys_newmem(L, &sys_layout_winsize, 1);

	if (control(fd, TIOCGWINSZ, size) < 0)
		return sys_fail(L, errno);
	return 1;
}

/* S.tcsetwinsize(fd, winsize) -> true */
static int sys_tcsetwinsize(lua_State *L)
{
	int fd = sys_checkfd(L, 1);

	return sys_result(L, control(fd, TIOCSWINSZ,
				     sys_checkstruct(L, 2,
						     &sys_layout_winsize)));
}

/* S.isatty(fd) -> true | nil, err */
static int sys_isatty(lua_State *L)
{
	struct winsize size;

	return sys_result(L, control(sys_checkfd(L, 1), TIOCGWINSZ, &size));
}

static int sys_tcgetattr(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct termios *termios = sys_newmem(L, &sys_layout_termios, 1);

	if (control(fd, TCGETS, termios) < 0)
		return sys_fail(L, errno);
	return 1;
}

/* S.tcsetattr(fd, [when], termios) -> true */
static int sys_tcsetattr(lua_State *L)
{
	static const unsigned long requests[] = {TCSETS, TCSETSW, TCSETSF};
	int fd = sys_checkfd(L, 1);
	long long when = sys_checkconst(L, 2, &sys_TCSA);

	luaL_argcheck(L, when >= 0 && when <= 2, 2, "now, drain or flush");
	return sys_result(L, control(fd, requests[when],
				     sys_checkstruct(L, 3,
						     &sys_layout_termios)));
}

/* S.tcsendbreak(fd [, tenths of a second]) -> true */
static int sys_tcsendbreak(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	long tenths = (long)sys_optint(L, 2, 0);

	return sys_result(L, control_number(fd, TCSBRKP, tenths));
}

static int sys_tcdrain(lua_State *L)
{
	/* a break of no length, but for its waiting: tty_ioctl(4) */
	return sys_result(L, control_number(sys_checkfd(L, 1), TCSBRK, 1));
}

static int sys_tcflush(lua_State *L)
{
	int fd = sys_checkfd(L, 1);

	return sys_result(L, control_number(fd, TCFLSH,
					    (long)sys_checkconst(
						    L, 2, &sys_TCFLUSH)));
}

static int sys_tcflow(lua_State *L)
{
	int fd = sys_checkfd(L, 1);

	return sys_result(L, control_number(fd, TCXONC,
					    (long)sys_checkconst(
						    L, 2, &sys_TCFLOW)));
}

static int get_number(lua_State *L, unsigned long request)
{
	int number = 0;

	if (control(sys_checkfd(L, 1), request, &number) < 0)
		return sys_fail(L, errno);
	lua_pushinteger(L, number);
	return 1;
}

static int sys_tcgetsid(lua_State *L)
{
	return get_number(L, TIOCGSID);
}

static int sys_tcgetpgrp(lua_State *L)
{
	return get_number(L, TIOCGPGRP);
}

static int sys_tcsetpgrp(lua_State *L)
{
	int fd = sys_checkfd(L, 1), group = (int)sys_checkint(L, 2);

	return sys_result(L, control(fd, TIOCSPGRP, &group));
}

/* S.posix_openpt([flags]) -> fd, the master's */
static int sys_posix_openpt(lua_State *L)
{
	int flags = (int)sys_checkconst(L, 1, &sys_O);

	return sys_pushfd(L, (int)syscall(SYS_openat, AT_FDCWD, "/dev/ptmx",
					  flags | O_CLOEXEC));
}

/* Nothing is to be done since the kernel has devpts. */
static int sys_grantpt(lua_State *L)
{
	sys_checkfd(L, 1);
	lua_pushboolean(L, 1);
	return 1;
}

static int sys_unlockpt(lua_State *L)
{
	int unlock = 0;

	return sys_result(L, control(sys_checkfd(L, 1), TIOCSPTLCK, &unlock));
}

static int sys_ptsname(lua_State *L)
{
	unsigned number;

	if (control(sys_checkfd(L, 1), TIOCGPTN, &number) < 0)
		return sys_fail(L, errno);
	lua_pushfstring(L, "/dev/pts/%d", (int)number);
	return 1;
}

#define FUNCTIONS(F, G) \
	F(tcgetwinsize) F(tcsetwinsize) F(isatty) F(tcgetattr) F(tcsetattr) \
	F(tcsendbreak) F(tcdrain) F(tcflush) F(tcflow) F(tcgetsid) \
	F(tcgetpgrp) F(tcsetpgrp) F(posix_openpt) \
	G(openpt, sys_posix_openpt) F(grantpt) F(unlockpt) F(ptsname)
SYS_AREA(tty, FUNCTIONS);
