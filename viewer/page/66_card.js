// SPDX-License-Identifier: MIT
/* The card beside the pointer: a call in words. */
(() => {
	const { element, byId, quantity, say, words } = Sockline;
	let shown = -1;

	function fill(state, call) {
		const { trace } = state;
		const { calls } = trace;
		const failed = Sockline.trace.hasFailed(calls, call);
		const socket = words.socketOfCall(trace, call);
		const facts = [
			quantity.instant(calls.time[call] - trace.begin),
			Sockline.trace.isUnfinished(calls, call)
				? say("never returned") : say("took %s", quantity.time(calls.duration[call]))
		];
		if (calls.bytes[call] >= 0) facts.push(quantity.bytes(calls.bytes[call]));
		const error = words.errorName(trace, call);
		byId("card").replaceChildren(
			element("p", { class: "card-call" },
				element("b", { class: failed ? "is-error" : "" }, words.callName(trace, call)), " ",
				Sockline.text.shorten(Sockline.text.visible(calls.detail[call]), 160)),
			...(error ? [element("p", { class: failed ? "is-error" : "note" }, error)] : []),
			element("p", { class: "note" }, facts.join(" · ")), element("p", { class: "note" }, [
				words.process(trace, calls.process[call]), words.socketLong(socket)
			].filter(Boolean).join(" · ")));
	}

	function show(state, call, x, y) {
		const card = byId("card");
		if (call < 0) return hide();
		if (call !== shown) fill(state, call);
		shown = call;
		card.hidden = false;
		const { offsetWidth, offsetHeight } = card;
		card.style.left =
			Math.max(8, x + 16 + offsetWidth > innerWidth - 8 ? x - 16 - offsetWidth : x + 16)
			+ "px";
		card.style.top = Math.max(8, Math.min(y + 18, innerHeight - offsetHeight - 8)) + "px";
	}

	function hide() {
		byId("card").hidden = true;
		shown = -1;
	}

	Sockline.card = { show, hide };
})();
