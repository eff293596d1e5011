/*
 * cgroup.c - a cgroup (v2) of its own for each service, where that is ours to
 * give
 *
 * Layer: PID 1 core. On a machine the whole tree is ours; in a container or
 * for a user, only a cgroup in which nobody else is. A service is born into
 * its cgroup (clone3), so nothing that it starts gets away: stopping kills
 * the cgroup. Controllers are switched on when a definition has limits, no
 * sooner: they cost every process something. Without a tree all this does
 * nothing, and stop.c falls back on groups and sessions.
 * Follows the kernel's admin-guide/cgroup-v2.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core.h"

#define SELF "/proc/self/cgroup"

enum { CGROUP2_MAGIC = 0x63677270, NAME_SIZE = 80 };

static const char *const mounts[] = {"/sys/fs/cgroup",
				     "/sys/fs/cgroup/unified"};

/* "svc.web": names of the kernel's own files begin otherwise. */
static void folder_name(uint32_t i, char *name)
{
	fmt(name, NAME_SIZE, "svc.%s", services[i].name);
}

static int write_file(int folder, const char *path, const char *text)
{
	int fd = openat(folder, path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

/* A process's place: what stands after "0::" in /proc/PID/cgroup. */
static const char *place_of(const char *path, char *text, size_t size)
{
	char *line, *end;

	if (!proc_read(AT_FDCWD, path, text, size))
		return NULL;
	line = strncmp(text, "0::", 3) ? strstr(text, "\n0::") : text;
	if (!line)
		return NULL;
	line = strstr(line, "::") + 2;
	end = strchr(line, '\n');
	if (end)
		*end = '\0';
	return line;
}

/* Nobody is in there but us? */
static int alone(int folder)
{
	char pids[256], own[16];

	fmt(own, sizeof(own), "%d\n", (int)getpid());
	return proc_read(folder, "cgroup.procs", pids, sizeof(pids)) &&
		!strcmp(pids, own);
}

void cgroup_init(void)
{
	char text[1024], path[1200];
	const char *own = place_of(SELF, text, sizeof(text));
	struct statfs fs;
	int fd = -1;

	for (int n = 0; own && n < 2 && fd < 0; n++)
		if (!statfs(mounts[n], &fs) && fs.f_type == CGROUP2_MAGIC) {
			fmt(path, sizeof(path), "%s%s", mounts[n], own);
			fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		}
	if (fd < 0)
		return;
	if ((core->mode != MODE_MACHINE && !alone(fd)) ||
	    faccessat(fd, "cgroup.procs", W_OK, 0) < 0) {
		close(fd);
		return;
	}
	core->cgroup_fd = fd;
}

/*
 * Hand the controllers down. A cgroup that does so may hold no process (but
 * the root), so we move into a leaf first.
 */
void cgroup_controllers(void)
{
	char list[256], word[32], *next;
	int wanted = 0;

	for (uint32_t i = 0; i < service_count(); i++)
		wanted |= plan_extra_of(i)->cgroup.count != 0;
	if (!wanted || core->cgroup_fd < 0 || core->controllers)
		return;
	core->controllers = 1;
	if (core->mode != MODE_MACHINE) {
		mkdirat(core->cgroup_fd, "luabox", 0755);
		write_file(core->cgroup_fd, "luabox/cgroup.procs", "0");
	}
	proc_read(core->cgroup_fd, "cgroup.controllers", list, sizeof(list));
	for (char *at = list; *at; at = next) {
		size_t n = strcspn(at, " \n");

		next = at + n + (at[n] != '\0');
		at[n] = '\0';
		fmt(word, sizeof(word), "+%s", at);
		if (n)
			write_file(core->cgroup_fd, "cgroup.subtree_control",
				   word);
	}
}

/* The folder in which a process of service i is to be born, or -1. */
int cgroup_open(uint32_t i)
{
	const struct plan_service *p = &plan.service[i];
	char name[NAME_SIZE];

	if (core->cgroup_fd < 0 || (p->stop_scope != PLAN_SCOPE_TREE &&
				    !plan_extra_of(i)->cgroup.count))
		return -1;
	folder_name(i, name);
	if (mkdirat(core->cgroup_fd, name, 0755) < 0 && errno != EEXIST)
		return -1;
	services[i].in_cgroup = 1;
	return openat(core->cgroup_fd, name,
		      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void cgroup_enter(int folder)
{
	write_file(folder, "cgroup.procs", "0");
}

/* In the child: what cannot be limited is said, not hidden. */
void cgroup_settings(uint32_t i, int folder)
{
	char line[256];

	PLAN_EACH(setting, setting, plan_extra_of(i)->cgroup) {
		const char *file = plan_text(&plan, setting->file);
		const char *value = plan_text(&plan, setting->value);
		int error = 0;
		size_t n;

		if (folder >= 0 && !write_file(folder, file, value))
			continue;
		error = errno;
		n = fmt(line, sizeof(line), "limits: no %s: %s\n", file,
			folder < 0 ? "this supervisor has no cgroup of its own"
			: error == ENOENT ? "the kernel hands that controller "
			"to nobody, or to cgroup v1" : strerror(error));
		if (write(2, line, n) < 0)
			return;
	}
}

/* The service whose cgroup holds pid: 1 and its name, or 0. */
int cgroup_of(pid_t pid, char *name, size_t size)
{
	char path[40], text[1024], own_text[1024];
	const char *found, *own;

	if (core->cgroup_fd < 0)
		return 0;
	fmt(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	found = place_of(path, text, sizeof(text));
	/* We may be a service ourselves: that much is not ours. */
	own = place_of(SELF, own_text, sizeof(own_text));
	while (found && (found = strstr(found, "/svc."))) {
		found += 5;
		if (own && (own = strstr(own, "/svc.")))
			own += 5;
		else
			break;
	}
	if (!found)
		return 0;
	fmt(name, size, "%s", found);
	name[strcspn(name, "/")] = '\0';
	return 1;
}

/* End all of it. 0, or -1: this must be done in another way. */
int cgroup_kill(uint32_t i)
{
	char path[NAME_SIZE + 16], name[NAME_SIZE];

	if (!services[i].in_cgroup)
		return -1;
	folder_name(i, name);
	fmt(path, sizeof(path), "%s/cgroup.kill", name);
	return write_file(core->cgroup_fd, path, "1");
}

int cgroup_oom(uint32_t i)
{
	char path[NAME_SIZE + 16], name[NAME_SIZE], text[512];
	const char *found;
	uint32_t kills = 0, before = services[i].oom_kills;

	if (!services[i].in_cgroup)
		return 0;
	folder_name(i, name);
	fmt(path, sizeof(path), "%s/memory.events", name);
	proc_read(core->cgroup_fd, path, text, sizeof(text));
	found = strstr(text, "oom_kill ");
	for (found = found ? found + 9 : ""; *found >= '0' && *found <= '9';
	     found++)
		kills = kills * 10 + (uint32_t)(*found - '0');
	services[i].oom_kills = kills;
	return kills > before;
}

void cgroup_remove(uint32_t i)
{
	char name[NAME_SIZE];

	if (!services[i].in_cgroup)
		return;
	folder_name(i, name);
	if (!unlinkat(core->cgroup_fd, name, AT_REMOVEDIR)) {
		services[i].in_cgroup = 0;
		services[i].oom_kills = 0;
	}
}

void cgroup_sweep(void)
{
	if (core->cgroup_fd < 0)
		return;
	for (uint32_t i = 0; i < service_count(); i++)
		if (services[i].in_cgroup && !service_active(i) &&
		    services[i].want == WANT_DOWN)
			cgroup_remove(i);
}
