/*
 * applet_true.c - true and false
 *
 * Layer: applets, in C because they are run for nothing but their status and
 * a Lua state would be all of their cost. POSIX true, false.
 */

#include "vm.h"

static int applet_true(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static int applet_false(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 1;
}

VM_APPLET("true", applet_true);
VM_APPLET("false", applet_false);
