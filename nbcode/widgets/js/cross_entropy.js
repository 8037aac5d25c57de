// Two distributions over three classes as bars, and the cross-entropy as the sum of H(p) and KL(p‖q).
import { axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, num, pyList, round, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

const CLASSES = ["A", "B", "C"];
const MOST = 3; // nats that fit into the picture
const sum = (values) => values.reduce((total, value) => total + value, 0);

function distribution(bars) {
  const total = sum(bars);
  return total > 0 ? bars.map((bar) => bar / total) : CLASSES.map(() => 1 / CLASSES.length);
}

const times = (p, log) => (p === 0 ? 0 : p * log); // 0 log 0 = 0
const finite = (value) => (Number.isFinite(value) ? value : null);

export function readout(state, { initial }) {
  const [p, q] = [distribution(state.p), distribution(state.q)];
  const entropy = sum(p.map((pi) => times(pi, -Math.log(pi))));
  const cross = sum(p.map((pi, i) => times(pi, -Math.log(q[i]))));
  const kl = sum(p.map((pi, i) => times(pi, Math.log(pi)) - times(pi, Math.log(q[i]))));
  const output = [entropy, kl, cross].map(finite);
  return { p, q, output, solved: JSON.stringify(state.p) === JSON.stringify(initial.p) && output[2] === null };
}

const nats = (value) => (value === null ? "infinite" : num(value, 3));
const row = (values) => `(${values.map((v) => num(v)).join(", ")})`;

export function sentence(state, { p, q, output: [entropy, kl, cross] }) {
  const why = cross === null ? ` q calls ${CLASSES.filter((_, i) => p[i] > 0 && q[i] === 0).join(" and ")} impossible, and p does not.` : "";
  return `p = ${row(p)}, q = ${row(q)}. H(p) ${nats(entropy)} plus KL(p‖q) ${nats(kl)} is H(p, q) ${nats(cross)}, in nats.${why}`;
}

export const code = ({ p, q }, out) => `import math
import numpy as np
from nbcode.losses import cross_entropy, entropy, kl_divergence

p, q = np.array(${pyList(out.p)}), np.array(${pyList(out.q)})
numbers = [entropy(p), kl_divergence(p, q), cross_entropy(p, q)]
output = [float(v) if math.isfinite(v) else None for v in numbers]
print(output)`;

function draw({ picture, set, state }) {
  const [width, top, floor] = [380, 14, 164];
  const y = scaleLinear([0, 1], [floor, top]);
  const step = 52;
  const groups = { p: 44, q: 218 };
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(34,0)`).call(axisLeft(y).ticks(5));
  const svg = s("svg", { viewBox: `0 0 ${width} 298`, role: "group", "aria-label": "The bars of p and of q, and below them H(p), KL(p‖q) and their sum" }, axes);
  picture.append(svg);

  // The other two classes share what is left, in the proportion they have.
  function raise(key, i, height) {
    const bars = distribution(state()[key]);
    const value = clamp(height, 0, 1);
    const rest = 1 - bars[i];
    set({ [key]: bars.map((bar, j) => round(j === i ? value : rest > 1e-9 ? (bar / rest) * (1 - value) : (1 - value) / 2, 3)) });
  }
  const bars = {};
  for (const [key, left] of Object.entries(groups)) {
    axes.append(s("line", { x1: left - 4, x2: left + 3 * step, y1: floor, y2: floor }),
      s("text", { class: "name", x: left + 1.5 * step - 6, y: floor + 36 }, key === "p" ? "p, the truth" : "q, the answer"));
    bars[key] = CLASSES.map((name, i) => {
      const at = left + i * step;
      const shape = s("rect", { class: `bar ${key}`, x: at, width: 36 });
      const edge = s("line", { class: "edge", x1: at - 2, x2: at + 38 });
      const value = s("text", { class: "over", "text-anchor": "middle", x: at + 18 });
      const group = s("g", {}, s("rect", { class: "grip", x: at - 2, width: 40, y: top - 10, height: floor - top + 10, "stroke-width": 0 }), shape, edge, value);
      axes.append(s("text", { "text-anchor": "middle", x: at + 18, y: floor + 17 }, name));
      handle(group, {
        label: `${key} of class ${name}. Arrow keys change it.`,
        move: (_, py_) => raise(key, i, y.invert(py_)),
        nudge: (dx, dy) => raise(key, i, distribution(state()[key])[i] + (dx + dy) * 0.01),
      });
      svg.append(group);
      return { shape, edge, value, group };
    });
  }
  const x = scaleLinear([0, MOST], [60, width - 20]);
  const part = (kind, at) => s("rect", { class: `part ${kind}`, y: at, height: 22 });
  const [entropy, kl, cross] = [part("p", 222), part("kl", 222), part("q", 258)];
  const label = (text, at) => s("text", { x: 0, y: at }, text);
  const inside = [236, 236, 273].map((at) => s("text", { "text-anchor": "middle", y: at + 1 }));
  svg.append(label("H + KL", 238), label("H(p, q)", 274), entropy, kl, cross, ...inside);

  return (now, { p, q, output }) => {
    for (const [key, values] of [["p", p], ["q", q]]) {
      values.forEach((value, i) => {
        const bar = bars[key][i];
        attr(bar.shape, { y: y(value), height: floor - y(value) });
        attr(bar.edge, { y1: y(value), y2: y(value) });
        attr(bar.value, { y: y(value) - 5 });
        bar.value.textContent = num(value);
        bar.group.setAttribute("aria-label", `${key} of class ${CLASSES[i]}, ${num(value)}. Arrow keys change it.`);
      });
    }
    const cut = (value) => (value === null ? MOST : clamp(value, 0, MOST));
    const ends = [[0, cut(output[0])], [cut(output[0]), output[1] === null ? MOST : cut(output[0] + Math.max(0, output[1]))], [0, cut(output[2])]];
    [entropy, kl, cross].forEach((shape, i) => {
      const [from, to] = ends[i];
      attr(shape, { x: x(from), width: Math.max(0, x(to) - x(from)) });
      attr(inside[i], { x: x((from + to) / 2), visibility: to - from > (i === 1 ? 0.6 : 0.68) ? "visible" : "hidden" });
      inside[i].textContent = output[i] === null ? "∞ →" : `${i === 1 ? "KL " : i ? "" : "H(p) "}${num(output[i], 3)}`;
    });
  };
}

export default widget({ readout, sentence, code, draw });
