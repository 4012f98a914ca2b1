/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_rules.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/command_line.h"
#include "format/memory.h"
#include "format/messages.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/model/filter_time.h"

/* Nobody writes more. */
#define MOST_BYTES (1 << 20)

/* What may follow the words of a form, in any order. */
enum check_tail { TAIL_IN = 1, TAIL_TO = 2, TAIL_EXCEPT = 4 };

/* The forms of rules. A word in capitals stands for what its name says. */
static const struct {
	const char *words;
	enum check_kind kind;
	unsigned int tails; /* enum check_tail */
} forms[] = {
	{"connect only ADDRESSES", CHECK_CONNECT_ONLY, TAIL_IN},
	{"connect not ADDRESSES", CHECK_CONNECT_NOT, TAIL_IN},
	{"listen only ADDRESSES", CHECK_LISTEN_ONLY, TAIL_IN},
	{"listen not ADDRESSES", CHECK_LISTEN_NOT, TAIL_IN},
	{"no failed connects", CHECK_FAILED_CONNECTS, TAIL_IN | TAIL_TO},
	{"no failed exchanges", CHECK_FAILED_EXCHANGES, TAIL_IN | TAIL_TO},
	{"no pending exchanges", CHECK_PENDING_EXCHANGES, TAIL_IN | TAIL_TO},
	{"no unclosed sockets", CHECK_UNCLOSED, TAIL_IN},
	{"no hints of WEIGHTS", CHECK_HINTS, TAIL_IN | TAIL_EXCEPT},
	{"no hints above WEIGHT", CHECK_HINTS, TAIL_IN | TAIL_EXCEPT},
	{"no hints", CHECK_HINTS, TAIL_IN | TAIL_EXCEPT},
	{"no HINTS", CHECK_HINTS, TAIL_IN},
	{"exchange within TIME", CHECK_EXCHANGE_WITHIN, TAIL_IN | TAIL_TO},
	{"answer within TIME", CHECK_ANSWER_WITHIN, TAIL_IN | TAIL_TO},
	{"at most NUMBER connections", CHECK_MOST_CONNECTIONS, TAIL_IN | TAIL_TO},
	{"at most NUMBER open sockets", CHECK_MOST_OPEN, TAIL_IN},
};

#define FORMS (sizeof(forms) / sizeof(forms[0]))

/* Reads one rule. A word is what stands between blanks and commas; a comma is one, too. */
struct check_reader {
	const char *at;  /* the next word; at `end` there is none */
	const char *end; /* of the rule */
	char word[256];  /* the next one, cut; "" at the end */
	size_t length;   /* of all of it */
	struct check_rule rule;
	char expected[400]; /* instead of that word; "": nothing is wrong */
};

static void step(struct check_reader *reader)
{
	const char *at = reader->at + reader->length;

	at += strspn(at, " \t\r");
	reader->at = at < reader->end ? at : reader->end;
	size_t room = (size_t)(reader->end - reader->at);
	size_t length = strcspn(reader->at, " \t\r,");
	if (room > 0 && *reader->at == ',')
		length = 1;
	reader->length = length < room ? length : room;
	length = reader->length < sizeof(reader->word) - 1 ? reader->length
							   : sizeof(reader->word) - 1;
	memcpy(reader->word, reader->at, length);
	reader->word[length] = '\0';
}

static bool is_word(const struct check_reader *reader, const char *word)
{
	return strcmp(reader->word, word) == 0;
}

static void expect(struct check_reader *reader, const char *what)
{
	size_t length = strlen(reader->expected);

	snprintf(reader->expected + length, sizeof(reader->expected) - length, "%s%s",
		length > 0 ? " or " : "", what);
}

/* --- what stands for the words in capitals --------------------------------------------------- */

static size_t hint_count(void)
{
	size_t count = 0;

	while (hint_rules[count].name)
		count++;
	return count;
}

static bool *chosen_hints(struct check_rule *rule)
{
	if (!rule->hints)
		rule->hints = xcalloc(hint_count(), sizeof(*rule->hints));
	return rule->hints;
}

/* `is_left_out`: not that hint. */
static bool choose_hint(struct check_rule *rule, const char *name, bool is_left_out)
{
	bool *chosen = chosen_hints(rule);

	for (size_t i = 0; hint_rules[i].name; i++)
		if (strcmp(hint_rules[i].name, name) == 0) {
			chosen[i] = !is_left_out;
			return true;
		}
	return false;
}

/* All hints from one weight to another, both with them. */
static void choose_weights(struct check_rule *rule, int first, int last)
{
	bool *chosen = chosen_hints(rule);

	for (size_t i = 0; hint_rules[i].name; i++)
		chosen[i] |=
			(int)hint_rules[i].weight >= first && (int)hint_rules[i].weight <= last;
}

static bool take_address(struct check_rule *rule, const char *word)
{
	return check_addresses_add(&rule->addresses, word);
}

static bool take_hint(struct check_rule *rule, const char *word)
{
	return choose_hint(rule, word, false);
}

static bool take_exception(struct check_rule *rule, const char *word)
{
	return choose_hint(rule, word, true);
}

static bool take_weight(struct check_rule *rule, const char *word)
{
	int weight = command_word_find(hint_weight_word, word);

	if (weight >= 0)
		choose_weights(rule, weight, weight);
	return weight >= 0;
}

static bool take_more_weight(struct check_rule *rule, const char *word)
{
	int weight = command_word_find(hint_weight_word, word);

	if (weight > 0)
		choose_weights(rule, 0, weight - 1);
	return weight > 0;
}

static bool take_program(struct check_rule *rule, const char *word)
{
	rule->programs = array_grow(rule->programs, rule->program_count, &rule->program_capacity,
		sizeof(*rule->programs));
	rule->programs[rule->program_count++] = xstrdup(word);
	return true;
}

static bool take_time(struct check_rule *rule, const char *word)
{
	return filter_duration(word, &rule->within_ns);
}

static bool take_number(struct check_rule *rule, const char *word)
{
	return command_number(word, &rule->most);
}

static const struct check_place {
	const char *name; /* in forms, or before it in a rule */
	const char *what; /* is expected */
	bool (*take)(struct check_rule *rule, const char *word);
	unsigned int tail; /* enum check_tail, or 0 */
	bool is_list;
} places[] = {
	{"ADDRESSES", "an address, such as 10.0.0.0/8, [::1]:80, :443, loopback or unix:/run/*",
		take_address, 0, true},
	{"HINTS", "the name of a hint", take_hint, 0, true},
	{"WEIGHTS", "breaks, delays, wastes or tells", take_weight, 0, true},
	{"WEIGHT", "delays, wastes or tells", take_more_weight, 0, false},
	{"TIME", "a time, such as 1.5s or 200ms", take_time, 0, false},
	{"NUMBER", "a number", take_number, 0, false},
	{"to", "an address, such as 10.0.0.0/8, [::1]:80, :443 or unix:/run/*", take_address,
		TAIL_TO, true},
	{"in", "the name of a program", take_program, TAIL_IN, true},
	{"except", "the name of a hint", take_exception, TAIL_EXCEPT, true},
};

#define PLACES (sizeof(places) / sizeof(places[0]))

/* Takes one word or several between commas. */
static bool take(struct check_reader *reader, const struct check_place *place)
{
	for (;;) {
		if (reader->length == 0 || reader->length >= sizeof(reader->word) ||
			is_word(reader, ",") || !place->take(&reader->rule, reader->word)) {
			expect(reader, place->what);
			return false;
		}
		step(reader);
		if (!place->is_list || !is_word(reader, ","))
			return true;
		step(reader);
	}
}

/* --- rules ----------------------------------------------------------------------------------- */

/* What is left of each form that the rule may still be; NULL: it is not that one. */
struct check_candidates {
	const char *left[FORMS];
};

static size_t word_length(const char *form)
{
	return strcspn(form, " ");
}

static const char *behind_word(const char *form)
{
	form += word_length(form);
	return form + strspn(form, " ");
}

static bool begins_with(const char *form, const char *word)
{
	return form && *word && strlen(word) == word_length(form) &&
	       memcmp(form, word, strlen(word)) == 0;
}

/* Keeps the candidates that go on with that word of theirs, behind it. False: none does. */
static bool keep(struct check_candidates *candidates, const char *word)
{
	bool is_any = false;

	for (size_t i = 0; i < FORMS; i++)
		is_any |= begins_with(candidates->left[i], word);
	for (size_t i = 0; is_any && i < FORMS; i++)
		candidates->left[i] = begins_with(candidates->left[i], word)
					      ? behind_word(candidates->left[i])
					      : NULL;
	return is_any;
}

/* The place that a candidate goes on with, or NULL. */
static const struct check_place *next_place(const struct check_candidates *candidates)
{
	for (size_t i = 0; i < PLACES; i++)
		for (size_t j = 0; !places[i].tail && j < FORMS; j++)
			if (begins_with(candidates->left[j], places[i].name))
				return &places[i];
	return NULL;
}

/* The form that ends here, or FORMS. */
static size_t ended_form(const struct check_candidates *candidates)
{
	size_t form = 0;

	while (form < FORMS && !(candidates->left[form] && !*candidates->left[form]))
		form++;
	return form;
}

/* Any word with which a candidate goes on. */
static void expect_candidates(
	struct check_reader *reader, const struct check_candidates *candidates)
{
	char word[40];

	for (size_t i = 0; i < FORMS; i++) {
		const char *left = candidates->left[i];
		bool is_said = !left || !*left || (*left >= 'A' && *left <= 'Z');
		for (size_t j = 0; !is_said && j < i; j++)
			is_said = candidates->left[j] && word_length(left) > 0 &&
				  word_length(candidates->left[j]) == word_length(left) &&
				  memcmp(candidates->left[j], left, word_length(left)) == 0;
		if (is_said)
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)word_length(left), left);
		expect(reader, word);
	}
}

/* Reads up to the end of the form, which it returns; FORMS: something is wrong. */
static size_t read_form(struct check_reader *reader, struct check_candidates *candidates)
{
	for (size_t i = 0; i < FORMS; i++)
		candidates->left[i] = forms[i].words;
	for (;;) {
		const struct check_place *place = next_place(candidates);
		if (keep(candidates, reader->word)) {
			step(reader);
		} else if (place) {
			const char *before = reader->at;
			if (!take(reader, place)) {
				if (reader->at == before && place->take == take_hint)
					expect_candidates(reader, candidates);
				return FORMS;
			}
			keep(candidates, place->name);
		} else {
			size_t form = ended_form(candidates);
			if (form == FORMS)
				expect_candidates(reader, candidates);
			return form;
		}
	}
}

static bool read_tails(
	struct check_reader *reader, size_t form, const struct check_candidates *candidates)
{
	unsigned int wanted = forms[form].tails;

	while (reader->length > 0) {
		const struct check_place *tail = NULL;
		for (size_t i = 0; i < PLACES; i++)
			if (places[i].tail & wanted && is_word(reader, places[i].name))
				tail = &places[i];
		if (!tail) {
			expect_candidates(reader, candidates);
			for (size_t i = 0; i < PLACES; i++)
				if (places[i].tail & wanted)
					expect(reader, places[i].name);
			expect(reader, "the end of the rule");
			return false;
		}
		wanted &= ~tail->tail;
		step(reader);
		if (!take(reader, tail))
			return false;
	}
	return true;
}

static bool read_rule(struct check_reader *reader)
{
	struct check_candidates candidates;

	step(reader);
	size_t form = read_form(reader, &candidates);
	if (form == FORMS)
		return false;
	reader->rule.kind = forms[form].kind;
	if (reader->rule.kind == CHECK_HINTS && !reader->rule.hints)
		choose_weights(&reader->rule, HINT_BREAKS, HINT_TELLS);
	return read_tails(reader, form, &candidates);
}

/* The words between single blanks, without what stands behind them. */
static char *rule_text(const char *words, size_t length)
{
	char *text = xcalloc(length + 1, 1);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		bool is_blank = strchr(" \t\r", words[i]);
		if (!is_blank)
			text[used++] = words[i];
		else if (used > 0 && text[used - 1] != ' ')
			text[used++] = ' ';
	}
	if (used > 0 && text[used - 1] == ' ')
		used--;
	text[used] = '\0';
	return text;
}

static void rule_free(struct check_rule *rule)
{
	for (size_t i = 0; i < rule->program_count; i++)
		free(rule->programs[i]);
	free(rule->programs);
	free(rule->hints);
	free(rule->text);
	check_addresses_free(&rule->addresses);
}

static void append(struct check_rules *rules, struct check_rule rule)
{
	rules->list = array_grow(rules->list, rules->count, &rules->capacity, sizeof(*rules->list));
	rules->list[rules->count++] = rule;
}

/* A comment begins where a word could. */
static size_t rule_length(const char *words)
{
	size_t length = 0;

	while (words[length] && !strchr(";\n", words[length]) &&
		!(words[length] == '#' && (length == 0 || strchr(" \t\r", words[length - 1]))))
		length++;
	return length;
}

static void say_problem(const struct check_reader *reader, const char *name, const char *words,
	char *problem, size_t size)
{
	size_t line = 1, column = 1;

	for (const char *at = words; at < reader->at; at++) {
		column = *at == '\n' ? 1 : column + 1;
		line += *at == '\n';
	}
	if (reader->length == 0)
		snprintf(problem, size, "%s:%zu:%zu: the rule ends here: expected %s", name, line,
			column, reader->expected);
	else
		snprintf(problem, size, "%s:%zu:%zu: '%s': expected %s", name, line, column,
			reader->word, reader->expected);
}

bool check_rules_read(
	struct check_rules *rules, const char *name, const char *words, char *problem, size_t size)
{
	size_t before = rules->count;

	for (const char *at = words; *at;) {
		size_t length = rule_length(at);
		char *text = rule_text(at, length);
		struct check_reader reader = {.at = at, .end = at + length, .rule = {.text = text}};
		bool is_empty = !*text;
		if (is_empty) {
			free(text);
		} else if (read_rule(&reader)) {
			append(rules, reader.rule);
		} else {
			rule_free(&reader.rule);
			say_problem(&reader, name, words, problem, size);
			return false;
		}
		at += length;
		if (*at == '#')
			at += strcspn(at, "\n");
		at += *at != '\0';
	}
	if (rules->count > before)
		return true;
	snprintf(problem, size, "%s: there is no rule", name);
	return false;
}

/* The whole file, for the caller to free; NULL: see errno. */
static char *read_file(const char *name)
{
	FILE *file = fopen(name, "re");
	char *bytes;
	size_t length;

	if (!file)
		return NULL;
	bytes = xcalloc(MOST_BYTES + 1, 1);
	length = fread(bytes, 1, MOST_BYTES, file);
	int problem = ferror(file) ? errno : length == MOST_BYTES ? EFBIG : 0;
	fclose(file);
	if (problem == 0 && strlen(bytes) == length)
		return bytes;
	free(bytes);
	errno = problem ? problem : EILSEQ;
	return NULL;
}

bool check_rules_add(struct check_rules *rules, const char *words)
{
	bool is_file = *words == '@';
	char *read = is_file ? read_file(words + 1) : NULL;
	char problem[1000];
	bool is_good = false;

	if (is_file && !read) {
		print_message("sockview: --check: %s: %s\n", words + 1, strerror(errno));
		return false;
	}
	is_good = check_rules_read(rules, is_file ? words + 1 : "--check", is_file ? read : words,
		problem, sizeof(problem));
	if (!is_good)
		print_message("sockview: %s\n", problem);
	free(read);
	return is_good;
}

void check_rules_add_weight(struct check_rules *rules, enum hint_weight least)
{
	char text[80];
	int length = snprintf(text, sizeof(text), "no hints of");

	for (int i = 0; i <= (int)least; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%s",
			i > 0 ? "," : " ", hint_weight_word((size_t)i));
	struct check_rule rule = {.kind = CHECK_HINTS, .text = xstrdup(text)};
	choose_weights(&rule, HINT_BREAKS, (int)least);
	append(rules, rule);
}

void check_rules_free(struct check_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		rule_free(&rules->list[i]);
	free(rules->list);
}

bool check_rule_is_for(const struct check_rule *rule, const char *program)
{
	for (size_t i = 0; i < rule->program_count; i++)
		if (fnmatch(rule->programs[i], program, 0) == 0)
			return true;
	return rule->program_count == 0;
}
