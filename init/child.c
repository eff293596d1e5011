/*
 * child.c - from fork to exec
 *
 * Layer: PID 1 core, but every function here runs in a child already: it may
 * block, and it never returns. The order matters: what needs privilege comes
 * before the identity changes, and descriptors move last.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"

/* Above all that a definition may ask for (ready.fd < 100, and at most 32
 * sockets and 64 stored ones from 3 on). */
enum { HIGH_FD = 100, ARGV_MAX = 65536, FIRST_FD = 3 };

static int report_fd = -1;
/* copies: the arena is the parent's, do not write it */
static int exe_fd = -1, plan_fd = -1;

void child_fail(int error, const char *what, const char *object)
{
	struct exec_report report = {.error = error};

	fmt(report.what, sizeof(report.what), "%s%s", what, object);
	if (report_fd >= 0) {
		while (write(report_fd, &report, sizeof(report)) < 0 &&
		       errno == EINTR)
			;
	} else { /* nobody reads reports of a command beside a service */
		char line[sizeof(report.what) + 64];
		size_t n = fmt(line, sizeof(line), "%s: %s\n", report.what,
			       strerror(error));

		if (write(2, line, n) < 0)
			_exit(125);
	}
	_exit(error == ENOENT ? 127 : 126);
}

/* Every disposition as the kernel gives it to a first process. */
void child_default_signals(void)
{
	static const unsigned long default_action[8]; /* the kernel's struct */
	stack_t none = {.ss_flags = SS_DISABLE};

	/* Straight to the kernel: libc keeps 32 to 34 for itself and lets
	 * nobody touch them, but glibc's posix_spawn (make has used it, say)
	 * hands them on ignored. */
	for (int sig = 1; sig < 65; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			syscall(SYS_rt_sigaction, sig, default_action, NULL,
				_NSIG / 8);
	sigaltstack(&none, NULL);
}

/* Handlers do not outlive an exec, and none of our signals is ignored: what
 * is left to undo in a child is the mask. */
void child_open_signals(void)
{
	sigset_t empty;

	sigemptyset(&empty);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &empty, NULL, _NSIG / 8);
}

void child_close_others(const int *keep, unsigned count)
{
	unsigned from = 3;

	for (;;) {
		unsigned next = ~0u;

		for (unsigned n = 0; n < count; n++)
			if (keep[n] >= 0 && (unsigned)keep[n] >= from &&
			    (unsigned)keep[n] < next)
				next = (unsigned)keep[n];
		if (next > from)
			syscall(SYS_close_range, from, next - 1, 0);
		if (next == ~0u)
			return;
		from = next + 1;
	}
}

static int move_high(int fd)
{
	return fd < 0 || fd >= HIGH_FD ? fd :
		fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
}

/* An input at its end, if there is no /dev yet. */
static int open_null(void)
{
	int fd = core->null_fd >= 0 ? core->null_fd :
		open("/dev/null", O_RDWR | O_CLOEXEC);
	int ends[2];

	if (fd >= 0 || pipe2(ends, O_CLOEXEC) < 0)
		return fd;
	return ends[0];
}

/* Where nobody listens. Without /dev/null nothing swallows all and says
 * nothing: then it goes to the log. */
static int open_sink(void)
{
	int fd = core->null_fd >= 0 ? core->null_fd :
		open("/dev/null", O_WRONLY | O_CLOEXEC);

	return fd >= 0 ? fd : core->loader_write;
}

static int open_console(const char *path)
{
	/* Without O_NONBLOCK a serial line that has no carrier would wait. */
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_RDWR);
	return fd;
}

static void streams(int in, int out, int err)
{
	int from[3] = {in, out, err};

	/* One of 0 to 2 may be needed after its place was taken. */
	for (int n = 0; n < 3; n++)
		if (from[n] >= 0 && from[n] < 3)
			from[n] = move_high(from[n]);
	for (int n = 0; n < 3; n++)
		if (from[n] < 0 || dup2(from[n], n) < 0)
			child_fail(errno, "stdin, stdout, stderr", "");
}

/* ---- exec ---- */

static void exec_self(char *const argv[])
{
	if (exe_fd >= 0)
		syscall(SYS_execveat, exe_fd, "", argv, env_list(),
			AT_EMPTY_PATH);
	execve("/proc/self/exe", argv, env_list());
	execve(core->exe, argv, env_list());
}

/* As execvp: the most telling error of the directories tried is kept. */
static void exec_search(char *const argv[], int applet)
{
	const char *path = env_get("PATH");
	int error = ENOENT;
	char file[512];

	if (strchr(argv[0], '/')) {
		execve(argv[0], argv, env_list());
		child_fail(errno, "", argv[0]);
	}
	while (path) {
		size_t n = strcspn(path, ":");

		if (n + strlen(argv[0]) + 2 <= sizeof(file)) {
			memcpy(file, path, n);
			fmt(file + n, sizeof(file) - n, "%s%s", n ? "/" : "",
			    argv[0]);
			execve(file, argv, env_list());
			if (errno != ENOENT && errno != ENOTDIR)
				error = errno;
		}
		path = path[n] ? path + n + 1 : NULL;
	}
	if (applet && error == ENOENT)
		exec_self(argv);
	child_fail(error, "", argv[0]);
}

static void exec_action(const struct plan_action *a)
{
	char *argv[(a->argv.count < ARGV_MAX ? a->argv.count : 0) + 8];
	static char fd[12];
	unsigned n = 0;

	if (a->argv.count >= ARGV_MAX)
		child_fail(E2BIG, "command", "");
	if (a->kind == PLAN_ACTION_FUNCTION) {
		fmt(fd, sizeof(fd), "%d", plan_fd);
		fcntl(plan_fd, F_SETFD, 0);
		argv[n++] = "luabox";
		argv[n++] = "init-hook";
		argv[n++] = fd;
		argv[n++] = (char *)plan_text(&plan, a->service);
		argv[n++] = (char *)plan_text(&plan, a->field);
		argv[n++] = (char *)(a->source == PLAN_NONE ? "" :
			plan_text(&plan, plan.source[a->source].name));
		argv[n] = NULL;
		exec_self(argv);
		child_fail(errno, "", core->exe);
	}
	for (uint32_t w = 0; w < a->argv.count; w++)
		argv[n++] = (char *)plan_text(&plan,
				plan.word[a->argv.first + w].text);
	argv[n] = NULL;
	if (!n)
		child_fail(ENOENT, "empty command", "");
	exec_search(argv, (int)a->applet);
}

/* ---- the attributes of a service ---- */

static void limits(const struct plan_service *p)
{
	struct rlimit nofile = {core->nofile_soft, core->nofile_hard};

	/* If we raised our own: they get what we were given. */
	if (core->nofile_hard)
		setrlimit(RLIMIT_NOFILE, &nofile);
	for (uint32_t n = 0; n < p->limits.count; n++) {
		const struct plan_limit *l = &plan.limit[p->limits.first + n];
		struct rlimit r = {
			(uint64_t)l->soft_high << 32 | l->soft_low,
			(uint64_t)l->hard_high << 32 | l->hard_low,
		};

		if (setrlimit((int)l->resource, &r) < 0)
			child_fail(errno, "limits", "");
	}
	if (p->flags & PLAN_FLAG(SCHED)) {
		const struct plan_extra *x = &plan.extra[p->extra];
		struct sched_param param = {
			.sched_priority = (int)x->sched_priority,
		};

		/* Straight to the kernel: libc refuses. */
		if (syscall(SYS_sched_setscheduler, 0, (int)x->sched,
			    &param) < 0)
			child_fail(errno, "limits.sched", "");
	}
	if (p->flags & PLAN_FLAG(IOPRIO) &&
	    syscall(SYS_ioprio_set, 1 /* a process */, 0,
		    (int)plan.extra[p->extra].ioprio) < 0)
		child_fail(errno, "limits.ioprio", "");
	if (p->flags & PLAN_FLAG(NICE) &&
	    setpriority(PRIO_PROCESS, 0, (int)p->nice - 20) < 0)
		child_fail(errno, "nice", "");
}

static void write_oom(int score)
{
	char text[12];

	if (!score && core->mode != MODE_MACHINE)
		return;
	fmt(text, sizeof(text), "%d", score);
	if (proc_oom(text) < 0 && score && errno != ENOENT)
		child_fail(errno, "oom", "");
}

static void identity(const struct plan_service *p)
{
	gid_t groups[64];
	uint32_t count = p->groups.count < 64 ? p->groups.count : 64;

	if (p->flags & PLAN_FLAG(USER)) {
		for (uint32_t n = 0; n < count; n++)
			groups[n] = plan.number[p->groups.first + n].value;
		/* Straight to the kernel: as the only thread there is
		 * nobody to keep in step. */
		if (syscall(SYS_setgroups, count, groups) < 0 ||
		    syscall(SYS_setresgid, p->gid, p->gid, p->gid) < 0 ||
		    syscall(SYS_setresuid, p->uid, p->uid, p->uid) < 0)
			child_fail(errno, "user", "");
	}
}

static void stdio(const struct plan_service *p, int input, int output)
{
	const char *tty = plan_text(&plan, p->tty);
	const char *in = plan_text(&plan, p->stdin);
	int fd;

	if (*tty || p->console != PLAN_CONSOLE_NONE) {
		const char *path = *tty ? tty : "/dev/console";

		fd = core->mode == MODE_MACHINE || *tty ? open_console(path) :
			move_high(0);
		if (fd < 0)
			child_fail(errno, "", path);
		if (p->console == PLAN_CONSOLE_OWN || *tty)
			ioctl(fd, TIOCSCTTY, 1);
		streams(fd, fd, fd);
		return;
	}
	fd = input >= 0 ? input : *in ?
		open(in, O_RDONLY | O_NOCTTY | O_CLOEXEC) : open_null();
	if (fd < 0)
		child_fail(errno, "", in);
	/* Not what we and logd write to, which does not wait. */
	if (p->log == PLAN_LOG_CONSOLE)
		output = core->mode == MODE_MACHINE ?
			open_console("/dev/console") : 2;
	if (output < 0)
		output = open_sink();
	streams(fd, output, output);
}

/* Descriptors from 3 on: the sockets in order. All are moved out of the way
 * first, or one would land on another. */
static void hand_on(unsigned count, const struct held *list[])
{
	int high[FDS_MAX];

	for (unsigned n = 0; n < count; n++)
		high[n] = move_high(list[n]->fd);
	for (unsigned n = 0; n < count; n++)
		if (high[n] < 0 || dup2(high[n], FIRST_FD + (int)n) < 0)
			child_fail(errno, "listen", "");
}

void child_service(const struct child *c)
{
	const struct plan_service *p = &plan.service[c->service];
	const struct plan_extra *x = plan_extra_of(c->service);
	const char *ready_env = plan_text(&plan, p->ready_env);
	const struct held *sockets[FDS_MAX];
	unsigned socket_count = c->hands_on ?
		held_list(c->service, sockets, FDS_MAX) : 0;
	static char ready[80];
	int ready_fd = move_high(c->ready_fd);
	int cgroup_fd = move_high(c->cgroup_fd);

	report_fd = move_high(c->status_fd);
	exe_fd = move_high(core->exe_fd);
	plan_fd = move_high(core->plan_fd);
	if (p->flags & PLAN_FLAG(SESSION))
		setsid();
	else
		setpgid(0, 0);
	write_oom(p->flags & PLAN_FLAG(OOM) ? (int)p->oom - 1000 : 0);
	if (p->umask != 022) /* ours */
		umask((mode_t)p->umask);
	if (c->event)
		env_event(c);
	if (c->main_pid)
		env_main_pid(c->main_pid);
	env_protocols(c, socket_count, sockets);
	for (uint32_t n = 0; n < p->env.count; n++)
		env_add(plan_text(&plan, plan.word[p->env.first + n].text));
	if (*plan_text(&plan, x->envfile))
		env_file(plan_text(&plan, x->envfile));
	if (ready_fd >= 0 && *ready_env) {
		fmt(ready, sizeof(ready), "%s=%u", ready_env, p->ready_fd);
		env_add(ready);
	}
	env_base();
	stdio(p, c->hands_on ? log_input(c->service) : -1, c->output_fd);
	hand_on(socket_count, sockets);
	if (ready_fd >= 0) {
		/* Non-blocking for us only: the flag is not of the end that
		 * the service writes to. */
		if (dup2(ready_fd, (int)p->ready_fd) < 0)
			child_fail(errno, "ready", "");
		fcntl((int)p->ready_fd, F_SETFL, O_WRONLY);
	}
	if (x->cgroup.count && c->hands_on)
		cgroup_settings(c->service, cgroup_fd);
	limits(p); /* fewer descriptors than these ways need, it may be */
	/* What an earlier run has left there names a stranger. */
	if (c->hands_on && p->ready == PLAN_READY_PIDFILE)
		unlink(plan_text(&plan, x->ready_path));
	if (x->ns)
		confine_namespaces(c->service);
	confine_before(c->service);
	identity(p);
	confine_after(c->service);
	if (strcmp(plan_text(&plan, p->dir), "/") && /* where we are */
	    chdir(plan_text(&plan, p->dir)) < 0)
		child_fail(errno, "", plan_text(&plan, p->dir));
	confine_last(c->service, exe_fd);
	exec_action(&plan.action[c->action]);
	_exit(126);
}

/* Our own binary, for the loader and the rescue prompt. */
void child_self(char *const argv[], int keep, int output, int console)
{
	int fd;

	setsid();
	exe_fd = move_high(core->exe_fd);
	write_oom(0);
	env_base();
	fd = console ? open_console("/dev/console") : open_null();
	if (console && fd >= 0)
		ioctl(fd, TIOCSCTTY, 1);
	if (console && fd < 0)
		fd = core->console_fd;
	streams(fd, console ? fd : output, console ? fd : output);
	if (keep >= 0)
		fcntl(keep, F_SETFD, 0);
	exec_self(argv);
	_exit(127);
}
