// SPDX-License-Identifier: MIT
/* Which calls are shown. */
(() => {
	const { hasFailed } = Sockline.trace;

	function none(trace) {
		return {
			process: -1,
			effects: trace.effects.map(() => true),
			errorsOnly: false,
			slowerNs: 0
		};
	}

	function isNone(filter) {
		return filter.process < 0 && !filter.errorsOnly && !(filter.slowerNs > 0)
			&& filter.effects.every(Boolean);
	}

	function apply(trace, filter) {
		const { calls } = trace;
		const isShown = new Uint8Array(calls.count);
		let count = 0;
		for (let i = 0; i < calls.count; i++) {
			const passes = filter.effects[calls.effect[i]] !== false
				&& (filter.process < 0 || calls.process[i] === filter.process)
				&& (!filter.errorsOnly || hasFailed(calls, i))
				&& calls.duration[i] >= filter.slowerNs;
			isShown[i] = passes ? 1 : 0;
			count += isShown[i];
		}
		return { isShown, count, leftOut: calls.count - count };
	}

	Sockline.filter = { none, isNone, apply };
})();
