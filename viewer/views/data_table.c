/* SPDX-License-Identifier: MIT */
#include "viewer/views/data_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/address.h"
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

void datum_address(struct datum *datum, const struct value *address)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	datum_words(datum, words);
}

void data_table_begin(struct data_table *table, const struct data_column *columns,
	const struct text *text, const struct trace *trace, bool is_full)
{
	size_t count = 0;

	*table = (struct data_table){
		.columns = columns, .is_ascii = text->is_ascii, .begin_ns = trace->begin_ns};
	for (const struct data_column *column = columns; column->key; column++)
		if (column->title)
			table->letters[count++] = column->align;
	for (size_t i = 0; is_full && i < count; i++)
		if (table->letters[i] == 'o')
			table->letters[i] = 'r';
	table->table = table_new(table->letters);
	for (const struct data_column *column = columns; column->key; column++)
		if (column->title)
			table_add(table->table, STYLE_FAINT, column->title);
}

/* What stands in the cell; good until the next call with these `words`. */
static const char *cell_words(
	const struct data_table *table, struct datum *datum, char words[QUANTITY_SIZE])
{
	char amount[QUANTITY_SIZE];

	switch (datum->kind) {
	case DATUM_NONE:
		return "-";
	case DATUM_WORDS:
		text_raw(&datum->words, "", 1);
		return datum->words.bytes + strspn(datum->words.bytes, " ");
	case DATUM_NUMBER:
		snprintf(words, QUANTITY_SIZE, "%" PRId64, datum->number);
		break;
	case DATUM_BYTES:
		quantity_bytes(words, datum->number);
		break;
	case DATUM_RATE:
		quantity_bytes(amount, datum->number);
		snprintf(words, QUANTITY_SIZE, "%.20s/s", amount);
		break;
	case DATUM_DURATION:
		quantity_time(words, datum->number, table->is_ascii);
		break;
	case DATUM_TIME:
		quantity_time(words, datum->number - table->begin_ns, table->is_ascii);
		break;
	}
	return words;
}

void data_table_row(struct data_table *table, const void *row)
{
	struct datum datum = {.words = {.is_ascii = table->is_ascii}};
	char words[QUANTITY_SIZE];

	for (size_t i = 0; table->columns[i].key; i++) {
		const struct data_column *column = &table->columns[i];
		if (!column->title)
			continue;
		datum.kind = DATUM_NONE;
		datum.style = STYLE_PLAIN;
		datum.words.length = datum.words.column = 0;
		column->fill(&datum, row);
		const char *shown = cell_words(table, &datum, words);
		bool is_same =
			column->is_once && table->shown[i] && strcmp(shown, table->shown[i]) == 0;
		table_add(table->table, datum.style, is_same ? "" : shown);
		if (column->is_once && !is_same) {
			free(table->shown[i]);
			table->shown[i] = xstrdup(shown);
		}
	}
	text_free(&datum.words);
}

void data_table_end(struct data_table *table, struct text *text)
{
	table_draw(text, table->table);
	table_free(table->table);
	for (size_t i = 0; table->columns[i].key; i++)
		free(table->shown[i]);
}

void data_table_tell(struct json_output *output, const struct data_column *columns, const void *row)
{
	struct datum datum = {.words = {.is_ascii = output->text->is_ascii}};

	json_object_begin(&output->writer, NULL);
	for (const struct data_column *column = columns; column->key; column++) {
		if (column->tell) {
			column->tell(output, column->key, row);
			continue;
		}
		datum.kind = DATUM_NONE;
		column->fill(&datum, row);
		if (datum.kind == DATUM_WORDS)
			json_output_words(output, column->key, &datum.words);
		else if (datum.kind != DATUM_NONE)
			json_number(&output->writer, column->key, datum.number);
	}
	json_object_end(&output->writer);
	json_output_some(output);
	text_free(&datum.words);
}
