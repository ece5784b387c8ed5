/** `npm run golden`: says where compiled code differs from the accepted text; with `--accept` it becomes the accepted one. */
import { parseArgs } from "node:util";
import { accept, differences } from "./compare.js";

const { values } = parseArgs({ options: { accept: { type: "boolean", default: false } } });
if (values.accept) accept();
const found = differences();
for (const line of found) console.log(line);
if (found.length > 0) console.log("npm run golden -- --accept takes the compiled code as it is; then read the diff");
process.exitCode = found.length > 0 ? 1 : 0;
