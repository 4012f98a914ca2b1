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
		if (onTimeline || state.tab === "summary") states.showTab(state, "timeline");
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

	/* The lane above or below that shows calls, and its call that is nearest in time. */
	function acrossLanes(state, direction) {
		const { index, clock, trace } = state;
		const rows = views.timeline.layout.rows;
		let row = views.timeline.layout.rowOfLane[state.lane] ?? (direction > 0 ? -1 : rows.length);
		do row += direction;
		while (rows[row]
			&& !(rows[row].lane
				&& index.start[rows[row].lane.index + 1] > index.start[rows[row].lane.index]));
		if (!rows[row]) return;
		const lane = rows[row].lane.index;
		const first = index.start[lane], last = index.start[lane + 1];
		const end = clock.position(state.call >= 0 ? trace.calls.end[state.call] : trace.begin);
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
