// SPDX-License-Identifier: MIT
/* What the reader of the page has chosen, and who wants to hear of it. */
(() => {
	function create(trace) {
		const clock = Sockline.clock[trace.linear ? "linear" : "folded"](trace);
		return {
			trace,
			clock,
			isLinear: trace.linear, /* because the reader wants it so */
			range: { from: clock.begin, to: clock.end },
			tab: "timeline",
			call: -1,
			lane: -1,
			showsDetails: false,
			connection: null,
			query: "",
			filter: Sockline.filter.none(trace),
			shown: null,
			index: null,
			search: {
				isHit: new Uint8Array(trace.calls.count),
				hits: new Uint32Array(0),
				isDone: true
			},
			listeners: {},
		};
	}

	function on(state, topics, listener) {
		for (const topic of topics.split(" ")) (state.listeners[topic] ||= []).push(listener);
	}

	function tell(state, topic) {
		for (const listener of state.listeners[topic] || []) listener(state);
	}

	/* The calls that pass the filter changed. */
	function refilter(state) {
		state.shown = Sockline.filter.apply(state.trace, state.filter);
		state.index = Sockline.index.build(state.trace, state.shown.isShown, state.clock);
		tell(state, "filter");
	}

	function setClock(state, clock) {
		const from = state.clock.time(state.range.from), to = state.clock.time(state.range.to);
		state.clock = clock;
		state.index = Sockline.index.build(state.trace, state.shown.isShown, clock);
		Sockline.index.setHits(state.index, state.search.isHit);
		setRange(state, clock.position(from), clock.position(to));
		tell(state, "clock");
	}

	/* Keeps the range within the trace and at least a few nanoseconds long. */
	function setRange(state, from, to) {
		const { begin, end } = state.clock;
		const whole = end - begin;
		const length = Math.min(whole, Math.max(to - from, Math.min(20, whole)));
		const middle = (from + to) / 2;
		from = Math.min(Math.max(begin, middle - length / 2), end - length);
		state.range = { from, to: from + length };
		tell(state, "range");
	}

	function select(state, call, lane) {
		state.call = call;
		state.lane = lane === undefined && call >= 0 ? state.trace.lanes.home[call] : lane ?? -1;
		if (call < 0 && state.lane < 0) state.showsDetails = false;
		tell(state, "selection");
	}

	function showDetails(state, isShown) {
		state.showsDetails = isShown;
		tell(state, "details");
	}

	function showTab(state, tab) {
		state.tab = tab;
		tell(state, "tab");
	}

	Sockline.state = {
		create, on, tell, refilter, setClock, setRange, select, showDetails, showTab,
	};
})();
