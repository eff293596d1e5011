/*
 * sys_spawn_child.c - what S.spawn's child does before its program runs
 *
 * Layer: system call binding; no policy. The parent's memory is ours, and it
 * waits: system calls alone, nothing of libc that keeps a state, no allocation.
 * What fails is left in the plan as an errno.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"
#include "sys_spawn.h"

/*
 * Two passes: first everything that is asked for goes above all targets, so
 * that no move overwrites what a later one needs.
 */
static int move_fds(struct sys_plan *p)
{
	int i, high = 0, fd;

	for (i = 0; i < p->nfds; i++)
		if (p->fds[i].to >= high)
			high = p->fds[i].to + 1;
	for (i = 0; i < p->nfds; i++) {
		fd = fcntl(p->fds[i].from, F_DUPFD_CLOEXEC, high);
		if (fd < 0)
			return -1;
		p->fds[i].from = fd;
	}
	for (i = 0; i < p->nfds; i++)
		if (dup2(p->fds[i].from, p->fds[i].to) < 0)
			return -1;
	return 0;
}

long sys_setmask(const struct sys_sigmask *set, struct sys_sigmask *old)
{
	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, set, old, sizeof *set);
}

/*
 * To set 64 dispositions is a sixth of a spawn. Those found to be the default
 * are remembered (the child writes to our memory), until S.sigaction changes
 * them. Others change the rest by themselves: the prompt and lua that of ^C,
 * libc those of its own signals.
 */
static char is_default[_NSIG];

void sys_signal_changed(int number)
{
	if (number > 0 && number < _NSIG)
		is_default[number] = 0;
}

static int may_remember(int number)
{
	return number != SIGINT && (number < 32 || number > 34);
}

/*
 * Handlers are the parent's code: the new program starts with defaults. All
 * zeros is SIG_DFL without flags in every machine's struct sigaction, whose
 * fields are in another order on some.
 */
static void reset_signals(void)
{
	static const unsigned long dfl[16];
	unsigned long old[16];
	int s;

	for (s = 1; s < _NSIG; s++) {
		if (is_default[s])
			continue;
		memset(old, 0, sizeof old);
		syscall(SYS_rt_sigaction, s, NULL, old,
			sizeof(struct sys_sigmask));
		if (may_remember(s) && memcmp(old, dfl, sizeof old) == 0)
			is_default[s] = 1;
		else
			syscall(SYS_rt_sigaction, s, dfl, NULL,
				sizeof(struct sys_sigmask));
	}
}

/* "0": whoever writes */
static int enter_cgroup(int dir)
{
	int fd = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write(fd, "0", 1) < 0)
		return -1;
	return close(fd);
}

static int set_identity(struct sys_plan *p)
{
	if (p->ngroups != SPAWN_NO_GROUPS &&
	    syscall(SYS_setgroups, p->ngroups, p->groups) < 0)
		return -1;
	if (p->gid != SPAWN_ABSENT &&
	    syscall(SYS_setresgid, p->gid, p->gid, p->gid) < 0)
		return -1;
	if (p->uid != SPAWN_ABSENT &&
	    syscall(SYS_setresuid, p->uid, p->uid, p->uid) < 0)
		return -1;
	return 0;
}

static int set_up(struct sys_plan *p)
{
	int i;

	if (p->cgroup >= 0 && enter_cgroup(p->cgroup) < 0)
		return -1;
	if (p->namespaces && unshare(p->namespaces) < 0)
		return -1;
	if (p->setsid && setsid() < 0)
		return -1;
	if (p->pgid != SPAWN_ABSENT && setpgid(0, (pid_t)p->pgid) < 0)
		return -1;
	if (move_fds(p) < 0)
		return -1;
	if (p->ctty != SPAWN_ABSENT && ioctl((int)p->ctty, TIOCSCTTY, 0) < 0)
		return -1;
	if (p->nice != SPAWN_ABSENT &&
	    setpriority(PRIO_PROCESS, 0, (int)p->nice) < 0)
		return -1;
	for (i = 0; i < p->nlimits; i++)
		if (setrlimit(p->limits[i].resource, &p->limits[i].value) < 0)
			return -1;
	if (p->umask != SPAWN_ABSENT)
		umask((mode_t)p->umask);
	if (p->root && (chroot(p->root) < 0 || chdir("/") < 0))
		return -1;
	if (p->cwd && chdir(p->cwd) < 0)
		return -1;
	if (set_identity(p) < 0)
		return -1;
	if (p->deathsig && prctl(PR_SET_PDEATHSIG, p->deathsig) < 0)
		return -1;
	reset_signals();
	return 0;
}

int sys_spawn_child(void *argument)
{
	struct sys_plan *p = argument;
	char **candidate;
	int denied = 0;

	if (set_up(p) == 0) {
		sys_setmask(&p->mask, NULL);
		for (candidate = p->search; *candidate; candidate++) {
			execve(*candidate, p->argv, p->envp);
			if (errno == EACCES)
				denied = 1;
			else if (errno != ENOENT && errno != ENOTDIR)
				break;
		}
		if (denied && errno == ENOENT)
			errno = EACCES; /* as execvp(3) reports it */
	}
	p->errnum = errno;
	_exit(127);
}
