/* SPDX-License-Identifier: MIT */
#include "viewer/model/filter_time.h"

#include <string.h>

#define SECOND_NS 1000000000

/* The digits, after which *end is what follows, in units of `unit_ns`, exactly. */
static bool read_decimal(const char *text, const char *end, int64_t unit_ns, int64_t *time_ns)
{
	int64_t whole = 0, fraction_ns = 0, digit_ns = unit_ns;

	for (; text < end && *text != '.'; text++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(whole, *text - '0', &whole))
			return false;
	for (text += text < end; text < end; text++) {
		digit_ns /= 10;
		fraction_ns += (*text - '0') * digit_ns;
	}
	return !__builtin_mul_overflow(whole, unit_ns, time_ns) &&
	       !__builtin_add_overflow(*time_ns, fraction_ns, time_ns);
}

/* Where the digits end, one of which is there at least, and perhaps a point; NULL: there is none.
 */
static const char *skip_decimal(const char *text)
{
	const char *point = text + strspn(text, "0123456789");
	const char *end = point + (*point == '.');

	end += *point == '.' ? strspn(end, "0123456789") : 0;
	return end - text > (*point == '.') ? end : NULL;
}

bool filter_duration(const char *text, int64_t *time_ns)
{
	static const struct {
		const char *name;
		int64_t unit_ns;
	} units[] = {{"", 1}, {"ns", 1}, {"us", 1000}, {"µs", 1000}, {"ms", 1000000},
		{"s", SECOND_NS}, {"m", 60LL * SECOND_NS}, {"min", 60LL * SECOND_NS},
		{"h", 3600LL * SECOND_NS}};
	const char *end = skip_decimal(text);

	if (!end)
		return false;
	const char *name = end + strspn(end, " ");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(name, units[i].name) == 0)
			return read_decimal(text, end, units[i].unit_ns, time_ns);
	return false;
}

static bool read_clock(const char *text, struct filter_instant *instant)
{
	const char *date = strptime(text, "%Y-%m-%d", &instant->local);

	instant->has_date = date && (*date == ' ' || *date == 'T');
	const char *rest = strptime(instant->has_date ? date + 1 : text, "%H:%M", &instant->local);
	instant->local.tm_sec = 0;
	if (rest && *rest == ':')
		rest = strptime(rest, ":%S", &instant->local);
	if (!rest)
		return false;
	instant->is_clock = true;
	const char *end = *rest == '.' ? rest + 1 + strspn(rest + 1, "0123456789") : rest;
	return *end == '\0' && read_decimal(rest, end, SECOND_NS, &instant->clock_ns);
}

bool filter_instant(const char *text, struct filter_instant *instant)
{
	*instant = (struct filter_instant){.is_given = true};
	return filter_duration(text + (*text == '+'), &instant->since_begin_ns) ||
	       read_clock(text, instant);
}

/* In nanoseconds since 1970. */
static bool find_clock(
	const struct filter_instant *instant, int64_t trace_begin_ns, int64_t *clock_ns)
{
	time_t begin = trace_begin_ns / SECOND_NS;
	struct tm local = instant->local, first;

	if (!localtime_r(&begin, &first))
		return false;
	if (!instant->has_date) {
		local.tm_year = first.tm_year;
		local.tm_mon = first.tm_mon;
		local.tm_mday = first.tm_mday;
	}
	local.tm_isdst = -1;
	return !__builtin_mul_overflow(mktime(&local), SECOND_NS, clock_ns) &&
	       !__builtin_add_overflow(*clock_ns, instant->clock_ns, clock_ns);
}

bool filter_instant_settle(struct filter_instant *instant, const struct trace *trace, bool is_last)
{
	int64_t clock_ns, begin_ns, printed_ns = instant->since_begin_ns;
	int64_t started_ns = trace->part_count > 0 ? trace->parts[0].started_ns : 0;

	if (!instant->is_given)
		return true;
	if (instant->is_clock) {
		if (started_ns == 0 ||
			__builtin_add_overflow(started_ns, trace->begin_ns, &begin_ns) ||
			!find_clock(instant, begin_ns, &clock_ns) ||
			__builtin_sub_overflow(clock_ns, begin_ns, &instant->since_begin_ns))
			return false;
		printed_ns = clock_ns;
	}
	/* What is printed is cut off behind the microseconds. */
	if (is_last && printed_ns % 1000 == 0)
		instant->since_begin_ns += 999;
	return true;
}
