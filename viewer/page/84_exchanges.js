// SPDX-License-Identifier: MIT
/* What was asked and answered: a table of the exchanges, and one of their waits by peer. */
(() => {
	const { element, byId, quantity, say } = Sockline;
	const { NONE, unlessNone, make } = Sockline.table;

	const count = (value) => (value ? quantity.count(value) : "");

	/* As long as the wait is, of which the longest one has all. */
	function bar(it) {
		const share = it.longest > 0 ? it.wait / it.longest : 0;
		return element("span", {
			class: "bar-of-wait tint-" + (it.failed ? "error" : "wait"),
			style: "width: " + (100 * share).toFixed(2) + "%",
		});
	}

	/* Titles as the view exchanges has them; the title of its bar's column is empty. */
	const EXCHANGE_COLUMNS = [
		["time", "begin", (it) => quantity.instant(it.begin)],
		["who", "ends", (it) => it.ends],
		["asks", "name", (it) => it.name, () => "tint-send"],
		["out", "asked", (it) => quantity.bytes(it.asked)],
		["in", "answered", (it) => quantity.bytes(it.answered)],
		["wait", "wait", (it) => (it.hasWaited ? quantity.time(it.wait) : "")],
		["", "", bar, () => "bar-cell"],
		["total", "total", (it) => quantity.time(it.total)],
		["result", "result", (it) => it.result, (it) => "tint-" + it.style],
	];

	const PEER_COLUMNS = [
		["from", "from", (it) => it.from],
		["to", "to", (it) => it.to],
		["count", "count", (it) => quantity.count(it.count)],
		["failed", "failed", (it) => count(it.failed)],
		["pending", "pending", (it) => count(it.pending)],
		["out", "asked", (it) => quantity.bytes(it.asked)],
		["in", "answered", (it) => quantity.bytes(it.answered)],
		["p50", "p50", (it) => unlessNone(it.p50, quantity.time)],
		["p99", "p99", (it) => unlessNone(it.p99, quantity.time)],
		["max", "max", (it) => unlessNone(it.max, quantity.time)],
	];

	/* Those of which an end is in the process, that took that long, that failed, that calls with
	   these effects made: as the view's options choose them. */
	function chooser({ trace, filter }) {
		const { exchanges, calls, sockets } = trace;
		const fits = new Uint8Array(sockets.length);
		for (const { process, socket } of trace.descriptors)
			if (filter.process < 0 || process === filter.process) fits[socket] = 1;
		const isAnyEffect = filter.effects.every(Boolean);
		const hasEffect = (i) => isAnyEffect || exchanges.calls.some(
			(column) => column[i] >= 0 && filter.effects[calls.effect[column[i]]]);
		return (i) => {
			const socket = exchanges.socket[i];
			return (filter.process < 0 || fits[socket] || fits[sockets[socket].other])
				&& (!filter.errorsOnly || exchanges.has(i, "failed"))
				&& exchanges.total[i] >= filter.slowerNs && hasEffect(i);
		};
	}

	function exchangeRow(trace, i) {
		const { exchanges } = trace;
		return {
			number: i,
			begin: exchanges.begin[i] - trace.begin,
			ends: exchanges.words(i, "from") + " → " + exchanges.words(i, "to"),
			name: exchanges.words(i, "name"),
			asked: exchanges.asked[i],
			answered: exchanges.answered[i],
			wait: Math.max(0, exchanges.wait[i]),
			hasWaited: exchanges.wait[i] >= 0,
			total: exchanges.total[i],
			result: exchanges.words(i, "result"),
			style: trace.styles[exchanges.style[i]],
			failed: exchanges.has(i, "failed"),
			longest: 0,
		};
	}

	function exchangeRows(state) {
		const fits = chooser(state), rows = [];
		let longest = 0;
		for (let i = 0; i < state.trace.exchanges.count; i++)
			if (fits(i)) rows.push(exchangeRow(state.trace, i));
		for (const row of rows) if (row.wait > longest) longest = row.wait;
		for (const row of rows) row.longest = longest;
		return rows;
	}

	function peerRow(exchanges, group) {
		const waits = Float64Array.from(
			group.filter(({ number }) => exchanges.has(number, "answered")), (it) => it.wait).sort();
		const { length } = waits;
		const sum = (of) => group.reduce((sum, it) => sum + of(it), 0);
		return {
			from: exchanges.words(group[0].number, "from_kind"),
			to: exchanges.words(group[0].number, "to_kind"),
			count: group.length,
			failed: sum((it) => (it.failed ? 1 : 0)),
			pending: sum((it) => (exchanges.has(it.number, "pending") ? 1 : 0)),
			asked: sum((it) => it.asked),
			answered: sum((it) => it.answered),
			p50: length > 0 ? waits[Math.floor(length / 2)] : NONE,
			p99: length > 0 ? waits[length - 1 - Math.floor(length / 100)] : NONE,
			max: length > 0 ? waits[length - 1] : NONE,
		};
	}

	/* Those with the same words for both ends. */
	function peerRows({ trace: { exchanges } }, rows) {
		const groups = new Map();
		for (const row of rows) {
			const peer = exchanges.from_kind[row.number] + " " + exchanges.to_kind[row.number];
			if (!groups.has(peer)) groups.set(peer, []);
			groups.get(peer).push(row);
		}
		return [...groups.values()].map((group) => peerRow(exchanges, group));
	}

	/* To its first call that is on the page, else to the lane of its socket. */
	function open(state, { number }) {
		const { exchanges, lanes } = state.trace;
		const calls = exchanges.calls.map((column) => column[number]).filter((call) => call >= 0);
		if (calls.length > 0) return Sockline.go.toCall(state, calls[0], true);
		const lane = lanes.list.findIndex((it) => it.socket === exchanges.socket[number]);
		if (lane >= 0) Sockline.go.toLane(state, lane, true);
	}

	function nothing({ trace }) {
		return element("p", { class: "note" }, say(trace.exchanges.count > 0
			? "No exchange fits." : "No exchanges: nothing was asked and nothing was answered."));
	}

	function build(state) {
		const rows = exchangeRows(state);
		byId("panel-exchanges").replaceChildren(...(rows.length === 0 ? [nothing(state)] : [
			make(say("Exchanges"), EXCHANGE_COLUMNS, rows, "wait", (row) => open(state, row)),
			make(say("Waits by peer"), PEER_COLUMNS, peerRows(state, rows), "max"),
		]));
	}

	const create = (state) => Sockline.table.buildWhenSeen(state, "exchanges", build);

	const titles = [EXCHANGE_COLUMNS, PEER_COLUMNS].map((columns) => columns.map(([title]) => title));

	Sockline.exchanges = { create, exchangeRows, peerRows, titles };
})();
