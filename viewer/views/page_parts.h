/* SPDX-License-Identifier: MIT */
/* The parts of the page's data, one after the other. */
#ifndef VIEWER_PAGE_PARTS_H
#define VIEWER_PAGE_PARTS_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"
#include "viewer/views/view.h"

#define PAGE_NOT_SHOWN UINT32_MAX

/* The making of the page's data. */
struct page_data {
	const struct selection *selection;
	const struct trace *trace;
	const struct view_options *options;
	struct json_output *output;
	uint32_t *numbers;        /* owned: of the calls on the page, or PAGE_NOT_SHOWN */
	int64_t *made;            /* owned: the first descriptor that a call has made; -1: none */
	bool *is_member;          /* owned: the call stands in some lane */
	struct tree_node *nodes;  /* owned: the processes in the order of the page */
	uint32_t *process_places; /* owned, by the numbers of processes */
};

/* The lane of the call on the page: the number of a descriptor, or -1. */
int64_t page_descriptor_of(const struct page_data *d, const struct call *call);

/* The call's number on the page; -1: it is not there. */
int64_t page_call_number(const struct page_data *d, uint32_t call);

/* The phases of a lane: those of enum phase, where 0 goes on with the one before, and none: the
 * close of a copy. */
enum { PAGE_PHASE_GOES_ON, PAGE_PHASE_NONE = PHASE_RELEASE + 1, PAGE_PHASE_COUNT };

/* The phase that a lane tells the call in. */
int64_t page_phase_of(const struct page_data *d, const struct descriptor *lane, uint32_t call);

/* Our own words in the language of the page, where the dictionary has them. */
enum language page_language(const struct page_data *d);
const char *page_words(const struct page_data *d, const char *english);

/* What the numbers of a column mean: the names of an enum, from 0 on. */
void page_names_add(struct page_data *d, const char *key, const char *const *names, size_t count);

/* "calls", "threads", "kinds", "flags", "payloads". */
void page_calls_add(struct page_data *d);

/* "styles", "glyphs", "effects", "link_kinds", "story", "lane_phases", "phases", "sockets",
 * "descriptors", "connections", "outcomes". */
void page_tables_add(struct page_data *d);

/* "processes", "members", "rows", "folds", "links". */
void page_lanes_add(struct page_data *d);

/* "verdict", "hints", "hints_left_out". */
void page_hints_add(struct page_data *d);

/* "exchanges", "exchange_kinds", "exchange_flags", "exchange_words", "talks", "talks_left_out". */
void page_exchanges_add(struct page_data *d);

/* "state": the kernel after each call. */
void page_state_add(struct page_data *d);

/* "sequence". */
void page_sequence_add(struct page_data *d);

#endif
