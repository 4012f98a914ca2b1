// SPDX-License-Identifier: MIT
/* Reads the page's data into columns of numbers: a trace may have a million calls. */
(() => {
	const UNFINISHED = 1, PENDING = 2, END_OF_STREAM = 4;
	const LINK = { DATA: 0, CONNECT: 1, CLOSE: 2, REFUSED: 3, LOST: 4 };

	const COLUMNS = {
		time: Float64Array, duration: Float64Array, process: Int32Array, tid: Int32Array,
		descriptor: Int32Array, name: Int32Array, effect: Uint8Array, result: Float64Array,
		error: Int32Array, bytes: Float64Array, flags: Uint8Array, data: Int32Array,
	};

	/* When each call finished, which is where it stands on the timeline. */
	function endsOf(calls) {
		const ends = new Float64Array(calls.count);
		for (let i = 0; i < ends.length; i++) ends[i] = calls.time[i] + calls.duration[i];
		return ends;
	}

	function readCalls(raw) {
		const calls = { count: raw.time.length, detail: raw.detail };
		for (const name in COLUMNS) calls[name] = new COLUMNS[name](raw[name]);
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

	/* The other end of a connection that the trace holds both ends of, or -1. */
	function joinSockets(sockets) {
		const byEnds = new Map();
		const key = (kind, from, to) => JSON.stringify([kind, from, to]);
		sockets.forEach((socket, i) => {
			socket.mate = -1;
			if (!socket.local || !socket.peer) return;
			const mate = byEnds.get(key(socket.kind, socket.peer, socket.local));
			if (mate !== undefined && sockets[mate].mate < 0) {
				socket.mate = mate;
				sockets[mate].mate = i;
			}
			byEnds.set(key(socket.kind, socket.local, socket.peer), i);
		});
	}

	/* Unnamed sockets are joined by what moved between them. */
	function joinByLinks(trace) {
		const { calls, links, descriptors, sockets } = trace;
		const socketOf = (call) => call >= 0 && calls.descriptor[call] >= 0
			? descriptors[calls.descriptor[call]].socket
			: -1;
		for (let i = 0; i < links.count; i++) {
			const a = socketOf(links.from[i]), b = socketOf(links.to[i]);
			if (links.kind[i] !== LINK.DATA || a < 0 || b < 0 || a === b) continue;
			if (sockets[a].mate >= 0 || sockets[b].mate >= 0) continue;
			sockets[a].mate = b;
			sockets[b].mate = a;
		}
	}

	/* A parent comes before its children, so that nobody is an ancestor of itself. */
	function checkParents(processes) {
		processes.forEach((it, i) => {
			if (!(it.parent >= 0 && it.parent < i)) it.parent = -1;
		});
	}

	function read(text) {
		const trace = JSON.parse(text);
		const members = trace.members || [];
		trace.calls = readCalls(trace.calls);
		trace.links = readLinks(trace.links, trace.calls.count);
		trace.end = Math.max(trace.end, trace.begin + 1);
		for (const end of trace.calls.end) if (end > trace.end) trace.end = end;
		checkParents(trace.processes);
		for (const it of trace.descriptors) it.ended ??= null;
		joinSockets(trace.sockets);
		joinByLinks(trace);
		trace.lanes = Sockline.lanes.read(trace, members);
		delete trace.members;
		return trace;
	}

	const isPending = (calls, i) => (calls.flags[i] & PENDING) !== 0;
	const isUnfinished = (calls, i) => (calls.flags[i] & UNFINISHED) !== 0;
	const isEndOfStream = (calls, i) => (calls.flags[i] & END_OF_STREAM) !== 0;
	const hasFailed = (calls, i) => calls.error[i] !== 0 && (calls.flags[i] & PENDING) === 0;

	Sockline.trace = { read, isPending, isUnfinished, isEndOfStream, hasFailed, LINK };
})();
