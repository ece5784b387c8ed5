/** Generates docs/cli.md from the option table of the command line. */

import { cliDocument } from "../../packages/viv/src/docs.js";
import type { DocumentGenerator } from "../docs.js";

const generate: DocumentGenerator = () => [{ path: "docs/cli.md", text: cliDocument() }];
export default generate;
