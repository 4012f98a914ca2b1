// SPDX-License-Identifier: MIT
/* Mouse, touch and wheel on the timeline: what moves the view, and what selects. */
(() => {
	const { viewport, timeline: timelines } = Sockline;
	const CLICK_REACH = 5;

	function placeOf(event, canvas) {
		const box = canvas.getBoundingClientRect();
		return { x: event.clientX - box.left, y: event.clientY - box.top };
	}

	function zoomAt(timeline, x, factor) {
		const { state } = timeline;
		const view = timelines.view(timeline);
		const next = viewport.zoom(
			view, Math.max(x, view.left), factor, state.clock.end - state.clock.begin);
		Sockline.state.setRange(state, next.from, next.to);
	}

	function panBy(timeline, pixels) {
		const next = viewport.pan(timelines.view(timeline), pixels);
		Sockline.state.setRange(timeline.state, next.from, next.to);
	}

	/* Over the labels the wheel scrolls the lanes, over the plot it zooms; sideways it pans. */
	function onWheel(timeline, event) {
		const { x } = placeOf(event, timeline.canvas);
		const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
		const isOverLabels = x < timelines.view(timeline).left;
		const sideways = event.shiftKey ? event.deltaX + event.deltaY : event.deltaX;
		if (event.altKey || isOverLabels && !event.ctrlKey && !event.shiftKey) return;
		event.preventDefault();
		if (!event.ctrlKey && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)))
			panBy(timeline, sideways * unit);
		else
			zoomAt(timeline, x, Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.002)));
	}

	function setHover(timeline, event) {
		const place = placeOf(event, timeline.canvas);
		const hit = timelines.hit(timeline, place.x, place.y);
		timeline.hover = { x: place.x, y: place.y, row: hit ? hit.row : null };
		timeline.canvas.style.cursor =
			hit && (hit.call >= 0 || hit.isLabel) ? "pointer" : "default";
		Sockline.card.show(timeline.state, hit ? hit.call : -1, event.clientX, event.clientY);
		timeline.redraw();
	}

	function endHover(timeline) {
		timeline.hover = null;
		Sockline.card.hide();
		timeline.redraw();
	}

	function onClick(timeline, place) {
		const { state } = timeline;
		const hit = timelines.hit(timeline, place.x, place.y);
		if (!hit) return Sockline.state.select(state, -1);
		if (!hit.row.lane) return timelines.toggle(timeline, hit.row.process);
		Sockline.state.select(state, hit.call, hit.row.lane.index);
		Sockline.state.showDetails(state, true);
	}

	function distance(pointers) {
		const [a, b] = [...pointers.values()];
		return Math.hypot(a.x - b.x, a.y - b.y);
	}

	function middle(pointers) {
		const [a, b] = [...pointers.values()];
		return (a.x + b.x) / 2;
	}

	/* One pointer drags, two pinch. */
	function onMove(timeline, gesture, event) {
		const { pointers } = gesture;
		const before = pointers.get(event.pointerId);
		const now = placeOf(event, timeline.canvas);
		if (!before) return event.pointerType === "touch" ? undefined : setHover(timeline, event);
		gesture.travel += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
		if (gesture.travel < CLICK_REACH) return;
		Sockline.card.hide();
		const spread = pointers.size === 2 ? distance(pointers) : 0;
		pointers.set(event.pointerId, now);
		if (pointers.size === 2)
			return zoomAt(timeline, middle(pointers), distance(pointers) / Math.max(spread, 1));
		panBy(timeline, before.x - now.x);
		timeline.scroller.scrollTop += before.y - now.y;
	}

	function onDown(timeline, gesture, event) {
		if (event.button !== 0) return;
		timeline.canvas.focus({ preventScroll: true });
		timeline.canvas.setPointerCapture(event.pointerId);
		if (gesture.pointers.size === 0) gesture.travel = 0;
		gesture.pointers.set(event.pointerId, placeOf(event, timeline.canvas));
	}

	function onUp(timeline, gesture, event) {
		if (!gesture.pointers.delete(event.pointerId)) return;
		if (event.type === "pointerup" && gesture.travel < CLICK_REACH)
			onClick(timeline, placeOf(event, timeline.canvas));
	}

	function listen(timeline) {
		const { canvas } = timeline;
		const gesture = { pointers: new Map(), travel: 0 };
		canvas.addEventListener("wheel", (event) => onWheel(timeline, event), { passive: false });
		canvas.addEventListener("pointerdown", (event) => onDown(timeline, gesture, event));
		canvas.addEventListener("pointermove", (event) => onMove(timeline, gesture, event));
		canvas.addEventListener("pointerup", (event) => onUp(timeline, gesture, event));
		canvas.addEventListener("pointercancel", (event) => onUp(timeline, gesture, event));
		canvas.addEventListener("pointerleave", () => endHover(timeline));
		canvas.addEventListener(
			"dblclick", (event) => zoomAt(timeline, placeOf(event, canvas).x, 4));
	}

	Sockline.gestures = { listen, zoomAt, panBy, placeOf };
})();
