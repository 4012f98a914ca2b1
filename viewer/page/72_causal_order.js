// SPDX-License-Identifier: MIT
/*
 * Calls in the order of their causes: what a call waited for comes before it, whatever the clocks of
 * two traces say, and the calls of a thread stay in their order. Otherwise time decides.
 */
(() => {
	/* When a call did what it did: who waits for others has it at its end. */
	function momentOf(trace) {
		const waits = trace.effects.map((effect) => ["receive", "accept", "wait"].includes(effect));
		const { calls } = trace;
		return (call) => (waits[calls.effect[call]] ? calls.end[call] : calls.time[call]);
	}

	/* The call before each of the same thread, or -1. */
	function threadOrder(trace, sorted) {
		const before = new Map(), last = new Map();
		for (const call of sorted) {
			const thread = trace.calls.process[call] + ":" + trace.calls.tid[call];
			before.set(call, last.get(thread) ?? -1);
			last.set(thread, call);
		}
		return before;
	}

	function causes(trace, call, before) {
		const { start, list } = trace.links.of;
		const found = [before.get(call)];
		for (let i = start[call]; i < start[call + 1]; i++)
			if (trace.links.to[list[i]] === call) found.push(trace.links.from[list[i]]);
		return found;
	}

	/* The order of `calls`. A call that is its own cause in the end is placed where it is met. */
	function sort(trace, calls) {
		const moment = momentOf(trace);
		const sorted = [...calls].sort((a, b) => moment(a) - moment(b) || a - b);
		const before = threadOrder(trace, sorted);
		const isMet = new Set(), isPlaced = new Set();
		const order = [];
		for (const call of sorted) {
			const stack = [call];
			while (stack.length > 0) {
				const top = stack[stack.length - 1];
				const waiting = isMet.has(top) ? [] : causes(trace, top, before)
					.filter((it) => before.has(it) && !isMet.has(it));
				isMet.add(top);
				stack.push(...waiting.reverse());
				if (waiting.length > 0) continue;
				stack.pop();
				if (isPlaced.has(top)) continue;
				isPlaced.add(top);
				order.push(top);
			}
		}
		return order;
	}

	Sockline.causalOrder = { sort, momentOf };
})();
