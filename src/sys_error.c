/*
 * sys_error.c - error objects
 *
 * Layer: mechanism. There is one object for each errno, made when it is first
 * needed and shared ever after, so a failure allocates nothing.
 */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "sys.h"

/* The first name of a number is the one tostring and sym use. */
#define E_LIST(P, V)                                                        \
	V(PERM, EPERM) V(NOENT, ENOENT) V(SRCH, ESRCH) V(INTR, EINTR)       \
	V(IO, EIO) V(NXIO, ENXIO) V(2BIG, E2BIG) V(NOEXEC, ENOEXEC)         \
	V(BADF, EBADF) V(CHILD, ECHILD) V(AGAIN, EAGAIN)                    \
	V(WOULDBLOCK, EWOULDBLOCK) V(NOMEM, ENOMEM) V(ACCES, EACCES)        \
	V(FAULT, EFAULT) V(NOTBLK, ENOTBLK) V(BUSY, EBUSY) V(EXIST, EEXIST) \
	V(XDEV, EXDEV) V(NODEV, ENODEV) V(NOTDIR, ENOTDIR)                  \
	V(ISDIR, EISDIR) V(INVAL, EINVAL) V(NFILE, ENFILE)                  \
	V(MFILE, EMFILE) V(NOTTY, ENOTTY) V(TXTBSY, ETXTBSY)                \
	V(FBIG, EFBIG) V(NOSPC, ENOSPC) V(SPIPE, ESPIPE) V(ROFS, EROFS)     \
	V(MLINK, EMLINK) V(PIPE, EPIPE) V(DOM, EDOM) V(RANGE, ERANGE)       \
	V(DEADLK, EDEADLK) V(DEADLOCK, EDEADLOCK)                           \
	V(NAMETOOLONG, ENAMETOOLONG) V(NOLCK, ENOLCK) V(NOSYS, ENOSYS)      \
	V(NOTEMPTY, ENOTEMPTY) V(LOOP, ELOOP) V(NOMSG, ENOMSG)              \
	V(IDRM, EIDRM) V(CHRNG, ECHRNG) V(L2NSYNC, EL2NSYNC)                \
	V(L3HLT, EL3HLT) V(L3RST, EL3RST) V(LNRNG, ELNRNG)                  \
	V(UNATCH, EUNATCH) V(NOCSI, ENOCSI) V(L2HLT, EL2HLT)                \
	V(BADE, EBADE) V(BADR, EBADR) V(XFULL, EXFULL) V(NOANO, ENOANO)     \
	V(BADRQC, EBADRQC) V(BADSLT, EBADSLT) V(BFONT, EBFONT)              \
	V(NOSTR, ENOSTR) V(NODATA, ENODATA) V(NOATTR, ENODATA)              \
	V(TIME, ETIME) V(NOSR, ENOSR) V(NONET, ENONET) V(NOPKG, ENOPKG)     \
	V(REMOTE, EREMOTE) V(NOLINK, ENOLINK) V(ADV, EADV)                  \
	V(SRMNT, ESRMNT) V(COMM, ECOMM) V(PROTO, EPROTO)                    \
	V(MULTIHOP, EMULTIHOP) V(DOTDOT, EDOTDOT) V(BADMSG, EBADMSG)        \
	V(OVERFLOW, EOVERFLOW) V(NOTUNIQ, ENOTUNIQ) V(BADFD, EBADFD)        \
	V(REMCHG, EREMCHG) V(LIBACC, ELIBACC) V(LIBBAD, ELIBBAD)            \
	V(LIBSCN, ELIBSCN) V(LIBMAX, ELIBMAX) V(LIBEXEC, ELIBEXEC)          \
	V(ILSEQ, EILSEQ) V(RESTART, ERESTART) V(STRPIPE, ESTRPIPE)          \
	V(USERS, EUSERS) V(NOTSOCK, ENOTSOCK) V(DESTADDRREQ, EDESTADDRREQ)  \
	V(MSGSIZE, EMSGSIZE) V(PROTOTYPE, EPROTOTYPE)                       \
	V(NOPROTOOPT, ENOPROTOOPT) V(PROTONOSUPPORT, EPROTONOSUPPORT)       \
	V(SOCKTNOSUPPORT, ESOCKTNOSUPPORT) V(OPNOTSUPP, EOPNOTSUPP)         \
	V(NOTSUP, ENOTSUP) V(PFNOSUPPORT, EPFNOSUPPORT)                     \
	V(AFNOSUPPORT, EAFNOSUPPORT) V(ADDRINUSE, EADDRINUSE)               \
	V(ADDRNOTAVAIL, EADDRNOTAVAIL) V(NETDOWN, ENETDOWN)                 \
	V(NETUNREACH, ENETUNREACH) V(NETRESET, ENETRESET)                   \
	V(CONNABORTED, ECONNABORTED) V(CONNRESET, ECONNRESET)               \
	V(NOBUFS, ENOBUFS) V(ISCONN, EISCONN) V(NOTCONN, ENOTCONN)          \
	V(SHUTDOWN, ESHUTDOWN) V(TOOMANYREFS, ETOOMANYREFS)                 \
	V(TIMEDOUT, ETIMEDOUT) V(CONNREFUSED, ECONNREFUSED)                 \
	V(HOSTDOWN, EHOSTDOWN) V(HOSTUNREACH, EHOSTUNREACH)                 \
	V(ALREADY, EALREADY) V(INPROGRESS, EINPROGRESS) V(STALE, ESTALE)    \
	V(UCLEAN, EUCLEAN) V(NOTNAM, ENOTNAM) V(NAVAIL, ENAVAIL)            \
	V(ISNAM, EISNAM) V(REMOTEIO, EREMOTEIO) V(DQUOT, EDQUOT)            \
	V(NOMEDIUM, ENOMEDIUM) V(MEDIUMTYPE, EMEDIUMTYPE)                   \
	V(CANCELED, ECANCELED) V(NOKEY, ENOKEY)                             \
	V(KEYEXPIRED, EKEYEXPIRED) V(KEYREVOKED, EKEYREVOKED)               \
	V(KEYREJECTED, EKEYREJECTED) V(OWNERDEAD, EOWNERDEAD)               \
	V(NOTRECOVERABLE, ENOTRECOVERABLE) V(RFKILL, ERFKILL)               \
	V(HWPOISON, EHWPOISON)
SYS_CONSTS(E, SYS_STRFLAG, E_LIST);

static const char tag;
static const char shared_key; /* registry: the objects by errno */

struct error_object {
	const void *tag;
	int errnum;
};

static struct error_object *to_error(lua_State *L, int arg)
{
	struct error_object *e;

	if (lua_type(L, arg) != LUA_TUSERDATA ||
	    lua_rawlen(L, arg) != sizeof *e)
		return NULL;
	e = lua_touserdata(L, arg);
	return e->tag == &tag ? e : NULL;
}

static int named(const char *name, long long *value)
{
	const char *n = sys_constnames(&sys_E);
	unsigned i;

	for (i = 0; i < sys_E.count; i++, n += strlen(n) + 1) {
		if (strcasecmp(n, name) == 0) {
			*value = sys_constvalue(&sys_E, i);
			return 1;
		}
	}
	return 0;
}

/* err.errno, err.sym, err.NOENT, err.noent, err.ENOENT */
static int error_index(lua_State *L)
{
	struct error_object *e = to_error(L, 1);
	const char *name = luaL_checkstring(L, 2);
	const char *sym = sys_constname(&sys_E, e->errnum);
	long long value;

	if (strcmp(name, "errno") == 0) {
		lua_pushinteger(L, e->errnum);
		return 1;
	}
	if (strcmp(name, "sym") == 0 || strcmp(name, "lsym") == 0) {
		lua_pushstring(L, sym);
		if (name[0] == 'l' && sym) {
			lua_getfield(L, -1, "lower");
			lua_insert(L, -2);
			lua_call(L, 1, 1);
		}
		return 1;
	}
	if (!named(name, &value) &&
	    !((name[0] == 'E' || name[0] == 'e') && named(name + 1, &value)))
		return luaL_error(L, "invalid error %s", name);
	lua_pushboolean(L, value == e->errnum);
	return 1;
}

static int error_tostring(lua_State *L)
{
	struct error_object *e = to_error(L, 1);

	lua_pushstring(L, strerror(e->errnum));
	return 1;
}

static int error_concat(lua_State *L)
{
	luaL_tolstring(L, 1, NULL);
	luaL_tolstring(L, 2, NULL);
	lua_concat(L, 2);
	return 1;
}

static void push_metatable(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"__index", error_index},
		{"__tostring", error_tostring},
		{"__concat", error_concat},
		{NULL, NULL},
	};

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	luaL_newlib(L, methods);
	lua_pushliteral(L, "error");
	lua_setfield(L, -2, "__name");
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
}

void sys_pusherror(lua_State *L, int errnum)
{
	struct error_object *e;

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &shared_key) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &shared_key);
	}
	if (lua_rawgeti(L, -1, errnum) == LUA_TNIL) {
		lua_pop(L, 1);
		e = lua_newuserdatauv(L, sizeof *e, 0);
		e->tag = &tag;
		e->errnum = errnum;
		push_metatable(L);
		lua_setmetatable(L, -2);
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, errnum);
	}
	lua_remove(L, -2);
}

int sys_fail(lua_State *L, int errnum)
{
	lua_pushnil(L);
	sys_pusherror(L, errnum);
	return 2;
}

/* t.error([errno]) */
static int new_error(lua_State *L)
{
	int saved = errno;

	if (to_error(L, 1))
		lua_settop(L, 1);
	else if (lua_type(L, 1) == LUA_TSTRING)
		sys_pusherror(L, (int)sys_checkconst(L, 1, &sys_E));
	else
		sys_pusherror(L, (int)sys_optint(L, 1, saved));
	return 1;
}

void sys_push_errortype(lua_State *L)
{
	lua_pushcfunction(L, new_error);
}

/* S.errno([new]) -> the thread's errno */
static int sys_errno(lua_State *L)
{
	int old = errno;

	if (!lua_isnoneornil(L, 1))
		errno = (int)sys_checkconst(L, 1, &sys_E);
	lua_pushinteger(L, old);
	return 1;
}

/* S.strerror(errno) -> text */
static int sys_strerror(lua_State *L)
{
	lua_pushstring(L, strerror((int)sys_checkconst(L, 1, &sys_E)));
	return 1;
}

#define FUNCTIONS(F, G) \
	F(errno) F(strerror)
SYS_AREA(error, FUNCTIONS);
