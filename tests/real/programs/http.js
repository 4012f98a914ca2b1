// SPDX-License-Identifier: MIT
// A server and its clients in one process: one connection a request, connections kept alive, bodies
// in both directions, a client that goes away, and a server that ends while one waits.
"use strict";
const http = require("http");

const server = http.createServer((request, response) => {
	if (request.url === "/hang")
		return;
	let length = 0;
	request.on("data", (part) => (length += part.length));
	request.on("end", () => response.end(`${request.method} ${request.url} ${length}`));
});

function ask(path, body, agent) {
	return new Promise((resolve, reject) => {
		const options = { port: server.address().port, host: "127.0.0.1", path, agent };
		options.method = body ? "POST" : "GET";
		const request = http.request(options, (response) => {
			let text = "";
			response.on("data", (part) => (text += part));
			response.on("end", () => resolve(text));
		});
		request.on("error", reject);
		request.end(body);
	});
}

async function main() {
	const kept = new http.Agent({ keepAlive: true, maxSockets: 3 });
	for (let i = 0; i < 10; i++)
		console.log(await ask(`/${i}`, null, false));
	const many = [];
	for (let i = 0; i < 40; i++)
		many.push(ask(`/kept/${i}`, "x".repeat(5000 * i), kept));
	console.log((await Promise.all(many)).join("\n"));
	kept.destroy();
	const hanging = ask("/hang", null, false).catch((error) => console.log(error.code));
	setTimeout(() => server.closeAllConnections(), 100);
	await hanging;
	server.close(() => console.log("closed"));
}

server.listen(0, "127.0.0.1", main);
