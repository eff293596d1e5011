/*
 * spawn.c - make children and keep track of them
 *
 * Layer: PID 1 core. A real fork, not vfork: between fork and exec a child
 * opens paths that users chose, and those may hang on a dead file server for
 * hours; PID 1 must not hang with them. Our own image is small enough that
 * this costs little. The child's part is in child.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"

enum { FORKS_PER_TURN = 64 };

static unsigned forks_left = FORKS_PER_TURN;

unsigned spawn_budget(void)
{
	return forks_left;
}

void spawn_turn(void)
{
	forks_left = FORKS_PER_TURN;
}

void close_fd(int32_t *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * clone3 gives the pidfd in the same step and resets the handlers. Where it
 * is missing (old kernels, containers' seccomp filters) fork does; we alone
 * reap, so a number cannot be reused before pidfd_open.
 */
static pid_t fork_child(int32_t *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	pid_t pid;

	*pidfd = -1;
	if (forks_left)
		forks_left--;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0 && (errno == ENOSYS || errno == EINVAL || errno == EPERM)) {
		pid = fork();
		if (pid > 0)
			*pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (!pid)
			child_default_signals(); /* our handlers */
	}
	if (!pid)
		child_open_signals();
	return pid;
}

int signal_pid(int pidfd, pid_t pid, int sig)
{
	if (pidfd >= 0)
		return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
	return pid > 1 ? kill(pid, sig) : -1;
}

int spawn_service(uint32_t i, uint32_t action, enum phase phase)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	struct child c = {i, action, -1, -1, s->log_write};
	int status[2] = {-1, -1}, ready[2] = {-1, -1};
	int error;
	pid_t pid;

	if (pipe2(status, O_CLOEXEC | O_NONBLOCK) < 0)
		goto fail;
	if (phase == PHASE_RUN && p->ready == PLAN_READY_FD &&
	    pipe2(ready, O_CLOEXEC | O_NONBLOCK) < 0)
		goto fail;
	c.status_fd = status[1];
	c.ready_fd = ready[1];
	pid = fork_child(&s->pidfd);
	if (pid < 0)
		goto fail;
	if (!pid)
		child_service(&c);
	close(status[1]);
	if (ready[1] >= 0)
		close(ready[1]);
	s->pid = pid;
	s->phase = (uint8_t)phase;
	s->status_fd = status[0];
	s->ready_fd = ready[0];
	loop_watch(s->status_fd, WATCH_STATUS, i, EPOLLIN);
	if (s->ready_fd >= 0)
		loop_watch(s->ready_fd, WATCH_READY, i, EPOLLIN);
	return 0;
fail:
	error = errno;
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

void aux_clear(struct aux *a)
{
	close_fd(&a->pidfd);
	a->pid = 0;
	a->role = AUX_NONE;
}

/* In the parent: a place for the child; in the child: NULL. */
static struct aux *aux_fork(enum aux_role role, pid_t *pid)
{
	struct aux *a = aux_role(AUX_NONE);

	*pid = -1;
	if (!a) {
		errno = EAGAIN;
		return NULL;
	}
	*pid = fork_child(&a->pidfd);
	if (*pid > 0) {
		a->pid = *pid;
		a->role = role;
		a->service = NOBODY;
	}
	return a;
}

int spawn_extra(uint32_t i, uint32_t action, enum aux_role role)
{
	struct child c = {i, action, -1, -1, services[i].log_write};
	struct aux *a;
	pid_t pid;

	a = aux_fork(role, &pid);
	if (!pid)
		child_service(&c);
	if (pid < 0)
		return errno;
	a->service = i;
	return 0;
}

int spawn_self(enum aux_role role, char *const argv[], int keep, int output,
	       int console)
{
	pid_t pid;

	aux_fork(role, &pid);
	if (!pid)
		child_self(argv, keep, output, console);
	return pid < 0 ? errno : 0;
}

int spawn_image(enum aux_role role, void (*entry)(int), int arg)
{
	pid_t pid;

	aux_fork(role, &pid);
	if (!pid) {
		entry(arg);
		_exit(0);
	}
	return pid < 0 ? errno : 0;
}
