/*
 * log.c - log pipes, and the child that empties them
 *
 * Layer: PID 1 core. The core holds both ends of every pipe and the memory in
 * which logd works, so logd can die at any moment: its successor, forked with
 * the same descriptors, goes on with the next byte. A new plan changes the
 * set of pipes; logd is then replaced in the same way.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "journal.h"

struct log_source log_sources[LOG_SOURCES_MAX];

/* The writers' end blocks, as programs expect; ours never does. */
static int log_pipe(int32_t *read_end, int32_t *write_end)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*read_end = ends[0];
	*write_end = ends[1];
	return 0;
}

static off_t slot_at(uint32_t slot)
{
	return (off_t)(offsetof(struct journal, slot) +
		       slot * sizeof(struct journal_slot));
}

static void name_slot(uint32_t slot, const char *name, int quiet)
{
	struct journal_slot s = {.quiet = (uint32_t)quiet};

	fmt(s.name, sizeof(s.name), "%s", name);
	if (pwrite(core->journal_fd, &s, sizeof(s), slot_at(slot)) < 0)
		return; /* a line without a name is still a line */
}

void log_status(struct packet *p, uint32_t i)
{
	struct journal_slot s;

	if (services[i].log_read < 0 ||
	    pread(core->journal_fd, &s, sizeof(s),
		  slot_at(services[i].log_slot)) != sizeof(s))
		return;
	if (s.dropped)
		packet_put(p, "log_dropped", "%u", s.dropped);
	if (s.file_error)
		packet_put(p, "log_error", "%s", strerror((int)s.file_error));
	if (services[i].log_lost)
		packet_put(p, "log_lost", "%llu",
			   (unsigned long long)services[i].log_lost);
}

static size_t page(size_t bytes)
{
	return (bytes + 4095) & ~(size_t)4095;
}

int log_init(void)
{
	size_t slots = JOURNAL_SERVICE + 2 * service_max();
	size_t lines_at = page(sizeof(struct journal) +
			       slots * sizeof(struct journal_slot));
	size_t ring_at = page(lines_at + slots * sizeof(struct journal_lines));
	struct journal j = {
		.magic = JOURNAL_MAGIC,
		.version = JOURNAL_VERSION,
		.ring_size = JOURNAL_RING,
		.ring_at = (uint32_t)ring_at,
		.lines_at = (uint32_t)lines_at,
		.slots = (uint32_t)slots,
	};

	core->journal_fd = memfd_create("luabox-journal", MFD_CLOEXEC);
	if (core->journal_fd < 0 ||
	    ftruncate(core->journal_fd, (off_t)(ring_at + JOURNAL_RING)) < 0 ||
	    pwrite(core->journal_fd, &j, sizeof(j), 0) < 0)
		return -1;
	if (log_pipe(&core->self_read, &core->self_write) < 0 ||
	    log_pipe(&core->loader_read, &core->loader_write) < 0)
		return -1;
	/* Our own lines are dropped rather than waited for. */
	fcntl(core->self_write, F_SETFL, O_NONBLOCK);
	name_slot(JOURNAL_SELF, "luabox", 0);
	name_slot(JOURNAL_LOADER, "loader", 0);
	return 0;
}

/* The rows that a service can have had: looking at one gives it memory. After
 * a handover nobody knows. */
static uint32_t rows(void)
{
	static uint32_t most;

	if (!most && core->log_cursor)
		most = service_max();
	if (most < service_count())
		most = service_count();
	return most;
}

/* A slot that nobody has, and nobody had for long: logd may still be emptying
 * the pipe of one that is gone. */
static uint32_t free_slot(void)
{
	uint32_t count = 2 * service_max(), used = rows(), slot, i;

	do {
		slot = JOURNAL_SERVICE + core->log_cursor++ % count;
		for (i = 0; i < used; i++)
			if (services[i].log_slot == slot)
				break;
	} while (i < used);
	return slot;
}

/* Others' output, if the plan wants it as the input of i. Both ends stay with
 * us, so that either side may end and come again: nobody gets a SIGPIPE or an
 * end of file, and what was not read is read by the next. */
static void feed(uint32_t i)
{
	int wanted = (plan.service[i].flags & PLAN_FLAG(FED)) != 0;
	struct service *s = &services[i];
	int ends[2];

	if (wanted == (s->feed_read > 0))
		return;
	if (!wanted) {
		close(s->feed_read - 1);
		close(s->feed_write - 1);
		s->feed_read = s->feed_write = 0;
	} else if (!pipe2(ends, O_CLOEXEC)) {
		s->feed_read = ends[0] + 1;
		s->feed_write = ends[1] + 1;
	}
}

int log_input(uint32_t i)
{
	return services[i].feed_read - 1;
}

int log_output(uint32_t i)
{
	uint32_t to = plan_extra_of(i)->log_to;

	return plan.service[i].log != PLAN_LOG_SVC ? services[i].log_write :
		to == PLAN_NONE ? -1 : services[to].feed_write - 1;
}

/* The row is new, or its definition may be: what is there already stays. */
void log_service(uint32_t i)
{
	uint32_t to = plan.service[i].log, quiet = to != PLAN_LOG_BOTH;
	struct service *s = &services[i];

	feed(i);
	if (to == PLAN_LOG_NONE || to == PLAN_LOG_CONSOLE || to == PLAN_LOG_SVC)
		return;
	if (s->log_read >= 0) {
		if (pwrite(core->journal_fd, &quiet, sizeof(quiet),
			   slot_at(s->log_slot) +
			   (off_t)offsetof(struct journal_slot, quiet)) < 0)
			return;
		return;
	}
	s->log_slot = free_slot();
	name_slot(s->log_slot, s->name, (int)quiet);
	if (log_pipe(&s->log_read, &s->log_write) < 0)
		say_service(i, "no pipe for its output: %s", strerror(errno));
	else if (core->log_draining)
		loop_watch(s->log_read, WATCH_LOG, i, EPOLLIN);
}

void log_forget(uint32_t i)
{
	struct service *s = &services[i];

	loop_close(&s->log_read);
	close_fd(&s->log_write);
	if (s->feed_read) {
		close(s->feed_read - 1);
		close(s->feed_write - 1);
	}
}

/* ---- without a logd: services must not stand still ---- */

/* It fails again and again: read what they write, and count it. */
static void start_draining(void)
{
	if (core->log_draining)
		return;
	say("the log reader fails again and again: output is lost for 10 s");
	core->log_draining = 1;
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].log_read >= 0)
			loop_watch(services[i].log_read, WATCH_LOG, i,
				   EPOLLIN);
}

static void stop_draining(void)
{
	if (!core->log_draining)
		return;
	core->log_draining = 0;
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].log_read >= 0)
			epoll_ctl(core->epoll_fd, EPOLL_CTL_DEL,
				  services[i].log_read, NULL);
}

void log_drain(uint32_t i)
{
	static char waste[16384];
	ssize_t n = read(services[i].log_read, waste, sizeof(waste));

	if (n <= 0)
		return;
	loop_handled++;
	services[i].log_lost += (uint64_t)n;
}

/* ---- logd ---- */

static void list_sources(void)
{
	for (uint32_t n = 0; n < JOURNAL_SERVICE + 2 * service_max(); n++)
		log_sources[n] = (struct log_source){-1, NOBODY};
	log_sources[JOURNAL_SELF].fd = core->self_read;
	log_sources[JOURNAL_LOADER].fd = core->loader_read;
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].log_read >= 0)
			log_sources[services[i].log_slot] =
				(struct log_source){services[i].log_read, i};
}

/* It cannot be made, or had a fault: when is the next try? At the fifth time
 * in 10 s nobody waits for it any more. */
static uint64_t setback(uint64_t pause)
{
	if (now() - core->logd_at > 10 * SECOND) {
		core->logd_at = now();
		core->logd_fast = 0;
	}
	if (++core->logd_fast < 5 && !core->log_draining)
		return pause;
	start_draining();
	return 10 * SECOND;
}

void log_start(void)
{
	static int said; /* once for as long as it lasts */
	struct aux *old = aux_role(AUX_LOGD);
	int error;

	if (old) {
		/* It empties the pipes and ends; log_ended() starts the next,
		 * which knows the new ones. */
		signal_pid(old->pidfd, old->pid, SIGTERM);
		return;
	}
	list_sources();
	error = spawn_image(AUX_LOGD, logd_main, 0, NOBODY);
	if (!error) {
		stop_draining();
		said = 0;
		return;
	}
	if (!said)
		say("cannot start the log reader: %s", strerror(error));
	said = 1;
	timer_set(timer_extra(TIMER_LOGD), now() + setback(SECOND));
}

void log_ended(int status)
{
	int replaced = WIFEXITED(status) && !WEXITSTATUS(status);
	int killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

	if (core->down_step >= DOWN_LAST)
		return;
	timer_set(timer_extra(TIMER_LOGD),
		  now() + (replaced || killed ? 0 : setback(0)));
}

void log_write(int fd, const char *text, size_t length)
{
	struct pollfd p = {.events = POLLOUT};

	/* Before there is a logd, and after: as a last resort, straight. */
	if (fd < 0 || (core && core->down_step == DOWN_END)) {
		fd = core && core->console_fd >= 0 ? core->console_fd : 2;
		p.fd = fd;
		if (poll(&p, 1, 0) <= 0)
			return; /* nobody reads there */
	}
	if (write(fd, text, length) < 0)
		return;
}

/* init_debug: all that we say is in the kernel's log, too, which is there
 * when the console was not, and may outlive us (pstore). */
void log_debug(const char *text)
{
	char line[560];
	size_t n = fmt(line, sizeof(line), "<31>luabox: %s", text);

	if (write((int)core->debug - 1, line, n) < 0)
		return;
}
