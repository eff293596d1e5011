/*
 * load.c - run the loader and take its plan
 *
 * Layer: PID 1 core. The loader (init/loader.lua) is a child of its own: it
 * writes the plan into a memfd that it inherits. Only when it has ended well
 * is the memfd sealed, mapped, checked and believed. While it evaluates a
 * file, that file's name stands at the start of the memfd: a loader that
 * hangs in one file is run again without it.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"

enum { LOADER_SECONDS = 10, LOADS_MAX = SKIP_MAX + 3,
       SIZE_MAX_OF_PLAN = 64 << 20 }; /* more than a loader's memory */

static int timed_out;

static const char *target_name(void)
{
	return *core->target ? core->target :
		plan_text(&plan, plan.header->target);
}

void load_target(uint32_t *i)
{
	*i = service_find(target_name());
}

int load_is_target(uint32_t i)
{
	return !strcmp(services[i].name, target_name());
}

static void start_target(void)
{
	uint32_t i;

	load_target(&i);
	if (i == NOBODY) {
		say("there is no service %s to start", target_name());
		boot_shell();
		return;
	}
	service_want_up(i);
}

/* ---- the last good plan (keep.lua): a machine's, or where one says so ---- */

int load_keeps(void)
{
	return core->mode == MODE_MACHINE || getenv("LUABOX_STATE");
}

static int keeper(enum aux_role role, char *what, int32_t fd)
{
	char number[12];
	char *argv[] = {"luabox", "init-keep", what, "--fd", number, NULL};

	fmt(number, sizeof(number), "%d", fd);
	return spawn_self(role, argv, fd, core->loader_write, 0);
}

void load_keep(void)
{
	if (load_keeps() && core->plan_fd >= 0)
		keeper(AUX_RELOAD, "save", core->plan_fd);
}

static void give_up(const char *why)
{
	say("no services: %s", why);
	close_fd(&core->loading_fd);
	if (!core->fell_back && load_keeps() && !core->down_step) {
		core->fell_back = 1;
		core->loading_fd = memfd_create("luabox-plan", MFD_CLOEXEC |
						MFD_ALLOW_SEALING);
		if (core->loading_fd >= 0 &&
		    !keeper(AUX_LOADER, "load", core->loading_fd)) {
			say("trying those of the last good boot");
			timer_set(timer_extra(TIMER_LOADER),
				  now() + LOADER_SECONDS * SECOND);
			return;
		}
		close_fd(&core->loading_fd);
	}
	boot_shell();
}

void load_start(void)
{
	char *argv[12 + 2 * SKIP_MAX];
	char fd[12];
	int n = 0, error;

	if (aux_role(AUX_LOADER)) /* what it finds is as new */
		return;
	core->loading_fd = memfd_create("luabox-plan",
					MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (core->loading_fd < 0) {
		give_up(strerror(errno));
		return;
	}
	timed_out = 0;
	core->fell_back = 0;
	core->loads++;
	fmt(fd, sizeof(fd), "%d", core->loading_fd);
	argv[n++] = "luabox";
	argv[n++] = "init-loader";
	argv[n++] = "--fd";
	argv[n++] = fd;
	if (*core->services) {
		argv[n++] = "--services";
		argv[n++] = core->services;
	}
	if (*core->conf) {
		argv[n++] = "--conf";
		argv[n++] = core->conf;
	}
	if (*core->svc_words) {
		argv[n++] = "--svc";
		argv[n++] = core->svc_words;
	}
	for (uint32_t k = 0; k < core->skips; k++) {
		argv[n++] = "--skip";
		argv[n++] = core->skip[k];
	}
	argv[n] = NULL;
	error = spawn_self(AUX_LOADER, argv, core->loading_fd,
			   core->loader_write, 0);
	if (error)
		give_up(strerror(error));
	else
		timer_set(timer_extra(TIMER_LOADER),
			  now() + LOADER_SECONDS * SECOND);
}

void load_timeout(void)
{
	struct aux *a = aux_role(AUX_LOADER);

	timed_out = 1;
	aux_kill(a);
}

/* The file that the loader was reading, if it says one: 0 or 1. */
static int last_file(char name[SKIP_SIZE])
{
	char text[SKIP_SIZE + 5];
	ssize_t n = pread(core->loading_fd, text, sizeof(text) - 1, 0);

	if (n <= 5)
		return 0;
	text[n] = '\0';
	if (memcmp(text, "FILE ", 5) || !text[5])
		return 0;
	fmt(name, SKIP_SIZE, "%s", text + 5);
	return 1;
}

static void skip_guilty(void)
{
	if (core->skips >= SKIP_MAX || !last_file(core->skip[core->skips]))
		return;
	say("%s: %s, going on without it", core->skip[core->skips++],
	    timed_out ? "loading it takes too long" : "the loader died of it");
}

/* Nobody may change it any more, or it is not what was checked; what an
 * earlier image sealed may not be sealed again, and need not. */
static int sealed(int fd)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

	if (fcntl(fd, F_ADD_SEALS, seals | F_SEAL_SEAL) < 0 &&
	    errno != EPERM)
		return 0;
	return (fcntl(fd, F_GET_SEALS) & seals) == seals;
}

const char *load_check(int fd, struct plan *next)
{
	const char *wrong;
	off_t size;
	void *image;

	next->header = NULL;
	/* Only memory can be sealed: all that follows does not block. */
	if (!sealed(fd))
		return "somebody still writes to the plan";
	size = lseek(fd, 0, SEEK_END);
	if (size <= 0)
		return "empty plan";
	if (size > SIZE_MAX_OF_PLAN)
		return "the plan is too large";
	image = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
	if (image == MAP_FAILED)
		return "cannot map the plan";
	wrong = plan_open(next, image, (size_t)size);
	if (!wrong && plan_count(next, PLAN_AT_service) > service_max())
		wrong = "more services than there may be: luabox.max=N on the "
			"kernel's command line, or init --max N";
	if (wrong) {
		munmap(image, (size_t)size);
		next->header = NULL;
	}
	return wrong;
}

const char *load_map(int fd)
{
	struct plan next;
	const char *wrong = load_check(fd, &next);

	if (!wrong)
		plan = next;
	return wrong;
}

static void adopt(void)
{
	const char *wrong;

	/* After a handover, services run already: they get a new plan. */
	if (core->plan_fd >= 0) {
		wrong = apply_offer(core->loading_fd, NULL, 0);
		if (wrong)
			say("keeping the plan: %s", wrong);
		close_fd(&core->loading_fd);
		if (!core->apply_step) {
			service_retry();
			handover_clean();
		}
		return;
	}
	wrong = load_map(core->loading_fd);
	if (wrong) {
		give_up(wrong);
		return;
	}
	close_fd(&core->plan_fd);
	core->plan_fd = core->loading_fd;
	core->loading_fd = -1;
	service_adopt();
	cgroup_controllers();
	when_reset();
	log_start();
	start_target();
}

void load_ended(int status)
{
	char name[SKIP_SIZE];
	/* A file that calls exit: nobody's bad luck, and no plan. */
	int left = WIFEXITED(status) && last_file(name);

	timer_clear(timer_extra(TIMER_LOADER));
	if (core->down_step) {
		close_fd(&core->loading_fd);
		return;
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !left) {
		adopt();
		return;
	}
	if (core->fell_back) {
		close_fd(&core->loading_fd);
		say("there is none");
		boot_shell();
		return;
	}
	/* Once may be bad luck or a kill from outside: try the same again. */
	if (timed_out || left || core->loads > 1)
		skip_guilty();
	close_fd(&core->loading_fd);
	if (WIFSIGNALED(status) && !timed_out)
		say("the loader was killed (%s), starting it again",
		    fmt_signal(WTERMSIG(status)));
	if (core->loads < LOADS_MAX &&
	    (timed_out || left || WIFSIGNALED(status)))
		load_start();
	else
		give_up("the loader failed");
}
