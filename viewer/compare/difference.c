/* SPDX-License-Identifier: MIT */
#include "viewer/compare/difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/compare/align.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/term/text.h"
#include "viewer/wording/names.h"

/* --- what is beyond chance ------------------------------------------------------------------ */

/* Waits of the slower side: a quarter of them are each longer than 95 of 100 of the other side's by
 * this factor, and by so much. Of few, all are longer than any. */
#define SLOW_FACTOR   2
#define SLOW_LEAST_NS 10000000
#define FEW_WAITS     5
#define FEW_FACTOR    3
#define FEW_LEAST_NS  200000000

/* Digits of a time or a process id may be more or fewer; a header that is missing is longer. */
#define SIZE_LEAST   8
#define SIZE_PERCENT 1

/* Bytes of which nothing is known, such as encrypted ones: all of a peer's together. */
#define BYTES_LEAST   1024
#define BYTES_PERCENT 10

/* Connections that are not opened one after the other: a pool has as many as it needs. */
#define CONNECTIONS_LEAST  10
#define CONNECTIONS_FACTOR 2

/* What is asked again and again by a clock is asked more often in a longer run. */
#define PERIODIC_IDLE_NS 100000000
#define PERIODIC_IDLES   2

/* So many results, or steps, are said. */
#define MOST_RESULTS 4
#define MOST_STEPS   3

struct comparison {
	struct differences *differences;
	const struct side *sides[2];
	int64_t longer_ns;
	bool is_ascii;
};

/* To say something of that side in. */
static struct text words_of(const struct side *side)
{
	return (struct text){.width = SIZE_MAX, .language = side->language};
}

static char *taken(struct text *text)
{
	text_raw(text, "", 1);
	return text->bytes;
}

static void put(struct text *text, const char *words)
{
	text_raw(text, words, strlen(words));
}

/* Of connections, or of exchanges; none: nothing. */
static void put_count(struct text *text, size_t count, bool is_of_exchanges)
{
	if (count == 0)
		return;
	if (text->length > 0)
		text_add_separator(text, STYLE_PLAIN, ',');
	text_addf(text, STYLE_PLAIN, is_of_exchanges ? "%zu exchange%s" : "%zu connection%s", count,
		count == 1 ? "" : "s");
}

static int64_t since_begin(const struct side *side, int64_t time_ns)
{
	int64_t since;

	return time_ns == INT64_MAX ||
			       __builtin_sub_overflow(time_ns, side->trace->begin_ns, &since)
		       ? INT64_MAX
		       : since;
}

static struct difference *add(struct comparison *comparison, enum difference_kind kind,
	const struct side_peer *const peers[2], const struct side_topic *const topics[2],
	char *const words[2])
{
	struct differences *differences = comparison->differences;
	struct difference difference = {.kind = kind, .at_ns = INT64_MAX};

	for (int i = 0; i < 2; i++)
		difference.sides[i] = (struct difference_side){
			.peer = peers[i] && peers[i]->key ? peers[i] : NULL,
			.topic = topics ? topics[i] : NULL,
			.words = words[i],
			.call = NO_CALL};
	differences->list = array_grow(
		differences->list, differences->count, &differences->capacity, sizeof(difference));
	differences->list[differences->count] = difference;
	return &differences->list[differences->count++];
}

/* That call shows it on that side; the earliest one of both says when. */
static void show(const struct comparison *comparison, struct difference *difference, int side,
	uint32_t call, int64_t time_ns)
{
	int64_t since_ns = since_begin(comparison->sides[side], time_ns);

	difference->sides[side].call = call;
	if (since_ns < difference->at_ns)
		difference->at_ns = since_ns;
}

static bool has_other_address(const struct side_peer *const peers[2])
{
	return peers[0]->normal != peers[1]->normal;
}

/* --- results -------------------------------------------------------------------------------- */

/* A result on both sides. */
struct result_pair {
	const struct side_result *sides[2]; /* NULL: not on that side */
};

struct result_pairs {
	struct result_pair *list; /* owned */
	size_t count;
};

static int by_words(const void *one, const void *other)
{
	const struct side_result *a = *(const struct side_result *const *)one;
	const struct side_result *b = *(const struct side_result *const *)other;

	return (a->words > b->words) - (a->words < b->words);
}

/* For the caller to free. */
static const struct side_result **results_of(
	const struct side *side, const struct side_topic *topic)
{
	const struct side_result **list = xcalloc(topic->result_count + 1, sizeof(*list));
	size_t count = 0;

	for (uint32_t i = topic->first_result; i != NO_RESULT; i = side->results[i].next)
		list[count++] = &side->results[i];
	qsort(list, count, sizeof(*list), by_words);
	return list;
}

static struct result_pairs pair_results(
	const struct comparison *comparison, const struct side_topic *const topics[2])
{
	const struct side_result **first = results_of(comparison->sides[0], topics[0]);
	const struct side_result **second = results_of(comparison->sides[1], topics[1]);
	struct result_pairs pairs = {0};
	size_t i = 0, j = 0;

	pairs.list =
		xcalloc(topics[0]->result_count + topics[1]->result_count + 1, sizeof(*pairs.list));
	while (first[i] || second[j]) {
		struct result_pair *pair = &pairs.list[pairs.count++];
		int order = !first[i] ? 1 : !second[j] ? -1 : by_words(&first[i], &second[j]);
		if (order <= 0)
			pair->sides[0] = first[i++];
		if (order >= 0)
			pair->sides[1] = second[j++];
	}
	free(first);
	free(second);
	return pairs;
}

/* What fails first, then what is most. */
static int by_weight(const void *one, const void *other)
{
	const struct side_result *a = *(const struct side_result *const *)one;
	const struct side_result *b = *(const struct side_result *const *)other;

	if (a->has_failed != b->has_failed)
		return a->has_failed ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return by_words(one, other);
}

/* "502 Bad Gateway (3), 200 OK (7)" */
static void put_results(struct text *text, const struct side *side, const struct side_topic *topic)
{
	const struct side_result **list = results_of(side, topic);

	qsort(list, topic->result_count, sizeof(*list), by_weight);
	for (size_t i = 0; i < topic->result_count; i++) {
		if (i > 0)
			text_add_separator(text, STYLE_PLAIN, ',');
		if (i == MOST_RESULTS) {
			text_addf(text, STYLE_PLAIN, "and %zu others", topic->result_count - i);
			break;
		}
		put(text, side_word(side, list[i]->words));
		if (topic->count > 1)
			text_addf(text, STYLE_PLAIN, " (%zu)", list[i]->count);
	}
	free(list);
}

/* `peer`: its address is said, too; NULL: it is not. */
static char *results_words(
	const struct side *side, const struct side_topic *topic, const struct side_peer *peer)
{
	struct text text = words_of(side);

	if (peer) {
		put(&text, side_word(side, peer->address));
		text_add_separator(&text, STYLE_PLAIN, ':');
	}
	put_results(&text, side, topic);
	return taken(&text);
}

/* Of bytes alone nobody knows how many questions they are, nor that an answer was wanted. */
static bool is_certain(const struct side_topic *topic, const struct side_result *result)
{
	return topic->kind != TOPIC_EXCHANGE || topic->name || result->has_failed ||
	       result->is_pending || result->answered.least <= result->answered.most;
}

/* How many answers each side has, by whether they have failed. */
struct answers {
	size_t counts[2][2];
	bool are_vague[2]; /* so that any may be any other one */
};

static struct answers answers_of(
	const struct comparison *comparison, const struct side_topic *const topics[2])
{
	struct answers answers = {0};

	for (int on = 0; on < 2; on++) {
		const struct side *side = comparison->sides[on];
		for (uint32_t i = topics[on]->first_result; i != NO_RESULT;
			i = side->results[i].next) {
			const struct side_result *result = &side->results[i];
			answers.counts[on][result->has_failed] +=
				result->is_answer ? result->count : 0;
			answers.are_vague[result->has_failed] |= result->is_vague;
		}
	}
	return answers;
}

/* How much of a message a trace has depends on how it was split into calls: by chance. */
static bool is_together(const struct answers *answers, const struct side_result *result)
{
	return result->is_answer && answers->are_vague[result->has_failed];
}

/* How often there is a result that is told from others; NULL: there is none. */
static size_t count_apart(const struct answers *answers, const struct side_result *result)
{
	return result && !is_together(answers, result) ? result->count : 0;
}

static bool is_periodic(
	const struct comparison *comparison, const struct side_topic *const topics[2])
{
	int64_t between_ns = INT64_MAX, lengths_ns[2];

	for (int i = 0; i < 2; i++) {
		const struct side *side = comparison->sides[i];
		if (topics[i]->idle_count < PERIODIC_IDLES)
			return false;
		int64_t idle_ns =
			side_time_of(&side->idles, topics[i]->idles, topics[i]->idle_count, 50);
		if (idle_ns < between_ns)
			between_ns = idle_ns;
		lengths_ns[i] = since_begin(side, side->trace->end_ns);
	}
	if (between_ns < PERIODIC_IDLE_NS)
		return false;
	size_t more = topics[0]->count > topics[1]->count ? topics[0]->count - topics[1]->count
							  : topics[1]->count - topics[0]->count;
	int64_t longer_ns = lengths_ns[0] > lengths_ns[1] ? lengths_ns[0] - lengths_ns[1]
							  : lengths_ns[1] - lengths_ns[0];
	return more <= 1 + (uint64_t)longer_ns / (uint64_t)between_ns;
}

/* A pool may have any number of connections, a few at least: when are they more? */
static bool are_many_more(size_t one, size_t other)
{
	size_t less = one < other ? one : other, more = one < other ? other : one;

	return more - less >= CONNECTIONS_LEAST && more / CONNECTIONS_FACTOR >= less;
}

/* Several peers share it, and all of them have it as often as on the other side. */
static bool is_spread(const struct comparison *comparison, const struct side_peer *peer,
	const struct side_topic *topic)
{
	struct side_spread first = side_spread_of(comparison->sides[0], peer, topic);
	struct side_spread second = side_spread_of(comparison->sides[1], peer, topic);

	return (first.peers > 1 || second.peers > 1) && first.count == second.count;
}

/* How often is certain. */
static bool counts_differ(const struct comparison *comparison,
	const struct side_peer *const peers[2], const struct side_topic *const topics[2],
	const struct result_pairs *pairs, const struct answers *answers)
{
	bool differ = false;

	if (topics[0]->kind == TOPIC_LINE)
		return topics[0]->count != topics[1]->count && !is_periodic(comparison, topics) &&
		       !is_spread(comparison, peers[0], topics[0]);
	if (topics[0]->kind != TOPIC_EXCHANGE || !topics[0]->name)
		return false;
	/* As many as there are connections. */
	if (topics[0]->protocol == PROTOCOL_TLS || topics[0]->protocol == PROTOCOL_SSH)
		return are_many_more(topics[0]->count, topics[1]->count);
	for (size_t i = 0; i < pairs->count; i++)
		differ |= count_apart(answers, pairs->list[i].sides[0]) !=
			  count_apart(answers, pairs->list[i].sides[1]);
	for (int failed = 0; failed < 2; failed++)
		differ |= answers->are_vague[failed] &&
			  answers->counts[0][failed] != answers->counts[1][failed];
	return differ && !is_periodic(comparison, topics) &&
	       !is_spread(comparison, peers[0], topics[0]);
}

/* Another result: true, and says it. */
static bool compare_results(struct comparison *comparison, const struct side_peer *const peers[2],
	const struct side_topic *const topics[2])
{
	struct result_pairs pairs = pair_results(comparison, topics);
	const struct side_result *shown[2] = {NULL, NULL};
	struct answers answers = answers_of(comparison, topics);
	bool has_failed = false, is_other = false;

	for (size_t i = 0; i < pairs.count; i++) {
		const struct result_pair *pair = &pairs.list[i];
		int on = pair->sides[0] ? 0 : 1;
		const struct side_result *result = pair->sides[on];
		if ((pair->sides[0] && pair->sides[1]) || !is_certain(topics[on], result) ||
			(is_together(&answers, result) &&
				answers.counts[!on][result->has_failed] > 0))
			continue;
		is_other = true;
		has_failed |= result->has_failed || result->is_pending;
		if (!shown[on] || (result->has_failed && !shown[on]->has_failed) ||
			(result->has_failed == shown[on]->has_failed &&
				result->first_ns < shown[on]->first_ns))
			shown[on] = result;
	}
	bool differ = !is_other && counts_differ(comparison, peers, topics, &pairs, &answers);
	free(pairs.list);
	if (!is_other && !differ)
		return false;
	char *words[2];
	for (int i = 0; i < 2; i++)
		words[i] = results_words(comparison->sides[i], topics[i],
			has_other_address(peers) && topics[0]->kind == TOPIC_CONNECT ? peers[i]
										     : NULL);
	struct difference *difference = add(comparison,
		has_failed ? DIFFERENCE_FAILURE
		: is_other ? DIFFERENCE_RESULT
			   : DIFFERENCE_COUNT,
		peers, topics, words);
	for (int i = 0; i < 2; i++)
		if (shown[i])
			show(comparison, difference, i, shown[i]->first_call, shown[i]->first_ns);
	return true;
}

/* --- sizes and times ------------------------------------------------------------------------ */

static bool are_apart(uint64_t one, uint64_t other, uint64_t least, uint64_t percent)
{
	uint64_t less = one < other ? one : other, more = one < other ? other : one;

	return more - less > least && more - less - least > more / 100 * percent;
}

static bool ranges_are_apart(struct side_range one, struct side_range other)
{
	if (one.least > one.most || other.least > other.most)
		return false;
	if (one.most < other.least)
		return are_apart(one.most, other.least, SIZE_LEAST, SIZE_PERCENT);
	return other.most < one.least && are_apart(other.most, one.least, SIZE_LEAST, SIZE_PERCENT);
}

/* Of short ones all digits are told: it may be a few bytes that differ. */
static void size_words(char words[QUANTITY_SIZE], uint64_t bytes)
{
	if (bytes < 100000)
		snprintf(words, QUANTITY_SIZE, "%" PRIu64 " B", bytes);
	else
		quantity_bytes(words, bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes);
}

/* "312 B", "300 B to 1.20 kB" */
static char *range_words(const struct side *side, struct side_range range)
{
	struct text text = words_of(side);
	char least[QUANTITY_SIZE], most[QUANTITY_SIZE];

	size_words(least, range.least);
	size_words(most, range.most);
	if (range.least == range.most)
		put(&text, least);
	else
		text_addf(&text, STYLE_PLAIN, "%s to %s", least, most);
	return taken(&text);
}

static void compare_ranges(struct comparison *comparison, const struct side_peer *const peers[2],
	const struct side_topic *const topics[2], const char *about,
	const struct side_range *const ranges[2])
{
	if (!ranges_are_apart(*ranges[0], *ranges[1]))
		return;
	char *words[2] = {range_words(comparison->sides[0], *ranges[0]),
		range_words(comparison->sides[1], *ranges[1])};
	struct difference *difference = add(comparison, DIFFERENCE_SIZE, peers, topics, words);
	difference->about = about;
	for (int i = 0; i < 2; i++)
		show(comparison, difference, i, topics[i]->first_call, topics[i]->first_ns);
}

static void compare_sizes(struct comparison *comparison, const struct side_peer *const peers[2],
	const struct side_topic *const topics[2])
{
	struct result_pairs pairs = pair_results(comparison, topics);

	compare_ranges(comparison, peers, topics, "size of the question",
		(const struct side_range *const[2]){&topics[0]->asked, &topics[1]->asked});
	for (size_t i = 0; i < pairs.count; i++) {
		const struct result_pair *pair = &pairs.list[i];
		if (pair->sides[0] && pair->sides[1])
			compare_ranges(comparison, peers, topics, "size of the answer",
				(const struct side_range *const[2]){
					&pair->sides[0]->answered, &pair->sides[1]->answered});
	}
	free(pairs.list);
}

static int64_t wait_of(const struct side *side, const struct side_topic *topic, size_t percent)
{
	return side_time_of(&side->waits, topic->waits, topic->wait_count, percent);
}

static bool is_slower(
	const struct comparison *comparison, const struct side_topic *const topics[2], int slow)
{
	const struct side *slower = comparison->sides[slow], *other = comparison->sides[!slow];
	bool are_few = topics[0]->wait_count < FEW_WAITS || topics[1]->wait_count < FEW_WAITS;
	int64_t slow_ns = wait_of(slower, topics[slow], are_few ? 0 : 75);
	int64_t fast_ns = wait_of(other, topics[!slow], are_few ? 100 : 95);
	int64_t least_ns = comparison->longer_ns ? comparison->longer_ns
			   : are_few             ? FEW_LEAST_NS
						 : SLOW_LEAST_NS;

	return slow_ns - fast_ns >= least_ns &&
	       slow_ns / (are_few ? FEW_FACTOR : SLOW_FACTOR) >= fast_ns;
}

static char *waits_words(const struct side *side, const struct side_topic *topic, bool is_ascii)
{
	struct text text = words_of(side);
	char words[QUANTITY_SIZE];

	quantity_time(words, wait_of(side, topic, 50), is_ascii);
	if (topic->wait_count == 1) {
		text_addf(&text, STYLE_PLAIN, "waited %s", words);
		return taken(&text);
	}
	text_addf(&text, STYLE_PLAIN, "waited p50 %s", words);
	quantity_time(words, wait_of(side, topic, 99), is_ascii);
	text_addf(&text, STYLE_PLAIN, ", p99 %s", words);
	return taken(&text);
}

static void compare_waits(struct comparison *comparison, const struct side_peer *const peers[2],
	const struct side_topic *const topics[2])
{
	if (topics[0]->wait_count == 0 || topics[1]->wait_count == 0)
		return;
	for (int slow = 0; slow < 2; slow++) {
		if (!is_slower(comparison, topics, slow))
			continue;
		char *words[2];
		for (int i = 0; i < 2; i++)
			words[i] =
				waits_words(comparison->sides[i], topics[i], comparison->is_ascii);
		struct difference *difference =
			add(comparison, DIFFERENCE_TIME, peers, topics, words);
		difference->about = slow == 1 ? "slower" : "faster";
		show(comparison, difference, slow, topics[slow]->first_call,
			topics[slow]->first_ns);
	}
}

/* --- topics --------------------------------------------------------------------------------- */

/* That on one side nothing is told of it. */
static const char *words_of_none(const struct side_topic *topic)
{
	switch (topic->kind) {
	case TOPIC_END:
		return "it ended otherwise, or the trace does not tell";
	case TOPIC_CALL:
		return "no error";
	case TOPIC_CONNECT:
		return "no connect";
	case TOPIC_EXCHANGE:
	case TOPIC_LINE:
		break;
	}
	return topic->name ? "not asked" : "nothing asked";
}

static bool has_failures(const struct side *side, const struct side_topic *topic)
{
	for (uint32_t i = topic->first_result; i != NO_RESULT; i = side->results[i].next)
		if (side->results[i].has_failed || side->results[i].is_pending)
			return true;
	return false;
}

static void topic_on_one_side(struct comparison *comparison, const struct side_peer *const peers[2],
	const struct side_topic *topic, int on)
{
	const struct side *side = comparison->sides[on];
	const struct side_topic *topics[2] = {NULL, NULL};
	char *words[2];

	/* What falls into exchanges without a name is chance where others have names. */
	if (topic->kind == TOPIC_EXCHANGE && !topic->name && !has_failures(side, topic) &&
		peers[0]->step_count > 0 && peers[1]->step_count > 0)
		return;
	if ((topic->kind == TOPIC_EXCHANGE || topic->kind == TOPIC_LINE) &&
		!has_failures(side, topic) && is_spread(comparison, peers[on], topic))
		return;
	topics[on] = topic;
	words[on] = results_words(side, topic, NULL);
	words[!on] = xstrdup(dictionary_words(side->language, words_of_none(topic)));
	struct difference *difference =
		add(comparison, has_failures(side, topic) ? DIFFERENCE_FAILURE : DIFFERENCE_ONLY,
			peers, topics, words);
	show(comparison, difference, on, topic->first_call, topic->first_ns);
}

static size_t exchanges_of(const struct side *side, const struct side_peer *peer)
{
	size_t count = 0;

	for (size_t i = 0; i < peer->topic_count; i++) {
		const struct side_topic *topic = &side->topics[peer->topics + i];
		count += topic->kind == TOPIC_EXCHANGE ? topic->count : 0;
	}
	return count;
}

/* Where some of what is asked is no such line, which ones are is chance. */
static bool are_lines(const struct side_peer *const peers[2])
{
	return peers[0]->asks_lines && peers[1]->asks_lines && peers[0]->step_count == 0 &&
	       peers[1]->step_count == 0;
}

static void compare_topics(struct comparison *comparison, const struct side_peer *const peers[2],
	const struct side_topic *const topics[2])
{
	comparison->differences->topics++;
	for (int i = 0; topics[0]->kind == TOPIC_EXCHANGE && i < 2; i++) {
		comparison->differences->exchanges[i] += topics[i]->count;
		if (!topics[0]->name && !are_lines(peers))
			comparison->differences->unnamed[i] += topics[i]->count;
	}
	bool is_other = compare_results(comparison, peers, topics);
	if (topics[0]->kind != TOPIC_EXCHANGE)
		return;
	if (topics[0]->name)
		compare_sizes(comparison, peers, topics);
	/* Where something fails, what is left says less of the time. */
	if (!is_other || topics[0]->name)
		compare_waits(comparison, peers, topics);
}

/* "12 exchanges: SELECT 1, SELECT 2 and 3 others" */
static char *exchanges_words(const struct side *side, const struct side_peer *peer)
{
	struct text text = words_of(side);
	size_t count = exchanges_of(side, peer), said = 0, more = 0;

	put_count(&text, count, true);
	for (size_t i = 0; i < peer->topic_count; i++) {
		const struct side_topic *topic = &side->topics[peer->topics + i];
		if (topic->kind != TOPIC_EXCHANGE || !topic->name)
			continue;
		if (said == MOST_STEPS) {
			more++;
			continue;
		}
		text_add_separator(&text, STYLE_PLAIN, said++ ? ',' : ':');
		put(&text, side_word(side, topic->shown));
	}
	if (more > 0)
		text_addf(&text, STYLE_PLAIN, " and %zu other%s", more, more == 1 ? "" : "s");
	return taken(&text);
}

/* None of its exchanges fails, and others have had them on the other side. */
static bool are_all_spread(
	const struct comparison *comparison, const struct side_peer *peer, int on)
{
	const struct side *side = comparison->sides[on];
	bool are_spread = false;

	for (size_t i = 0; i < peer->topic_count; i++) {
		const struct side_topic *topic = &side->topics[peer->topics + i];
		if (has_failures(side, topic))
			return false;
		if (topic->kind != TOPIC_EXCHANGE)
			continue;
		if (!is_spread(comparison, peer, topic))
			return false;
		are_spread = true;
	}
	return are_spread;
}

/* All of a peer's exchanges are on one side alone: says so once, and true. */
static bool are_all_on_one_side(
	struct comparison *comparison, const struct side_peer *const peers[2])
{
	size_t counts[2];

	for (int i = 0; i < 2; i++)
		counts[i] = exchanges_of(comparison->sides[i], peers[i]);
	if ((counts[0] == 0) == (counts[1] == 0))
		return false;
	int on = counts[0] == 0;
	char *words[2];
	if (are_all_spread(comparison, peers[on], on))
		return true;
	words[on] = exchanges_words(comparison->sides[on], peers[on]);
	words[!on] = xstrdup(dictionary_words(comparison->sides[on]->language, "nothing asked"));
	struct difference *difference = add(comparison, DIFFERENCE_ONLY, peers, NULL, words);
	difference->about = "exchanges";
	for (size_t i = 0; i < peers[on]->topic_count; i++) {
		const struct side_topic *topic =
			&comparison->sides[on]->topics[peers[on]->topics + i];
		int64_t since_ns = since_begin(comparison->sides[on], topic->first_ns);
		if (topic->kind == TOPIC_EXCHANGE && since_ns < difference->at_ns)
			show(comparison, difference, on, topic->first_call, topic->first_ns);
	}
	return true;
}

static void merge_topics(struct comparison *comparison, const struct side_peer *const peers[2])
{
	const struct side_topic *first = comparison->sides[0]->topics + peers[0]->topics;
	const struct side_topic *second = comparison->sides[1]->topics + peers[1]->topics;
	bool is_said = are_all_on_one_side(comparison, peers);
	size_t i = 0, j = 0;

	while (i < peers[0]->topic_count || j < peers[1]->topic_count) {
		int order = i == peers[0]->topic_count ? 1
			    : j == peers[1]->topic_count
				    ? -1
				    : side_topic_compare(&first[i], &second[j]);
		const struct side_topic *one = order > 0 ? &second[j] : &first[i];
		bool is_told = one->kind == TOPIC_EXCHANGE ? !is_said
			       : one->kind == TOPIC_LINE   ? !is_said && are_lines(peers)
							   : true;
		if (is_told && order == 0)
			compare_topics(comparison, peers,
				(const struct side_topic *const[2]){&first[i], &second[j]});
		else if (is_told)
			topic_on_one_side(comparison, peers, one, order > 0);
		i += order <= 0;
		j += order >= 0;
	}
}

/* --- peers ---------------------------------------------------------------------------------- */

static char *steps_words(const struct side *side, const uint32_t *steps, size_t at, size_t count)
{
	struct text text = words_of(side);
	size_t end = count - at > MOST_STEPS ? at + MOST_STEPS : count;

	if (at > 0)
		put(&text, "... ");
	for (size_t i = at; i < end; i++) {
		put(&text, i > at ? ", " : "");
		put(&text, side_word(side, steps[i]));
	}
	if (end < count)
		put(&text, " ...");
	return taken(&text);
}

static uint32_t *steps_of(const struct side *side, const struct side_peer *peer)
{
	uint32_t *steps = xcalloc(peer->step_count + 1, sizeof(*steps));

	if (peer->step_count > 0)
		memcpy(steps, side->steps + peer->steps, peer->step_count * sizeof(*steps));
	return steps;
}

static void compare_order(struct comparison *comparison, const struct side_peer *const peers[2])
{
	uint32_t *steps[2];
	size_t counts[2], at = 0;

	if (!peers[0]->asks_in_turn || !peers[1]->asks_in_turn)
		return;
	for (int i = 0; i < 2; i++) {
		steps[i] = steps_of(comparison->sides[i], peers[i]);
		counts[i] = peers[i]->step_count;
	}
	align_common(steps[0], &counts[0], steps[1], &counts[1]);
	bool *moved = xcalloc(counts[1] + 1, sizeof(*moved));
	size_t count = align_moved(steps[0], counts[0], steps[1], counts[1], moved);
	free(moved);
	while (at < counts[1] && steps[0][at] == steps[1][at])
		at++;
	if (count > 0) {
		char *words[2];
		for (int i = 0; i < 2; i++)
			words[i] = steps_words(comparison->sides[i], steps[i], at, counts[i]);
		struct difference *difference =
			add(comparison, DIFFERENCE_ORDER, peers, NULL, words);
		difference->about = "order";
		show(comparison, difference, 1, NO_CALL, peers[1]->first_ns);
	}
	free(steps[0]);
	free(steps[1]);
}

static void compare_bytes(struct comparison *comparison, const struct side_peer *const peers[2])
{
	static const char *const about[] = {"bytes asked in all", "bytes answered in all"};

	for (int i = 0; i < 2; i++) {
		uint64_t one = peers[0]->bytes[i], other = peers[1]->bytes[i];
		if (one == 0 || other == 0 || !are_apart(one, other, BYTES_LEAST, BYTES_PERCENT))
			continue;
		char *words[2] = {range_words(comparison->sides[0], (struct side_range){one, one}),
			range_words(comparison->sides[1], (struct side_range){other, other})};
		struct difference *difference =
			add(comparison, DIFFERENCE_SIZE, peers, NULL, words);
		difference->about = about[i];
		show(comparison, difference, 1, NO_CALL, peers[1]->first_ns);
	}
}

/* Those that stood: how often one tries until a server is there is chance. */
static size_t connections_of(const struct side *side, const struct side_peer *peer)
{
	size_t count = 0;

	if (peer->role != SIDE_CLIENT)
		return peer->connections;
	for (size_t i = 0; i < peer->topic_count; i++) {
		const struct side_topic *topic = &side->topics[peer->topics + i];
		if (topic->kind != TOPIC_CONNECT)
			continue;
		for (uint32_t j = topic->first_result; j != NO_RESULT; j = side->results[j].next)
			if (!side->results[j].has_failed && !side->results[j].is_pending)
				count += side->results[j].count;
	}
	return count;
}

/* More exchanges may need more connections: that is said. */
static void compare_connections(
	struct comparison *comparison, const struct side_peer *const peers[2])
{
	size_t counts[2];
	char *words[2];

	if (peers[0]->role == SIDE_LISTENER || peers[0]->step_count != peers[1]->step_count)
		return;
	for (int i = 0; i < 2; i++)
		counts[i] = connections_of(comparison->sides[i], peers[i]);
	bool is_in_turn = peers[0]->role == SIDE_CLIENT && peers[0]->connects_in_turn &&
			  peers[1]->connects_in_turn;
	if (counts[0] == counts[1] || counts[0] == 0 || counts[1] == 0 ||
		(!is_in_turn && !are_many_more(counts[0], counts[1])))
		return;
	for (int i = 0; i < 2; i++) {
		struct text text = words_of(comparison->sides[i]);
		put_count(&text, counts[i], false);
		words[i] = taken(&text);
	}
	struct difference *difference = add(comparison, DIFFERENCE_COUNT, peers, NULL, words);
	difference->about = "connections";
	show(comparison, difference, 1, NO_CALL, peers[1]->first_ns);
}

/* Unless it was said with what came of the connects there: of the differences since `before`. */
static void compare_addresses(
	struct comparison *comparison, const struct side_peer *const peers[2], size_t before)
{
	const struct differences *differences = comparison->differences;
	char *words[2];

	if (!has_other_address(peers))
		return;
	for (size_t i = differences->count; i-- > before;)
		if (differences->list[i].sides[0].topic &&
			differences->list[i].sides[0].topic->kind == TOPIC_CONNECT)
			return;
	for (int i = 0; i < 2; i++) {
		const char *address = side_word(comparison->sides[i], peers[i]->address);
		words[i] = xstrdup(*address ? address
					    : dictionary_words(comparison->sides[i]->language,
						      "an address that the trace does not tell"));
	}
	struct difference *difference = add(comparison, DIFFERENCE_ADDRESS, peers, NULL, words);
	difference->about = "address";
	for (int i = 0; i < 2; i++)
		show(comparison, difference, i, peers[i]->first_call, peers[i]->first_ns);
}

static void compare_peers(struct comparison *comparison, const struct side_peer *first,
	const struct side_peer *second)
{
	const struct side_peer *const peers[2] = {first, second};
	size_t before = comparison->differences->count;

	comparison->differences->peers++;
	merge_topics(comparison, peers);
	compare_addresses(comparison, peers, before);
	compare_order(comparison, peers);
	compare_bytes(comparison, peers);
	compare_connections(comparison, peers);
}

/* Stands where a program does nothing that is told. */
static const struct side_peer nobody;

static bool has_program(const struct side *side, const char *program)
{
	for (size_t i = 0; i < side->trace->process_count; i++)
		if (strcmp(name_program(side->trace->processes[i]), program) == 0)
			return true;
	return false;
}

/* How it ends, and what fails, is nothing that the other trace could have. */
static void program_on_one_side(struct comparison *comparison, const struct side_peer *peer, int on)
{
	const struct side_peer *peers[2] = {NULL, NULL};
	enum language language = comparison->sides[on]->language;
	char *words[2];

	peers[on] = peer;
	words[on] = xstrdup(dictionary_words(language, "in this trace"));
	words[!on] = xstrdup(dictionary_words(language, "no such program"));
	struct difference *difference = add(comparison, DIFFERENCE_ONLY, peers, NULL, words);
	show(comparison, difference, on, peer->first_call, peer->first_ns);
}

static void peer_on_one_side(struct comparison *comparison, const struct side_peer *peer, int on)
{
	const struct side *side = comparison->sides[on];
	const struct side_peer *peers[2] = {NULL, NULL};
	struct text text = words_of(side);
	char *words[2];
	bool has_failed = false;

	if (peer->role == SIDE_PROGRAM &&
		!has_program(comparison->sides[!on], side_word(side, peer->program))) {
		program_on_one_side(comparison, peer, on);
		return;
	}
	/* What a program does itself is told topic by topic. */
	if (peer->role == SIDE_PROGRAM) {
		peers[on] = peer;
		peers[!on] = &nobody;
		merge_topics(comparison, peers);
		return;
	}
	/* Of servers whose ports the kernel picks nobody knows which one it is. */
	if (peer->address != peer->normal && are_all_spread(comparison, peer, on))
		return;
	for (size_t i = 0; i < peer->topic_count; i++) {
		const struct side_topic *topic = &side->topics[peer->topics + i];
		if (topic->kind != TOPIC_CONNECT)
			continue;
		has_failed = has_failures(side, topic);
		put_results(&text, side, topic);
	}
	put_count(&text, text.length > 0 || peer->role == SIDE_LISTENER ? 0 : peer->connections,
		false);
	if (peer->role == SIDE_LISTENER)
		text_add(&text, STYLE_PLAIN, "listens");
	put_count(&text, exchanges_of(side, peer), true);
	peers[on] = peer;
	words[on] = taken(&text);
	words[!on] = xstrdup(dictionary_words(
		side->language, peer->role == SIDE_LISTENER ? "does not listen" : "no such peer"));
	struct difference *difference = add(
		comparison, has_failed ? DIFFERENCE_FAILURE : DIFFERENCE_ONLY, peers, NULL, words);
	show(comparison, difference, on, peer->first_call, peer->first_ns);
}

/* --- which peer is which -------------------------------------------------------------------- */

/* A peer that has none on the other side yet, by what it is known. */
struct unpaired {
	uint64_t key;
	size_t index;
};

struct pairing {
	struct comparison *comparison;
	size_t *others[2];         /* owned: by the peer's index, or SIZE_MAX */
	struct unpaired *lists[2]; /* owned, to work with */
	size_t counts[2];
};

static uint64_t by_its_key(const struct side_peer *peer)
{
	return peer->key;
}

static uint64_t by_first_topic(const struct side_peer *peer)
{
	return (uint64_t)peer->normal_key << 32 | peer->first_topic;
}

static uint64_t by_normal(const struct side_peer *peer)
{
	return peer->normal_key;
}

static uint64_t by_kin(const struct side_peer *peer)
{
	return peer->kin;
}

static int by_unpaired(const void *one, const void *other)
{
	const struct unpaired *a = one, *b = other;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static void list_unpaired(
	struct pairing *pairing, int on, uint64_t (*key_of)(const struct side_peer *peer))
{
	const struct side *side = pairing->comparison->sides[on];

	pairing->counts[on] = 0;
	for (size_t i = 0; i < side->peer_count; i++)
		if (pairing->others[on][i] == SIZE_MAX)
			pairing->lists[on][pairing->counts[on]++] =
				(struct unpaired){key_of(&side->peers[i]), i};
	qsort(pairing->lists[on], pairing->counts[on], sizeof(**pairing->lists), by_unpaired);
}

static size_t end_of_key(const struct pairing *pairing, int on, size_t begin)
{
	size_t end = begin;

	while (end < pairing->counts[on] &&
		pairing->lists[on][end].key == pairing->lists[on][begin].key)
		end++;
	return end;
}

/* Those with the same key, in their order. `only_single`: where each side has one. */
static void pair_by(
	struct pairing *pairing, uint64_t (*key_of)(const struct side_peer *peer), bool only_single)
{
	for (int on = 0; on < 2; on++)
		list_unpaired(pairing, on, key_of);
	for (size_t i = 0, j = 0; i < pairing->counts[0] && j < pairing->counts[1];) {
		uint64_t one = pairing->lists[0][i].key, other = pairing->lists[1][j].key;
		size_t i_end = one <= other ? end_of_key(pairing, 0, i) : i;
		size_t j_end = other <= one ? end_of_key(pairing, 1, j) : j;
		bool are_single = i_end - i == 1 && j_end - j == 1;
		for (; i < i_end && j < j_end && (are_single || !only_single); i++, j++) {
			size_t first = pairing->lists[0][i].index;
			size_t second = pairing->lists[1][j].index;
			pairing->others[0][first] = second;
			pairing->others[1][second] = first;
		}
		i = i_end;
		j = j_end;
	}
}

static void pair_peers(struct comparison *comparison)
{
	struct pairing pairing = {.comparison = comparison};

	for (int on = 0; on < 2; on++) {
		size_t count = comparison->sides[on]->peer_count;
		pairing.others[on] = xcalloc(count + 1, sizeof(**pairing.others));
		pairing.lists[on] = xcalloc(count + 1, sizeof(**pairing.lists));
		for (size_t i = 0; i < count; i++)
			pairing.others[on][i] = SIZE_MAX;
	}
	pair_by(&pairing, by_its_key, false);
	pair_by(&pairing, by_first_topic, false);
	pair_by(&pairing, by_normal, false);
	pair_by(&pairing, by_kin, true);
	for (int on = 0; on < 2; on++) {
		const struct side *side = comparison->sides[on];
		for (size_t i = 0; i < side->peer_count; i++) {
			size_t other = pairing.others[on][i];
			if (other == SIZE_MAX)
				peer_on_one_side(comparison, &side->peers[i], on);
			else if (on == 0)
				compare_peers(comparison, &side->peers[i],
					&comparison->sides[1]->peers[other]);
		}
		free(pairing.others[on]);
		free(pairing.lists[on]);
	}
}

/* The first failure may be why there are others, and other differences. */
static int by_importance(const void *one, const void *other)
{
	const struct difference *a = one, *b = other;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->at_ns > b->at_ns) - (a->at_ns < b->at_ns);
}

struct differences *differences_new(
	const struct side *first, const struct side *second, int64_t longer_ns, bool is_ascii)
{
	struct comparison comparison = {.differences = xcalloc(1, sizeof(struct differences)),
		.sides = {first, second},
		.longer_ns = longer_ns,
		.is_ascii = is_ascii};
	struct differences *differences = comparison.differences;

	differences->sides[0] = first;
	differences->sides[1] = second;
	pair_peers(&comparison);
	if (differences->count > 1)
		qsort(differences->list, differences->count, sizeof(*differences->list),
			by_importance);
	return differences;
}

void differences_free(struct differences *differences)
{
	if (!differences)
		return;
	for (size_t i = 0; i < differences->count; i++)
		for (int on = 0; on < 2; on++)
			free(differences->list[i].sides[on].words);
	free(differences->list);
	free(differences);
}
