// SPDX-License-Identifier: MIT
/* Makes elements. Text goes in as text nodes only, so that no data is ever read as markup. */
(() => {
	function setOption(node, key, value) {
		if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
		else if (value === true) node.setAttribute(key, "");
		else if (value !== false && value !== undefined) node.setAttribute(key, value);
	}

	/* Keys that begin with "on" are listeners, which are functions of ours. A child may be a list of
	   children: there are more rows of a table than a call may have arguments. */
	function element(tag, options, ...children) {
		const node = document.createElement(tag);
		for (const key in options) setOption(node, key, options[key]);
		for (const child of children.flat())
			if (child !== null && child !== undefined) node.append(child);
		return node;
	}

	const byId = (id) => document.getElementById(id);

	Sockline.element = element;
	Sockline.byId = byId;
})();
