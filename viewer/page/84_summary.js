// SPDX-License-Identifier: MIT
/* Sums: a table of the sockets, a table of the calls by name. */
(() => {
	const { element, byId, quantity, words, text } = Sockline;
	const SHOWN_ROWS = 20;

	const none = (value) => (value ? quantity.count(value) : "");

	const rate = (value) => (value > 0 ? quantity.bytes(Math.round(value)) + "/s" : "");

	const SOCKET_COLUMNS = [
		["Socket", "kind", (it) => it.kind],
		["Local", "local", (it) => it.local],
		["Peer", "peer", (it) => it.peer],
		["Process", "process", (it) => it.process],
		["State", "state", (it) => it.state],
		["Calls", "calls", (it) => quantity.count(it.calls)],
		["In", "in", (it) => (it.in ? quantity.bytes(it.in) : "")],
		["Out", "out", (it) => (it.out ? quantity.bytes(it.out) : "")],
		["Throughput", "rate", (it) => rate(it.rate)],
		["Time in calls", "waited", (it) => quantity.time(it.waited)],
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
			if (!shown[call] || calls.descriptor[call] !== lane.descriptor
				|| Sockline.trace.isMaker(calls, call))
				continue;
			const effect = trace.effects[calls.effect[call]].name;
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
			from: Infinity,
			to: 0,
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
		for (const row of rows)
			row.rate = row.to > row.from ? (row.in + row.out) / ((row.to - row.from) / 1e9) : 0;
		return rows.filter((row) => row.lane >= 0);
	}

	function errorList(trace, errors) {
		return [...errors]
			.sort((a, b) => b[1] - a[1])
			.slice(0, 4)
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
			if (Sockline.trace.hasFailed(calls, i)) group.failed++;
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

	const isNumber = (rows, key) => rows.length > 0 && typeof rows[0][key] === "number";

	function compare(key, direction) {
		const order = (a, b) =>
			typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
		return (a, b) => direction * order(a[key], b[key]);
	}

	function sortBy(table, key) {
		const first = isNumber(table.rows, key) ? -1 : 1;
		table.direction = table.key === key ? -table.direction : first;
		table.key = key;
		render(table);
		table.node.querySelector("th[aria-sort$=ending] button").focus();
	}

	function headerCell(table, [title, key]) {
		const isUp = table.direction > 0;
		const isSorted = table.key === key;
		const mark = isUp ? " ↑" : " ↓";
		const button = element("button", { onclick: () => sortBy(table, key) }, title,
			element("span", { class: "mark", "aria-hidden": "true" }, isSorted ? mark : ""));
		return element("th", {
			scope: "col",
			class: isNumber(table.rows, key) ? "number" : "",
			"aria-sort": isSorted ? (isUp ? "ascending" : "descending") : "none",
		}, button);
	}

	/* The first cell of a row is its button, so that the keyboard reaches it. */
	function bodyCell(table, row, [, key, show], isFirst) {
		const isError = (key === "errors" || key === "failed") && row.failed !== 0;
		const isRight = isNumber(table.rows, key);
		return element("td", { class: (isRight ? "number" : "") + (isError ? " is-error" : "") },
			isFirst ? element("button", { class: "link" }, show(row)) : show(row));
	}

	function bodyRow(table, row) {
		return element("tr", { onclick: () => table.open(row) },
			...table.columns.map((column, i) => bodyCell(table, row, column, i === 0)));
	}

	function moreButton(table, left) {
		const showMore = () => {
			table.limit *= 5;
			render(table);
		};
		return element("button", { class: "quiet", onclick: showMore }, quantity.count(left) + " more");
	}

	function render(table) {
		const rows = table.rows.sort(compare(table.key, table.direction)).slice(0, table.limit);
		const left = table.rows.length - rows.length;
		const count = element("span", { class: "note" }, quantity.count(table.rows.length));
		const head = element("tr", {}, ...table.columns.map((column) => headerCell(table, column)));
		const body = rows.map((row) => bodyRow(table, row));
		table.node.replaceChildren(
			element("h2", {}, table.title, " ", count),
			element("div", { class: "table", tabindex: "0", role: "region", "aria-label": table.title },
				element("table", {}, element("thead", {}, head), element("tbody", {}, ...body))),
			left > 0 ? moreButton(table, left) : "");
	}

	/* `key` is what it is sorted by at first; `open` is told of the row that is clicked. */
	function makeTable(title, columns, rows, key, open) {
		const node = element("section", {});
		render({ title, columns, rows, key, direction: -1, open, limit: SHOWN_ROWS, node });
		return node;
	}

	function build(state) {
		const toSocket = (row) => Sockline.go.toLane(state, row.lane, true);
		const toCall = (row) => Sockline.go.toCall(state, row.call, true);
		byId("panel-summary").replaceChildren(
			makeTable("Sockets", SOCKET_COLUMNS, socketRows(state), "calls", toSocket),
			makeTable("Calls by name", CALL_COLUMNS, callRows(state), "total", toCall));
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

	Sockline.summary = { create, socketRows, callRows };
})();
