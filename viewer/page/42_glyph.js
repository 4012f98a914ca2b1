// SPDX-License-Identifier: MIT
/* Draws the signs of the data's table. Each is drawn once and copied from then on, which is what
   makes many cheap. */
(() => {
	const SIZE = 15;

	let sprites = new Map();

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

	/* Where a lane begins that another call, or somebody else, has made. */
	function bar(context, middle) {
		context.fillRect(middle - 1, middle - 7, 2, 14);
		context.fillRect(middle - 1, middle - 1, 7, 2);
	}

	function cross(context, middle) {
		context.lineWidth = 1.5;
		context.beginPath();
		context.moveTo(middle - 4.5, middle - 4.5);
		context.lineTo(middle + 4.5, middle + 4.5);
		context.moveTo(middle + 4.5, middle - 4.5);
		context.lineTo(middle - 4.5, middle + 4.5);
		context.stroke();
	}

	/* A letter on a plate of its colour. */
	function plate(context, middle, letter, colours) {
		context.beginPath();
		context.roundRect(middle - 7, middle - 7, 14, 14, 3.5);
		context.fill();
		context.fillStyle = colours.paper;
		context.font = "600 10px " + colours.font;
		context.textAlign = "center";
		context.textBaseline = "middle";
		context.fillText(letter, middle, middle + 0.75);
	}

	const SHAPES = {
		up: (context, middle) => triangle(context, middle, 1),
		down: (context, middle) => triangle(context, middle, -1),
		dot, bar, cross,
	};

	function sprite(glyph, isSmall) {
		const scale = Math.max(1, devicePixelRatio || 1);
		const key = glyph.name + isSmall + scale;
		if (sprites.has(key)) return sprites.get(key);
		const colours = Sockline.palette.get();
		const canvas = document.createElement("canvas");
		canvas.width = canvas.height = Math.ceil((SIZE + 1) * scale);
		const context = canvas.getContext("2d");
		context.scale(scale, scale);
		context.fillStyle = context.strokeStyle = colours[glyph.style];
		const middle = (SIZE + 1) / 2;
		const shape = SHAPES[glyph.shape];
		if (shape) shape(context, middle);
		else plate(context, middle, isSmall ? "" : glyph.unicode, colours);
		sprites.set(key, canvas);
		return canvas;
	}

	/* A small sign has no letter, which could not be read. */
	function draw(context, glyph, x, y, isSmall = false) {
		const size = (SIZE + 1) * (isSmall ? 0.62 : 1);
		if (isSmall) context.drawImage(sprite(glyph, true), x - size / 2, y - size / 2, size, size);
		else
			context.drawImage(sprite(glyph, false), Math.round(x) - size / 2,
				Math.round(y) - size / 2, size, size);
	}

	/* After a change of theme. */
	function forget() {
		sprites = new Map();
	}

	Sockline.glyph = { draw, forget };
})();
