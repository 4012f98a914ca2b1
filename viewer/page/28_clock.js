// SPDX-License-Identifier: MIT
/*
 * Where a time stands: as it is, or with the data's idle stretches folded, so that a microsecond
 * exchange after a second of waiting can still be read. Positions are nanoseconds, too.
 */
(() => {
	/* A fold is as long as this part of all that is not folded. */
	const FOLDED_PART = 0.03;

	function linear(trace) {
		return {
			folds: [], begin: trace.begin, end: trace.end,
			position: (time) => time, time: (position) => position,
		};
	}

	function foldsOf(trace) {
		const idle = trace.folds.reduce((sum, [from, to]) => sum + to - from, 0);
		const length = FOLDED_PART * (trace.end - trace.begin - idle);
		let saved = 0;
		const folds = trace.folds.filter(([from, to]) => to - from > length).map(([from, to]) => {
			const fold = { from, to, at: from - saved, length };
			saved += to - from - length;
			return fold;
		});
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
