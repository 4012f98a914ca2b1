/* SPDX-License-Identifier: MIT */
#include "format/decimal.h"

#include <stddef.h>
#include <string.h>

static size_t digit_count(uint64_t value)
{
	static const uint64_t powers[] = {0, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
		100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
		100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
		1000000000000000000, 10000000000000000000u};
	/* The logarithm of 2 to the base of 10 is a little more than 1233 / 4096. */
	size_t count = (size_t)(64 - __builtin_clzll(value | 1)) * 1233 >> 12;

	return count + (value >= powers[count]);
}

char *decimal_put(char *to, int64_t number)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930"
				    "313233343536373839404142434445464748495051525354555657585960"
				    "616263646566676869707172737475767778798081828384858687888990"
				    "919293949596979899";
	uint64_t value = number < 0 ? -(uint64_t)number : (uint64_t)number;

	*to = '-';
	to += number < 0;
	char *end = to + digit_count(value), *at = end;
	for (; value >= 100; value /= 100)
		memcpy(at -= 2, pairs + value % 100 * 2, 2);
	if (value >= 10)
		memcpy(at - 2, pairs + value * 2, 2);
	else
		at[-1] = (char)('0' + value);
	return end;
}
