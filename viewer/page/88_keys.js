// SPDX-License-Identifier: MIT
/* The keyboard, and the dialog that says what its keys do. */
(() => {
	const { element, byId, say, state: states } = Sockline;

	const KEYS = [
		["← →", "the call before and after in the lane, in the state at all; with nothing selected, pan"],
		["↑ ↓", "the lane above and below; in the sequence, the row"],
		["Shift ← →", "pan"],
		["+ −", "zoom in and out"],
		["0", "fit the whole trace"],
		["Enter", "details of the selected call"],
		["l", "the other end of the selected call's arrow"],
		["Esc", "close, then select nothing"],
		["/", "search"],
		["n N", "next and previous hit"],
		["1 2 3 4 5", "Timeline, Sequence, State, Summary, Exchanges"],
		["c", "collapse or open the process"],
		["f", "filters"],
		["t", "light or dark"],
		["?", "this help"],
	];
	const MOUSE = [
		["Wheel", "zooms at the pointer; over the labels it scrolls the lanes"],
		["Drag", "pans; in the overview it moves the window or its edges"],
		["Shift wheel", "pans"],
		["Click", "selects a call, a lane, or opens and closes a process"],
		["Double click", "zooms in"],
	];

	const READING = [
		"A lane is a descriptor, from its birth to its end.",
		"A sign stands where a call finished, and the bar before it is the time it took.",
		"Where calls are dense they become columns: what was sent stands above the line, what was received below it.",
		"Arrows lead from a send to the receive that took its bytes.",
	];

	function table(rows) {
		return element("dl", { class: "keys" }, ...rows.flatMap(([key, words]) =>
			[element("dt", {}, element("kbd", {}, say(key))), element("dd", {}, say(words))]));
	}

	function fillHelp() {
		byId("help").replaceChildren(
			element("div", { class: "details-head" },
				element("h2", { id: "help-title" }, say("How to read this page")),
				element("button",
					{ class: "icon", "aria-label": say("Close"), onclick: () => byId("help").close() },
					"✕")),
			element("p", {}, READING.map((sentence) => say(sentence)).join(" ")),
			table(KEYS), table(MOUSE));
	}

	function otherEnd(state) {
		const { links } = state.trace;
		if (state.call < 0) return;
		for (const link of Sockline.arrowPainter.ofCall(state.trace, state.call)) {
			const other = links.from[link] === state.call ? links.to[link] : links.from[link];
			if (other >= 0) return Sockline.go.toCall(state, other);
		}
	}

	function escape(state) {
		if (state.showsDetails) states.showDetails(state, false);
		else states.select(state, -1);
	}

	const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

	function onArrow(state, views, event) {
		const [right, down] = STEPS[event.key];
		if (state.tab === "sequence")
			return Sockline.go.toCall(state,
				Sockline.sequence.neighbour(views.sequence, state.call, down, right !== 0));
		if (state.tab === "state") return Sockline.kernel.move(views.kernel, right || down);
		if (state.tab !== "timeline") return;
		const hasSelection = state.lane >= 0 || state.call >= 0;
		if (right && (event.shiftKey || !hasSelection))
			Sockline.gestures.panBy(views.timeline, right * 120);
		else if (right) Sockline.go.alongLane(state, right);
		else Sockline.go.acrossLanes(state, down);
	}

	function zoom(views, factor) {
		const { state, hover, width } = views.timeline;
		const view = Sockline.timeline.view(views.timeline);
		const selected = state.call >= 0
			? view.x(state.clock.position(state.trace.calls.end[state.call]))
			: -1;
		const isSeen = selected >= view.left && selected <= view.right;
		const middle = isSeen ? selected : (view.left + width) / 2;
		Sockline.gestures.zoomAt(views.timeline, hover ? hover.x : middle, factor);
	}

	function collapse(state, views) {
		const lane = state.trace.lanes.list[state.lane];
		if (lane) Sockline.timeline.toggle(views.timeline, lane.process);
	}

	function actions(state, views) {
		return {
			"+": () => zoom(views, 1.6),
			"=": () => zoom(views, 1.6),
			"-": () => zoom(views, 1 / 1.6),
			"_": () => zoom(views, 1 / 1.6),
			"0": () => states.setRange(state, state.clock.begin, state.clock.end),
			"/": () => byId("search").focus(),
			"?": () => byId("help").showModal(),
			n: () => Sockline.go.toHit(state, 1),
			N: () => Sockline.go.toHit(state, -1),
			1: () => states.showTab(state, "timeline"),
			2: () => states.showTab(state, "sequence"),
			3: () => states.showTab(state, "state"),
			4: () => states.showTab(state, "summary"),
			5: () => states.showTab(state, "exchanges"),
			c: () => collapse(state, views),
			l: () => otherEnd(state),
			t: views.toggleTheme,
			f: () => byId("filter-toggle").click(),
			Escape: () => escape(state),
		};
	}

	const isWriting = (target) => target.matches("select, textarea, input:not([type=checkbox])");

	function openDetails(state) {
		states.showDetails(state, true);
		byId("details").focus();
	}

	function onKey(state, views, table, event) {
		if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open
			|| isWriting(event.target))
			return;
		const isOnCanvas = event.target === document.body || event.target.tagName === "CANVAS"
			|| event.target.id === "kernel";
		if (event.key.startsWith("Arrow") && isOnCanvas) onArrow(state, views, event);
		else if (event.key === "Enter" && isOnCanvas && (state.call >= 0 || state.lane >= 0))
			openDetails(state);
		else if (table[event.key]) table[event.key]();
		else return;
		event.preventDefault();
	}

	function create(state, views) {
		const table = actions(state, views);
		fillHelp();
		byId("help-open").addEventListener("click", table["?"]);
		addEventListener("keydown", (event) => onKey(state, views, table, event));
	}

	Sockline.keys = { create };
})();
