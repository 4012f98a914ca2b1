/* SPDX-License-Identifier: MIT */
#include "viewer/term/quantity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/decimal.h"

/* Three digits of a value of at least 1, as printf(3) rounds them. It is asked only where the value
 * is so near the middle between two that the digits behind it decide. */
static void three_digits(char text[QUANTITY_SIZE], double value, const char *unit)
{
	static const int parts[] = {1, 10, 100};
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	double scaled = value * parts[decimals];
	int64_t digits = (int64_t)scaled;
	double rest = scaled - (double)digits;

	if (rest > 0.499999 && rest < 0.500001) {
		snprintf(text, QUANTITY_SIZE, "%.*f %s", decimals, value, unit);
		return;
	}
	digits += rest > 0.5;
	char *p = decimal_put(text, digits / parts[decimals]);
	if (decimals > 0)
		*p++ = '.';
	while (decimals-- > 0)
		*p++ = (char)('0' + digits / parts[decimals] % 10);
	*p++ = ' ';
	memcpy(p, unit, strlen(unit) + 1);
}

void quantity_time(char text[QUANTITY_SIZE], int64_t time_ns, bool is_ascii)
{
	const int64_t minute_ns = 60000000000, hour_ns = 60 * minute_ns;

	if (time_ns == 0)
		memcpy(text, "0", sizeof("0"));
	else if (time_ns < 1000)
		memcpy(decimal_put(text, time_ns), " ns", sizeof(" ns"));
	else if (time_ns < 999500)
		three_digits(text, (double)time_ns / 1e3, is_ascii ? "us" : "µs");
	else if (time_ns < 999500000)
		three_digits(text, (double)time_ns / 1e6, "ms");
	else if (time_ns < minute_ns)
		three_digits(text, (double)time_ns / 1e9, "s");
	else if (time_ns < hour_ns)
		snprintf(text, QUANTITY_SIZE, "%" PRId64 " min %02" PRId64 " s",
			time_ns / minute_ns, time_ns % minute_ns / 1000000000);
	else
		snprintf(text, QUANTITY_SIZE, "%" PRId64 " h %02" PRId64 " min", time_ns / hour_ns,
			time_ns % hour_ns / minute_ns);
}

void quantity_bytes(char text[QUANTITY_SIZE], int64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)bytes / 1e3;
	size_t unit = 0;

	if (bytes < 1000) {
		memcpy(decimal_put(text, bytes), " B", sizeof(" B"));
		return;
	}
	for (; value >= 999.5 && unit < 5; unit++)
		value /= 1e3;
	three_digits(text, value, units[unit]);
}

void quantity_add_up(int64_t *sum, int64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = INT64_MAX;
}
