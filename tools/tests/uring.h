/* SPDX-License-Identifier: GPL-2.0 */
/* tests: an io_uring by bare system calls, one thread, one request a call. */
#ifndef TESTS_URING_H
#define TESTS_URING_H

#include <linux/io_uring.h>
#include <stddef.h>
#include <stdint.h>

struct uring {
	int fd;
	unsigned int queued;		/* not given to the kernel yet */
	unsigned int *sq_tail, *sq_mask, *sq_array;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	struct io_uring_cqe *cqes;
	struct io_uring_sqe *sqes;
};

/* What is left of a completion when its place is free again. */
struct uring_answer {
	uint64_t user_data;
	int32_t res;
	uint32_t flags;
};

/* Buffers the kernel takes by itself. */
struct uring_bufs {
	struct io_uring_buf_ring *ring;
	unsigned char *mem;
	unsigned int count, size;
};

void uring_open(struct uring *u, unsigned int entries);
struct io_uring_sqe *uring_sqe(struct uring *u, uint8_t opcode, int fd,
			       uint64_t user_data);
struct uring_answer uring_wait(struct uring *u);
void uring_bufs_open(struct uring *u, struct uring_bufs *b, uint16_t group,
		     unsigned int count, unsigned int size);
void uring_bufs_give(struct uring_bufs *b, uint16_t id);

#endif /* TESTS_URING_H */
