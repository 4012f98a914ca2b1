// SPDX-License-Identifier: MIT
/* A canvas as large as it is shown, in the screen's own pixels. */
(() => {
	/* Returns its context, measured in CSS pixels and empty. */
	function begin(canvas, width, height) {
		canvas.style.width = width + "px";
		canvas.style.height = height + "px";
		const scale = Math.max(1, devicePixelRatio || 1);
		const pixelWidth = Math.round(width * scale), pixelHeight = Math.round(height * scale);
		if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
		if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
		const context = canvas.getContext("2d");
		context.setTransform(scale, 0, 0, scale, 0, 0);
		context.clearRect(0, 0, width, height);
		return context;
	}

	/* Text that has an ellipsis at its end, or before what is `kept` there, where it would be wider.
	   Returns its width. */
	function fillText(context, text, x, y, width, kept = "") {
		let measured = context.measureText(text).width;
		if (measured > width) {
			const whole = text.slice(0, text.length - kept.length);
			for (let length = Math.floor(text.length * width / measured); length > 0; length--) {
				text = Sockline.text.beginning(whole, length);
				length = text.length;
				text += "…" + kept;
				measured = context.measureText(text).width;
				if (measured <= width) break;
			}
			if (measured > width || text === "…") return 0;
		}
		context.fillText(text, x, y);
		return measured;
	}

	/* Draws at most once a frame, however often it is asked to. */
	function scheduler(draw) {
		let isAsked = false;
		return () => {
			if (isAsked) return;
			isAsked = true;
			requestAnimationFrame(() => {
				isAsked = false;
				draw();
			});
		};
	}

	/* A container that scrolls natively over a canvas which only ever draws what is seen. Browsers
	   lay out only so many pixels; beyond them the scroll bar stands for more than its length. */
	const TALLEST = 8e6;

	function setContentSize(scroller, width, height) {
		const spacer = scroller.querySelector(".spacer");
		spacer.style.height = Math.min(height, TALLEST) + "px";
		spacer.style.width = width > 0 ? width + "px" : "";
		scroller.contentHeight = height;
	}

	function scrollFactor(scroller) {
		const visible = scroller.clientHeight, height = scroller.contentHeight || 0;
		const laidOut = Math.min(height, TALLEST);
		return laidOut > visible ? (height - visible) / (laidOut - visible) : 1;
	}

	const scrollTop = (scroller) => scroller.scrollTop * scrollFactor(scroller);

	function scrollTo(scroller, top) {
		scroller.scrollTop = top / scrollFactor(scroller);
	}

	/* Scrolls no more than is needed to see from top to bottom. */
	function scrollIntoView(scroller, top, bottom, margin) {
		const now = scrollTop(scroller), height = scroller.clientHeight;
		if (top - margin < now) scrollTo(scroller, top - margin);
		else if (bottom + margin > now + height) scrollTo(scroller, bottom + margin - height);
	}

	Sockline.canvas =
		{ begin, fillText, scheduler, setContentSize, scrollTop, scrollTo, scrollIntoView };
})();
