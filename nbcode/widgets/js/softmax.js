// Logits to probabilities, row by row: drag a logit, see its exponential and its share.
import { axisBottom } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, num, py, round, s, sci } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { sigmoid } from "./shared/neuron.js";

const WANTED = [0.5, 0.25, 0.25];
const WITHIN = 0.01;

const given = (state) => [state.z1, state.z2, state.z3, state.z4, state.z5].slice(0, state.classes);
const orNull = (values) => values.map((v) => (Number.isFinite(v) ? v : null));
const sum = (values) => values.reduce((a, b) => a + b, 0);

export function readout(state) {
  const logits = given(state).map((z) => (z + state.offset) / state.T);
  const shift = state.stable ? Math.max(...logits) : 0;
  const exponents = logits.map((z) => z - shift);
  const e = exponents.map(Math.exp);
  const p = e.map((v) => v / sum(e));
  return {
    exponents,
    e: orNull(e),
    p: orNull(p),
    output: p.map((v) => (Number.isNaN(v) ? 0 : v)),
    two: state.classes === 2 ? sigmoid(logits[0] - logits[1]) : null,
    solved: state.classes === 3 && p.every((v, i) => Math.abs(v - WANTED[i]) <= WITHIN),
  };
}

const shown = (p) => (p === null ? "∞ ÷ ∞" : num(p, 3));
const sub = (i) => "₁₂₃₄₅"[i];

export function sentence(state, { e, p, two, exponents }) {
  const shared = given(state).map((z) => num(z)).join(", ");
  const plus = state.offset ? `, with ${num(state.offset, 0)} added to each` : "";
  const hot = state.T === 1 ? "" : `, divided by T = ${num(state.T)}`;
  const logits = `Logits ${shared}${plus}${hot}`;
  const how = state.stable ? "with the maximum subtracted" : "with nothing subtracted";
  if (p.includes(null)) return `${logits}: ${how}, an exponential overflows to ∞, and ∞ ÷ ∞ is not a number. No probabilities.`;
  if (sum(p) < 0.5) return `${logits}: ${how}, the sum of the exponentials overflows to ∞. All probabilities come out as 0.`;
  const best = exponents.indexOf(Math.max(...exponents));
  const sure = `The largest is p${sub(best)}, as z${sub(best)} is.`;
  const pair = two === null ? "" : ` The sigmoid of the difference, σ((z₁ − z₂) ÷ T), is ${num(two, 3)}: the same as p₁. The sigmoid of z₁ alone would be ${num(sigmoid(state.z1), 3)}.`;
  return `${logits}: ${how}, the exponentials are ${e.map(sci).join(", ")} and p = (${p.map(shown).join(", ")}). ${sure}${pair}`;
}

export function code(state) {
  const logits = `logits = (np.array([${given(state).map(py).join(", ")}]) + ${py(state.offset)}) / ${py(state.T)}`;
  if (state.stable) {
    return `import numpy as np
from nbcode.activations import softmax

${logits}
output = softmax(logits)
print(output)`;
  }
  return `import numpy as np

${logits}
with np.errstate(over="ignore", invalid="ignore"):
    e = np.exp(logits)  # may overflow
    p = e / e.sum()
output = np.nan_to_num(p)  # 0 for what is not a number
print(output)`;
}

function draw({ picture, set, state, schema }) {
  const [width, tall, top] = [380, 46, 26];
  const { low, high } = schema.params.z1;
  const most = schema.params.classes.high;
  const x = scaleLinear([low, high], [32, 158]);
  const px = scaleLinear([0, 1], [232, width - 48]);
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  const bottoms = [select(axes).append("g").call(axisBottom(x).ticks(5)), select(axes).append("g").call(axisBottom(px).ticks(2))];
  const name = (at, text, anchor = "middle") => s("text", { x: at, y: 14, "text-anchor": anchor }, text);
  const [head, exponent] = [name(95, ""), name(196, "")];
  const zero = s("line", { class: "guide", x1: x(0), x2: x(0), y1: top });
  const rows = Array.from({ length: most }, (_, i) => {
    const at = top + tall * (i + 0.5);
    const shaft = s("line", { class: "logit", x1: x(0), y1: at, y2: at });
    const dot = s("circle", { class: "dot is-zero", r: 8, cy: at });
    const grip = s("g", {}, s("rect", { class: "grip", y: at - 18, height: 36, width: 36, fill: "transparent" }), dot);
    const e = s("text", { x: 196, y: at + 5, "text-anchor": "middle" });
    const bar = s("rect", { class: "bar", x: px(0), y: at - 10, height: 20 });
    const p = s("text", { y: at + 5 });
    const to = (z) => set({ [`z${i + 1}`]: round(clamp(z, low, high)) });
    handle(grip, { label: `Logit z${sub(i)}. Arrow keys move it.`, move: (at) => to(x.invert(at)), nudge: (dx) => to(state()[`z${i + 1}`] + dx * 0.05) });
    const group = s("g", {}, s("text", { x: 6, y: at + 5 }, `z${sub(i)}`), shaft, grip, e, bar, p);
    return { group, shaft, dot, hit: grip.firstChild, e, bar, p };
  });
  const all = s("g");
  const svg = s("svg", { role: "group", "aria-label": "One row for each class: its logit, the exponential of it, its probability" },
    axes, head, exponent, name(px(0.5), "p"), zero, all);
  picture.append(svg);
  return (now, { e, p }) => {
    const bottom = top + tall * now.classes;
    attr(svg, { viewBox: `0 0 ${width} ${bottom + 26}` });
    bottoms.forEach((axis) => axis.attr("transform", `translate(0,${bottom})`));
    zero.setAttribute("y2", bottom);
    exponent.textContent = `exp(z${now.T === 1 ? "" : "/T"}${now.stable ? " − m" : ""})`;
    head.textContent = now.offset ? `logit, + ${num(now.offset, 0)}` : "logit";
    const logits = given(now);
    if (all.childElementCount !== now.classes) all.replaceChildren(...rows.slice(0, now.classes).map(({ group }) => group));
    rows.slice(0, now.classes).forEach((row, i) => {
      row.shaft.setAttribute("x2", x(logits[i]));
      row.dot.setAttribute("cx", x(logits[i]));
      row.hit.setAttribute("x", x(logits[i]) - 18);
      row.e.textContent = e[i] === null ? "∞" : sci(e[i]);
      row.bar.setAttribute("width", px(p[i] ?? 0) - px(0));
      attr(row.p, { x: px(p[i] ?? 0) + 6 });
      row.p.textContent = shown(p[i]);
    });
  };
}

export default widget({ readout, sentence, code, draw });
