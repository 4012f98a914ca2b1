/* SPDX-License-Identifier: MIT */
/* The calls of a trace for the page of the view html: columns of numbers, and what each says. */
#ifndef VIEWER_PAGE_CALLS_H
#define VIEWER_PAGE_CALLS_H

#include "viewer/model/selection.h"
#include "viewer/term/json_output.h"

#define PAGE_NOT_SHOWN UINT32_MAX

/* The making of the page's data. */
struct page_data {
	const struct selection *selection;
	const struct trace *trace;
	struct json_output *output;
	struct json_writer payloads; /* found while the calls are told */
	uint32_t *numbers;           /* of the calls on the page, or PAGE_NOT_SHOWN */
	int64_t *made;               /* the first descriptor that a call has made; -1: none */
	size_t payload_count;
};

/* The lane of the call on the page: the number of a descriptor, or -1. */
int64_t page_descriptor_of(const struct page_data *d, const struct call *call);

void page_calls_add(struct page_data *d);

#endif
