// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: what the machine has given out.
 * Flow:   eb_client -> eb_mem_read before and after the connections are made
 * Owns:   nothing
 *
 * Slabs keep empty pages for later, so they are shrunk before each reading.
 * Both figures are of the whole machine: nothing else should happen on it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "expbench/expbench.h"

static void eb_mem_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* A kernel that refuses only makes the figure less exact. */
	if (write(fd, "1", 1) < 0)
		fprintf(stderr, "expbench: %s cannot be written\n", path);
	close(fd);
}

static void eb_mem_shrink(void)
{
	DIR *dir = opendir("/sys/kernel/slab");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink",
			 entry->d_name);
		eb_mem_write(path);
	}
	if (dir)
		closedir(dir);
}

/* Pages of all slabs; the two columns are active and all slabs. */
static int64_t eb_mem_slab(void)
{
	FILE *f = fopen("/proc/slabinfo", "re");
	char line[512];
	int64_t pages = 0;

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long per_slab, slabs;
		const char *data = strstr(line, ": slabdata");

		if (data && sscanf(line, "%*s %*u %*u %*u %*u %lu", &per_slab) == 1 &&
		    sscanf(data, ": slabdata %*u %lu", &slabs) == 1)
			pages += slabs * per_slab;
	}
	if (f)
		fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* Free pages that each processor keeps for itself are not in MemFree. */
static int64_t eb_mem_percpu(void)
{
	FILE *f = fopen("/proc/zoneinfo", "re");
	int64_t pages = 0, count;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %ld", &count) == 1)
			pages += count;
	if (f)
		fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* What is neither free nor page cache, but for a constant. */
static int64_t eb_mem_unfree(void)
{
	static const char * const returnable[] = {
		"MemFree:", "Buffers:", "Cached:", NULL
	};
	FILE *f = fopen("/proc/meminfo", "re");
	int64_t sum = -eb_mem_percpu(), kib;
	char line[256], name[64];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %ld", name, &kib) != 2)
			continue;
		for (int i = 0; returnable[i]; i++)
			if (!strcmp(name, returnable[i]))
				sum -= kib * 1024;
	}
	if (f)
		fclose(f);
	return sum;
}

/**
 * eb_mem_read() - memory in use
 * @mem: receives it; only differences have a meaning
 */
void eb_mem_read(struct eb_mem *mem)
{
	eb_mem_shrink();
	mem->slab = eb_mem_slab();
	mem->unfree = eb_mem_unfree();
}

/**
 * eb_cpu_read() - the machine's processor time since boot
 * @busy: receives what was not idle, in ticks
 * @all: receives everything, in ticks
 */
void eb_cpu_read(uint64_t *busy, uint64_t *all)
{
	FILE *f = fopen("/proc/stat", "re");
	uint64_t t[8] = { };

	*busy = 0;
	*all = 0;
	if (!f)
		return;
	if (fscanf(f, "cpu %lu %lu %lu %lu %lu %lu %lu %lu", &t[0],
		   &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) == 8) {
		for (int i = 0; i < 8; i++)
			*all += t[i];
		*busy = *all - t[3] - t[4];	/* idle, iowait */
	}
	fclose(f);
}
