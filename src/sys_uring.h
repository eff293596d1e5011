/*
 * sys_uring.h - what the two halves of the io_uring binding share
 *
 * Layer: mechanism.
 */

#ifndef SYS_URING_H
#define SYS_URING_H

#include <sys/types.h>

#include "sys.h"

struct io_uring_sqe;
struct io_uring_cqe;

struct ring {
	const void *tag;
	int fd;
	pid_t owner;
	unsigned setup; /* IORING_SETUP_* */
	void *sq_map, *cq_map;
	size_t sq_size, cq_size, sqes_size;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	unsigned *sq_head, *sq_tail, *sq_flags, *cq_head, *cq_tail;
	unsigned entries, sq_mask, cq_mask;
	unsigned tail;	  /* prepared up to here; *sq_tail: submitted */
	unsigned pending; /* prepared or submitted, and not completed */
	uint64_t next_id;
};

/* user values of a ring */
enum { URING_REQUESTS = 1, URING_BUFFERS, URING_VALUES = URING_BUFFERS };

enum { URING_KEPT = 4 }; /* user values of a request: what it works on */

/* A request under way. */
struct request {
	int makes_fd; /* its result is a descriptor */
	int closes;   /* the descriptor that it takes with it, or -1 */
	int result;   /* the user value to hand back instead of a number */
	uint64_t room[16]; /* what the kernel reads: an address, a time ... */
};

struct ring *uring_check(lua_State *L, int arg);
struct io_uring_sqe *uring_free_entry(struct ring *r); /* NULL: full */
void uring_keep(lua_State *L, int ring, uint64_t id);
/* register_files and the like, into the table on top. */
void uring_add_registers(lua_State *L);
/* The kernel has let go of them: with the ring. */
void uring_release_buffers(lua_State *L, int ring);
/* Methods that prepare requests, into the table on top. */
void uring_add_methods(lua_State *L);

#endif
