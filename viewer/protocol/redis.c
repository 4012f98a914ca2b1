/* SPDX-License-Identifier: MIT */
/*
 * Redis: RESP2 and RESP3, https://redis.io/docs/latest/develop/reference/protocol-spec/.
 *
 * Commands are arrays of bulk strings, or lines; each has one answer, in their order, but for what
 * subscribers get, and for CLIENT REPLY.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "viewer/protocol/decoders.h"
#include "viewer/protocol/name.h"

enum resp_unit {
	UNIT_VALUE, /* a line: a value, or what announces one; a command */
	UNIT_DATA,  /* of a bulk string */
	UNIT_END,   /* the end of its line */
};

/* What a command says of its answers. */
enum redis_note {
	NOTE_ONE = 0,
	NOTE_STREAM = 1,     /* behind the answer, or instead of it, comes anything */
	NOTE_CONFIRMED = 16, /* and how many confirmations */
};

enum silence {
	SILENCE_NONE,
	SILENCE_ONCE,
	SILENCE_ALWAYS,
};

/* A command's words, as far as they say what it is. */
#define WORDS     3
#define WORD_SIZE 64

struct resp_voice {
	enum resp_unit kind, passing; /* of the next unit, and of the one that passes */
	bool is_resumed;
	uint64_t left;    /* values of the message that have not passed */
	uint64_t length;  /* of the bulk string */
	bool is_nothing;  /* the unit that passes belongs to no message */
	bool ends_stream; /* what comes behind the message is anything */
};

struct redis {
	struct resp_voice voices[2];
	uint64_t count;                   /* of words in the command */
	uint64_t at;                      /* which of them is next */
	char words[WORDS][WORD_SIZE + 1]; /* the first ones of the command */
	enum silence silence;
	bool is_monitor, has_subscribed, was_cut;
};

/* Above these, it is not Redis. */
#define MOST_VALUES ((uint64_t)1 << 31)
#define LONGEST     ((uint64_t)1 << 60)

/* Values in values would be counted beyond what can be. */
#define MOST_LEFT ((uint64_t)1 << 62)

static const char *const commands[] = {
	"ACL",
	"APPEND",
	"ASKING",
	"AUTH",
	"BGREWRITEAOF",
	"BGSAVE",
	"BITCOUNT",
	"BITFIELD",
	"BITFIELD_RO",
	"BITOP",
	"BITPOS",
	"BLMOVE",
	"BLMPOP",
	"BLPOP",
	"BRPOP",
	"BRPOPLPUSH",
	"BZMPOP",
	"BZPOPMAX",
	"BZPOPMIN",
	"CLIENT",
	"CLUSTER",
	"COMMAND",
	"CONFIG",
	"COPY",
	"DBSIZE",
	"DEBUG",
	"DECR",
	"DECRBY",
	"DEL",
	"DISCARD",
	"DUMP",
	"ECHO",
	"EVAL",
	"EVALSHA",
	"EVALSHA_RO",
	"EVAL_RO",
	"EXEC",
	"EXISTS",
	"EXPIRE",
	"EXPIREAT",
	"EXPIRETIME",
	"FAILOVER",
	"FCALL",
	"FCALL_RO",
	"FLUSHALL",
	"FLUSHDB",
	"FUNCTION",
	"GEOADD",
	"GEODIST",
	"GEOHASH",
	"GEOPOS",
	"GEORADIUS",
	"GEORADIUSBYMEMBER",
	"GEORADIUSBYMEMBER_RO",
	"GEORADIUS_RO",
	"GEOSEARCH",
	"GEOSEARCHSTORE",
	"GET",
	"GETBIT",
	"GETDEL",
	"GETEX",
	"GETRANGE",
	"GETSET",
	"HDEL",
	"HELLO",
	"HEXISTS",
	"HEXPIRE",
	"HGET",
	"HGETALL",
	"HINCRBY",
	"HINCRBYFLOAT",
	"HKEYS",
	"HLEN",
	"HMGET",
	"HMSET",
	"HPERSIST",
	"HPEXPIRE",
	"HRANDFIELD",
	"HSCAN",
	"HSET",
	"HSETNX",
	"HSTRLEN",
	"HTTL",
	"HVALS",
	"INCR",
	"INCRBY",
	"INCRBYFLOAT",
	"INFO",
	"KEYS",
	"LASTSAVE",
	"LATENCY",
	"LCS",
	"LINDEX",
	"LINSERT",
	"LLEN",
	"LMOVE",
	"LMPOP",
	"LOLWUT",
	"LPOP",
	"LPOS",
	"LPUSH",
	"LPUSHX",
	"LRANGE",
	"LREM",
	"LSET",
	"LTRIM",
	"MEMORY",
	"MGET",
	"MIGRATE",
	"MODULE",
	"MONITOR",
	"MOVE",
	"MSET",
	"MSETNX",
	"MULTI",
	"OBJECT",
	"PERSIST",
	"PEXPIRE",
	"PEXPIREAT",
	"PEXPIRETIME",
	"PFADD",
	"PFCOUNT",
	"PFMERGE",
	"PING",
	"PSETEX",
	"PSUBSCRIBE",
	"PSYNC",
	"PTTL",
	"PUBLISH",
	"PUBSUB",
	"PUNSUBSCRIBE",
	"QUIT",
	"RANDOMKEY",
	"READONLY",
	"READWRITE",
	"RENAME",
	"RENAMENX",
	"REPLCONF",
	"REPLICAOF",
	"RESET",
	"RESTORE",
	"ROLE",
	"RPOP",
	"RPOPLPUSH",
	"RPUSH",
	"RPUSHX",
	"SADD",
	"SAVE",
	"SCAN",
	"SCARD",
	"SCRIPT",
	"SDIFF",
	"SDIFFSTORE",
	"SELECT",
	"SET",
	"SETBIT",
	"SETEX",
	"SETNX",
	"SETRANGE",
	"SHUTDOWN",
	"SINTER",
	"SINTERCARD",
	"SINTERSTORE",
	"SISMEMBER",
	"SLAVEOF",
	"SLOWLOG",
	"SMEMBERS",
	"SMISMEMBER",
	"SMOVE",
	"SORT",
	"SORT_RO",
	"SPOP",
	"SPUBLISH",
	"SRANDMEMBER",
	"SREM",
	"SSCAN",
	"SSUBSCRIBE",
	"STRLEN",
	"SUBSCRIBE",
	"SUBSTR",
	"SUNION",
	"SUNIONSTORE",
	"SUNSUBSCRIBE",
	"SWAPDB",
	"SYNC",
	"TIME",
	"TOUCH",
	"TTL",
	"TYPE",
	"UNLINK",
	"UNSUBSCRIBE",
	"UNWATCH",
	"WAIT",
	"WAITAOF",
	"WATCH",
	"XACK",
	"XADD",
	"XAUTOCLAIM",
	"XCLAIM",
	"XDEL",
	"XGROUP",
	"XINFO",
	"XLEN",
	"XPENDING",
	"XRANGE",
	"XREAD",
	"XREADGROUP",
	"XREVRANGE",
	"XTRIM",
	"ZADD",
	"ZCARD",
	"ZCOUNT",
	"ZDIFF",
	"ZDIFFSTORE",
	"ZINCRBY",
	"ZINTER",
	"ZINTERCARD",
	"ZINTERSTORE",
	"ZLEXCOUNT",
	"ZMPOP",
	"ZMSCORE",
	"ZPOPMAX",
	"ZPOPMIN",
	"ZRANDMEMBER",
	"ZRANGE",
	"ZRANGEBYLEX",
	"ZRANGEBYSCORE",
	"ZRANGESTORE",
	"ZRANK",
	"ZREM",
	"ZREMRANGEBYLEX",
	"ZREMRANGEBYRANK",
	"ZREMRANGEBYSCORE",
	"ZREVRANGE",
	"ZREVRANGEBYLEX",
	"ZREVRANGEBYSCORE",
	"ZREVRANK",
	"ZSCAN",
	"ZSCORE",
	"ZUNION",
	"ZUNIONSTORE",
};

static struct resp_voice *voice_of(struct protocol_stream *stream, enum speaker speaker)
{
	return &((struct redis *)stream_state(stream))->voices[speaker];
}

static bool is_command(const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strlen(commands[i]) == count &&
			strncasecmp(commands[i], (const char *)bytes, count) == 0)
			return true;
	return false;
}

/* Modules have commands of their own. */
static bool may_be_command(const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isalnum(bytes[i]) && bytes[i] != '.' && bytes[i] != '_' && bytes[i] != '-' &&
			bytes[i] != '|')
			return false;
	return count > 0 && count <= WORD_SIZE && isalpha(bytes[0]);
}

/* The length of the line without its end, which is CR and LF. */
static enum verdict line_of(const unsigned char *bytes, size_t count, size_t *length)
{
	const unsigned char *end = memchr(bytes, '\n', count);

	if (!end)
		return VERDICT_PERHAPS;
	*length = (size_t)(end - bytes) - 1;
	return end > bytes && end[-1] == '\r' ? VERDICT_YES : VERDICT_NO;
}

/* A number behind the first byte of a line; -1 is said for what is not there. */
static bool read_count(const unsigned char *line, size_t length, uint64_t most, int64_t *number)
{
	uint64_t value = 0;

	*number = -1;
	if (length == 3 && line[1] == '-' && line[2] == '1')
		return true;
	for (size_t at = 1; at < length; at++) {
		if (!isdigit(line[at]) || value > most)
			return false;
		value = value * 10 + (line[at] - '0');
	}
	*number = (int64_t)value;
	return length > 1 && value <= most;
}

/* Of the line of a value; false: it is none. */
static bool is_value(const unsigned char *line, size_t length)
{
	int64_t number;

	switch (length > 0 ? line[0] : '\0') {
	case '+':
	case '-':
		return !memchr(line, '\r', length);
	case ':':
	case '(':
		for (size_t i = 1; i < length; i++)
			if (!isdigit(line[i]) &&
				!(i == 1 && length > 2 && (line[i] == '-' || line[i] == '+')))
				return false;
		return length > 1;
	case ',':
		for (size_t i = 1; i < length; i++)
			if (!isalnum(line[i]) && line[i] != '-' && line[i] != '+' && line[i] != '.')
				return false;
		return length > 1;
	case '_':
		return length == 1;
	case '#':
		return length == 2 && (line[1] == 't' || line[1] == 'f');
	case '$':
	case '!':
	case '=':
		return read_count(line, length, LONGEST, &number);
	case '*':
	case '%':
	case '~':
	case '>':
	case '|':
		return read_count(line, length, MOST_VALUES, &number);
	default:
		return false;
	}
}

/* --- what is spoken --- */

struct word {
	const unsigned char *bytes;
	size_t count;
};

/* A count with its type and the end of its line is not longer. */
#define LONGEST_COUNT 24

/* Takes the line of a count of that type from the front. */
static enum verdict take_count(
	struct word *rest, unsigned char type, uint64_t most, int64_t *number)
{
	size_t length;
	enum verdict verdict = rest->count > 0 && rest->bytes[0] != type
				       ? VERDICT_NO
				       : line_of(rest->bytes, rest->count, &length);

	if (verdict != VERDICT_YES)
		return rest->count > LONGEST_COUNT ? VERDICT_NO : verdict;
	if (length + 2 > LONGEST_COUNT || !read_count(rest->bytes, length, most, number) ||
		*number < 1)
		return VERDICT_NO;
	rest->bytes += length + 2;
	rest->count -= length + 2;
	return VERDICT_YES;
}

/* The first word of an array of bulk strings, as far as it is there. */
static enum verdict first_word(const unsigned char *bytes, size_t count, struct word *word)
{
	int64_t number, length;
	enum verdict verdict;

	*word = (struct word){bytes, count};
	if ((verdict = take_count(word, '*', MOST_VALUES, &number)) != VERDICT_YES ||
		(verdict = take_count(word, '$', WORD_SIZE, &length)) != VERDICT_YES)
		return verdict;
	verdict = word->count < (size_t)length ? VERDICT_PERHAPS : VERDICT_YES;
	word->count = verdict == VERDICT_YES ? (size_t)length : word->count;
	return word->count == 0 || may_be_command(word->bytes, word->count) ? verdict : VERDICT_NO;
}

/* A line that begins with a command. Its length is that without its end. */
static enum verdict inline_word(
	const unsigned char *bytes, size_t count, struct word *word, size_t *length)
{
	const unsigned char *end = memchr(bytes, '\n', count);
	size_t there = end ? (size_t)(end - bytes) : count, at = 0;

	if (end && there > 0 && bytes[there - 1] == '\r')
		there--;
	for (size_t i = 0; i < there; i++)
		if (bytes[i] < ' ' && bytes[i] != '\t' &&
			!(bytes[i] == '\r' && i + 1 == there && !end))
			return VERDICT_NO;
	while (at < there && bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '\r')
		at++;
	*word = (struct word){bytes, at};
	*length = there;
	if (!may_be_command(bytes, at > 0 ? at : count))
		return at == 0 && count == 0 ? VERDICT_PERHAPS : VERDICT_NO;
	if (end)
		return is_command(bytes, at) ? VERDICT_YES : VERDICT_NO;
	return VERDICT_PERHAPS;
}

/* Lines are known by their answer. */
static enum verdict recognise_inline(const struct opening *opening)
{
	enum speaker other = speaker_other(opening->first);
	const unsigned char *answer = opening->bytes[other];
	struct word word;
	size_t length;
	enum verdict verdict = inline_word(
		opening->bytes[opening->first], opening->count[opening->first], &word, &length);

	if (!opening->is_at_start || opening->asker == other)
		return VERDICT_NO;
	if (verdict != VERDICT_YES)
		return opening->is_cut[opening->first] ? VERDICT_NO : verdict;
	verdict = line_of(answer, opening->count[other], &length);
	if (verdict == VERDICT_YES)
		return is_value(answer, length) ? VERDICT_YES : VERDICT_NO;
	return opening->is_cut[other] ? VERDICT_NO : verdict;
}

static enum verdict recognise(const struct opening *opening, enum speaker *asker)
{
	enum speaker first = opening->first;
	struct word word;
	enum verdict verdict = first_word(opening->bytes[first], opening->count[first], &word);

	*asker = first;
	if (verdict == VERDICT_NO)
		return recognise_inline(opening);
	/* The answer to an unseen command may look like one. */
	if (opening->asker == speaker_other(first) ||
		(verdict == VERDICT_PERHAPS && opening->is_cut[first]))
		return VERDICT_NO;
	if (verdict == VERDICT_YES && !opening->is_at_start && !is_command(word.bytes, word.count))
		return VERDICT_NO;
	return verdict;
}

/* --- commands --- */

static bool word_is(const struct redis *redis, size_t at, const char *word)
{
	return redis->count > at && strcasecmp(redis->words[at], word) == 0;
}

static void set_word(struct redis *redis, uint64_t at, const unsigned char *bytes, size_t count)
{
	if (at >= WORDS)
		return;
	count = count < WORD_SIZE ? count : WORD_SIZE;
	memcpy(redis->words[at], bytes, count);
	redis->words[at][count] = '\0';
}

/* Secrets are no names. */
static bool tells_argument(const struct redis *redis)
{
	return !word_is(redis, 0, "AUTH");
}

/* The command's name as its first words come. */
static void name_word(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_all)
{
	struct redis *redis = stream_state(stream);

	set_word(redis, redis->at, bytes, count);
	if (redis->at > 1 || (redis->at == 1 && !tells_argument(redis)))
		return;
	struct name name = name_go_on(said_name(stream, speaker));
	if (redis->at == 0) {
		unsigned char upper[WORD_SIZE];
		count = count < WORD_SIZE ? count : WORD_SIZE;
		for (size_t i = 0; i < count; i++)
			upper[i] = (unsigned char)toupper(bytes[i]);
		name_bytes(&name, upper, count);
		if (!is_all)
			name_cut(&name);
		return;
	}
	name_format(&name, " ");
	name_bytes(&name, bytes, count);
	if (!is_all)
		name_cut(&name);
}

/* So many channels are subscribed to. */
static bool is_subscribing(const struct redis *redis)
{
	return word_is(redis, 0, "SUBSCRIBE") || word_is(redis, 0, "PSUBSCRIBE") ||
	       word_is(redis, 0, "SSUBSCRIBE") || word_is(redis, 0, "UNSUBSCRIBE") ||
	       word_is(redis, 0, "PUNSUBSCRIBE") || word_is(redis, 0, "SUNSUBSCRIBE");
}

static uint32_t note_of(const struct redis *redis)
{
	uint64_t most = UINT32_MAX - NOTE_CONFIRMED, channels = redis->count - 1;

	if (word_is(redis, 0, "PSYNC") || word_is(redis, 0, "SYNC"))
		return NOTE_STREAM;
	if (is_subscribing(redis))
		return NOTE_CONFIRMED +
		       (channels == 0 ? 1 : (uint32_t)(channels < most ? channels : most));
	return NOTE_ONE;
}

/* Whether the command gets no answer: CLIENT REPLY ON, OFF and SKIP. */
static bool is_silent(struct redis *redis)
{
	bool is_about_it = word_is(redis, 0, "CLIENT") && word_is(redis, 1, "REPLY");
	enum silence before = redis->silence;

	if (before == SILENCE_ONCE || (is_about_it && word_is(redis, 2, "ON")))
		redis->silence = SILENCE_NONE;
	if (is_about_it && word_is(redis, 2, "ON"))
		return false;
	if (is_about_it && word_is(redis, 2, "OFF"))
		redis->silence = SILENCE_ALWAYS;
	if (is_about_it && word_is(redis, 2, "SKIP") && before == SILENCE_NONE)
		redis->silence = SILENCE_ONCE;
	return before != SILENCE_NONE || redis->silence != SILENCE_NONE;
}

static void end_command(struct protocol_stream *stream, enum speaker speaker)
{
	struct redis *redis = stream_state(stream);

	redis->has_subscribed |= is_subscribing(redis);
	redis->is_monitor |= word_is(redis, 0, "MONITOR");
	if (is_silent(redis))
		said_unasking(stream, speaker);
	else
		said_note(stream, speaker, note_of(redis));
	say_end(stream, speaker);
}

/* The words of a line; quotes do not matter for the first ones that are looked at. */
static void read_inline(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *line, size_t length)
{
	struct redis *redis = stream_state(stream);

	for (size_t at = 0; at < length;) {
		size_t begin;
		while (at < length && (line[at] == ' ' || line[at] == '\t'))
			at++;
		begin = at;
		while (at < length && line[at] != ' ' && line[at] != '\t')
			at++;
		if (at == begin)
			break;
		redis->at = redis->count++;
		name_word(stream, speaker, line + begin, at - begin, true);
	}
}

static uint64_t unit_command(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct redis *redis = stream_state(stream);
	struct resp_voice *voice = voice_of(stream, speaker);
	size_t length;
	int64_t number = 0;
	struct word word;
	enum verdict verdict = line_of(bytes, count, &length);
	bool is_array = count > 0 && bytes[0] == '*';

	voice->is_nothing = false;
	if (is_array && (verdict == VERDICT_NO ||
				(verdict == VERDICT_PERHAPS ? count : length + 2) > LONGEST_COUNT))
		return NOT_SPOKEN;
	if (is_array && verdict == VERDICT_YES && !read_count(bytes, length, MOST_VALUES, &number))
		return NOT_SPOKEN;
	if (is_array && verdict == VERDICT_PERHAPS)
		return is_cut ? NOT_SPOKEN : MORE_NEEDED;
	/* An empty line, or an empty command, is none. */
	if (is_array ? number < 1 : count > 0 && (bytes[0] == '\r' || bytes[0] == '\n')) {
		voice->is_nothing = true;
		return is_array           ? length + 2
		       : bytes[0] == '\n' ? 1
		       : count == 1       ? MORE_NEEDED
		       : bytes[1] == '\n' ? 2
					  : NOT_SPOKEN;
	}
	if (voice->is_resumed && !is_array)
		return stream_overlaps(stream);
	if (stream_is_doubtful(stream))
		return stream_overlaps(stream);
	if (!is_array) {
		verdict = inline_word(bytes, count, &word, &length);
		if (verdict != VERDICT_YES)
			return verdict == VERDICT_PERHAPS ? MORE_NEEDED : NOT_SPOKEN;
	}
	say_question(stream, speaker, NOTE_ONE);
	voice->left = (uint64_t)number;
	redis->count = (uint64_t)number;
	redis->at = 0;
	memset(redis->words, 0, sizeof(redis->words));
	voice->is_resumed = false;
	if (is_array)
		return length + 2;
	read_inline(stream, speaker, bytes, length);
	return (uint64_t)((const unsigned char *)memchr(bytes, '\n', count) - bytes) + 1;
}

/* --- answers --- */

enum push {
	PUSH_NONE,
	PUSH_MESSAGE,
	PUSH_CONFIRMATION, /* of a subscription */
};

/* What subscribers get, by the number of elements and the first of them. */
static const struct push_word {
	const char *word;
	unsigned char elements;
	enum push push;
} push_words[] = {
	{"message", '3', PUSH_MESSAGE},
	{"pmessage", '4', PUSH_MESSAGE},
	{"smessage", '3', PUSH_MESSAGE},
	{"subscribe", '3', PUSH_CONFIRMATION},
	{"psubscribe", '3', PUSH_CONFIRMATION},
	{"ssubscribe", '3', PUSH_CONFIRMATION},
	{"unsubscribe", '3', PUSH_CONFIRMATION},
	{"punsubscribe", '3', PUSH_CONFIRMATION},
	{"sunsubscribe", '3', PUSH_CONFIRMATION},
};

/* Of an array of such a line, of which `word` is what follows; then it is its first element. */
static enum verdict push_of(
	const unsigned char *line, size_t length, struct word *word, enum push *push)
{
	int64_t count;
	enum verdict verdict = take_count(word, '$', WORD_SIZE, &count);

	*push = PUSH_NONE;
	if (verdict == VERDICT_YES && word->count < (size_t)count)
		verdict = VERDICT_PERHAPS;
	word->count = verdict == VERDICT_YES ? (size_t)count : 0;
	for (size_t i = 0; i < sizeof(push_words) / sizeof(*push_words); i++)
		if (length == 2 && line[1] == push_words[i].elements &&
			strlen(push_words[i].word) == word->count &&
			memcmp(push_words[i].word, word->bytes, word->count) == 0)
			*push = push_words[i].push;
	return verdict;
}

static void name_value(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *line, size_t length)
{
	struct name name = name_begin(said_name(stream, speaker));
	int64_t number = 0;

	switch (line[0]) {
	case '$':
	case '!':
	case '=':
	case '*':
	case '%':
	case '~':
	case '>':
	case '|':
		if (!read_count(line, length, LONGEST, &number) || number < 0)
			name_format(&name, "nil");
		else
			name_format(&name, "%lld %s%s", (long long)number,
				strchr("$!=", line[0]) ? "byte"
				: line[0] == '%'       ? "pair"
						       : "element",
				number == 1 ? "" : "s");
		break;
	case '_':
		name_format(&name, "nil");
		break;
	case '#':
		name_format(&name, line[1] == 't' ? "true" : "false");
		break;
	default:
		name_bytes(&name, line + 1, length - 1);
	}
	if (line[0] == '-' || line[0] == '!')
		said_failed(stream, speaker);
}

/* Begins the message of a value of which this is the line, and the beginning of what follows. */
static uint64_t begin_answer(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, size_t length, bool is_cut)
{
	struct redis *redis = stream_state(stream);
	struct resp_voice *voice = voice_of(stream, speaker);
	const struct asked *asked = stream_asked(stream);
	uint32_t note = asked ? asked->note : NOTE_ONE;
	bool is_push = bytes[0] == '>', is_notice;
	/* In RESP2 what is pushed is told from an answer by what it says, and by who gets it. */
	bool may_be_push = bytes[0] == '*' && length == 2 &&
			   (redis->has_subscribed || !stream_is_whole(stream));
	struct word word = {bytes + length + 2, count - length - 2};
	enum push push = PUSH_NONE;

	if ((is_push || may_be_push) && push_of(bytes, length, &word, &push) == VERDICT_PERHAPS &&
		!is_cut)
		return MORE_NEEDED;
	is_notice = push == PUSH_MESSAGE || (is_push && push == PUSH_NONE) ||
		    (push == PUSH_CONFIRMATION && note < NOTE_CONFIRMED) ||
		    (redis->is_monitor && bytes[0] == '+' && length > 1 && isdigit(bytes[1]));
	/* One that nobody is known to have asked for: it was asked for where bytes are missing. */
	if (!is_notice && !asked && redis->was_cut)
		return stream_overlaps(stream);
	voice->left = push == PUSH_CONFIRMATION && !is_notice ? note - NOTE_CONFIRMED : 1;
	voice->ends_stream = !is_notice && note == NOTE_STREAM;
	if (is_notice)
		say_notice(stream, speaker);
	else
		say_answer(stream, speaker);
	if (is_push || push != PUSH_NONE) {
		struct name name = name_begin(said_name(stream, speaker));
		name_bytes(&name, word.bytes, word.count);
	} else {
		name_value(stream, speaker, bytes, length);
	}
	return length + 2;
}

/* Of a value, of which this is the line, how many follow in it. */
static bool count_values(struct resp_voice *voice, const unsigned char *line, size_t length)
{
	int64_t number = 0;
	uint64_t count;

	voice->left--;
	if (!strchr("$!=*%~>|", line[0]) || !read_count(line, length, LONGEST, &number) ||
		number < 0)
		return true;
	count = (uint64_t)number;
	switch (line[0]) {
	case '$':
	case '!':
	case '=':
		voice->kind = count > 0 ? UNIT_DATA : UNIT_END;
		voice->length = count;
		return true;
	case '%':
		count *= 2;
		break;
	case '|': /* attributes, and then what has them */
		count = 2 * count + 1;
		break;
	}
	voice->left += count;
	return voice->left < MOST_LEFT;
}

static uint64_t unit_value(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct redis *redis = stream_state(stream);
	struct resp_voice *voice = voice_of(stream, speaker);
	bool is_question = speaker == stream_asker(stream), is_first = voice->left == 0;
	size_t length;
	enum verdict verdict;

	if (is_first && is_question)
		return unit_command(stream, speaker, bytes, count, is_cut);
	voice->is_nothing = false;
	if (is_first && !is_question && count > 0 && bytes[0] == '\n') {
		/* A server that prepares for a replica says that it is alive. */
		voice->is_nothing = true;
		return stream_asked(stream) && stream_asked(stream)->note == NOTE_STREAM
			       ? 1
			       : NOT_SPOKEN;
	}
	verdict = line_of(bytes, count, &length);
	if (verdict == VERDICT_PERHAPS && is_cut && !is_first)
		return stream_cut(stream, speaker);
	if (verdict == VERDICT_PERHAPS)
		return count > 0 && !strchr("+-:_#,($!=*%~>|", bytes[0] ? bytes[0] : ' ')
			       ? NOT_SPOKEN
		       : is_cut ? NOT_SPOKEN
				: MORE_NEEDED;
	if (verdict == VERDICT_NO || !is_value(bytes, length) || (is_question && bytes[0] != '$'))
		return voice->is_resumed ? stream_overlaps(stream) : NOT_SPOKEN;
	if (is_first) {
		uint64_t taken = begin_answer(stream, speaker, bytes, count, length, is_cut);
		if (taken == MORE_NEEDED || taken == NOT_SPOKEN)
			return taken;
	}
	voice->is_resumed = false;
	if (!count_values(voice, bytes, length))
		return NOT_SPOKEN;
	/* A word that is empty. */
	if (is_question && voice->kind == UNIT_END)
		redis->at++;
	return length + 2;
}

/* The data of a bulk string, of which a command's first words are looked at. */
static uint64_t unit_data(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	const struct redis *redis = stream_state(stream);
	const struct resp_voice *voice = voice_of(stream, speaker);
	size_t wanted = voice->length < WORD_SIZE ? (size_t)voice->length : WORD_SIZE;

	if (speaker == stream_asker(stream) && redis->at < WORDS) {
		if (count < wanted && !is_cut)
			return MORE_NEEDED;
		wanted = wanted < count ? wanted : count;
		if (redis->at == 0 && !may_be_command(bytes, wanted))
			return NOT_SPOKEN;
		name_word(stream, speaker, bytes, wanted, wanted == voice->length);
	}
	return voice->length;
}

static uint64_t unit(struct protocol_stream *stream, enum speaker speaker,
	const unsigned char *bytes, size_t count, bool is_cut)
{
	struct redis *redis = stream_state(stream);
	struct resp_voice *voice = voice_of(stream, speaker);
	uint64_t length;

	voice->passing = voice->kind;
	switch (voice->kind) {
	case UNIT_VALUE:
		length = unit_value(stream, speaker, bytes, count, is_cut);
		/* More commands may be where bytes are missing. */
		if (length == UNTIL_END && speaker == stream_asker(stream))
			redis->was_cut = true;
		return length;
	case UNIT_DATA:
		return unit_data(stream, speaker, bytes, count, is_cut);
	case UNIT_END:
		if ((count > 0 && bytes[0] != '\r') || (count > 1 && bytes[1] != '\n'))
			return NOT_SPOKEN;
		return count > 1 || is_cut ? 2 : MORE_NEEDED;
	}
	return NOT_SPOKEN;
}

static void end_message(struct protocol_stream *stream, enum speaker speaker)
{
	const struct resp_voice *voice = voice_of(stream, speaker);

	if (speaker == stream_asker(stream)) {
		end_command(stream, speaker);
	} else {
		bool ends_stream = voice->ends_stream;
		say_end(stream, speaker);
		if (ends_stream)
			stream_close(stream, PROTOCOL_REDIS);
	}
}

static void passed(struct protocol_stream *stream, enum speaker speaker)
{
	struct redis *redis = stream_state(stream);
	struct resp_voice *voice = voice_of(stream, speaker);

	switch (voice->passing) {
	case UNIT_VALUE:
		if (voice->left == 0 && voice->kind == UNIT_VALUE && !voice->is_nothing)
			end_message(stream, speaker);
		break;
	case UNIT_DATA:
		if (speaker == stream_asker(stream))
			redis->at++;
		voice->kind = UNIT_END;
		break;
	case UNIT_END:
		voice->kind = UNIT_VALUE;
		if (voice->left == 0)
			end_message(stream, speaker);
		break;
	}
}

static void resume(struct protocol_stream *stream, enum speaker speaker)
{
	*voice_of(stream, speaker) = (struct resp_voice){.is_resumed = true};
}

const struct decoder redis_decoder = {
	.protocol = PROTOCOL_REDIS,
	.state_size = sizeof(struct redis),
	.recognise = recognise,
	.unit = unit,
	.passed = passed,
	.resume = resume,
};
