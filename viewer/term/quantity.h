/* SPDX-License-Identifier: MIT */
/* Durations and sizes as people read them: three digits and a unit. */
#ifndef VIEWER_QUANTITY_H
#define VIEWER_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#define QUANTITY_SIZE 32

/* "950 ns", "1.38 ms", "12.4 s", "2 h 05 min". `micro` is the sign for a millionth. */
void quantity_time(char text[QUANTITY_SIZE], int64_t time_ns, bool is_ascii);

/* "0 B", "512 B", "1.38 kB", "12.4 MB": decimal, as the bytes of a network are counted. */
void quantity_bytes(char text[QUANTITY_SIZE], int64_t bytes);

/* Adds `more` to the sum, which stays INT64_MAX where it would be more: a log may say anything. */
void quantity_add_up(int64_t *sum, int64_t more);

#endif
