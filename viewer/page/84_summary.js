// SPDX-License-Identifier: MIT
/* Who talks to whom; sums: a table of the sockets, a table of the calls by name. */
(() => {
	const { byId, quantity, say, words, text } = Sockline;
	const { hasFailed, hasMoved, isMaker } = Sockline.trace;
	const { NONE, unlessNone, make } = Sockline.table;

	const count = (value) => (value ? quantity.count(value) : "");

	/* Titles as the view summary has them; the columns "process", "failed" and "bytes" are the page's. */
	const SOCKET_COLUMNS = [
		["socket", "id", (it) => String(it.id)],
		["kind", "kind", (it) => it.kind],
		["local", "local", (it) => it.local],
		["peer", "peer", (it) => it.peer],
		["process", "process", (it) => it.process],
		["state", "state", (it) => it.state],
		["calls", "calls", (it) => quantity.count(it.calls)],
		["in", "in", (it) => (it.in ? quantity.bytes(it.in) : "")],
		["out", "out", (it) => (it.out ? quantity.bytes(it.out) : "")],
		["rate", "rate", (it) => unlessNone(it.rate, (rate) => quantity.bytes(rate) + "/s")],
		["first byte", "firstByte", (it) => unlessNone(it.firstByte, quantity.time)],
		["in calls", "waited", (it) => quantity.time(it.waited)],
		["errors", "errors", (it) => count(it.errors)],
	];

	const CALL_COLUMNS = [
		["call", "name", (it) => it.name],
		["count", "calls", (it) => quantity.count(it.calls)],
		["total", "total", (it) => quantity.time(it.total)],
		["p50", "p50", (it) => quantity.time(it.p50)],
		["p99", "p99", (it) => quantity.time(it.p99)],
		["max", "max", (it) => quantity.time(it.max)],
		["bytes", "bytes", (it) => (it.bytes ? quantity.bytes(it.bytes) : "")],
		["failed", "failed", (it) => count(it.failed)],
		["errors", "errors", (it) => it.errors],
	];

	/* Rows and words are those of the view overview, which no filter of the page changes. */
	const TALK_COLUMNS = [
		["who", "who", (it) => it.who],
		["talks to", "whom", (it) => it.whom],
		["at", "at", (it) => it.at],
		["kind", "kind", (it) => it.kind],
		["times", "times", (it) => count(it.times)],
		["there", "there", (it) => unlessNone(it.there, quantity.bytes)],
		["back", "back", (it) => unlessNone(it.back, quantity.bytes)],
		["asked", "asked", (it) => count(it.asked)],
		["p50", "p50", (it) => unlessNone(it.p50, quantity.time)],
		["p99", "p99", (it) => unlessNone(it.p99, quantity.time)],
		["state", "state", (it) => it.state],
	];

	function whomWords(talk) {
		if (talk.talk === "listening") return say("nobody came");
		const arrow = talk.talk === "pair" ? "↔" : talk.guessed ? "⇄" : "→";
		return talk.whom ? arrow + " " + text.visible(talk.whom) : arrow;
	}

	function talkRows({ trace }) {
		const { visible } = text;
		return trace.talks.map((talk) => ({
			who: visible(talk.who ?? ""),
			whom: whomWords(talk),
			at: visible(talk.address ?? ""),
			kind: visible(talk.kind ?? ""),
			times: talk.count ?? 0,
			there: talk.bytes_to_server ?? NONE,
			back: talk.bytes_to_client ?? NONE,
			asked: talk.exchanges?.count ?? 0,
			p50: talk.exchanges?.p50_ns ?? NONE,
			p99: talk.exchanges?.p99_ns ?? NONE,
			state: visible(talk.state ?? ""),
		}));
	}

	/* `first` and `last` are when its first and its last byte moved. */
	function addCall(trace, row, call) {
		const { calls } = trace;
		row.calls++;
		row.waited += calls.duration[call];
		row.errors += hasFailed(calls, call) ? 1 : 0;
		if (!hasMoved(calls, call) || calls.bytes[call] === 0) return;
		row[trace.effects[calls.effect[call]].name === "send" ? "out" : "in"] += calls.bytes[call];
		if (row.first === NONE) row.first = calls.end[call];
		row.last = calls.end[call];
	}

	/* The rate is that from the first byte to the last one. */
	function finish(row) {
		const rate = (row.in + row.out) / ((row.last - row.first) / 1e9);
		row.rate = row.last > row.first && rate <= 1e18 ? Math.trunc(rate) : NONE;
		row.firstByte = row.first === NONE ? NONE : row.first - row.born;
	}

	function socketRows(state) {
		const { trace, shown } = state, { calls } = trace;
		const rows = trace.sockets.map((socket) => ({
			id: socket.id,
			kind: text.visible(socket.kind),
			local: text.visible(socket.local || ""),
			peer: text.visible(socket.peer || ""),
			process: "",
			state: socket.state,
			lane: -1,
			calls: 0,
			in: 0,
			out: 0,
			waited: 0,
			errors: 0,
			born: Infinity,
			first: NONE,
			last: NONE,
		}));
		for (const lane of trace.lanes.list) {
			const row = rows[lane.socket];
			if (!row) continue;
			if (row.lane < 0) {
				row.lane = lane.index;
				row.process = words.process(trace, lane.process);
			}
			row.born = Math.min(row.born, lane.born);
		}
		for (let i = 0; i < calls.count; i++) {
			const descriptor = trace.descriptors[calls.descriptor[i]];
			if (shown.isShown[i] && descriptor && !isMaker(calls, i))
				addCall(trace, rows[descriptor.socket], i);
		}
		rows.forEach(finish);
		return rows.filter((row) => row.lane >= 0);
	}

	function errorList(trace, errors) {
		return [...errors]
			.sort((a, b) => b[1] - a[1] || a[0] - b[0])
			.map(([word, count]) => text.visible(trace.words[word]) + " " + quantity.count(count))
			.join(", ");
	}

	function callRows(state) {
		const { trace, shown } = state;
		const { calls } = trace;
		const counts = new Map();
		for (let i = 0; i < calls.count; i++)
			if (shown.isShown[i]) counts.set(calls.name[i], (counts.get(calls.name[i]) || 0) + 1);
		const makeGroup = (count) => ({
			durations: new Float64Array(count), at: 0, first: -1, errors: new Map(), failed: 0, bytes: 0,
		});
		const groups = new Map([...counts].map(([name, count]) => [name, makeGroup(count)]));
		for (let i = 0; i < calls.count; i++) {
			if (!shown.isShown[i]) continue;
			const group = groups.get(calls.name[i]);
			if (group.first < 0) group.first = i;
			group.durations[group.at++] = calls.duration[i];
			group.bytes += Math.max(0, calls.bytes[i]);
			if (!calls.error[i]) continue;
			group.errors.set(calls.error[i], (group.errors.get(calls.error[i]) || 0) + 1);
			if (hasFailed(calls, i)) group.failed++;
		}
		return [...groups.values()].map((group) => callRow(trace, group));
	}

	function callRow(trace, group) {
		const sorted = group.durations.sort();
		return {
			name: words.callName(trace, group.first),
			call: group.first,
			calls: sorted.length,
			failed: group.failed,
			errors: errorList(trace, group.errors),
			total: sorted.reduce((sum, it) => sum + it, 0),
			p50: sorted[Math.floor(sorted.length / 2)],
			p99: sorted[sorted.length - 1 - Math.floor(sorted.length / 100)],
			max: sorted[sorted.length - 1],
			bytes: group.bytes,
		};
	}

	function build(state) {
		const toSocket = (row) => Sockline.go.toLane(state, row.lane, true);
		const toCall = (row) => Sockline.go.toCall(state, row.call, true);
		const talks = talkRows(state);
		const talkTitle =
			say(Sockline.filter.isNone(state.filter) ? "Who talks to whom" : "Who talks to whom, without the filter");
		byId("panel-summary").replaceChildren(
			...(talks.length > 0 ? [make(talkTitle, TALK_COLUMNS, talks)] : []),
			make(say("Sockets"), SOCKET_COLUMNS, socketRows(state), "calls", toSocket),
			make(say("Calls by name"), CALL_COLUMNS, callRows(state), "total", toCall));
	}

	const create = (state) => Sockline.table.buildWhenSeen(state, "summary", build);

	const titles = [SOCKET_COLUMNS, CALL_COLUMNS, TALK_COLUMNS].map((columns) => columns.map(([title]) => title));

	Sockline.summary = { create, talkRows, socketRows, callRows, titles };
})();
