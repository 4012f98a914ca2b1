/* Traces of any bytes, shown in every view: none of them crashes or hangs, and what goes to a
 * terminal has nothing in it that a terminal obeys. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "viewer/clock.h"
#include "viewer/trace_read.h"
#include "viewer/view.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!freopen("/dev/null", "w", stdout))
		abort();
	return 0;
}

static bool take_text(void *is_plain, const char *bytes, size_t length)
{
	for (size_t i = 0; *(bool *)is_plain && i < length; i++)
		if ((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n')
			abort();
	return true;
}

/* What is said of bad lines goes nowhere. */
static bool read_quietly(struct trace *trace, struct source *source)
{
	static int nowhere = -1, own;

	if (nowhere < 0) {
		nowhere = open("/dev/null", O_WRONLY);
		own = dup(STDERR_FILENO);
	}
	dup2(nowhere, STDERR_FILENO);
	bool is_good = trace_read(trace, source);
	dup2(own, STDERR_FILENO);
	return is_good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("trace", 0);
	char name[40];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (write(fd, bytes, size) != (ssize_t)size)
		abort();
	struct trace *trace = trace_new();
	struct source *source = source_open(name);
	if (source && read_quietly(trace, source)) {
		trace_finish(trace);
		clock_correct(trace);
		for (const struct view *view = views; view->name; view++) {
			bool is_plain = strcmp(view->name, "html") != 0;
			struct text text = {.width = 20 + size % 200,
				.is_ascii = size % 2,
				.sink = take_text,
				.context = &is_plain};
			view->draw(&text, trace, &(struct view_options){.top = 5});
			text_flush(&text);
			text_free(&text);
		}
	}
	trace_free(trace);
	close(fd);
	return 0;
}
