/* SPDX-License-Identifier: MIT */
/* What is said on streams and in datagrams: the protocols that are known, whole, byte by byte, cut
 * at random, and with gaps; and bytes that are none of them. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/dialogue.h"
#include "viewer/protocol/protocol.h"

/* One transfer: who says it, what, how many bytes of it, and so many more that are not there. */
struct turn {
	char who;          /* '>': the socket's own program, '<': its peer; '\0': no more */
	const char *bytes; /* NULL: it says no more */
	size_t length;
	uint64_t gap;
};

#define SAY(who, bytes)      GAP(who, bytes, 0)
#define GAP(who, bytes, gap) ((struct turn){who, bytes, sizeof(bytes) - 1, gap})
#define END(who)             ((struct turn){who, NULL, 0, 0})

/* In pieces of at most so many bytes, or, 0, of random sizes; they are the same for a seed. */
static char *told(enum speaker opener, bool is_from_start, const struct turn *turns, size_t most,
	unsigned int seed)
{
	struct dialogue dialogue;
	char *text;

	dialogue_begin(&dialogue, opener, is_from_start);
	for (const struct turn *turn = turns; turn->who; turn++) {
		enum speaker speaker = turn->who == '>' ? SPEAKER_SELF : SPEAKER_PEER;
		if (!turn->bytes)
			protocol_stream_end(dialogue.stream, speaker);
		for (size_t at = 0; at < turn->length;) {
			size_t piece = most ? most : 1 + (size_t)rand_r(&seed) % 40;
			piece = piece < turn->length - at ? piece : turn->length - at;
			/* The gap is behind the last bytes, or apart. */
			bool has_gap = at + piece == turn->length && rand_r(&seed) % 2;
			dialogue_say(&dialogue, speaker, turn->bytes + at, piece,
				piece + (has_gap ? turn->gap : 0));
			at += piece;
			if (at == turn->length && !has_gap && turn->gap > 0)
				dialogue_say(&dialogue, speaker, NULL, 0, turn->gap);
		}
		if (turn->bytes && turn->length == 0 && turn->gap > 0)
			dialogue_say(&dialogue, speaker, NULL, 0, turn->gap);
	}
	dialogue_end(&dialogue);
	if (dialogue.wrong)
		fail_msg("%s", dialogue.wrong);
	text = dialogue_text(&dialogue);
	dialogue_free(&dialogue);
	return text;
}

/* What fuzzers begin with: tests/fuzz/fuzz_protocol.c reads it. DIALOGUES is the folder. */
static void keep_dialogue(enum speaker opener, bool is_from_start, const struct turn *turns)
{
	static int number;
	const char *folder = getenv("DIALOGUES");
	char path[4096];
	FILE *file;

	if (!folder)
		return;
	snprintf(path, sizeof(path), "%s/%d", folder, number++);
	file = fopen(path, "w");
	assert_non_null(file);
	fputc((int)opener | (is_from_start ? 4 : 0), file);
	for (const struct turn *turn = turns; turn->who; turn++) {
		int flags = (turn->who == '<') + (turn->bytes ? 0 : 2) + (turn->gap > 0 ? 4 : 0);
		const unsigned char head[] = {(unsigned char)flags,
			(unsigned char)(turn->length >> 8), (unsigned char)turn->length,
			(unsigned char)(turn->gap >> 8), (unsigned char)turn->gap};
		fwrite(head, 1, sizeof(head), file);
		fwrite(turn->bytes ? turn->bytes : "", 1, turn->length, file);
	}
	fclose(file);
}

/* However it is cut, the same is told: what stands in `expected`. */
static void check(
	enum speaker opener, bool is_from_start, const struct turn *turns, const char *expected)
{
	char *whole = told(opener, is_from_start, turns, SIZE_MAX, 0);

	keep_dialogue(opener, is_from_start, turns);
	assert_string_equal(whole, expected);
	for (unsigned int seed = 0; seed < 40; seed++) {
		char *cut = told(opener, is_from_start, turns, seed % 4 == 0 ? 1 : 0, seed);
		if (strcmp(cut, whole) != 0)
			fail_msg("seed %u:\n%s\nand not\n%s", seed, cut, whole);
		free(cut);
	}
	free(whole);
}

/* Of a client. */
static void says(const struct turn *turns, const char *expected)
{
	check(SPEAKER_SELF, true, turns, expected);
}

/* Of a stream that is heard from later on, of which nobody knows who opened it. */
static void says_later(const struct turn *turns, const char *expected)
{
	check(SPEAKER_UNKNOWN, false, turns, expected);
}

/* --- bytes alone --- */

static void turns_are_questions_and_answers(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\1one"), SAY('>', "more"), SAY('<', "\2two"),
		     SAY('<', "x"), SAY('>', "\3"), {0}},
		"> ? 0-8 BY-TURNS\n> ? 8-9 OPEN\n< = 0-5 BY-TURNS <- 0\n");
	/* A banner is no answer. */
	says((const struct turn[]){SAY('<', "220 ready\r\n"), SAY('>', "EHLO me\r\n"),
		     SAY('<', "250 hello\r\n"), {0}},
		"> ? 0-9 BY-TURNS\n< ! 0-11 BY-TURNS\n< = 11-22 OPEN <- 0\n");
	/* Who speaks first asks, where nobody knows better, but only of a stream that is whole. */
	check(SPEAKER_UNKNOWN, true, (const struct turn[]){SAY('<', "\1"), SAY('>', "\2"), {0}},
		"> = 0-1 OPEN <- 0\n< ? 0-1 BY-TURNS\n");
	says_later((const struct turn[]){SAY('<', "\1"), SAY('>', "\2"), {0}},
		"> ! 0-1 OPEN\n< ! 0-1 BY-TURNS\n");
	says((const struct turn[]){GAP('>', "", 100), GAP('<', "\1", 1000000000000), END('<'), {0}},
		"> ? 0-100 BY-TURNS\n< = 0-1000000000001 BY-TURNS <- 0\n");
}

/* --- HTTP/1 --- */

static void http_messages_have_their_lengths(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"),
		     SAY('<', "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
		     SAY('>', "POST /p HTTP/1.1\r\ncontent-length:3\r\n\r\nabc"),
		     SAY('<', "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"
			      "5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: r\r\n\r\n"),
		     {0}},
		"> ? 0-32 HTTP/1 GET /a?b=c\n"
		"> ? 32-73 HTTP/1 POST /p\n"
		"< = 0-43 HTTP/1 200 OK <- 0\n"
		"< = 43-137 HTTP/1 404 Not Found FAILED <- 32\n");
	/* A body of which only the length is known. */
	says((const struct turn[]){GAP('>', "PUT /big HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n",
					   999999),
		     GAP('>', "", 1), SAY('<', "HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n"),
		     SAY('>', "GET /next HTTP/1.1\r\n\r\n"),
		     GAP('<', "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n",
			     0x8002),
		     SAY('<', "0\r\n\r\n"), {0}},
		"> ? 0-1000046 HTTP/1 PUT /big\n"
		"> ? 1000046-1000068 HTTP/1 GET /next\n"
		"< = 0-43 HTTP/1 201 Created <- 0\n"
		"< = 43-32871 HTTP/1 200 OK <- 1000046\n");
}

static void http_answers_without_bodies(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "HEAD /h HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
		     SAY('>', "DELETE /d HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 204 No Content\r\n\r\n"),
		     SAY('>', "GET /n HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"),
		     SAY('>', "GET /o HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n"), {0}},
		"> ? 0-20 HTTP/1 HEAD /h\n"
		"> ? 20-42 HTTP/1 DELETE /d\n"
		"> ? 42-61 HTTP/1 GET /n\n"
		"> ? 61-80 HTTP/1 GET /o\n"
		"< = 0-40 HTTP/1 200 OK <- 0\n"
		"< = 40-67 HTTP/1 204 No Content <- 20\n"
		"< = 67-115 HTTP/1 304 Not Modified <- 42\n"
		"< = 115-150 HTTP/1 500 FAILED <- 61\n");
}

static void http_is_pipelined(void **state)
{
	(void)state;
	says(
		(const struct turn[]){
			SAY('>',
				"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nHEAD /3 HTTP/1.1\r\n\r\n"),
			SAY('<',
				"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 404 No\r\n"
				"Content-Length: 1\r\n\r\n2HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
			{0}},
		"> ? 0-19 HTTP/1 GET /1\n"
		"> ? 19-38 HTTP/1 GET /2\n"
		"> ? 38-58 HTTP/1 HEAD /3\n"
		"< = 0-39 HTTP/1 200 OK <- 0\n"
		"< = 39-78 HTTP/1 404 No FAILED <- 19\n"
		"< = 78-116 HTTP/1 200 OK <- 38\n");
}

static void http_continues(void **state)
{
	(void)state;
	says(
		(const struct turn[]){
			SAY('>',
				"PUT /u HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"),
			SAY('<', "HTTP/1.1 100 Continue\r\n\r\n"), SAY('>', "body"),
			SAY('<', "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
			SAY('<', "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), {0}},
		"> ? 0-64 HTTP/1 PUT /u\n"
		"< ~ 0-25 HTTP/1 100 Continue <- 0\n"
		"< ~ 25-62 HTTP/1 103 Early Hints <- 0\n"
		"< = 62-100 HTTP/1 200 OK <- 0\n");
	/* Refused before all of it was sent. */
	says((const struct turn[]){GAP('>', "POST /u HTTP/1.1\r\nContent-Length: 1000\r\n\r\n",
					   400),
		     SAY('<', "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"),
		     GAP('>', "", 600), SAY('>', "GET / HTTP/1.1\r\n\r\n"), {0}},
		"> ? 0-1042 HTTP/1 POST /u\n"
		"> ? 1042-1060 HTTP/1 GET /\n"
		"< = 0-45 HTTP/1 413 Too Large FAILED <- 0\n");
}

static void http_ends_with_its_connection(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "GET / HTTP/1.0\r\n\r\n"),
		     SAY('<', "HTTP/1.0 200 OK\r\n\r\nall"), SAY('<', "of it"), END('<'), {0}},
		"> ? 0-18 HTTP/1 GET /\n< = 0-27 HTTP/1 200 OK <- 0\n");
	says((const struct turn[]){SAY('>', "GET / HTTP/1.0\r\n\r\n"),
		     SAY('<', "HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\npart"), END('<'), {0}},
		"> ? 0-18 HTTP/1 GET /\n< = 0-43 HTTP/1 200 OK OPEN <- 0\n");
	says((const struct turn[]){SAY('>', "GET / HTTP/1.1\r\nHo"), END('>'), {0}},
		"> ? 0-18 HTTP/1 GET / OPEN\n");
	says((const struct turn[]){SAY('>', "GET /unfini"), {0}}, "> ? 0-11 OPEN\n");
}

static void http_carries_other_protocols(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "CONNECT x:80 HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 200 Connection established\r\n\r\n"),
		     SAY('>', "GET /in HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), {0}},
		"> ? 0-25 HTTP/1 CONNECT x:80\n"
		"> ? 25-45 HTTP/1 GET /in\n"
		"< = 0-39 HTTP/1 200 Connection established <- 0\n"
		"< = 39-77 HTTP/1 200 OK <- 25\n");
	says((const struct turn[]){SAY('>', "CONNECT x:80 HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"),
		     SAY('>', "GET /more HTTP/1.1\r\n\r\n"), {0}},
		"> ? 0-25 HTTP/1 CONNECT x:80\n"
		"> ? 25-47 HTTP/1 GET /more\n"
		"< = 0-40 HTTP/1 403 No FAILED <- 0\n");
	says((const struct turn[]){SAY('>', "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
		     SAY('<', "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x02hi"),
		     SAY('>', "\x81\x80xxxx"), SAY('<', "\x81\x01x"), {0}},
		"> ? 0-40 HTTP/1 GET /ws\n"
		"> ? 40-46 BY-TURNS\n"
		"< = 0-36 HTTP/1 101 Switching Protocols <- 0\n"
		"< ! 36-40 BY-TURNS\n"
		"< = 40-43 OPEN <- 40\n");
}

/* A head whose end is not there: turns tell it. */
static void http_is_cut_in_its_head(void **state)
{
	(void)state;
	says((const struct turn[]){GAP('>', "GET /1 HTTP/1.1\r\nUser-Ag", 100),
		     GAP('<', "HTTP/1.1 200 OK\r\nSer", 500), GAP('<', "", 1000),
		     GAP('>', "GET /2/long/pa", 100), GAP('<', "HTTP/1.1 500 Internal", 5),
		     SAY('>', "GET /3 HTTP/1.1\r\n\r\n"),
		     SAY('<', "HTTP/1.1 204 No Content\r\n\r\n"), {0}},
		"> ? 0-124 HTTP/1 GET /1 BY-TURNS\n"
		"> ? 124-238 HTTP/1 GET /2/long/pa… BY-TURNS\n"
		"> ? 238-257 HTTP/1 GET /3\n"
		"< = 0-1520 HTTP/1 200 OK BY-TURNS <- 0\n"
		"< = 1520-1546 HTTP/1 500 Internal… FAILED BY-TURNS <- 124\n"
		"< = 1546-1573 HTTP/1 204 No Content <- 238\n");
	/* What is sent after 100 Continue is of the same question. */
	says((const struct turn[]){GAP('>', "PUT /u HTTP/1.1\r\nExp", 50),
		     SAY('<', "HTTP/1.1 100 Continue\r\n\r\n"), GAP('>', "body", 400),
		     SAY('<', "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
		     SAY('>', "GET / HTTP/1.1\r\n\r\n"), {0}},
		"> ? 0-474 HTTP/1 PUT /u BY-TURNS\n"
		"> ? 474-492 HTTP/1 GET /\n"
		"< ~ 0-25 HTTP/1 100 Continue <- 0\n"
		"< = 25-68 HTTP/1 201 Created <- 0\n");
}

static void http_is_heard_from_later_on(void **state)
{
	(void)state;
	/* The answer to a question that was not seen is not that to the next one. */
	says_later((const struct turn[]){SAY('<', "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"),
			   SAY('>', "GET /2 HTTP/1.1\r\n\r\n"),
			   SAY('<', "HTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\n2"), {0}},
		"> ? 0-19 HTTP/1 GET /2\n"
		"< ! 0-39 HTTP/1 200 OK\n"
		"< = 39-78 HTTP/1 404 No FAILED <- 0\n");
	/* In the middle of a body. */
	says_later((const struct turn[]){SAY('<', "of the body"),
			   SAY('<', "GET / HTTP/1.1\r\n\r\n"), SAY('>', "GET /2 HTTP/1.1\r\n\r\n"),
			   SAY('<', "HTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\n2"), {0}},
		"> ? 0-19 HTTP/1 GET /2\n"
		"< ! 0-29 BY-TURNS\n"
		"< = 29-68 HTTP/1 404 No FAILED <- 0\n");
}

static void http_is_nothing_else(void **state)
{
	static const struct turn others[] = {
		SAY('>', "GET /\r\n"),
		SAY('>', "OPTIONS rtsp://x RTSP/1.0\r\n\r\n"),
		SAY('>', "REGISTER sip:x SIP/2.0\r\n\r\n"),
		SAY('>', "GET  / HTTP/1.1\r\n\r\n"),
		SAY('>', "GET / HTTP/2.0\r\n\r\n"),
		SAY('>', "GET / HTTP/1.1 x\r\n\r\n"),
		SAY('>', "get key\r\n"),
		SAY('>', "HTTP/1.1 20 OK\r\n\r\n"),
		SAY('>', "HTTP/1.1 2000 OK\r\n\r\n"),
		SAY('>', "G\0T / HTTP/1.1\r\n\r\n"),
		SAY('>', "EHLO GET / HTTP/1.1\r\n"),
	};
	char expected[100];

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(expected, sizeof(expected), "> ? 0-%zu BY-TURNS\n< = 0-1 OPEN <- 0\n",
			others[i].length);
		says((const struct turn[]){others[i], SAY('<', "\1"), {0}}, expected);
	}
	/* Lengths that contradict each other. */
	says(
		(const struct turn[]){
			SAY('>',
				"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nGET"),
			SAY('<', "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"), {0}},
		"> ? 0-60 HTTP/1 POST / BY-TURNS\n"
		"< = 0-39 HTTP/1 400 Bad FAILED <- 0\n");
}

/* --- the others --- */

/* Hellos for example.org: a client's with h2, http/1.1 and GREASE, and what servers choose. */
#define HELLO_13                                                                                                    \
	"\x16\x03\x01\x00`\x01\x00\x00\x5c\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x00\x02\x13\x01\x01\x00\x00" \
	"1\x00\x00\x00\x10\x00\x0e\x00\x00\x0b"                                                                     \
	"example.org\x00\x10\x00\x0e\x00\x0c\x02h2\x08http/1.1\x00+\x00\x07\x06zz\x03\x04\x03\x03"
#define SERVER_13          \
	"\x16\x03\x03\x00" \
	"2\x02\x00\x00.\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x13\x01\x00\x00\x06\x00+\x00\x02\x03\x04"
#define HELLO_12                                                                                                                         \
	"\x16\x03\x01\x00"                                                                                                               \
	"C\x01\x00\x00?\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x00\x02\x13\x01\x01\x00\x00\x14\x00\x00\x00\x10\x00\x0e\x00\x00\x0b" \
	"example.org"
#define SERVER_12                       \
	"\x16\x03\x03\x00;\x02\x00\x00" \
	"7\x03\x03rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x00\x13\x01\x00\x00\x0f\x00\x10\x00\x0b\x00\x09\x08http/1.1"

static void postgresql_starts(void **state)
{
	(void)state;
	says(
		(const struct turn[]){
			SAY('>', "\0\0\0"
				 "3\0\x03\0\0user\0ann\0database\0shop\0application_name\0x\0\0"),
			SAY('<', "R\0\0\0\x17\0\0\0\nSCRAM-SHA-256\0\0"),
			SAY('>', "p\0\0\0\x17SCRAM-SHA-256\0\0\0\0\x01x"),
			SAY('<', "R\0\0\0\x09\0\0\0\x0by"), SAY('>', "p\0\0\0\x05z"),
			SAY('<',
				"R\0\0\0\x09\0\0\0\x0cvR\0\0\0\x08\0\0\0\0S\0\0\0\x11TimeZone\0UTC\0K\0\0\0\x0c"
				"12345678Z\0\0\0\x05I"),
			SAY('>', "X\0\0\0\x04"), {0}},
		"> ? 0-51 PostgreSQL startup user=ann database=shop\n"
		"> ? 51-75 PostgreSQL SASLInitialResponse\n"
		"> ? 75-81 PostgreSQL SASLResponse\n"
		"> ! 81-86 PostgreSQL Terminate\n"
		"< = 0-24 PostgreSQL AuthenticationSASL <- 0\n"
		"< = 24-34 PostgreSQL AuthenticationSASLContinue <- 51\n"
		"< = 34-90 PostgreSQL AuthenticationOk <- 75\n");
	says((const struct turn[]){SAY('>', "\0\0\0\x08\x04\xd2\x16/"), SAY('<', "N"),
		     SAY('>', "\0\0\0\x12\0\x03\0\0user\0bob\0\0"),
		     SAY('<', "E\0\0\0\x17SERROR\0C28000\0Mno\0\0"), {0}},
		"> ? 0-8 PostgreSQL SSLRequest\n"
		"> ? 8-26 PostgreSQL startup user=bob\n"
		"< = 0-1 PostgreSQL refused <- 0\n"
		"< = 1-25 PostgreSQL ERROR 28000: no FAILED <- 8\n");
	says((const struct turn[]){SAY('>', "\0\0\0\x08\x04\xd2\x16/"), SAY('<', "S"),
		     SAY('>', HELLO_13), {0}},
		"> ? 0-8 PostgreSQL SSLRequest\n"
		"> ? 8-109 TLS ClientHello example.org TLS 1.3 h2 http/1.1 OPEN\n"
		"< = 0-1 PostgreSQL accepted <- 0\n");
	says((const struct turn[]){SAY('>', "\0\0\0\x10\x04\xd2\x16.12345678"), {0}},
		"> ! 0-16 PostgreSQL CancelRequest\n");
}

static void postgresql_queries_are_questions(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\x12SELECT  1,\n 2\0"),
		     SAY('<',
			     "T\0\0\0\x06\0\0D\0\0\0\x0b\0\x01\0\0\0\x01xC\0\0\0\rSELECT 1\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\x08"
			      "bad\0"),
		     SAY('<',
			     "N\0\0\0\x05\0E\0\0\0*SERROR\0C42601\0Msyntax error at \"bad\"\0\0Z\0\0\0\x05I"),
		     SAY('<', "A\0\0\0\x0c"
			      "1234x\0y\0"),
		     SAY('>', "Q\0\0\0\x05\0"), SAY('<', "I\0\0\0\x04Z\0\0\0\x05I"), {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-37 PostgreSQL SELECT 1, 2\n"
		"> ? 37-46 PostgreSQL bad\n"
		"> ? 46-52 PostgreSQL\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< = 15-54 PostgreSQL SELECT 1 <- 18\n"
		"< = 54-109 PostgreSQL ERROR 42601: syntax error at \"bad\" FAILED <- 37\n"
		"< ! 109-122 PostgreSQL notification\n"
		"< = 122-133 PostgreSQL empty query <- 46\n");
}

static void postgresql_statements_are_prepared(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     SAY('>', "P\0\0\0\x13s1\0SELECT $1\0\0\0D\0\0\0\x06P\0S\0\0\0\x04"),
		     SAY('<', "1\0\0\0\x04t\0\0\0\x06\0\0n\0\0\0\x04Z\0\0\0\x05I"),
		     SAY('>',
			     "B\0\0\0\x0e\0s1\0\0\0\0\0\0\0D\0\0\0\x06P\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04"),
		     SAY('<',
			     "2\0\0\0\x04T\0\0\0\x06\0\0D\0\0\0\x0b\0\x01\0\0\0\x01xC\0\0\0\rSELECT 1\0Z\0\0\0\x05I"),
		     SAY('>',
			     "P\0\0\0 \0INSERT INTO t VALUES (1)\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0D\0\0\0\x06P\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04"),
		     SAY('<', "1\0\0\0\x04"
			      "2\0\0\0\x04n\0\0\0\x04"
			      "C\0\0\0\x0fINSERT 0 1\0Z\0\0\0\x05I"),
		     SAY('>', "B\0\0\0\x11\0other\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04"),
		     SAY('<',
			     "E\0\0\0>SERROR\0C26000\0Mprepared statement \"other\" does not exist\0\0Z\0\0\0\x05I"),
		     SAY('>', "C\0\0\0\x08Ss1\0S\0\0\0\x04"), SAY('<', "3\0\0\0\x04Z\0\0\0\x05I"),
		     SAY('>', "B\0\0\0\x0e\0s1\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04"),
		     {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-50 PostgreSQL Parse SELECT $1\n"
		"> ? 50-87 PostgreSQL SELECT $1\n"
		"> ? 87-155 PostgreSQL INSERT INTO t VALUES (1)\n"
		"> ? 155-188 PostgreSQL Bind other\n"
		"> ? 188-202 PostgreSQL Close\n"
		"> ? 202-232 PostgreSQL Bind s1\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< = 15-38 PostgreSQL ready <- 18\n"
		"< = 38-82 PostgreSQL SELECT 1 <- 50\n"
		"< = 82-119 PostgreSQL INSERT 0 1 <- 87\n"
		"< = 119-188 PostgreSQL ERROR 26000: prepared statement \"other\" does not exist FAILED <- 155\n"
		"< = 188-199 PostgreSQL ready <- 188\n");
}

static void postgresql_is_pipelined(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     SAY('>',
			     "P\0\0\0\x10\0SELECT 1\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0D\0\0\0\x06P\0E\0\0\0\x09\0\0\0\0\0P\0\0\0\x10\0SELECT 2\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0D\0\0\0\x06P\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04"),
		     SAY('<', "1\0\0\0\x04"
			      "2\0\0\0\x04n\0\0\0\x04"
			      "C\0\0\0\rSELECT 1\0"),
		     SAY('<', "1\0\0\0\x04"
			      "2\0\0\0\x04n\0\0\0\x04"
			      "C\0\0\0\rSELECT 2\0Z\0\0\0\x05I"),
		     SAY('>',
			     "P\0\0\0\x12\0SELECT 1/0\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0P\0\0\0\x10\0SELECT 4\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0P\0\0\0\x10\0SELECT 5\0\0\0B\0\0\0\x0c\0\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04Q\0\0\0\rSELECT 6\0"),
		     SAY('<',
			     "1\0\0\0\x04"
			     "2\0\0\0\x04"
			     "E\0\0\0%SERROR\0C22012\0Mdivision by zero\0\0Z\0\0\0\x05IT\0\0\0\x06\0\0C\0\0\0\rSELECT 1\0Z\0\0\0\x05I"),
		     {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-65 PostgreSQL SELECT 1\n"
		"> ? 65-117 PostgreSQL SELECT 2\n"
		"> ? 117-159 PostgreSQL SELECT 1/0\n"
		"> ? 159-199 PostgreSQL SELECT 4\n"
		"> ? 199-244 PostgreSQL SELECT 5\n"
		"> ? 244-258 PostgreSQL SELECT 6\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< = 15-44 PostgreSQL SELECT 1 <- 18\n"
		"< = 44-79 PostgreSQL SELECT 2 <- 65\n"
		"< = 79-127 PostgreSQL ERROR 22012: division by zero FAILED <- 117\n"
		"< = 127-127 PostgreSQL not executed after an error FAILED <- 159\n"
		"< = 127-133 PostgreSQL not executed after an error FAILED <- 199\n"
		"< = 133-160 PostgreSQL SELECT 1 <- 244\n");
}

static void postgresql_copies(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\x16"
			      "COPY t FROM STDIN\0"),
		     SAY('<', "G\0\0\0\x07\0\0\0"), SAY('>', "d\0\0\0\x08row\n"),
		     SAY('>', "d\0\0\0\x08row\nc\0\0\0\x04"),
		     SAY('<', "C\0\0\0\x0b"
			      "COPY 2\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\x15"
			      "COPY t TO STDOUT\0"),
		     SAY('<', "H\0\0\0\x07\0\0\0d\0\0\0\x08row\nc\0\0\0\x04"
			      "C\0\0\0\x0b"
			      "COPY 1\0Z\0\0\0\x05I"),
		     {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-64 PostgreSQL COPY t FROM STDIN\n"
		"> ? 64-86 PostgreSQL COPY t TO STDOUT\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< ~ 15-23 PostgreSQL CopyInResponse <- 18\n"
		"< = 23-41 PostgreSQL COPY 2 <- 18\n"
		"< = 41-81 PostgreSQL COPY 1 <- 64\n");
}

static void postgresql_is_cut(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     GAP('>', "Q\0\0\0\\SELECT xxxxxxxxxxxxxxxxxxxxxxxxxxxx", 53),
		     GAP('<', "T\0\0\0\x06\0\0D\0\0\0\x0b\0\x01\0\0\0\x01x", 1000),
		     SAY('>', "Q\0\0\0\rSELECT 2\0"), GAP('<', "E\0\0\0\x17SERROR\0", 30),
		     SAY('>', "Q\0\0\0\rSELECT 3\0"), SAY('<', "C\0\0\0\rSELECT 1\0Z\0\0\0\x05I"),
		     {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-111 PostgreSQL SELECT xxxxxxxxxxxxxxxxxxxxxxxxxxxx…\n"
		"> ? 111-125 PostgreSQL SELECT 2\n"
		"> ? 125-139 PostgreSQL SELECT 3\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< = 15-1034 PostgreSQL BY-TURNS <- 18\n"
		"< = 1034-1076 PostgreSQL ERROR… FAILED BY-TURNS <- 111\n"
		"< = 1076-1096 PostgreSQL SELECT 1 <- 125\n");
}

/* What is behind a Parse is not known: what it parses may have been executed, or not. Rows that are
 * sent in large pieces are of the question that asked for them. */
static void postgresql_goes_on_behind_a_cut(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     GAP('>', "P\0\0\0\x10\0SELECT 1\0\0\0", 30),
		     SAY('<', "1\0\0\0\x04"
			      "C\0\0\0\rSELECT 1\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\x16"
			      "COPY t FROM STDIN\0"),
		     SAY('<', "G\0\0\0\x07\0\0\0"), GAP('>', "d\0\0\0\x08row\n", 8000),
		     GAP('>', "", 8000),
		     SAY('<', "C\0\0\0\x0b"
			      "COPY 2\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\rSELECT 2\0"), {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-65 PostgreSQL SELECT 1 BY-TURNS\n"
		"> ? 65-16097 PostgreSQL COPY t FROM STDIN BY-TURNS\n"
		"> ? 16097-16111 PostgreSQL SELECT 2\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< = 15-40 PostgreSQL SELECT 1 <- 18\n"
		"< ~ 40-48 PostgreSQL CopyInResponse <- 65\n"
		"< = 48-66 PostgreSQL COPY 2 <- 65\n");
}

static void postgresql_replicates(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "\0\0\0\x12\0\x03\0\0user\0ann\0\0"),
		     SAY('<', "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"),
		     SAY('>', "Q\0\0\0\x16"
			      "START_REPLICATION\0"),
		     SAY('<', "W\0\0\0\x07\0\0\0d\0\0\0\x05w"), SAY('>', "d\0\0\0\x05r"), {0}},
		"> ? 0-18 PostgreSQL startup user=ann\n"
		"> ? 18-41 PostgreSQL START_REPLICATION\n"
		"> ? 41-47 PostgreSQL BY-TURNS OPEN\n"
		"< = 0-15 PostgreSQL AuthenticationOk <- 0\n"
		"< = 15-29 PostgreSQL BY-TURNS <- 18\n");
}

static void postgresql_is_heard_from_later_on(void **state)
{
	(void)state;
	says_later((const struct turn[]){SAY('<', "C\0\0\0\rSELECT 1\0Z\0\0\0\x05I"),
			   SAY('>', "Q\0\0\0\rselect 2\0"),
			   SAY('<', "C\0\0\0\rSELECT 1\0Z\0\0\0\x05I"), {0}},
		"> ? 0-14 PostgreSQL select 2\n"
		"< ! 0-20 BY-TURNS\n"
		"< = 20-40 PostgreSQL SELECT 1 <- 0\n");
	says_later((const struct turn[]){SAY('>', "Q\0\0\0\rnonsense\0"),
			   SAY('<', "C\0\0\0\rSELECT 1\0Z\0\0\0\x05I"), {0}},
		"> ! 0-14 BY-TURNS\n"
		"< ! 0-20 OPEN\n");
}

static void tls_handshakes_are_exchanges(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', HELLO_13), SAY('<', SERVER_13),
		     SAY('<', "\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x1e"
			      "eeeeeeeeeeeeeeeeeeeeeeeeeeeeee"),
		     SAY('>', "\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x14"
			      "ffffffffffffffffffff"),
		     SAY('>', "\x17\x03\x03\0\x07request"),
		     SAY('<', "\x17\x03\x03\0\x06ticket\x17\x03\x03\0\x06"
			      "answer"),
		     SAY('>', "\x17\x03\x03\0\x05"
			      "again"),
		     {0}},
		"> ? 0-132 TLS ClientHello example.org TLS 1.3 h2 http/1.1\n"
		"> ? 132-144 TLS BY-TURNS\n"
		"> ? 144-154 TLS BY-TURNS OPEN\n"
		"< = 0-96 TLS ServerHello TLS 1.3 <- 0\n"
		"< = 96-118 TLS BY-TURNS <- 132\n");
	says((const struct turn[]){SAY('>', HELLO_12), SAY('<', SERVER_12),
		     SAY('<', "\x16\x03\x03\0\x04\x0e\0\0\0"),
		     SAY('>',
			     "\x16\x03\x03\0\x05\x10\0\0\x01k\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08"
			     "finished"),
		     SAY('<', "\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08"
			      "finished"),
		     SAY('>', "\x17\x03\x03\0\x07request"),
		     SAY('<', "\x17\x03\x03\0\x06"
			      "answer"),
		     {0}},
		"> ? 0-101 TLS ClientHello example.org TLS 1.2\n"
		"> ? 101-113 TLS BY-TURNS\n"
		"< = 0-92 TLS ServerHello TLS 1.2 http/1.1 <- 0\n"
		"< = 92-103 TLS BY-TURNS OPEN <- 101\n");
	says((const struct turn[]){SAY('>', HELLO_12), SAY('<', SERVER_12),
		     SAY('<', "\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08"
			      "finished"),
		     SAY('>', "\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08"
			      "finished"),
		     SAY('>', "\x17\x03\x03\0\x07request"),
		     SAY('<', "\x17\x03\x03\0\x06"
			      "answer"),
		     {0}},
		"> ? 0-91 TLS ClientHello example.org TLS 1.2\n"
		"> ? 91-103 TLS BY-TURNS\n"
		"< = 0-83 TLS ServerHello TLS 1.2 http/1.1 <- 0\n"
		"< = 83-94 TLS BY-TURNS OPEN <- 91\n");
}

static void tls_says_what_is_wrong(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', HELLO_12), SAY('<', "\x15\x03\x03\0\x02\x02("), {0}},
		"> ? 0-72 TLS ClientHello example.org TLS 1.2\n"
		"< = 0-7 TLS alert handshake_failure FAILED OPEN <- 0\n");
	says((const struct turn[]){SAY('>', HELLO_12), SAY('<', SERVER_12),
		     SAY('>', "\x15\x03\x03\0\x02\x02"
			      "0"),
		     {0}},
		"> ? 0-79 TLS ClientHello example.org TLS 1.2, alert unknown_ca FAILED OPEN\n"
		"< = 0-64 TLS ServerHello TLS 1.2 http/1.1 <- 0\n");
	says((const struct turn[]){SAY('>', HELLO_13),
		     SAY('<', "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), {0}},
		"> ? 0-101 TLS ClientHello example.org TLS 1.3 h2 http/1.1 BY-TURNS\n"
		"< = 0-47 HTTP/1 400 Bad Request FAILED <- 0\n");
	says((const struct turn[]){SAY('>', HELLO_13), SAY('<', "SSH-2.0-x\r\n"), {0}},
		"> ? 0-101 TLS ClientHello example.org TLS 1.3 h2 http/1.1 BY-TURNS\n"
		"< ! 0-11 SSH SSH-2.0-x\n");
}

/* Whoever closes says so first. What is answered was a question, as was what is longer. */
static void tls_alert_at_the_end_is_no_question(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', HELLO_13), SAY('<', SERVER_13),
		     SAY('>', "\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x14"
			      "ffffffffffffffffffff"),
		     SAY('>', "\x17\x03\x03\0\x07request"),
		     SAY('<', "\x17\x03\x03\0\x06"
			      "answer"),
		     SAY('>', "\x17\x03\x03\0\x13"
			      "eeeeeeeeeeeeeeeeeee"),
		     {0}},
		"> ? 0-132 TLS ClientHello example.org TLS 1.3 h2 http/1.1\n"
		"> ? 132-144 TLS BY-TURNS\n"
		"> ! 144-168 TLS BY-TURNS OPEN\n"
		"< = 0-55 TLS ServerHello TLS 1.3 <- 0\n"
		"< = 55-66 TLS BY-TURNS <- 132\n");
}

static void tls_is_cut(void **state)
{
	(void)state;
	says((const struct turn[]){{'>', HELLO_13, 60, 41}, GAP('<', SERVER_13, 3000),
		     SAY('>', "\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x14"
			      "ffffffffffffffffffff\x17\x03\x03\0\x07request"),
		     SAY('<', "\x17\x03\x03\0\x06"
			      "answer"),
		     {0}},
		"> ? 0-132 TLS ClientHello…\n"
		"> ? 132-144 TLS BY-TURNS\n"
		"< = 0-3055 TLS ServerHello TLS 1.3 BY-TURNS <- 0\n"
		"< = 3055-3066 TLS BY-TURNS OPEN <- 132\n");
	says_later((const struct turn[]){SAY('<', "\x17\x03\x03\0\x01x"),
			   SAY('>', "\x17\x03\x03\0\x01y"), {0}},
		"> ! 0-6 OPEN\n"
		"< ! 0-6 BY-TURNS\n");
}

static void ssh_has_banners(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('<', "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
		     SAY('>', "SSH-2.0-me\r\n"), SAY('>', "\0\0\x01kex"), SAY('<', "\0\0\x01kex"),
		     {0}},
		"> ! 0-12 SSH SSH-2.0-me\n"
		"> ? 12-18 SSH BY-TURNS\n"
		"< ! 0-32 SSH SSH-2.0-OpenSSH_9.2p1 Debian-2\n"
		"< = 32-38 SSH BY-TURNS OPEN <- 12\n");
	says((const struct turn[]){SAY('<', "SSH-2.0-a\r\n\0\0\x01kex"),
		     SAY('>', "SSH-2.0-me\n\0\0\x01kex"), SAY('<', "more"), {0}},
		"> ! 0-11 SSH SSH-2.0-me\n"
		"> ? 11-17 SSH BY-TURNS\n"
		"< ! 0-11 SSH SSH-2.0-a\n"
		"< ! 11-17 SSH BY-TURNS\n"
		"< = 17-21 SSH BY-TURNS OPEN <- 11\n");
	says((const struct turn[]){SAY('<', "SSH-2.0\0\r\n"), SAY('>', "SSH-x\r\n"), {0}},
		"> ? 0-7 OPEN\n"
		"< ! 0-10 BY-TURNS\n");
}

static void http2_has_a_preface(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
		     SAY('<', "\0\0\0\x04\0\0\0\0\0"), SAY('>', "\0\0\x01\x01"), {0}},
		"> ! 0-24 HTTP/2 preface\n"
		"> ? 24-33 HTTP/2 BY-TURNS\n"
		"> ? 33-37 HTTP/2 BY-TURNS OPEN\n"
		"< = 0-9 HTTP/2 BY-TURNS <- 24\n");
	says((const struct turn[]){SAY('>', "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"), SAY('<', "\x01"),
		     {0}},
		"> ? 0-24 BY-TURNS\n"
		"< = 0-1 OPEN <- 0\n");
}

static void redis_commands_have_answers(void **state)
{
	(void)state;
	says(
		(const struct turn[]){
			SAY('>', "*3\r\n$3\r\nset\r\n$3\r\nkey\r\n$9\r\nval\r\n*1\r\n\r\n"),
			SAY('<', "+OK\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"),
			SAY('<', "$3\r\nval\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$2\r\nno\r\n"),
			SAY('<', "$-1\r\n"),
			SAY('>', "*4\r\n$6\r\nLRANGE\r\n$1\r\nl\r\n$1\r\n0\r\n$2\r\n-1\r\n"),
			SAY('<', "*2\r\n$1\r\na\r\n*2\r\n:1\r\n$0\r\n\r\n"),
			SAY('>', "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"),
			SAY('<', "-WRONGPASS invalid\r\n"),
			SAY('>', "*2\r\n$10\r\nMY.COMMAND\r\n$2\r\n\0\xff\r\n"),
			SAY('<', ":12\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$0\r\n\r\n"),
			SAY('<', "*0\r\n"), {0}},
		"> ? 0-37 Redis SET key\n"
		"> ? 37-59 Redis GET key\n"
		"> ? 59-80 Redis GET no\n"
		"> ? 80-118 Redis LRANGE l\n"
		"> ? 118-144 Redis AUTH\n"
		"> ? 144-173 Redis MY.COMMAND \\x00\\xff\n"
		"> ? 173-192 Redis GET\n"
		"< = 0-5 Redis OK <- 0\n"
		"< = 5-14 Redis 3 bytes <- 37\n"
		"< = 14-19 Redis nil <- 59\n"
		"< = 19-44 Redis 2 elements <- 80\n"
		"< = 44-64 Redis WRONGPASS invalid FAILED <- 118\n"
		"< = 64-69 Redis 12 <- 144\n"
		"< = 69-73 Redis 0 elements <- 173\n");
	says((const struct turn[]){SAY('>', "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"),
		     SAY('<', "%1\r\n$5\r\nproto\r\n:3\r\n"),
		     SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\nx\r\n"), SAY('<', "_\r\n"),
		     SAY('>', "*2\r\n$6\r\nEXISTS\r\n$1\r\nx\r\n"), SAY('<', "#t\r\n"),
		     SAY('>', "*3\r\n$6\r\nZSCORE\r\n$1\r\nx\r\n$1\r\ny\r\n"), SAY('<', ",1.5\r\n"),
		     SAY('>', "*2\r\n$8\r\nSMEMBERS\r\n$1\r\nx\r\n"),
		     SAY('<', "|1\r\n+a\r\n+b\r\n~2\r\n(123\r\n=7\r\ntxt:abc\r\n"),
		     SAY('>', "*1\r\n$1\r\nX\r\n"), SAY('<', "!5\r\nERR x\r\n"), {0}},
		"> ? 0-22 Redis HELLO 3\n"
		"> ? 22-42 Redis GET x\n"
		"> ? 42-65 Redis EXISTS x\n"
		"> ? 65-95 Redis ZSCORE x\n"
		"> ? 95-120 Redis SMEMBERS x\n"
		"> ? 120-131 Redis X\n"
		"< = 0-19 Redis 1 pair <- 0\n"
		"< = 19-22 Redis nil <- 22\n"
		"< = 22-26 Redis true <- 42\n"
		"< = 26-32 Redis 1.5 <- 65\n"
		"< = 32-67 Redis 1 element <- 95\n"
		"< = 67-78 Redis 5 bytes FAILED <- 120\n");
}

static void redis_is_pipelined(void **state)
{
	(void)state;
	says(
		(const struct turn[]){
			SAY('>',
				"*2\r\n$4\r\nINCR\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*1\r\n$4\r\nPING\r\n"),
			SAY('<', ":1\r\n$1\r\nx\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\nc\r\n"),
			SAY('<', "+PONG\r\n-ERR no\r\n"), {0}},
		"> ? 0-21 Redis INCR a\n"
		"> ? 21-41 Redis GET b\n"
		"> ? 41-55 Redis PING\n"
		"> ? 55-75 Redis GET c\n"
		"< = 0-4 Redis 1 <- 0\n"
		"< = 4-11 Redis 1 byte <- 21\n"
		"< = 11-18 Redis PONG <- 41\n"
		"< = 18-27 Redis ERR no FAILED <- 55\n");
}

static void redis_pushes_are_no_answers(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n"),
		     SAY('<',
			     "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"),
		     SAY('<', "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"),
		     SAY('>', "*1\r\n$4\r\nPING\r\n"),
		     SAY('<',
			     "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"),
		     SAY('>', "*1\r\n$11\r\nUNSUBSCRIBE\r\n"),
		     SAY('<',
			     "*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:0\r\n"),
		     {0}},
		"> ? 0-33 Redis SUBSCRIBE a\n"
		"> ? 33-47 Redis PING\n"
		"> ? 47-69 Redis UNSUBSCRIBE\n"
		"< = 0-60 Redis subscribe <- 0\n"
		"< ! 60-92 Redis message\n"
		"< ! 92-124 Redis message\n"
		"< = 124-144 Redis 2 elements <- 33\n"
		"< = 144-177 Redis unsubscribe <- 47\n"
		"< ! 177-210 Redis unsubscribe\n");
	says((const struct turn[]){SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
		     SAY('<', ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n$1\r\nx\r\n"),
		     SAY('>', "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n"),
		     SAY('<', ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"),
		     SAY('>', "*1\r\n$7\r\nMONITOR\r\n"),
		     SAY('<', "+OK\r\n+1339518083.107412 [0 127.0.0.1:60866] \"keys\"\r\n"),
		     SAY('>', "*1\r\n$4\r\nPING\r\n"),
		     SAY('<', "+1339518083.2 [0 x] \"ping\"\r\n+PONG\r\n"), {0}},
		"> ? 0-20 Redis GET a\n"
		"> ? 20-46 Redis SUBSCRIBE a\n"
		"> ? 46-63 Redis MONITOR\n"
		"> ? 63-77 Redis PING\n"
		"< ! 0-32 Redis invalidate\n"
		"< = 32-39 Redis 1 byte <- 0\n"
		"< = 39-69 Redis subscribe <- 20\n"
		"< = 69-74 Redis OK <- 46\n"
		"< ! 74-121 Redis 1339518083.107412 [0 127.0.0.1:60866] \"keys\"\n"
		"< ! 121-149 Redis 1339518083.2 [0 x] \"ping\"\n"
		"< = 149-156 Redis PONG <- 63\n");
	says(
		(const struct turn[]){
			SAY('>',
				"*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
			SAY('<', "$1\r\n1\r\n"),
			SAY('>',
				"*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n2\r\n*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n*1\r\n$4\r\nPING\r\n"),
			SAY('<', "+OK\r\n+PONG\r\n"), {0}},
		"> ! 0-37 Redis CLIENT REPLY\n"
		"> ! 37-64 Redis SET a\n"
		"> ? 64-84 Redis GET a\n"
		"> ! 84-120 Redis CLIENT REPLY\n"
		"> ! 120-147 Redis SET a\n"
		"> ? 147-182 Redis CLIENT REPLY\n"
		"> ? 182-196 Redis PING\n"
		"< = 0-7 Redis 1 byte <- 64\n"
		"< = 7-12 Redis OK <- 147\n"
		"< = 12-19 Redis PONG <- 182\n");
	says((const struct turn[]){SAY('>', "*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n"),
		     SAY('<', "\n\n+FULLRESYNC x 0\r\n$5\r\nREDIS"),
		     SAY('<', "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"),
		     SAY('>', "*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n1\r\n"), {0}},
		"> ? 0-30 Redis PSYNC ?\n"
		"> ? 30-64 Redis BY-TURNS OPEN\n"
		"< = 2-19 Redis FULLRESYNC x 0 <- 0\n"
		"< ! 19-55 Redis BY-TURNS\n");
}

static void redis_lists_are_no_pushes(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "*2\r\n$8\r\nSMEMBERS\r\n$1\r\na\r\n"),
		     SAY('<', "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n"), {0}},
		"> ? 0-25 Redis SMEMBERS a\n< = 0-31 Redis 3 elements <- 0\n");
}

/* What a value is is seen at its second line; what is wrong with it then, behind it. */
static void redis_is_lost_behind_a_push(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n"),
		     SAY('<', "*3\r\n$7\r\nmessage\r\n$x\r\n"), SAY('>', "more"), {0}},
		"> ? 0-26 Redis SUBSCRIBE a\n"
		"> ? 26-30 OPEN\n"
		"< untold 0-0 Redis <- 0\n"
		"< ! 0-21 Redis message BY-TURNS\n");
}

static void redis_has_commands_in_lines(void **state)
{
	(void)state;
	says((const struct turn[]){SAY('>', "PING\r\n"), SAY('<', "+PONG\r\n"),
		     SAY('>', "set key  value\r\n\r\n"), SAY('<', "+OK\r\n"),
		     SAY('>', "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"), {0}},
		"> ? 0-6 Redis PING\n"
		"> ? 6-22 Redis SET key\n"
		"> ? 24-46 Redis GET key\n"
		"< = 0-7 Redis PONG <- 0\n"
		"< = 7-12 Redis OK <- 6\n");
	says((const struct turn[]){SAY('>', "GET key\r\n"), SAY('<', "END\r\n"), {0}},
		"> ? 0-9 BY-TURNS\n"
		"< = 0-5 OPEN <- 0\n");
	says((const struct turn[]){SAY('<', "+OK POP3 ready\r\n"), SAY('>', "AUTH PLAIN\r\n"),
		     SAY('<', "+OK\r\n"), {0}},
		"> ? 0-12 BY-TURNS\n"
		"< ! 0-16 BY-TURNS\n"
		"< = 16-21 OPEN <- 0\n");
	says((const struct turn[]){SAY('>', "howdy\r\n"), SAY('<', "+OK\r\n"), {0}},
		"> ? 0-7 BY-TURNS\n"
		"< = 0-5 OPEN <- 0\n");
}

static void redis_is_cut(void **state)
{
	(void)state;
	says((const struct turn[]){GAP('>', "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nabc", 99),
		     SAY('<', "+OK\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"),
		     GAP('<', "$100\r\nab", 100), SAY('>', "*1\r\n$4\r\nPING\r\n"), {0}},
		"> ? 0-128 Redis SET k\n"
		"> ? 128-148 Redis GET k\n"
		"> ? 148-162 Redis PING\n"
		"< = 0-5 Redis OK <- 0\n"
		"< = 5-113 Redis 100 bytes <- 128\n");
	says((const struct turn[]){GAP('>', "*5\r\n$4\r\nMSET\r\n$1\r\na\r\n$1\r\nb\r\n$", 20),
		     SAY('<', "+OK\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
		     SAY('<', "$1\r\nb\r\n"), {0}},
		"> ? 0-49 Redis MSET a BY-TURNS\n"
		"> ? 49-69 Redis GET a\n"
		"< = 0-5 Redis OK <- 0\n"
		"< = 5-12 Redis 1 byte <- 49\n");
	says((const struct turn[]){GAP('>', "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$", 200),
		     SAY('<', "+OK\r\n+OK\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
		     SAY('<', "+OK\r\n"), {0}},
		"> ? 0-221 Redis SET k BY-TURNS\n"
		"> ? 221-241 BY-TURNS\n"
		"< = 0-5 Redis OK <- 0\n"
		"< ! 5-10 BY-TURNS\n"
		"< = 10-15 OPEN <- 221\n");
	says((const struct turn[]){GAP('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nG", 200),
		     SAY('<', "+OK\r\n"), SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n"),
		     SAY('<', "+OK\r\n+OK\r\n"), {0}},
		"> ? 0-20 Redis GET a\n"
		"> ? 20-229 Redis G… BY-TURNS\n"
		"> ? 229-249 BY-TURNS\n"
		"< untold 0-0 Redis <- 0\n"
		"< untold 0-0 Redis <- 20\n"
		"< ! 0-5 BY-TURNS\n"
		"< = 5-15 OPEN <- 229\n");
}

static void redis_is_heard_from_later_on(void **state)
{
	(void)state;
	says_later(
		(const struct turn[]){SAY('<', "$1\r\nx\r\n"),
			SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"), SAY('<', "$1\r\na\r\n"), {0}},
		"> ? 0-20 Redis GET a\n"
		"< ! 0-7 BY-TURNS\n"
		"< = 7-14 Redis 1 byte <- 0\n");
	says_later((const struct turn[]){SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
			   SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n"),
			   SAY('<', "$1\r\n0\r\n$1\r\na\r\n$1\r\nb\r\n"), {0}},
		"> ? 0-20 Redis GET a\n"
		"> ? 20-40 BY-TURNS\n"
		"< untold 0-0 Redis <- 0\n"
		"< = 0-21 OPEN <- 20\n");
	says_later(
		(const struct turn[]){SAY('<', "*2\r\n$3\r\nfoo\r\n$3\r\nbar\r\n"),
			SAY('>', "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"), SAY('<', "$1\r\na\r\n"), {0}},
		"> ? 0-20 Redis GET a\n"
		"< ! 0-22 BY-TURNS\n"
		"< = 22-29 Redis 1 byte <- 0\n");
}

static void dns_over_tcp_is_paired_by_id(void **state)
{
	(void)state;
	says((const struct
		     turn[]){SAY('>',
				     "\0\x1d\0\x01\x01\0\0\x01\0\0\0\0\0\0\x07"
				     "example\x03org\0\0\x01\0\x01\0\x1d\0\x02\x01\0\0\x01\0\0\0\0\0\0\x07"
				     "example\x03org\0\0\x1c\0\x01"),
		     SAY('<',
			     "\0\x1d\0\x02\x81\x80\0\x01\0\0\0\0\0\0\x07"
			     "example\x03org\0\0\x1c\0\x01\0-\0\x01\x81\x80\0\x01\0\x01\0\0\0\0\x07"
			     "Example\x03ORG\0\0\x01\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x01\0\x04"
			     "abcd"),
		     SAY('>', "\0\x1c\0\x03\x01\0\0\x01\0\0\0\0\0\0\x02no\x07"
			      "example\0\0\x10\0\x01"),
		     SAY('<', "\0\x1c\0\x03\x81\x83\0\x01\0\0\0\0\0\0\x02no\x07"
			      "example\0\0\x10\0\x01"),
		     SAY('>', "\0\x13\0\x04\x01\0\0\x01\0\0\0\0\0\0\x01x\0\0\xfc\0\x01"),
		     SAY('<',
			     "\0#\0\x04\x84\0\0\x01\0\x01\0\0\0\0\x01x\0\0\xfc\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x01\0\x04"
			     "abcd"),
		     SAY('<',
			     "\0#\0\x04\x84\0\0\x01\0\x01\0\0\0\0\x01x\0\0\xfc\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x01\0\x04"
			     "abcd"),
		     SAY('>', "\0\x16\0\x05\x01\0\0\x01\0\0\0\0\0\0\x04lost\0\0\x01\0\x01"),
		     SAY('<', "\0\x01"), {0}},
		"> ? 0-31 DNS A example.org\n"
		"> ? 31-62 DNS AAAA example.org\n"
		"> ? 62-92 DNS TXT no.example\n"
		"> ? 92-113 DNS AXFR x\n"
		"> ? 113-137 DNS A lost\n"
		"< untold 0-0 DNS <- 113\n"
		"< = 0-31 DNS NOERROR, 0 answers <- 31\n"
		"< = 31-78 DNS NOERROR, 1 answer <- 0\n"
		"< = 78-108 DNS NXDOMAIN, 0 answers FAILED <- 62\n"
		"< = 108-182 DNS NOERROR, 1 answer <- 92\n"
		"< ! 182-184 OPEN\n");
	says((const struct turn[]){SAY('>', "\0\x1d\x12"
					    "4\x01\0\0\x02xxxxxxxxxxxxxxxxxxxxxxx"),
		     SAY('<', "\0"), {0}},
		"> ? 0-31 BY-TURNS\n"
		"< = 0-1 OPEN <- 0\n");
}

/* --- datagrams --- */

/* `text` is what is told of it: the protocol, the role, its name. */
static struct packet packet_of(
	const void *bytes, size_t known, size_t length, uint16_t port, const char *text)
{
	static const char *const roles[] = {"?", "~", "=", "!"};
	struct packet packet;
	char told[2 * MESSAGE_NAME_SIZE];

	if (!protocol_packet(&packet, bytes, known, length, port)) {
		assert_string_equal(text, "");
		return packet;
	}
	snprintf(told, sizeof(told), "%s %s %s%s", protocol_name(packet.protocol),
		roles[packet.role], packet.name, packet.has_failed ? " FAILED" : "");
	assert_string_equal(told, text);
	return packet;
}

#define PACKET(bytes, port, text) packet_of(bytes, sizeof(bytes) - 1, sizeof(bytes) - 1, port, text)

static void lookups_are_paired(void **state)
{
	struct packet question, retry, other, answer;

	(void)state;
	question = PACKET(
		"\0\1\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1", 53, "DNS ? A example.org");
	retry = PACKET(
		"\0\2\1\0\0\1\0\0\0\0\0\0\7Example\3org\0\0\1\0\1", 53, "DNS ? A Example.org");
	other = PACKET(
		"\0\1\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\x1c\0\1", 53, "DNS ? AAAA example.org");
	answer = PACKET("\0\1\x81\x80\0\1\0\1\0\0\0\0\7EXAMPLE\3org\0\0\1\0\1"
			"\xc0\x0c\0\1\0\1\0\0\0\1\0\4abcd",
		53, "DNS = NOERROR, 1 answer");
	assert_true(question.pair == answer.pair && question.lookup == answer.lookup);
	assert_true(question.pair != retry.pair && question.lookup == retry.lookup);
	assert_true(question.pair != other.pair && question.lookup != other.lookup);
	PACKET("\0\1\x83\x82\0\1\0\0\0\0\0\0\1x\0\0\1\0\1", 53,
		"DNS = SERVFAIL, 0 answers, truncated FAILED");
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\1\0\0\2\0\1\0\0\x29\4\xd0\0\0\0\0\0\0", 0, "DNS ? NS .");
	/* Only the beginning is there. */
	packet_of("\0\1\1\0\0\1\0\0\0\0\0\0\7example\3org", 24, 29, 53, "DNS ? example.org…");
}

static void multicast_is_not_paired(void **state)
{
	(void)state;
	PACKET("\0\0\0\0\0\2\0\0\0\0\0\0\4_ipp\4_tcp\5local\0\0\x0c\0\1\1x\0\0\1\x80\1", 5353,
		"mDNS ! PTR _ipp._tcp.local and 1 more");
	PACKET("\0\0\x84\0\0\0\0\1\0\0\0\0\1x\5local\0\0\1\x80\1\0\0\0\1\0\4abcd", 5353,
		"mDNS ! NOERROR, 1 answer");
	/* A program that is no responder asks for an answer to itself. */
	PACKET("\0\1\0\0\0\1\0\0\0\0\0\0\1x\5local\0\0\1\0\1", 5353, "mDNS ? A x.local");
}

#define LABEL  \
	"\x3f" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void datagrams_are_nothing_else(void **state)
{
	(void)state;
	PACKET("", 53, "");
	PACKET("hello, world, this is no name server's", 53, "");
	/* NTP, a reserved bit, no class, bytes behind the question, a label that is too long. */
	PACKET("\x23\2\6\xe8\0\0\3\x58\0\0\4\x27\xc0\xa8\1\1\xe1\x59\x31\x4d\0\0\0\0\0\0\0\0", 123,
		"");
	PACKET("\0\1\1\x40\0\1\0\0\0\0\0\0\1x\0\0\1\0\1", 53, "");
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\0\1x\0\0\1\0\x63", 53, "");
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\0\1x\0\0\1\0\1more", 53, "");
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\0\x40x\0\0\1\0\1", 53, "");
	/* A pointer to itself, and a name that is longer than names may be. */
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1", 53, "");
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\0" LABEL LABEL LABEL LABEL LABEL "\0\0\1\0\1", 53, "");
	/* Elsewhere names are text. */
	PACKET("\0\1\1\0\0\1\0\0\0\0\0\0\1\1\0\0\1\0\1", 999, "");
}

/* --- any bytes --- */

#define MEGABYTES_OF_RANDOM_BYTES 10

/* Some of them look like the beginnings of messages. */
static void random_bytes_are_bytes_alone(void **state)
{
	static const char *const beginnings[] = {"", "*1\r\n$4\r\n", "\x16\x03\x01\x01\x40\x01",
		"SSH-", "HTTP/1.1 ", "GET ", "Q", "PRI * ", "+", "$3\r\n"};
	unsigned int seed = 1;
	size_t left = (size_t)MEGABYTES_OF_RANDOM_BYTES << 20;
	unsigned char *bytes = xcalloc(1, left);

	(void)state;
	for (size_t i = 0; i < left; i++)
		bytes[i] = (unsigned char)(rand_r(&seed) >> 7);
	while (left > 0) {
		struct dialogue dialogue;
		struct packet packet;
		dialogue_begin(&dialogue, (enum speaker)(rand_r(&seed) % 3), rand_r(&seed) % 2);
		for (int turn = 0; turn < 40 && left > 0; turn++) {
			size_t length = 1 + (size_t)rand_r(&seed) % 2000;
			const char *beginning = beginnings[(size_t)rand_r(&seed) % 10];
			enum speaker speaker = (enum speaker)(rand_r(&seed) % 2);
			length = length < left ? length : left;
			if (*beginning)
				dialogue_say(&dialogue, speaker, beginning, strlen(beginning),
					strlen(beginning));
			dialogue_say(&dialogue, speaker, bytes + left - length, length,
				length + (rand_r(&seed) % 8 ? 0 : (size_t)rand_r(&seed)));
			assert_false(protocol_packet(
				&packet, bytes + left - length, length, length, 53));
			left -= length;
		}
		dialogue_end(&dialogue);
		if (dialogue.wrong)
			fail_msg("%s", dialogue.wrong);
		for (size_t i = 0; i < dialogue.count; i++)
			assert_string_equal(dialogue.told[i].name, "");
		dialogue_free(&dialogue);
	}
	free(bytes);
}

/* As many questions wait as there may be, and no time is lost with them. */
static void many_questions_wait(void **state)
{
	enum { COUNT = 300000 };
	struct dialogue dialogue;

	(void)state;
	dialogue_begin(&dialogue, SPEAKER_SELF, true);
	for (int i = 0; i < COUNT; i++)
		dialogue_say(&dialogue, SPEAKER_SELF, "*1\r\n$4\r\nPING\r\n", 14, 14);
	for (int i = 0; i < COUNT; i++)
		dialogue_say(&dialogue, SPEAKER_PEER, "+PONG\r\n", 7, 7);
	dialogue_end(&dialogue);
	assert_null(dialogue.wrong);
	assert_int_equal(dialogue.exchanges, COUNT);
	assert_int_equal(dialogue.count, 2 * COUNT);
	dialogue_free(&dialogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_are_questions_and_answers),
		cmocka_unit_test(http_messages_have_their_lengths),
		cmocka_unit_test(http_answers_without_bodies),
		cmocka_unit_test(http_is_pipelined),
		cmocka_unit_test(http_continues),
		cmocka_unit_test(http_ends_with_its_connection),
		cmocka_unit_test(http_carries_other_protocols),
		cmocka_unit_test(http_is_cut_in_its_head),
		cmocka_unit_test(http_is_heard_from_later_on),
		cmocka_unit_test(http_is_nothing_else),
		cmocka_unit_test(postgresql_starts),
		cmocka_unit_test(postgresql_queries_are_questions),
		cmocka_unit_test(postgresql_statements_are_prepared),
		cmocka_unit_test(postgresql_is_pipelined),
		cmocka_unit_test(postgresql_copies),
		cmocka_unit_test(postgresql_is_cut),
		cmocka_unit_test(postgresql_goes_on_behind_a_cut),
		cmocka_unit_test(postgresql_replicates),
		cmocka_unit_test(postgresql_is_heard_from_later_on),
		cmocka_unit_test(tls_handshakes_are_exchanges),
		cmocka_unit_test(tls_says_what_is_wrong),
		cmocka_unit_test(tls_alert_at_the_end_is_no_question),
		cmocka_unit_test(tls_is_cut),
		cmocka_unit_test(ssh_has_banners),
		cmocka_unit_test(http2_has_a_preface),
		cmocka_unit_test(redis_commands_have_answers),
		cmocka_unit_test(redis_is_pipelined),
		cmocka_unit_test(redis_pushes_are_no_answers),
		cmocka_unit_test(redis_lists_are_no_pushes),
		cmocka_unit_test(redis_is_lost_behind_a_push),
		cmocka_unit_test(redis_has_commands_in_lines),
		cmocka_unit_test(redis_is_cut),
		cmocka_unit_test(redis_is_heard_from_later_on),
		cmocka_unit_test(dns_over_tcp_is_paired_by_id),
		cmocka_unit_test(lookups_are_paired),
		cmocka_unit_test(multicast_is_not_paired),
		cmocka_unit_test(datagrams_are_nothing_else),
		cmocka_unit_test(random_bytes_are_bytes_alone),
		cmocka_unit_test(many_questions_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
