/* SPDX-License-Identifier: MIT */
#include "viewer/views/data_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"

void datum_number(struct datum *datum, enum datum_kind kind, int64_t number)
{
	datum->kind = kind;
	datum->number = number;
}

void datum_words(struct datum *datum, const char *words)
{
	if (!*words)
		return;
	datum->kind = DATUM_WORDS;
	text_raw(&datum->words, words, strlen(words));
}

void datum_term(struct datum *datum, const char *words)
{
	datum->kind = DATUM_WORDS;
	datum->term = words;
	text_add(&datum->words, STYLE_PLAIN, words);
}

void datum_address(struct datum *datum, const struct value *address)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	datum_words(datum, words);
}

void datum_tell_nothing(struct json_output *output, const char *key, const void *row)
{
	(void)output;
	(void)key;
	(void)row;
}

static bool is_drawn(const struct data_table *table, const struct data_column *column)
{
	return column->title && !(column->is_since && table->instants.since_columns == 0);
}

/* In both languages where there is room. */
static void add_term(struct data_table *table, enum style style, const char *english)
{
	const char *words = dictionary_words(table->language, english);

	if (table->language == LANGUAGE_BOTH)
		table_add_either(
			table->table, style, words, dictionary_words(LANGUAGE_CHINESE, english));
	else
		table_add(table->table, style, words);
}

void data_table_begin(struct data_table *table, const struct data_column *columns,
	const struct text *text, const struct instants *instants, bool is_full)
{
	size_t count = 0;

	*table = (struct data_table){.columns = columns,
		.is_ascii = text->is_ascii,
		.language = text->language,
		.is_full = is_full};
	if (instants)
		table->instants = *instants;
	for (const struct data_column *column = columns; column->key; column++)
		if (is_drawn(table, column))
			table->letters[count++] = column->align;
	for (size_t i = 0; is_full && i < count; i++)
		if (table->letters[i] == 'o' || table->letters[i] == 'T')
			table->letters[i] = table->letters[i] == 'o' ? 'r' : 't';
	table->table = table_new(table->letters);
	count = 0;
	for (const struct data_column *column = columns; column->key; column++) {
		if (!is_drawn(table, column))
			continue;
		table_spare(table->table, count++, is_full ? 0 : column->spare);
		add_term(table, STYLE_FAINT, column->title);
	}
}

/* What stands in the cell; good until the next call with these `words`. */
static const char *cell_words(
	struct data_table *table, struct datum *datum, char words[INSTANT_SIZE])
{
	char amount[QUANTITY_SIZE], since[INSTANT_SIZE];

	switch (datum->kind) {
	case DATUM_NONE:
		return "-";
	case DATUM_WORDS:
		text_raw(&datum->words, "", 1);
		return datum->words.bytes + strspn(datum->words.bytes, " ");
	case DATUM_NUMBER:
		snprintf(words, INSTANT_SIZE, "%" PRId64, datum->number);
		break;
	case DATUM_BYTES:
		quantity_bytes(words, datum->number);
		break;
	case DATUM_RATE:
		quantity_bytes(amount, datum->number);
		snprintf(words, INSTANT_SIZE, "%.20s/s", amount);
		break;
	case DATUM_DURATION:
		quantity_time(words, datum->number, table->is_ascii);
		break;
	case DATUM_TIME:
		instants_next(&table->instants, datum->number, words, since);
		break;
	case DATUM_SINCE:
		instant_since_words(&table->instants, words, 0, datum->number);
		break;
	}
	return words;
}

/* Of words in both languages the Chinese ones stand beside, for where there is no room for both. */
static void add_cell(struct data_table *table, const struct data_column *column,
	const struct datum *datum, const void *row, const char *shown)
{
	struct datum brief = {.words = {.is_ascii = table->is_ascii, .language = LANGUAGE_CHINESE}};

	if (table->language != LANGUAGE_BOTH || datum->kind != DATUM_WORDS) {
		table_add(table->table, datum->style, shown);
		return;
	}
	column->fill(&brief, row);
	text_raw(&brief.words, "", 1);
	table_add_either(table->table, datum->style, shown,
		brief.words.bytes + strspn(brief.words.bytes, " "));
	text_free(&brief.words);
}

void data_table_row(struct data_table *table, const void *row)
{
	struct datum datum = {.words = {.is_ascii = table->is_ascii, .language = table->language}};
	char words[INSTANT_SIZE];

	for (size_t i = 0; table->columns[i].key; i++) {
		const struct data_column *column = &table->columns[i];
		if (!is_drawn(table, column))
			continue;
		datum.kind = DATUM_NONE;
		datum.term = NULL;
		datum.style = STYLE_PLAIN;
		datum.words.length = datum.words.column = 0;
		column->fill(&datum, row);
		table->has_some[i] |= datum.kind != DATUM_NONE;
		const char *shown = cell_words(table, &datum, words);
		bool is_same =
			column->is_once && table->shown[i] && strcmp(shown, table->shown[i]) == 0;
		if (datum.term && !is_same)
			add_term(table, datum.style, datum.term);
		else if (is_same)
			table_add(table->table, datum.style, "");
		else
			add_cell(table, column, &datum, row, shown);
		if (column->is_once && !is_same) {
			free(table->shown[i]);
			table->shown[i] = xstrdup(shown);
		}
	}
	text_free(&datum.words);
}

void data_table_end(struct data_table *table, struct text *text)
{
	/* Nothing is known of any row. */
	for (size_t i = 0, at = 0; table->columns[i].key; i++) {
		const struct data_column *column = &table->columns[i];
		if (!is_drawn(table, column))
			continue;
		if (column->spare > 0 && !table->has_some[i] && !table->is_full)
			table_spare(table->table, at, TABLE_NEVER);
		at++;
	}
	table_draw(text, table->table);
	table_free(table->table);
	for (size_t i = 0; table->columns[i].key; i++)
		free(table->shown[i]);
}

void data_table_tell(struct json_output *output, const struct data_column *columns, const void *row)
{
	data_table_tell_member(output, NULL, columns, row);
}

void data_table_tell_member(struct json_output *output, const char *key,
	const struct data_column *columns, const void *row)
{
	struct datum datum = {.words = text_like(output->text)};

	json_object_begin(&output->writer, key);
	for (const struct data_column *column = columns; column->key; column++) {
		if (column->tell) {
			column->tell(output, column->key, row);
			continue;
		}
		datum.kind = DATUM_NONE;
		column->fill(&datum, row);
		if (datum.kind == DATUM_WORDS && datum.words.length > 0)
			json_output_words(output, column->key, &datum.words);
		else if (datum.kind != DATUM_NONE && datum.kind != DATUM_WORDS)
			json_number(&output->writer, column->key, datum.number);
	}
	json_object_end(&output->writer);
	json_output_some(output);
	text_free(&datum.words);
}
