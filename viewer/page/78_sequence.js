// SPDX-License-Identifier: MIT
/* The sequence view: a column a process or thread, time downwards. */
(() => {
	const { byId, element, canvas } = Sockline;
	const painter = Sockline.sequencePainter, rows = Sockline.sequenceRows;
	/* From this many calls on, the busiest connection is shown first and not everything. */
	const MANY_CALLS = 2000;
	const MANY_CHOICES = 1000;
	/* From the lifelines' side of the gutter to where instants end. */
	const SINCE = 66;

	function create(state) {
		const connections = Sockline.connections.list(state.trace);
		const sequence = {
			state,
			connections,
			scroller: byId("sequence"),
			canvas: byId("rows"),
			layout: null,
			width: 0,
			height: 0,
			isStale: true,
		};
		if (state.trace.calls.count > MANY_CALLS && connections.length > 0)
			state.connection = connections.reduce((a, b) => (b.count > a.count ? b : a));
		sequence.redraw = canvas.scheduler(() => draw(sequence));
		fillChoice(sequence);
		listen(sequence);
		return sequence;
	}

	function fillChoice(sequence) {
		const { state, connections } = sequence;
		const option = (value, name, count) => element("option", { value },
			name + " (" + Sockline.quantity.counted(count, "%zu call", "%zu calls") + ")");
		const choices = connections.slice().sort((a, b) => b.count - a.count).slice(0, MANY_CHOICES);
		byId("connection").replaceChildren(
			option("all", Sockline.say("Everything"), state.trace.calls.count),
			...choices.map((it) => option(it.socket, it.title, it.count)));
		showChoice(sequence);
	}

	function showChoice(sequence) {
		const { connection } = sequence.state;
		byId("connection").value = connection ? String(connection.socket) : "all";
	}

	/* The connection that the socket belongs to; everything for -1. */
	function choose(sequence, socket) {
		const { state, connections } = sequence;
		state.connection = connections.find((it) => it.sockets.includes(socket)) || null;
		showChoice(sequence);
		Sockline.state.tell(state, "connection");
		outdate(sequence);
	}

	function outdate(sequence) {
		sequence.isStale = true;
		sequence.redraw();
	}

	function layOut(sequence) {
		const { state } = sequence;
		sequence.layout = rows.layOut(state, state.connection);
		sequence.isStale = false;
		const count = sequence.layout.rowOf.reduce((sum, row) => sum + (row >= 0 ? 1 : 0), 0);
		byId("sequence-note").textContent = Sockline.quantity.counted(count, "%zu call", "%zu calls");
	}

	const stepAt = (sequence, row) => rows.step(sequence.state.trace, sequence.layout.rows[row]);

	/* Where a lifeline meets a row on the canvas. */
	function placer(sequence, place, top, left) {
		const { columnOf, columns } = sequence.layout;
		return (lifeline, row) => ({
			x: place.x(columnOf[lifeline]) - left,
			y: painter.HEAD + painter.TOP + row * painter.ROW + painter.ROW / 2 - top,
			isLast: columnOf[lifeline] === columns.length - 1,
		});
	}

	function draw(sequence) {
		const { scroller, state } = sequence;
		if (state.tab !== "sequence") return;
		if (sequence.isStale) layOut(sequence);
		sequence.width = scroller.clientWidth;
		sequence.height = scroller.clientHeight;
		const place = painter.geometry(sequence.width, sequence.layout.columns.length);
		canvas.setContentSize(scroller, place.width > sequence.width ? place.width : 0,
			painter.HEAD + painter.TOP + sequence.layout.rows.length * painter.ROW + 16);
		sequence.place = place;
		const context = canvas.begin(sequence.canvas, sequence.width, sequence.height);
		paint(context, sequence, place, canvas.scrollTop(scroller), scroller.scrollLeft);
	}

	function paint(context, sequence, place, top, left) {
		const { layout, state } = sequence;
		const colours = Sockline.palette.get();
		const at = placer(sequence, place, top, left);
		const first = Math.max(0, Math.floor((top - painter.TOP) / painter.ROW) - 1);
		const last =
			Math.min(layout.rows.length, first + Math.ceil(sequence.height / painter.ROW) + 3);
		context.textBaseline = "middle";
		paintSelection(context, sequence, top, colours);
		painter.paintLifelines(context, sequence, place, left, colours);
		const steps = [];
		for (let row = first; row < last; row++) {
			const y = painter.HEAD + painter.TOP + (row + 0.5) * painter.ROW - top;
			if (layout.rows[row] >= 0) steps.push(row);
			else
				painter.paintRule(context, rows.phase(state.trace, layout, layout.rows[row]), y,
					sequence.width, colours);
		}
		for (const row of arrowsOf(sequence, steps))
			painter.paintStep(
				context, sequence, place.gap, stepAt(sequence, row), row, at, colours);
		for (const row of steps) paintRow(context, sequence, place, row, at, colours);
		painter.paintHead(context, sequence, place, left, colours);
	}

	/* The rows whose arrows are seen: one that leaves is drawn with the row where it arrives. */
	function arrowsOf(sequence, shown) {
		const { state: { trace }, layout } = sequence;
		const found = new Set();
		for (const row of shown) {
			const { arrow, fromCall } = stepAt(sequence, row);
			const arrivals = arrow === "leaves" ? arrivalsOf(trace, layout, fromCall) : [];
			for (const it of arrivals.length > 0 ? arrivals : [row]) found.add(it);
		}
		return found;
	}

	/* The rows in which arrives what left with the call. */
	function arrivalsOf(trace, layout, call) {
		const { links } = trace;
		return Array.from(Sockline.arrowPainter.ofCall(trace, call))
			.filter((link) => links.from[link] === call && links.to[link] >= 0)
			.map((link) => layout.rowOf[links.to[link]])
			.filter((row) => row >= 0 && rows.step(trace, layout.rows[row]).source === call);
	}

	function paintSelection(context, sequence, top, colours) {
		const row = sequence.state.call >= 0 ? sequence.layout.rowOf[sequence.state.call] : -1;
		if (row < 0) return;
		context.fillStyle = colours.selected;
		context.fillRect(
			0, painter.HEAD + painter.TOP + row * painter.ROW - top, sequence.width, painter.ROW);
	}

	/* When a call did what it did: the cause of what others see has it at its beginning. */
	function momentOf(trace, call) {
		const { calls, effects } = trace;
		return effects[calls.effect[call]].cause ? calls.time[call] : calls.end[call];
	}

	function paintRow(context, sequence, place, row, at, colours) {
		const { trace } = sequence.state;
		const step = stepAt(sequence, row);
		const ends = [[step.fromCall, step.from, true], [step.toCall, step.to, false]];
		const end = trace.sequence.ends.get(step.number);
		if (end !== undefined) painter.paintEnd(context, place, at(step.from, row), end, colours);
		for (const [call, lifeline, isFrom] of ends) {
			if (call < 0 || lifeline < 0) continue;
			const { x, y } = at(lifeline, row);
			const spot = painter.spotOf(sequence.layout, step, isFrom);
			painter.paintWords(context, sequence, place, call, step, spot, x, y, colours);
			painter.paintDot(context, sequence, call, x, y, colours);
		}
		if (place.isNarrow) return;
		const [when, since] =
			Sockline.quantity.lineTimes(timeBefore(sequence, row), timeOf(sequence, row));
		context.font = "11px " + colours.font;
		context.textAlign = "right";
		context.fillStyle = colours.muted;
		context.fillText(since, place.gutter - 8, at(0, row).y);
		context.fillText(when, place.gutter - SINCE, at(0, row).y);
	}

	/* When the step of a row is, since the trace began. */
	function timeOf(sequence, row) {
		const { trace } = sequence.state;
		const { fromCall, toCall } = stepAt(sequence, row);
		return momentOf(trace, fromCall >= 0 ? fromCall : toCall) - trace.begin;
	}

	/* The same of the row above, rules not among them; null: there is none. */
	function timeBefore(sequence, row) {
		do row--;
		while (row >= 0 && sequence.layout.rows[row] < 0);
		return row < 0 ? null : timeOf(sequence, row);
	}

	/* The call whose column is nearest to the place. */
	function hit(sequence, x, y) {
		const { layout, place, scroller } = sequence;
		const row = Math.floor(
			(y + canvas.scrollTop(scroller) - painter.HEAD - painter.TOP) / painter.ROW);
		if (!(layout.rows[row] >= 0) || y < painter.HEAD) return -1;
		const { from, to, fromCall, toCall } = stepAt(sequence, row);
		const away = (lifeline) =>
			Math.abs(place.x(layout.columnOf[lifeline]) - scroller.scrollLeft - x);
		if (fromCall < 0 || toCall < 0) return Math.max(fromCall, toCall);
		return away(to) < away(from) ? toCall : fromCall;
	}

	function reveal(sequence, call) {
		if (sequence.isStale) layOut(sequence);
		if (sequence.layout.rowOf[call] < 0) {
			const descriptor =
				sequence.state.trace.descriptors[sequence.state.trace.calls.descriptor[call]];
			choose(sequence, descriptor ? descriptor.socket : -1);
			layOut(sequence);
		}
		const row = sequence.layout.rowOf[call];
		if (row < 0) return;
		const top = painter.TOP + row * painter.ROW;
		canvas.scrollIntoView(sequence.scroller, top, top + painter.ROW + painter.HEAD, 30);
		sequence.redraw();
	}

	/* The call of the row above or below, or the other one of its row. */
	function neighbour(sequence, call, down, across) {
		const { layout } = sequence;
		const callsOf = (row) => {
			const { fromCall, toCall } = stepAt(sequence, row);
			return [fromCall, toCall].filter((it) => it >= 0);
		};
		let row = call >= 0 ? layout.rowOf[call] : -1;
		if (row >= 0 && across) return callsOf(row).find((it) => it !== call) ?? call;
		const step = row < 0 ? 1 : down;
		for (row += step; layout.rows[row] < 0;) row += step;
		return layout.rows[row] >= 0 ? callsOf(row)[0] : call;
	}

	function listen(sequence) {
		const { state } = sequence;
		const placeOf = (event) => Sockline.gestures.placeOf(event, sequence.canvas);
		sequence.scroller.addEventListener("scroll", sequence.redraw);
		byId("connection").addEventListener("change", (event) =>
			choose(sequence, event.target.value === "all" ? -1 : Number(event.target.value)));
		sequence.canvas.addEventListener("pointermove", (event) => {
			const { x, y } = placeOf(event);
			const call = event.pointerType === "touch" ? -1 : hit(sequence, x, y);
			Sockline.card.show(state, call, event.clientX, event.clientY);
		});
		sequence.canvas.addEventListener("pointerleave", Sockline.card.hide);
		sequence.canvas.addEventListener("click", (event) => {
			const { x, y } = placeOf(event);
			Sockline.state.select(state, hit(sequence, x, y));
			if (state.call >= 0) Sockline.state.showDetails(state, true);
		});
		Sockline.state.on(state, "selection search tab theme", sequence.redraw);
		Sockline.state.on(state, "filter", () => outdate(sequence));
	}

	Sockline.sequence = { create, choose, hit, reveal, neighbour };
})();
