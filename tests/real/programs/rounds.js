// SPDX-License-Identifier: MIT
// Clients and a server that send each other words of 4 bytes. Prints how many were sent.
'use strict';
const net = require('net');
const clients = 10, rounds = 300;
let left = clients;

const server = net.createServer(c => c.on('data', word => c.write(word)));
server.listen(0, '127.0.0.1', () => {
	for (let i = 0; i < clients; i++) {
		const c = net.connect(server.address().port, '127.0.0.1');
		let round = 0;
		const ask = () => c.write(String(round % 10000).padStart(4, '0'));
		c.setNoDelay(true);
		c.on('connect', ask);
		c.on('data', word => {
			if (String(word) !== String(round % 10000).padStart(4, '0'))
				throw new Error('another word: ' + word);
			if (++round < rounds)
				return ask();
			c.end();
			if (--left === 0) {
				server.close();
				console.log('sent', 2 * clients * rounds);
			}
		});
	}
});
