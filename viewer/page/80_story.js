// SPDX-License-Identifier: MIT
/* The story of a descriptor: how it was born, what it did in each phase, its sums, how it ended. */
(() => {
	const { element, quantity, say, words } = Sockline;
	const { visible, shorten } = Sockline.text;
	const { hasFailed, hasMoved, isMaker } = Sockline.trace;

	/* Calls that belong together: [{phase, calls: [first, last)}] of the lane's list. */
	function phasesOf(trace, lane) {
		const { goes_on, establishment } = trace.phaseNumbers;
		const phases = [];
		for (let i = lane.first; i < lane.last; i++) {
			const last = phases[phases.length - 1];
			const own = trace.lanes.phase[i];
			const phase = own !== goes_on ? own : last ? last.phase : establishment;
			if (last && last.phase === phase) last.to = i + 1;
			else phases.push({ phase, from: i, to: i + 1 });
		}
		return phases;
	}

	function sumsOf(trace, lane, from = lane.first, to = lane.last) {
		const { calls } = trace;
		const sums = { in: 0, out: 0, receives: 0, sends: 0, errors: 0, waited: 0 };
		for (let i = from; i < to; i++) {
			const call = trace.lanes.call[i];
			if (hasFailed(calls, call)) sums.errors++;
			if (calls.descriptor[call] !== lane.descriptor) continue;
			sums.waited += calls.duration[call];
			if (!hasMoved(calls, call) || isMaker(calls, call)) continue;
			if (trace.effects[calls.effect[call]].name === "send")
				sums.sends++, sums.out += calls.bytes[call];
			else sums.receives++, sums.in += calls.bytes[call];
		}
		return sums;
	}

	function sumsInWords(sums) {
		return say("in %s in %ld, out %s in %ld", quantity.bytes(sums.in), quantity.count(sums.receives),
			quantity.bytes(sums.out), quantity.count(sums.sends));
	}

	/* Of calls that are not told one by one. */
	function restInWords(count, sums) {
		return [
			say("%s %zu more calls", "…", quantity.count(count)),
			sums.sends > 0
				&& say(", %ld sent %s", quantity.count(sums.sends), quantity.bytes(sums.out)),
			sums.receives > 0
				&& say(", %ld received %s", quantity.count(sums.receives), quantity.bytes(sums.in)),
			sums.errors > 0 && say(", %ld failed", quantity.count(sums.errors)),
		].filter(Boolean).join("");
	}

	/* `before` is the call of the line above, or -1. */
	function tellCall(state, lane, call, before, choose) {
		const { trace } = state;
		const { calls } = trace;
		const failed = hasFailed(calls, call);
		const outcome = words.outcome(trace, call, lane.socket);
		const hasWaited = trace.effects[calls.effect[call]].waits &&
			calls.duration[call] >= trace.story.wait_ns;
		const waited = hasWaited ? say("waited %s", quantity.time(calls.duration[call])) : "";
		const text =
			[shorten(visible(calls.detail[call]), 90), outcome, waited].filter(Boolean).join("  ");
		const colour = "tint-" + trace.effects[calls.effect[call]].style;
		const [when, since] = quantity.lineTimes(before < 0 ? null : calls.time[before] - trace.begin,
			calls.time[call] - trace.begin);
		return element("li", {},
			element("button", { class: "call", onclick: () => choose(call) },
				element("span", { class: "when" }, when), element("span", { class: "when" }, since),
				element("b", { class: failed ? "tint-error" : colour }, words.callName(trace, call)),
				element("span", { class: "what" }, text)));
	}

	function tellPhase(state, lane, phase, told, choose) {
		const { trace } = state;
		const name = words.phase(trace, lane, phase.phase);
		const { long_phase, told_first, told_last } = trace.story;
		const list = element("ol", { class: "story" });
		for (let i = phase.from; i < phase.to; i++) {
			if (phase.to - phase.from > long_phase && i === phase.from + told_first) {
				const to = phase.to - told_last;
				list.append(element("li", { class: "note" },
					restInWords(to - i, sumsOf(trace, lane, i, to))));
				i = to;
			}
			list.append(tellCall(state, lane, trace.lanes.call[i], told.before, choose));
			told.before = trace.lanes.call[i];
		}
		const sums = sumsOf(trace, lane, phase.from, phase.to);
		const hasSums = phase.phase === trace.phaseNumbers.transfer && sums.receives + sums.sends > 0;
		return [
			element("h3", {}, name,
				element("span", { class: "note" }, hasSums ? sumsInWords(sums) : "")),
			list
		];
	}

	function endOf(trace, descriptor) {
		if (descriptor.ended === null) return say("still open at the end of the trace");
		if (descriptor.ending !== undefined)
			return say("%s, closed by %s", quantity.instant(descriptor.ended - trace.begin),
				visible(descriptor.ending));
		return quantity.instant(descriptor.ended - trace.begin);
	}

	/* The facts of a descriptor, as pairs of term and words. */
	function facts(trace, lane) {
		const descriptor = trace.descriptors[lane.descriptor];
		const sums = sumsOf(trace, lane);
		const list = [["Process", words.process(trace, lane.process)]];
		if (descriptor) {
			const ended = descriptor.ended === null ? trace.end : descriptor.ended;
			list.push(["Socket", words.socketLong(trace.sockets[lane.socket])],
				["State", trace.sockets[lane.socket].state],
				[
					"Born",
					quantity.instant(descriptor.born - trace.begin)
						+ (descriptor.how ? ", " + visible(descriptor.how) : "")
				],
				["Ended", endOf(trace, descriptor)],
				["Lived", quantity.time(ended - descriptor.born)]);
		}
		list.push(
			[
				"Calls",
				quantity.count(lane.last - lane.first)
					+ (sums.errors ? say(", %ld failed", sums.errors) : "")
			],
			["Bytes", sumsInWords(sums)], ["Took", quantity.time(sums.waited)]);
		return list;
	}

	/* The phases of a lane as elements; `choose` is told of a call that is clicked. */
	function tell(state, lane, choose) {
		const phases = phasesOf(state.trace, lane), told = { before: -1 };
		return phases.slice(0, 40).flatMap((phase) => tellPhase(state, lane, phase, told, choose));
	}

	Sockline.story = { tell, facts, sumsOf };
})();
