// What vitest's JSON report says: one line of counts (passed, failed, skipped), then a line for each failure with the start of its message.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const [, , path] = process.argv;
const lines = ["0 0 0"];
try {
  const report = JSON.parse(readFileSync(path, "utf8"));
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    const name = relative(process.cwd(), file.name);
    for (const test of failed) lines.push(`${name} > ${test.fullName}: ${start(test.failureMessages[0])}`);
    // A file that can't be loaded, or whose preparation fails, has failed without a failed test.
    if (file.status === "failed" && failed.length === 0) lines.push(`${name}: ${start(file.message)}`);
  }
  lines[0] = `${report.numPassedTests} ${lines.length - 1} ${report.numPendingTests + report.numTodoTests}`;
} catch (error) {
  if (error.code !== "ENOENT") throw error;
}
console.log(lines.join("\n"));

/** @param {string} [message] */
function start(message = "") {
  return message.split("\n", 3).join(" ").slice(0, 300);
}
