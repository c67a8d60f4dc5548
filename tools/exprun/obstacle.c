// SPDX-License-Identifier: GPL-2.0
/*
 * exprun: what keeps LD_PRELOAD from reaching a program.
 * Flow:   main -> exprun_find_program -> exprun_obstacle -> ELF header, mode
 *         bits and file capabilities; for a script those of its interpreter
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/elf.h>

#include "exprun/exprun.h"

#define EXPRUN_SCRIPT_DEPTH	4	/* as deep as the kernel follows #! */

static bool exprun_is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/**
 * exprun_find_program() - the file execvp() would run
 * @name: as given by the user
 * @path: receives the file's path
 * @size: of @path
 *
 * Return: true if there is one; otherwise exec will say what is wrong.
 */
bool exprun_find_program(const char *name, char *path, unsigned long size)
{
	const char *dirs = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return exprun_is_program(path);
	}
	if (!dirs)
		dirs = "/bin:/usr/bin";
	while (*dirs) {
		int len = strcspn(dirs, ":");

		snprintf(path, size, "%.*s/%s", len ? len : 1,
			 len ? dirs : ".", name);
		if (exprun_is_program(path))
			return true;
		dirs += len;
		dirs += *dirs == ':';
	}
	return false;
}

/* The loader ignores LD_PRELOAD where the exec raises privileges. */
static bool exprun_is_privileged(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return true;
	if ((st.st_mode & S_ISGID) && st.st_gid != getgid())
		return true;
	return getuid() &&
	       getxattr(path, "security.capability", NULL, 0) > 0;
}

static bool exprun_has_interp(int fd, const struct elf64_hdr *eh)
{
	for (int i = 0; i < eh->e_phnum; i++) {
		struct elf64_phdr ph;

		if (pread(fd, &ph, sizeof(ph),
			  eh->e_phoff + (off_t)i * eh->e_phentsize) !=
		    (ssize_t)sizeof(ph))
			return true;
		if (ph.p_type == PT_INTERP)
			return true;
	}
	return false;
}

static const char *exprun_elf_obstacle(int fd, const struct elf64_hdr *eh)
{
	if (eh->e_ident[EI_CLASS] != ELFCLASS64)
		return "is a 32-bit program and " EXPRUN_LIB " is not";
	if (!exprun_has_interp(fd, eh))
		return "is statically linked, so nothing can be preloaded";
	return NULL;
}

/* Cut "#!/path/of/interpreter words" down to the path, in place. */
static const char *exprun_interpreter(char *line)
{
	char *path = line + 2;

	path += strspn(path, " \t");
	path[strcspn(path, " \t\n")] = '\0';
	return path;
}

static const char *exprun_obstacle_at(const char *path, int depth)
{
	union {
		struct elf64_hdr eh;
		char line[PATH_MAX];
	} head = { };
	const char *obstacle = NULL;
	ssize_t n;
	int fd;

	if (exprun_is_privileged(path))
		return "gains privileges when run, so the loader ignores LD_PRELOAD";
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;	/* may be run but not read: no way to tell */

	n = read(fd, head.line, sizeof(head.line) - 1);
	if (n >= (ssize_t)sizeof(head.eh) &&
	    !memcmp(head.eh.e_ident, ELFMAG, SELFMAG))
		obstacle = exprun_elf_obstacle(fd, &head.eh);
	else if (n > 2 && !memcmp(head.line, "#!", 2) && depth)
		obstacle = exprun_obstacle_at(exprun_interpreter(head.line),
					      depth - 1);
	close(fd);
	return obstacle;
}

/**
 * exprun_obstacle() - why LD_PRELOAD would not reach a program
 * @path: the file to be run
 *
 * Return: words that follow the program's name in a message, or NULL if
 * nothing stands in the way.
 */
const char *exprun_obstacle(const char *path)
{
	return exprun_obstacle_at(path, EXPRUN_SCRIPT_DEPTH);
}
