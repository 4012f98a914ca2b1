/* The rows of the timeline from top to bottom: a heading for each process, then its lanes. */
(() => {
	/* A few lanes have more room each. */
	const FEW_LANES = 12, ROOMY_HEIGHT = 34, LANE_HEIGHT = 26, HEADING_HEIGHT = 30;

	/* Workers come after their parent. */
	function familyOrder(processes) {
		const children = processes.map(() => []);
		const roots = [];
		processes.forEach((it, i) => {
			const parent = it.parent ?? -1;
			(parent >= 0 && parent < i ? children[parent] : roots).push(i);
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
			for (let it = process; own.length > 0 && it >= 0 && !named.has(it);
				 it = trace.processes[it].parent ?? -1)
				named.add(it);
		});
		return named;
	}

	function layOut(trace, collapsed, isHidden) {
		const lanes = lanesByProcess(trace).map((own) => own.filter((lane) => !isHidden(lane)));
		const named = namedProcesses(trace, lanes);
		const count = lanes.reduce((sum, own) => sum + own.length, 0);
		const laneHeight = count <= FEW_LANES ? ROOMY_HEIGHT : LANE_HEIGHT;
		const rows = [];
		const rowOfLane = new Int32Array(trace.lanes.list.length).fill(-1);
		let y = 0;
		for (const { process, depth } of familyOrder(trace.processes)) {
			if (!named.has(process)) continue;
			const own = lanes[process];
			const indent = Math.min(depth, 4);
			rows.push(
				{ process, lane: null, y, height: HEADING_HEIGHT, indent, count: own.length });
			y += HEADING_HEIGHT;
			if (collapsed.has(process)) continue;
			for (const lane of own) {
				rowOfLane[lane.index] = rows.length;
				rows.push({ process, lane, y, height: laneHeight, indent });
				y += laneHeight;
			}
		}
		return { rows, rowOfLane, height: y };
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
