// SPDX-License-Identifier: MIT
/* The colours of the style sheet, for the canvas; and which effect has which. */
(() => {
	const NAMES = [
		"paper", "panel", "ink", "muted", "faint", "line", "band", "select", "selected", "hit",
		"establish", "send", "receive", "wait", "other", "release", "error"
	];

	const BY_EFFECT = {
		create: "establish", bind: "establish", listen: "establish", connect: "establish",
		accept: "establish", send: "send", receive: "receive", wait: "wait",
		shutdown: "release", close: "release", duplicate: "establish", pass: "establish",
	};

	let colours = {};

	function read() {
		const style = getComputedStyle(document.documentElement);
		colours = {};
		for (const name of NAMES) colours[name] = style.getPropertyValue("--" + name).trim();
		colours.font = style.getPropertyValue("--font").trim();
		colours.mono = style.getPropertyValue("--mono").trim();
	}

	const ofEffect = (effect) => BY_EFFECT[effect] || "other";

	Sockline.palette = { read, get: () => colours, ofEffect };
})();
