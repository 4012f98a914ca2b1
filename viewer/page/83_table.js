// SPDX-License-Identifier: MIT
/* Tables that are sorted by a click on a column's title. */
(() => {
	const { element, quantity, say } = Sockline;
	const SHOWN_ROWS = 20;

	/* Less than any number, so that what has none is sorted behind what has. */
	const NONE = -Infinity;
	const unlessNone = (value, words) => (value === NONE ? "" : words(value));

	const isNumber = (rows, key) => rows.length > 0 && typeof rows[0][key] === "number";

	const collator = new Intl.Collator("en", { numeric: true });

	function compare(key, direction) {
		const order = (a, b) =>
			typeof a === "number" ? (a > b) - (a < b) : collator.compare(a, b);
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
		if (title === "") return element("th", { "aria-hidden": "true" });
		const button = element("button", { onclick: () => sortBy(table, key) }, say(title),
			element("span", { class: "mark", "aria-hidden": "true" }, isSorted ? mark : ""));
		return element("th", {
			scope: "col",
			class: isNumber(table.rows, key) ? "number" : "",
			"aria-sort": isSorted ? (isUp ? "ascending" : "descending") : "none",
		}, button);
	}

	/* The first cell of a row that can be opened is its button, so that the keyboard reaches it. */
	function bodyCell(table, row, [, key, show, tint], isFirst) {
		const isError = (key === "errors" || key === "failed") && row.failed !== 0;
		const isRight = isNumber(table.rows, key);
		const words = show(row);
		return element("td", {
			class: [isRight ? "number" : "", isError ? "is-error" : "", tint ? tint(row) : ""]
				.filter(Boolean).join(" "),
			title: typeof words === "string" && !isRight && words !== "" ? words : false,
		}, isFirst && table.open ? element("button", { class: "link" }, words) : words);
	}

	function bodyRow(table, row) {
		const options = table.open ? { class: "opens", onclick: () => table.open(row) } : {};
		return element("tr", options,
			...table.columns.map((column, i) => bodyCell(table, row, column, i === 0)));
	}

	function moreButton(table, left) {
		const showMore = () => {
			table.limit *= 5;
			render(table);
		};
		return element("button", { class: "quiet", onclick: showMore }, say("%zu more", quantity.count(left)));
	}

	/* Rows that are equal stay in the order in which they came. */
	function render(table) {
		const sorted = table.key ? [...table.rows].sort(compare(table.key, table.direction)) : table.rows;
		const rows = sorted.slice(0, table.limit);
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

	/* A column has a title, the key of what it is sorted by, what it shows of a row, and perhaps the
	   class of that. The table is sorted by `key` at first, or as its rows come when that is none;
	   `open` is told of the row that is clicked. */
	function make(title, columns, rows, key, open) {
		const node = element("section", {});
		render({ title, columns, rows, key, direction: -1, open, limit: SHOWN_ROWS, node });
		return node;
	}

	/* Builds the tab's tables when they are first seen, and again when the filter has changed since. */
	function buildWhenSeen(state, tab, build) {
		let isStale = true;
		const refresh = () => {
			if (state.tab !== tab || !isStale) return;
			build(state);
			isStale = false;
		};
		Sockline.state.on(state, "filter", () => {
			isStale = true;
			refresh();
		});
		Sockline.state.on(state, "tab", refresh);
	}

	Sockline.table = { NONE, unlessNone, make, buildWhenSeen };
})();
