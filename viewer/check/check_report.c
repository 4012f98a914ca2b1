/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_report.h"

#include "viewer/check/check_words.h"

/* So many findings of a rule are said. */
#define MOST_FINDINGS 5

#define INDENT 10

static void put_kept(struct text *text, const struct check_result *result)
{
	text_add(text, STYLE_ESTABLISH, "kept");
	text_pad(text, INDENT);
	check_put_rule(text, result->rule);
	if (result->things) {
		text_add(text, STYLE_FAINT, " (");
		check_put_seen(text, result);
		text_add(text, STYLE_FAINT, ")");
	}
	text_end_line(text);
}

static void put_violated(struct text *text, const struct check_result *result,
	const struct trace *trace, const struct instants *instants, bool is_full)
{
	size_t shown = is_full || result->count <= MOST_FINDINGS ? result->count : MOST_FINDINGS;
	size_t rest = result->violations;

	text_add(text, STYLE_ERROR, "VIOLATED");
	text_pad(text, INDENT);
	check_put_rule(text, result->rule);
	text_end_line(text);
	for (size_t i = 0; i < shown; i++) {
		text_add(text, STYLE_PLAIN, "  ");
		check_put_place(text, trace, &result->list[i]);
		check_put_finding(text, trace, instants, &result->list[i]);
		text_end_line(text);
		rest -= result->list[i].times;
	}
	if (rest > 0) {
		text_add(text, STYLE_FAINT, "  ");
		text_addf(text, STYLE_FAINT, "and %zu more", rest);
		text_add(text, STYLE_FAINT, is_full || shown == CHECK_FINDINGS ? "" : " (--full)");
		text_end_line(text);
	}
}

void check_report(struct text *text, const struct checks *checks, enum time_mode time, bool is_full)
{
	struct instants instants = instants_of(checks->trace, time, text->is_ascii);

	for (size_t i = 0; i < checks->count; i++)
		if (checks->list[i].violations == 0)
			put_kept(text, &checks->list[i]);
	for (size_t i = 0; i < checks->count; i++)
		if (checks->list[i].violations > 0)
			put_violated(text, &checks->list[i], checks->trace, &instants, is_full);
	if (checks->violated == 0)
		text_addf(text, STYLE_TITLE, "check passed: all %zu rules are kept", checks->count);
	else
		text_addf(text, STYLE_TITLE, "check FAILED: %zu of %zu rules violated",
			checks->violated, checks->count);
	text_end_line(text);
}
