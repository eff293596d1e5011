/*
 * rows.h - what PID 1 remembers
 *
 * Layer: PID 1 core. The tables of the arena (arena.c), which outlive a crash
 * and a new binary: fields are only ever added at the end of a struct, and
 * are zero at first. Descriptors added so are kept as number + 1.
 */
#ifndef INIT_ROWS_H
#define INIT_ROWS_H

#include <stdint.h>

#define MS 1000000ull /* nanoseconds: the unit of all times in the core */
#define SECOND (1000 * MS)
#define NOBODY 0xffffffffu /* no service */

#define STATES(X) \
	X(DOWN, "down") X(WAITING, "waiting") X(STARTING, "starting") \
	X(UP, "up") X(STOPPING, "stopping") X(BACKOFF, "backoff") \
	X(FAILED, "failed") X(DONE, "done")

#define REASONS(X) \
	X(NONE, "") X(REQUEST, "request") X(EXIT, "exit") \
	X(SIGNAL, "signal") X(READY, "not ready") X(TIMEOUT, "timeout") \
	X(EXEC, "exec") X(FORK, "fork") X(DEPENDENCY, "dependency") \
	X(BROKEN, "broken") X(LIMIT, "restart limit") \
	X(KILLED, "killed after stop timeout") X(SHUTDOWN, "shutdown") \
	X(CONDITION, "condition") X(WATCHDOG, "watchdog") X(OOM, "oom") \
	X(DEMAND, "first connection") X(TIMER, "timer") X(SOCKET, "socket")

#define ENUM_STATE(name, text) STATE_##name,
enum state { STATES(ENUM_STATE) STATE_COUNT };
#define ENUM_REASON(name, text) REASON_##name,
enum reason { REASONS(ENUM_REASON) REASON_COUNT };

enum want { WANT_DOWN, WANT_UP };

/* What the process of a service is, within `starting` and `stopping`. */
enum phase {
	PHASE_NONE,
	PHASE_PRE,  /* starting: the pre action */
	PHASE_RUN,  /* starting or up: the service itself */
	PHASE_HOLD, /* stopping: dependants go first */
	PHASE_TERM, /* stopping: signalled */
	PHASE_KILL, /* stopping: killed */
	PHASE_UNDO, /* stopping a oneshot: its undo action */
	PHASE_POST, /* after the end: the post action */
};

struct service {
	char name[64];
	char detail[96];   /* text that goes with the reason */
	uint64_t since;    /* of this state */
	uint64_t ready_at; /* of the last start that became ready, or 0 */
	uint64_t first_start, first_ready; /* for the chart of the boot */
	uint64_t window_at, said_at;
	int32_t pid, pidfd;       /* the process of `phase`, or 0 and -1 */
	int32_t status_fd;        /* exec report of that process, or -1 */
	int32_t ready_fd;         /* it writes a newline here, or -1 */
	int32_t log_read, log_write;
	int32_t last_status;      /* of wait(), of the last run */
	int32_t last_pid;
	uint32_t starts, restarts, window_count;
	uint32_t delay_ms;        /* the last back-off */
	uint32_t blocker;         /* whom `waiting` waits for */
	uint32_t log_slot;        /* its place in the journal */
	uint64_t log_lost;        /* bytes that no logd was there for */
	uint32_t sockets;         /* first of its held descriptors + 1 */
	uint32_t oom_kills;       /* that its cgroup has counted */
	uint64_t last_start;      /* of a timer */
	uint64_t slot;            /* UTC second of its last run */
	uint64_t next_slot;       /* and of the next, or 0 */
	char told[64];            /* STATUS= of sd_notify */
	uint8_t state, want, phase, reason;
	uint8_t outcome;          /* state to take when stopping is over */
	uint8_t ran;              /* became ready once this boot */
	uint8_t queued, marked;
	uint8_t unkillable, has_status;
	uint8_t held;  /* an operator stopped it */
	uint8_t spared; /* shutdown.c: it goes after all others */
	uint8_t once;  /* not to be started again when it ends */
	uint8_t again; /* apply.c: was wanted under the plan before */
	uint8_t stale; /* apply.c: must be down before the next plan */
	uint8_t opened;    /* its sockets are there, or it has none */
	uint8_t opening;   /* a child makes them */
	uint8_t armed;     /* as good as up: a connection or a time starts it */
	uint8_t due;       /* that has come */
	uint8_t parked;    /* a condition is known to be false */
	uint8_t in_cgroup; /* of its own */
	uint8_t hook_busy, hook_next; /* hooks.c: enum hook, 0 is none */
	uint8_t killed; /* stop.c: the process of this phase (was padding) */
	/* log.c: the pipe that others write and it reads, numbers + 1 */
	int32_t feed_read, feed_write;
};

/* Children that are no service. */
enum aux_role { AUX_NONE, AUX_LOGD, AUX_LOADER, AUX_HELPER, AUX_RESCUE,
		AUX_RELOAD, AUX_STOP, AUX_OPENER, AUX_PROBE, AUX_HOOK,
		AUX_WATCH, AUX_TRIAL };

struct aux {
	int32_t pid, pidfd;
	uint32_t role, service;
	uint64_t until; /* it is killed then; 0: never */
};

/* A descriptor that outlives the process that uses it: a socket that PID 1
 * made, or one that the service has handed in. */
struct held {
	int32_t fd;
	uint32_t next; /* of the same service, + 1 */
	uint32_t spec; /* checksum of what it was made from; 0: handed in */
	char name[44];
};

/* A name that `svc cond set` has set. */
struct mark {
	char name[64];
};

/* What a client is sent piece by piece, as it takes it. */
enum listing { LIST_NONE, LIST_SERVICES, LIST_EDGES, LIST_EVENTS };

struct client {
	int32_t fd, uid;
	uint8_t readonly;
	uint8_t listing;    /* enum listing, goes on at cursor */
	uint8_t blocked;    /* of it: what could not be sent yet */
	uint8_t waiting;    /* for `service` to be up, or to be down */
	uint8_t ending;     /* the last packet is still to be sent */
	uint8_t until_up;
	uint8_t staying;    /* never idle: it follows the log, or applies */
	int32_t code;       /* of that packet */
	uint32_t service;
	uint64_t cursor;
	char text[160];
	uint64_t heard;     /* when it asked last */
};

/* One answer being put together: key=value NUL ... */
struct packet {
	size_t length;
	char data[2048];
};

struct timer {
	uint64_t at;   /* 0: not set */
	uint32_t slot; /* in the heap */
};

/* Timers after those of the services. */
enum { TIMER_LOADER, TIMER_LOGD, TIMER_SHUTDOWN, TIMER_DEADLINE, TIMER_REPORT,
       TIMER_CTL, TIMER_CONFIRM, TIMER_AUX, TIMER_WATCH, TIMER_PET,
       TIMER_CLIENT, CLIENT_MAX = 16, TIMER_KEEP = TIMER_CLIENT + CLIENT_MAX,
       TIMER_EXTRA, AUX_MAX = 256,
       HELD_MAX = 256, CONDITION_MAX = 512, MARK_MAX = 64,
       EVENT_MAX = 512, PATH_SIZE = 96, LONG_PATH = 1024, SKIP_MAX = 4,
       SKIP_SIZE = 256 };

enum mode { MODE_MACHINE, MODE_CONTAINER, MODE_USER };

/* Steps of a shutdown, in order. */
enum down_step { DOWN_NOT, DOWN_SERVICES, DOWN_TERM, DOWN_KILL, DOWN_CRITICAL,
		 DOWN_LAST, DOWN_UMOUNT, DOWN_SYNC, DOWN_END };
enum down_kind { DOWN_EXIT, DOWN_POWEROFF, DOWN_REBOOT, DOWN_HALT,
		 DOWN_SOFT, DOWN_SWITCH, DOWN_KEXEC };

/* Everything that is not a table. */
struct core {
	uint32_t mode, boot_done, crashes, crash_window, random;
	uint64_t started_at, crash_at;
	/* descriptors that outlive an exec, found again here */
	int32_t exe_fd, plan_fd, journal_fd, console_fd, null_fd, run_fd;
	int32_t ctl_fd, info_fd;
	int32_t epoll_fd, timer_fd, signal_fd;
	int32_t self_read, self_write, loader_read, loader_write;
	int32_t loading_fd; /* image that the loader is writing */
	int32_t next_plan_fd, old_plan_fd; /* apply.c */
	int32_t cgroup_fd;  /* the folder of our services' cgroups */
	int32_t notify_fd;  /* sd_notify */
	int32_t clock_fd;   /* tells when somebody sets the clock */
	int32_t watch_fd;   /* what the watcher of conditions says */
	int32_t watchdog_fd;
	uint32_t watchdog_seconds, watch_used, controllers;
	char watch_line[160];
	char svc_words[256]; /* luabox.svc= */
	char conf[PATH_SIZE]; /* luabox.conf= */
	int32_t trial_fd;   /* handover.c */
	uint32_t trial_client, handed_over;
	char trial_path[LONG_PATH];
	uint32_t apply_step, apply_client, apply_confirm_ms;
	uint32_t fell_back; /* to the last good plan */
	uint32_t plan_size, loads, journal_slots;
	uint32_t skips;     /* files that a loader died of */
	char skip[SKIP_MAX][SKIP_SIZE];
	uint64_t logd_at;
	uint32_t logd_fast, log_draining;
	uint32_t down_step, down_kind, down_deaf, exit_code;
	uint64_t down_deadline;
	uint32_t cad_count;
	uint64_t cad_at;
	uint64_t events; /* how many there were; the ring has the last */
	uint32_t log_cursor;
	uint64_t unused;          /* what was here: rows only grow */
	uint32_t ctl_pause; /* seconds until the next attempt */
	uint32_t nofile_soft, nofile_hard;
	char run_dir[PATH_SIZE];
	char services[LONG_PATH]; /* "" = the loader's default */
	char target[64];          /* from the command line, or "" */
	char exe[LONG_PATH];      /* as we were called: fallback for exec */
	uint32_t trial_plain;     /* no trial: it need not be a luabox */
	uint32_t next_root;       /* for DOWN_SWITCH: descriptor + 1 */
	uint32_t old_root;        /* that we came from: descriptor + 1 */
	uint32_t retry;           /* a rescue prompt has ended: try again */
	uint32_t debug;           /* init_debug: descriptor of kmsg + 1 */
	uint32_t staged;          /* launch.c has reserved its descriptors */
	uint32_t reserve;         /* ctl_socket.c: descriptor + 1 */
};

struct event {
	uint64_t at;
	uint32_t service; /* NOBODY: it is gone */
	int32_t pid;
	uint8_t state, reason;
};

#endif
