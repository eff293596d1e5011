/*
 * ctl_socket.c - the control sockets, and who is connected
 *
 * Layer: PID 1 core. The clients have fixed places; one that says nothing loses
 * its place to one that does. What they ask is in ctl.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core.h"
#include "pass.h"

enum { IDLE_SECONDS = 30 };

/* ---- the sockets ---- */

static int open_socket(const char *name, unsigned mode)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd;

	fmt(sa.sun_path, sizeof(sa.sun_path), "%s/%s", core->run_dir, name);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(sa.sun_path);
	/* Connecting needs write permission: none until it is as wanted. */
	if (fchmod(fd, 0) < 0 ||
	    bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    chmod(sa.sun_path, mode) < 0 || listen(fd, CLIENT_MAX) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A container may have neither a writable /run nor a right to make one: then
 * a folder that is ours alone, where client.lua looks for it as well. */
static void fall_back(void)
{
	const char *base = getenv("TMPDIR");
	struct stat st;
	char path[PATH_SIZE];

	if (core->mode == MODE_MACHINE || strcmp(core->run_dir, "/run/luabox"))
		return;
	fmt(path, sizeof(path), "%s/luabox-%u",
	    base && *base == '/' && strlen(base) < 60 ? base : "/tmp",
	    (unsigned)geteuid());
	mkdir(path, 0700);
	/* Somebody else's would hand him our clients. */
	if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) ||
	    st.st_uid != geteuid() || (st.st_mode & 077))
		return;
	fmt(core->run_dir, sizeof(core->run_dir), "%s", path);
	core->ctl_fd = open_socket("ctl", 0600);
	if (core->ctl_fd >= 0)
		say("the control socket is in %s", path);
	else
		fmt(core->run_dir, sizeof(core->run_dir), "%s", "/run/luabox");
}

static int is_there(const char *name)
{
	char path[PATH_SIZE + 8];
	struct stat st;

	fmt(path, sizeof(path), "%s/%s", core->run_dir, name);
	return lstat(path, &st) == 0;
}

/* From before the sockets are there: none of them goes unseen. */
static void watch_folder(void)
{
	loop_close(&core->run_fd);
	core->run_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	inotify_add_watch(core->run_fd, core->run_dir, IN_DELETE |
			  IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF);
}

void ctl_open(void)
{
	loop_close(&core->ctl_fd);
	loop_close(&core->info_fd);
	mkdir(core->run_dir, 0755);
	watch_folder();
	core->ctl_fd = open_socket("ctl", 0600);
	if (core->ctl_fd < 0) {
		fall_back();
		watch_folder();
	}
	if (core->ctl_fd < 0) {
		/* /run may become writable later: ask ever more rarely. */
		core->ctl_pause = core->ctl_pause ? core->ctl_pause * 2 : 1;
		if (core->ctl_pause > 64)
			core->ctl_pause = 64;
		timer_set(timer_extra(TIMER_CTL),
			  now() + core->ctl_pause * SECOND);
		return;
	}
	core->ctl_pause = 0;
	core->info_fd = open_socket("info", 0666);
	ctl_resume();
}

/* Something in its folder was removed: was it one of the sockets? */
void ctl_look(void)
{
	char waste[4096];

	while (read(core->run_fd, waste, sizeof(waste)) > 0)
		loop_handled++;
	/* One that somebody else has put there stays: he watches, too. */
	if (!is_there("ctl") || (core->info_fd >= 0 && !is_there("info")))
		ctl_open();
	notify_look();
}

void ctl_retry(void)
{
	if (core->ctl_fd < 0)
		ctl_open();
}

/* A descriptor that can be given up. */
static void keep_reserve(void)
{
	if (!core->reserve && core->ctl_fd >= 0)
		core->reserve = (uint32_t)fcntl(core->ctl_fd, F_DUPFD_CLOEXEC,
						3) + 1;
}

/* Watch again what is open, in a new image too. */
void ctl_resume(void)
{
	if (core->ctl_fd >= 0)
		loop_watch(core->ctl_fd, WATCH_CTL, 0, EPOLLIN);
	if (core->info_fd >= 0)
		loop_watch(core->info_fd, WATCH_INFO, 0, EPOLLIN);
	if (core->run_fd >= 0)
		loop_watch(core->run_fd, WATCH_RUN, 0, EPOLLIN);
	keep_reserve();
}

/* ---- clients ---- */

static uint32_t number(const struct client *c)
{
	return (uint32_t)(c - clients);
}

void ctl_watch(struct client *c)
{
	uint32_t mask = EPOLLRDHUP;

	if (c->ending || (c->listing && c->listing != LIST_EVENTS) ||
	    c->blocked)
		mask |= EPOLLOUT;
	else if (!c->waiting && !c->listing)
		mask |= EPOLLIN;
	loop_watch(c->fd, WATCH_CLIENT, number(c), mask);
}

/* It said something: its time begins again. */
void ctl_heard(struct client *c)
{
	c->heard = now();
	if (!c->staying)
		timer_set(timer_extra(TIMER_CLIENT) + number(c),
			  now() + IDLE_SECONDS * SECOND);
	else
		timer_clear(timer_extra(TIMER_CLIENT) + number(c));
}

/* It will be silent for as long as it likes. */
void ctl_stay(struct client *c)
{
	c->staying = 1;
	ctl_heard(c);
}

void ctl_drop(struct client *c)
{
	int unread = 0;

	apply_client_gone(number(c));
	if (core->trial_client == number(c))
		core->trial_client = CLIENT_MAX;
	timer_clear(timer_extra(TIMER_CLIENT) + number(c));
	/* What was sent and not read is closed with it, and strangers may
	 * have sent anything. */
	if (c->fd >= 0 && (c->readonly ||
			   (!ioctl(c->fd, FIONREAD, &unread) && unread))) {
		loop_unwatch(c->fd);
		pass_drop(&c->fd, 1);
	} else {
		loop_close(&c->fd);
	}
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

/* The one who asked for nothing for longest, among those from a place on. */
static struct client *silent(uint32_t from, int readonly, int anybody)
{
	struct client *longest = NULL;

	for (uint32_t n = from; n < CLIENT_MAX; n++) {
		struct client *c = &clients[n];

		if (c->fd < 0 || c->readonly < readonly)
			continue;
		if ((c->waiting || c->staying) && !anybody)
			continue;
		if (!longest || c->heard < longest->heard)
			longest = c;
	}
	return longest;
}

/*
 * Descriptors have run out: the client goes that was silent for longest, those
 * that follow, confirm or wait for something after all others.
 */
int ctl_shed(void)
{
	struct client *c = silent(0, 0, 0);

	if (!c)
		c = silent(0, 0, 1);
	if (c)
		ctl_drop(c);
	return c != NULL;
}

/*
 * A connection that is left waiting wakes us for ever. If there is nobody to
 * shed, it is taken in the place of the reserve, and ended.
 */
static int accept_one(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0 || (errno != EMFILE && errno != ENFILE))
		return fd;
	if (ctl_shed())
		return accept4(listener, NULL, NULL,
			       SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (core->reserve)
		close((int)core->reserve - 1);
	core->reserve = 0;
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	keep_reserve();
	return -1;
}

/*
 * For a new client: a free place, or that of the one who asked for nothing
 * for longest: it says nothing, or does not read the answer. Strangers have
 * half of the places only, and no others': they must not lock out root.
 */
static struct client *place(int readonly)
{
	uint32_t from = readonly ? CLIENT_MAX / 2 : 0;
	struct client *c;

	for (uint32_t n = from; n < CLIENT_MAX; n++)
		if (clients[n].fd < 0)
			return &clients[n];
	c = silent(from, readonly, 0);
	if (c)
		ctl_drop(c);
	return c;
}

void ctl_accept(int readonly)
{
	int fd = accept_one(readonly ? core->info_fd : core->ctl_fd);
	struct ucred who = {.uid = (uid_t)-1};
	socklen_t size = sizeof(who);
	struct client *c;

	if (fd < 0)
		return;
	loop_handled++;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
	if (!readonly && who.uid != 0 && who.uid != geteuid()) {
		close(fd);
		return;
	}
	c = place(readonly);
	if (!c) {
		close(fd); /* the client sees the end and may try again */
		return;
	}
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->uid = (int32_t)who.uid;
	c->readonly = (uint8_t)readonly;
	ctl_heard(c);
	ctl_watch(c);
}
