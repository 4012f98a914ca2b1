// SPDX-License-Identifier: MIT
/* Draws the rows of the sequence view that are seen, and what joins them. */
(() => {
	const ROW = 30, HEAD = 44;
	/* Room below the head. */
	const TOP = 8;
	const { fillText } = Sockline.canvas;
	const { quantity, say, words } = Sockline;
	const { visible } = Sockline.text;

	/* The first column has its words at its left and the others at their right, so that arrows have
	   what is between. */
	function geometry(available, count) {
		const isNarrow = available < 640;
		const gutter = isNarrow ? 6 : 168;
		const beside = Math.max(isNarrow ? 88 : 150, Math.min(280, (available - gutter) * 0.27));
		const margin = count > 1 ? beside : available - gutter - 24;
		const least = isNarrow ? 130 : 240;
		const gap =
			count > 1 ? Math.max(least, (available - gutter - 2 * margin) / (count - 1)) : 0;
		const first = gutter + (count > 1 ? margin : 24);
		return {
			gutter, margin, gap, isNarrow,
			width: Math.max(available, first + gap * (count - 1) + margin),
			x: (column) => first + column * gap,
			isLeft: (column) => count > 1 && column === 0,
			isMiddle: (column) => column > 0 && column < count - 1,
		};
	}

	function isSeen(sequence, place, column, left) {
		const x = place.x(column) - left;
		return x > -place.margin && x < sequence.width + place.margin;
	}

	function paintHead(context, sequence, place, left, colours) {
		const { columns } = sequence.layout;
		context.fillStyle = colours.panel;
		context.fillRect(0, 0, sequence.width, HEAD);
		context.fillStyle = colours.line;
		context.fillRect(0, HEAD - 1, sequence.width, 1);
		context.textAlign = "center";
		columns.forEach((column, i) => {
			if (!isSeen(sequence, place, i, left)) return;
			const room = i === 0 || i === columns.length - 1
				? Math.min(place.margin * 2, place.gap || 400) - 12
				: place.gap - 12;
			const x = place.x(i) - left;
			context.textAlign = columns.length === 1 ? "left" : "center";
			context.font = "600 12.5px " + colours.font;
			context.fillStyle = colours.ink;
			fillText(context, visible(column.name), x, 15, room);
			context.font = "11px " + colours.font;
			context.fillStyle = colours.muted;
			fillText(context, visible(column.note), x, 31, room);
		});
	}

	function paintLifelines(context, sequence, place, left, colours) {
		sequence.layout.columns.forEach((column, i) => {
			if (!isSeen(sequence, place, i, left)) return;
			context.strokeStyle = colours.line;
			context.lineWidth = 1.5;
			context.setLineDash(column.outside ? [3, 4] : []);
			context.beginPath();
			context.moveTo(place.x(i) - left, HEAD);
			context.lineTo(place.x(i) - left, sequence.height);
			context.stroke();
		});
		context.setLineDash([]);
	}

	function paintRule(context, label, y, width, colours) {
		context.font = "600 11px " + colours.font;
		context.textAlign = "center";
		const half = context.measureText(label).width / 2 + 12;
		context.fillStyle = colours.line;
		context.fillRect(0, y, width, 1);
		context.fillStyle = colours.paper;
		context.fillRect(width / 2 - half, y - 8, 2 * half, 16);
		context.fillStyle = colours.muted;
		context.fillText(label, width / 2, y);
	}

	/* What went wrong with it, if anything did. */
	function troubleOf(trace, call) {
		const outcome = trace.sequence.outcomes.get(call);
		if (outcome !== undefined) return visible(outcome);
		if (Sockline.trace.isUnfinished(trace.calls, call)) return say("never returned");
		return words.errorName(trace, call);
	}

	/* `isCarried`: the arrow says what it moves. */
	function wordsOf(trace, call, isCarried) {
		const { calls } = trace;
		const descriptor = trace.descriptors[calls.descriptor[call]];
		const trouble = troubleOf(trace, call);
		const rest = [];
		if (descriptor) rest.push("fd " + descriptor.fd);
		if (trouble) rest.push(trouble);
		else if (!isCarried) rest.push(visible(calls.detail[call]));
		return { name: words.callName(trace, call), rest: rest.filter(Boolean).join("  ") };
	}

	/* Where the words of one of a row's calls stand. An arrow may lead to the right of it, where they
	   would be. */
	function spotOf(layout, step, isFrom) {
		const column = layout.columnOf[isFrom ? step.from : step.to];
		const other = layout.columnOf[isFrom ? step.to : step.from] ?? -1;
		return { column, hasArrowRight: step.arrow !== "none" && other > column };
	}

	/* The name in its colour, the rest muted, as one block beside the lifeline; above an arrow that
	   would cross it. */
	function paintWords(context, sequence, place, call, step, spot, x, y, colours) {
		const { trace } = sequence.state;
		const { column, hasArrowRight } = spot;
		const isLeft = place.isLeft(column);
		const isAbove = place.isMiddle(column) && hasArrowRight;
		const isCarried = step.cargo === "bytes" && step.arrow !== "none";
		const { name, rest } = wordsOf(trace, call, isCarried);
		const room = (place.isMiddle(column) ? place.gap : place.margin) - 20;
		context.font = "600 12px " + colours.font;
		const nameWidth = Math.min(room, context.measureText(name).width);
		context.font = "12px " + colours.font;
		const restWidth =
			Math.min(Math.max(0, room - nameWidth - 8), context.measureText(rest).width);
		const at = isLeft ? x - 12 - nameWidth - 8 - restWidth : x + 12;
		const line = isAbove ? y - 11 : y;
		context.textAlign = "left";
		context.fillStyle = colours.muted;
		if (restWidth > 34 || restWidth > 0 && restWidth >= context.measureText(rest).width)
			fillText(context, rest, isLeft ? at : at + nameWidth + 8, line, restWidth);
		context.font = "600 12px " + colours.font;
		context.fillStyle = colours[trace.styles[trace.calls.style[call]]];
		fillText(context, name, isLeft ? x - 12 - nameWidth : at, line, nameWidth + 1);
	}

	function paintDot(context, sequence, call, x, y, colours) {
		const { trace, call: selected, search } = sequence.state;
		if (search.isHit[call] || call === selected) {
			context.strokeStyle = call === selected ? colours.select : colours.hit;
			context.lineWidth = 2.5;
			context.beginPath();
			context.arc(x, y, 7, 0, 7);
			context.stroke();
		}
		context.fillStyle = colours[trace.styles[trace.calls.style[call]]];
		context.beginPath();
		context.arc(x, y, 3.5, 0, 7);
		context.fill();
	}

	/* What was no call: "exit". */
	function paintEnd(context, place, { x, y, isLast }, text, colours) {
		context.font = "600 12px " + colours.font;
		context.textAlign = isLast ? "left" : "right";
		context.fillStyle = colours.release;
		fillText(context, visible(text), isLast ? x + 12 : x - 12, y, place.margin - 20);
	}

	function paintArrowHead(context, x, y, angle) {
		context.save();
		context.translate(x, y);
		context.rotate(angle);
		context.beginPath();
		context.moveTo(-5, 0);
		context.lineTo(-14, -4.5);
		context.lineTo(-14, 4.5);
		context.fill();
		context.restore();
	}

	/* With its middle at x, or where `side` is 1 or -1 all of it at that side. */
	function paintLabel(context, text, x, y, room, side, colours) {
		if (text === "" || room < 30) return;
		context.font = "12px " + colours.font;
		context.textAlign = "center";
		const half = Math.min(room, context.measureText(text).width) / 2 + 6;
		context.fillStyle = colours.paper;
		context.fillRect(x + (side - 1) * half, y - 8, 2 * half, 16);
		context.fillStyle = colours.ink;
		fillText(context, text, x + side * half, y + 0.5, room);
	}

	/* A label takes no more than this part of its arrow, which stays to be seen. */
	const LABEL_PART = 0.7;

	/* Level arrows have their words in the middle; others in the row of one end, where no other
	   arrow is. */
	function paintArrow(context, a, b, label, isAtEnd, colour, colours, isSelected) {
		context.strokeStyle = context.fillStyle = colour;
		context.lineWidth = isSelected ? 2.25 : 1.5;
		const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
		const angle = Math.atan2(b.y - a.y, b.x - a.x);
		const direction = Math.sign(b.x - a.x), room = LABEL_PART * Math.abs(b.x - a.x);
		context.beginPath();
		context.moveTo(a.x + 5 * (b.x - a.x) / length, a.y + 5 * (b.y - a.y) / length);
		context.lineTo(b.x - 9 * (b.x - a.x) / length, b.y - 9 * (b.y - a.y) / length);
		context.stroke();
		paintArrowHead(context, b.x, b.y, angle);
		if (a.y === b.y)
			paintLabel(context, label, (a.x + b.x) / 2, a.y, room, 0, colours);
		else if (isAtEnd)
			paintLabel(context, label, b.x - 24 * direction, b.y, room, -direction, colours);
		else
			paintLabel(context, label, a.x + 24 * direction, a.y, room, direction, colours);
	}

	/* Both ends in one process: a bow beside its lifeline. */
	function paintLoop(context, a, b, label, colour, colours) {
		context.strokeStyle = context.fillStyle = colour;
		context.lineWidth = 1.5;
		const out = a.x - 16;
		context.beginPath();
		context.moveTo(a.x - 4, a.y);
		context.bezierCurveTo(out - 8, a.y, out - 8, b.y, b.x - 9, b.y);
		context.stroke();
		paintArrowHead(context, b.x, b.y, 0);
	}

	/* It never arrived, or was turned away. */
	function paintDeadEnd(context, a, x, label, colour, colours) {
		const direction = Math.sign(x - a.x);
		context.strokeStyle = colour;
		context.lineWidth = 1.5;
		context.beginPath();
		context.moveTo(a.x + 5 * direction, a.y);
		context.lineTo(x - 7 * direction, a.y);
		context.stroke();
		Sockline.arrowPainter.paintCross(context, x, a.y);
		paintLabel(
			context, label, (a.x + x) / 2, a.y, LABEL_PART * Math.abs(x - a.x), 0, colours);
	}

	/* What a receive took, of how many sends. */
	function arrivalOf(trace, call) {
		const { links } = trace;
		let bytes = 0, sources = 0;
		for (const link of Sockline.arrowPainter.ofCall(trace, call)) {
			if (links.to[link] !== call || links.from[link] < 0) continue;
			bytes += links.bytes[link];
			sources++;
		}
		return sources > 1 ? say("%s of %u sends", quantity.bytes(bytes), sources) : quantity.bytes(bytes);
	}

	function labelOf(trace, step) {
		const carried = trace.sequence.carried.get(step.number);
		if (carried !== undefined) return visible(carried);
		if (step.cargo !== "bytes") return "";
		if (step.arrow === "arrives" && !step.isRepeated) return arrivalOf(trace, step.toCall);
		return visible(trace.calls.detail[step.source >= 0 ? step.source : step.toCall]);
	}

	/* Just before the peer where that has a column, else halfway to the next one. */
	function deadEndOf(a, b, gap) {
		if (b) return b.x + (a.x < b.x ? -14 : 14);
		return a.x + (a.isLast && gap > 0 ? -1 : 1) * Math.max(40, Math.min(gap || 120, 300) * 0.6);
	}

	/* A part of the way, beside the end that is there. */
	const partly = (from, to) => ({ ...from, x: from.x + (to.x - from.x) * 0.4 });

	/* What leads from or to the row of a step; `at` is where a lifeline meets a row. An arrow that
	   arrives begins in the row where it left. */
	function paintStep(context, sequence, gap, step, row, at, colours) {
		const { trace, call } = sequence.state;
		const a = step.from >= 0 ? at(step.from, row) : null;
		const b = step.to >= 0 ? at(step.to, row) : null;
		const colour = colours[step.style], label = labelOf(trace, step);
		const isSelected = call >= 0 && [step.fromCall, step.toCall, step.source].includes(call);
		if (step.isBroken && a && step.arrow !== "arrives")
			return paintDeadEnd(context, a, deadEndOf(a, b, gap), label, colour, colours);
		if (!a || !b || step.arrow === "none") return;
		const left = step.arrow === "arrives" ? sequence.layout.rowOf[step.source] : row;
		const begin = left < 0 ? partly(b, a) : at(step.from, left);
		const end = step.arrow === "leaves" ? partly(a, b) : b;
		if (a.x === b.x) paintLoop(context, begin, end, label, colour, colours);
		else
			paintArrow(context, begin, end, label, step.arrow === "arrives" && !step.isRepeated,
				colour, colours, isSelected);
	}

	Sockline.sequencePainter = {
		geometry, paintHead, paintLifelines, paintRule, paintWords, paintEnd, paintDot, paintStep, spotOf,
		ROW, HEAD, TOP,
	};
})();
