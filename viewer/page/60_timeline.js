// SPDX-License-Identifier: MIT
/* The timeline: where its rows are, what is at a place, and drawing them. */
(() => {
	const { byId, canvas, viewport, rows } = Sockline;
	const AXIS_HEIGHT = 26;

	/* The narrower the page, the narrower the labels. */
	function labelWidth(width) {
		return width < 560 ? 112 : width < 900 ? 168 : 236;
	}

	function create(state) {
		const timeline = {
			state,
			scroller: byId("timeline"),
			canvas: byId("lanes"),
			collapsed: new Set(),
			showsAll: false, /* the lanes that were not chosen of many, too */
			layout: null,
			ordered: Sockline.arrowPainter.order(state.trace),
			hover: null,
			width: 0,
			height: 0,
			frameMs: 0,
		};
		timeline.redraw = canvas.scheduler(() => draw(timeline));
		timeline.scroller.addEventListener("scroll", timeline.redraw);
		Sockline.state.on(state, "range selection search clock theme hover", timeline.redraw);
		Sockline.state.on(state, "filter", () => layOut(timeline));
		byId("more-show").addEventListener("click", () => showAll(timeline));
		layOut(timeline);
		return timeline;
	}

	/* Lanes of which the filter leaves nothing are not shown, unless it leaves everything. */
	function layOut(timeline) {
		const { state } = timeline;
		const { start } = state.index;
		const isFiltered = !Sockline.filter.isNone(state.filter);
		const isEmpty = (lane) => isFiltered && start[lane.index] === start[lane.index + 1];
		const isLeftOut = (lane) => !timeline.showsAll && !lane.isChosen;
		timeline.layout = rows.layOut(state.trace, timeline.collapsed,
			(lane) => isEmpty(lane) || isLeftOut(lane));
		sayMore(timeline,
			state.trace.lanes.list.filter((lane) => !isEmpty(lane) && isLeftOut(lane)).length);
		Sockline.legend.show(
			state, timeline.layout.rows.flatMap((row) => (row.lane ? [row.lane] : row.inside)));
		canvas.setContentSize(timeline.scroller, 0, timeline.layout.height + 12);
		timeline.redraw();
	}

	function sayMore(timeline, count) {
		byId("more").hidden = count === 0;
		byId("more-count").textContent = Sockline.quantity.counted(
			count, "and %zu more descriptor", "and %zu more descriptors");
	}

	function showAll(timeline) {
		timeline.showsAll = true;
		layOut(timeline);
	}

	function view(timeline) {
		return viewport.make(timeline.state.range, labelWidth(timeline.width), timeline.width);
	}

	/* The middle of a lane's row within the whole height, or of the row that it is collapsed into. */
	function middleOf(timeline, laneIndex) {
		const { layout, state } = timeline;
		const { process } = state.trace.lanes.list[laneIndex];
		const row = layout.rows[layout.rowOfLane[laneIndex]] || layout.rows[layout.headingOf[process]];
		return row ? row.y + row.height / 2 : null;
	}

	/* Where a call stands on the screen at a time. */
	function placer(timeline, view, top) {
		const { trace, clock } = timeline.state;
		const place = (call, time) => {
			const middle = middleOf(timeline, trace.lanes.home[call]);
			return middle === null ? null : { x: view.x(clock.position(time)), y: middle - top };
		};
		place.ofLane = (lane) => middleOf(timeline, lane) - top;
		return place;
	}

	function visibleRows(timeline, top) {
		const { layout, height } = timeline;
		const first = rows.at(layout, top);
		let last = first;
		while (last < layout.rows.length && layout.rows[last].y < top + height) last++;
		return layout.rows.slice(first, last);
	}

	function paintCollapsed(context, timeline, row, view, y, colours) {
		const MANY_LANES = 64;
		for (const lane of row.inside.slice(0, MANY_LANES))
			Sockline.lanePainter.paintDensity(context, timeline.state, lane, view, y, colours);
	}

	/* From an accept down to the lane of the descriptor that it made, unless there are many. */
	function paintBirths(context, timeline, shown, view, place, colours) {
		const MANY_BIRTHS = 12;
		const { birthOf } = Sockline.lanePainter;
		const { trace, lane: selected } = timeline.state;
		const births = shown.filter((row) => row.lane)
			.map(({ lane }) => ({ lane: lane.index, call: birthOf(timeline.state, lane) }))
			.filter((it) => it.call >= 0)
			.map((it) => ({ ...it, from: place(it.call, trace.calls.end[it.call]) }))
			.filter(({ from }) => from && from.x >= view.left && from.x <= view.right);
		context.strokeStyle = colours.establish;
		context.globalAlpha = 0.6;
		context.lineWidth = 1;
		context.setLineDash([2, 2]);
		context.beginPath();
		for (const { lane, from } of births) {
			if (births.length > MANY_BIRTHS && lane !== selected) continue;
			context.moveTo(Math.round(from.x) + 0.5, from.y + 8);
			context.lineTo(Math.round(from.x) + 0.5, place.ofLane(lane) - 8);
		}
		context.stroke();
		context.setLineDash([]);
		context.globalAlpha = 1;
	}

	function paintNothing(context, timeline, colours) {
		const isAll = timeline.state.trace.calls.count === 0;
		context.font = "13px " + colours.font;
		context.textAlign = "center";
		context.fillStyle = colours.muted;
		const words = Sockline.say(isAll ? "No calls in this trace" : "No calls pass the filter");
		context.fillText(words, timeline.width / 2, 60);
	}

	function paintPlot(context, timeline, shown, view, top, colours) {
		const { state } = timeline;
		context.save();
		context.beginPath();
		context.rect(view.left, 0, view.right - view.left, timeline.height);
		context.clip();
		Sockline.axis.paintGrid(context, state, view, timeline.height, colours);
		for (const row of shown) {
			const y = row.y - top + row.height / 2;
			if (row.lane) Sockline.lanePainter.paint(context, state, row.lane, view, y, colours);
			else if (row.isShut)
				paintCollapsed(context, timeline, row, view, y, colours);
		}
		const place = placer(timeline, view, top);
		paintBirths(context, timeline, shown, view, place, colours);
		const seen = {
			from: state.clock.time(state.range.from),
			to: state.clock.time(state.range.to)
		};
		Sockline.arrowPainter.paint(context, state, timeline.ordered, place, colours, seen);
		if (timeline.hover) {
			context.fillStyle = colours.muted;
			context.globalAlpha = 0.5;
			context.fillRect(Math.round(timeline.hover.x), 0, 1, timeline.height);
			context.globalAlpha = 1;
		}
		context.restore();
	}

	function draw(timeline) {
		const started = performance.now();
		const { scroller, state } = timeline;
		timeline.width = scroller.clientWidth;
		timeline.height = scroller.clientHeight;
		if (timeline.width === 0 || state.tab !== "timeline") return;
		const colours = Sockline.palette.get();
		const context = canvas.begin(timeline.canvas, timeline.width, timeline.height);
		const now = view(timeline), top = canvas.scrollTop(scroller);
		const shown = visibleRows(timeline, top);
		for (const row of shown)
			Sockline.labels.paintBackground(context, timeline, row, row.y - top, colours);
		paintPlot(context, timeline, shown, now, top, colours);
		if (timeline.layout.rows.length === 0) paintNothing(context, timeline, colours);
		for (const row of shown)
			Sockline.labels.paint(context, timeline, row, row.y - top, now.left, colours);
		Sockline.axis.paint(byId("axis"), state, now, timeline.width, AXIS_HEIGHT,
			timeline.hover ? timeline.hover.x : -1);
		timeline.frameMs = performance.now() - started;
	}

	function nearestInLane(timeline, lane, view, x) {
		const REACH = 9;
		const { index, trace, clock } = timeline.state;
		const first = index.start[lane.index], last = index.start[lane.index + 1];
		const after = Sockline.index.seek(index, view.position(x), first, last);
		let found = -1, distance = REACH;
		for (const place of [after - 1, after]) {
			const isInLane = place >= first && place < last;
			const away = isInLane ? Math.abs(view.x(index.end[place]) - x) : Infinity;
			if (away <= distance) [found, distance] = [index.call[place], away];
		}
		if (found >= 0) return found;
		const moment = { from: view.position(x), to: view.position(x) };
		const beginOf = (call) => clock.position(trace.calls.time[call]);
		Sockline.index.eachLong(index, lane.index, moment, 5 / view.scale, beginOf, (place) => {
			found = index.call[place];
		});
		return found;
	}

	/* The row and the call at a place of the canvas. */
	function hit(timeline, x, y) {
		const now = view(timeline);
		const at = rows.at(timeline.layout, y + canvas.scrollTop(timeline.scroller));
		const row = timeline.layout.rows[at];
		if (!row) return null;
		const isLabel = x < now.left;
		const call = row.lane && !isLabel ? nearestInLane(timeline, row.lane, now, x) : -1;
		return { row, isLabel, call };
	}

	function placeOfCall(timeline, call) {
		const { state } = timeline;
		const place = placer(timeline, view(timeline), canvas.scrollTop(timeline.scroller));
		return place(call, state.trace.calls.end[call]);
	}

	function toggle(timeline, process) {
		if (!timeline.collapsed.delete(process)) timeline.collapsed.add(process);
		layOut(timeline);
	}

	/* Whoever started a process stands before it, and is less deep. */
	function open(timeline, process) {
		const { processes } = timeline.state.trace;
		for (let it = process, depth = Infinity; it >= 0; it--) {
			if (processes[it].depth >= depth) continue;
			depth = processes[it].depth;
			if (timeline.collapsed.has(it)) toggle(timeline, it);
		}
	}

	/* Brings a lane into sight, opening its process, and a time, keeping the scale if it can. */
	function reveal(timeline, laneIndex, time) {
		const { state } = timeline;
		const lane = state.trace.lanes.list[laneIndex];
		if (lane && !lane.isChosen && !timeline.showsAll) showAll(timeline);
		if (lane) open(timeline, lane.process);
		const middle = lane ? middleOf(timeline, laneIndex) : null;
		if (middle !== null) canvas.scrollIntoView(timeline.scroller, middle - 13, middle + 13, 34);
		if (time === undefined) return;
		const { from, to } = state.range;
		const position = state.clock.position(time), margin = (to - from) * 0.04;
		if (position < from + margin && from > state.clock.begin
			|| position > to - margin && to < state.clock.end)
			Sockline.state.setRange(state, position - (to - from) / 2, position + (to - from) / 2);
	}

	Sockline.timeline = { create, layOut, view, hit, toggle, reveal, labelWidth, placeOfCall };
})();
