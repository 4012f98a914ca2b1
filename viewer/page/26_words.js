// SPDX-License-Identifier: MIT
/* What things of the trace are called. All of it is safe to show. */
(() => {
	const { visible, shorten } = Sockline.text;
	const ARROW = { in: "←", out: "→", pair: "↔" };

	/* Without the address's host, which a narrow column has no room for. */
	function shortAddress(address) {
		const port = /^(?:\[[^\]]*\]|[^:/]*)(:\d+)$/.exec(address);
		return port ? port[1] : visible(address);
	}

	function process(trace, index) {
		const it = trace.processes[index];
		return it ? visible(it.program || "?") + " " + it.pid : "?";
	}

	/* "TCP ←:41522" */
	function socketShort(socket) {
		if (!socket) return "";
		const arrow = ARROW[socket.direction]
			|| (socket.peer && socket.direction !== "listening" ? "→" : "");
		const address = arrow ? socket.peer || "" : socket.local || "";
		return visible(socket.kind) + " " + arrow + shortAddress(address);
	}

	/* "TCP 127.0.0.1:7000 ← 127.0.0.1:41522" */
	function socketLong(socket) {
		if (!socket) return "";
		const parts = [visible(socket.kind), visible(socket.local || "")];
		if (socket.direction === "listening") parts.push("listening");
		else if (socket.direction === "pair") parts.push("pair");
		else if (socket.peer) parts.push(ARROW[socket.direction] || "→", visible(socket.peer));
		return parts.filter(Boolean).join(" ");
	}

	/* UNIX sockets are of both sorts, so the data may say which. */
	const isStream = (socket) => Boolean(socket) && (socket.stream ?? socket.kind === "TCP");

	const STREAM_PHASES = ["connection establishment", "data transfer", "connection release"];
	const DATAGRAM_PHASES = ["set-up", "data transfer", "release"];
	const phases = (socket) => (isStream(socket) ? STREAM_PHASES : DATAGRAM_PHASES);

	function lane(trace, index) {
		const it = trace.lanes.list[index];
		if (it.descriptor < 0) return "no descriptor";
		return "fd " + trace.descriptors[it.descriptor].fd;
	}

	const callName = (trace, i) => visible(trace.words[trace.calls.name[i]] || "?");
	const errorName = (trace, i) => visible(trace.words[trace.calls.error[i]] || "");

	function socketOfCall(trace, i) {
		const descriptor = trace.descriptors[trace.calls.descriptor[i]];
		return descriptor ? trace.sockets[descriptor.socket] : undefined;
	}

	/* A call in one line: "sendto 12 B "hello" on fd 3 of client 41". */
	function call(trace, i, length = 120) {
		const descriptor = trace.descriptors[trace.calls.descriptor[i]];
		const parts = [callName(trace, i), shorten(visible(trace.calls.detail[i]), length)];
		if (trace.calls.error[i]) parts.push(errorName(trace, i));
		if (descriptor) parts.push("on fd " + descriptor.fd);
		parts.push("of " + process(trace, trace.calls.process[i]));
		return parts.filter(Boolean).join(" ");
	}

	Sockline.words = {
		process, socketShort, socketLong, isStream, phases, lane, callName, errorName, socketOfCall,
		call,
	};
})();
