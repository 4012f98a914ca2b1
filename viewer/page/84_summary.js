// SPDX-License-Identifier: MIT
/* Sums: a table of the sockets, a table of the calls by name. */
(() => {
	const { element, byId, quantity, words, text } = Sockline;
	const { hasFailed, hasMoved, isMaker } = Sockline.trace;
	const SHOWN_ROWS = 20;

	/* Less than any number, so that what has none is sorted behind what has. */
	const NONE = -Infinity;

	const count = (value) => (value ? quantity.count(value) : "");
	const unlessNone = (value, words) => (value === NONE ? "" : words(value));

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

	const isNumber = (rows, key) => rows.length > 0 && typeof rows[0][key] === "number";

	function compare(key, direction) {
		const order = (a, b) =>
			typeof a === "number" ? (a > b) - (a < b) : a.localeCompare(b, "en", { numeric: true });
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
				element("table", {}, element("thead", {}, head), element("tbody", {}, body))),
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

	const titles = [SOCKET_COLUMNS, CALL_COLUMNS].map((columns) => columns.map(([title]) => title));

	Sockline.summary = { create, socketRows, callRows, titles };
})();
