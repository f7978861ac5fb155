// SPDX-License-Identifier: GPL-2.0
/*
 * requests - HTTP requests whose answers are known:
 *
 *	requests ADDRESS PORT CONNECTIONS COUNT FILE...
 *
 * Over so many TCP connections (IPv4), each of which lives until the end, GET /NAME of
 * each FILE (by its base name) in turn, and compare what comes with the file's content.
 * Ends after SIGTERM and at least COUNT requests. Prints how many were answered rightly,
 * how many wrongly, and how many connections were lost; status 0: none was.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libgen.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD_MAX	4096

struct file {
	const char *name;
	char *content;
	size_t size;
};

/* Of all connections, each of which is a process; in shared memory. */
struct tally {
	uint64_t good;
	uint64_t wrong;
	uint64_t lost;
};

static volatile sig_atomic_t stop;
static struct tally *tally;

static void on_term(int signal)
{
	stop = signal;
}

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "requests: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void load(struct file *file, char *path)
{
	FILE *stream = fopen(path, "r");
	long size;

	if (!stream || fseek(stream, 0, SEEK_END))
		fail(path);
	size = ftell(stream);
	if (size < 0 || fseek(stream, 0, SEEK_SET))
		fail(path);
	file->name = basename(path);
	file->size = size;
	file->content = malloc(file->size + 1);
	if (!file->content || fread(file->content, 1, file->size, stream) != file->size)
		fail(path);
	fclose(stream);
}

static bool read_all(int fd, char *to, size_t size)
{
	ssize_t got;

	for (; size; to += got, size -= got) {
		got = read(fd, to, size);
		if (got <= 0)
			return false;
	}

	return true;
}

/* The head of an answer, ended by an empty line; a byte each, so no more is taken. */
static bool read_head(int fd, char *head)
{
	size_t n = 0;

	while (n < HEAD_MAX - 1 && read_all(fd, head + n, 1)) {
		head[++n] = 0;
		if (n >= 4 && !memcmp(head + n - 4, "\r\n\r\n", 4))
			return true;
	}

	return false;
}

/* One request; false: the connection is lost. */
static bool request(int fd, const struct file *file, char *body)
{
	char head[HEAD_MAX], *length;
	int n;

	n = snprintf(head, sizeof(head), "GET /%s HTTP/1.1\r\nHost: test\r\n\r\n",
		     file->name);
	if (write(fd, head, n) != n || !read_head(fd, head))
		return false;

	length = strcasestr(head, "\r\nContent-Length: ");
	if (strncmp(head, "HTTP/1.1 200 ", 13) || !length ||
	    strtoull(length + 18, NULL, 10) != file->size) {
		__atomic_add_fetch(&tally->wrong, 1, __ATOMIC_RELAXED);
		return false;
	}
	if (!read_all(fd, body, file->size))
		return false;
	__atomic_add_fetch(memcmp(body, file->content, file->size) ?
			   &tally->wrong : &tally->good, 1, __ATOMIC_RELAXED);

	return true;
}

static void talk(const struct sockaddr_in *to, const struct file *files,
		 unsigned int count, unsigned int first, uint64_t least)
	__attribute__((noreturn));
static void talk(const struct sockaddr_in *to, const struct file *files,
		 unsigned int count, unsigned int first, uint64_t least)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	size_t largest = 1;
	unsigned int i;
	char *body;

	for (i = 0; i < count; i++)
		if (files[i].size > largest)
			largest = files[i].size;
	body = malloc(largest);
	if (fd < 0 || !body || connect(fd, (const void *)to, sizeof(*to)))
		fail("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (i = first; !stop || __atomic_load_n(&tally->good, __ATOMIC_RELAXED) < least; i++) {
		if (request(fd, &files[i % count], body))
			continue;
		__atomic_add_fetch(&tally->lost, 1, __ATOMIC_RELAXED);
		break;
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	struct sockaddr_in to = { .sin_family = AF_INET };
	unsigned int connections, count, i;
	struct file *files;
	pid_t *child;
	int status = 0;

	if (argc < 6 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: see the head of tests/tools/requests.c\n");
		return 2;
	}
	to.sin_port = htons(atoi(argv[2]));
	connections = atoi(argv[3]);
	count = argc - 5;
	files = calloc(count, sizeof(*files));
	child = calloc(connections, sizeof(*child));
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!files || !child || tally == MAP_FAILED)
		fail("memory");
	for (i = 0; i < count; i++)
		load(&files[i], argv[5 + i]);

	signal(SIGPIPE, SIG_IGN);
	/* Who talks is not interrupted, who waits is. */
	sigaction(SIGTERM, &action, NULL);
	for (i = 0; i < connections; i++) {
		child[i] = fork();
		if (child[i] < 0)
			fail("fork");
		if (!child[i])
			talk(&to, files, count, i * count / connections,
			     strtoull(argv[4], NULL, 0));
	}
	action.sa_flags = 0;
	sigaction(SIGTERM, &action, NULL);
	while (wait(&status) > 0 || errno == EINTR) {
		for (i = 0; stop && i < connections; i++)
			kill(child[i], SIGTERM);
		if (status)
			tally->lost++;
		status = 0;
	}
	for (i = 0; i < count; i++)
		free(files[i].content);
	free(files);
	free(child);
	printf("good %llu wrong %llu lost %llu\n", (unsigned long long)tally->good,
	       (unsigned long long)tally->wrong, (unsigned long long)tally->lost);

	return tally->wrong || tally->lost;
}
