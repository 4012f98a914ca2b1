/* Sums: a table of the sockets, a table of the calls by name. */
(() => {
	const { element, byId, quantity, words, text } = Sockline;
	const SHOWN_ROWS = 20;

	const none = (value) => (value ? quantity.count(value) : "");

	const SOCKET_COLUMNS = [
		["Socket", "kind", (it) => it.kind],
		["Local", "local", (it) => it.local],
		["Peer", "peer", (it) => it.peer],
		["Process", "process", (it) => it.process],
		["Calls", "calls", (it) => quantity.count(it.calls)],
		["In", "in", (it) => (it.in ? quantity.bytes(it.in) : "")],
		["Out", "out", (it) => (it.out ? quantity.bytes(it.out) : "")],
		["Throughput", "rate", (it) => (it.rate > 0 ? quantity.bytes(Math.round(it.rate)) + "/s" : "")],
		["In calls", "waited", (it) => quantity.time(it.waited)],
		["Errors", "errors", (it) => none(it.errors)],
	];

	const CALL_COLUMNS = [
		["Call", "name", (it) => it.name],
		["Calls", "calls", (it) => quantity.count(it.calls)],
		["Failed", "failed", (it) => none(it.failed)],
		["Errors", "errors", (it) => it.errors],
		["Total", "total", (it) => quantity.time(it.total)],
		["Half below", "p50", (it) => quantity.time(it.p50)],
		["99 % below", "p99", (it) => quantity.time(it.p99)],
		["Longest", "max", (it) => quantity.time(it.max)],
		["Bytes", "bytes", (it) => (it.bytes ? quantity.bytes(it.bytes) : "")],
	];

	function addLane(trace, row, lane, shown) {
		const { calls } = trace;
		for (let i = lane.first; i < lane.last; i++) {
			const call = trace.lanes.call[i];
			if (!shown[call] || calls.descriptor[call] !== lane.descriptor) continue;
			const effect = trace.effects[calls.effect[call]];
			row.calls++;
			row.waited += calls.duration[call];
			row.errors += Sockline.trace.hasFailed(calls, call) ? 1 : 0;
			if (effect === "receive") row.in += Math.max(0, calls.bytes[call]);
			if (effect === "send") row.out += Math.max(0, calls.bytes[call]);
		}
		row.from = Math.min(row.from, lane.born);
		row.to = Math.max(row.to, lane.ended ?? trace.end);
	}

	function socketRows(state) {
		const { trace, shown } = state;
		const rows = trace.sockets.map((socket) => ({
			kind: text.visible(socket.kind), local: text.visible(socket.local || ""), peer: text.visible(socket.peer || ""),
			process: "", lane: -1, calls: 0, in: 0, out: 0, waited: 0, errors: 0, from: Infinity, to: 0,
		}));
		for (const lane of trace.lanes.list) {
			const row = rows[lane.socket];
			if (!row) continue;
			if (row.lane < 0) {
				row.lane = lane.index;
				row.process = words.process(trace, lane.process);
			}
			addLane(trace, row, lane, shown.isShown);
		}
		for (const row of rows) row.rate = row.to > row.from ? (row.in + row.out) / ((row.to - row.from) / 1e9) : 0;
		return rows.filter((row) => row.calls > 0);
	}

	function quantile(sorted, part) {
		return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
	}

	function errorList(trace, errors) {
		return [...errors].sort((a, b) => b[1] - a[1]).slice(0, 4)
			.map(([word, count]) => text.visible(trace.words[word]) + " " + quantity.count(count)).join(", ");
	}

	function callRows(state) {
		const { trace, shown } = state;
		const { calls } = trace;
		const counts = new Map();
		for (let i = 0; i < calls.count; i++)
			if (shown.isShown[i]) counts.set(calls.name[i], (counts.get(calls.name[i]) || 0) + 1);
		const groups = new Map([...counts].map(([name, count]) =>
			[name, { durations: new Float64Array(count), at: 0, first: -1, errors: new Map(), failed: 0, bytes: 0 }]));
		for (let i = 0; i < calls.count; i++) {
			if (!shown.isShown[i]) continue;
			const group = groups.get(calls.name[i]);
			if (group.first < 0) group.first = i;
			group.durations[group.at++] = calls.duration[i];
			group.bytes += Math.max(0, calls.bytes[i]);
			if (!calls.error[i]) continue;
			group.errors.set(calls.error[i], (group.errors.get(calls.error[i]) || 0) + 1);
			if (Sockline.trace.hasFailed(calls, i)) group.failed++;
		}
		return [...groups.values()].map((group) => callRow(trace, group));
	}

	function callRow(trace, group) {
		const sorted = group.durations.sort();
		return {
			name: words.callName(trace, group.first), call: group.first, calls: sorted.length, failed: group.failed,
			errors: errorList(trace, group.errors), total: sorted.reduce((sum, it) => sum + it, 0),
			p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted[sorted.length - 1], bytes: group.bytes,
		};
	}

	const isNumber = (rows, key) => rows.length > 0 && typeof rows[0][key] === "number";

	function compare(key, direction) {
		return (a, b) => direction * (typeof a[key] === "number" ? a[key] - b[key]
			: a[key].localeCompare(b[key], "en", { numeric: true }));
	}

	function headerCell(table, [title, key]) {
		const isSorted = table.key === key;
		return element("th", {
			scope: "col", class: isNumber(table.rows, key) ? "number" : "",
			"aria-sort": isSorted ? (table.direction > 0 ? "ascending" : "descending") : "none",
		}, element("button", {
			onclick: () => {
				table.direction = isSorted ? -table.direction : isNumber(table.rows, key) ? -1 : 1;
				table.key = key;
				render(table);
				table.node.querySelector("th[aria-sort$=ending] button").focus();
			},
		}, title, element("span", { class: "mark", "aria-hidden": "true" }, isSorted ? (table.direction > 0 ? " ↑" : " ↓") : "")));
	}

	/* The first cell of a row is its button, so that the keyboard reaches it. */
	function bodyRow(table, row) {
		return element("tr", { onclick: () => table.open(row) },
			...table.columns.map(([, key, show], i) => element("td", {
				class: (isNumber(table.rows, key) ? "number" : "") + (key === "errors" || key === "failed" ? " is-error" : ""),
			}, i === 0 ? element("button", { class: "link" }, show(row)) : show(row))));
	}

	function render(table) {
		const rows = table.rows.sort(compare(table.key, table.direction)).slice(0, table.limit);
		const left = table.rows.length - rows.length;
		table.node.replaceChildren(
			element("h2", {}, table.title, " ", element("span", { class: "note" }, quantity.count(table.rows.length))),
			element("div", { class: "table", tabindex: "0", role: "region", "aria-label": table.title },
				element("table", {},
					element("thead", {}, element("tr", {}, ...table.columns.map((column) => headerCell(table, column)))),
					element("tbody", {}, ...rows.map((row) => bodyRow(table, row))))),
			left > 0 ? element("button", {
				class: "quiet",
				onclick: () => {
					table.limit *= 5;
					render(table);
				},
			}, quantity.count(left) + " more") : "");
	}

	function makeTable(title, columns, rows, key, open) {
		const table = { title, columns, rows, key, direction: -1, open, limit: SHOWN_ROWS, node: element("section", {}) };
		render(table);
		return table.node;
	}

	function build(state) {
		byId("panel-summary").replaceChildren(
			makeTable("Sockets", SOCKET_COLUMNS, socketRows(state), "calls", (row) => Sockline.go.toLane(state, row.lane, true)),
			makeTable("Calls by name", CALL_COLUMNS, callRows(state), "total", (row) => Sockline.go.toCall(state, row.call, true)));
	}

	/* Built when it is first seen, and again when the filter has changed since. */
	function create(state) {
		let isStale = true;
		const refresh = () => {
			if (state.tab !== "summary" || !isStale) return;
			build(state);
			isStale = false;
		};
		Sockline.state.on(state, "filter", () => {
			isStale = true;
			refresh();
		});
		Sockline.state.on(state, "tab", refresh);
	}

	Sockline.summary = { create };
})();
