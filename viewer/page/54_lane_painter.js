// SPDX-License-Identifier: MIT
/* Draws one lane: its life, the calls that took their time, and the calls, each or many together. */
(() => {
	/* Calls closer than this to another are small, and still closer ones are columns. */
	const GLYPH_GAP = 12, SMALL_GAP = 6;
	const COLUMN = 2;
	/* What is drawn last is seen best. */
	const BAR_COLOURS = [
		"hit", "establish", "wait", "release", "plain", "faint", "send", "receive", "error",
	];
	const FADE = 36;
	const { seek, eachLong } = Sockline.index;

	function paintLife(context, state, lane, view, y, colours) {
		if (lane.descriptor < 0) return;
		const isOpen = lane.ended === null;
		const from = Math.max(view.left, view.x(state.clock.position(lane.born)));
		const end = view.x(isOpen ? state.clock.end : state.clock.position(lane.ended));
		const to = Math.min(view.right, end);
		if (to < from || from > view.right) return;
		context.fillStyle = colours.line;
		if (isOpen && end <= view.right) {
			const fade = context.createLinearGradient(end - FADE, 0, end + 10, 0);
			fade.addColorStop(0, colours.line);
			fade.addColorStop(1, colours.line + "00");
			context.fillStyle = fade;
		}
		context.fillRect(from, y - 1, to - from + (isOpen ? 10 : 0), 2);
		for (const { time, glyph } of signsOfLife(state.trace, lane)) {
			const x = view.x(state.clock.position(time));
			if (x >= view.left && x <= view.right)
				Sockline.glyph.draw(context, state.trace.glyphs[glyph], x, y);
		}
	}

	/* The signs of a lane that are no call's: it was given by another process, nobody closed it. */
	function signsOfLife(trace, lane) {
		if (lane.descriptor < 0) return [];
		const { given, ending } = trace.descriptors[lane.descriptor];
		const signs = given ? [{ time: lane.born, glyph: trace.glyphOf.start }] : [];
		return ending === undefined ? signs
									: [...signs, { time: lane.ended, glyph: trace.glyphOf.end }];
	}

	/* The time that a call took. */
	function paintBar(context, view, from, to, y, colour) {
		const x = Math.max(view.left, view.x(from)), end = Math.min(view.right, view.x(to));
		if (end < x) return;
		context.globalAlpha = 0.24;
		context.fillStyle = colour;
		context.fillRect(x, y - 5, end - x, 10);
		context.globalAlpha = 0.7;
		if (view.x(from) >= view.left) context.fillRect(x, y - 5, 1, 10);
		context.globalAlpha = 1;
	}

	/* What never returned waits until its descriptor ends. */
	function paintWaits(context, state, lane, view, y, colours) {
		const { trace, index, clock } = state;
		const beginOf = (call) => clock.position(trace.calls.time[call]);
		const colourOf = (call) => colours[trace.styles[trace.calls.style[call]]];
		for (const call of lane.unfinished)
			if (state.shown.isShown[call])
				paintBar(context, view, beginOf(call), clock.position(lane.ended ?? trace.end), y,
					colourOf(call));
		eachLong(index, lane.index, Sockline.viewport.seen(view), 5 / view.scale, beginOf,
			(place, begin) => {
				if (index.glyph[place] === trace.glyphOf.start) return;
				paintBar(context, view, begin, index.end[place], y, colourOf(index.call[place]));
			});
	}

	function paintHit(context, x, y, colours) {
		context.strokeStyle = colours.hit;
		context.lineWidth = 2.5;
		context.beginPath();
		context.arc(x, y, 10, 0, 7);
		context.stroke();
	}

	function paintGlyph(context, state, place, x, y, colours, isSmall) {
		const { trace, index } = state;
		Sockline.glyph.draw(context, trace.glyphs[index.glyph[place]], x, y, isSmall);
		if (index.hits[place + 1] > index.hits[place]) paintHit(context, x, y, colours);
	}

	const barHeight = (bytes) => 3 + Math.min(8, Math.round(1.3 * Math.log10(1 + bytes)));

	/* Neighbours of one height become one bar: most of what is drawn of a busy lane. */
	function addBar(list, x, y, width, height) {
		const last = list.length - 4;
		const isNext = last >= 0 && list[last + 1] === y && list[last + 3] === height
			&& Math.abs(list[last] + list[last + 2] - x) < 0.01;
		if (isNext) list[last + 2] += width;
		else list.push(x, y, width, height);
	}

	/* One call has its own colour, waits have theirs. */
	function colourOfOthers({ trace, index }, from, to, others) {
		if (to - from === 1) return trace.glyphs[index.glyph[from]].style;
		return index.waits[to] - index.waits[from] === others ? "wait" : "faint";
	}

	/* What happened within a column of pixels: sent upwards, received downwards, the rest around the
	   line. */
	function addColumn(bars, state, from, to, x, y) {
		const { index } = state;
		const sends = index.sends[to] - index.sends[from];
		const receives = index.receives[to] - index.receives[from];
		const width = to - from > 1 ? COLUMN : COLUMN - 0.5;
		if (index.hits[to] > index.hits[from]) addBar(bars.hit, x, y - 12, COLUMN, 24);
		const others = to - from - sends - receives;
		if (others > 0) addBar(bars[colourOfOthers(state, from, to, others)], x, y - 3, width, 6);
		if (sends > 0) {
			const height = barHeight(index.sent[to] - index.sent[from]);
			addBar(bars.send, x, y - 1 - height, width, height);
		}
		if (receives > 0)
			addBar(bars.receive, x, y + 1, width,
				barHeight(index.received[to] - index.received[from]));
		if (index.errors[to] > index.errors[from]) addBar(bars.error, x, y - 9, COLUMN, 18);
	}

	/* Bars of one colour after the other: changing the colour costs more than a bar. */
	function paintBars(context, bars, colours) {
		context.globalAlpha = 0.85;
		for (const colour in bars) {
			const list = bars[colour];
			context.fillStyle = colours[colour];
			for (let i = 0; i < list.length; i += 4)
				context.fillRect(list[i], list[i + 1], list[i + 2], list[i + 3]);
		}
		context.globalAlpha = 1;
	}

	/* Columns stand at multiples of their width in time, so that panning does not change them. */
	function paintCalls(context, state, lane, view, y, colours, onlyColumns) {
		const { index } = state;
		const seen = Sockline.viewport.seen(view);
		const first = index.start[lane.index], last = index.start[lane.index + 1];
		const gap = SMALL_GAP / view.scale, column = COLUMN / view.scale;
		const space = (a, b) => (a < first || b >= last ? Infinity : index.end[b] - index.end[a]);
		const spaceAround = (place) => Math.min(space(place - 1, place), space(place, place + 1));
		const bars = {};
		for (const colour of BAR_COLOURS) bars[colour] = [];
		const glyphs = [];
		let i = seek(index, seen.from, first, last);
		while (i < last && index.end[i] <= seen.to) {
			const number = Math.floor(index.end[i] / column);
			const next = Math.max(i + 1, seek(index, (number + 1) * column, i, last));
			if (!onlyColumns && next === i + 1 && spaceAround(i) >= gap)
				glyphs.push(i);
			else
				addColumn(bars, state, i, next, view.x(number * column), y);
			i = next;
		}
		paintBars(context, bars, colours);
		for (const place of glyphs) {
			const isSmall = spaceAround(place) * view.scale < GLYPH_GAP;
			paintGlyph(context, state, place, view.x(index.end[place]), y, colours, isSmall);
		}
	}

	/* The selected call is always seen, however many are around it. */
	function paintSelected(context, state, lane, view, y, colours) {
		const { index, trace, call } = state;
		const x = view.x(state.clock.position(trace.calls.end[call]));
		const place = Sockline.index.placeOf(
			index, lane.index, call, state.clock.position(trace.calls.end[call]));
		if (place < 0 || x < view.left - 8 || x > view.right + 8) return;
		context.fillStyle = colours.paper;
		context.beginPath();
		context.arc(x, y, 11, 0, 7);
		context.fill();
		context.strokeStyle = colours.select;
		context.lineWidth = 2;
		context.stroke();
		paintGlyph(context, state, place, x, y, colours, false);
	}

	function paint(context, state, lane, view, y, colours) {
		paintLife(context, state, lane, view, y, colours);
		paintWaits(context, state, lane, view, y, colours);
		paintCalls(context, state, lane, view, y, colours, false);
		if (state.call >= 0) paintSelected(context, state, lane, view, y, colours);
	}

	function paintDensity(context, state, lane, view, y, colours) {
		paintCalls(context, state, lane, view, y, colours, true);
	}

	/* The accept or the like that made the lane, or -1. */
	function birthOf(state, lane) {
		const { index, trace } = state;
		const first = index.start[lane.index];
		if (first === index.start[lane.index + 1]) return -1;
		const call = index.call[first];
		const isBorn = index.glyph[first] === trace.glyphOf.start;
		return isBorn && trace.lanes.home[call] !== lane.index ? call : -1;
	}

	Sockline.lanePainter = { paint, paintDensity, birthOf, signsOfLife };
})();
