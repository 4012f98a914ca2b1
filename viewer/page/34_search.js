// SPDX-License-Identifier: MIT
/* Finds calls by what is written on them, in slices, so that a million calls do not stop the page. */
(() => {
	const SLICE_MS = 8;

	function matcher(query) {
		const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"), "i");
		return (text) => pattern.test(text);
	}

	/* What many calls share is matched once. */
	function sharedMatches(trace, matches) {
		const socketMatches =
			trace.sockets.map((it) => matches(it.local || "") || matches(it.peer || ""));
		return {
			word: trace.words.map((word) => word !== "" && matches(word)),
			descriptor: trace.descriptors.map((it) => socketMatches[it.socket] || false),
		};
	}

	function payloadMatches(payload, matches) {
		return payload !== undefined
			&& matches(payload.hex === undefined ? payload.text || "" : payload.hex);
	}

	function callMatches(trace, i, matches, shared) {
		const { calls } = trace;
		return shared.word[calls.name[i]] || shared.word[calls.error[i]]
			|| shared.descriptor[calls.descriptor[i]] || matches(calls.detail[i])
			|| payloadMatches(trace.payloads[calls.data[i]], matches);
	}

	function finish(state, isHit, found) {
		state.search = { isHit, hits: Uint32Array.from(found), isDone: true };
		Sockline.index.setHits(state.index, isHit);
		Sockline.state.tell(state, "search");
	}

	let latest = 0;

	/* Looks through the calls that are shown; a later search ends an earlier one. */
	function start(state) {
		const { trace, shown } = state;
		const number = ++latest;
		const isHit = new Uint8Array(trace.calls.count);
		const found = [];
		if (state.query === "") return finish(state, isHit, found);
		const matches = matcher(state.query);
		const shared = sharedMatches(trace, matches);
		let i = 0;
		function slice() {
			if (number !== latest) return;
			for (const until = performance.now() + SLICE_MS;
				 i < isHit.length && performance.now() < until;) {
				for (const last = Math.min(i + 256, isHit.length); i < last; i++) {
					if (!shown.isShown[i] || !callMatches(trace, i, matches, shared)) continue;
					isHit[i] = 1;
					found.push(i);
				}
			}
			if (i === isHit.length) return finish(state, isHit, found);
			setTimeout(slice);
		}
		state.search.isDone = false;
		slice();
	}

	/* The next hit after the selected call, or before it; around the end. */
	function step(state, direction) {
		const { hits } = state.search;
		if (hits.length === 0) return -1;
		let low = 0, high = hits.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (hits[middle] < state.call) low = middle + 1;
			else high = middle;
		}
		const isOnHit = hits[low] === state.call;
		let next = direction > 0 ? low + (isOnHit ? 1 : 0) : low - 1;
		if (state.call < 0) next = direction > 0 ? 0 : hits.length - 1;
		return hits[(next + hits.length) % hits.length];
	}

	/* Which hit the selected call is, from 1; 0 when it is none. */
	function place(state) {
		const { isHit, hits } = state.search;
		return isHit[state.call] ? hits.indexOf(state.call) + 1 : 0;
	}

	Sockline.search = { start, step, place };
})();
