// SPDX-License-Identifier: MIT
/* Reads the data, makes the views, and says when all is ready. */
(() => {
	const { byId, say, state: states } = Sockline;

	/* The selected call in words, for those who do not see the canvas. */
	function sayStatus(state) {
		const { trace, shown } = state;
		let words = Sockline.quantity.counted(shown.count, "%zu call", "%zu calls");
		if (state.call >= 0)
			words = say("%s, at %s, took %s", Sockline.words.call(trace, state.call),
				Sockline.quantity.instant(trace.calls.time[state.call] - trace.begin),
				Sockline.quantity.time(trace.calls.duration[state.call]));
		else if (state.lane >= 0)
			words = say("%s of %s", Sockline.words.lane(trace, state.lane),
				Sockline.words.process(trace, trace.lanes.list[state.lane].process));
		byId("status").textContent = words;
	}

	/* What a test may ask. */
	function debug(state, views) {
		return {
			state,
			get ready() { return true; },
			get range() {
				return {
					from: state.clock.time(state.range.from),
					to: state.clock.time(state.range.to)
				};
			},
			get selected() { return { call: state.call, lane: state.lane }; },
			get counts() {
				return {
					calls: state.trace.calls.count,
					shown: state.shown.count,
					hits: state.search.hits.length,
					isDone: state.search.isDone
				};
			},
			get rows() { return views.timeline.layout.rows.length; },
			get frameMs() { return views.timeline.frameMs; },
			get sequence() { return views.sequence.layout; },
			step(number) { return Sockline.sequenceRows.step(state.trace, number); },
			views,
			/* The place of a call on the screen, for a click. */
			placeOfCall(call) { return Sockline.timeline.placeOfCall(views.timeline, call); },
			readyMs: performance.now(),
		};
	}

	function start() {
		const source = byId("trace");
		const trace = Sockline.trace.read(source.textContent);
		source.remove();
		const state = states.create(trace);
		const words = Sockline.link.readFirst(state);
		states.refilter(state);
		const { toggleTheme } = Sockline.controls.create(state);
		const timeline = Sockline.timeline.create(state);
		const sequence = Sockline.sequence.create(state);
		const kernel = Sockline.kernel.create(state);
		const views = { timeline, sequence, kernel, toggleTheme };
		Sockline.go.create(timeline, sequence);
		Sockline.overview.create(state);
		Sockline.gestures.listen(timeline);
		Sockline.details.create(state);
		Sockline.hints.create(state);
		Sockline.summary.create(state);
		Sockline.exchanges.create(state);
		Sockline.filters.create(state);
		Sockline.keys.create(state, views);
		states.on(state, "selection filter", () => sayStatus(state));
		sayStatus(state);
		new ResizeObserver(timeline.redraw).observe(timeline.scroller);
		new ResizeObserver(sequence.redraw).observe(sequence.scroller);
		byId("search").value = state.query;
		if (state.query) Sockline.search.start(state);
		Sockline.link.readRest(state, words, views);
		Sockline.link.follow(state);
		Sockline.debug = debug(state, views);
	}

	/* Lets the browser show that it is reading, first. */
	requestAnimationFrame(() => setTimeout(() => {
		try {
			start();
		} catch (error) {
			byId("status").textContent = say("This trace cannot be shown: %s", error.message);
			throw error;
		}
	}));
})();
