// SPDX-License-Identifier: MIT
/*
 * The calls that pass the filter, lane by lane, with running sums: what lies between two positions is
 * found by two binary searches and a subtraction, however many calls there are. Positions are times
 * as the clock has them.
 */
(() => {
	const BLOCK = 64;
	function allocate(count) {
		return {
			call: new Uint32Array(count), glyph: new Uint8Array(count),
			end: new Float64Array(count),
			sent: new Float64Array(count + 1), received: new Float64Array(count + 1),
			sends: new Uint32Array(count + 1), receives: new Uint32Array(count + 1),
			waits: new Uint32Array(count + 1), errors: new Uint32Array(count + 1),
			hits: new Uint32Array(count + 1),
			longest: new Float64Array(Math.ceil(count / BLOCK)),
		};
	}

	function append(index, at, calls, i, glyph, kinds, clock) {
		const isSend = calls.effect[i] === kinds.send,
			  isReceive = calls.effect[i] === kinds.receive;
		const bytes = Math.max(calls.bytes[i], 0);
		const block = (at / BLOCK) | 0;
		index.call[at] = i;
		index.glyph[at] = glyph;
		index.end[at] = clock.position(calls.end[i]);
		index.sent[at + 1] = index.sent[at] + (isSend ? bytes : 0);
		index.received[at + 1] = index.received[at] + (isReceive ? bytes : 0);
		index.sends[at + 1] = index.sends[at] + (isSend ? 1 : 0);
		index.receives[at + 1] = index.receives[at] + (isReceive ? 1 : 0);
		index.waits[at + 1] = index.waits[at] + (calls.effect[i] === kinds.wait ? 1 : 0);
		index.errors[at + 1] = index.errors[at] + (glyph === kinds.error ? 1 : 0);
		const length = index.end[at] - clock.position(calls.time[i]);
		if (length > index.longest[block]) index.longest[block] = length;
	}

	/* `isShown` has a 1 for each call that passes. */
	function build(trace, isShown, clock) {
		const { lanes, calls } = trace;
		const kinds = { error: trace.glyphOf.error };
		for (const kind of ["send", "receive", "wait"])
			kinds[kind] = trace.effects.findIndex((it) => it.name === kind);
		const index = allocate(lanes.call.length);
		index.start = new Uint32Array(lanes.list.length + 1);
		let at = 0;
		lanes.list.forEach((lane, number) => {
			index.start[number] = at;
			for (let i = lane.first; i < lane.last; i++)
				if (isShown[lanes.call[i]] && lanes.glyph[i] !== trace.glyphOf.none)
					append(index, at++, calls, lanes.call[i], lanes.glyph[i], kinds, clock);
		});
		index.start[lanes.list.length] = at;
		return index;
	}

	function setHits(index, isHit) {
		const count = index.start[index.start.length - 1];
		for (let i = 0; i < count; i++) index.hits[i + 1] = index.hits[i] + isHit[index.call[i]];
	}

	/* The first place from `low` on whose end is not before the moment. Gallops, as the next pixel is
	   near. */
	function seek(index, moment, low, high) {
		let step = 1;
		const { end } = index;
		while (low + step < high && end[low + step] < moment) {
			low += step;
			step *= 2;
		}
		high = Math.min(high, low + step + 1);
		while (low < high) {
			const middle = (low + high) >> 1;
			if (end[middle] < moment) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/* Calls `use(place, begin)` for each call of the lane that is longer than `least` and meets the
	   range. */
	function eachLong(index, lane, range, least, beginOf, use) {
		const first = seek(index, range.from, index.start[lane], index.start[lane + 1]);
		const last = index.start[lane + 1];
		for (let i = first; i < last;) {
			const blockEnd = Math.min(last, ((i / BLOCK | 0) + 1) * BLOCK);
			const isLong =
				Math.max(least, index.end[i] - range.to) <= index.longest[(i / BLOCK) | 0];
			for (; isLong && i < blockEnd; i++) {
				const begin = beginOf(index.call[i]);
				if (index.end[i] - begin >= least && begin <= range.to) use(i, begin);
			}
			i = blockEnd;
		}
	}

	/* Where a call stands in a lane, or -1. */
	function placeOf(index, lane, call, end) {
		const last = index.start[lane + 1];
		for (let i = seek(index, end, index.start[lane], last); i < last && index.end[i] === end;
			 i++)
			if (index.call[i] === call) return i;
		return -1;
	}

	Sockline.index = { build, setHits, seek, eachLong, placeOf };
})();
