// SPDX-License-Identifier: MIT
/* The rows of the sequence view: a call, two that are joined, or a phase's rule. */
(() => {
	const { LINK, isEndOfStream } = Sockline.trace;
	/* Columns: processes that have calls, by number, then peers that the trace does not hold. */
	function columnsOf(trace, calls) {
		const columns = [], ofProcess = new Map(), ofPeer = new Map();
		for (const call of calls) ofProcess.set(trace.calls.process[call], -1);
		for (const process of [...ofProcess.keys()].sort((a, b) => a - b)) {
			ofProcess.set(process, columns.length);
			columns.push({
				process,
				name: Sockline.words.process(trace, process),
				role: trace.processes[process]?.role
			});
		}
		const initiates = (it) => it.role === "client";
		columns.sort((a, b) => initiates(b) - initiates(a));
		columns.forEach((it, i) => ofProcess.set(it.process, i));
		return { columns, ofProcess, ofPeer };
	}

	/* The column of the peer that is not in the trace, or -1. */
	function peerColumn(trace, layout, call) {
		const socket = Sockline.words.socketOfCall(trace, call);
		if (!socket || !socket.peer || socket.mate >= 0 || socket.direction === "pair") return -1;
		if (!layout.ofPeer.has(socket.peer)) {
			layout.ofPeer.set(socket.peer, layout.columns.length);
			layout.columns.push({
				process: -1,
				name: Sockline.text.visible(socket.peer),
				role: "not in the trace"
			});
		}
		return layout.ofPeer.get(socket.peer);
	}

	/* How a call and a peer outside the trace are joined: 1 to it, -1 from it, 0 not at all. */
	function peerDirection(trace, call) {
		const effect = trace.effects[trace.calls.effect[call]];
		const socket = Sockline.words.socketOfCall(trace, call);
		const isStream = Sockline.words.isStream(socket);
		if (trace.calls.error[call] && effect !== "connect") return 0;
		if (effect === "receive") return -1;
		/* Who never connected takes leave of nobody. */
		if (isStream && effect === "close" && socket.direction === "none") return 0;
		if (isStream && (effect === "connect" || effect === "close")) return 1;
		return effect === "send" ? 1 : 0;
	}

	function phaseOf(trace, call, sockets, phase) {
		const { calls } = trace;
		const descriptor = trace.descriptors[calls.descriptor[call]];
		if (!descriptor || !sockets.has(descriptor.socket)) return phase;
		const effect = trace.effects[calls.effect[call]];
		if (effect === "close" || effect === "shutdown" || isEndOfStream(calls, call)) return 2;
		if ((effect === "send" || effect === "receive") && !calls.error[call])
			return Math.max(phase, 1);
		return effect === "connect" || effect === "accept" ? Math.max(phase, 0) : phase;
	}

	/* The only call that a call takes its bytes from, if that has no other taker either; else -1. */
	function soleCause(trace, call) {
		const { links } = trace;
		const { start, list } = links.of;
		let cause = -1;
		for (let i = start[call]; i < start[call + 1]; i++) {
			if (links.to[list[i]] !== call || cause >= 0) return -1;
			cause = links.from[list[i]];
		}
		return cause >= 0 && start[cause + 1] - start[cause] === 1 ? cause : -1;
	}

	/* A call joins its cause's row when nothing of its own column came since. */
	function place(rows, trace, call, column, layout) {
		const cause = soleCause(trace, call);
		const row = cause >= 0 ? rows.ofCall.get(cause) : undefined;
		const isFree = row !== undefined && (rows.lastOf[column] ?? -1) < row
			&& rows.list[row].column !== column && rows.list[row].other === -1;
		if (isFree) {
			rows.list[row].other = call;
			rows.list[row].otherColumn = column;
		} else {
			rows.list.push({ call, column, other: -1, otherColumn: -1, phase: -1 });
		}
		const at = isFree ? row : rows.list.length - 1;
		rows.ofCall.set(call, at);
		rows.lastOf[column] = at;
	}

	function ruleOff(rows, phase) {
		rows.list.push({ call: -1, column: -1, other: -1, otherColumn: -1, phase });
		rows.lastOf.fill(rows.list.length - 1);
	}

	/* `sockets` are those whose phases are ruled off, null for none. */
	function layOut(trace, order, sockets) {
		const layout = columnsOf(trace, order);
		const rows = { list: [], ofCall: new Map(), lastOf: layout.columns.map(() => -1) };
		let phase = -1;
		for (const call of order) {
			const next = sockets ? phaseOf(trace, call, sockets, phase) : phase;
			if (next > phase) ruleOff(rows, next);
			phase = Math.max(phase, next);
			place(rows, trace, call, layout.ofProcess.get(trace.calls.process[call]), layout);
			if (peerDirection(trace, call) !== 0) peerColumn(trace, layout, call);
		}
		const phases = Sockline.words.phases(sockets && trace.sockets[[...sockets][0]]);
		return { ...layout, phases, rows: rows.list, ofCall: rows.ofCall };
	}

	Sockline.sequenceRows = { layOut, peerColumn, peerDirection };
})();
