// SPDX-License-Identifier: MIT
/* Goes to a call or a lane: selects it and brings it into sight in the view that is open. */
(() => {
	const { state: states } = Sockline;
	let views = null;

	/* Keeps the range of time when that was chosen. */
	function inSight(state, keepsRange = false) {
		const { call, lane, tab, trace } = state;
		const time = call >= 0 && !keepsRange ? trace.calls.end[call] : undefined;
		if (call >= 0 && tab === "sequence") Sockline.sequence.reveal(views.sequence, call);
		else if (lane >= 0) Sockline.timeline.reveal(views.timeline, lane, time);
	}

	function toCall(state, call, onTimeline = false, lane = undefined) {
		if (call < 0) return;
		if (onTimeline) states.showTab(state, "timeline");
		states.select(state, call, lane);
		inSight(state);
	}

	function toLane(state, lane, onTimeline = false) {
		if (onTimeline || ["state", "summary", "exchanges"].includes(state.tab)) states.showTab(state, "timeline");
		states.select(state, -1, lane);
		states.showDetails(state, true);
		inSight(state);
	}

	function zoomToLane(state, number) {
		const lane = state.trace.lanes.list[number];
		const from = state.clock.position(lane.born),
			  to = state.clock.position(lane.ended ?? state.trace.end);
		states.showTab(state, "timeline");
		states.setRange(state, from - (to - from) * 0.05, to + (to - from) * 0.05);
		Sockline.timeline.reveal(views.timeline, number);
	}

	function toSequence(state, socket) {
		Sockline.sequence.choose(views.sequence, socket);
		states.showTab(state, "sequence");
	}

	/* The call before or after the selected one in its lane. */
	function alongLane(state, direction) {
		const { index, clock, trace } = state;
		const first = index.start[state.lane], last = index.start[state.lane + 1];
		if (!(last > first)) return;
		const end =
			state.call >= 0 ? clock.position(trace.calls.end[state.call]) : state.range.from;
		let place =
			state.call >= 0 ? Sockline.index.placeOf(index, state.lane, state.call, end) : -1;
		if (place < 0)
			place = Sockline.index.seek(index, end, first, last) - (direction > 0 ? 1 : 0);
		place = Math.min(Math.max(place + direction, first), last - 1);
		toCall(state, index.call[place], false, state.lane);
	}

	/* The row of the selected lane, or of the process that it is collapsed into. */
	function selectedRow(state, layout) {
		const lane = state.trace.lanes.list[state.lane];
		if (!lane) return undefined;
		const row = layout.rowOfLane[lane.index];
		return row >= 0 ? row : layout.headingOf[lane.process];
	}

	/* The next lane above or below that has calls to show, or -1. */
	function laneAcross(state, direction) {
		const { start } = state.index;
		const { layout } = views.timeline;
		const hasCalls = ({ lane }) => lane && start[lane.index + 1] > start[lane.index];
		let row = selectedRow(state, layout) ?? (direction > 0 ? -1 : layout.rows.length);
		do row += direction;
		while (layout.rows[row] && !hasCalls(layout.rows[row]));
		return layout.rows[row] ? layout.rows[row].lane.index : -1;
	}

	/* The call of the lane above or below that is nearest in time to the selected one. */
	function acrossLanes(state, direction) {
		const { index, clock, trace } = state;
		const lane = laneAcross(state, direction);
		if (lane < 0) return;
		const first = index.start[lane], last = index.start[lane + 1];
		const end = state.call >= 0 ? clock.position(trace.calls.end[state.call]) : state.range.from;
		const after = Math.min(Sockline.index.seek(index, end, first, last), last - 1);
		const isBefore = after > first && end - index.end[after - 1] < index.end[after] - end;
		toCall(state, index.call[isBefore ? after - 1 : after], false, lane);
	}

	function toHit(state, direction) {
		toCall(state, Sockline.search.step(state, direction));
	}

	function create(timeline, sequence) {
		views = { timeline, sequence };
	}

	Sockline.go =
		{ create, inSight, toCall, toLane, toSequence, zoomToLane, alongLane, acrossLanes, toHit };
})();
