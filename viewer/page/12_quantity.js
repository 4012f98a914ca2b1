// SPDX-License-Identifier: MIT
/* Times, bytes and counts in words, as sockview's other views write them. */
(() => {
	/* How instants are said on this page: `begin` of the trace, by which clock, in which unit. */
	let said = { mode: "relative", unit: ["ms", 1e6], clock: null, hasDate: false };
	const BYTE_UNITS = ["kB", "MB", "GB", "TB", "PB", "EB"];

	function threeDigits(value) {
		return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
	}

	function time(ns) {
		if (ns < 0) return "−" + time(-ns);
		if (ns === 0) return "0";
		if (ns < 1000) return Math.round(ns) + " ns";
		if (ns < 999500) return threeDigits(ns / 1e3) + " µs";
		if (ns < 999500000) return threeDigits(ns / 1e6) + " ms";
		if (ns < 60e9) return threeDigits(ns / 1e9) + " s";
		const seconds = Math.floor(ns / 1e9);
		const [major, minor, units] = seconds < 3600
			? [seconds / 60, seconds % 60, [" min ", " s"]]
			: [seconds / 3600, (seconds / 60) % 60, [" h ", " min"]];
		return Math.floor(major) + units[0] + String(Math.floor(minor)).padStart(2, "0") + units[1];
	}

	/* All of the page says them alike: by the clock, if the trace has one and that is asked for. */
	function beginInstants(trace) {
		const clock = trace.time === "clock" ? trace.clock : null;
		said = { mode: trace.time, clock, hasDate: false };
		said.unit = trace.end - trace.begin < 1e9 ? ["ms", 1e6] : ["s", 1e9];
		if (clock)
			said.hasDate =
				clockTime(0).toDateString() !== clockTime(trace.end - trace.begin).toDateString();
	}

	const clockTime = (ns) =>
		new Date((said.clock.seconds + Math.floor((said.clock.nanoseconds + ns) / 1e9)) * 1000);

	function clockWords(ns, decimals) {
		const at = clockTime(ns), two = (number) => String(number).padStart(2, "0");
		const rest = (said.clock.nanoseconds + ns) % 1e9;
		const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
		const fraction = String(Math.floor((rest < 0 ? rest + 1e9 : rest))).padStart(9, "0");
		return (said.hasDate ? date + " " : "")
			+ [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")
			+ (decimals > 0 ? "." + fraction.slice(0, decimals) : "");
	}

	const exact = (us, [name, size]) =>
		(us * 1e3 / size).toFixed(Math.log10(size) - 3) + " " + name;

	/* When, since the trace began or by the clock: to the microsecond, in one unit. */
	function instant(ns) {
		return said.clock ? clockWords(ns, 6) : exact(Math.trunc(ns / 1e3), said.unit);
	}

	/* The same of a place whose distance from its neighbours is `step`. */
	function tick(ns, step) {
		const size = said.clock ? 1e9 : said.unit[1];
		const decimals = Math.max(0, Math.min(9, Math.ceil(Math.log10(size / step) - 1e-9)));
		if (said.clock) return clockWords(ns, decimals);
		return ns === 0 ? "0" : (ns / size).toFixed(decimals) + " " + said.unit[0];
	}

	/* How long after the line before a line of a list is; null: there is none before. */
	function since(before, ns) {
		if (said.mode === "delta") {
			const us = Math.trunc(ns / 1e3) - Math.trunc((before ?? 0) / 1e3);
			return (us < 0 ? "-" : "+") + exact(Math.abs(us), said.unit);
		}
		if (before === null) return "";
		return ns < before ? "-" + time(before - ns) : "+" + time(ns - before);
	}

	/* What a line of a list begins with: when it is, and how long after the line before. */
	function lineTimes(before, ns) {
		return said.mode === "delta" ? [since(before, ns), ""] : [instant(ns), since(before, ns)];
	}

	function bytes(count) {
		if (count < 1000) return count + " B";
		let value = count / 1e3, unit = 0;
		for (; value >= 999.5 && unit < 5; unit++) value /= 1e3;
		return threeDigits(value) + " " + BYTE_UNITS[unit];
	}

	function count(value) {
		return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
	}

	/* By one of two formats: "%zu call" and "%zu calls". */
	function counted(value, one, many) {
		return Sockline.say(value === 1 ? one : many, count(value));
	}

	/* The least of 1, 2, 5, 10, 20 … that is not below `least`. */
	function niceStep(least) {
		const power = 10 ** Math.floor(Math.log10(least));
		for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
		return 10 * power;
	}

	Sockline.quantity = { time, beginInstants, instant, lineTimes, tick, bytes, count, counted, niceStep };
})();
