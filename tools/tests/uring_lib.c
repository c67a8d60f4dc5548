// SPDX-License-Identifier: GPL-2.0
/*
 * tests: an io_uring by bare system calls: the image has no liburing.
 * Owns:   the rings of a struct uring
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expbench/expbench.h"
#include "tests/uring.h"

static void *uring_map(int fd, size_t len, off_t off)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, fd, off);

	if (p == MAP_FAILED)
		eb_die("mmap of a ring");
	return p;
}

/**
 * uring_open() - make a ring
 * @u: filled in
 * @entries: requests at once
 *
 * Does not return on failure.
 */
void uring_open(struct uring *u, unsigned int entries)
{
	struct io_uring_params p = { 0 };
	size_t sq, cq;
	char *base;

	memset(u, 0, sizeof(*u));
	u->fd = syscall(__NR_io_uring_setup, entries, &p);
	if (u->fd < 0)
		eb_die("io_uring_setup");
	sq = p.sq_off.array + p.sq_entries * sizeof(unsigned int);
	cq = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	/* IORING_FEAT_SINGLE_MMAP: both are one. */
	base = uring_map(u->fd, sq > cq ? sq : cq, IORING_OFF_SQ_RING);
	u->sq_tail = (unsigned int *)(base + p.sq_off.tail);
	u->sq_mask = (unsigned int *)(base + p.sq_off.ring_mask);
	u->sq_array = (unsigned int *)(base + p.sq_off.array);
	u->cq_head = (unsigned int *)(base + p.cq_off.head);
	u->cq_tail = (unsigned int *)(base + p.cq_off.tail);
	u->cq_mask = (unsigned int *)(base + p.cq_off.ring_mask);
	u->cqes = (struct io_uring_cqe *)(base + p.cq_off.cqes);
	u->sqes = uring_map(u->fd, p.sq_entries * sizeof(struct io_uring_sqe),
			    IORING_OFF_SQES);
}

/**
 * uring_sqe() - one more request
 * @u: the ring
 * @opcode: IORING_OP_*
 * @fd: of what
 * @user_data: comes back with the answer
 *
 * Return: the rest is for the caller to fill in, before uring_wait().
 */
struct io_uring_sqe *uring_sqe(struct uring *u, uint8_t opcode, int fd,
			       uint64_t user_data)
{
	unsigned int tail = *u->sq_tail, i = tail & *u->sq_mask;
	struct io_uring_sqe *sqe = &u->sqes[i];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = opcode;
	sqe->fd = fd;
	sqe->user_data = user_data;
	u->sq_array[i] = i;
	__atomic_store_n(u->sq_tail, tail + 1, __ATOMIC_RELEASE);
	u->queued++;
	return sqe;
}

/**
 * uring_wait() - hand over what is queued, and take the next answer
 * @u: the ring
 *
 * Return: the answer; does not return on failure.
 */
struct uring_answer uring_wait(struct uring *u)
{
	unsigned int head = *u->cq_head;
	const struct io_uring_cqe *cqe;
	struct uring_answer a;
	int n;

	while (u->queued ||
	       head == __atomic_load_n(u->cq_tail, __ATOMIC_ACQUIRE)) {
		n = syscall(__NR_io_uring_enter, u->fd, u->queued,
			    head == __atomic_load_n(u->cq_tail,
						    __ATOMIC_ACQUIRE),
			    IORING_ENTER_GETEVENTS, NULL, 0);
		if (n < 0 && errno != EINTR)
			eb_die("io_uring_enter");
		if (n > 0)
			u->queued -= n;
	}
	cqe = &u->cqes[head & *u->cq_mask];
	a.user_data = cqe->user_data;
	a.res = cqe->res;
	a.flags = cqe->flags;
	__atomic_store_n(u->cq_head, head + 1, __ATOMIC_RELEASE);
	return a;
}

/**
 * uring_bufs_give() - the kernel may fill a buffer (again)
 * @b: the buffers
 * @id: which
 */
void uring_bufs_give(struct uring_bufs *b, uint16_t id)
{
	uint16_t tail = b->ring->tail;
	struct io_uring_buf *buf = &b->ring->bufs[tail & (b->count - 1)];

	buf->addr = (uintptr_t)(b->mem + (size_t)id * b->size);
	buf->len = b->size;
	buf->bid = id;
	__atomic_store_n(&b->ring->tail, tail + 1, __ATOMIC_RELEASE);
}

/**
 * uring_bufs_open() - buffers for requests with IOSQE_BUFFER_SELECT
 * @u: the ring
 * @b: filled in
 * @group: their number
 * @count: how many, a power of two
 * @size: of each
 *
 * Does not return on failure.
 */
void uring_bufs_open(struct uring *u, struct uring_bufs *b, uint16_t group,
		     unsigned int count, unsigned int size)
{
	struct io_uring_buf_reg reg = { .ring_entries = count, .bgid = group };
	unsigned int i;

	b->count = count;
	b->size = size;
	b->mem = malloc((size_t)count * size);
	b->ring = mmap(NULL, count * sizeof(struct io_uring_buf),
		       PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);
	if (!b->mem || b->ring == MAP_FAILED)
		eb_die("memory for buffers");
	reg.ring_addr = (uintptr_t)b->ring;
	if (syscall(__NR_io_uring_register, u->fd, IORING_REGISTER_PBUF_RING,
		    &reg, 1))
		eb_die("IORING_REGISTER_PBUF_RING");
	for (i = 0; i < count; i++)
		uring_bufs_give(b, i);
}
