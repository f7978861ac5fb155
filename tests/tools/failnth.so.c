// SPDX-License-Identifier: GPL-2.0
/*
 * failnth.so - fail the n-th fallible call of a command's requests to the kernel, once:
 *
 *	LD_PRELOAD=failnth.so FAILNTH=N FAILNTH_RESULT=FILE COMMAND...
 *
 * A request is a send, a receive, a write, an ioctl. Fallible are the kernel's allocations
 * and copies from and to user space, as far as they are its fault injection's
 * (Documentation/fault-injection/fault-injection.rst, /proc/thread-self/fail-nth). FILE gets
 * how many calls the command was short of N: 0, if one failed.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static long left;
static int control = -1, nested;
static char own_file[256];

static void *next_one(const char *name)
{
	void *real = dlsym(RTLD_NEXT, name);

	if (!real)
		abort();

	return real;
}

static void arm(void)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%ld", left);

	if (nested++ || control < 0 || left <= 0)
		return;
	/* A number that is not written is a test that tests nothing. */
	if (pwrite(control, text, len, 0) != len)
		abort();
}

/* To read and to write the number are fallible calls, too: these are not the command's. */
static void disarm(void)
{
	char text[32] = "";

	if (--nested || control < 0 || left <= 0)
		return;
	/* Who cannot read it was to fail: one was left. */
	if (pread(control, text, sizeof(text) - 1, 0) < 0)
		text[0] = '1';
	if (pwrite(control, "0", 1, 0) != 1 && pwrite(control, "0", 1, 0) != 1)
		abort();
	left = strtol(text, NULL, 10);
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
	ssize_t (*real)(int fd, const void *data, size_t len, int flags) = next_one("send");
	ssize_t result;

	arm();
	result = real(fd, data, len, flags);
	disarm();

	return result;
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
	ssize_t (*real)(int fd, void *data, size_t len, int flags) = next_one("recv");
	ssize_t result;

	arm();
	result = real(fd, data, len, flags);
	disarm();

	return result;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	ssize_t (*real)(int fd, const struct msghdr *msg, int flags) = next_one("sendmsg");
	ssize_t result;

	arm();
	result = real(fd, msg, flags);
	disarm();

	return result;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t (*real)(int fd, struct msghdr *msg, int flags) = next_one("recvmsg");
	ssize_t result;

	arm();
	result = real(fd, msg, flags);
	disarm();

	return result;
}

ssize_t write(int fd, const void *data, size_t len)
{
	ssize_t (*real)(int fd, const void *data, size_t len) = next_one("write");
	ssize_t result;

	arm();
	result = real(fd, data, len);
	disarm();

	return result;
}

ssize_t read(int fd, void *data, size_t len)
{
	ssize_t (*real)(int fd, void *data, size_t len) = next_one("read");
	ssize_t result;

	arm();
	result = real(fd, data, len);
	disarm();

	return result;
}

ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
	       socklen_t to_len)
{
	ssize_t (*real)(int fd, const void *data, size_t len, int flags,
			const struct sockaddr *to, socklen_t to_len) = next_one("sendto");
	ssize_t result;

	arm();
	result = real(fd, data, len, flags, to, to_len);
	disarm();

	return result;
}

ssize_t recvfrom(int fd, void *data, size_t len, int flags, struct sockaddr *from,
		 socklen_t *from_len)
{
	ssize_t (*real)(int fd, void *data, size_t len, int flags,
			struct sockaddr *from, socklen_t *from_len) = next_one("recvfrom");
	ssize_t result;

	arm();
	result = real(fd, data, len, flags, from, from_len);
	disarm();

	return result;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int fd, unsigned long request, ...) = next_one("ioctl");
	va_list list;
	void *arg;
	int result;

	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	arm();
	result = real(fd, request, arg);
	disarm();

	return result;
}

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("FAILNTH"), *file = getenv("FAILNTH_RESULT");

	if (!n || !file)
		return;
	snprintf(own_file, sizeof(own_file), "%s", file);
	left = strtol(n, NULL, 10);
	/* Not what the command calls in turn. */
	unsetenv("FAILNTH");
	control = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (control < 0)
		abort();
}

__attribute__((destructor)) static void end(void)
{
	FILE *file;

	if (control < 0)
		return;
	close(control);
	control = -1;
	file = fopen(own_file, "w");
	if (!file)
		abort();
	fprintf(file, "%ld\n", left > 0 ? left : 0);
	fclose(file);
}
