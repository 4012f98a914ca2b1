// SPDX-License-Identifier: MIT
/* The form of the filters. */
(() => {
	const { element, byId, say, state: states } = Sockline;

	function box(label, isChecked, change, colour) {
		const input = element("input", { type: "checkbox" });
		input.checked = isChecked;
		input.addEventListener("change", () => change(input.checked));
		return element("label", { class: "box" + (colour ? " tint-" + colour : "") }, input,
			element("span", {}, label));
	}

	function processChoice(state) {
		const { trace, filter } = state;
		const busy = new Set(trace.calls.process);
		const select = element("select", { id: "filter-process" },
			element("option", { value: "-1" }, say("All processes")),
			...trace.processes.map((it, i) => busy.has(i)
					? element("option", { value: i }, Sockline.words.process(trace, i))
					: null));
		select.value = String(filter.process);
		select.addEventListener("change", () => change(state, { process: Number(select.value) }));
		return element("label", { class: "field" }, element("span", {}, say("Process")), select);
	}

	function slower(state) {
		const input = element("input",
			{ type: "number", min: "0", step: "any", id: "filter-slower", placeholder: "0" });
		if (state.filter.slowerNs > 0) input.value = state.filter.slowerNs / 1e6;
		input.addEventListener("change",
			() => change(state, { slowerNs: Math.max(0, Number(input.value) * 1e6) || 0 }));
		return element("label", { class: "field" }, element("span", {}, say("Slower than")), input,
			element("span", {}, "ms"));
	}

	function effectBoxes(state) {
		const { trace, filter } = state;
		const used = new Set(trace.calls.effect);
		return trace.effects.map(
			(effect, i) => !used.has(i) ? null : box(effect.words, filter.effects[i], (isChecked) => {
				const effects = state.filter.effects.slice();
				effects[i] = isChecked;
				change(state, { effects });
			}, effect.style));
	}

	function change(state, changes) {
		Object.assign(state.filter, changes);
		states.refilter(state);
	}

	function foldBox(state) {
		return box(say("Fold idle time"), state.clock.folds.length > 0, (isFolded) => {
			const { trace } = state;
			state.isLinear = !isFolded;
			states.setClock(
				state, isFolded ? Sockline.clock.folded(trace) : Sockline.clock.linear(trace));
		});
	}

	function render(state) {
		byId("filters").replaceChildren(processChoice(state),
			element("fieldset", {}, element("legend", {}, say("Calls that")),
				...effectBoxes(state).filter(Boolean)),
			box(say("Errors only"), state.filter.errorsOnly,
				(errorsOnly) => change(state, { errorsOnly }), "error"),
			slower(state), foldBox(state));
	}

	function clear(state) {
		state.filter = Sockline.filter.none(state.trace);
		states.refilter(state);
		render(state);
	}

	function setOpen(isOpen) {
		byId("filters").hidden = !isOpen;
		byId("filter-toggle").setAttribute("aria-expanded", isOpen);
	}

	function create(state) {
		byId("filters").addEventListener("submit", (event) => event.preventDefault());
		byId("filter-toggle").addEventListener("click", () => setOpen(byId("filters").hidden));
		render(state);
		setOpen(!Sockline.filter.isNone(state.filter));
	}

	Sockline.filters = { create, clear, render };
})();
