// SPDX-License-Identifier: MIT
/* The state view: the kernel right after one call, stepped through. What stands where is in the data. */
(() => {
	const { byId, state: states } = Sockline;
	const ROW = 20, HEAD = 24, PAD = 8, COLUMN = 7.25, MARGIN = 16;
	const LANE = 12, GUTTER = 44, BETWEEN = 56;

	function shape(tag, options, ...children) {
		const node = document.createElementNS(byId("kernel-picture").namespaceURI, tag);
		for (const key in options) node.setAttribute(key, options[key]);
		node.append(...children);
		return node;
	}

	/* Characters of East Asia take two columns, which is more than fonts give them. */
	const WIDE = "[\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60]";
	const WIDE_ONES = new RegExp(WIDE, "g"), WIDE_RUNS = new RegExp("(" + WIDE + "+)");
	const columnsOf = (text) => [...text].length + (text.match(WIDE_ONES) ?? []).length;
	const runsOf = (text) => Sockline.text.visible(text).split(WIDE_RUNS)
		.map((run, i) => (i % 2 === 1 ? shape("tspan", { class: "wide" }, run) : run));

	const coloured = (style) => "color: var(--" + style + ")";
	const line = (style, d, kind = "line") => shape("path", { class: kind, style: coloured(style), d });
	const words = (style, x, y, text) =>
		shape("text", { class: style, style: coloured(style), x, y }, ...runsOf(text));
	/* The value has a place of its own, however wide the font has the label before it. */
	function labelled({ style, words: all = "", label = "", value_column: column = 0 }, x, y) {
		const value = all.slice(label.length).trimStart();
		const text = words(style, x, y, all.slice(0, all.length - value.length));
		text.append(shape("tspan", { x: x + column * COLUMN }, ...runsOf(value)));
		return text;
	}
	const widthOf = (texts) =>
		texts.length > 0 ? Math.max(...texts.map(columnsOf)) * COLUMN + 2 * PAD : 0;

	/* The rows and boxes of a step; boxes are named by their places in it. */
	function pictureOf(trace, number) {
		const { steps, rows, boxes } = trace.state;
		const step = steps[number];
		return {
			...step, rows: step.rows.map((it) => rows[it]), boxes: step.boxes.map((it) => boxes[it]),
		};
	}

	/* Where sides and columns begin, and how wide they are. */
	function placesOf(picture) {
		const { rows, boxes } = picture;
		const ofSide = (side) => rows.filter((it) => it.side === side);
		const side = {}, column = {}, gutter = {};
		for (const it of ["left", "right"]) {
			side[it] = widthOf(ofSide(it).map((row) => row.words ?? ""));
			column[it] = widthOf(boxes.filter((box) => box.column === it)
				.flatMap((box) => box.lines.map((row) => {
					const value = (row.words ?? "").slice(row.label?.length ?? 0).trimStart();
					return "x".repeat(row.value_column ?? 0) + value;
				})));
			gutter[it] = GUTTER + LANE * (1 + Math.max(-1, ...ofSide(it).map((row) => row.lane ?? -1)));
		}
		const columnX = { left: MARGIN + side.left + gutter.left };
		columnX.right = columnX.left + column.left + (column.left && column.right ? BETWEEN : 0);
		const sideX = { left: MARGIN, right: columnX.right + column.right + gutter.right };
		const bottom = HEAD + ROW * Math.max(1, ...rows.map((it) => it.row + 1),
			...boxes.map((it) => it.row + it.height));
		return { side, column, gutter, columnX, sideX, bottom, width: sideX.right + side.right + MARGIN };
	}

	const yOf = (row) => HEAD + row * ROW;
	const edgeOf = (places, side) =>
		side === "left" ? places.sideX.left + places.side.left : places.sideX.right;
	const inwards = (side) => (side === "left" ? 1 : -1);

	function wire(picture, places, row) {
		const box = picture.boxes[row.box], into = inwards(row.side);
		const from = edgeOf(places, row.side), y = yOf(row.row) + ROW / 2, port = yOf(row.port) + ROW / 2;
		const to = places.columnX[box.column] + (row.side === "left" ? 0 : places.column[box.column]);
		const lane = from + (places.gutter[row.side] - 16 - (row.lane ?? 0) * LANE) * into;
		return [
			line(row.style, row.lane === undefined
				? `M${from} ${y}H${to}` : `M${from} ${y}H${lane}V${port}H${to}`, "line wire"),
			line(row.style, `M${to} ${port}l${-8 * into} -4v8z`, "shape"),
		];
	}

	/* What joins two ends: coloured, and with one head, where bytes are on their way. */
	function join(picture, places, box) {
		const other = picture.boxes[box.other];
		if (!other || box.column !== "left" || other.column !== "right" || isGone(box) || isGone(other))
			return [];
		const from = places.columnX.left + places.column.left, to = places.columnX.right;
		const y = yOf(box.row) + 2.5 * ROW, end = yOf(other.row) + 2.5 * ROW;
		const style = box.unread > 0 || other.unread > 0 ? "send" : "plain";
		const shapes = [line(style, `M${from} ${y}H${(from + to) / 2}V${end}H${to}`, "line join")];
		if (box.unread > 0 || !(other.unread > 0)) shapes.push(line(style, `M${from} ${y}l8 -4v8z`, "shape"));
		if (other.unread > 0 || !(box.unread > 0)) shapes.push(line(style, `M${to} ${end}l-8 -4v8z`, "shape"));
		return shapes;
	}

	const isGone = (box) => box.changes.includes("ended");

	function boxOf(places, box) {
		const x = places.columnX[box.column], width = places.column[box.column], y = yOf(box.row);
		const style = isGone(box) || box.changes.includes("new") ? box.lines[0].style : "plain";
		return shape("g", { class: "box", "data-number": box.socket },
			...box.lines.map((it, i) => labelled(it, x + PAD, y + i * ROW + 14)),
			line("faint", `M${x} ${y + ROW}h${width}`),
			line(style, `M${x} ${y}h${width}v${box.lines.length * ROW + 2}h${-width}z`,
				isGone(box) ? "dashes" : "line"));
	}

	/* A table of descriptors: a process and the rows below it. */
	function tableOf(places, rows) {
		const [{ side, row, pid }] = rows;
		const x = places.sideX[side], width = places.side[side];
		const bottom = yOf(rows[rows.length - 1].row + 1);
		return shape("g", { class: "process", "data-number": pid },
			...rows.map((it) => words(it.style, x + PAD, yOf(it.row) + 14, it.words ?? "")),
			line("faint", `M${x} ${yOf(row)}h${width}V${bottom}h${-width}z`),
			line("faint", `M${x} ${yOf(row + 1)}h${width}`));
	}

	function tablesOf(rows) {
		const tables = [];
		for (const row of rows) {
			if (row.kind === "process") tables.push([]);
			tables[tables.length - 1].push(row);
		}
		return tables;
	}

	function boundary(places, side) {
		const x = edgeOf(places, side) + 14 * inwards(side);
		return line("faint", `M${x} 8V${places.bottom}`, "dashes");
	}

	function paint(picture) {
		const places = placesOf(picture);
		const height = places.bottom + MARGIN;
		const svg = byId("kernel-picture");
		const options = {
			width: places.width, height, viewBox: `0 0 ${places.width} ${height}`,
			"aria-label": picture.words,
		};
		for (const key in options) svg.setAttribute(key, options[key]);
		svg.replaceChildren(
			boundary(places, "left"),
			...(places.side.right ? [boundary(places, "right")] : []),
			words("faint", edgeOf(places, "left") + 22, 16, Sockline.say("kernel")),
			...picture.rows.filter((it) => it.port !== undefined)
				.flatMap((it) => wire(picture, places, it)),
			...picture.boxes.flatMap((it) => join(picture, places, it)),
			...picture.boxes.map((it) => boxOf(places, it)),
			...tablesOf(picture.rows).map((it) => tableOf(places, it)));
	}

	function show(kernel) {
		const { state, step } = kernel;
		const { steps, left_out } = state.trace.state;
		const picture = steps.length > 0 ? pictureOf(state.trace, step) : null;
		byId("step-previous").disabled = step <= 0;
		byId("step-next").disabled = step >= steps.length - 1;
		byId("step").value = String(step);
		byId("step-words").textContent = picture ? Sockline.text.visible(picture.words) : Sockline.say("No call to show");
		byId("kernel-picture").replaceChildren();
		if (picture) paint(picture);
		byId("kernel-note").textContent = [
			picture?.legend, picture?.rest,
			left_out > 0 && step === steps.length - 1
				? Sockline.quantity.counted(left_out, "and %zu more call: sockview -v state --at=CALL",
					"and %zu more calls: sockview -v state --at=CALL") : "",
		].filter(Boolean).join("   ");
	}

	/* The call of the step is the one that is selected, in the other views, too. */
	function go(kernel, step) {
		const { steps } = kernel.state.trace.state;
		if (!(steps.length > 0)) return;
		kernel.step = Math.min(Math.max(0, step), steps.length - 1);
		states.select(kernel.state, steps[kernel.step].call);
		show(kernel);
	}

	const move = (kernel, by) => go(kernel, kernel.step + by);

	/* Follows what is selected elsewhere, if it is a step. */
	function follow(kernel) {
		const { state } = kernel;
		const at = state.call >= 0 ? kernel.stepOf.get(state.call) : undefined;
		if (at !== undefined) kernel.step = at;
		if (state.tab === "state") show(kernel);
	}

	function create(state) {
		const { steps, first } = state.trace.state;
		const kernel = { state, step: first, stepOf: new Map(steps.map((it, i) => [it.call, i])) };
		byId("step").max = String(Math.max(0, steps.length - 1));
		byId("step").addEventListener("input", (event) => go(kernel, Number(event.target.value)));
		byId("step-previous").addEventListener("click", () => move(kernel, -1));
		byId("step-next").addEventListener("click", () => move(kernel, 1));
		states.on(state, "selection tab", () => follow(kernel));
		return kernel;
	}

	Sockline.kernel = { create, go, move, pictureOf, paint };
})();
