/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_search.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/term/dictionary.h"
#include "viewer/wording/names.h"

struct text check_text(const struct check_search *search)
{
	struct text text = text_like(search->words);

	text.width = SIZE_MAX;
	return text;
}

void check_put_address(struct text *text, const char *family, const char *address)
{
	const char *words = *address ? address : family;

	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), text->column + CHECK_COLUMNS);
	if (!*address)
		text_add(text, STYLE_PLAIN,
			*family ? ", at an address that the trace does not tell"
				: "an address that the trace does not tell");
}

static struct check_finding *finding_of(struct check_result *result, const char *key)
{
	uint32_t number = string_table_find(&result->known, key);

	/* The strings count from 1, as "" is none of them: each has a finding. */
	if (number != NO_STRING)
		return &result->list[number - 1];
	if (result->count == CHECK_FINDINGS)
		return NULL;
	string_table_number(&result->known, key);
	result->list =
		array_grow(result->list, result->count, &result->capacity, sizeof(*result->list));
	result->list[result->count] = (struct check_finding){.call = NO_CALL};
	return &result->list[result->count++];
}

void check_add_text(struct check_search *search, uint32_t call, const struct process *process,
	int64_t took_ns, struct text *text)
{
	struct check_result *result = search->result;
	const char *program = process ? name_program(process) : "";
	size_t size = strlen(program) + 1;
	char *key = xcalloc(text->length + 1 + size, 1);

	memcpy(key, text->bytes, text->length);
	key[text->length] = '\n';
	memcpy(key + text->length + 1, program, size);
	struct check_finding *finding = finding_of(result, key);
	result->violations++;
	if (finding && (finding->times == 0 || took_ns > finding->took_ns)) {
		finding->call = call;
		finding->process = process;
		finding->took_ns = took_ns;
	}
	if (finding && finding->times++ == 0) {
		key[text->length] = '\0';
		finding->what = xstrdup(key);
	}
	free(key);
	text_free(text);
}

void check_add(struct check_search *search, uint32_t call, const struct process *process,
	const char *format, ...)
{
	struct text text = check_text(search);
	char words[300];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), dictionary_words(text.language, format), arguments);
	va_end(arguments);
	text_add(&text, STYLE_PLAIN, words);
	check_add_text(search, call, process, 0, &text);
}

bool check_is_for(const struct check_search *search, const struct process *process)
{
	return search->rule->program_count == 0 ||
	       (process && check_rule_is_for(search->rule, name_program(process)));
}
