import { expect, it } from "vitest";
import { isIncomplete } from "./interactive.js";

it.each([
  "def f():",
  "if x:\n    y",
  "x = (1,",
  "x = (1,\n",
  "'''text",
  "'''text\n\n",
  "f'''{x}",
  "try:\n    x",
  "@decorator",
  "for x in y:\n    if x:",
  "x = 1 + \\",
  "match x:\n    case 1:",
])("asks for more after %j", (source) => {
  expect(isIncomplete(source)).toBe(true);
});

it.each([
  "",
  "x = 1",
  "x =",
  "def f(:",
  "if x:\n    y\n",
  "if x:\n",
  "x = 'open",
  "def f():\n    '''doc'''\n    return 1\n",
  "x)",
  "print 1",
  "try:\n    x\n",
])("runs (or rejects) %j as it is", (source) => {
  expect(isIncomplete(source)).toBe(false);
});
