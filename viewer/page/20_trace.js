// SPDX-License-Identifier: MIT
/* Reads the page's data into columns of numbers: a trace may have a million calls. What belongs
   together, in which phase and order, stands in the data; nothing here finds it out. */
(() => {
	const COLUMNS = {
		time: Float64Array, duration: Float64Array, thread: Uint32Array, descriptor: Int32Array,
		kind: Uint32Array, result: Float64Array, bytes: Float64Array, data: Int32Array,
	};
	/* What many calls share stands in tables. */
	const OF_KIND = {
		name: Int32Array, effect: Uint8Array, error: Int32Array, flags: Uint8Array,
		phase: Uint8Array, glyph: Uint8Array, style: Uint8Array,
	};
	const OF_THREAD = { process: Int32Array, tid: Int32Array };

	/* The bit of each flag, by its name. */
	function bitsOf(names) {
		return Object.fromEntries(names.map((name, i) => [name, 1 << i]));
	}

	function lookUp(Type, table, places) {
		const column = new Type(places.length);
		for (let i = 0; i < column.length; i++) column[i] = table[places[i]];
		return column;
	}

	/* When each call finished, which is where it stands on the timeline; when it began if it never
	   did. */
	function endsOf(calls) {
		const ends = new Float64Array(calls.count);
		for (let i = 0; i < ends.length; i++)
			ends[i] = calls.time[i] + (isUnfinished(calls, i) ? 0 : calls.duration[i]);
		return ends;
	}

	function readCalls(raw, { kinds, threads, flags }) {
		const calls = { count: raw.time.length, detail: raw.detail, bits: bitsOf(flags) };
		for (const name in COLUMNS) calls[name] = new COLUMNS[name](raw[name]);
		for (const name in OF_KIND) calls[name] = lookUp(OF_KIND[name], kinds[name], calls.kind);
		for (const name in OF_THREAD)
			calls[name] = lookUp(OF_THREAD[name], threads[name], calls.thread);
		calls.end = endsOf(calls);
		return calls;
	}

	/* Lists the links of each call: those of call i are list[start[i]] to list[start[i + 1]]. */
	function linksByCall(links, callCount) {
		const start = new Uint32Array(callCount + 2);
		const count = links.from.length;
		for (const ends of [links.from, links.to])
			for (let i = 0; i < count; i++) if (ends[i] >= 0) start[ends[i] + 2]++;
		for (let i = 2; i < start.length; i++) start[i] += start[i - 1];
		const list = new Uint32Array(start[callCount + 1]);
		for (const ends of [links.from, links.to])
			for (let i = 0; i < count; i++) if (ends[i] >= 0) list[start[ends[i] + 1]++] = i;
		return { start, list };
	}

	function readLinks(raw, callCount) {
		const links = {
			count: raw.from.length,
			from: new Int32Array(raw.from),
			to: new Int32Array(raw.to),
			kind: new Uint8Array(raw.kind),
			bytes: new Float64Array(raw.bytes),
		};
		links.of = linksByCall(links, callCount);
		return links;
	}

	/* What an arrow is, and what it carries, by name. */
	function readSequence(sequence) {
		const { kinds } = sequence;
		kinds.arrow = kinds.arrow.map((arrow) => sequence.arrows[arrow]);
		kinds.cargo = kinds.cargo.map((cargo) => sequence.cargos[cargo]);
		for (const name in sequence.steps) sequence.steps[name] = new Int32Array(sequence.steps[name]);
		sequence.outcomes = new Map(sequence.outcomes);
		sequence.carried = new Map(sequence.carried);
		sequence.ends = new Map(sequence.ends);
		return sequence;
	}

	/* What many exchanges share stands in kinds. Their words are foreign: `words` says them so that
	   they can be shown. `calls` are the first and the last one of question and answer; -1: none. */
	function readExchanges(raw, { exchange_kinds, exchange_flags, exchange_words }) {
		const shown = new Map();
		const exchanges = { count: raw.begin.length }, bits = bitsOf(exchange_flags);
		for (const name in raw) exchanges[name] = new Float64Array(raw[name]);
		for (const name in exchange_kinds)
			exchanges[name] = lookUp(Int32Array, exchange_kinds[name], exchanges.kind);
		exchanges.calls = ["question_first", "question_last", "answer_first", "answer_last"]
			.map((name) => exchanges[name]);
		exchanges.words = (i, name) => {
			const place = exchanges[name][i];
			if (!shown.has(place)) shown.set(place, Sockline.text.visible(exchange_words[place]));
			return shown.get(place);
		};
		exchanges.has = (i, flag) => (exchanges.flags[i] & bits[flag]) !== 0;
		return exchanges;
	}

	/* What is told of connects, by call and socket; the first word of several stands. */
	function readOutcomes(raw) {
		const outcomes = new Map();
		for (const [call, socket, words] of raw) {
			if (!outcomes.has(call)) outcomes.set(call, new Map());
			const bySocket = outcomes.get(call);
			if (!bySocket.has(socket)) bySocket.set(socket, words);
		}
		return outcomes;
	}

	function read(text) {
		const trace = JSON.parse(text);
		const { members, rows } = trace;
		Sockline.learn(trace.dictionary);
		trace.calls = readCalls(trace.calls, trace);
		trace.links = readLinks(trace.links, trace.calls.count);
		trace.sequence = readSequence(trace.sequence);
		trace.outcomes = readOutcomes(trace.outcomes);
		trace.exchanges = readExchanges(trace.exchanges, trace);
		trace.end = Math.max(trace.end, trace.begin + 1);
		for (const end of trace.calls.end) if (end > trace.end) trace.end = end;
		Sockline.quantity.beginInstants(trace);
		for (const it of trace.descriptors) it.ended ??= null;
		trace.glyphOf = {};
		trace.glyphs.forEach((it, i) => { trace.glyphOf[it.name] = i; });
		trace.phaseNumbers = {};
		trace.lane_phases.forEach((name, i) => { trace.phaseNumbers[name] = i; });
		trace.lanes = Sockline.lanes.read(trace, members, rows);
		for (const name of ["dictionary", "members", "rows", "row_kinds", "kinds", "threads", "flags",
			"exchange_kinds", "exchange_flags", "exchange_words"]) delete trace[name];
		return trace;
	}

	const isPending = (calls, i) => (calls.flags[i] & calls.bits.pending) !== 0;
	const isUnfinished = (calls, i) => (calls.flags[i] & calls.bits.unfinished) !== 0;
	const isEndOfStream = (calls, i) => (calls.flags[i] & calls.bits.end_of_stream) !== 0;
	const hasFailed = (calls, i) => (calls.flags[i] & calls.bits.failed) !== 0;
	/* It sent or received, perhaps no byte. */
	const hasMoved = (calls, i) => (calls.flags[i] & calls.bits.moved) !== 0;
	/* It was made on no descriptor, and stands in the lane of the one that it made. */
	const isMaker = (calls, i) => (calls.flags[i] & calls.bits.makes) !== 0;

	/* A wait that is drawn in the lane of its thread. */
	const isOfThread = (calls, i) => (calls.flags[i] & calls.bits.of_thread) !== 0;

	Sockline.trace = { read, isOfThread, isPending, isUnfinished, isEndOfStream, hasFailed, hasMoved, isMaker };
})();
