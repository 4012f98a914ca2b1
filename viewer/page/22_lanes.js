// SPDX-License-Identifier: MIT
/* The lanes of the timeline: one a descriptor, and one a process for calls that have none. */
(() => {
	/* Calls of lane i are call[start[i]] to call[start[i + 1]], in the order they finished. */
	function group(laneCount, pairs) {
		const start = new Uint32Array(laneCount + 2);
		pairs((lane) => start[lane + 2]++);
		for (let i = 2; i < start.length; i++) start[i] += start[i - 1];
		const call = new Uint32Array(start[laneCount + 1]);
		pairs((lane, i) => { call[start[lane + 1]++] = i; });
		return { start, call };
	}

	/* Calls of several traces may not be in order of their ends. */
	function sortLanes(grouped, laneCount, end) {
		for (let lane = 0; lane < laneCount; lane++) {
			const part = grouped.call.subarray(grouped.start[lane], grouped.start[lane + 1]);
			let isSorted = true;
			for (let i = 1; i < part.length && isSorted; i++)
				isSorted = end[part[i - 1]] <= end[part[i]];
			if (!isSorted) part.sort((a, b) => end[a] - end[b] || a - b);
		}
	}

	function descriptorLanes(trace) {
		return trace.descriptors.map((descriptor, i) => ({
			descriptor: i, process: descriptor.process, socket: descriptor.socket,
			born: descriptor.born, ended: descriptor.ended,
		}));
	}

	/* Adds the lanes of calls without a descriptor; says which lane those of a process have. */
	function addBareLanes(trace, lanes, isBare) {
		const byProcess = new Map();
		for (let i = 0; i < trace.calls.count; i++) {
			const process = trace.calls.process[i];
			if (!isBare(i) || byProcess.has(process)) continue;
			byProcess.set(process, lanes.length);
			lanes.push(
				{ descriptor: -1, process, socket: -1, born: trace.begin, ended: trace.end });
		}
		return byProcess;
	}

	function read(trace, members) {
		const { calls, descriptors } = trace;
		const lanes = descriptorLanes(trace);
		const isMember = new Uint8Array(calls.count);
		members = members.filter(([call, descriptor]) => call < calls.count
				&& descriptor < descriptors.length && calls.descriptor[call] !== descriptor);
		members.sort((a, b) => a[0] - b[0]);
		for (const [call] of members) isMember[call] = 1;

		const isBare = (i) => calls.descriptor[i] < 0 && !isMember[i];
		const bare = addBareLanes(trace, lanes, isBare);
		const grouped = group(lanes.length, (put) => {
			let next = 0;
			for (let i = 0; i < calls.count; i++) {
				if (calls.descriptor[i] >= 0) put(calls.descriptor[i], i);
				else if (!isMember[i]) put(bare.get(calls.process[i]), i);
				for (; next < members.length && members[next][0] === i; next++)
					put(members[next][1], i);
			}
		});
		sortLanes(grouped, lanes.length, calls.end);
		lanes.forEach((lane, i) => {
			lane.index = i;
			lane.first = grouped.start[i];
			lane.last = grouped.start[i + 1];
		});
		return { list: lanes, call: grouped.call, home: homes(trace, lanes, grouped) };
	}

	/* The lane in which a call is shown when it is selected: that of its descriptor if it has one. */
	function homes(trace, lanes, grouped) {
		const home = new Int32Array(trace.calls.count).fill(-1);
		for (let lane = lanes.length - 1; lane >= 0; lane--)
			for (let i = grouped.start[lane]; i < grouped.start[lane + 1]; i++)
				home[grouped.call[i]] = lane;
		for (let i = 0; i < home.length; i++)
			if (trace.calls.descriptor[i] >= 0) home[i] = trace.calls.descriptor[i];
		return home;
	}

	Sockline.lanes = { read };
})();
