// SPDX-License-Identifier: MIT
/* The rows of the sequence view: the steps of the data that are shown, and the rules before them. */
(() => {
	/* A step as an object. The calls that stand in it: one that arrives left in an earlier one. */
	function step(trace, number) {
		const { steps, kinds } = trace.sequence;
		const kind = steps.kind[number], arrow = kinds.arrow[kind];
		return {
			number, arrow, from: steps.from[number], to: steps.to[number],
			fromCall: arrow === "arrives" ? -1 : steps.from_call[number],
			toCall: steps.to_call[number], source: steps.from_call[number],
			link: kinds.link[kind], style: trace.styles[kinds.style[kind]],
			cargo: kinds.cargo[kind], isBroken: kinds.broken[kind] === 1,
			isRepeated: kinds.repeated[kind] === 1,
		};
	}

	/* Which steps have a call that passes the filter and is of the connection; null: of any. */
	function choose(state, connection) {
		const { trace, shown } = state;
		const { steps, kinds } = trace.sequence;
		const isOf = connection ? Sockline.connections.callsOf(trace, connection) : shown.isShown;
		const isShown = (call) => call >= 0 && shown.isShown[call];
		return (i) => {
			const isLate = kinds.arrow[steps.kind[i]] === "arrives";
			const from = isLate ? -1 : steps.from_call[i], to = steps.to_call[i];
			return (isShown(from) || isShown(to)) && (from >= 0 && isOf[from] || to >= 0 && isOf[to]);
		};
	}

	/* The rules of everything, or those of one connection. */
	function rulesOf(trace, connection) {
		const { rules } = trace.sequence;
		const only = connection ? connection.number : -1;
		if (connection && only < 0) return [];
		return Array.from(rules.step.keys()).filter((rule) => rules.only[rule] === only);
	}

	/* Rows are numbers of steps; a rule's number is below 0. A rule stands before a row. */
	function layOut(state, connection) {
		const { trace } = state;
		const { steps, rules, lifelines } = trace.sequence;
		const isChosen = choose(state, connection), own = rulesOf(trace, connection);
		const count = steps.kind.length;
		const rows = new Int32Array(count + own.length);
		const rowOf = new Int32Array(trace.calls.count).fill(-1);
		const isUsed = new Uint8Array(lifelines.length);
		let at = 0, rule = 0, waiting = -1;
		for (let i = 0; i < count; i++) {
			for (; rule < own.length && rules.step[own[rule]] <= i; rule++) waiting = own[rule];
			if (!isChosen(i)) continue;
			if (waiting >= 0) rows[at++] = -1 - waiting;
			waiting = -1;
			const { fromCall, toCall, from, to } = step(trace, i);
			for (const call of [fromCall, toCall]) if (call >= 0) rowOf[call] = at;
			for (const lifeline of [from, to]) if (lifeline >= 0) isUsed[lifeline] = 1;
			rows[at++] = i;
		}
		const columns = lifelines.map((it, i) => ({ ...it, lifeline: i })).filter((it, i) => isUsed[i]);
		const columnOf = new Int32Array(lifelines.length).fill(-1);
		columns.forEach((it, i) => { columnOf[it.lifeline] = i; });
		return { rows: rows.subarray(0, at), rowOf, columns, columnOf, isOne: Boolean(connection) };
	}

	/* The words of a rule. */
	function phase(trace, layout, row) {
		const { rules, phases, connections } = trace.sequence;
		const rule = -1 - row;
		const number = rules.number[rule] > 0 && connections > 1 && !layout.isOne
			? "#" + rules.number[rule] + " " : "";
		return number + phases[rules.phase[rule]];
	}

	Sockline.sequenceRows = { layOut, step, phase };
})();
