// SPDX-License-Identifier: MIT
/* The signs of calls. Each is drawn once and copied from then on, which is what makes many cheap. */
(() => {
	const SIZE = 15;
	const BY_EFFECT = {
		create: "S", bind: "B", listen: "L", accept: "A", connect: "C", shutdown: "H",
		duplicate: "D", pass: "P", close: "X", send: "▲", receive: "▼",
	};
	const { hasFailed, isPending, isUnfinished } = Sockline.trace;

	let sprites = new Map();

	function of(trace, i) {
		if (hasFailed(trace.calls, i)) return "!";
		if (isUnfinished(trace.calls, i)) return "…";
		const effect = trace.effects[trace.calls.effect[i]];
		if (isPending(trace.calls, i) && effect !== "connect") return "·";
		return BY_EFFECT[effect] || "·";
	}

	function colourName(trace, i) {
		return hasFailed(trace.calls, i)
			? "error"
			: Sockline.palette.ofEffect(trace.effects[trace.calls.effect[i]]);
	}

	function triangle(context, middle, direction) {
		context.beginPath();
		context.moveTo(middle, middle - 5.5 * direction);
		context.lineTo(middle + 5.5, middle + 4.5 * direction);
		context.lineTo(middle - 5.5, middle + 4.5 * direction);
		context.closePath();
		context.fill();
	}

	function dot(context, middle) {
		context.beginPath();
		context.arc(middle, middle, 3, 0, 7);
		context.fill();
	}

	/* A letter on a plate of the effect's colour. */
	function plate(context, middle, letter, paper, font) {
		context.beginPath();
		context.roundRect(middle - 7, middle - 7, 14, 14, 3.5);
		context.fill();
		context.fillStyle = paper;
		context.font = "600 10px " + font;
		context.textAlign = "center";
		context.textBaseline = "middle";
		context.fillText(letter, middle, middle + 0.75);
	}

	function sprite(sign, colour) {
		const scale = Math.max(1, devicePixelRatio || 1);
		const key = sign + colour + scale;
		if (sprites.has(key)) return sprites.get(key);
		const colours = Sockline.palette.get();
		const canvas = document.createElement("canvas");
		canvas.width = canvas.height = Math.ceil((SIZE + 1) * scale);
		const context = canvas.getContext("2d");
		context.scale(scale, scale);
		context.fillStyle = colours[colour];
		const middle = (SIZE + 1) / 2;
		if (sign === "▲" || sign === "▼") triangle(context, middle, sign === "▲" ? 1 : -1);
		else if (sign === "·") dot(context, middle);
		else plate(context, middle, sign === "▪" ? "" : sign, colours.paper, colours.font);
		sprites.set(key, canvas);
		return canvas;
	}

	/* A small sign has no letter, which could not be read. */
	function drawSmall(context, sign, colour, x, y) {
		const shape = "▲▼·".includes(sign) ? sign : "▪";
		const size = (SIZE + 1) * 0.62;
		context.drawImage(sprite(shape, colour), x - size / 2, y - size / 2, size, size);
	}

	function draw(context, sign, colour, x, y) {
		const size = SIZE + 1;
		context.drawImage(
			sprite(sign, colour), Math.round(x) - size / 2, Math.round(y) - size / 2, size, size);
	}

	/* After a change of theme. */
	function forget() {
		sprites = new Map();
	}

	Sockline.glyph = { of, colourName, draw, drawSmall, forget, BY_EFFECT };
})();
