/*
 * sys_fanotify.c - what happens to files of a whole file system or mount
 *
 * Layer: system call binding; no policy. Follows fanotify(7). Events own the
 * descriptors that the kernel opened for them.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fanotify.h>
#include <linux/unistd.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

/* sys/fanotify.h defines again, in libc's way, what the kernel's header has */
int fanotify_mark(int fd, unsigned flags, unsigned long long mask, int dir,
		  const char *path);

#define FAN_LIST(P, V)                                                 \
	P(FAN, ACCESS) P(FAN, MODIFY) P(FAN, ATTRIB) P(FAN, CLOSE_WRITE) \
	P(FAN, CLOSE_NOWRITE) P(FAN, OPEN) P(FAN, MOVED_FROM)          \
	P(FAN, MOVED_TO) P(FAN, CREATE) P(FAN, DELETE)                 \
	P(FAN, DELETE_SELF) P(FAN, MOVE_SELF) P(FAN, OPEN_EXEC)        \
	P(FAN, Q_OVERFLOW) P(FAN, FS_ERROR) P(FAN, OPEN_PERM)          \
	P(FAN, ACCESS_PERM) P(FAN, OPEN_EXEC_PERM)                     \
	P(FAN, EVENT_ON_CHILD) P(FAN, RENAME) P(FAN, ONDIR)            \
	P(FAN, CLOSE) P(FAN, MOVE)
SYS_CONSTS(FAN, SYS_MULTI, FAN_LIST);

#define FAN_INIT_LIST(P, V)                                            \
	P(FAN, CLOEXEC) P(FAN, NONBLOCK) P(FAN, CLASS_NOTIF)           \
	P(FAN, CLASS_CONTENT) P(FAN, CLASS_PRE_CONTENT)                \
	P(FAN, UNLIMITED_QUEUE) P(FAN, UNLIMITED_MARKS)                \
	P(FAN, ENABLE_AUDIT) P(FAN, REPORT_PIDFD) P(FAN, REPORT_TID)   \
	P(FAN, REPORT_FID) P(FAN, REPORT_DIR_FID) P(FAN, REPORT_NAME)  \
	P(FAN, REPORT_TARGET_FID) P(FAN, REPORT_DFID_NAME)             \
	P(FAN, REPORT_DFID_NAME_TARGET)
SYS_CONSTS(FAN_INIT, SYS_MULTI, FAN_INIT_LIST);

#define FAN_MARK_LIST(P, V)                                            \
	P(FAN_MARK, ADD) P(FAN_MARK, REMOVE) P(FAN_MARK, DONT_FOLLOW)  \
	P(FAN_MARK, ONLYDIR) P(FAN_MARK, INODE) P(FAN_MARK, MOUNT)     \
	P(FAN_MARK, FILESYSTEM) P(FAN_MARK, IGNORED_MASK)              \
	P(FAN_MARK, IGNORED_SURV_MODIFY) P(FAN_MARK, FLUSH)            \
	P(FAN_MARK, EVICTABLE) P(FAN_MARK, IGNORE) P(FAN_MARK, IGNORE_SURV)
SYS_CONSTS(FAN_MARK, SYS_MULTI, FAN_MARK_LIST);

#define FAN_RESPONSE_LIST(P, V) P(FAN, ALLOW) P(FAN, DENY) P(FAN, AUDIT)
SYS_CONSTS(FAN_RESPONSE, SYS_MULTI, FAN_RESPONSE_LIST);

#define FAN_EVENT_METADATA(X, T)                                       \
	X(F, T, event_len) X(F, T, vers) X(F, T, metadata_len)         \
	X(F, T, mask) X(F, T, fd) X(F, T, pid)
SYS_STRUCT(fanotify_event_metadata, "", "", struct fanotify_event_metadata,
	   FAN_EVENT_METADATA);

#define FAN_RESPONSE_FIELDS(X, T) X(F, T, fd) X(F, T, response)
SYS_STRUCT(fanotify_response, "options", "", struct fanotify_response,
	   FAN_RESPONSE_FIELDS);

/* S.fanotify_init(flags [, flags of the files' descriptors]) -> fd */
static int sys_fanotify_init(lua_State *L)
{
	unsigned flags = (unsigned)sys_checkconst(L, 1, &sys_FAN_INIT);
	unsigned files = (unsigned)sys_checkconst(L, 2, &sys_O);

	return sys_pushfd(L, (int)syscall(__NR_fanotify_init,
					  flags | FAN_CLOEXEC,
					  files | O_CLOEXEC | O_LARGEFILE));
}

/* S.fanotify_mark(fd, flags, mask [, directory [, path]]) -> true */
static int sys_fanotify_mark(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	unsigned flags = (unsigned)sys_checkconst(L, 2, &sys_FAN_MARK);
	unsigned long long mask =
		(unsigned long long)sys_checkconst(L, 3, &sys_FAN);
	int dir = sys_checkdir(L, 4);

	return sys_result(L, fanotify_mark(fd, flags, mask, dir,
					   sys_optpath(L, 5, NULL)));
}

static void set_handle(lua_State *L, const char *info, size_t size)
{
	const size_t at = offsetof(struct fanotify_event_info_fid, handle);
	const size_t head = 8; /* of struct file_handle */
	uint32_t bytes;
	const char *name;
	int32_t fsid[2];

	if (size < at + head)
		return;
	memcpy(fsid, info + offsetof(struct fanotify_event_info_fid, fsid),
	       sizeof fsid);
	lua_pushinteger(L, (lua_Integer)((uint64_t)(uint32_t)fsid[0] |
					 (uint64_t)(uint32_t)fsid[1] << 32));
	lua_setfield(L, -2, "fsid");
	memcpy(&bytes, info + at, sizeof bytes);
	if (bytes > size - at - head)
		return;
	lua_pushlstring(L, info + at, head + bytes);
	lua_setfield(L, -2, "handle"); /* for S.open_by_handle_at */
	name = info + at + head + bytes;
	if (name < info + size && *name) {
		lua_pushlstring(L, name,
				strnlen(name, (size_t)(info + size - name)));
		lua_setfield(L, -2, "name");
	}
}

/* One record of what follows the event itself, into the table on top. */
static void set_info(lua_State *L, const char *info, size_t size, int *pidfd)
{
	static const char names[][16] = {
		[FAN_EVENT_INFO_TYPE_FID] = "file",
		[FAN_EVENT_INFO_TYPE_DFID_NAME] = "directory",
		[FAN_EVENT_INFO_TYPE_DFID] = "directory",
		[FAN_EVENT_INFO_TYPE_OLD_DFID_NAME] = "old",
		[FAN_EVENT_INFO_TYPE_NEW_DFID_NAME] = "new",
	};
	struct fanotify_event_info_error error;
	unsigned char type = (unsigned char)info[0];

	if (type == FAN_EVENT_INFO_TYPE_PIDFD) {
		if (*pidfd >= 0) {
			sys_pushfd(L, *pidfd);
			*pidfd = -1;
			lua_setfield(L, -2, "pidfd");
		}
	} else if (type == FAN_EVENT_INFO_TYPE_ERROR) {
		if (size < sizeof error)
			return;
		memcpy(&error, info, sizeof error);
		sys_pusherror(L, error.error);
		lua_setfield(L, -2, "error");
		lua_pushinteger(L, error.error_count);
		lua_setfield(L, -2, "error_count");
	} else if (type < sizeof names / sizeof *names && *names[type]) {
		lua_newtable(L);
		set_handle(L, info, size);
		lua_setfield(L, -2, names[type]);
	}
}

/* What is read, and the descriptors in it that have no owner yet. */
struct batch {
	size_t size;
	union {
		struct fanotify_event_metadata align;
		char bytes[8192];
	} u;
};

static int info_pidfd(const char *info, size_t size)
{
	struct fanotify_event_info_pidfd record;

	if (info[0] != FAN_EVENT_INFO_TYPE_PIDFD || size < sizeof record)
		return -1;
	memcpy(&record, info, sizeof record);
	return record.pidfd;
}

/* The record at p, or 0 where there is none that fits before end. */
static size_t info_size(const char *p, const char *end)
{
	struct fanotify_event_info_header head;

	if ((size_t)(end - p) < sizeof head)
		return 0;
	memcpy(&head, p, sizeof head);
	return head.len >= sizeof head && head.len <= end - p ? head.len : 0;
}

static int next_metadata(const struct batch *b, size_t at,
			 struct fanotify_event_metadata *m)
{
	if (b->size - at < sizeof *m)
		return 0;
	memcpy(m, b->u.bytes + at, sizeof *m);
	return m->event_len >= sizeof *m && m->metadata_len >= sizeof *m &&
	       m->event_len <= b->size - at &&
	       m->metadata_len <= m->event_len;
}

/* From here on sys_pushfd answers for it, whatever happens. */
static void disown(char *fd)
{
	memset(fd, 0xff, sizeof(int32_t));
}

static void push_event(lua_State *L, struct batch *b, size_t at,
		       const struct fanotify_event_metadata *m)
{
	const char *p = b->u.bytes + at + m->metadata_len;
	const char *end = b->u.bytes + at + m->event_len;
	size_t n;
	int pidfd;

	lua_createtable(L, 0, 4);
	lua_pushinteger(L, (lua_Integer)m->mask);
	lua_setfield(L, -2, "mask");
	lua_pushinteger(L, m->pid);
	lua_setfield(L, -2, "pid");
	if (m->fd >= 0) {
		disown(b->u.bytes + at +
		       offsetof(struct fanotify_event_metadata, fd));
		sys_pushfd(L, m->fd);
		lua_setfield(L, -2, "fd");
	}
	for (; (n = info_size(p, end)) > 0; p += n) {
		pidfd = info_pidfd(p, n);
		if (pidfd >= 0)
			disown(b->u.bytes + (p - b->u.bytes) +
			       offsetof(struct fanotify_event_info_pidfd,
					pidfd));
		set_info(L, p, n, &pidfd);
	}
}

/* (batch) -> array of events */
static int parse_batch(lua_State *L)
{
	struct batch *b = lua_touserdata(L, 1);
	struct fanotify_event_metadata m;
	size_t at;
	lua_Integer n = 0;

	lua_newtable(L);
	for (at = 0; next_metadata(b, at, &m); at += m.event_len) {
		push_event(L, b, at, &m);
		lua_rawseti(L, -2, ++n);
	}
	return 1;
}

static void close_unowned(const struct batch *b)
{
	struct fanotify_event_metadata m;
	const char *p, *end;
	size_t at, n;
	int fd;

	for (at = 0; next_metadata(b, at, &m); at += m.event_len) {
		if (m.fd >= 0)
			close(m.fd);
		p = b->u.bytes + at + m.metadata_len;
		end = b->u.bytes + at + m.event_len;
		for (; (n = info_size(p, end)) > 0; p += n) {
			fd = info_pidfd(p, n);
			if (fd >= 0)
				close(fd);
		}
	}
}

/*
 * S.fanotify_read(fd) -> array of {mask, pid, fd, pidfd, file, directory, old,
 * new, error, error_count}; file ... new are {handle, fsid, name}
 */
static int sys_fanotify_read(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct batch b;
	ssize_t n = read(fd, &b.u, sizeof b.u);

	if (n < 0)
		return sys_fail(L, errno);
	b.size = (size_t)n;
	lua_pushcfunction(L, parse_batch);
	lua_pushlightuserdata(L, &b);
	if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
		close_unowned(&b);
		return lua_error(L);
	}
	return 1;
}

/* S.fanotify_respond(fd, event's fd, "allow" or "deny") -> true */
static int sys_fanotify_respond(lua_State *L)
{
	int fd = sys_checkfd(L, 1);
	struct fanotify_response answer;

	answer.fd = sys_checkfd(L, 2);
	answer.response = (uint32_t)sys_checkconst(L, 3, &sys_FAN_RESPONSE);
	return sys_result(L, write(fd, &answer, sizeof answer));
}

#define FUNCTIONS(F, G) \
	F(fanotify_init) F(fanotify_mark) F(fanotify_read) F(fanotify_respond)
SYS_AREA(fanotify, FUNCTIONS);
