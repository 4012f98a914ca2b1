// SPDX-License-Identifier: MIT
/* What the sequence view may show: everything, one connection, or a socket that is in none. */
(() => {
	function callsBySocket(trace) {
		const counts = trace.sockets.map(() => 0);
		for (const lane of trace.lanes.list)
			if (lane.socket >= 0) counts[lane.socket] += lane.last - lane.first;
		return counts;
	}

	/* Named as its client has it. */
	function ofConnection(trace, it, number) {
		const sockets = [it.opener, it.acceptor].filter((socket) => socket >= 0);
		const outcome = it.outcome ? ", " + it.outcome : "";
		const title = Sockline.words.socketLong(trace.sockets[sockets[0]]) + outcome;
		return { number, sockets, listener: it.listener, title };
	}

	/* Both ends of a pair of datagram sockets count as one. */
	function ofSocket(trace, socket, i) {
		const sockets = socket.other >= 0 ? [i, socket.other] : [i];
		return { number: -1, sockets, listener: -1, title: Sockline.words.socketLong(socket) };
	}

	/* Its first socket stands for each. */
	function list(trace) {
		const calls = callsBySocket(trace);
		const alone = trace.sockets
			.map((socket, i) => (socket.connection < 0 && !(socket.other >= 0 && socket.other < i)
				? ofSocket(trace, socket, i) : null))
			.filter(Boolean);
		return [...trace.connections.map((it, i) => ofConnection(trace, it, i)), ...alone]
			.map((it) => ({
				...it, socket: it.sockets[0],
				count: it.sockets.reduce((sum, socket) => sum + calls[socket], 0),
			}))
			.filter((it) => it.count > 0);
	}

	/* Has a 1 for each call that is of the connection. How the server came to listen belongs to the
	   story of a connection that it accepted. */
	function callsOf(trace, connection) {
		const { list: lanes, call, phase } = trace.lanes;
		const { establishment } = trace.phaseNumbers;
		const isChosen = new Uint8Array(trace.calls.count);
		for (const lane of lanes) {
			const isOwn = connection.sockets.includes(lane.socket);
			if (!isOwn && lane.socket !== connection.listener) continue;
			for (let i = lane.first; i < lane.last; i++)
				if (isOwn || phase[i] === establishment) isChosen[call[i]] = 1;
		}
		return isChosen;
	}

	Sockline.connections = { list, callsOf };
})();
