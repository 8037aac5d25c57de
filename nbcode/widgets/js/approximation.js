// A curve built from ReLU units: each unit adds a kink.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, h, num, py, pyList, round, s, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { relu } from "./shared/neuron.js";

const TARGETS = {
  sine: (x) => Math.sin(Math.PI * x),
  bump: (x) => Math.exp(-8 * x * x),
  "|x|": Math.abs,
  step: (x) => (x >= 0 ? 1 : 0),
};
const PYTHON = { sine: "np.sin(np.pi * x)", bump: "np.exp(-8 * x**2)", "|x|": "np.abs(x)", step: "(x >= 0).astype(float)" };
const GAP = 0.05; // between two kinks, at least
const LAST = 8; // the place in `heights` of the right end
const grid = (count) => Array.from({ length: 2 * count + 1 }, (_, i) => -1 + i / count);
const FINE = grid(200);
const COARSE = grid(10);

/** The corners of the polyline: both ends and the kinks between them. */
export function corners({ target, units, kinks, heights }) {
  const x = [-1];
  for (let i = 1; i < units; i += 1) {
    x.push(kinks.length ? clamp(kinks[i - 1], x[i - 1] + GAP, 1 - GAP * (units - i)) : -1 + (2 * i) / units);
  }
  x.push(1);
  const y = x.map((v, i) => (heights.length ? heights[i === units ? LAST : i] : TARGETS[target](v)));
  return { x, y };
}

const network = ({ kinks, weights, bias }) => (x) => kinks.reduce((sum, k, i) => sum + weights[i] * relu(x - k), bias);

export function readout(state) {
  const { x, y } = corners(state);
  const slopes = Array.from({ length: state.units }, (_, i) => (y[i + 1] - y[i]) / (x[i + 1] - x[i]));
  const out = { kinks: x.slice(0, -1), weights: slopes.map((slope, i) => (i ? slope - slopes[i - 1] : slope)), bias: y[0] };
  const f = network(out);
  const error = Math.max(...FINE.map((v) => Math.abs(f(v) - TARGETS[state.target](v))));
  return { ...out, output: COARSE.map(f), error, solved: state.target === "sine" && state.units <= 5 && error < 0.1 };
}

export function sentence({ target, units }, { weights, kinks, bias, error }) {
  const terms = weights.map((v, i) => `${i || v < 0 ? (v < 0 ? " − " : " + ") : ""}${num(Math.abs(v))}·ReLU(x${kinks[i] ? ` ${kinks[i] > 0 ? "−" : "+"} ${num(Math.abs(kinks[i]))}` : ""})`);
  return `${units} ${units === 1 ? "unit" : "units"}, largest distance from the ${target === "|x|" ? "curve |x|" : target}: ${num(error, 3)}. `
    + `f(x) = ${num(bias)}${weights[0] < 0 ? "" : " + "}${terms.join("")}.`;
}

export const code = ({ target }, { kinks, weights, bias }) => `import numpy as np
from nbcode.activations import relu
from nbcode.layers import linear

kinks = np.array(${pyList(kinks)})
weights = np.array(${pyList(weights)})

def network(x):
    hidden = relu(linear(x.reshape(-1, 1), np.ones((${kinks.length}, 1)), -kinks))
    return linear(hidden, weights, ${py(bias)})

x = np.linspace(-1, 1, 401)
print("largest distance:", np.abs(network(x) - ${PYTHON[target]}).max())
output = network(np.linspace(-1, 1, 21))`;

const path = (x, y, xs, f) => `M${xs.map((v) => `${x(v).toFixed(2)},${y(f(v)).toFixed(2)}`).join("L")}`;

function draw({ picture, side, set, state }) {
  const [width, top, bottom] = [400, 250, 140];
  const x = scaleLinear([-1, 1], [40, width - 14]);
  const y = scaleLinear([-1.5, 1.5], [top - 26, 10]);
  const low = scaleLinear([-4, 4], [top + bottom, top + 24]);
  const id = uniqueId();
  const frame = { x: x(-1), width: x(1) - x(-1) };
  const defs = s("defs", {}, s("clipPath", { id: `${id}-low` }, s("rect", { ...frame, y: low(4), height: low(-4) - low(4) })));
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${y(-1.5)})`).call(axisBottom(x).ticks(5));
  select(axes).append("g").attr("transform", `translate(${x(-1)},0)`).call(axisLeft(y).ticks(5));
  select(axes).append("g").attr("transform", `translate(${x(-1)},0)`).call(axisLeft(low).ticks(5));
  axes.append(s("line", { ...{ x1: x(-1), x2: x(1), y1: low(0), y2: low(0) } }));
  const target = s("path", { class: "curve second" });
  const shown = s("path", { class: "curve" });
  const worst = s("line", { class: "worst" });
  const worstText = s("text", { class: "over", "text-anchor": "middle" });
  const parts = s("g", { "clip-path": `url(#${id}-low)` });
  const numbers = s("g", { "aria-hidden": "true" });
  const names = [s("text", { class: "over", x: x(-1) + 6, y: 22 }, "— the network, - - the target"), s("text", { class: "over", x: x(-1) + 6, y: low(4) + 6 }, "what each unit adds")];
  const svg = s("svg", { viewBox: `0 0 ${width} ${top + bottom + 6}`, role: "group", "aria-label": "The target, the sum of the units, and below it what each unit adds" },
    defs, axes, parts, numbers, target, shown, worst, ...names, worstText);
  picture.append(svg);

  /** Move a corner; the first and the last stay on their edge. */
  const put = (i, px, py) => {
    const now = state();
    const { x: xs, y: ys } = corners(now);
    if (i > 0 && i < now.units) xs[i] = round(clamp(px, xs[i - 1] + GAP, xs[i + 1] - GAP));
    ys[i] = round(clamp(py, -1.5, 1.5));
    // Units that are not there yet would halve the last piece: adding one changes nothing.
    const inner = xs.slice(1, -1);
    const heights = ys.slice(0, -1);
    while (inner.length < LAST - 1) {
      inner.push(((inner.at(-1) ?? -1) + 1) / 2);
      heights.push((heights.at(-1) + ys.at(-1)) / 2);
    }
    set({ kinks: inner.map((v) => round(v, 4)), heights: [...heights, ys.at(-1)].map((v) => round(v, 4)) });
  };
  let grips = [];
  const grip = (i) => {
    const dot = s("path", { class: "dot is-one", d: i && i < state().units ? "M-7,0L0,-7L7,0L0,7Z" : "M-6,-6H6V6H-6Z" });
    const element = s("g", {}, s("circle", { r: 20, class: "grip" }), dot);
    const at = () => corners(state());
    return handle(element, {
      label: "",
      move: (px, py) => put(i, x.invert(px), y.invert(py)),
      nudge: (dx, dy) => put(i, at().x[i] + dx * 0.02, at().y[i] + dy * 0.02),
    });
  };

  const rows = h("tbody");
  side.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...["unit", "kink", "weight", "slope after it"].map((name) => h("th", { scope: "col" }, name)))), rows));

  return (now, out) => {
    const { x: xs, y: ys } = corners(now);
    const f = network(out);
    const g = TARGETS[now.target];
    if (grips.length !== xs.length) {
      for (const element of grips) element.remove();
      grips = xs.map((_, i) => grip(i));
      svg.append(...grips);
      parts.replaceChildren(...out.kinks.map((_, i) => s("path", { class: `part ${["", "dashed", "dotted"][i % 3]}` })));
      numbers.replaceChildren(...out.kinks.map((_, i) => s("text", { class: "over", x: x(1) + 4 }, i + 1)));
    }
    attr(target, { d: now.target === "step" ? `M${x(-1)},${y(0)}H${x(0)}M${x(0)},${y(1)}H${x(1)}` : path(x, y, FINE, g) });
    attr(shown, { d: path(x, y, xs, (v) => ys[xs.indexOf(v)]) });
    grips.forEach((element, i) => {
      attr(element, { transform: `translate(${x(xs[i])},${y(ys[i])})` });
      const name = i === 0 ? "Left end" : i === now.units ? "Right end" : `Kink ${i}`;
      element.setAttribute("aria-label", `${name} at ${num(xs[i])}, ${num(ys[i])}. Arrow keys move it.`);
    });
    const at = FINE.reduce((best, v) => (Math.abs(f(v) - g(v)) > Math.abs(f(best) - g(best)) + 1e-12 ? v : best), -1);
    attr(worst, { x1: x(at), x2: x(at), y1: y(f(at)), y2: y(g(at)) });
    attr(worstText, { x: clamp(x(at), x(-1) + 20, x(1) - 20), y: Math.max(y(f(at)), y(g(at))) + 18 });
    worstText.textContent = num(out.error, 3);
    [...parts.children].forEach((part, i) => attr(part, { d: `M${x(-1)},${low(0)}H${x(out.kinks[i])}L${x(1)},${low(out.weights[i] * (1 - out.kinks[i]))}` }));
    // Each unit's number stands where it ends, and those that end together one below the other.
    const ends = out.kinks.map((k, i) => ({ number: numbers.children[i], at: clamp(low(out.weights[i] * (1 - k)), low(4), low(-4)) }));
    ends.sort((one, two) => one.at - two.at);
    ends.forEach((end, i) => { end.at = Math.max(end.at, i ? ends[i - 1].at + 12 : 0); });
    [...ends].reverse().forEach((end, i) => attr(end.number, { y: Math.min(end.at, low(-4) - 12 * i) + 4 }));
    let slope = 0;
    rows.replaceChildren(...out.kinks.map((k, i) => {
      slope += out.weights[i];
      return h("tr", {}, ...[i + 1, num(k), num(out.weights[i]), num(slope)].map((cell) => h("td", {}, cell)));
    }));
  };
}

export default widget({ readout, sentence, code, draw });
