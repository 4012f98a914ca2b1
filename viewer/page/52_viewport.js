// SPDX-License-Identifier: MIT
/* How positions in time and places on the screen belong together; zooming and panning. */
(() => {
	const PADDING = 14;

	function make(range, left, right) {
		const from = left + PADDING;
		const scale = Math.max(1, right - left - 2 * PADDING) / (range.to - range.from);
		return {
			left, right, range, scale,
			x: (position) => from + (position - range.from) * scale,
			position: (x) => range.from + (x - from) / scale,
		};
	}

	/* Positions that the padding shows, too. */
	function seen(view) {
		return { from: view.position(view.left - 8), to: view.position(view.right + 8) };
	}

	/* The range after zooming so that what is at the place stays there. */
	function zoom(view, x, factor, whole) {
		const centre = view.position(x);
		const length = Math.min((view.range.to - view.range.from) / factor, whole);
		const part = (centre - view.range.from) / (view.range.to - view.range.from);
		const from = centre - length * part;
		return { from, to: from + length };
	}

	function pan(view, pixels) {
		const shift = pixels / view.scale;
		return { from: view.range.from + shift, to: view.range.to + shift };
	}

	Sockline.viewport = { make, seen, zoom, pan };
})();
