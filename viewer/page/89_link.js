// SPDX-License-Identifier: MIT
/* The state in the address, so that a link shows what its sender saw. */
(() => {
	const { state: states } = Sockline;
	const DELAY_MS = 250;

	function write(state) {
		const { filter, range, clock, trace } = state;
		const words = new URLSearchParams();
		if (state.tab !== "timeline") words.set("view", state.tab);
		if (range.to - range.from < clock.end - clock.begin) {
			words.set("from", Math.round(clock.time(range.from)));
			words.set("to", Math.round(clock.time(range.to)));
		}
		if (state.isLinear !== trace.linear) words.set("linear", state.isLinear ? 1 : 0);
		if (state.call >= 0) words.set("call", state.call);
		if (state.lane >= 0) words.set("lane", state.lane);
		if (state.showsDetails) words.set("details", 1);
		if (state.query) words.set("search", state.query);
		if (state.connection) words.set("socket", state.connection.socket);
		if (filter.process >= 0) words.set("process", filter.process);
		if (filter.errorsOnly) words.set("errors", 1);
		if (filter.slowerNs > 0) words.set("slower", filter.slowerNs);
		if (!filter.effects.every(Boolean))
			words.set("without", trace.effects.filter((it, i) => !filter.effects[i])
				.map((it) => it.name).join("."));
		const text = words.toString();
		if ((text ? "#" + text : "") === location.hash) return;
		try {
			history.replaceState(null, "", "#" + text);
		} catch {
			/* Some browsers do not let a page from a file do so. */
		}
	}

	function number(words, key, count) {
		const value = words.has(key) ? Number(words.get(key)) : -1;
		return Number.isInteger(value) && value >= 0 && value < count ? value : -1;
	}

	function readFilter(state, words) {
		const { trace, filter } = state;
		filter.process = number(words, "process", trace.processes.length);
		filter.errorsOnly = words.has("errors");
		filter.slowerNs = Math.max(0, Number(words.get("slower")) || 0);
		const without = (words.get("without") || "").split(".");
		filter.effects = trace.effects.map(({ name }) => !without.includes(name));
	}

	/* Before the views are made. */
	function readFirst(state) {
		const words = new URLSearchParams(location.hash.slice(1));
		readFilter(state, words);
		state.query = words.get("search") || "";
		if (words.has("linear")) {
			state.isLinear = words.get("linear") === "1";
			state.clock = Sockline.clock[state.isLinear ? "linear" : "folded"](state.trace);
		}
		return words;
	}

	/* What only makes sense when the views are there. */
	function readRest(state, words, views) {
		const { trace, clock } = state;
		if (words.has("linear")) states.setRange(state, clock.begin, clock.end);
		const view = words.get("view");
		const from = Number(words.get("from")), to = Number(words.get("to"));
		if (words.has("to") && to > from)
			states.setRange(state, clock.position(from), clock.position(to));
		const socket = number(words, "socket", trace.sockets.length);
		if (socket >= 0) Sockline.sequence.choose(views.sequence, socket);
		if (["sequence", "state", "summary", "exchanges"].includes(view)) states.showTab(state, view);
		const call = number(words, "call", trace.calls.count),
			  lane = number(words, "lane", trace.lanes.list.length);
		if (call >= 0 || lane >= 0) {
			states.select(state, call, lane >= 0 ? lane : undefined);
			states.showDetails(state, words.has("details"));
			requestAnimationFrame(() => Sockline.go.inSight(state, words.has("to")));
		}
	}

	function follow(state) {
		let timer = 0;
		states.on(state, "range clock selection details filter tab query connection", () => {
			clearTimeout(timer);
			timer = setTimeout(() => write(state), DELAY_MS);
		});
	}

	Sockline.link = { readFirst, readRest, follow };
})();
