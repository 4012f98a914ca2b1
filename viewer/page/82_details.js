// SPDX-License-Identifier: MIT
/* The panel that says all of the selected call or descriptor. */
(() => {
	const { element, byId, quantity, say, words, text } = Sockline;
	const DUMP_LIMIT = 4096, TEXT_LIMIT = 16384;
	function table(pairs) {
		return element("dl", { class: "facts" },
			...pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined)
				.flatMap(([term, value]) => [element("dt", {}, say(term)), element("dd", {}, value)]));
	}

	function heading(state, title, colour) {
		return element("div", { class: "details-head" },
			element("h2", { class: colour }, title),
			element("button", {
				class: "icon", "aria-label": say("Close details"), title: say("Close (Esc)"),
				onclick: () => Sockline.state.showDetails(state, false),
			}, "✕"));
	}

	function errorWords(trace, call) {
		const error = words.errorName(trace, call);
		if (!error) return "";
		return Sockline.trace.isPending(trace.calls, call)
			? say("%s (not done yet, not a failure)", error) : error;
	}

	function outcomeWords(trace, call) {
		return [...(trace.outcomes.get(call)?.values() ?? [])].join(", ");
	}

	function resultWords(trace, call) {
		const { calls } = trace;
		if (Sockline.trace.isUnfinished(calls, call)) return say("never returned");
		if (Sockline.trace.isEndOfStream(calls, call))
			return calls.result[call] + ", " + say("end of stream");
		return String(calls.result[call]);
	}

	function callFacts(state, call) {
		const { trace } = state;
		const { calls } = trace;
		const socket = words.socketOfCall(trace, call);
		const descriptor = trace.descriptors[calls.descriptor[call]];
		const process = trace.processes[calls.process[call]];
		const lane = trace.lanes.list[state.lane];
		const seenOn = lane && lane.descriptor >= 0 && lane.descriptor !== calls.descriptor[call];
		const thread =
			process && process.pid !== calls.tid[call] ? ", " + say("thread %d", calls.tid[call]) : "";
		return [
			["Call", text.visible(calls.detail[call])],
			["Result", resultWords(trace, call)],
			["Error", errorWords(trace, call)],
			["Outcome", outcomeWords(trace, call)],
			["Began", quantity.instant(calls.time[call] - trace.begin)],
			[
				"Took",
				Sockline.trace.isUnfinished(calls, call) ? "" : exactTime(calls.duration[call])
			],
			["Bytes", calls.bytes[call] >= 0 ? quantity.count(calls.bytes[call]) : ""],
			[
				"Descriptor",
				descriptor ? laneButton(state, calls.descriptor[call], "fd " + descriptor.fd) : ""
			],
			[
				"Seen on",
				seenOn ? laneButton(state, lane.index, words.lane(trace, lane.index)) : ""
			],
			["Socket", words.socketLong(socket)],
			["Process", words.process(trace, calls.process[call]) + thread],
			["Effect", trace.effects[calls.effect[call]].words],
			["Trace", process ? text.visible(process.trace || "") : ""],
		];
	}

	function exactTime(ns) {
		return ns < 1000 ? quantity.time(ns)
						 : quantity.time(ns) + " (" + quantity.count(ns) + " ns)";
	}

	function laneButton(state, lane, label) {
		return element(
			"button", { class: "link", onclick: () => Sockline.go.toLane(state, lane) }, label);
	}

	function callButton(state, call) {
		return element("button", { class: "link", onclick: () => Sockline.go.toCall(state, call) },
			words.call(state.trace, call, 60));
	}

	/* What fed this call, and what it fed. */
	function linkFacts(state, call) {
		const MANY = 20;
		const { links } = state.trace;
		const pairs = [];
		for (const link of Sockline.arrowPainter.ofCall(state.trace, call).subarray(0, MANY)) {
			const isFrom = links.from[link] === call;
			const other = isFrom ? links.to[link] : links.from[link];
			const kind = state.trace.link_kinds[links.kind[link]];
			pairs.push([
				isFrom ? kind.from : kind.to, other >= 0 ? callButton(state, other) : kind.nobody
			]);
		}
		return pairs;
	}

	function payload(state, call) {
		const data = state.trace.payloads[state.trace.calls.data[call]];
		if (!data) return [];
		const bytes = text.bytesOf(data);
		const length = quantity.bytes(bytes.length);
		const note = data.truncated ? say("the first %s", length) : length;
		const parts = [element("h3", {}, say("Data"), element("span", { class: "note" }, note))];
		if (data.text !== undefined)
			parts.push(element("pre", { class: "payload", tabindex: "0" },
				text.visibleLines(text.shorten(data.text, TEXT_LIMIT))));
		parts.push(element("pre",
			{ class: "payload hex", tabindex: "0", "aria-label": say("Data in hexadecimal") },
			text.hexDump(bytes, DUMP_LIMIT)));
		return parts;
	}

	function showCall(state, call) {
		const { trace } = state;
		const failed = Sockline.trace.hasFailed(trace.calls, call);
		const colour = "tint-" + (failed ? "error" : trace.styles[trace.calls.style[call]]);
		byId("details").replaceChildren(
			heading(state, words.callName(trace, call), colour),
			table(callFacts(state, call)),
			table(linkFacts(state, call)),
			...payload(state, call));
	}

	/* The first lane of the socket at the other end. */
	function otherEnd(state, socket) {
		const { trace } = state;
		const lane = socket && socket.other >= 0
			? trace.lanes.list.find((it) => it.socket === socket.other) : undefined;
		if (!lane) return [];
		const name = say("%s of %s", words.lane(trace, lane.index), words.process(trace, lane.process));
		return [["Other end", laneButton(state, lane.index, name)]];
	}

	function showLane(state, number) {
		const { trace } = state;
		const lane = trace.lanes.list[number];
		const socket = trace.sockets[lane.socket];
		const actions = element("p", { class: "actions" });
		if (socket)
			actions.append(element("button",
				{ class: "quiet", onclick: () => Sockline.go.toSequence(state, lane.socket) },
				say("Show its sequence")));
		actions.append(element("button",
			{ class: "quiet", onclick: () => Sockline.go.zoomToLane(state, number) },
			say("Zoom to its life")));
		byId("details").replaceChildren(
			heading(state,
				words.lane(trace, number) + (socket ? " " + words.socketShort(socket) : ""), ""),
			table([...Sockline.story.facts(trace, lane), ...otherEnd(state, socket)]), actions,
			...Sockline.story.tell(state, lane, (call) => Sockline.go.toCall(state, call)));
	}

	function update(state) {
		const panel = byId("details");
		const isShown = state.showsDetails && (state.call >= 0 || state.lane >= 0);
		if (!isShown && panel.contains(document.activeElement))
			byId(state.tab === "sequence" ? "rows" : "lanes").focus();
		panel.hidden = !isShown;
		if (!isShown) return;
		if (state.call >= 0) showCall(state, state.call);
		else showLane(state, state.lane);
		panel.scrollTop = 0;
	}

	function create(state) {
		Sockline.state.on(state, "selection details", () => update(state));
	}

	Sockline.details = { create };
})();
