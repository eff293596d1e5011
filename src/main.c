/*
 * main.c - which command this process is
 *
 * Layer: personality. The name the binary was called by, else its first
 * argument, names the command; one in C runs without a Lua state.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define EXIT_NOT_FOUND 127 /* as a shell's, when there is no such command */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int is_own_name(const char *name)
{
	return strncmp(name, "luabox", 6) == 0 ||
	       strncmp(name, "busybox", 7) == 0;
}

/* A command in Lua: cli for an applet, the module itself for init's helpers. */
static int run_lua(const char *module, int argc, char **argv)
{
	lua_State *L = vm_new(NULL);

	if (!L) {
		fprintf(stderr, "%s: cannot create state: not enough memory\n",
			argv[0]);
		return 1;
	}
	return vm_call_module(L, module, argc, argv);
}

/*
 * Joins two strings; nothing when they do not fit. (snprintf would be the only
 * user of its pages in most runs.)
 */
static const char *join(char *to, size_t room, const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n + m >= room)
		return "";
	memcpy(to, a, n);
	memcpy(to + n, b, m + 1);
	return to;
}

static int run_command(const char *name, int argc, char **argv)
{
	const struct vm_applet *applet = vm_find_applet(name);
	char buffer[64];
	const char *module;

	if (applet)
		return applet->main(argc, argv);
	if (strcmp(name, "lua") == 0)
		return vm_lua_main(argc, argv);
	module = join(buffer, sizeof buffer, "applets.", name);
	if (vm_has_module(module))
		return run_lua("cli", argc, argv);
	if (strncmp(name, "init-", 5) == 0) { /* what PID 1 leaves to Lua */
		module = join(buffer, sizeof buffer, "init.", name + 5);
		if (vm_has_module(module))
			return run_lua(module, argc, argv);
	}
	fprintf(stderr, "luabox: %s: no such applet\n", name);
	return EXIT_NOT_FOUND;
}

int main(int argc, char **argv)
{
	char own_name[] = "luabox";
	char *no_name[] = {own_name, NULL};

	if (argc < 1) {
		argc = 1;
		argv = no_name;
	}
	argv[0] = (char *)base_name(argv[0]);
	if (argv[0][0] == '-') /* a login shell's name */
		argv[0]++;
	if (!is_own_name(argv[0]))
		return run_command(argv[0], argc, argv);
	if (argc == 1 && getpid() == 1)
		return run_command("init", argc, argv);
	if (argc == 1 || argv[1][0] == '-')
		return run_lua("luabox", argc, argv);
	return run_command(base_name(argv[1]), argc - 1, argv + 1);
}
