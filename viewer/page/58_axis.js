// SPDX-License-Identifier: MIT
/* The time axis: ticks at 1, 2 and 5, and how much was folded where. */
(() => {
	const TICK_SPACING = 92;
	const { niceStep, tick: tickWords, time } = Sockline.quantity;

	/* The stretches of the view between folds, in real time. */
	function stretches(clock, view) {
		const seen = {
			from: Math.max(view.position(view.left), clock.begin),
			to: Math.min(view.position(view.right), clock.end)
		};
		const list = [];
		let from = seen.from;
		for (const fold of clock.folds) {
			if (fold.at + fold.length < seen.from || fold.at > seen.to) continue;
			if (fold.at > from) list.push({ from, to: fold.at });
			from = Math.max(from, fold.at + fold.length);
		}
		if (seen.to > from) list.push({ from, to: seen.to });
		return list;
	}

	/* Ticks of the view: place, time and the step between them. */
	function ticks(state, view) {
		const { clock, trace } = state;
		const step = Math.max(1, niceStep(TICK_SPACING / view.scale));
		const list = [];
		for (const stretch of stretches(clock, view)) {
			const offset = clock.time(stretch.from) - stretch.from - trace.begin;
			const first = Math.ceil((stretch.from + offset) / step);
			const last = Math.floor((stretch.to + offset) / step);
			for (let i = first; i <= last && list.length < 200; i++)
				list.push({ x: view.x(i * step - offset), time: i * step, step });
		}
		return list;
	}

	function paintFolds(context, clock, view, height, colours) {
		context.fillStyle = colours.band;
		for (const fold of clock.folds) {
			const from = Math.max(view.left, view.x(fold.at)),
				  to = Math.min(view.right, view.x(fold.at + fold.length));
			if (to > from) context.fillRect(from, 0, to - from, height);
		}
	}

	function paintGrid(context, state, view, height, colours) {
		paintFolds(context, state.clock, view, height, colours);
		context.fillStyle = colours.grid;
		for (const tick of ticks(state, view))
			if (tick.x >= view.left) context.fillRect(Math.round(tick.x), 0, 1, height);
	}

	/* What the fold hides, where there is room to say it. */
	function paintFoldLabels(context, state, view, y, colours) {
		const used = [];
		context.fillStyle = colours.muted;
		context.textAlign = "center";
		for (const fold of state.clock.folds) {
			const middle = view.x(fold.at + fold.length / 2);
			const label = "~ " + time(fold.to - fold.from) + " ~";
			const half = context.measureText(label).width / 2 + 6;
			const last = used[used.length - 1];
			if (middle - half < view.left || middle + half > view.right
				|| last && middle - half < last.to)
				continue;
			context.fillText(label, middle, y);
			used.push({ from: middle - half, to: middle + half });
		}
		return used;
	}

	function paint(canvas, state, view, width, height, hoverX) {
		const colours = Sockline.palette.get();
		const context = Sockline.canvas.begin(canvas, width, height);
		context.font = "11px " + colours.font;
		context.textBaseline = "middle";
		paintFolds(context, state.clock, view, height, colours);
		const used = paintFoldLabels(context, state, view, height / 2, colours);
		context.textAlign = "left";
		for (const tick of ticks(state, view)) {
			const label = tickWords(tick.time, tick.step);
			const to = tick.x + 5 + context.measureText(label).width;
			if (tick.x < view.left) continue;
			context.fillStyle = colours.line;
			context.fillRect(Math.round(tick.x), height - 7, 1, 7);
			if (to > view.right || used.some((it) => tick.x - 4 < it.to && to + 4 > it.from))
				continue;
			context.fillStyle = colours.muted;
			context.fillText(label, tick.x + 4, height / 2);
			used.push({ from: tick.x, to });
		}
		if (hoverX >= view.left) paintHover(context, state, view, width, height, hoverX, colours);
	}

	function paintHover(context, state, view, width, height, x, colours) {
		const now = state.clock.time(view.position(x)) - state.trace.begin;
		const label = tickWords(now, niceStep(1 / view.scale));
		const half = context.measureText(label).width / 2 + 6;
		const middle = Math.min(Math.max(x, view.left + half), width - half);
		context.fillStyle = colours.ink;
		context.beginPath();
		context.roundRect(middle - half, 2, 2 * half, height - 4, 4);
		context.fill();
		context.fillStyle = colours.paper;
		context.textAlign = "center";
		context.fillText(label, middle, height / 2);
	}

	Sockline.axis = { paint, paintGrid, paintFolds };
})();
