/*
 * core.h - what the rooms of PID 1 share
 *
 * Layer: PID 1 core; libc only. Rules that hold in every file that includes
 * this (reference: docs/services.md, "what PID 1 never does"): no Lua, no
 * heap, no stdio, no recursion over user data, no call that can block but the
 * one epoll_wait() in loop.c. What must survive a crash or a new binary lies
 * in the arena; static variables hold only what can be found again.
 */
#ifndef INIT_CORE_H
#define INIT_CORE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan.h"
#include "rows.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:" \
	"/sbin:/bin"

/* ---- arena.c ---- */

extern struct core *core;
extern struct service *services;
extern struct timer *timers;
extern uint32_t *timer_heap; /* [0] is the count */
extern uint32_t *work;       /* ring of services to look at */
extern uint32_t *stack;      /* for walks over the graph */
extern struct client *clients;
extern struct aux *auxes;
extern struct event *event_ring;
extern struct held *helds;
extern uint8_t *conditions; /* by index in the plan: enum known */
extern struct mark *marks;
extern struct plan plan;

enum { ARENA_FD = 250 }; /* where a new image finds the arena */

int arena_create(uint32_t service_max);
const char *arena_attach(int trial);
uint32_t service_max(void);

/* Pipes, pidfds and reports of all services, and what is PID 1's own. */
static inline uint32_t fd_max(void)
{
	uint32_t count = 1024 + 8 * service_max();

	return count < 4096 ? 4096 : count;
}

static inline uint32_t service_count(void)
{
	return plan_count(&plan, PLAN_AT_service);
}

/* ---- fmt.c ---- */

/* %s %d %u %c %% %m (error text of an int argument); returns the length */
size_t fmt_va(char *buffer, size_t size, const char *format, va_list args);
size_t fmt(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(gnu_printf, 3, 4)));
const char *fmt_signal(int number); /* "TERM" */
void say(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));
void say_service(uint32_t i, const char *format, ...)
	__attribute__((format(gnu_printf, 2, 3)));
#define debug(i, ...) (core->debug ? say_service(i, __VA_ARGS__) : (void)0)

/* ---- time and loop: loop.c, timer.c ---- */

uint64_t now(void);          /* CLOCK_BOOTTIME, read once per event */
uint64_t now_refresh(void);
void timer_set(uint32_t id, uint64_t at);
void timer_clear(uint32_t id);
uint64_t timer_first(void);
int timer_pop(void);         /* id of a timer that is due, or -1 */
void timer_rebuild(void);
static inline uint32_t timer_extra(unsigned which)
{
	return service_max() + which;
}

/* What an epoll event is about. */
enum watch { WATCH_SIGNAL, WATCH_TIMER, WATCH_STATUS, WATCH_READY,
	     WATCH_CTL, WATCH_INFO, WATCH_CLIENT, WATCH_DEMAND, WATCH_NOTIFY,
	     WATCH_CLOCK, WATCH_CONDITION, WATCH_LOG, WATCH_TRIAL,
	     WATCH_RUN, WATCH_MAIN, WATCH_NONE };

/* Counts whatever was handled, so that guard() knows a turn for nothing. */
extern unsigned loop_handled;
int loop_watch(int fd, enum watch what, uint32_t index, uint32_t events);
void loop_unwatch(int fd);
void loop_close(int32_t *fd); /* of one that is watched */
int loop_init(void);
void loop_settled(void);      /* what only the start read is given back */
void loop_run(void) __attribute__((noreturn));

/* ---- service.c, ending.c, graph.c, stop.c ---- */

const char *state_name(unsigned state);
const char *reason_name(unsigned reason);
void service_queue(uint32_t i);
void service_settle(void); /* work until nothing changes any more */
int service_has_work(void);
void service_state(uint32_t i, unsigned state);
void service_refused(uint32_t i, int error); /* by the kernel */
void service_reason(uint32_t i, unsigned reason, const char *format, ...)
	__attribute__((format(gnu_printf, 3, 4)));
int service_active(uint32_t i);
int service_ready(uint32_t i);
int service_settled(uint32_t i);
uint32_t service_find(const char *name);
void service_want_up(uint32_t i);
void service_want_down(uint32_t i);
void service_want_all_down(void);
void service_retry(void); /* what failed, after a rescue prompt */
void service_restart(uint32_t i);
void service_bring_down(uint32_t i, unsigned outcome);
uint32_t service_dependant(uint32_t i, uint32_t *cursor);
void service_launch(uint32_t i, uint32_t action, enum phase phase);
void service_became_ready(uint32_t i);
void service_ended(uint32_t i, int failure, int abnormal);
void service_over(uint32_t i); /* failed: if it is the main one, all ends */
void service_exec_report(uint32_t i, int ended);
void service_ready_report(uint32_t i);
void service_timeout(uint32_t i);
void service_exited(uint32_t i, int status);
void service_watch_main(uint32_t i); /* if we are not its parent */
void service_main_gone(uint32_t i);
void service_stopped(uint32_t i); /* nothing of it runs any more */
int service_reload(uint32_t i);
int service_kill(uint32_t i, int sig);
void service_forget(uint32_t i); /* an empty row of that index */
void service_rewatch(uint32_t i); /* after its row has moved */
void service_adopt(void); /* rows for a new plan */

/* apply.c: from one plan to another */
struct plan_change {
	uint32_t started, stopped, restarted, updated;
};
enum apply_step { APPLY_NOT, APPLY_DRAIN, APPLY_SWITCHED };
const char *apply_offer(int fd, struct client *c, int dry);
const char *apply_rollback(struct client *c);
void apply_abandon(void);    /* a shutdown begins */
void apply_check(void);      /* after every turn */
void apply_timeout(void);
int apply_confirm(void);
void apply_client_gone(uint32_t n);
void apply_arrange(void);    /* rows in the order of the plan */

/* graph.c: may it start? */
enum verdict { START_NOW, START_LATER, START_NEVER };
enum verdict graph_verdict(uint32_t i, uint32_t *blocker);
int graph_lost(uint32_t i, uint32_t *which);
int graph_held(uint32_t i, uint32_t *which);

static inline const struct plan_extra *plan_extra_of(uint32_t i)
{
	return &plan.extra[plan.service[i].extra];
}

/* held.c: sockets, and what services store */
enum { STORE_MAX = 64 };
int held_missing(uint32_t i);     /* is a socket of the plan not there? */
int held_open(uint32_t i);        /* have a child make them */
void held_report(uint32_t i);     /* it has news */
void held_close(uint32_t i);      /* all of it */
void held_demand(uint32_t i, int on); /* watch for a first connection */
void held_rewatch(uint32_t i);
unsigned held_list(uint32_t i, const struct held *list[], unsigned max);
int held_store(uint32_t i, int fd, const char *name);
void held_remove(uint32_t i, const char *name);

/* notify.c */
int notify_open(void);
void notify_event(void);
void notify_resume(void);
void notify_look(void); /* is its socket still there? */

/* probe.c: find out whether a service is ready */
void probe_start(uint32_t i);
void probe_failed(uint32_t i, int error);
int probe_trusts(uint32_t i, pid_t pid, pid_t core_pid); /* of a pidfile */
void probe_stop(uint32_t i);

/* cgroup.c */
void cgroup_init(void);
void cgroup_controllers(void);    /* if the plan wants limits */
int cgroup_open(uint32_t i);      /* to be born into, or -1 */
void cgroup_enter(int folder);    /* who could not be */
int cgroup_of(pid_t pid, char *name, size_t size); /* whose is pid? */
int cgroup_kill(uint32_t i);
int cgroup_oom(uint32_t i);       /* killed for want of memory since? */
void cgroup_remove(uint32_t i);
void cgroup_sweep(void);          /* those that were still in use then */
void cgroup_settings(uint32_t i, int folder); /* in the child */

/* when.c: conditions */
enum known { KNOWN_NOT, KNOWN_FALSE, KNOWN_TRUE };
void when_reset(void);            /* after a new plan */
/* 1: all true; 0: not known; -1: one is false */
int when_met(uint32_t i, const char **which);
int when_lost(uint32_t i, const char **which);
void when_event(void);
void when_ended(void);            /* the watcher has */
void when_start(void);
void when_resume(void);
int when_mark(const char *name, int on); /* cond: 0, or an errno */

/* arming.c: what must be there before a start */
int arm_recurs(uint32_t i);
int arm_prepare(uint32_t i);
int arm_now(uint32_t i);
void arm_fire(uint32_t i);
void arm_drop(uint32_t i);

/* schedule.c, calendar.c: timers */
void schedule_arm(uint32_t i);
void schedule_clock(void);        /* somebody has set the clock */
void schedule_resume(void);
void schedule_ran(uint32_t i);    /* its time has come */
struct zone {
	const struct plan_zone *rows;
	uint32_t count;
};
uint64_t calendar_next(const struct plan_slot *slot, const struct zone *z,
		       uint64_t after);

/* hooks.c */
#define HOOKS(X) \
	X(UP, up) X(DOWN, down) X(CRASH, crash) X(FAILED, failed) \
	X(READY_TIMEOUT, ready_timeout)
#define ENUM_HOOK(NAME, name) HOOK_##NAME,
enum hook { HOOK_NONE, HOOKS(ENUM_HOOK) HOOK_COUNT };
void hook_fire(uint32_t i, enum hook hook);
void hook_ended(uint32_t i);
const char *hook_name(enum hook hook);

/* proc.c: what /proc says; it is memory, reading it does not block */
int proc_stat(pid_t pid, int field); /* 2 parent, 4 session; 0: unknown */
int proc_each(int (*visit)(pid_t pid, pid_t arg), pid_t arg);
int proc_oom(const char *score); /* of ourselves; 0, or -1 and errno */
size_t proc_read(int folder, const char *path, char *text, size_t size);

/* stop.c: the end of a process and of all it left */
void stop_begin(uint32_t i);
void stop_timeout(uint32_t i);
void stop_rest(uint32_t i, pid_t leader);
int signal_pid(int pidfd, pid_t pid, int sig);

/* ---- spawn.c ---- */

uint32_t service_of(pid_t pid); /* whose process it is, or NOBODY */
int is_child(pid_t pid); /* of ours, running or to be reaped */
int exit_code(int status); /* as a shell has it: 128 + n after signal n */

/* Start `action` (index in the plan) as the process of service i. */
int spawn_service(uint32_t i, uint32_t action, enum phase phase);
/* Start one that is not tracked as the service's process. */
int spawn_extra(uint32_t i, uint32_t action, enum aux_role role,
		uint64_t until); /* it is killed then; 0: never */
/* Run our own binary with these arguments. keep: a descriptor handed on,
 * named by its number in the argument list. */
int spawn_self(enum aux_role role, char *const argv[], int keep, int output,
	       int console);
/* For one of its hooks. */
int spawn_hook(uint32_t i, uint32_t action, enum hook hook, uint64_t until);
/* Fork a child that runs `entry` of this very image, for service i or
 * NOBODY. */
int spawn_image(enum aux_role role, void (*entry)(int), int arg, uint32_t i);
unsigned spawn_budget(void);  /* forks left in this turn */
void spawn_turn(void);
struct aux *aux_find(pid_t pid);
struct aux *aux_role(enum aux_role role);
void aux_clear(struct aux *a);
struct aux *aux_of(enum aux_role role, uint32_t i);
void aux_kill(struct aux *a);
void aux_limit(struct aux *a, uint64_t until);
void aux_timeout(void);
void close_fd(int32_t *fd);

/* launch.c: without a fork */
void launch_init(void);
void launch_parted(pid_t pid); /* its descriptors are its own now */
void launch_left(pid_t pid);   /* and so is its memory, or it is reaped */
int launch_crowded(void);
int launch_patience(void);     /* ms, for an end of that */

/* ---- the rest ---- */

void load_start(void);             /* load.c */
void load_ended(int status);
void load_timeout(void);
const char *load_check(int fd, struct plan *next);
const char *load_map(int fd);      /* check a plan and make it ours */
int load_keeps(void);              /* does anybody want that? */
void load_keep(void);              /* this plan is a good one */
void load_target(uint32_t *i);     /* what a boot starts, or NOBODY */
int load_is_target(uint32_t i);

/* Where logd finds the pipes: private to the image that forks it, so that
 * rows may move meanwhile. */
struct log_source {
	int32_t fd;       /* or -1 */
	uint32_t service; /* in the plan, or NOBODY */
};
enum { LOG_SOURCES_MAX = 2 + 2 * 4096 };
extern struct log_source log_sources[];
int log_init(void);                /* log.c */
void log_service(uint32_t i);      /* the pipes that the plan wants */
void log_forget(uint32_t i);
int log_output(uint32_t i);        /* where it writes to, or -1 */
int log_input(uint32_t i);         /* what others write, or -1 */
void log_status(struct packet *p, uint32_t i);
void log_drain(uint32_t i);        /* in place of a logd that fails */
void log_start(void);              /* (re)start logd */
void log_ended(int status);
void log_write(int fd, const char *text, size_t length);
void log_debug(const char *line);

void ctl_open(void);               /* ctl_socket.c */
void ctl_accept(int readonly);
int ctl_shed(void); /* a client goes; 0: there is none */
void ctl_retry(void);
void ctl_look(void);               /* is the socket still there? */
void ctl_resume(void);
void ctl_drop(struct client *c);
void ctl_watch(struct client *c);
void ctl_heard(struct client *c);
void ctl_stay(struct client *c);

void ctl_event(uint32_t c, uint32_t events); /* ctl.c */
void ctl_timeout(uint32_t c);
void ctl_changed(uint32_t i);
void ctl_poll(void);               /* answer those whose wait is over */
void packet_put(struct packet *p, const char *key, const char *format, ...)
	__attribute__((format(gnu_printf, 3, 4)));
int ctl_send(struct client *c, const struct packet *p, int pass_fd);
void ctl_end(struct client *c, int code, const char *format, ...)
	__attribute__((format(gnu_printf, 3, 4)));

/* verbs.c: obey one request; fd came with it, or is -1 */
void verb_run(struct client *c, char *argv[], unsigned argc, int fd);
/* The next packet of a listing: 1 made, 0 that was all, -1 not yet. */
int verb_next(struct client *c, struct packet *p);
void verb_record(struct packet *p, uint32_t i, int full);

void down_request(enum down_kind kind, int code); /* shutdown.c */
void down_check(void);
void down_timeout(uint32_t timer);
void down_helper_ended(int status);
void down_signal(int sig);

int others_left(void);             /* stop.c: processes that are not ours */
void signal_others(int sig);       /* all but logd and spared services */
void stop_kill_all(void);          /* all services, without a word */

struct options {
	const char *services, *run_dir, *target;
	const char *svc, *conf;
	uint32_t max, watchdog;
	int rescue, debug;
};

void boot_streams(void);           /* boot.c */
enum mode boot_mode(void);
void boot_mounts(void);
void boot_cmdline(struct options *o);
void boot_shell(void);             /* a prompt on the console */
void boot_watchdog(uint32_t seconds); /* the machine's own */
void boot_pet(void);
void boot_rescue(void) __attribute__((noreturn));

void umount_main(int unused);      /* umount.c: in a child */
void sync_main(int unused);

const char *handover_request(struct client *c, const char *root,
			     const char *path, int plain);
void handover_leave(void);         /* to any init in another root */
void handover_event(void);
void handover_finish(void);
void handover_clean(void);         /* when those who go are gone */

void resume_arm(void);             /* resume.c */
void resume_mark(int flag);        /* FD_CLOEXEC or 0 on all descriptors */
int resume_exec(void);
void resume_afresh(void);          /* boot once more; returns if it cannot */
const char *resume_attach(void);
const char *resume_trial(void);

#endif
