/* SPDX-License-Identifier: MIT */
/* The lines with which both sides of SSH begin: RFC 4253, 4.2. What follows is bytes alone. */
#include <ctype.h>
#include <string.h>

#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

#define LONGEST_BANNER 255

struct ssh {
	bool has_banner[2]; /* by speaker */
};

/* The length with the line's end when it is sure. */
static enum verdict banner(const unsigned char *bytes, size_t count, size_t *length)
{
	static const char beginning[] = "SSH-";
	const unsigned char *end = memchr(bytes, '\n', count);
	size_t most = sizeof(beginning) - 1;

	*length = end ? (size_t)(end - bytes) + 1 : count;
	if (memcmp(bytes, beginning, count < most ? count : most) != 0 || *length > LONGEST_BANNER)
		return VERDICT_NO;
	for (size_t i = most; i < *length; i++)
		if (!isprint(bytes[i]) && !(bytes[i] == '\r' && i + 2 >= *length) &&
			bytes[i] != '\n')
			return VERDICT_NO;
	/* The version, and something behind the hyphen that follows. */
	if (count > most && !isdigit(bytes[most]))
		return VERDICT_NO;
	if (!end)
		return VERDICT_PERHAPS;
	return memchr(bytes + most, '-', *length - most) ? VERDICT_YES : VERDICT_NO;
}

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	size_t length;
	enum verdict verdict =
		banner(opening->bytes[opening->first], opening->count[opening->first], &length);

	(void)asker; /* both say the same */
	return verdict == VERDICT_PERHAPS && opening->is_cut[opening->first] ? VERDICT_NO : verdict;
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	const struct ssh *ssh = stream_state(stream);
	size_t length;
	enum verdict verdict;

	(void)is_cut;
	if (ssh->has_banner[speaker]) {
		/* Its key exchange does not wait for the other one's banner. */
		say_notice(stream, speaker);
		return UNTIL_END;
	}
	verdict = banner(bytes, count, &length);
	if (verdict != VERDICT_YES)
		return verdict == VERDICT_PERHAPS ? MORE_NEEDED : NOT_SPOKEN;
	say_notice(stream, speaker);
	struct name name = name_begin(said_name(stream, speaker));
	name_words(&name, bytes, length);
	return length;
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	struct ssh *ssh = stream_state(stream);

	say_end(stream, speaker);
	if (ssh->has_banner[speaker])
		return;
	ssh->has_banner[speaker] = true;
	if (ssh->has_banner[speaker_other(speaker)])
		stream_close(stream, PROTOCOL_SSH);
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	(void)stream;
	(void)speaker;
}

const struct decoder ssh_decoder = {
	.protocol = PROTOCOL_SSH,
	.state_size = sizeof(struct ssh),
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
};
