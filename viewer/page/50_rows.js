// SPDX-License-Identifier: MIT
/* The rows of the timeline from top to bottom: a heading for each process, then its lanes. Their
   order is that of the data, in which who was started comes after who started it. */
(() => {
	/* A few lanes have more room each. */
	const FEW_LANES = 12, ROOMY_HEIGHT = 34, LANE_HEIGHT = 26, HEADING_HEIGHT = 30;
	const MOST_INDENTS = 4;

	/* `collapsed` are the processes that are shown in one row, with all that they started. */
	function layOut(trace, collapsed, isHidden) {
		const lanes = trace.lanes.byProcess.map((own) => own.filter((lane) => !isHidden(lane)));
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
		let shut = null;
		trace.processes.forEach(({ depth }, process) => {
			if (shut && depth <= shut.depth) shut = null;
			if (lanes[process].length === 0) return;
			if (shut) {
				layout.headingOf[process] = shut.at;
				for (const lane of lanes[process]) layout.rows[shut.at].inside.push(lane);
				return;
			}
			const isShut = collapsed.has(process);
			const indent = Math.min(depth, MOST_INDENTS);
			const inside = isShut ? lanes[process].slice() : [];
			const at = add({ process, lane: null, height: HEADING_HEIGHT, indent, isShut, inside });
			layout.headingOf[process] = at;
			if (isShut) shut = { depth, at };
			else
				for (const lane of lanes[process])
					layout.rowOfLane[lane.index] = add({ process, lane, height, indent });
		});
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
