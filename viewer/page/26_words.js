// SPDX-License-Identifier: MIT
/* What things of the trace are called, put together of the data's words. All of it is safe to show. */
(() => {
	const { say } = Sockline;
	const { visible, shorten } = Sockline.text;

	function process(trace, index) {
		const it = trace.processes[index];
		return it ? visible(it.program || "?") + " " + it.pid : "?";
	}

	/* "TCP :7000←:41522" */
	function socketShort(socket) {
		if (!socket) return "";
		return [visible(socket.kind), visible(socket.own + socket.arrow + socket.short)].filter(Boolean).join(" ");
	}

	/* "TCP 127.0.0.1:7000 ← 127.0.0.1:41522" */
	function socketLong(socket) {
		if (!socket) return "";
		const peer = socket.note === "" && socket.peer ? [socket.arrow, visible(socket.peer)] : [];
		return [visible(socket.kind), visible(socket.local), socket.note, ...peer]
			.filter(Boolean).join(" ");
	}

	/* Of a phase of a lane, as the lanes have it. */
	function phase(trace, lane, number) {
		const socket = trace.sockets[lane.socket];
		return socket ? trace.phases[socket.phases][number] : say("calls");
	}

	function lane(trace, index) {
		const it = trace.lanes.list[index];
		const isFirst = it.tid === trace.processes[it.process].pid;
		if (it.tid >= 0) return isFirst ? say("waits") : say("thread %d waits", it.tid);
		if (it.descriptor < 0) return say("no descriptor");
		return "fd " + trace.descriptors[it.descriptor].fd;
	}

	const callName = (trace, i) => visible(trace.words[trace.calls.name[i]] || "?");
	const errorName = (trace, i) => visible(trace.words[trace.calls.error[i]] || "");

	function socketOfCall(trace, i) {
		const descriptor = trace.descriptors[trace.calls.descriptor[i]];
		return descriptor ? trace.sockets[descriptor.socket] : undefined;
	}

	/* What a call tells of the connect on a socket, or "". */
	const outcome = (trace, i, socket) => trace.outcomes.get(i)?.get(socket) ?? "";

	/* A call in one line: "sendto 12 B "hello" on fd 3 of client 41". */
	function call(trace, i, length = 120) {
		const descriptor = trace.descriptors[trace.calls.descriptor[i]];
		const parts = [callName(trace, i), shorten(visible(trace.calls.detail[i]), length)];
		const whose = process(trace, trace.calls.process[i]);
		parts.push(descriptor ? say("on fd %d of %s", descriptor.fd, whose) : say("of %s", whose));
		return parts.filter(Boolean).join(" ");
	}

	Sockline.words = {
		process, socketShort, socketLong, phase, lane, callName, errorName, socketOfCall, outcome,
		call,
	};
})();
