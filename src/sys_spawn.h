/*
 * sys_spawn.h - what S.spawn works out before, for the child to do
 */

#ifndef SYS_SPAWN_H
#define SYS_SPAWN_H

#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { SPAWN_FDS = 64, SPAWN_LIMITS = 16 };
#define SPAWN_ABSENT LLONG_MIN /* of a field; -1 is a fine nice value */
#define SPAWN_NO_GROUPS (-1)

/*
 * The kernel's set of signals. libc's functions leave its own signals (32 to
 * 34) out of masks and refuse their dispositions: here the kernel is asked.
 */
struct sys_sigmask {
	unsigned char bits[_NSIG / 8];
};

struct sys_plan {
	const char *path;
	char **argv, **envp, **search; /* search: candidates for path */
	const char *cwd, *root;
	struct {
		int from, to;
	} fds[SPAWN_FDS];
	int nfds;
	struct {
		int resource;
		struct rlimit value;
	} limits[SPAWN_LIMITS];
	int nlimits;
	gid_t *groups;
	int ngroups;
	long long uid, gid, umask, nice, pgid, ctty;
	int setsid, deathsig, namespaces, born;
	int cgroup; /* fd of its directory, or -1 */
	struct sys_sigmask mask; /* of the new program */
	int errnum; /* what went wrong in the child */
};

long sys_setmask(const struct sys_sigmask *set, struct sys_sigmask *old);
/* What clone(2) runs: it does the plan, and ends. */
int sys_spawn_child(void *plan);

#endif
