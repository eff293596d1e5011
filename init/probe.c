/*
 * probe.c - find out from outside whether a service is ready
 *
 * Layer: PID 1 core; the looking itself is a child of this image, since it
 * opens paths and connects to sockets that may hang. It tries again and again
 * until it sees what the definition asks for, and then writes one line to the
 * pipe on which a service that knows about readiness would write itself; for
 * a pidfile the line is the number.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core.h"
#include "spawn.h"

static int output_fd;

static int connects(const struct sockaddr *sa, socklen_t size)
{
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int done = fd >= 0 && connect(fd, sa, size) == 0;

	if (fd >= 0)
		close(fd);
	return done;
}

static int unix_answers(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	fmt(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	return connects((struct sockaddr *)&sa, sizeof(sa));
}

static int tcp_answers(uint32_t port)
{
	struct sockaddr_in four = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_in6 six = {
		.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};

	return connects((struct sockaddr *)&four, sizeof(four)) ||
		connects((struct sockaddr *)&six, sizeof(six));
}

/* Is it a child that the service has left to PID 1? Its author writes what he
 * likes, and whoever it names would be signalled in the service's place. */
int probe_trusts(uint32_t i, pid_t pid, pid_t core_pid)
{
	char name[64];

	for (uint32_t n = 0; n < service_count(); n++)
		if (services[n].pid == pid && n != i)
			return 0;
	if (pid <= 1 || aux_find(pid) || proc_stat(pid, 2) != core_pid)
		return 0;
	return !cgroup_of(pid, name, sizeof(name)) ||
		!strcmp(name, services[i].name);
}

/* The number in a pidfile, if it may be believed. */
static int pidfile_names(uint32_t i, const char *path, pid_t *pid)
{
	char text[32];
	size_t n = proc_read(AT_FDCWD, path, text, sizeof(text));

	*pid = 0;
	for (size_t k = 0; k < n && text[k] >= '0' && text[k] <= '9'; k++)
		*pid = *pid < 100000000 ? *pid * 10 + (text[k] - '0') : 0;
	return probe_trusts(i, *pid, getppid());
}

/* The check is a command with all that the service has. */
static int check_passes(uint32_t i)
{
	struct child c = {
		.service = i, .action = plan_extra_of(i)->ready_check,
		.status_fd = -1, .ready_fd = -1, .output_fd = output_fd,
	};
	int status;
	pid_t pid = fork();

	if (!pid)
		child_service(&c);
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
		WIFEXITED(status) && !WEXITSTATUS(status);
}

static int passes(uint32_t i, pid_t *pid)
{
	const struct plan_extra *x = plan_extra_of(i);
	const char *path = plan_text(&plan, x->ready_path);
	struct stat st;

	switch (plan.service[i].ready) {
	case PLAN_READY_PIDFILE:
		return pidfile_names(i, path, pid);
	case PLAN_READY_FILE:
		return stat(path, &st) == 0;
	case PLAN_READY_UNIX:
		return unix_answers(path);
	case PLAN_READY_TCP:
		return tcp_answers(x->ready_port);
	default:
		return check_passes(i);
	}
}

static int report_fd;

static void probe_main(int service)
{
	uint32_t i = (uint32_t)service, good = 0;
	const struct plan_extra *x = plan_extra_of(i);
	const int keep[] = {report_fd, output_fd, core->exe_fd, core->plan_fd,
			    services[i].pidfd, core->cgroup_fd, core->null_fd};
	struct timespec pause = {
		.tv_sec = x->ready_every / 1000,
		.tv_nsec = x->ready_every % 1000 * (long)MS,
	};
	char line[16];
	pid_t pid = 0;

	prctl(PR_SET_NAME, "luabox-probe");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	child_close_others(keep, sizeof(keep) / sizeof(*keep));
	for (;;) {
		/* It looks from where the service is. */
		if (x->ns & CLONE_NEWNET)
			setns(services[i].pidfd, CLONE_NEWNET);
		good = passes(i, &pid) ? good + 1 : 0;
		if (good >= x->ready_ok)
			break;
		nanosleep(&pause, NULL);
	}
	if (write(report_fd, line, fmt(line, sizeof(line), "%d\n",
				       (int)pid)) < 0)
		_exit(1);
	_exit(0);
}

/* The service has been executed: what an earlier run left is gone (child.c),
 * and whoever looks now sees its own. */
void probe_start(uint32_t i)
{
	struct service *s = &services[i];
	int ends[2], error;

	probe_stop(i);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		probe_failed(i, errno);
		return;
	}
	report_fd = ends[1];
	output_fd = log_output(i);
	error = spawn_image(AUX_PROBE, probe_main, (int)i, i);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		probe_failed(i, error);
		return;
	}
	loop_close(&s->ready_fd);
	s->ready_fd = ends[0];
	loop_watch(s->ready_fd, WATCH_READY, i, EPOLLIN);
}

/* Nobody looks, so nobody would ever know: begin anew. */
void probe_failed(uint32_t i, int error)
{
	struct service *s = &services[i];

	service_refused(i, error);
	say_service(i, "no prober: %s", strerror(error));
	s->outcome = STATE_BACKOFF;
	service_state(i, STATE_STOPPING);
	stop_begin(i);
}

void probe_stop(uint32_t i)
{
	struct aux *a = aux_of(AUX_PROBE, i);

	if (!a)
		return;
	signal_pid(a->pidfd, a->pid, SIGKILL);
	a->service = NOBODY;
}
