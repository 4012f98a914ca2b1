/* SPDX-License-Identifier: MIT */
/* The calls of a trace for the page of the view html: columns of numbers, and what each says. */
#ifndef VIEWER_PAGE_CALLS_H
#define VIEWER_PAGE_CALLS_H

#include "format/json_writer.h"
#include "viewer/model/selection.h"
#include "viewer/term/text.h"

#define PAGE_NOT_SHOWN UINT32_MAX

/* The making of the page's data. */
struct page_data {
	struct text *text;
	const struct selection *selection;
	const struct trace *trace;
	struct json_writer json;     /* goes to the text now and then */
	struct json_writer payloads; /* found while the calls are told */
	uint32_t *numbers;           /* of the calls on the page, or PAGE_NOT_SHOWN */
	int64_t *made;               /* the first descriptor that a call has made; -1: none */
	size_t payload_count;
};

/* Gives the text what there is of the JSON; or only when there is much. */
void page_give(struct page_data *d);
void page_give_some(struct page_data *d);

/* The lane of the call on the page: the number of a descriptor, or -1. */
int64_t page_descriptor_of(const struct page_data *d, const struct call *call);

void page_calls_add(struct page_data *d);

#endif
