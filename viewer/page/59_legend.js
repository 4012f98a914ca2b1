// SPDX-License-Identifier: MIT
/* The signs of the lanes that are shown, in the order of the data's legend. */
(() => {
	const { element, byId } = Sockline;

	function usedIn(state, lanes) {
		const { trace, index } = state;
		const used = new Uint8Array(trace.glyphs.length);
		for (const lane of lanes) {
			for (let i = index.start[lane.index]; i < index.start[lane.index + 1]; i++)
				used[index.glyph[i]] = 1;
			for (const { glyph } of Sockline.lanePainter.signsOfLife(trace, lane)) used[glyph] = 1;
		}
		return used;
	}

	function entry({ name, unicode, shape, style, legend }) {
		const letter = element("span", {}, shape === "dot" ? "●" : unicode);
		const plate = shape === "letter" ? "sign plate" : "sign";
		return element("span", { "data-glyph": name },
			element("i", { class: plate + " tint-" + style }, letter), legend);
	}

	function show(state, lanes) {
		const used = usedIn(state, lanes);
		const { legend, glyphs } = state.trace;
		byId("legend").replaceChildren(
			...legend.filter((glyph) => used[glyph]).map((glyph) => entry(glyphs[glyph])));
	}

	Sockline.legend = { show };
})();
