// SPDX-License-Identifier: MIT
/* The strip on top: how much happened when, and which part of it is seen. */
(() => {
	const HEIGHT = 46;
	const EDGE = 8;
	const { viewport } = Sockline;

	/* The canvas keeps its width until it is drawn again, so ask what holds it. */
	const widthOf = (overview) => overview.canvas.parentElement.clientWidth;

	/* The view of the strip: the whole trace. */
	function wholeView(overview) {
		const { clock } = overview.state;
		const left = Sockline.timeline.labelWidth(widthOf(overview));
		return viewport.make({ from: clock.begin, to: clock.end }, left, widthOf(overview));
	}

	/* Calls a column of pixels, sent and received and other, and errors. */
	function countColumns(state, columns) {
		const { trace, clock, shown } = state;
		const { calls } = trace;
		const names =
			trace.effects.map(({ name }) => (["send", "receive"].includes(name) ? name : "faint"));
		const counts = {};
		for (const name of ["send", "receive", "faint", "error"])
			counts[name] = new Uint32Array(columns);
		const scale = (columns - 1) / (clock.end - clock.begin);
		for (let i = 0; i < calls.count; i++) {
			if (!shown.isShown[i]) continue;
			const column =
				Math.min(columns - 1, ((clock.position(calls.end[i]) - clock.begin) * scale) | 0);
			const kind = names[calls.effect[i]];
			counts[kind][column]++;
			if (Sockline.trace.hasFailed(calls, i)) counts.error[column]++;
		}
		return counts;
	}

	function drawColumn(context, counts, column, x, most, colours) {
		let y = HEIGHT - 4;
		for (const kind of ["faint", "receive", "send"]) {
			const count = counts[kind][column];
			if (count === 0) continue;
			const height = Math.max(1, (HEIGHT - 14) * Math.sqrt(count / most));
			context.fillStyle = colours[kind];
			context.fillRect(x, y - height, 1.6, height);
			y -= height;
		}
		if (counts.error[column] > 0) {
			context.fillStyle = colours.error;
			context.fillRect(x - 0.5, 3, 2.5, 4);
		}
	}

	/* The columns change with the filter and the width only, and are kept as a picture. */
	function drawColumns(overview, view) {
		const colours = Sockline.palette.get();
		const columns =
			Math.max(1, Math.floor((view.x(view.range.to) - view.x(view.range.from)) / 2));
		const counts = countColumns(overview.state, columns);
		const picture = document.createElement("canvas");
		const context = Sockline.canvas.begin(picture, widthOf(overview), HEIGHT);
		let most = 1;
		for (let i = 0; i < columns; i++)
			most = Math.max(most, 3 * Math.max(counts.send[i], counts.receive[i], counts.faint[i]));
		for (let i = 0; i < columns; i++)
			drawColumn(context, counts, i, view.x(view.range.from) + 2 * i, most, colours);
		return picture;
	}

	function drawWindow(context, overview, view, width, colours) {
		const from = view.x(overview.state.range.from) - 2,
			  to = view.x(overview.state.range.to) + 2;
		context.fillStyle = colours.paper;
		context.globalAlpha = 0.72;
		context.fillRect(view.left, 0, from - view.left, HEIGHT);
		context.fillRect(to, 0, width - to, HEIGHT);
		context.globalAlpha = 1;
		context.fillStyle = colours.select;
		context.fillRect(from, 0, to - from, 1.5);
		context.fillRect(from, HEIGHT - 1.5, to - from, 1.5);
		for (const x of [from, to]) {
			context.beginPath();
			context.roundRect(x - 2, 0, 4, HEIGHT, 2);
			context.fill();
		}
	}

	function drawSums(context, overview, view, colours) {
		const { quantity } = Sockline;
		const { trace, shown } = overview.state;
		const isNarrow = view.left < 140;
		context.textBaseline = "middle";
		context.textAlign = "left";
		context.fillStyle = colours.ink;
		context.font = "600 13px " + colours.font;
		Sockline.canvas.fillText(
			context, quantity.time(trace.end - trace.begin), 12, 16, view.left - 16);
		context.fillStyle = colours.muted;
		context.font = "11.5px " + colours.font;
		const all = quantity.counted(shown.count, "%zu call", "%zu calls") + " · "
			+ quantity.counted(trace.descriptors.length, "%zu descriptor", "%zu descriptors");
		const words = isNarrow ? quantity.counted(shown.count, "%zu call", "%zu calls") : all;
		Sockline.canvas.fillText(context, words, 12, 33, view.left - 16);
	}

	function draw(overview) {
		const width = widthOf(overview);
		if (width === 0) return;
		const colours = Sockline.palette.get();
		const view = wholeView(overview);
		if (!overview.picture || overview.pictureWidth !== width) {
			overview.picture = drawColumns(overview, view);
			overview.pictureWidth = width;
		}
		const context = Sockline.canvas.begin(overview.canvas, width, HEIGHT);
		Sockline.axis.paintFolds(context, overview.state.clock, view, HEIGHT, colours);
		context.drawImage(overview.picture, 0, 0, width, HEIGHT);
		drawWindow(context, overview, view, width, colours);
		drawSums(context, overview, view, colours);
	}

	/* A press on an edge moves the edge, within the window moves it, elsewhere centres it there. */
	function grab(overview, x) {
		const view = wholeView(overview);
		const { from, to } = overview.state.range;
		if (Math.abs(x - view.x(from)) < EDGE) return { edge: "from" };
		if (Math.abs(x - view.x(to)) < EDGE) return { edge: "to" };
		const position = view.position(x), length = to - from;
		if (position < from || position > to)
			Sockline.state.setRange(overview.state, position - length / 2, position + length / 2);
		return { edge: null, offset: position - overview.state.range.from };
	}

	function drag(overview, held, x) {
		const { state } = overview;
		const { from, to } = state.range;
		const position = wholeView(overview).position(x);
		if (held.edge === "from") Sockline.state.setRange(state, Math.min(position, to - 20), to);
		else if (held.edge === "to")
			Sockline.state.setRange(state, from, Math.max(position, from + 20));
		else
			Sockline.state.setRange(
				state, position - held.offset, position - held.offset + (to - from));
	}

	function listen(overview) {
		const { canvas } = overview;
		let held = null;
		const xOf = (event) => Sockline.gestures.placeOf(event, canvas).x;
		canvas.addEventListener("pointerdown", (event) => {
			canvas.setPointerCapture(event.pointerId);
			held = grab(overview, xOf(event));
		});
		canvas.addEventListener("pointermove", (event) => {
			if (held) drag(overview, held, xOf(event));
		});
		for (const end of ["pointerup", "pointercancel"])
			canvas.addEventListener(end, () => {
				held = null;
			});
		canvas.addEventListener("dblclick",
			() => Sockline.state.setRange(
				overview.state, overview.state.clock.begin, overview.state.clock.end));
	}

	function create(state) {
		const overview = { state, canvas: Sockline.byId("overview"), picture: null };
		overview.redraw = Sockline.canvas.scheduler(() => draw(overview));
		const renew = () => {
			overview.picture = null;
			overview.redraw();
		};
		Sockline.state.on(state, "range tab", overview.redraw);
		Sockline.state.on(state, "filter clock theme", renew);
		new ResizeObserver(overview.redraw).observe(overview.canvas.parentElement);
		listen(overview);
		overview.redraw();
	}

	Sockline.overview = { create };
})();
