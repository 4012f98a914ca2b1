// SPDX-License-Identifier: MIT
/* The bar on top: tabs, search, filters, theme. */
(() => {
	const { element, byId, quantity, say, state: states } = Sockline;
	const TABS = ["timeline", "sequence", "state", "summary", "exchanges"];

	function showTab(state) {
		for (const tab of TABS) {
			const isShown = tab === state.tab;
			byId("tab-" + tab).setAttribute("aria-selected", isShown);
			byId("tab-" + tab).tabIndex = isShown ? 0 : -1;
			byId("panel-" + tab).hidden = !isShown;
		}
		Sockline.card.hide();
	}

	function listenTabs(state) {
		states.on(state, "tab", () => showTab(state));
		TABS.forEach((tab, i) => {
			byId("tab-" + tab).addEventListener("click", () => states.showTab(state, tab));
			byId("tab-" + tab).addEventListener("keydown", (event) => {
				const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
				if (!step) return;
				const next = TABS[(i + step + TABS.length) % TABS.length];
				states.showTab(state, next);
				byId("tab-" + next).focus();
				event.stopPropagation();
			});
		});
	}

	function showSearch(state) {
		const { search, query } = state;
		const at = Sockline.search.place(state);
		let words = "";
		if (query !== "" && !search.isDone) words = "…";
		else if (query !== "")
			words = at > 0 ? say("%zu of %zu", quantity.count(at), quantity.count(search.hits.length))
						   : quantity.count(search.hits.length);
		byId("search-count").textContent = words;
		for (const id of ["search-previous", "search-next"])
			byId(id).disabled = search.hits.length === 0;
	}

	function listenSearch(state) {
		const DELAY_MS = 120;
		const input = byId("search");
		let timer = 0;
		const leave = () => {
			if (input.value === "") return byId("lanes").focus();
			input.value = "";
			input.dispatchEvent(new Event("input"));
		};
		input.addEventListener("input", () => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				state.query = input.value;
				Sockline.search.start(state);
				showSearch(state);
				states.tell(state, "query");
			}, DELAY_MS);
		});
		input.addEventListener("keydown", (event) => {
			if (event.key === "Enter") Sockline.go.toHit(state, event.shiftKey ? -1 : 1);
			else if (event.key === "Escape") leave();
			else return;
			event.preventDefault();
			event.stopPropagation();
		});
		byId("search-previous").addEventListener("click", () => Sockline.go.toHit(state, -1));
		byId("search-next").addEventListener("click", () => Sockline.go.toHit(state, 1));
		states.on(state, "search selection", () => showSearch(state));
	}

	function setTheme(state, theme) {
		document.documentElement.dataset.theme = theme;
		Sockline.palette.read(state.trace.styles);
		Sockline.glyph.forget();
		states.tell(state, "theme");
	}

	function listenTheme(state) {
		const prefersDark = matchMedia("(prefers-color-scheme: dark)");
		let isChosen = false;
		const toggle = () => {
			isChosen = true;
			setTheme(state, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
		};
		byId("theme").addEventListener("click", toggle);
		prefersDark.addEventListener("change", () => {
			if (!isChosen) setTheme(state, prefersDark.matches ? "dark" : "light");
		});
		setTheme(state, prefersDark.matches ? "dark" : "light");
		return toggle;
	}

	/* The first of the notes is how much is not shown. */
	function showNotes(state) {
		const { trace, shown } = state;
		const notes = [];
		if (shown.leftOut > 0)
			notes.push(element("p", {},
				quantity.counted(shown.leftOut, "%zu call left out by the filter.",
					"%zu calls left out by the filter."), " ",
				element("button", { class: "link", onclick: () => Sockline.filters.clear(state) },
					say("Show all"))));
		if (trace.omitted > 0)
			notes.push(element("p", {},
				quantity.counted(trace.omitted, "%zu call left out when this page was made.",
					"%zu calls left out when this page was made.")));
		for (const { pid, message, more } of trace.warnings)
			notes.push(element("p", { class: "warning" }, say("warning: "),
				pid === undefined ? "" : say("process %ld: ", pid), Sockline.text.visible(message),
				more > 0 ? " " + say("(and %zu more)", more) : ""));
		byId("warnings").replaceChildren(...notes);
		byId("warnings").hidden = notes.length === 0;
	}

	function showTitle(trace) {
		const { visible } = Sockline.text;
		const command = (trace.command || []).map(visible).join(" ");
		document.title = visible(trace.title) + " – Sockline";
		byId("title").textContent = visible(trace.title);
		byId("subtitle").textContent = [
			command, visible(trace.started || "").replace("T", " ").replace(/\.\d+Z$/, " UTC")
		].filter(Boolean).join(" · ");
		byId("subtitle").title = command;
		byId("counts").replaceChildren(...trace.counts.flatMap(({ words, style }, i) => [
			i > 0 ? " · " : "",
			element("span", { class: "tint-" + style }, words),
		]));
		byId("counts").title = byId("counts").textContent;
	}

	function create(state) {
		showTitle(state.trace);
		listenTabs(state);
		listenSearch(state);
		states.on(state, "filter", () => {
			showNotes(state);
			Sockline.search.start(state);
		});
		showNotes(state);
		showSearch(state);
		return { toggleTheme: listenTheme(state) };
	}

	Sockline.controls = { create };
})();
