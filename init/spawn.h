/*
 * spawn.h - what a child tells the core before its exec
 *
 * Layer: PID 1 core, shared by spawn.c, child.c and service.c.
 */
#ifndef INIT_SPAWN_H
#define INIT_SPAWN_H

#include <stdint.h>

struct held;

/* Sent over a close-on-exec pipe when the set-up or the exec failed; without
 * an error it says that a child which was launched has descriptors of its
 * own. */
struct exec_report {
	int32_t error;
	char what[124];
};

/* All that the child needs to know, gathered before the fork. */
struct child {
	uint32_t service, action;
	int status_fd; /* for the report, or -1 */
	int ready_fd;  /* to be put where the definition wants it, or -1 */
	int output_fd; /* stdout and stderr, or -1: none */
	int cgroup_fd; /* folder of the cgroup it was born into, or -1 */
	int hands_on;  /* it gets the sockets */
	const char *event; /* of a hook, or NULL */
	pid_t main_pid; /* beside that process, or 0 */
};

/* child.c: the way of a service from fork to exec. */
void child_service(const struct child *c) __attribute__((noreturn));
void child_self(char *const argv[], int keep, int output, int console)
	__attribute__((noreturn));
void child_default_signals(void);
void child_open_signals(void);
/* Close all from 3 on but these (-1 is none). */
void child_close_others(const int *keep, unsigned count);
/* End with a report to the core: `what` and, behind it, `object`. */
void child_fail(int error, const char *what, const char *object)
	__attribute__((noreturn));

/* launch.c: its number, -1 and errno, or 0: it takes a fork. */
pid_t launch(const struct child *c, int32_t *pid_at, int32_t *pidfd);
void launch_forget(void); /* in any other child */

/* environment.c */
enum { FDS_MAX = 96 }; /* sockets and stored descriptors of one process */
char *const *env_list(void);
void env_add(const char *word);
const char *env_get(const char *name);
void env_base(void);
void env_clear(void);
void env_file(const char *path);
void env_event(const struct child *c);
void env_main_pid(pid_t pid);
void env_protocols(const struct child *c, unsigned fds,
		   const struct held *list[]);

/* confine.c: what takes rights away, in this order around the identity */
void confine_namespaces(uint32_t i);
void confine_before(uint32_t i); /* the identity changes */
void confine_after(uint32_t i);
void confine_last(uint32_t i, int exe_fd); /* right before the exec */
extern char **environ;

#endif
