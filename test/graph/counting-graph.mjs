// A graph whose two halves must always agree: a number goes through both and meets itself again.

export const functions = {
  add: ([a, b]) => [a + b],
  same: ([a, b]) => [a === b ? a : 0n],
};

export function build(graph) {
  const two = { in: { a: "u64", b: { type: "u64", latch: true, default: 0n } }, out: { r: "u64" }, refractory: 0 };
  graph.input("x", "u64");
  graph.exec("left", { code: { kind: "host", bytes: "add" }, ...two });
  graph.exec("right", { code: { kind: "host", bytes: "add" }, ...two });
  graph.exec("meet", {
    code: { kind: "host", bytes: "same" },
    in: { a: "u64", b: "u64" },
    out: { r: "u64" },
    refractory: 0,
  });
  graph.output("total", "u64");
  graph.connect("x", "left.a");
  graph.connect("x", "right.a");
  graph.connect("left", "meet.a");
  graph.connect("right", "meet.b", 3);
  graph.connect("meet", "total");
}
