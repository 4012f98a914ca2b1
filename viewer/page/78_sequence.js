// SPDX-License-Identifier: MIT
/* The sequence view: a column a process, time downwards. */
(() => {
	const { byId, element, canvas } = Sockline;
	const painter = Sockline.sequencePainter;
	/* From this many calls on, the busiest connection is shown first and not everything. */
	const MANY_CALLS = 2000;
	const MANY_CHOICES = 1000;

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
			momentOf: Sockline.causalOrder.momentOf(state.trace),
		};
		if (state.trace.calls.count > MANY_CALLS && connections.length > 0)
			state.connection = connections.reduce((a, b) => (b.count > a.count ? b : a));
		sequence.redraw = canvas.scheduler(() => draw(sequence));
		sequence.isJoined = (call) => isJoined(sequence, call);
		sequence.columnOf = (call) => columnOf(sequence, call);
		fillChoice(sequence);
		listen(sequence);
		return sequence;
	}

	function fillChoice(sequence) {
		const { state, connections } = sequence;
		const option = (value, name, count) => element("option", { value },
			name + " (" + Sockline.quantity.counted(count, "call") + ")");
		const choices = connections.slice().sort((a, b) => b.count - a.count).slice(0, MANY_CHOICES);
		const title = (it) => Sockline.connections.title(state.trace, it);
		byId("connection").replaceChildren(
			option("all", "Everything", state.trace.calls.count),
			...choices.map((it) => option(it.socket, title(it), it.count)));
		showChoice(sequence);
	}

	function showChoice(sequence) {
		const { connection } = sequence.state;
		byId("connection").value = connection ? String(connection.socket) : "all";
	}

	/* The connection that the socket belongs to; everything for -1. */
	function choose(sequence, socket) {
		const { state, connections } = sequence;
		const isOf = (it) => socket >= 0 && (it.socket === socket || it.mate === socket);
		state.connection = connections.find(isOf) || null;
		showChoice(sequence);
		Sockline.state.tell(state, "connection");
		outdate(sequence);
	}

	function outdate(sequence) {
		sequence.isStale = true;
		sequence.redraw();
	}

	/* Phases are ruled off for one connection, which may be all there is. */
	function ruledSockets(sequence) {
		const { state, connections } = sequence;
		const joined = connections.filter((it) => it.mate >= 0);
		const only = state.connection || (joined.length === 1 ? joined[0] : null);
		return only && Sockline.connections.socketsOf(only);
	}

	function layOut(sequence) {
		const { state } = sequence;
		const calls = Sockline.connections.callsOf(state, state.connection);
		const order = Sockline.causalOrder.sort(state.trace, calls);
		sequence.layout = Sockline.sequenceRows.layOut(state.trace, order, ruledSockets(sequence));
		sequence.isStale = false;
		byId("sequence-note").textContent = Sockline.quantity.counted(calls.length, "call");
	}

	function isJoined(sequence, call) {
		const { start } = sequence.state.trace.links.of;
		return start[call + 1] > start[call];
	}

	/* The column of a call of the layout, or -1. */
	function columnOf(sequence, call) {
		const row = sequence.layout.rows[sequence.layout.ofCall.get(call)];
		if (!row) return -1;
		return row.call === call ? row.column : row.otherColumn;
	}

	/* Where a call of the layout stands on the canvas. */
	function placer(sequence, place, top, left) {
		const { ofCall, columns } = sequence.layout;
		return (call) => {
			const row = ofCall.get(call), column = columnOf(sequence, call);
			if (row === undefined) return null;
			return {
				x: place.x(column) - left, isLast: column === columns.length - 1,
				y: painter.HEAD + painter.TOP + row * painter.ROW + painter.ROW / 2 - top,
			};
		};
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
		const { layout } = sequence;
		const colours = Sockline.palette.get();
		const at = placer(sequence, place, top, left);
		const first = Math.max(0, Math.floor((top - painter.TOP) / painter.ROW) - 1);
		const shown =
			layout.rows.slice(first, first + Math.ceil(sequence.height / painter.ROW) + 3);
		const calls = shown.flatMap((row) => [row.call, row.other]).filter((call) => call >= 0);
		context.textBaseline = "middle";
		paintSelection(context, sequence, at, colours);
		painter.paintLifelines(context, sequence, place, left, colours);
		shown.forEach((row, i) => {
			if (row.phase >= 0)
				painter.paintRule(context, layout.phases[row.phase],
					painter.HEAD + painter.TOP + (first + i + 0.5) * painter.ROW - top,
					sequence.width, colours);
		});
		paintLinks(context, sequence, place, calls, at, left, colours);
		for (const row of shown) paintRow(context, sequence, place, row, at, colours);
		painter.paintHead(context, sequence, place, left, colours);
	}

	function paintSelection(context, sequence, at, colours) {
		const spot = sequence.state.call >= 0 ? at(sequence.state.call) : null;
		if (!spot) return;
		context.fillStyle = colours.selected;
		context.fillRect(0, spot.y - painter.ROW / 2, sequence.width, painter.ROW);
	}

	function paintLinks(context, sequence, place, calls, at, left, colours) {
		const { trace } = sequence.state;
		const painted = new Map();
		for (const call of calls) {
			let isLinked = false;
			for (const link of Sockline.arrowPainter.ofCall(trace, call)) {
				if (!painted.has(link))
					painted.set(link,
						painter.paintLink(context, sequence, place, link, at, left, colours));
				isLinked = isLinked || painted.get(link);
			}
			if (!isLinked)
				painter.paintPeer(context, sequence, place, call, at(call), left, colours);
		}
	}

	function paintRow(context, sequence, place, row, at, colours) {
		const { trace } = sequence.state;
		for (const [call, column] of [[row.call, row.column], [row.other, row.otherColumn]]) {
			if (call < 0) continue;
			const { x, y } = at(call);
			painter.paintWords(context, sequence, place, call, column, x, y, colours);
			painter.paintDot(context, sequence, call, x, y, colours);
		}
		if (row.call < 0 || place.isNarrow) return;
		const ns = sequence.momentOf(row.call) - trace.begin;
		context.font = "11px " + colours.font;
		context.textAlign = "right";
		context.fillStyle = colours.muted;
		context.fillText(Sockline.quantity.instant(ns), place.gutter - 8, at(row.call).y);
	}

	/* The call whose column is nearest to the place. */
	function hit(sequence, x, y) {
		const { layout, place, scroller } = sequence;
		const row = layout.rows[Math.floor(
			(y + canvas.scrollTop(scroller) - painter.HEAD - painter.TOP) / painter.ROW)];
		if (!row || y < painter.HEAD || row.call < 0) return -1;
		const away = (column) => Math.abs(place.x(column) - scroller.scrollLeft - x);
		return row.other >= 0 && away(row.otherColumn) < away(row.column) ? row.other : row.call;
	}

	function reveal(sequence, call) {
		if (sequence.isStale) layOut(sequence);
		if (!sequence.layout.ofCall.has(call)) {
			const descriptor =
				sequence.state.trace.descriptors[sequence.state.trace.calls.descriptor[call]];
			choose(sequence, descriptor ? descriptor.socket : -1);
			layOut(sequence);
		}
		const row = sequence.layout.ofCall.get(call);
		if (row === undefined) return;
		const top = painter.TOP + row * painter.ROW;
		canvas.scrollIntoView(sequence.scroller, top, top + painter.ROW + painter.HEAD, 30);
		sequence.redraw();
	}

	/* The call of the row above or below, or the other one of its row. */
	function neighbour(sequence, call, down, across) {
		const { rows, ofCall } = sequence.layout;
		let at = ofCall.get(call);
		if (at === undefined) return rows.find((row) => row.call >= 0)?.call ?? -1;
		if (across && rows[at].other < 0) return call;
		if (across) return rows[at].call === call ? rows[at].other : rows[at].call;
		for (at += down; rows[at] && rows[at].call < 0;) at += down;
		return rows[at] ? rows[at].call : call;
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
