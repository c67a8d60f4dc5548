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

/* Each cache; the two columns of slabdata are active and all slabs. */
static void eb_mem_slabs(struct eb_mem *mem)
{
	int64_t page = sysconf(_SC_PAGESIZE);
	FILE *f = fopen("/proc/slabinfo", "re");
	char line[512];

	mem->slab = 0;
	mem->nslabs = 0;
	while (f && fgets(line, sizeof(line), f)) {
		const char *data = strstr(line, ": slabdata");
		unsigned long per_slab, slabs;
		struct eb_slab s;

		if (!data ||
		    sscanf(line, "%39s %ld %*u %ld %*u %lu", s.name,
			   &s.objects, &s.size, &per_slab) != 4 ||
		    sscanf(data, ": slabdata %*u %lu", &slabs) != 1)
			continue;
		s.bytes = slabs * per_slab * page;
		mem->slab += s.bytes;
		if (mem->nslabs < EB_MAX_SLABS)
			mem->slabs[mem->nslabs++] = s;
	}
	if (f)
		fclose(f);
}

/**
 * eb_mem_find() - a cache by its name
 * @mem: from eb_mem_read()
 * @name: as /proc/slabinfo has it
 *
 * Return: the cache or NULL.
 */
const struct eb_slab *eb_mem_find(const struct eb_mem *mem, const char *name)
{
	for (unsigned int i = 0; i < mem->nslabs; i++)
		if (!strcmp(mem->slabs[i].name, name))
			return &mem->slabs[i];
	return NULL;
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
	eb_mem_slabs(mem);
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
