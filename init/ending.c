/*
 * ending.c - how a run ends, and what follows from it
 *
 * Layer: PID 1 core. From the exit of a process (or a deadline it missed) to
 * the state that the definition's restart policy asks for. Starting and the
 * queue are in service.c, signals and kills in stop.c.
 */

#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "core.h"

static uint32_t next_delay(const struct plan_service *p, struct service *s)
{
	uint64_t delay = p->restart_delay;
	uint64_t cap = p->restart_max > p->restart_delay ?
		p->restart_max : p->restart_delay;

	if (s->ready_at && now() - s->ready_at >= p->restart_reset * MS)
		s->delay_ms = 0;
	if (s->delay_ms)
		delay = (uint64_t)s->delay_ms * p->restart_factor / 1000;
	if (delay > cap)
		delay = cap;
	s->delay_ms = (uint32_t)delay;
	if (p->restart_jitter && delay) {
		core->random = core->random * 1664525u + 1013904223u;
		delay += delay * p->restart_jitter / 1000 *
			(core->random >> 16) / 0x10000;
	}
	return (uint32_t)delay;
}

/* More restarts than the definition allows in its window? */
static int over_limit(const struct plan_service *p, struct service *s)
{
	if (!p->restart_limit)
		return 0;
	if (!s->window_at || now() - s->window_at > p->restart_window * MS) {
		s->window_at = now();
		s->window_count = 0;
	}
	return ++s->window_count > p->restart_limit;
}

/* What it held while it was down for a moment only. */
static void let_go(uint32_t i)
{
	arm_drop(i);
	held_close(i);
	cgroup_remove(i);
}

static void as_last_resort(uint32_t i)
{
	uint32_t other = plan_extra_of(i)->restart_start;

	switch (plan.service[i].restart_then) {
	case PLAN_THEN_REBOOT:
		down_request(DOWN_REBOOT, 0);
		break;
	case PLAN_THEN_POWEROFF:
		down_request(DOWN_POWEROFF, 0);
		break;
	case PLAN_THEN_RESCUE:
		boot_shell();
		break;
	case PLAN_THEN_START:
		if (other != PLAN_NONE)
			service_want_up(other);
		break;
	default:
		break;
	}
}

/* A machine that does not come up without it wants its operator. */
static void boot_lost(uint32_t i)
{
	if (!(plan.service[i].flags & PLAN_FLAG(CRITICAL)) || core->boot_done ||
	    core->mode != MODE_MACHINE || aux_role(AUX_RESCUE))
		return;
	say_service(i, "is critical: the boot cannot go on");
	boot_shell();
}

/* All processes of this run are gone: take the state that was decided. */
static void settle_down(uint32_t i, unsigned outcome)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	uint32_t delay;

	s->phase = PHASE_NONE;
	s->unkillable = 0;
	/* A job that failed is tried again at its next time. */
	if (outcome == STATE_FAILED && p->kind == PLAN_KIND_TIMER)
		outcome = STATE_DOWN;
	if (outcome != STATE_BACKOFF || s->want == WANT_DOWN) {
		if (outcome == STATE_FAILED || s->want == WANT_DOWN)
			let_go(i);
		service_state(i, outcome == STATE_BACKOFF ? STATE_DOWN :
			      outcome);
		hook_fire(i, outcome == STATE_FAILED ? HOOK_FAILED :
			  HOOK_DOWN);
		if (outcome == STATE_FAILED)
			boot_lost(i);
		return;
	}
	if (over_limit(p, s)) {
		service_reason(i, REASON_LIMIT, "%u restarts in %u s",
			       p->restart_limit, p->restart_window / 1000);
		say_service(i, "failed: %s", s->detail);
		let_go(i);
		service_state(i, STATE_FAILED);
		hook_fire(i, HOOK_FAILED);
		as_last_resort(i);
		boot_lost(i);
		return;
	}
	s->restarts++;
	delay = next_delay(p, s);
	if (delay) {
		timer_set(i, now() + delay * MS);
		service_state(i, STATE_BACKOFF);
	} else {
		service_state(i, STATE_DOWN); /* and, wanted, up again */
	}
}

void service_stopped(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	timer_clear(i);
	probe_stop(i);
	loop_close(&s->ready_fd);
	aux_kill(aux_of(AUX_RELOAD, i));
	if (p->post != PLAN_NONE && s->phase != PHASE_POST) {
		service_state(i, STATE_STOPPING);
		if (!spawn_service(i, p->post, PHASE_POST)) {
			timer_set(i, now() + p->stop_timeout * MS);
			return;
		}
	}
	settle_down(i, s->outcome);
}

void service_over(uint32_t i)
{
	if (plan.service[i].flags & PLAN_FLAG(MAIN))
		down_request(DOWN_EXIT, services[i].has_status ? -1 : 125);
}

/* The run is over though nobody asked for it. */
void service_ended(uint32_t i, int failure, int abnormal)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	unsigned on = p->restart_on;
	int again = on == PLAN_RESTART_ALWAYS ||
		(on == PLAN_RESTART_FAILURE && failure) ||
		(on == PLAN_RESTART_ABNORMAL && abnormal);

	/* A program that is not there is not there a second later either;
	 * but a fork that failed for want of memory may well succeed. */
	if (s->reason == REASON_EXEC && on != PLAN_RESTART_ALWAYS)
		again = 0;
	if (s->reason == REASON_FORK)
		again = 1;
	if (s->once)
		again = 0;
	if (s->want == WANT_DOWN) {
		s->outcome = STATE_DOWN;
	} else if (again) {
		s->outcome = STATE_BACKOFF;
	} else {
		s->outcome = failure ? STATE_FAILED : STATE_DOWN;
		if (!failure && !arm_recurs(i))
			s->want = WANT_DOWN;
	}
	if (failure && s->outcome == STATE_FAILED) {
		say_service(i, "failed: %s", s->detail);
	} else if (failure && now() - s->said_at >= SECOND) {
		s->said_at = now(); /* a tight loop is not worth a flood */
		say_service(i, "%s, starting it again", s->detail);
	}
	if (failure)
		hook_fire(i, HOOK_CRASH);
	service_stopped(i);
	/* A fork may succeed the next time: that is no end. */
	if (s->reason != REASON_FORK)
		service_over(i);
}

static void note_status(uint32_t i, int status)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	s->last_status = status;
	s->has_status = 1;
	if (p->flags & PLAN_FLAG(MAIN))
		core->exit_code = (uint32_t)exit_code(status);
}

/* Put the way it ended into words, unless a better reason is known. */
static void describe(uint32_t i, int status, const char *what)
{
	if (services[i].reason == REASON_EXEC ||
	    services[i].reason == REASON_TIMEOUT ||
	    services[i].reason == REASON_WATCHDOG)
		return;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL &&
	    cgroup_oom(i))
		service_reason(i, REASON_OOM, "%smore memory than limits.mem",
			       what);
	else if (WIFEXITED(status))
		service_reason(i, REASON_EXIT, "%sexit code %d", what,
			       WEXITSTATUS(status));
	else
		service_reason(i, REASON_SIGNAL, "%ssignal %s%s", what,
			       fmt_signal(WTERMSIG(status)),
			       WCOREDUMP(status) ? ", core dumped" : "");
}

void service_exited(uint32_t i, int status)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];
	int clean = WIFEXITED(status) && !WEXITSTATUS(status);
	pid_t pid = s->pid;

	debug(i, "process %d has ended, status %d", (int)pid, status);
	/* What it said last comes first. */
	service_exec_report(i, 1);
	service_ready_report(i);
	if (s->pid != pid)
		return; /* the daemon that it left behind is the service now */
	s->last_pid = s->pid;
	s->pid = 0;
	loop_close(&s->pidfd);
	loop_close(&s->status_fd);
	if (s->state != STATE_STARTING || p->ready != PLAN_READY_PIDFILE)
		loop_close(&s->ready_fd);
	switch ((enum phase)s->phase) {
	case PHASE_PRE:
		if (clean) {
			service_launch(i, p->run, PHASE_RUN);
			return;
		}
		describe(i, status, "pre: ");
		service_ended(i, 1, !WIFEXITED(status));
		return;
	case PHASE_RUN:
		note_status(i, status);
		if (s->state == STATE_STARTING && clean &&
		    p->ready == PLAN_READY_EXIT) {
			service_became_ready(i);
			s->phase = PHASE_NONE;
			return;
		}
		/* It has left a daemon behind; the pidfile will name it. */
		if (s->state == STATE_STARTING && clean &&
		    p->ready == PLAN_READY_PIDFILE && s->ready_fd >= 0)
			return;
		probe_stop(i);
		describe(i, status, s->state == STATE_STARTING &&
			 p->ready != PLAN_READY_EXIT &&
			 s->reason != REASON_EXEC ? "before ready: " : "");
		service_ended(i, s->state == STATE_STARTING || !clean,
		      !WIFEXITED(status));
		return;
	case PHASE_HOLD:
	case PHASE_TERM:
	case PHASE_KILL:
		note_status(i, status);
		if (s->outcome == STATE_DOWN) {
			if (s->reason != REASON_KILLED &&
			    s->reason != REASON_DEPENDENCY &&
			    s->reason != REASON_CONDITION)
				service_reason(i, REASON_REQUEST, "%s",
					       "stopped");
			service_stopped(i);
		} else {
			service_ended(i, 1, 1); /* not ready in time */
		}
		return;
	default: /* undo, post */
		if (!clean)
			say_service(i, "%s: exit code %d",
				    s->phase == PHASE_POST ? "post" : "undo",
				    exit_code(status));
		service_stopped(i);
	}
}

/* MAINPID= may name one whose parent is another process of the service. That
 * one learns of its end; we do by the pidfd. */
void service_watch_main(uint32_t i)
{
	const struct service *s = &services[i];

	if (s->pid && s->pidfd >= 0 && !is_child(s->pid))
		loop_watch(s->pidfd, WATCH_MAIN, i, EPOLLIN);
}

void service_main_gone(uint32_t i)
{
	struct service *s = &services[i];

	if (s->pidfd >= 0)
		loop_unwatch(s->pidfd);
	if (!s->pid || is_child(s->pid)) /* ours meanwhile: reap() sees it */
		return;
	if (plan.service[i].stop_scope == PLAN_SCOPE_TREE)
		cgroup_kill(i);
	service_exited(i, 0); /* how it ended only its parent knows */
}

void service_timeout(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	struct service *s = &services[i];

	switch ((enum state)s->state) {
	case STATE_BACKOFF:
		service_state(i, STATE_DOWN);
		break;
	case STATE_STARTING:
		service_reason(i, REASON_TIMEOUT, "not ready after %u.%u s",
			       p->ready_timeout / 1000,
			       p->ready_timeout / 100 % 10);
		hook_fire(i, HOOK_READY_TIMEOUT);
		s->outcome = STATE_BACKOFF;
		probe_stop(i);
		loop_close(&s->ready_fd);
		service_state(i, STATE_STOPPING);
		stop_begin(i);
		break;
	case STATE_WAITING:
		arm_fire(i);
		break;
	case STATE_UP:
		service_reason(i, REASON_WATCHDOG, "silent for %u.%u s",
			       plan_extra_of(i)->watchdog / 1000,
			       plan_extra_of(i)->watchdog / 100 % 10);
		say_service(i, "%s", s->detail);
		s->outcome = STATE_BACKOFF;
		service_state(i, STATE_STOPPING);
		stop_begin(i);
		break;
	case STATE_STOPPING:
		stop_timeout(i);
		break;
	default:
		break;
	}
}
