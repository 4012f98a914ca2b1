/* SPDX-License-Identifier: MIT */
/* Numbers in decimal digits, for what is written too often for printf(3). */
#ifndef FORMAT_DECIMAL_H
#define FORMAT_DECIMAL_H

#include <stdint.h>

/* INT64_MIN has so many characters. */
#define DECIMAL_SIZE 20

/* Writes the number, without a NUL. Returns its end. */
char *decimal_put(char *to, int64_t value);

#endif
