/*
 * handover.c - another binary, or another root, takes over
 *
 * Layer: PID 1 core. Before PID 1 gives itself up, a child tries: it runs the
 * new binary, which maps a copy of the arena and the plan and says whether it
 * could go on from there. Only then the core executes it. The binary is
 * opened by that child and passed, so the core waits for no disk, and what
 * was tried is what is run.
 * For switch_root the child also looks for the binary below the new root and
 * binds the kernel's file systems there; the core then makes that folder its
 * root. Services go on through all of this; the new root's definitions are
 * applied to them like any new plan.
 * A program that is no luabox cannot take services over: for that they end as
 * before a reboot, and then it becomes PID 1 in the new root.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "pass.h"
#include "spawn.h"

enum { TRIAL_SECONDS = 20, NO_CLIENT = CLIENT_MAX };

struct finding {
	char text[120]; /* "" = it can take over */
};

static int report_to; /* of the child */
static const char *path_of, *root_of;

static void refuse(const char *what, int error)
{
	struct finding v = {.text = ""};

	fmt(v.text, sizeof(v.text), "%s: %s", what, strerror(error));
	pass_send(report_to, &v, sizeof(v), NULL, 0);
	_exit(1);
}

/* Run the new image over a copy of our state: 0, or what it says. */
static void try_image(int exe, struct finding *v)
{
	char *argv[] = {"luabox", "init", "--trial", NULL};
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		refuse("pipe", errno);
	pid = fork();
	if (pid < 0)
		refuse("fork", errno);
	if (!pid) {
		/* What the new image will find open, the trial finds, too. */
		fcntl(ARENA_FD, F_SETFD, 0);
		fcntl(core->plan_fd, F_SETFD, 0);
		dup2(ends[1], 1);
		syscall(SYS_execveat, exe, "", argv, environ, AT_EMPTY_PATH);
		_exit(127);
	}
	close(ends[1]);
	n = read(ends[0], v->text, sizeof(v->text) - 1);
	v->text[n > 0 ? n : 0] = '\0';
	v->text[strcspn(v->text, "\n")] = '\0';
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status)) {
		if (!*v->text)
			fmt(v->text, sizeof(v->text), "%s",
			    "it is no luabox, or cannot run here");
	} else {
		v->text[0] = '\0';
	}
}

/* /proc and its like are there, too; who stays in the old root keeps them. */
static void bind_mounts(int root)
{
	static const char *const names[] = {"dev", "proc", "sys", "run"};
	char from[16], to[64];

	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
		struct stat mounted, above;

		fmt(from, sizeof(from), "/%s", names[n]);
		fmt(to, sizeof(to), "/proc/self/fd/%d/%s", root, names[n]);
		if (stat(from, &mounted) < 0 || stat("/", &above) < 0 ||
		    mounted.st_dev == above.st_dev)
			continue;
		mkdirat(root, names[n], 0755);
		if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
			refuse(from, errno);
	}
}

static void trial_main(int unused)
{
	struct finding v = {.text = ""};
	int fds[2] = {-1, -1}, old_root;

	(void)unused;
	setsid(); /* what it tries ends with it */
	prctl(PR_SET_NAME, "luabox-trial");
	old_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_of) {
		fds[1] = open(root_of, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fds[1] < 0 || fchdir(fds[1]) < 0 || chroot(".") < 0)
			refuse(root_of, errno);
	}
	fds[0] = open(path_of, O_RDONLY | O_CLOEXEC);
	if (fds[0] < 0 || faccessat(AT_FDCWD, path_of, X_OK, 0) < 0)
		refuse(path_of, errno);
	if (!core->trial_plain)
		try_image(fds[0], &v);
	if (root_of && !*v.text) {
		if (fchdir(old_root) < 0 || chroot(".") < 0)
			refuse("/", errno);
		bind_mounts(fds[1]);
	}
	pass_send(report_to, &v, sizeof(v), fds, root_of ? 2 : 1);
	_exit(*v.text != '\0');
}

/* ---- the core's side ---- */

static void answer(int code, const char *text)
{
	if (core->trial_client < CLIENT_MAX)
		ctl_end(&clients[core->trial_client], code, "%s", text);
	core->trial_client = NO_CLIENT;
}

/* NULL: it is being tried, and the client will be told. */
const char *handover_request(struct client *c, const char *root,
			     const char *path, int plain)
{
	int ends[2], error;

	if (core->down_step)
		return "shutting down";
	if (core->trial_fd >= 0 || core->apply_step || aux_role(AUX_LOADER))
		return "something else is going on, try again";
	if (strlen(path) >= sizeof(core->exe) ||
	    (root && core->mode == MODE_USER))
		return "not like that";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, ends) < 0)
		return strerror(errno);
	fcntl(ends[1], F_SETFL, 0);
	core->trial_plain = (uint32_t)plain;
	report_to = ends[1];
	root_of = root;
	path_of = path;
	error = spawn_image(AUX_TRIAL, trial_main, 0, NOBODY);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return strerror(error);
	}
	aux_limit(aux_role(AUX_TRIAL), now() + TRIAL_SECONDS * SECOND);
	core->trial_fd = ends[0];
	core->trial_client = c ? (uint32_t)(c - clients) : NO_CLIENT;
	fmt(core->trial_path, sizeof(core->trial_path), "%s", path);
	loop_watch(core->trial_fd, WATCH_TRIAL, 0, EPOLLIN);
	return NULL;
}

/* All that an initramfs held: memory that nobody reaches any more. */
static void delete_below(int folder, dev_t device, int depth)
{
	struct entry {
		uint64_t ino, off;
		unsigned short size;
		unsigned char type;
		char name[];
	};
	_Alignas(uint64_t) char buffer[2048];
	long n;

	while ((n = syscall(SYS_getdents64, folder, buffer,
			    sizeof(buffer))) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (void *)(buffer + at);
			struct stat st;
			int below;

			at += e->size;
			if (!strcmp(e->name, ".") || !strcmp(e->name, "..") ||
			    fstatat(folder, e->name, &st,
				    AT_SYMLINK_NOFOLLOW) < 0 ||
			    st.st_dev != device)
				continue;
			if (!S_ISDIR(st.st_mode)) {
				unlinkat(folder, e->name, 0);
				continue;
			}
			below = openat(folder, e->name, O_RDONLY |
				       O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (below >= 0 && depth < 64)
				delete_below(below, device, depth + 1);
			if (below >= 0)
				close(below);
			unlinkat(folder, e->name, AT_REMOVEDIR);
		}
}

static void delete_main(int folder)
{
	const long ramfs = 0x858458f6, tmpfs = 0x01021994;
	struct statfs fs;
	struct stat st;

	if (fstatfs(folder, &fs) < 0 || fstat(folder, &st) < 0 ||
	    (fs.f_type != ramfs && fs.f_type != tmpfs))
		_exit(0);
	delete_below(folder, st.st_dev, 0);
	_exit(0);
}

/* Those that stay have their root where it was, and may need its files. */
static int anybody_stays(void)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].pid)
			return 1;
	return 0;
}

/* The mount that root_fd shows becomes the root of us and of all children. */
static int change_root(int root_fd)
{
	int old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fchdir(root_fd) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 ||
	    chroot(".") < 0 || chdir("/") < 0) {
		int error = errno;

		close_fd(&old);
		return error;
	}
	core->old_root = (uint32_t)old + 1;
	return 0;
}

void handover_clean(void)
{
	int32_t old = (int32_t)core->old_root - 1;

	if (core->mode == MODE_MACHINE && old >= 0 && !anybody_stays())
		spawn_image(AUX_HOOK, delete_main, old, NOBODY);
	close_fd(&old);
	core->old_root = 0;
}

/* The inittab's restart: its words, in place of us. */
static int restart_words(char *argv[], unsigned max)
{
	uint32_t i = service_find("restart");
	const struct plan_action *a = i == NOBODY ? NULL :
		&plan.action[plan.service[i].run];
	unsigned n = 0;

	for (; a && n < a->argv.count && n < max; n++)
		argv[n] = (char *)plan_text(&plan, plan.word[a->argv.first +
							     n].text);
	argv[n] = NULL;
	return n != 0;
}

/* All has ended but us: this process becomes that of the new root. */
void handover_leave(void)
{
	char *argv[32] = {core->trial_path, NULL};
	int fd, error = 0;

	if (core->next_root)
		error = change_root((int)core->next_root - 1);
	else if (!restart_words(argv, 31))
		return;
	if (error) {
		say("cannot change the root: %s", strerror(error));
		return;
	}
	handover_clean();
	/* A serial line without a carrier would wait. */
	fd = open("/dev/console", O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0)
		fcntl(fd, F_SETFL, O_RDWR);
	for (int n = 0; n < 3 && fd >= 0; n++)
		dup2(fd, n);
	proc_oom("0");
	if (core->mode == MODE_MACHINE)
		reboot(RB_ENABLE_CAD); /* as the kernel begins */
	child_default_signals();
	child_open_signals();
	execve(argv[0], argv, environ);
	say("%s: %s", argv[0], strerror(errno));
}

void handover_event(void)
{
	struct finding v = {.text = ""};
	int fds[2], error;
	int got = pass_receive(core->trial_fd, &v, sizeof(v), fds);

	if (got < 0)
		return;
	v.text[sizeof(v.text) - 1] = '\0';
	loop_close(&core->trial_fd);
	if (core->down_step) {
		answer(1, "shutting down");
		goto out;
	}
	if (got == 0 || *v.text || fds[0] < 0) {
		say("not handing over to %s: %s", core->trial_path,
		    got ? v.text : "the trial ended without a word");
		answer(1, got ? v.text : "the trial ended without a word");
		goto out;
	}
	if (core->trial_plain) {
		close_fd(&fds[0]);
		core->next_root = (uint32_t)fds[1] + 1;
		answer(0, "");
		down_request(DOWN_SWITCH, -1);
		return;
	}
	if (fds[1] >= 0) {
		error = change_root(fds[1]);
		if (error) {
			say("cannot change the root: %s", strerror(error));
			answer(1, strerror(error));
			goto out;
		}
		core->handed_over = 1;
	}
	say("handing over to %s", core->trial_path);
	answer(0, "");
	close_fd(&core->exe_fd);
	core->exe_fd = fds[0];
	fmt(core->exe, sizeof(core->exe), "%s", core->trial_path);
	close_fd(&fds[1]);
	say("cannot run it: %s", strerror(resume_exec()));
	return;
out:
	close_fd(&fds[0]);
	close_fd(&fds[1]);
}

/* In the new image: what the new root says about services. */
void handover_finish(void)
{
	if (!core->handed_over)
		return;
	core->handed_over = 0;
	core->loads = 0;
	core->skips = 0;
	core->services[0] = '\0'; /* that path was in the other root */
	load_start();
}
