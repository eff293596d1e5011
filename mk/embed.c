/*
 * embed.c - compile Lua modules to bytecode and write them as one C file
 *
 * Layer: build tool, runs on the machine that builds. What it writes is
 * declared in src/vm_embedded.h.
 *
 *   embed LIST DATA OUTPUT
 *
 * LIST names the Lua files, one a line, relative to the top of the tree. DATA
 * gets the bytecode, OUTPUT the C that includes it. Two runs give the same
 * bytes.
 *
 * Lines and names of upvalues stay in the bytecode, for the messages' sake.
 * Names of locals do not: they are a third of the strings that each start of
 * an applet would have to load.
 *
 * A dump has the byte order of the machine that wrote it (it is otherwise the
 * same everywhere: 64-bit numbers, sizes in a variable-length form). A program
 * of the other order refuses it when it loads ("integer format mismatch"), so
 * for a big-endian target this tool is built for the target and run under
 * qemu-user; mk/embed.mk sees to that.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lauxlib.h"
#include "lobject.h"
#include "lstate.h"
#include "lua.h"

enum { MAX_MODULES = 4096 };

struct module {
	char *path;
	char *name;
	long name_offset;
	long data_offset;
	long size;
};

static struct module modules[MAX_MODULES];
static int module_count;

static void die(const char *object, const char *reason)
{
	fprintf(stderr, "embed: %s: %s\n", object, reason);
	exit(1);
}

static FILE *open_file(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void close_file(FILE *f, const char *path)
{
	if (ferror(f) | fclose(f))
		die(path, "not written");
}

/* lua/net/dhcp.lua is net.dhcp, lua/nl/init.lua nl, rc/rc.lua rc.rc */
static char *module_name(const char *path)
{
	int library = !strncmp(path, "lua/", 4);
	char *name = strdup(path + (library ? 4 : 0));
	size_t n = strlen(name);

	if (n < 5 || strcmp(name + n - 4, ".lua"))
		die(path, "not a .lua file");
	name[n - 4] = '\0';
	if (library && n > 9 && !strcmp(name + n - 9, "/init"))
		name[n - 9] = '\0';
	for (char *p = name; *p; p++)
		if (*p == '/')
			*p = '.';
	return name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct module *)a)->name,
		      ((const struct module *)b)->name);
}

static void read_list(const char *path)
{
	char line[1024];
	FILE *f = open_file(path, "r");

	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0])
			continue;
		if (module_count == MAX_MODULES)
			die(path, "too many modules");
		modules[module_count].path = strdup(line);
		modules[module_count++].name = module_name(line);
	}
	fclose(f);
	qsort(modules, module_count, sizeof(modules[0]), by_name);
	for (int i = 1; i < module_count; i++)
		if (!strcmp(modules[i].name, modules[i - 1].name))
			die(modules[i].path, "a second module of this name");
}

static int writer(lua_State *L, const void *p, size_t size, void *file)
{
	(void)L;
	return fwrite(p, 1, size, file) != size;
}

static void strip_locals(Proto *p)
{
	p->sizelocvars = 0; /* the array itself goes with the process */
	for (int i = 0; i < p->sizep; i++)
		strip_locals(p->p[i]);
}

/* The chunk's name is the path: messages say "lua/net/dhcp.lua:12:". */
static void compile(struct module *m, FILE *data)
{
	lua_State *L = luaL_newstate();

	m->data_offset = ftell(data);
	if (luaL_loadfilex(L, m->path, "t") != LUA_OK) {
		fprintf(stderr, "%s\n", lua_tostring(L, -1));
		exit(1);
	}
	strip_locals(getproto(s2v(L->top - 1)));
	if (lua_dump(L, writer, data, 0))
		die(m->path, "cannot write the bytecode");
	m->size = ftell(data) - m->data_offset;
}

/*
 * The data comes in by .incbin: a C array of half a million numbers takes the
 * compiler seconds. Its section is of a kind that the linker may not write to.
 */
static void write_c(FILE *out, const char *data)
{
	long name_offset = 0;

	fprintf(out,
		"/* made by mk/embed.c */\n"
		"#include \"vm_embedded.h\"\n"
		"__asm__(\".pushsection \"\n"
		"\t\".rodata.vm_embedded_data,\\\"a\\\"\\n\"\n"
		"\t\".globl vm_embedded_data\\n\"\n"
		"\t\".hidden vm_embedded_data\\n\"\n"
		"\t\"vm_embedded_data:\\n\"\n"
		"\t\".incbin \\\"%s\\\"\\n\"\n"
		"\t\".byte 0\\n\"\n"
		"\t\".popsection\\n\");\n"
		"const unsigned int vm_embedded_count = %d;\n"
		"const char vm_embedded_names[] =\n",
		data, module_count);
	for (int i = 0; i < module_count; i++) {
		fprintf(out, "\t\"%s\\0\"\n", modules[i].name);
		modules[i].name_offset = name_offset;
		name_offset += strlen(modules[i].name) + 1;
	}
	/* C has no empty array: one more entry, not counted, ends it */
	fprintf(out, "\t\"\";\nconst struct vm_embedded vm_embedded[] = {\n");
	for (int i = 0; i < module_count; i++)
		fprintf(out, "\t{%ld, %ld, %ld}, /* %s */\n",
			modules[i].name_offset, modules[i].data_offset,
			modules[i].size, modules[i].path);
	fprintf(out, "\t{0, 0, 0},\n};\n");
}

int main(int argc, char **argv)
{
	FILE *data, *out;

	if (argc != 4)
		die("usage", "embed LIST DATA OUTPUT");
	read_list(argv[1]);

	data = open_file(argv[2], "wb");
	for (int i = 0; i < module_count; i++)
		compile(&modules[i], data);
	close_file(data, argv[2]);

	out = open_file(argv[3], "w");
	write_c(out, argv[2]);
	close_file(out, argv[3]);
	return 0;
}
