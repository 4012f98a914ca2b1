// SPDX-License-Identifier: MIT
// Workers that share a port: the primary passes connections on (rr), or each accepts (none). One of
// them is killed and replaced meanwhile.
"use strict";
const cluster = require("cluster");
const net = require("net");
const WORKERS = 3;

cluster.schedulingPolicy = process.argv[2] === "none" ? cluster.SCHED_NONE : cluster.SCHED_RR;

function work() {
	net.createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
}

function ask(port) {
	return new Promise((resolve) => {
		let text = "";
		const socket = net.connect(port, "127.0.0.1");
		socket.on("data", (part) => (text += part));
		socket.on("error", (error) => (text += error.code));
		socket.on("close", () => resolve(text));
	});
}

async function ask_many(port) {
	const answers = {};
	for (const text of await Promise.all(Array.from({ length: 30 }, () => ask(port))))
		answers[text] = (answers[text] || 0) + 1;
	console.log(JSON.stringify(answers));
}

function listening(worker) {
	return new Promise((resolve) => worker.once("listening", (address) => resolve(address.port)));
}

function exited(worker) {
	return new Promise((resolve) => worker.once("exit", (code, signal) => resolve(code ?? signal)));
}

async function lead() {
	const workers = Array.from({ length: WORKERS }, () => cluster.fork());
	const ports = await Promise.all(workers.map(listening));
	console.log("ports", new Set(ports).size);
	await ask_many(ports[0]);
	const killed = exited(workers[0]);
	workers[0].process.kill("SIGKILL");
	console.log("killed", await killed);
	workers[0] = cluster.fork();
	await listening(workers[0]);
	await ask_many(ports[0]);
	const ends = Promise.all(workers.map(exited));
	cluster.disconnect();
	console.log("ends", (await ends).join());
}

if (cluster.isPrimary)
	lead();
else
	work();
