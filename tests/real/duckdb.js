// SPDX-License-Identifier: MIT
// Runs each block of SQL of standard input, an array of strings as JSON, in one database in memory, and
// prints the rows of the last statement of each: an array of arrays of objects.
const { DuckDBInstance } = require("@duckdb/node-api");

async function main() {
  const blocks = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const results = [];
  for (const block of blocks) {
    const reader = await connection.runAndReadAll(block);
    results.push(reader.getRowObjectsJson());
  }
  console.log(JSON.stringify(results));
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
