/*
 * environment.c - what a service finds in its environment
 *
 * Layer: PID 1 core, in a child before its exec: it may read files. (PID 1
 * itself looks once what it gives to all: launch.c.) The word that is added
 * first counts: those of the protocols (sd_notify(3), sd_listen_fds(3)), then
 * the definition's, its file's, and last what PID 1 itself was given.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "notify.h"
#include "spawn.h"

enum { ENV_MAX = 4096, FILE_MAX = 65536 };

static char *envp[ENV_MAX + 1];
static unsigned env_count;

char *const *env_list(void)
{
	return envp;
}

void env_add(const char *word)
{
	size_t name = strcspn(word, "=") + 1;

	for (unsigned i = 0; i < env_count; i++)
		if (!strncmp(envp[i], word, name))
			return;
	if (env_count < ENV_MAX)
		envp[env_count++] = (char *)word;
}

const char *env_get(const char *name)
{
	size_t n = strlen(name);

	for (unsigned i = 0; i < env_count; i++)
		if (!strncmp(envp[i], name, n) && envp[i][n] == '=')
			return envp[i] + n + 1;
	return NULL;
}

void env_base(void)
{
	static const char *const modes[] = {
		"LUABOX_MODE=machine", "LUABOX_MODE=container",
		"LUABOX_MODE=user",
	};
	static char run[PATH_SIZE + 16];

	fmt(run, sizeof(run), "LUABOX_RUN=%s", core->run_dir);
	env_add(run);
	env_add(modes[core->mode]);
	for (char **e = environ; *e; e++)
		env_add(*e);
	env_add("PATH=" DEFAULT_PATH);
	env_add("HOME=/");
}

void env_clear(void)
{
	env_count = 0;
	envp[0] = NULL;
}

/* A file of NAME=value lines; "-/path" may be missing. */
void env_file(const char *path)
{
	static char text[FILE_MAX];
	int optional = *path == '-';
	size_t used = 0;
	ssize_t n;
	char *next;
	int fd;

	path += optional;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && optional && errno == ENOENT)
		return;
	if (fd < 0)
		child_fail(errno, "", path);
	while (used < sizeof(text) - 1 &&
	       (n = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	close(fd);
	for (char *line = text; *line; line = next) {
		size_t length = strcspn(line, "\n");
		char *word;

		next = line + length + (line[length] != '\0');
		line[length] = '\0';
		word = envfile_line(line);
		if (word)
			env_add(word);
	}
}

/* What sd_notify(3) and sd_listen_fds(3) read. */
void env_protocols(const struct child *c, unsigned fds,
			  const struct held *list[])
{
	static char notify[PATH_SIZE + 32], usec[48], pid[32], count[32];
	static char watchdog_pid[32], names[16 + FDS_MAX * 48];
	const struct plan_service *p = &plan.service[c->service];
	const struct plan_extra *x = plan_extra_of(c->service);
	size_t at;

	if (p->flags & PLAN_FLAG(NOTIFY)) {
		fmt(notify, sizeof(notify), "NOTIFY_SOCKET=%s/notify",
		    core->run_dir);
		env_add(notify);
	}
	if (x->watchdog) {
		fmt(usec, sizeof(usec), "WATCHDOG_USEC=%llu",
		    (unsigned long long)x->watchdog * 1000);
		fmt(watchdog_pid, sizeof(watchdog_pid), "WATCHDOG_PID=%d",
		    (int)getpid());
		env_add(usec);
		env_add(watchdog_pid);
	}
	if (!fds)
		return;
	fmt(pid, sizeof(pid), "LISTEN_PID=%d", (int)getpid());
	fmt(count, sizeof(count), "LISTEN_FDS=%u", fds);
	at = fmt(names, sizeof(names), "LISTEN_FDNAMES=%s", list[0]->name);
	for (unsigned n = 1; n < fds; n++)
		at += fmt(names + at, sizeof(names) - at, ":%s",
			  list[n]->name);
	env_add(pid);
	env_add(count);
	env_add(names);
}

/* For commands that stop or reload it, by systemd's name. */
void env_main_pid(pid_t pid)
{
	static char text[24];

	fmt(text, sizeof(text), "MAINPID=%d", pid);
	env_add(text);
}

void env_event(const struct child *c)
{
	static char event[48], name[80], detail[128];

	fmt(event, sizeof(event), "LUABOX_EVENT=%s", c->event);
	fmt(name, sizeof(name), "LUABOX_SERVICE=%s",
	    services[c->service].name);
	fmt(detail, sizeof(detail), "LUABOX_DETAIL=%s",
	    services[c->service].detail);
	env_add(event);
	env_add(name);
	env_add(detail);
}
