// SPDX-License-Identifier: MIT
/* Text from the trace is foreign: what cannot be seen in it is shown by its number. */
(() => {
	const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

	function escapeCharacter(character) {
		const code = character.codePointAt(0);
		if (code === 10) return "\\n";
		if (code === 13) return "\\r";
		if (code === 9) return "\\t";
		if (code < 0x100) return "\\x" + code.toString(16).padStart(2, "0");
		if (code < 0x10000) return "\\u" + code.toString(16).padStart(4, "0");
		return "\\u{" + code.toString(16) + "}";
	}

	function visible(text) {
		return String(text).replace(INVISIBLE, escapeCharacter);
	}

	/* Lines stay lines, and still say how they end. */
	function visibleLines(text) {
		return String(text)
			.split("\n")
			.map(visible)
			.join("\\n\n");
	}

	const characters = window.Intl && Intl.Segmenter && new Intl.Segmenter();

	/* At most `length` units of it, not cut within what a reader takes for one character. */
	function beginning(text, length) {
		if (length >= text.length) return text;
		if (characters) return text.slice(0, characters.segment(text).containing(length).index);
		return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
	}

	function shorten(text, length) {
		return text.length <= length ? text : beginning(text, length - 1) + "…";
	}

	function bytesOf(payload) {
		if (payload.hex === undefined) return new TextEncoder().encode(payload.text || "");
		const hex = String(payload.hex);
		const bytes = new Uint8Array(hex.length >> 1);
		for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.substr(2 * i, 2), 16);
		return bytes;
	}

	/* Eight bytes a line are what a phone has room for. */
	const LINE = 8;

	function hexLine(bytes, from) {
		let hex = "", letters = "";
		for (let i = from; i < from + LINE; i++) {
			hex += i < bytes.length ? bytes[i].toString(16).padStart(2, "0") + " " : "   ";
			if (i < bytes.length)
				letters += bytes[i] >= 32 && bytes[i] < 127 ? String.fromCharCode(bytes[i]) : ".";
		}
		return from.toString(16).padStart(4, "0") + "  " + hex + " " + letters;
	}

	/* At most `limit` bytes of it. */
	function hexDump(bytes, limit) {
		const lines = [];
		for (let from = 0; from < Math.min(bytes.length, limit); from += LINE)
			lines.push(hexLine(bytes, from));
		return lines.join("\n");
	}

	Sockline.text = { visible, visibleLines, beginning, shorten, bytesOf, hexDump };
})();
