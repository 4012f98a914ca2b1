// SPDX-License-Identifier: MIT
/* Times, bytes and counts in words, as sockview's other views write them. */
(() => {
	const TIME_UNITS = [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]];
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

	/* A moment whose distance from its neighbours is `step`, so that they can be told apart. */
	function moment(ns, step) {
		const size = Math.max(Math.abs(ns), step);
		let unit = TIME_UNITS[0];
		for (const candidate of TIME_UNITS) if (size >= candidate[1]) unit = candidate;
		const decimals = Math.max(0, Math.min(9, Math.ceil(Math.log10(unit[1] / step) - 1e-9)));
		return ns === 0 ? "0" : (ns / unit[1]).toFixed(decimals) + " " + unit[0];
	}

	/* A moment to the microsecond. */
	const instant = (ns) => (ns < 1e6 ? time(ns) : moment(ns, 1e3));

	function bytes(count) {
		if (count < 1000) return count + " B";
		let value = count / 1e3, unit = 0;
		for (; value >= 999.5 && unit < 5; unit++) value /= 1e3;
		return threeDigits(value) + " " + BYTE_UNITS[unit];
	}

	function count(value) {
		return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
	}

	function counted(value, noun) {
		return count(value) + " " + noun + (value === 1 ? "" : "s");
	}

	/* The least of 1, 2, 5, 10, 20 … that is not below `least`. */
	function niceStep(least) {
		const power = 10 ** Math.floor(Math.log10(least));
		for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
		return 10 * power;
	}

	Sockline.quantity = { time, moment, instant, bytes, count, counted, niceStep };
})();
