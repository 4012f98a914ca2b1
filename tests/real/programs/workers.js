// SPDX-License-Identifier: MIT
// Threads with an event loop each: servers and clients in them, one that exits, one that is ended.
"use strict";
const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");
const net = require("net");
const dgram = require("dgram");

function serve() {
	const server = net.createServer((socket) => socket.pipe(socket));
	server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
	parentPort.on("message", () => server.close(() => process.exit(workerData)));
}

function echo(port, text) {
	return new Promise((resolve) => {
		let got = "";
		const socket = net.connect(port, "127.0.0.1", () => socket.end(text));
		socket.on("data", (part) => (got += part));
		socket.on("close", () => resolve(got === text));
	});
}

function datagram() {
	return new Promise((resolve) => {
		const socket = dgram.createSocket("udp4");
		socket.on("message", (data) => socket.close(() => resolve(data.toString())));
		socket.bind(0, "127.0.0.1", () => socket.send("datagram", socket.address().port, "127.0.0.1"));
	});
}

async function main() {
	const workers = [0, 1, 2, 3].map((i) => new Worker(__filename, { workerData: i }));
	const ports = await Promise.all(workers.map((w) => new Promise((r) => w.once("message", r))));
	const echoes = [];
	for (let i = 0; i < 40; i++)
		echoes.push(echo(ports[i % 4], "x".repeat(1000 * i + 1)));
	console.log("echoes", (await Promise.all(echoes)).filter((ok) => ok).length);
	console.log(await datagram());
	console.log("ended", await workers.pop().terminate());
	const codes = workers.map((w) => new Promise((r) => w.once("exit", r)));
	workers.forEach((w) => w.postMessage("end"));
	console.log("codes", (await Promise.all(codes)).join());
}

if (isMainThread)
	main();
else
	serve();
