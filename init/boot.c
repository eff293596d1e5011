/*
 * boot.c - the first moments of PID 1
 *
 * Layer: PID 1 core, before the loop turns. What the core itself needs, and no
 * more: streams, /proc and friends, the kernel's command line. The rest of
 * the boot is policy and stands in rc/.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"

enum { WATCHDOG_COMES = 60 }; /* seconds */

/* Descriptors 0 to 2 must be open, or the next ones would land there. */
void boot_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 2);
	if (fd > 2) {
		close(fd);
		return;
	}
	/* No /dev yet: a pipe is as silent. */
	while (fd < 2) {
		int ends[2];

		if (pipe(ends) < 0)
			return;
		fd = ends[1];
		if (ends[0] > 2)
			close(ends[0]);
		if (ends[1] > 2)
			close(ends[1]);
	}
}

/*
 * A machine's PID 1, or that of a container? The first pid namespace has a
 * fixed inode number; without /proc, kernel threads betray the machine: PID 2
 * exists from the start and has no session.
 */
enum mode boot_mode(void)
{
	char link[64];
	ssize_t n;

	if (getpid() != 1)
		return MODE_USER;
	if (getenv("container"))
		return MODE_CONTAINER;
	n = readlink("/proc/self/ns/pid", link, sizeof(link) - 1);
	if (n > 0) {
		link[n] = '\0';
		return strcmp(link, "pid:[4026531836]") ? MODE_CONTAINER :
			MODE_MACHINE;
	}
	return kill(2, 0) == 0 && getsid(2) == 0 ? MODE_MACHINE :
		MODE_CONTAINER;
}

static void mount_once(const char *type, const char *path, unsigned long flags,
		       const char *data)
{
	struct stat here, parent;
	char up[PATH_SIZE];

	mkdir(path, 0755);
	fmt(up, sizeof(up), "%s/..", path);
	if (!stat(path, &here) && !stat(up, &parent) &&
	    here.st_dev != parent.st_dev)
		return; /* somebody did it */
	mount(type, path, type, flags, data);
}

void boot_mounts(void)
{
	mount_once("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount_once("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount_once("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
	mount_once("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755");
	mount_once("cgroup2", "/sys/fs/cgroup",
		   MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static char *value_of(char *word, const char *key)
{
	size_t n = strlen(key);

	return strncmp(word, key, n) ? NULL : word + n;
}

static uint32_t number(const char *text)
{
	uint32_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < 100000; text++)
		n = n * 10 + (uint32_t)(*text - '0');
	return n;
}

void boot_cmdline(struct options *o)
{
	static char line[4096];
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n;
	char *word, *next, *value;

	if (fd < 0)
		return;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return;
	line[n] = '\0';
	for (word = line; *word; word = next) {
		size_t length = strcspn(word, " \n");

		next = word + length + (word[length] != '\0');
		word[length] = '\0';
		if ((value = value_of(word, "luabox.target=")))
			o->target = value;
		else if ((value = value_of(word, "luabox.services=")))
			o->services = value;
		else if ((value = value_of(word, "luabox.conf=")))
			o->conf = value;
		else if ((value = value_of(word, "luabox.svc=")))
			o->svc = value;
		else if ((value = value_of(word, "luabox.max=")))
			o->max = number(value);
		else if ((value = value_of(word, "luabox.watchdog=")))
			o->watchdog = number(value);
		else if (!strcmp(word, "init_debug"))
			o->debug = 1;
		else if (!strcmp(word, "single") || !strcmp(word, "rescue") ||
			 !strcmp(word, "luabox.rescue"))
			o->rescue = 1;
	}
}

/*
 * The machine's own watchdog: it resets the machine if nobody pets it, and we
 * do so from the loop only. Twice in its time is enough. Its driver may come
 * with the boot script: look for it for a while.
 */
static void find_watchdog(void)
{
	int timeout = (int)core->watchdog_seconds;

	core->watchdog_fd = open("/dev/watchdog", O_WRONLY | O_CLOEXEC);
	if (core->watchdog_fd < 0) {
		if (now() - core->started_at < WATCHDOG_COMES * SECOND)
			timer_set(timer_extra(TIMER_PET), now() + SECOND);
		else
			say("/dev/watchdog: %s", strerror(errno));
		return;
	}
	if (!ioctl(core->watchdog_fd, WDIOC_SETTIMEOUT, &timeout) &&
	    timeout > 0) /* else it has one of its own */
		core->watchdog_seconds = (uint32_t)timeout;
	say("/dev/watchdog resets the machine after %u s",
	    core->watchdog_seconds);
}

void boot_pet(void)
{
	if (!core->watchdog_seconds)
		return;
	if (core->watchdog_fd < 0)
		find_watchdog();
	if (core->watchdog_fd < 0)
		return;
	ioctl(core->watchdog_fd, WDIOC_KEEPALIVE, 0);
	timer_set(timer_extra(TIMER_PET),
		  now() + core->watchdog_seconds * SECOND / 2);
}

void boot_watchdog(uint32_t seconds)
{
	core->watchdog_seconds = seconds;
	boot_pet();
}

/* No services: whoever sits at the console can put it right and leave the
 * prompt, which loads them again. */
void boot_shell(void)
{
	char *argv[] = {"luabox", "prompt", NULL};

	if (core->down_step || aux_role(AUX_RESCUE)) /* one is enough */
		return;
	if (core->mode != MODE_MACHINE) {
		down_request(DOWN_EXIT, 125);
		return;
	}
	say("starting a prompt; leave it to load the services again");
	core->loads = 0;
	if (spawn_self(AUX_RESCUE, argv, -1, core->self_write, 1))
		say("cannot start a prompt");
}

/* The core itself cannot go on: reap, and keep a prompt on the console. */
void boot_rescue(void)
{
	char *argv[] = {"luabox", "prompt", NULL};
	sigset_t none;
	pid_t shell = -1, pid;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (;;) {
		if (shell < 0)
			shell = fork();
		if (!shell) {
			int fd = open("/dev/console", O_RDWR | O_NONBLOCK);

			fcntl(fd, F_SETFL, O_RDWR);
			setsid();
			ioctl(fd, TIOCSCTTY, 1);
			for (int n = 0; n < 3; n++)
				dup2(fd, n);
			execve("/proc/self/exe", argv, environ);
			execve("/init", argv, environ);
			_exit(127);
		}
		pid = wait(NULL);
		if (pid == shell || pid < 0) {
			shell = -1;
			sleep(1);
		}
	}
}
