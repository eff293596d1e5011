/*
 * pass.h - descriptors from a child to the core (pass.c)
 *
 * Layer: PID 1 core.
 */
#ifndef INIT_PASS_H
#define INIT_PASS_H

#include <stddef.h>

enum { PASSED_MAX = 253 }; /* what one message can bring: SCM_MAX_FD */

void pass_send(int to, const void *data, size_t size, const int fds[],
	       unsigned count);
int pass_receive(int from, void *data, size_t size, int fds[2]);
void pass_drop(const int fds[], unsigned count);

#endif
