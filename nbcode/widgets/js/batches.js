// How many steps an epoch has, and what is left for the last batch.
import { h, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";

export function readout({ examples, batch_size: size, epochs, drop_last: drop }) {
  const iterations = drop ? Math.floor(examples / size) : Math.ceil(examples / size);
  const seen = Math.min(iterations * size, examples);
  const last = iterations ? seen - (iterations - 1) * size : 0;
  return { output: [iterations, last, iterations * epochs], left: examples - seen };
}

const count = (value) => value.toLocaleString("en");
const many = (value, one, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;

export function sentence({ examples, batch_size: size, epochs, drop_last: drop }, { output: [iterations, last, total], left }) {
  const all = `${many(examples, "example")} in batches of ${count(size)}`;
  if (!iterations) return `${all}, for ${many(epochs, "epoch")}: the only batch is short and is left out, so nothing is left to learn from.`;
  const end = last < size ? `the last one of ${count(last)}` : "all of the same size";
  const out = left ? ` ${many(left, "example")} ${left === 1 ? "is" : "are"} left out of each epoch.` : drop ? " Nothing is left out." : "";
  return `${all}: ${many(iterations, "iteration")} an epoch, ${end}. In ${many(epochs, "epoch")} the optimizer takes ${many(total, "step")}.${out}`;
}

export function code({ examples, batch_size: size, epochs, drop_last: drop }, { output: [iterations] }) {
  const loader = `loader = DataLoader(X, X, batch_size=${size}, drop_last=${drop ? "True" : "False"})`;
  return iterations ? `import numpy as np
from nbcode.train import DataLoader

X = np.zeros((${examples}, 1))
${loader}
sizes = [len(batch) for batch, _ in loader]
output = [len(loader), sizes[-1], ${epochs} * len(loader)]
print(output)` : `# ${loader}
# raises a ValueError: no batch is left.
output = [0, 0, 0]`;
}

const MOST = 12; // batches that are drawn; of more, the first ones and the last two
const [PITCH, SIDE] = [31, 27];

function draw({ picture, side }) {
  const row = s("g");
  const sum = s("text", { x: 190, y: 92, "text-anchor": "middle" });
  picture.append(s("svg", { viewBox: "0 0 380 100", role: "img", "aria-label": "The batches of one epoch in a row" }, row, sum));
  side.append(h("p", { class: "remark" }, "Each block is one batch, and one step of the optimizer. The filled part shows how full the batch is."));
  return ({ examples, batch_size: size, epochs, drop_last: drop }, { output: [iterations, , total] }) => {
    const batches = Math.ceil(examples / size);
    const fits = batches <= MOST;
    const places = Array.from({ length: Math.min(batches, MOST) }, (_, i) => (fits || i < MOST - 3 ? i + 1 : batches - MOST + i + 1));
    const left = (380 - PITCH * places.length + PITCH - SIDE) / 2;
    row.replaceChildren(...places.map((number, i) => {
      const at = `translate(${left + PITCH * i},10)`;
      if (!fits && i === MOST - 3) return s("g", { transform: at }, s("text", { x: SIDE / 2, y: 24, "text-anchor": "middle" }, "…"));
      const filled = number < batches ? size : examples - size * (batches - 1);
      const out = drop && filled < size;
      const height = (SIDE * 1.4 * filled) / size;
      return s("g", { transform: at, class: out ? "batch out" : "batch" },
        s("rect", { class: "whole", width: SIDE, height: SIDE * 1.4, rx: 3 }),
        s("rect", { class: "filled", width: SIDE, y: SIDE * 1.4 - height, height, rx: 3 }),
        s("text", { x: SIDE / 2, y: 24, "text-anchor": "middle" }, filled),
        s("text", { class: "number", x: SIDE / 2, y: 53, "text-anchor": "middle" }, number));
    }));
    sum.textContent = `${count(iterations)} × ${many(epochs, "epoch")} = ${many(total, "step")}`;
  };
}

export default widget({ readout, sentence, code, draw });
