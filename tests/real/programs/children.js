// SPDX-License-Identifier: MIT
// child_process: output, input, status, signals, a message channel, and a connection given away.
"use strict";
const child = require("child_process");
const net = require("net");

function finished(process_) {
	return new Promise((resolve) => process_.once("close", (code, signal) => resolve(code ?? signal)));
}

async function give_connection() {
	const helper = child.fork(__filename, ["helper"]);
	const server = net.createServer({ pauseOnConnect: true }, (s) => helper.send("take", s));
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	let text = "";
	const socket = net.connect(server.address().port, "127.0.0.1");
	socket.on("data", (part) => (text += part));
	await new Promise((resolve) => socket.on("close", resolve));
	server.close();
	helper.send("end");
	console.log(text, await finished(helper));
}

async function main() {
	console.log(child.execFileSync("sh", ["-c", "echo from sh"]).toString().trim());
	console.log(child.spawnSync("cat", { input: "y".repeat(300000) }).stdout.length);
	console.log(child.spawnSync("sh", ["-c", "exit 9"]).status);
	console.log(await finished(child.spawn("sh", ["-c", "kill -TERM $$"])));
	const sleeping = child.spawn("sleep", ["60"]);
	const end = finished(sleeping);
	sleeping.kill("SIGINT");
	console.log(await end);
	const shells = Array.from({ length: 15 }, (_, i) => child.spawn("sh", ["-c", `exit ${i}`]));
	console.log((await Promise.all(shells.map(finished))).join());
	child.spawn("no-such-program").on("error", (error) => console.log(error.code));
	child.spawnSync("echo", ["inherited"], { stdio: "inherit" });
	await give_connection();
}

function help() {
	process.on("message", (message, socket) => {
		if (message === "end")
			process.exit(4);
		socket.end("given away");
	});
}

if (process.argv[2] === "helper")
	help();
else
	main();
