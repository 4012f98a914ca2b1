// SPDX-License-Identifier: MIT
// A server that answers when it likes, and a pool of five connections that ask it for sixty things at once.
"use strict";
const http = require("http");
const s = http.createServer((q, r) => { setTimeout(() => r.end("x".repeat(100)), Math.random() * 5); });
s.listen(0, "127.0.0.1", async () => {
  const port = s.address().port, agent = new http.Agent({keepAlive: true, maxSockets: 5});
  const get = path => new Promise(ok => http.get({port, host: "127.0.0.1", path, agent}, r => { r.resume(); r.on("end", ok); }));
  const all = []; for (let i = 0; i < 60; i++) all.push(get("/item/" + (i % 7)));
  await Promise.all(all); agent.destroy(); s.close();
});
