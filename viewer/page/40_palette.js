// SPDX-License-Identifier: MIT
/* The colours of the style sheet, for the canvas: those of the theme, and one for each style. */
(() => {
	const OF_THEME = [
		"paper", "panel", "ink", "muted", "grid", "line", "band", "select", "selected", "hit",
	];

	let colours = {};

	/* `styles` are the names that the data has. */
	function read(styles) {
		const style = getComputedStyle(document.documentElement);
		colours = {};
		for (const name of [...OF_THEME, ...styles])
			colours[name] = style.getPropertyValue("--" + name).trim();
		colours.font = style.getPropertyValue("--font").trim();
		colours.mono = style.getPropertyValue("--mono").trim();
	}

	Sockline.palette = { read, get: () => colours };
})();
