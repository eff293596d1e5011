/*
 * sys_uring_prepare.c - io_uring: requests, one method a kind
 *
 * Layer: system call binding; no policy. The arguments are those of the call
 * that does the same: io_uring_enter(2). Each kind is a line of a table that
 * says what its arguments are; the letters are explained at take().
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/time_types.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "sys_uring.h"

extern const struct sys_consts sys_MSG, sys_SOCK, sys_SHUT, sys_POLL,
	sys_RENAME, sys_AT_STATX, sys_STATX, sys_SPLICE_F, sys_EPOLL_CTL,
	sys_POSIX_FADV, sys_SYNC_FILE_RANGE;
extern const struct sys_layout sys_layout_statx, sys_layout_open_how;

#define IOSQE_LIST(P, V) P(IOSQE, IO_DRAIN) P(IOSQE, IO_LINK) \
	P(IOSQE, IO_HARDLINK) P(IOSQE, ASYNC) P(IOSQE, FIXED_FILE)
SYS_CONSTS(IOSQE, SYS_MULTI, IOSQE_LIST);

#define IORING_TIMEOUT_LIST(P, V)                                      \
	P(IORING_TIMEOUT, ABS) P(IORING_TIMEOUT, BOOTTIME)             \
	P(IORING_TIMEOUT, REALTIME) P(IORING_TIMEOUT, ETIME_SUCCESS)
SYS_CONSTS(IORING_TIMEOUT, SYS_MULTI, IORING_TIMEOUT_LIST);

#define IORING_FSYNC_LIST(P, V) P(IORING_FSYNC, DATASYNC)
SYS_CONSTS(IORING_FSYNC, SYS_MULTI, IORING_FSYNC_LIST);

#define IORING_POLL_LIST(P, V) V(MULTI, IORING_POLL_ADD_MULTI) \
	V(LEVEL, IORING_POLL_ADD_LEVEL)
SYS_CONSTS(IORING_POLL, SYS_MULTI, IORING_POLL_LIST);

#define IORING_ACCEPT_LIST(P, V) P(IORING_ACCEPT, MULTISHOT)
SYS_CONSTS(IORING_ACCEPT, SYS_MULTI, IORING_ACCEPT_LIST);

struct kind {
	char name[16];
	char arguments[10];
	unsigned char opcode;
	unsigned char makes_fd;
};

static const struct kind kinds[] = {
	{"nop", "", IORING_OP_NOP, 0},
	{"read", "fwno", IORING_OP_READ, 0},
	{"write", "frno", IORING_OP_WRITE, 0},
	{"read_fixed", "fbno", IORING_OP_READ_FIXED, 0},
	{"write_fixed", "fbno", IORING_OP_WRITE_FIXED, 0},
	{"readv", "fvo", IORING_OP_READV, 0},
	{"writev", "fVo", IORING_OP_WRITEV, 0},
	{"send", "frnM", IORING_OP_SEND, 0},
	{"recv", "fwnM", IORING_OP_RECV, 0},
	{"fsync", "fF", IORING_OP_FSYNC, 0},
	{"fallocate", "fLOl", IORING_OP_FALLOCATE, 0},
	{"fadvise", "fBOL", IORING_OP_FADVISE, 0},
	{"sync_file_range", "fOLY", IORING_OP_SYNC_FILE_RANGE, 0},
	{"splice", "xXfoLS", IORING_OP_SPLICE, 0},
	{"tee", "xfLS", IORING_OP_TEE, 0},
	{"epoll_ctl", "fQEW", IORING_OP_EPOLL_CTL, 0},
	{"close_fd", "C", IORING_OP_CLOSE, 0},
	{"poll_add", "fPm", IORING_OP_POLL_ADD, 0},
	{"poll_remove", "i", IORING_OP_POLL_REMOVE, 0},
	{"timeout", "tcT", IORING_OP_TIMEOUT, 0},
	{"timeout_remove", "i", IORING_OP_TIMEOUT_REMOVE, 0},
	{"link_timeout", "tT", IORING_OP_LINK_TIMEOUT, 0},
	{"cancel", "i", IORING_OP_ASYNC_CANCEL, 0},
	{"accept", "fkA", IORING_OP_ACCEPT, 1},
	{"connect", "fa", IORING_OP_CONNECT, 0},
	{"socket", "DKy", IORING_OP_SOCKET, 1},
	{"shutdown", "fH", IORING_OP_SHUTDOWN, 0},
	{"openat", "dpgz", IORING_OP_OPENAT, 1},
	{"openat2", "dph", IORING_OP_OPENAT2, 1},
	{"statx", "dps", IORING_OP_STATX, 0},
	{"unlinkat", "dpu", IORING_OP_UNLINKAT, 0},
	{"mkdirat", "dpz", IORING_OP_MKDIRAT, 0},
	{"renameat", "dpeqR", IORING_OP_RENAMEAT, 0},
	{"linkat", "dpequ", IORING_OP_LINKAT, 0},
	{"symlinkat", "pdq", IORING_OP_SYMLINKAT, 0},
};

/* What is read at the arguments, and copied to the ring when all are good. */
struct draft {
	lua_State *L;
	struct io_uring_sqe sqe;
	struct request *request;
	int object; /* the request's stack index */
	int arg;    /* the next argument */
	int kept;   /* user values in use */
};

/* Has the request keep the value at index. */
static int keep(struct draft *d, int index)
{
	lua_pushvalue(d->L, index);
	lua_setiuservalue(d->L, d->object, ++d->kept);
	return d->kept;
}

static uint64_t address(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

enum { ROOM = sizeof ((struct request *)0)->room };
_Static_assert(ROOM >= sizeof(struct sockaddr_storage) &&
		       ROOM >= sizeof(struct open_how) &&
		       ROOM >= sizeof(struct __kernel_timespec),
	       "room for the largest");

static uint64_t take_path(struct draft *d)
{
	const char *path = sys_checkpath(d->L, d->arg);

	keep(d, d->arg++);
	return address(path);
}

static void take_buffer(struct draft *d, int writable)
{
	size_t size;

	if (writable)
		d->sqe.addr = address(sys_checkbuffer(d->L, d->arg, &size));
	else
		d->sqe.addr = address(sys_checkbytes(d->L, d->arg, &size));
	luaL_argcheck(d->L, size <= 0x7fffffff, d->arg, "too large");
	d->sqe.len = (unsigned)size;
	keep(d, d->arg++);
}

/*
 * The array may change before the request is submitted, and while it is under
 * way: the list is copied, its buffers are kept one by one.
 */
static void take_vector(struct draft *d, int writable)
{
	lua_State *L = d->L;
	struct sys_mem *m = sys_tomem(L, d->arg);
	int listed = m && m->layout == &sys_layout_iovec;
	struct iovec *iov, *copy;
	unsigned n, i;

	iov = sys_checkiov(L, d->arg, writable, &n);
	copy = lua_newuserdatauv(L, (n + 1) * sizeof *copy, 0);
	d->sqe.addr = address(memcpy(copy, iov, n * sizeof *copy));
	d->sqe.len = n;
	keep(d, lua_gettop(L));
	lua_createtable(L, (int)n, 0);
	for (i = 0; i < n; i++) {
		if (listed && !sys_pushpointed(L, d->arg, &iov[i].iov_base))
			lua_pushboolean(L, 0); /* of no bytes */
		else if (!listed && lua_type(L, d->arg) == LUA_TTABLE)
			lua_geti(L, d->arg, (lua_Integer)i + 1);
		else if (!listed)
			lua_pushvalue(L, d->arg);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	keep(d, lua_gettop(L));
	d->arg++;
}

static void take_time(struct draft *d)
{
	struct __kernel_timespec *time = (void *)d->request->room;

	if (!sys_opttime(d->L, d->arg++, time))
		luaL_argerror(d->L, d->arg - 1, "time expected");
	d->sqe.addr = address(time);
	d->sqe.len = 1;
}

/* Memory within a buffer that was registered: which one, the ring knows. */
static void take_registered(struct draft *d)
{
	lua_State *L = d->L;
	struct sys_mem *m;
	const char *p;
	size_t size;
	unsigned i;

	p = sys_checkbuffer(L, d->arg, &size);
	lua_getiuservalue(L, 1, URING_BUFFERS);
	for (i = 0; lua_type(L, -1) == LUA_TTABLE; i++) {
		if (lua_geti(L, -1, (lua_Integer)i + 1) == LUA_TNIL)
			break;
		m = sys_tomem(L, -1);
		if (p >= m->data && p + size <= m->data + m->size) {
			lua_pop(L, 2);
			d->sqe.buf_index = (uint16_t)i;
			take_buffer(d, 1);
			return;
		}
		lua_pop(L, 1);
	}
	luaL_argerror(L, d->arg, "not within a registered buffer");
}

static void take_event(struct draft *d)
{
	struct epoll_event *event = (void *)d->request->room;

	if (lua_isnil(d->L, d->arg)) {
		d->arg++;
		return; /* "del" takes none */
	}
	memcpy(event, sys_checkstruct(d->L, d->arg++, &sys_layout_epoll_event),
	       sizeof *event);
	d->sqe.addr = address(event);
}

static void take_sockaddr(struct draft *d)
{
	size_t size;
	const void *bytes = sys_checkbuffer(d->L, d->arg, &size);

	luaL_argcheck(d->L, size <= ROOM, d->arg, "no address");
	memcpy(d->request->room, bytes, size);
	d->sqe.addr = address(d->request->room);
	d->sqe.off = size;
	d->arg++;
}

static void take_how(struct draft *d)
{
	struct open_how *how = (void *)d->request->room;

	memcpy(how, sys_checkstruct(d->L, d->arg++, &sys_layout_open_how),
	       sizeof *how);
	how->flags |= O_CLOEXEC;
	d->sqe.off = address(how);
	d->sqe.len = sizeof *how;
}

/* flags, mask, struct: the result is the struct */
static void take_statx(struct draft *d)
{
	lua_State *L = d->L;

	d->sqe.statx_flags = (unsigned)sys_checkconst(L, d->arg++,
						      &sys_AT_STATX);
	d->sqe.len = 0xfff; /* STATX_BASIC_STATS | STATX_BTIME */
	if (!lua_isnil(L, d->arg))
		d->sqe.len = (unsigned)sys_checkconst(L, d->arg, &sys_STATX);
	d->arg++;
	d->sqe.off = address(sys_outstruct(L, d->arg, &sys_layout_statx));
	d->request->result = keep(d, d->arg++);
}

static unsigned poll_bits(unsigned events)
{
	if (__BYTE_ORDER == __BIG_ENDIAN) /* two halves, the old one first */
		events = events << 16 | events >> 16;
	return events;
}

/*
 * One letter of a kind: an argument, and the field that it goes to.
 *	f C d e	descriptor; one that is closed; directory; a second one
 *	p q	path; a second one
 *	w r n o	buffer to fill; to send; how much of it; where in the file
 *	v V b	several buffers; one within what was registered
 *	x X	descriptor to splice from, and where in it
 *	i	number of another request
 * Others are flags and numbers of one kind each.
 */
static void take(struct draft *d, char letter)
{
	lua_State *L = d->L;
	struct io_uring_sqe *e = &d->sqe;
	int arg = d->arg;

#define FLAGS(table) (unsigned)sys_checkconst(L, d->arg++, &sys_##table)
	switch (letter) {
	case 'f':
		e->fd = sys_checkfd(L, d->arg++);
		break;
	case 'C': /* the last thing that can go wrong has gone well */
		e->fd = d->request->closes = sys_takefd(L, d->arg++);
		break;
	case 'd':
		e->fd = sys_checkdir(L, d->arg++);
		break;
	case 'e':
		e->len = (unsigned)sys_checkdir(L, d->arg++);
		break;
	case 'p':
		e->addr = take_path(d);
		break;
	case 'q':
		e->off = take_path(d);
		break;
	case 'b':
		take_registered(d);
		break;
	case 'B':
		e->fadvise_advice = FLAGS(POSIX_FADV);
		break;
	case 'Y':
		e->sync_range_flags = FLAGS(SYNC_FILE_RANGE);
		break;
	case 'x':
		e->splice_fd_in = sys_checkfd(L, d->arg++);
		break;
	case 'X':
		e->splice_off_in = (uint64_t)sys_optint(L, d->arg++, -1);
		break;
	case 'S':
		e->splice_flags = FLAGS(SPLICE_F);
		break;
	case 'Q':
		e->len = FLAGS(EPOLL_CTL);
		break;
	case 'E':
		e->off = (uint64_t)sys_checkfd(L, d->arg++);
		break;
	case 'W':
		take_event(d);
		break;
	case 'w':
	case 'r':
		take_buffer(d, letter == 'w');
		break;
	case 'n':
		e->len = (unsigned)sys_optcount(L, d->arg++, e->len);
		break;
	case 'o': /* -1: the file's own position */
		e->off = (uint64_t)sys_optint(L, d->arg++, -1);
		break;
	case 'O':
		e->off = (uint64_t)sys_optint(L, d->arg++, 0);
		break;
	case 'v':
	case 'V':
		take_vector(d, letter == 'v');
		break;
	case 'l':
		e->addr = (uint64_t)sys_checkint(L, d->arg++);
		break;
	case 'L':
		e->len = (unsigned)sys_optint(L, d->arg++, 0);
		break;
	case 'i':
		e->fd = -1;
		e->addr = (uint64_t)sys_checkint(L, d->arg++);
		break;
	case 't':
		e->fd = -1;
		take_time(d);
		break;
	case 'c':
		e->off = (uint64_t)sys_optint(L, d->arg++, 0);
		break;
	case 'a':
		take_sockaddr(d);
		break;
	case 'h':
		take_how(d);
		break;
	case 's':
		take_statx(d);
		break;
	case 'z':
		e->len = FLAGS(MODE);
		break;
	case 'g':
		e->open_flags = FLAGS(O) | O_CLOEXEC | O_LARGEFILE;
		break;
	case 'u':
		e->unlink_flags = FLAGS(AT);
		break;
	case 'R':
		e->rename_flags = FLAGS(RENAME);
		break;
	case 'F':
		e->fsync_flags = FLAGS(IORING_FSYNC);
		break;
	case 'M':
		e->msg_flags = FLAGS(MSG);
		break;
	case 'P':
		e->poll32_events = poll_bits(FLAGS(POLL));
		break;
	case 'm':
		e->len = FLAGS(IORING_POLL);
		luaL_argcheck(L, !(e->len & ~9u), arg, "unknown flags");
		break;
	case 'T':
		e->timeout_flags = FLAGS(IORING_TIMEOUT);
		luaL_argcheck(L, !(e->timeout_flags & ~0x2du), arg,
			      "unknown flags");
		break;
	case 'k':
		e->accept_flags = FLAGS(SOCK) | SOCK_CLOEXEC;
		break;
	case 'A':
		e->ioprio = (uint16_t)(FLAGS(IORING_ACCEPT) & 1);
		break;
	case 'D':
		e->fd = (int)FLAGS(AF);
		break;
	case 'K':
		e->off = FLAGS(SOCK) | SOCK_CLOEXEC;
		break;
	case 'y':
		e->len = (unsigned)sys_optint(L, d->arg++, 0);
		break;
	case 'H':
		e->len = FLAGS(SHUT);
		break;
	}
}

/*
 * ring:KIND(...) -> the request's number, which its completion will have;
 * BUSY: the ring is full until it is submitted. Upvalue: the kind.
 */
static int prepare(lua_State *L)
{
	const struct kind *kind = lua_touserdata(L, lua_upvalueindex(1));
	struct ring *r = uring_check(L, 1);
	struct io_uring_sqe *entry = uring_free_entry(r);
	struct draft d;
	const char *letter;

	if (!entry)
		return sys_fail(L, EBUSY);
	lua_settop(L, 8);
	memset(&d, 0, sizeof d);
	d.L = L;
	d.arg = 2;
	d.request = lua_newuserdatauv(L, sizeof *d.request, URING_KEPT);
	memset(d.request, 0, sizeof *d.request);
	d.object = lua_gettop(L);
	d.request->closes = -1;
	d.request->makes_fd = kind->makes_fd;
	d.sqe.opcode = kind->opcode;
	d.sqe.user_data = r->next_id;
	for (letter = kind->arguments; *letter; letter++)
		take(&d, *letter);

	lua_settop(L, d.object);
	uring_keep(L, 1, r->next_id);
	memcpy(entry, &d.sqe, sizeof d.sqe);
	r->tail++;
	r->pending++;
	lua_pushinteger(L, (lua_Integer)r->next_id++);
	return 1;
}

/*
 * ring:mark(flags): of the request that was prepared last; "fixed_file": its
 * descriptor is a number in the list of register_files, from 0
 */
static int mark(lua_State *L)
{
	const unsigned known = IOSQE_IO_DRAIN | IOSQE_IO_LINK |
			       IOSQE_IO_HARDLINK | IOSQE_ASYNC |
			       IOSQE_FIXED_FILE;
	struct ring *r = uring_check(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 2, &sys_IOSQE);

	luaL_argcheck(L, !(flags & ~known), 2, "unknown flags");
	if (r->tail == *r->sq_tail)
		return luaL_error(L, "nothing prepared since the last submit");
	/* close would close what the number is outside the list, as well */
	luaL_argcheck(L, !(flags & IOSQE_FIXED_FILE) ||
		      r->sqes[(r->tail - 1) & r->sq_mask].opcode !=
			      IORING_OP_CLOSE, 2, "close_fd takes none");
	r->sqes[(r->tail - 1) & r->sq_mask].flags |= (uint8_t)flags;
	lua_settop(L, 1);
	return 1;
}

void uring_add_methods(lua_State *L)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		lua_pushlightuserdata(L, (void *)(uintptr_t)&kinds[i]);
		lua_pushcclosure(L, prepare, 1);
		lua_setfield(L, -2, kinds[i].name);
	}
	lua_pushcfunction(L, mark);
	lua_setfield(L, -2, "mark");
}
