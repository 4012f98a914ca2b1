/* SPDX-License-Identifier: MIT */
/* The order of files that one trace was written to: socktrace --rotate. */
#ifndef VIEWER_FILE_ORDER_H
#define VIEWER_FILE_ORDER_H

#include <stddef.h>

/* Sorts the names of the files, "-" for standard input: those of one trace by their numbers, so
 * that they can be given in any order, behind each other where the first of them was. Others stay
 * in their order, as do those that cannot be read. */
void file_order_sort(char **names, size_t count);

#endif
