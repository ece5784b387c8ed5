/** Turns `argv` into one command of `viv`. */

import { Command } from "commander";

await new Command("viv").version("0.1.0").parseAsync();
