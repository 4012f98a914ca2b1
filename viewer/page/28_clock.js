// SPDX-License-Identifier: MIT
/*
 * Where a time stands: as it is, or with long idle stretches folded, so that a microsecond exchange
 * after a second of waiting can still be read. Positions are nanoseconds, too.
 */
(() => {
	/* A gap is idle when it is longer than this part of all shorter gaps together. */
	const IDLE_PART = 0.5;
	const FOLDED_PART = 0.03;

	function linear(trace) {
		return {
			folds: [], begin: trace.begin, end: trace.end,
			position: (time) => time, time: (position) => position,
		};
	}

	function moments(trace) {
		const { calls, descriptors } = trace;
		const all = new Float64Array(2 * calls.count + 2 * descriptors.length + 2);
		all.set(calls.time);
		all.set(calls.end, calls.count);
		let at = 2 * calls.count;
		for (const it of descriptors) {
			all[at++] = it.born;
			all[at++] = it.ended === null ? trace.end : it.ended;
		}
		all[at++] = trace.begin;
		all[at++] = trace.end;
		return all.sort();
	}

	/* The length from which a gap is idle, and what it is folded to. */
	function idleLength(sorted) {
		const gaps = new Float64Array(sorted.length - 1);
		for (let i = 0; i < gaps.length; i++) gaps[i] = sorted[i + 1] - sorted[i];
		gaps.sort();
		let sum = 0;
		for (let i = 0; i < gaps.length; i++) {
			if (i > gaps.length / 2 && gaps[i] > IDLE_PART * sum && sum > 0)
				return { least: gaps[i], folded: FOLDED_PART * sum };
			sum += gaps[i];
		}
		return null;
	}

	function foldsOf(trace) {
		const sorted = moments(trace);
		const idle = idleLength(sorted);
		const folds = [];
		let saved = 0;
		for (let i = 1; idle && i < sorted.length; i++) {
			const from = sorted[i - 1], to = sorted[i];
			if (to - from < idle.least) continue;
			folds.push({ from, to, at: from - saved, length: idle.folded });
			saved += to - from - idle.folded;
		}
		return { folds, saved };
	}

	/* The last fold that begins at or before the value of the key, or -1. */
	function foldBefore(folds, key, value) {
		let low = 0, high = folds.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (folds[middle][key] <= value) low = middle + 1;
			else high = middle;
		}
		return low - 1;
	}

	function folded(trace) {
		const { folds, saved } = foldsOf(trace);
		if (folds.length === 0) return linear(trace);
		function position(time) {
			const fold = folds[foldBefore(folds, "from", time)];
			if (!fold) return time;
			if (time >= fold.to) return time - fold.to + fold.at + fold.length;
			return fold.at + (time - fold.from) * (fold.length / (fold.to - fold.from));
		}
		function time(at) {
			const fold = folds[foldBefore(folds, "at", at)];
			if (!fold) return at;
			if (at >= fold.at + fold.length) return at - fold.at - fold.length + fold.to;
			return fold.from + (at - fold.at) * ((fold.to - fold.from) / fold.length);
		}
		return { folds, begin: trace.begin, end: trace.end - saved, position, time };
	}

	Sockline.clock = { linear, folded };
})();
