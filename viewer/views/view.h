/* SPDX-License-Identifier: MIT */
/* The views of a trace: a pure function each, and one row in the table. */
#ifndef VIEWER_VIEW_H
#define VIEWER_VIEW_H

#include "viewer/layout/rank.h"
#include "viewer/model/filter_time.h"
#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/term/text.h"
#include "viewer/views/csv_tables.h"
#include "viewer/wording/instant.h"

enum view_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };

enum view_part { PART_BOTH, PART_TIMELINE, PART_SEQUENCE, PART_STATE };

/* The step of the view state. Zeros: the one that the view chooses. */
struct view_at {
	size_t call; /* counts from 1 */
	struct filter_instant instant;
};

struct view_options {
	bool is_linear; /* the time scale */
	bool is_full;   /* leave nothing out */
	size_t top;     /* of many descriptors or sockets this many */
	enum sort sort;
	bool by_thread; /* a column of the sequence for each */
	enum time_mode time;
	enum view_part part; /* of the SVG file */
	struct view_at at;
	bool is_stepping; /* a picture for each step, from that on */
	enum view_format format;
	const char *table; /* of CSV, borrowed; NULL: the view's first */
	enum text_gap gaps;
};

struct view {
	const char *name; /* NULL ends the table */
	const char *help;
	void (*draw)(struct text *text, const struct selection *selection,
		const struct view_options *options);
	/* What is drawn, as members of one JSON object: docs/view-format.md. */
	void (*tell)(struct json_output *output, const struct selection *selection,
		const struct view_options *options);
	bool is_data;         /* read by other programs, to which nothing else is said */
	size_t most;          /* calls that it is of; 0: any number */
	bool is_of_exchanges; /* the filters choose these, and not calls */
	bool has_gaps;        /* what --blank takes out is marked in its text; of data it is
			       * numbered there, too */
	bool has_exchanges;   /* beside other things, and sorts them */
	bool is_for_file;     /* not for a terminal: bytes that are no text, or a page */
	bool is_json;         /* its text is JSON already */
	bool warns_beside;    /* it has no room for what the trace warns of */
	/* Shows a trace that still grows, as --follow wants it; NULL: only all of it. */
	bool (*follow)(struct text *text, struct trace *trace, struct source *source,
		struct filter *filter, enum time_mode time, size_t *shown);
	/* What comes through a pipe is shown while it comes, whether --follow is there or not. */
	bool is_live;
};

extern const struct view views[];

/* What the ending of a file's name says of what is to be written to it. */
struct view_ending {
	const char *ending;
	const char *view; /* its name; NULL: any */
	enum view_format format;
	const char *refusal; /* why no such file is written, and what to do; NULL: it is */
};

/* Draws the view, or tells it as a line of JSON, or a table of it as CSV: then returns how many
 * rows of that are left out, else 0. */
size_t view_show(const struct view *view, struct text *text, const struct selection *selection,
	const struct view_options *options);

/* The table of CSV that is chosen; NULL: the view has no such table. */
const struct csv_table *view_table(const struct view *view, const struct view_options *options);

/* How many of many are shown. */
size_t view_most(const struct view_options *options);

/* The view of that name, or NULL. */
const struct view *view_find(const char *name);

/* The one view whose name begins so, or NULL. */
const struct view *view_guess(const char *beginning);

/* The ending that the file's name has, before that of its compression, or NULL. */
const struct view_ending *view_ending_of(const char *name);

/* The name of the view at `index`, NULL after the last one. */
const char *view_word(size_t index);

void view_overview(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_timeline(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_log(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_socket(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_calls(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_html(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_summary(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_exchanges(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_hints(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_sequence(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_state(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_mermaid(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_svg(
	struct text *text, const struct selection *selection, const struct view_options *options);
void view_otlp(
	struct text *text, const struct selection *selection, const struct view_options *options);

void view_pcapng(
	struct text *text, const struct selection *selection, const struct view_options *options);

void view_perfetto(
	struct text *text, const struct selection *selection, const struct view_options *options);

void view_overview_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_timeline_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_log_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_socket_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_calls_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_html_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_summary_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_exchanges_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_hints_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_sequence_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_state_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_svg_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_otlp_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_pcapng_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);
void view_perfetto_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options);

#endif
