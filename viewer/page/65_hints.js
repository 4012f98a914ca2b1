// SPDX-License-Identifier: MIT
/* What may be wrong, above the timeline: who waits for ever, and the hints with what to do. */
(() => {
	const { element, byId, say } = Sockline;
	const { visible } = Sockline.text;
	/* As many as the first screen has. */
	const SHOWN = 4;

	function callButton(state, call) {
		return element("button", { class: "link", onclick: () => Sockline.go.toCall(state, call) },
			Sockline.words.call(state.trace, call, 60));
	}

	/* Of both languages one line each. */
	const lines = (tag, sentences) => sentences.map((words) => element(tag, {}, words));

	function hintOf(state, hint) {
		const [title, ...others] = hint.title;
		const lane = hint.lane >= 0
			? state.trace.lanes.list.findIndex((it) => it.descriptor === hint.lane) : -1;
		const place = lane < 0 ? visible(hint.place) : element("button",
			{ class: "link", onclick: () => Sockline.go.toLane(state, lane) }, visible(hint.place));
		return element("details", { class: "hint", "data-name": hint.name },
			element("summary", {}, element("b", {}, title), " ",
				element("span", { class: "note" }, "(" + visible(hint.place) + ")")),
			lines("p", others),
			element("p", {}, place, ": ", visible(hint.seen)),
			element("ul", {}, hint.calls.filter((call) => call >= 0)
				.map((call) => element("li", {}, callButton(state, call)))),
			lines("p", hint.advice.map((advice) => "→ " + advice)));
	}

	function show(state, showsAll) {
		const { verdict, hints, hints_left_out } = state.trace;
		const shown = hints.filter((it) => showsAll || !it.is_remark).slice(0, showsAll ? undefined : SHOWN);
		const more = hints.length - shown.length;
		const isEmpty = verdict.length === 0 && hints.length === 0;
		byId("hints").hidden = isEmpty;
		byId("hints").replaceChildren(
			...verdict.map((line) => element("p", { class: "verdict" }, visible(line))),
			...shown.map((hint) => hintOf(state, hint)),
			...(more > 0 ? [element("button", { class: "link", onclick: () => show(state, true) },
				Sockline.quantity.counted(more, "%zu more hint", "%zu more hints"))] : []),
			...(showsAll && hints_left_out > 0
				? [element("p", { class: "note" }, say("and %zu more: sockview -v hints", hints_left_out))] : []));
	}

	Sockline.hints = { create: (state) => show(state, false) };
})();
