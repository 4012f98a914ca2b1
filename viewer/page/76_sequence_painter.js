// SPDX-License-Identifier: MIT
/* Draws the rows of the sequence view that are seen, and what joins them. */
(() => {
	const ROW = 30, HEAD = 44;
	/* Room below the head. */
	const TOP = 8;
	const { LINK } = Sockline.trace;
	const { fillText } = Sockline.canvas;
	const { quantity, words } = Sockline;
	const { visible } = Sockline.text;

	/* The first column has its words at its left and the others at their right, so that arrows have
	   what is between. */
	function geometry(available, count) {
		const isNarrow = available < 640;
		const gutter = isNarrow ? 6 : 84;
		const margin = Math.max(isNarrow ? 88 : 150, Math.min(280, (available - gutter) * 0.27));
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
			fillText(context, column.name, x, column.role ? 15 : 22, room);
			context.font = "11px " + colours.font;
			context.fillStyle = colours.muted;
			if (column.role) fillText(context, visible(column.role), x, 31, room);
		});
	}

	function paintLifelines(context, sequence, place, left, colours) {
		sequence.layout.columns.forEach((column, i) => {
			if (!isSeen(sequence, place, i, left)) return;
			context.strokeStyle = colours.line;
			context.lineWidth = 1.5;
			context.setLineDash(column.process < 0 ? [3, 4] : []);
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

	function wordsOf(trace, call, isJoined) {
		const { calls } = trace;
		const descriptor = trace.descriptors[calls.descriptor[call]];
		const rest = [];
		if (descriptor) rest.push("fd " + descriptor.fd);
		if (calls.error[call]) rest.push(words.errorName(trace, call));
		else if (!isJoined || calls.bytes[call] < 0) rest.push(visible(calls.detail[call]));
		return { name: words.callName(trace, call), rest: rest.filter(Boolean).join("  ") };
	}

	/* An arrow leads to the right of the call, where its words would be. */
	function hasArrowRight(sequence, call, column) {
		const { trace } = sequence.state;
		const { links } = trace;
		const found = Array.from(Sockline.arrowPainter.ofCall(trace, call), (link) =>
			sequence.columnOf(links.from[link] === call ? links.to[link] : links.from[link]));
		if (found.length === 0 && Sockline.sequenceRows.peerDirection(trace, call) !== 0)
			found.push(Sockline.sequenceRows.peerColumn(trace, sequence.layout, call));
		return found.some((other) => other > column);
	}

	/* The name in its colour, the rest muted, as one block beside the lifeline; above an arrow that
	   would cross it. */
	function paintWords(context, sequence, place, call, column, x, y, colours) {
		const { trace } = sequence.state;
		const isLeft = place.isLeft(column);
		const isAbove = place.isMiddle(column) && hasArrowRight(sequence, call, column);
		const { name, rest } = wordsOf(trace, call, sequence.isJoined(call));
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
		context.fillStyle = colours[Sockline.glyph.colourName(trace, call)];
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
		context.fillStyle = colours[Sockline.glyph.colourName(trace, call)];
		context.beginPath();
		context.arc(x, y, 3.5, 0, 7);
		context.fill();
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

	function paintLabel(context, text, x, y, room, colours) {
		if (text === "" || room < 30) return;
		context.font = "12px " + colours.font;
		context.textAlign = "center";
		const half = Math.min(room, context.measureText(text).width) / 2 + 6;
		context.fillStyle = colours.paper;
		context.fillRect(x - half, y - 8, 2 * half, 16);
		context.fillStyle = colours.ink;
		fillText(context, text, x, y + 0.5, room);
	}

	function paintArrow(context, a, b, label, colour, colours, isSelected) {
		context.strokeStyle = context.fillStyle = colour;
		context.lineWidth = isSelected ? 2.25 : 1.5;
		const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
		const angle = Math.atan2(b.y - a.y, b.x - a.x);
		context.beginPath();
		context.moveTo(a.x + 5 * (b.x - a.x) / length, a.y + 5 * (b.y - a.y) / length);
		context.lineTo(b.x - 9 * (b.x - a.x) / length, b.y - 9 * (b.y - a.y) / length);
		context.stroke();
		paintArrowHead(context, b.x, b.y, angle);
		paintLabel(
			context, label, (a.x + b.x) / 2, (a.y + b.y) / 2, Math.abs(b.x - a.x) - 56, colours);
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
		paintLabel(context, label, (a.x + x) / 2, a.y, Math.abs(x - a.x) - 24, colours);
	}

	function labelOf(trace, link) {
		const { links, calls } = trace;
		const from = links.from[link];
		if (links.kind[link] !== LINK.DATA && links.kind[link] !== LINK.LOST) return "";
		const bytes = links.bytes[link];
		if (from >= 0 && calls.bytes[from] === bytes && calls.detail[from])
			return visible(calls.detail[from]);
		return quantity.bytes(Math.max(0, bytes));
	}

	/* Just before the peer where that has a column, else halfway to the next one. */
	function deadEndOf(sequence, place, call, a, left) {
		const column =
			Sockline.sequenceRows.peerColumn(sequence.state.trace, sequence.layout, call);
		if (column >= 0) return place.x(column) - left - 14;
		return a.x + (a.isLast ? -1 : 1) * Math.max(40, Math.min(place.gap || 120, 300) * 0.6);
	}

	function paintLink(context, sequence, place, link, at, left, colours) {
		const { trace, call } = sequence.state;
		const { links } = trace;
		const from = links.from[link], to = links.to[link];
		const a = from >= 0 ? at(from) : null, b = to >= 0 ? at(to) : null;
		const colour = Sockline.arrowPainter.colourOf(links.kind[link], colours);
		const label = labelOf(trace, link);
		if (a && b && a.x === b.x) paintLoop(context, a, b, label, colour, colours);
		else if (a && b)
			paintArrow(context, a, b, label, colour, colours,
				call >= 0 && (from === call || to === call));
		else if (a && !b && links.kind[link] >= LINK.REFUSED)
			paintDeadEnd(
				context, a, deadEndOf(sequence, place, from, a, left), label, colour, colours);
		else return false;
		return true;
	}

	/* To or from a peer that the trace does not hold. */
	function paintPeer(context, sequence, place, call, a, left, colours) {
		const { trace } = sequence.state;
		const direction = Sockline.sequenceRows.peerDirection(trace, call);
		const column =
			direction === 0 ? -1 : Sockline.sequenceRows.peerColumn(trace, sequence.layout, call);
		if (column < 0) return;
		const b = { x: place.x(column) - left, y: a.y };
		const colour = colours[Sockline.glyph.colourName(trace, call)];
		const label = trace.calls.bytes[call] >= 0 ? visible(trace.calls.detail[call]) : "";
		if (Sockline.trace.hasFailed(trace.calls, call))
			paintDeadEnd(context, a, b.x + 14 * Math.sign(a.x - b.x), label, colour, colours);
		else if (direction > 0) paintArrow(context, a, b, label, colour, colours, false);
		else paintArrow(context, b, a, label, colour, colours, false);
	}

	Sockline.sequencePainter = {
		geometry, paintHead, paintLifelines, paintRule, paintWords, paintDot, paintLink, paintPeer,
		ROW, HEAD, TOP,
	};
})();
