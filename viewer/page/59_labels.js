// SPDX-License-Identifier: MIT
/* The column that says what each row is. */
(() => {
	const { fillText } = Sockline.canvas;
	const { visible } = Sockline.text;

	function paintBackground(context, timeline, row, y, colours) {
		const { state, hover } = timeline;
		const isSelected = row.lane && row.lane.index === state.lane;
		if (!row.lane) context.fillStyle = colours.panel;
		else if (isSelected) context.fillStyle = colours.selected;
		else if (hover && hover.row === row) context.fillStyle = colours.band;
		else return;
		context.fillRect(0, y, timeline.width, row.height);
	}

	function paintTriangle(context, x, y, isCollapsed, colour) {
		context.fillStyle = colour;
		context.beginPath();
		if (isCollapsed) {
			context.moveTo(x, y - 4);
			context.lineTo(x + 5, y);
			context.lineTo(x, y + 4);
		} else {
			context.moveTo(x - 1, y - 2.5);
			context.lineTo(x + 7, y - 2.5);
			context.lineTo(x + 3, y + 3);
		}
		context.fill();
	}

	/* The heading may run over the plot, which is empty there, unless it is collapsed. */
	function paintHeading(context, timeline, row, y, left, colours) {
		const process = timeline.state.trace.processes[row.process];
		const isCollapsed = row.isShut;
		const room = isCollapsed ? left - 8 : timeline.width;
		let x = 12 + 14 * row.indent;
		paintTriangle(context, x, y, isCollapsed, colours.muted);
		x += 14;
		context.font = "600 12.5px " + colours.font;
		context.fillStyle = colours.ink;
		x += fillText(context, visible(process.program || "?"), x, y, room - x) + 7;
		context.font = "12px " + colours.font;
		context.fillStyle = colours.muted;
		const lanes = isCollapsed ? Sockline.say("%zu lanes", row.inside.length) : null;
		const words = [process.pid, process.role, process.inherited, lanes];
		fillText(context, words.filter(Boolean).join(" · "), x, y, room - x);
	}

	function paintLane(context, timeline, row, y, left, colours) {
		const { trace } = timeline.state;
		const { lane } = row;
		const isNarrow = left < 140;
		let x = isNarrow ? 10 + 6 * Math.min(row.indent, 2) : 26 + 14 * row.indent;
		const fd = Sockline.words.lane(trace, lane.index);
		context.fillStyle = lane.descriptor < 0 ? colours.muted : colours.ink;
		context.font = "12px " + colours.font;
		x += Math.max(isNarrow ? 20 : 40,
			fillText(context, isNarrow ? fd.replace("fd ", "") : fd, x, y, left - x - 8) + 6);
		if (lane.descriptor < 0) return;
		const words = Sockline.words.socketShort(trace.sockets[lane.socket]);
		context.fillStyle = colours.muted;
		const port = words.match(/:\d+$/)?.[0];
		fillText(context, isNarrow ? words.replace(/^\S+ /, "") : words, x, y,
			left - x - (isNarrow ? 3 : 8), port);
	}

	function paint(context, timeline, row, y, left, colours) {
		const middle = y + row.height / 2 + 0.5;
		context.textAlign = "left";
		context.textBaseline = "middle";
		if (!row.lane) return paintHeading(context, timeline, row, middle, left, colours);
		context.fillStyle = colours.line;
		context.fillRect(left - 1, y, 1, row.height);
		paintLane(context, timeline, row, middle, left, colours);
	}

	Sockline.labels = { paint, paintBackground };
})();
