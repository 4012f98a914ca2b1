// SPDX-License-Identifier: MIT
/* The lanes of the timeline: one a descriptor, one a thread for its waits that no descriptor ended,
   and one a process for other calls that have none. */
(() => {
	const { isOfThread } = Sockline.trace;

	function descriptorLanes(trace) {
		return trace.descriptors.map((descriptor, i) => ({
			descriptor: i, process: descriptor.process, socket: descriptor.socket,
			born: descriptor.born, ended: descriptor.ended, isChosen: false,
		}));
	}

	/* Lists the lanes of each process in their order, and adds those of calls without a descriptor. */
	function placeLanes(trace, rows, lanes) {
		const byProcess = trace.processes.map(() => []), bare = new Map(), threads = new Map();
		rows.process.forEach((process, i) => {
			const kind = trace.row_kinds[rows.kind[i]], tid = rows.tid[i];
			const isBare = kind === "without_descriptor" || kind === "thread";
			if (isBare) {
				if (kind === "thread") threads.set(process + " " + tid, lanes.length);
				else bare.set(process, lanes.length);
				lanes.push({
					descriptor: -1, tid, process, socket: -1, born: trace.begin, ended: trace.end,
				});
			}
			const lane = lanes[isBare ? lanes.length - 1 : rows.descriptor[i]];
			if (!lane) return;
			lane.isChosen = rows.chosen[i] === 1;
			byProcess[process].push(lane);
		});
		return { byProcess, bare, threads };
	}

	/* Calls of lane i are call[start[i]] to call[start[i + 1]], in the order they finished, each with
	   its sign and its phase there. `pairs` calls its argument with all there are. */
	function group(laneCount, pairs) {
		const start = new Uint32Array(laneCount + 2);
		pairs((lane) => start[lane + 2]++);
		for (let i = 2; i < start.length; i++) start[i] += start[i - 1];
		const count = start[laneCount + 1];
		const grouped = {
			start, call: new Uint32Array(count), glyph: new Uint8Array(count),
			phase: new Uint8Array(count),
		};
		pairs((lane, call, glyph, phase) => {
			const at = start[lane + 1]++;
			grouped.call[at] = call;
			grouped.glyph[at] = glyph;
			grouped.phase[at] = phase;
		});
		return grouped;
	}

	/* Calls of several traces may not be in order of their ends. */
	function sortLanes(grouped, laneCount, end) {
		const { start, call } = grouped;
		for (let lane = 0; lane < laneCount; lane++) {
			const from = start[lane], to = start[lane + 1];
			let isSorted = true;
			for (let i = from + 1; i < to && isSorted; i++)
				isSorted = end[call[i - 1]] <= end[call[i]];
			if (isSorted) continue;
			const order = Uint32Array.from({ length: to - from }, (_, i) => from + i)
				.sort((a, b) => end[call[a]] - end[call[b]] || call[a] - call[b]);
			for (const name of ["call", "glyph", "phase"])
				grouped[name].set(Array.from(order, (place) => grouped[name][place]), from);
		}
	}

	function read(trace, members, rows) {
		const { calls } = trace;
		const lanes = descriptorLanes(trace);
		const { byProcess, bare, threads } = placeLanes(trace, rows, lanes);
		const isMember = new Uint8Array(calls.count);
		for (const call of members.call) isMember[call] = 1;
		const order = Array.from(members.call.keys())
			.sort((a, b) => members.call[a] - members.call[b]);

		const grouped = group(lanes.length, (put) => {
			let next = 0;
			for (let i = 0; i < calls.count; i++) {
				const home = calls.descriptor[i] >= 0 ? calls.descriptor[i]
					: isOfThread(calls, i) ? threads.get(calls.process[i] + " " + calls.tid[i])
					: isMember[i] ? -1 : bare.get(calls.process[i]);
				if (home >= 0) put(home, i, calls.glyph[i], calls.phase[i]);
				for (; next < order.length && members.call[order[next]] === i; next++) {
					const member = order[next];
					put(members.descriptor[member], i, members.glyph[member],
						members.phase[member]);
				}
			}
		});
		sortLanes(grouped, lanes.length, calls.end);
		lanes.forEach((lane, i) => {
			lane.index = i;
			lane.first = grouped.start[i];
			lane.last = grouped.start[i + 1];
			lane.unfinished = Array.from(grouped.call.subarray(lane.first, lane.last)
				.filter((call, at) => Sockline.trace.isUnfinished(calls, call)
					&& grouped.glyph[lane.first + at] !== trace.glyphOf.none));
		});
		return { list: lanes, byProcess, ...grouped, home: homes(trace, lanes, grouped) };
	}

	/* The lane in which a call is shown when it is selected: that of its descriptor if it has one. */
	function homes(trace, lanes, grouped) {
		const home = new Int32Array(trace.calls.count).fill(-1);
		for (let lane = lanes.length - 1; lane >= 0; lane--)
			for (let i = grouped.start[lane]; i < grouped.start[lane + 1]; i++)
				if (grouped.glyph[i] !== trace.glyphOf.none) home[grouped.call[i]] = lane;
		for (let i = 0; i < home.length; i++)
			if (trace.calls.descriptor[i] >= 0) home[i] = trace.calls.descriptor[i];
		return home;
	}

	Sockline.lanes = { read };
})();
