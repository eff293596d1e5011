/*
 * pass.c - descriptors from a child to the core, and those of strangers
 *
 * Layer: PID 1 core. What a child may wait for (binding a socket, opening a
 * binary on a disk) it opens, and sends: SCM_RIGHTS over a SEQPACKET pair,
 * one packet with up to two descriptors. See unix(7).
 */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core.h"
#include "pass.h"
#include "spawn.h"

enum { FDS = 2 };

union space {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(FDS * sizeof(int))];
};

void pass_send(int to, const void *data, size_t size, const int fds[],
	       unsigned count)
{
	struct iovec iov = {(void *)data, size};
	union space control = {.head = {
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(count * sizeof(int)),
	}};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (count) {
		memcpy(CMSG_DATA(&control.head), fds, count * sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	while (sendmsg(to, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

/* 1: a packet of that size; 0: the end, or something else; -1: not yet.
 * Descriptors that did not come are -1. */
int pass_receive(int from, void *data, size_t size, int fds[2])
{
	struct iovec iov = {data, size};
	union space control;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(from, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;

	fds[0] = fds[1] = -1;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return n < 0 ? -1 : n == (ssize_t)size;
}

/* ---- those of strangers ---- */

enum { CLOSE_SECONDS = 10, CLOSE_STACK = 2048 };

static int close_one(void *fd)
{
	child_open_signals();
	alarm(CLOSE_SECONDS);
	close((int)(intptr_t)fd);
	_exit(0);
}

/*
 * Close what somebody else has sent. That may wait: for a file server that
 * has to be told (FUSE, NFS), for the peer of a socket (SO_LINGER), for what
 * lies unread in a socket and is closed with it. So a child does it, one for
 * each, in our own table of descriptors: in a copy of it ours would be left to
 * close. It gives up after a while.
 */
void pass_drop(const int fds[], unsigned count)
{
	/* The child's is a copy, unlike the arena. */
	_Alignas(16) char room[CLOSE_STACK];

	for (unsigned n = 0; n < count; n++)
		if (clone(close_one, room + sizeof(room),
			  CLONE_FILES | SIGCHLD, (void *)(intptr_t)fds[n]) < 0)
			close(fds[n]);
}
