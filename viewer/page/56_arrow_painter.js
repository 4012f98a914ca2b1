// SPDX-License-Identifier: MIT
/* Draws what joins both ends of a connection on the timeline: from a send to the receive it fed. */
(() => {
	/* More arrows than this at once say nothing. */
	const MANY = 400;

	/* Where an arrow begins: its sender's call began then. */
	function beginOf(trace, link) {
		const { links, calls } = trace;
		return links.from[link] >= 0 ? calls.time[links.from[link]] : calls.end[links.to[link]];
	}

	/* The links in the order in which they begin. */
	function order(trace) {
		const begins = new Float64Array(trace.links.count);
		for (let i = 0; i < begins.length; i++) begins[i] = beginOf(trace, i);
		const links = Array.from(begins.keys());
		links.sort((a, b) => begins[a] - begins[b]);
		return {
			links: Uint32Array.from(links),
			begins: Float64Array.from(links, (link) => begins[link])
		};
	}

	function lowerBound(values, value) {
		let low = 0, high = values.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (values[middle] < value) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/* The links that begin in the range or a little before, none when they are too many. */
	function inRange(ordered, from, to) {
		const first = lowerBound(ordered.begins, from - (to - from) / 2);
		const last = lowerBound(ordered.begins, to);
		return last - first > MANY ? [] : ordered.links.subarray(first, last);
	}

	function ofCall(trace, call) {
		const { start, list } = trace.links.of;
		return list.subarray(start[call], start[call + 1]);
	}

	function ofLane(state, lane, from, to) {
		const { index, trace, clock } = state;
		const last = index.start[lane + 1];
		const found = [];
		let i = Sockline.index.seek(index, clock.position(from), index.start[lane], last);
		for (; i < last && trace.calls.time[index.call[i]] <= to && found.length < MANY; i++)
			for (const link of ofCall(trace, index.call[i])) found.push(link);
		return found;
	}

	function paintHead(context, x, y, direction) {
		context.beginPath();
		context.moveTo(x, y);
		context.lineTo(x - 4, y - 7 * direction);
		context.lineTo(x + 4, y - 7 * direction);
		context.fill();
	}

	function paintCross(context, x, y) {
		context.beginPath();
		context.moveTo(x - 4, y - 4);
		context.lineTo(x + 4, y + 4);
		context.moveTo(x + 4, y - 4);
		context.lineTo(x - 4, y + 4);
		context.stroke();
	}

	/* `a` and `b` are places on the screen; the curve leaves and enters upright. */
	function paintArrow(context, a, b, colour, strong) {
		const direction = b.y >= a.y ? 1 : -1;
		const from = a.y + 9 * direction, to = b.y - 10 * direction;
		const bend = Math.max(14, Math.abs(to - from) / 2) * direction;
		context.globalAlpha = strong ? 0.95 : 0.5;
		context.strokeStyle = context.fillStyle = colour;
		context.lineWidth = strong ? 1.75 : 1.25;
		context.beginPath();
		context.moveTo(a.x, from);
		context.bezierCurveTo(a.x, from + bend, b.x, to - bend, b.x, to - 3 * direction);
		context.stroke();
		paintHead(context, b.x, to + 2 * direction, direction);
		context.globalAlpha = 1;
	}

	function paintLost(context, a, colour) {
		context.strokeStyle = colour;
		context.lineWidth = 1.5;
		context.beginPath();
		context.moveTo(a.x, a.y - 9);
		context.lineTo(a.x + 9, a.y - 17);
		context.stroke();
		paintCross(context, a.x + 13, a.y - 20);
	}

	/* `placeOf(call, time)` is where a call stands on the screen, or null when its lane does not. */
	function paint(context, state, ordered, placeOf, colours, range) {
		const { trace } = state;
		const { links, calls } = trace;
		const strong = state.call >= 0 ? ofCall(trace, state.call)
			: state.lane >= 0 ? ofLane(state, state.lane, range.from, range.to) : [];
		const isStrong = new Set(strong);
		for (const link of new Set([...inRange(ordered, range.from, range.to), ...strong])) {
			const from = links.from[link], to = links.to[link];
			if (from >= 0 && !state.shown.isShown[from] || to >= 0 && !state.shown.isShown[to])
				continue;
			const a = from >= 0 ? placeOf(from, calls.time[from]) : null;
			const b = to >= 0 ? placeOf(to, calls.end[to]) : null;
			const kind = trace.link_kinds[links.kind[link]], colour = colours[kind.style];
			if (a && b && a.y !== b.y) paintArrow(context, a, b, colour, isStrong.has(link));
			else if (a && !b && kind.name === "lost") paintLost(context, a, colour);
		}
	}

	Sockline.arrowPainter = { order, paint, ofCall, paintCross };
})();
