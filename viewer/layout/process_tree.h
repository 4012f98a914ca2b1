/* SPDX-License-Identifier: MIT */
/* Processes in the order in which they are shown: each under the one that started it. */
#ifndef VIEWER_PROCESS_TREE_H
#define VIEWER_PROCESS_TREE_H

#include "viewer/model/trace.h"

struct tree_node {
	const struct process *process;
	size_t depth; /* 0: started by nobody in the trace */
};

/* As many nodes as the trace has processes, for the caller to free. */
struct tree_node *process_tree_new(const struct trace *trace);

#endif
