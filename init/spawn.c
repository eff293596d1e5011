/*
 * spawn.c - make children and keep track of them
 *
 * Layer: PID 1 core. Not vfork: between fork and exec a child opens paths
 * that users chose, and those may hang on a dead file server for hours; PID 1
 * must not hang with them. Plain services take the short way of launch.c, all
 * others a real fork; that child's part is in child.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"

enum { FORKS_PER_TURN = 64, AUX_OURS = 8 };

static unsigned forks_left = FORKS_PER_TURN;

unsigned spawn_budget(void)
{
	return launch_crowded() ? 0 : forks_left;
}

void spawn_turn(void)
{
	forks_left = FORKS_PER_TURN;
}

static void spend(void)
{
	if (forks_left)
		forks_left--;
}

void close_fd(int32_t *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * clone3 gives the pidfd in the same step, puts the child where it belongs
 * and resets the handlers. The number is stored by the kernel, too: a crash
 * right behind the call forgets no child. Where clone3 is missing (old
 * kernels, containers' seccomp filters) fork does; we alone reap, so a number
 * cannot be reused before pidfd_open.
 */
static pid_t fork_child(int32_t *pid_at, int32_t *pidfd, uint64_t flags,
			int cgroup)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
			CLONE_PARENT_SETTID | flags,
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.parent_tid = (uint64_t)(uintptr_t)pid_at,
		.exit_signal = SIGCHLD,
	};
	int32_t before = *pid_at;
	pid_t pid;

	*pidfd = -1;
	spend();
	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0 && !flags &&
	    (errno == ENOSYS || errno == EINVAL || errno == EPERM)) {
		pid = fork();
		if (pid > 0) {
			*pid_at = pid;
			*pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		}
		if (!pid) {
			child_default_signals(); /* our handlers */
			if (cgroup >= 0)
				cgroup_enter(cgroup);
		}
	}
	if (pid < 0)
		*pid_at = before;
	if (!pid) {
		child_open_signals();
		launch_forget();
	}
	return pid;
}

int signal_pid(int pidfd, pid_t pid, int sig)
{
	if (pidfd >= 0)
		return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
	return pid > 1 ? kill(pid, sig) : -1;
}

uint32_t service_of(pid_t pid)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].pid == pid)
			return i;
	return NOBODY;
}

int is_child(pid_t pid)
{
	siginfo_t info;

	return pid > 1 && !waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED |
				  WNOHANG | WNOWAIT);
}

int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) :
		128 + WTERMSIG(status);
}

int spawn_service(uint32_t i, uint32_t action, enum phase phase)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	struct child c = {
		.service = i, .action = action, .status_fd = -1,
		.ready_fd = -1, .output_fd = log_output(i), .cgroup_fd = -1,
	};
	int status[2] = {-1, -1}, ready[2] = {-1, -1};
	int error;
	pid_t pid;

	if (pipe2(status, O_CLOEXEC | O_NONBLOCK) < 0)
		goto fail;
	if (phase == PHASE_RUN && p->ready == PLAN_READY_FD &&
	    pipe2(ready, O_CLOEXEC | O_NONBLOCK) < 0)
		goto fail;
	if (p->flags & PLAN_FLAG(NOTIFY) && notify_open() < 0)
		goto fail;
	c.status_fd = status[1];
	c.ready_fd = ready[1];
	c.hands_on = phase == PHASE_RUN;
	c.cgroup_fd = cgroup_open(i);
	s->phase = (uint8_t)phase;
	s->killed = 0;
	pid = launch(&c, &s->pid, &s->pidfd);
	if (pid > 0)
		spend();
	if (!pid)
		pid = fork_child(&s->pid, &s->pidfd,
				 plan_extra_of(i)->ns & CLONE_NEWPID,
				 c.cgroup_fd);
	if (pid < 0)
		goto fail;
	if (!pid)
		child_service(&c);
	debug(i, "process %d", (int)pid);
	close_fd(&status[1]);
	close_fd(&c.cgroup_fd);
	s->status_fd = status[0];
	s->ready_fd = ready[0];
	close_fd(&ready[1]);
	loop_watch(s->status_fd, WATCH_STATUS, i, EPOLLIN);
	if (s->ready_fd >= 0)
		loop_watch(s->ready_fd, WATCH_READY, i, EPOLLIN);
	return 0;
fail:
	error = errno;
	close_fd(&c.cgroup_fd);
	for (int n = 0; n < 2; n++) {
		close_fd(&status[n]);
		close_fd(&ready[n]);
	}
	return error;
}

/* ---- children that are no service's process ---- */

struct aux *aux_find(pid_t pid)
{
	for (int i = 0; i < AUX_MAX; i++)
		if (auxes[i].role != AUX_NONE && auxes[i].pid == pid)
			return &auxes[i];
	return NULL;
}

struct aux *aux_role(enum aux_role role)
{
	for (int i = 0; i < AUX_MAX; i++)
		if (auxes[i].role == role)
			return &auxes[i];
	return NULL;
}

struct aux *aux_of(enum aux_role role, uint32_t i)
{
	for (int n = 0; n < AUX_MAX; n++)
		if (auxes[n].role == role && auxes[n].service == i)
			return &auxes[n];
	return NULL;
}

void aux_clear(struct aux *a)
{
	close_fd(&a->pidfd);
	a->pid = 0;
	a->until = 0;
	a->role = AUX_NONE;
}

/* Not yet reaped: its group, with all that it has started, is nobody else's. */
void aux_kill(struct aux *a)
{
	if (a && kill(-a->pid, SIGKILL) < 0)
		signal_pid(a->pidfd, a->pid, SIGKILL);
}

/* ---- those that may not run for long ---- */

static void aux_arm(void)
{
	uint64_t first = 0;

	for (int n = 0; n < AUX_MAX; n++)
		if (auxes[n].role != AUX_NONE && auxes[n].until &&
		    (!first || auxes[n].until < first))
			first = auxes[n].until;
	if (first)
		timer_set(timer_extra(TIMER_AUX), first);
}

void aux_limit(struct aux *a, uint64_t until)
{
	if (a)
		a->until = until;
	aux_arm();
}

void aux_timeout(void)
{
	for (int n = 0; n < AUX_MAX; n++) {
		struct aux *a = &auxes[n];

		if (a->role == AUX_NONE || !a->until || a->until > now())
			continue;
		a->until = 0;
		aux_kill(a);
	}
	aux_arm();
}

/* In the parent: a place for the child; in the child, and without a place,
 * NULL. */
static struct aux *aux_fork(enum aux_role role, uint32_t service, pid_t *pid)
{
	struct aux *a = aux_role(AUX_NONE);

	*pid = -1;
	/* The last places are for what PID 1 itself needs. */
	if (!a || (service != NOBODY && a - auxes >= AUX_MAX - AUX_OURS)) {
		errno = EAGAIN;
		return NULL;
	}
	*pid = fork_child(&a->pid, &a->pidfd, 0, -1);
	if (*pid > 0) {
		a->role = role;
		a->service = service;
		a->until = 0;
	}
	return a;
}

static int spawn_beside(uint32_t i, uint32_t action, enum aux_role role,
			const char *event, uint64_t until)
{
	struct child c = {
		.service = i, .action = action, .status_fd = -1,
		.ready_fd = -1, .output_fd = log_output(i),
		.cgroup_fd = -1, .event = event,
		.main_pid = services[i].pid,
	};
	struct aux *a;
	pid_t pid;

	a = aux_fork(role, i, &pid);
	if (!pid)
		child_service(&c);
	if (pid < 0)
		return errno;
	if (until)
		aux_limit(a, until);
	return 0;
}

int spawn_extra(uint32_t i, uint32_t action, enum aux_role role,
		uint64_t until)
{
	return spawn_beside(i, action, role, NULL, until);
}

int spawn_hook(uint32_t i, uint32_t action, enum hook hook, uint64_t until)
{
	return spawn_beside(i, action, AUX_HOOK, hook_name(hook), until);
}

int spawn_self(enum aux_role role, char *const argv[], int keep, int output,
	       int console)
{
	pid_t pid;

	aux_fork(role, NOBODY, &pid);
	if (!pid)
		child_self(argv, keep, output, console);
	return pid < 0 ? errno : 0;
}

int spawn_image(enum aux_role role, void (*entry)(int), int arg, uint32_t i)
{
	pid_t pid;

	aux_fork(role, i, &pid);
	if (!pid) {
		if (role == AUX_LOGD && core->mode == MODE_MACHINE)
			proc_oom("-1000"); /* as PID 1 */
		entry(arg);
		_exit(0);
	}
	return pid < 0 ? errno : 0;
}
