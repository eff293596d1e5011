/*
 * stop.c - end a service and all it left behind
 *
 * Layer: PID 1 core. The main process and its group get the stop signal; what
 * is there after the timeout is killed. When the leader is dead but not yet
 * reaped (loop.c), its group and session numbers cannot belong to anybody
 * else: that is the moment to kill the rest.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core.h"

/* Members of the group at once; the leader alone while it has none yet. */
static void signal_service(const struct service *s, uint32_t scope, int sig)
{
	if (scope == PLAN_SCOPE_MAIN || kill(-s->pid, sig) < 0)
		signal_pid(s->pidfd, s->pid, sig);
}

static int kill_member(pid_t pid, pid_t leader)
{
	int fd;

	if (pid == leader || proc_stat(pid, 4) != leader)
		return 0;
	/* Look again once it is pinned by a pidfd. */
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (proc_stat(pid, 4) == leader)
		signal_pid(fd, pid, SIGKILL);
	if (fd >= 0)
		close(fd);
	return 0;
}

static void kill_session(pid_t leader)
{
	proc_each(kill_member, leader);
}

/* The daemon of a pidfile that is not there yet. Its session has the number of
 * the process that left it, which nobody else gets as long as it has members:
 * and a process of that number there is no more. */
static void kill_unnamed(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	const struct service *s = &services[i];

	if (p->ready == PLAN_READY_PIDFILE && !s->ready_at &&
	    p->stop_scope == PLAN_SCOPE_TREE && cgroup_kill(i) < 0 &&
	    s->last_pid > 1 && kill(s->last_pid, 0) < 0)
		kill_session(s->last_pid);
}

void stop_begin(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	if (!s->pid) {
		kill_unnamed(i);
		if (p->undo != PLAN_NONE && s->ready_at &&
		    !spawn_service(i, p->undo, PHASE_UNDO))
			timer_set(i, now() + p->stop_timeout * MS);
		else if (s->outcome == STATE_DOWN)
			service_stopped(i);
		else
			service_ended(i, 1, 1); /* not ready in time */
		return;
	}
	s->phase = PHASE_TERM;
	timer_set(i, now() + p->stop_timeout * MS);
	if (p->stop != PLAN_NONE && s->ready_at &&
	    s->reason != REASON_WATCHDOG && /* it would not listen */
	    !spawn_extra(i, p->stop, AUX_STOP, now() + p->stop_timeout * MS))
		return;
	signal_service(s, p->stop_scope, s->reason == REASON_WATCHDOG ?
		       SIGABRT : p->stop_signal ? (int)p->stop_signal :
		       SIGTERM);
	signal_service(s, p->stop_scope, SIGCONT); /* a stopped one sleeps on */
}

/* Neither a kernel thread (child of 2), nor logd, nor of a service that is to
 * go last. */
static int is_other(pid_t pid, pid_t logd)
{
	pid_t session;

	if (pid == logd || pid == 2 || proc_stat(pid, 2) == 2)
		return 0;
	session = proc_stat(pid, 4);
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].spared && services[i].pid &&
		    (services[i].pid == session || services[i].pid == pid))
			return 0;
	return 1;
}

/* 1: there are, 0: there are not, -1: without /proc nobody knows. */
int others_left(void)
{
	struct aux *logd = aux_role(AUX_LOGD);

	return proc_each(is_other, logd ? logd->pid : 0);
}

static int other_signal;

static int signal_other(pid_t pid, pid_t logd)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (is_other(pid, logd))
		signal_pid(fd, pid, other_signal);
	if (fd >= 0)
		close(fd);
	return 0;
}

void signal_others(int sig)
{
	struct aux *logd = aux_role(AUX_LOGD);

	other_signal = sig;
	proc_each(signal_other, logd ? logd->pid : 0);
}

static void kill_service(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	s->killed = 1;
	signal_service(s, p->stop_scope, SIGKILL);
	if (p->stop_scope == PLAN_SCOPE_TREE && cgroup_kill(i) < 0)
		kill_session(s->pid);
}

void stop_kill_all(void)
{
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].pid)
			kill_service(i);
}

void stop_timeout(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	if (!s->pid || s->killed) {
		say_service(i, "does not end, even when killed");
		s->unkillable = 1;
		service_state(i, STATE_STOPPING);
		return;
	}
	say_service(i, "still there %u.%u s after the stop, killing it",
		    p->stop_timeout / 1000, p->stop_timeout / 100 % 10);
	if (s->reason != REASON_TIMEOUT && s->reason != REASON_WATCHDOG)
		service_reason(i, REASON_KILLED, "after %u.%u s",
			       p->stop_timeout / 1000,
			       p->stop_timeout / 100 % 10);
	if (s->phase == PHASE_TERM)
		s->phase = PHASE_KILL;
	timer_set(i, now() + 5 * SECOND);
	kill_service(i);
}

/* `leader`, the process of service i, is dead and not yet reaped. */
void stop_rest(uint32_t i, pid_t leader)
{
	const struct plan_service *p = &plan.service[i];
	const struct service *s = &services[i];

	/* What a oneshot started in the background is its result. */
	if (p->stop_scope == PLAN_SCOPE_MAIN ||
	    (s->state != STATE_STOPPING && p->ready == PLAN_READY_EXIT) ||
	    (s->state == STATE_STARTING && p->ready == PLAN_READY_PIDFILE) ||
	    s->phase == PHASE_UNDO || s->phase == PHASE_POST)
		return;
	if (p->stop_scope == PLAN_SCOPE_TREE && s->phase != PHASE_PRE &&
	    cgroup_kill(i) == 0)
		return;
	kill(-leader, SIGKILL);
	/* At the end of all, everything is killed together (shutdown.c). */
	if (p->stop_scope == PLAN_SCOPE_TREE && s->state == STATE_STOPPING &&
	    !core->down_step)
		kill_session(leader);
}
