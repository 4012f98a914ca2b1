// SPDX-License-Identifier: MIT
/*
 * Our own words in the language of the page. The data has the dictionary's rows of all that these
 * scripts have in quotes, so what is said is a whole literal: say("%zu calls", "12").
 */
(() => {
	/* As formats of C have them, in order or all numbered. */
	const CONVERSION = /%(?:%|(?:(\d+)\$)?(?:\.(\d+))?(?:zu|ld|[dsu]))/g;
	const dictionary = new Map();

	function say(english, ...values) {
		let next = 0;
		return (dictionary.get(english) ?? english).replace(CONVERSION, (conversion, place, length) => {
			if (conversion === "%%") return "%";
			const value = String(values[place === undefined ? next++ : place - 1]);
			return length === undefined ? value : value.slice(0, length);
		});
	}

	function learn(rows) {
		for (const [english, words] of rows) dictionary.set(english, words);
	}

	Sockline.say = say;
	Sockline.learn = learn;
})();
