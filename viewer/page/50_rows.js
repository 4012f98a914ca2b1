// SPDX-License-Identifier: MIT
/* The rows of the timeline from top to bottom: a heading for each process, then its lanes. */
(() => {
	/* A few lanes have more room each. */
	const FEW_LANES = 12, ROOMY_HEIGHT = 34, LANE_HEIGHT = 26, HEADING_HEIGHT = 30;

	/* Workers come after their parent. */
	function familyOrder(processes) {
		const children = processes.map(() => []);
		const roots = [];
		processes.forEach((it, i) => {
			(it.parent >= 0 ? children[it.parent] : roots).push(i);
		});
		const order = [];
		const stack = roots.reverse().map((process) => ({ process, depth: 0 }));
		while (stack.length > 0) {
			const it = stack.pop();
			order.push(it);
			for (const child of children[it.process].reverse())
				stack.push({ process: child, depth: it.depth + 1 });
		}
		return order;
	}

	function lanesByProcess(trace) {
		const lanes = trace.processes.map(() => []);
		for (const lane of trace.lanes.list)
			if (lanes[lane.process]) lanes[lane.process].push(lane);
		return lanes;
	}

	/* Processes that have lanes, and those above them. */
	function namedProcesses(trace, lanes) {
		const named = new Set();
		lanes.forEach((own, process) => {
			let it = own.length > 0 ? process : -1;
			for (; it >= 0 && !named.has(it); it = trace.processes[it].parent) named.add(it);
		});
		return named;
	}

	/* The processes to show, each with those that are hidden below it because it is collapsed. */
	function groupsOf(trace, collapsed, named) {
		const groups = [];
		let shut = null;
		for (const { process, depth } of familyOrder(trace.processes)) {
			if (!named.has(process)) continue;
			if (shut && depth > shut.depth) {
				shut.members.push(process);
				continue;
			}
			const group = { process, depth, members: [process], isShut: collapsed.has(process) };
			shut = group.isShut ? group : null;
			groups.push(group);
		}
		return groups;
	}

	/* `collapsed` are the processes that are shown in one row, with all that they started. */
	function layOut(trace, collapsed, isHidden) {
		const lanes = lanesByProcess(trace).map((own) => own.filter((lane) => !isHidden(lane)));
		const count = lanes.reduce((sum, own) => sum + own.length, 0);
		const height = count <= FEW_LANES ? ROOMY_HEIGHT : LANE_HEIGHT;
		const layout = {
			rows: [], height: 0,
			rowOfLane: new Int32Array(trace.lanes.list.length).fill(-1),
			headingOf: new Int32Array(trace.processes.length).fill(-1),
		};
		const add = (row) => {
			layout.rows.push({ ...row, y: layout.height });
			layout.height += row.height;
			return layout.rows.length - 1;
		};
		for (const group of groupsOf(trace, collapsed, namedProcesses(trace, lanes))) {
			const { process, isShut, members } = group;
			const indent = Math.min(group.depth, 4);
			const inside = isShut ? members.flatMap((member) => lanes[member]) : [];
			const at = add({ process, lane: null, height: HEADING_HEIGHT, indent, isShut, inside });
			for (const member of members) layout.headingOf[member] = at;
			for (const lane of isShut ? [] : lanes[process])
				layout.rowOfLane[lane.index] = add({ process, lane, height, indent });
		}
		return layout;
	}

	/* The row at a height, or the one after it. */
	function at(layout, y) {
		let low = 0, high = layout.rows.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (layout.rows[middle].y + layout.rows[middle].height <= y) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	Sockline.rows = { layOut, at };
})();
