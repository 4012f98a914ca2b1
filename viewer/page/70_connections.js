// SPDX-License-Identifier: MIT
/* What the sequence view may show: everything, or one socket with the other end of its connection. */
(() => {
	const { LINK } = Sockline.trace;

	/* Both ends of a connection count as one; its first socket stands for it. */
	function list(trace) {
		const calls = callsBySocket(trace);
		const countOf = (socket, i) => calls[i] + (calls[socket.mate] || 0);
		return trace.sockets
			.map((socket, i) => ({ socket: i, mate: socket.mate, count: countOf(socket, i) }))
			.filter((it) => it.count > 0 && (it.mate < 0 || it.socket < it.mate));
	}

	function callsBySocket(trace) {
		const counts = trace.sockets.map(() => 0);
		for (const lane of trace.lanes.list)
			if (lane.socket >= 0) counts[lane.socket] += lane.last - lane.first;
		return counts;
	}

	/* Named as its client has it: from the one who connected to the one who accepted. */
	function title(trace, connection) {
		const own = trace.sockets[connection.socket], mate = trace.sockets[connection.mate];
		const socket = mate && mate.direction === "out" ? mate : own;
		return Sockline.words.socketLong(socket);
	}

	function socketsOf(connection) {
		return new Set([connection.socket, connection.mate].filter((it) => it >= 0));
	}

	/* How the server came to listen belongs to the story of a connection that it accepted. */
	function listenersOf(trace, sockets) {
		const { calls, links, descriptors } = trace;
		const listeners = new Set();
		for (let i = 0; i < links.count; i++) {
			const from = links.from[i], to = links.to[i];
			if (links.kind[i] !== LINK.CONNECT || from < 0 || to < 0 || calls.descriptor[to] < 0)
				continue;
			const client = descriptors[calls.descriptor[from]];
			if (client && sockets.has(client.socket))
				listeners.add(descriptors[calls.descriptor[to]].socket);
		}
		return listeners;
	}

	function addPassiveCalls(trace, listeners, isChosen) {
		const passive = ["create", "bind", "listen"].map((effect) => trace.effects.indexOf(effect));
		for (const lane of trace.lanes.list) {
			if (!listeners.has(lane.socket)) continue;
			for (let i = lane.first; i < lane.last; i++)
				if (passive.includes(trace.calls.effect[trace.lanes.call[i]]))
					isChosen[trace.lanes.call[i]] = 1;
		}
	}

	/* The calls of a connection, all for null, that pass the filter; in the order they finished. */
	function callsOf(state, connection) {
		const { trace, shown } = state;
		if (!connection) return collect(shown.isShown, shown.isShown);
		const sockets = socketsOf(connection);
		const isChosen = new Uint8Array(trace.calls.count);
		for (const lane of trace.lanes.list)
			if (sockets.has(lane.socket))
				for (let i = lane.first; i < lane.last; i++) isChosen[trace.lanes.call[i]] = 1;
		addPassiveCalls(trace, listenersOf(trace, sockets), isChosen);
		return collect(isChosen, shown.isShown);
	}

	function collect(isChosen, isShown) {
		const calls = [];
		for (let i = 0; i < isChosen.length; i++) if (isChosen[i] && isShown[i]) calls.push(i);
		return calls;
	}

	Sockline.connections = { list, title, socketsOf, callsOf };
})();
