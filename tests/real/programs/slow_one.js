// SPDX-License-Identifier: MIT
// 240 requests of 30 clients that keep their connections, and their server, in one event loop. One of
// them is answered last, when it has waited more than twice as long as any other.
'use strict';
const http = require('http');

const REQUESTS = 240, CLIENTS = 30, SLOW = 133;
let answered = 0, longest = 0, next = 0;

function answerSlow(response, since) {
	if (answered === REQUESTS - 1 && Date.now() - since > 2 * longest + 20)
		response.end('at last');
	else
		setTimeout(answerSlow, 5, response, since);
}

const server = http.createServer((request, response) => {
	if (request.url === `/${SLOW}`)
		answerSlow(response, Date.now());
	else
		setTimeout(() => response.end('done'), 5);
});

function get(agent, number) {
	return new Promise((done, fail) => {
		const since = Date.now();
		const options = { port: server.address().port, host: '127.0.0.1', agent, path: `/${number}` };
		http.get(options, (response) => {
			response.resume().on('end', () => {
				answered++;
				longest = Math.max(longest, Date.now() - since);
				done();
			});
		}).on('error', fail);
	});
}

async function client() {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	for (let number = next++; number < REQUESTS; number = next++)
		await get(agent, number);
	agent.destroy();
}

server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', async () => {
	await Promise.all(Array.from({ length: CLIENTS }, client));
	console.log(`answered ${answered}`);
	server.close();
	server.closeIdleConnections();
});
