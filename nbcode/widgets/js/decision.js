// A decision weighed by one neuron with three yes/no inputs: the sum as arrows on a line, all 8 cases in a table.
import { scaleLinear } from "d3-scale";
import { attr, h, num, py, pyList, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { linear, truthTable } from "./shared/neuron.js";

const INPUTS = truthTable(3);
const weights = ({ w1, w2, w3 }) => [w1, w2, w3];

export function readout(state) {
  const sum = INPUTS.map((x) => linear(x, weights(state), 0));
  const z = INPUTS.map((x) => linear(x, weights(state), state.b));
  const output = z.map((value) => Number(state.tie ? value >= 0 : value > 0));
  const row = 4 * state.x1 + 2 * state.x2 + 1 * state.x3;
  return { sum, z, output, row, solved: state.tie && state.wanted.length > 0 && output.every((value, i) => value === state.wanted[i]) };
}

const plain = (value) => num(value, Number.isInteger(value) ? 0 : 1);

export function sentence(state, { sum, z, output, row }) {
  const go = output[row] ? "The neuron fires: go." : "The neuron does not fire: stay at home.";
  const products = weights(state).map((w, i) => `${w < 0 ? "−" : "+"} ${plain(Math.abs(w))}·${INPUTS[row][i]}`).join(" ").replace(/^\+ /, "");
  const sign = z[row] === 0 ? "=" : z[row] > 0 ? ">" : "<";
  const ties = z.filter((value) => value === 0).length;
  const goes = output.filter(Boolean).length;
  return `${go} ${products} = ${plain(sum[row])} ${sign} threshold ${plain(-state.b)}; with the bias, z = ${plain(z[row])}${sign === "=" ? ", a tie" : ` ${sign} 0`}. `
    + `It goes in ${goes} of 8 cases. Ties among the 8: ${ties || "none"}; a tie ${state.tie ? "fires" : "does not fire"}.`;
}

export function code(state) {
  const z = `linear(truth_table(3), np.array(${pyList(weights(state))}), ${py(state.b)})`;
  return `import numpy as np
${state.tie ? "from nbcode.activations import step\n" : ""}from nbcode.data import truth_table
from nbcode.layers import linear

output = ${state.tie ? `step(${z})` : `(${z} > 0).astype(float)`}
print(output)`;
}

function draw({ picture, side, schema }) {
  const width = 380;
  const x = scaleLinear([-12, 18], [14, width - 14]);
  const base = 182;
  const label = (text, at) => s("text", { x: 20, y: at }, text);
  const bars = [0, 1, 2].map((i) => {
    const shaft = s("line", { "stroke-width": 12 });
    const value = s("text", { class: "over", "text-anchor": "middle" });
    return { i, at: 40 + 40 * i, shaft, value };
  });
  const threshold = s("line", { class: "boundary", y1: 16, y2: base });
  const decides = s("circle", { r: 5, cy: base, stroke: "var(--ink)", "stroke-width": 2 });
  const thresholdText = s("text", { "text-anchor": "middle", y: 12 });
  const total = s("path", { d: "M0,0L-7,13H7Z", fill: "var(--accent)" });
  const totalText = s("text", { "text-anchor": "middle", y: base + 56, style: "font-weight: 650" });
  const ticks = x.ticks(7).map((t) => s("g", { transform: `translate(${x(t)},${base})` }, s("line", { y2: 5 }), s("text", { y: 18, "text-anchor": "middle" }, num(t, 0))));
  const goes = s("rect", { y: 16, height: base - 16, fill: "var(--one-field)" });
  const stays = s("rect", { y: 16, height: base - 16, fill: "var(--zero-field)", x: x.range()[0] });
  const svg = s("svg", { viewBox: `0 0 ${width} 246`, role: "img", "aria-label": "The weighted inputs laid end to end, against the threshold" },
    stays, goes, s("g", { class: "axes" }, s("line", { x1: x.range()[0], x2: x.range()[1], y1: base, y2: base }), ...ticks), threshold, decides, thresholdText,
    ...bars.flatMap(({ i, at, shaft, value }) => [shaft, value, label(["w₁x₁", "w₂x₂", "w₃x₃"][i], at + 5)]), total, totalText);
  picture.append(svg);

  const wanted = schema.initial.wanted.length > 0;
  const columns = ["x₁", "x₂", "x₃", "sum", "z", "goes", ...(wanted ? ["wanted", ""] : [])];
  const rows = INPUTS.map((input) => {
    const cells = columns.map((_, i) => h("td", {}, i < 3 ? input[i] : ""));
    return { cells, element: h("tr", {}, ...cells) };
  });
  side.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, ...rows.map((row) => row.element))));

  return (state, out) => {
    const split = x(-state.b);
    attr(stays, { width: Math.max(0, split - x.range()[0]) });
    attr(goes, { x: split, width: Math.max(0, x.range()[1] - split) });
    attr(threshold, { x1: split, x2: split });
    attr(decides, { cx: split, fill: state.tie ? "var(--ink)" : "var(--paper)" });
    attr(thresholdText, { x: split });
    thresholdText.textContent = `threshold −b = ${plain(-state.b)}`;
    let from = 0;
    for (const { i, at, shaft, value } of bars) {
      const to = from + weights(state)[i] * INPUTS[out.row][i];
      attr(shaft, { x1: x(from), x2: x(to), y1: at, y2: at, stroke: to < from ? "var(--zero)" : "var(--one)" });
      attr(value, { x: x((from + to) / 2), y: at - 10 });
      value.textContent = to === from ? "" : plain(to - from);
      from = to;
    }
    total.setAttribute("transform", `translate(${x(from)},${base + 26})`);
    totalText.setAttribute("x", x(from));
    totalText.textContent = `sum ${plain(from)}`;
    rows.forEach(({ cells, element }, i) => {
      element.setAttribute("aria-current", i === out.row);
      cells[3].textContent = plain(out.sum[i]);
      cells[4].textContent = plain(out.z[i]);
      cells[4].className = out.z[i] === 0 ? "tie" : "";
      cells[5].textContent = out.output[i] ? "yes" : "no";
      if (!wanted) return;
      cells[6].textContent = state.wanted[i] ? "yes" : "no";
      cells[7].textContent = out.output[i] === state.wanted[i] ? "✓" : "✗";
    });
  };
}

export default widget({ readout, sentence, code, draw });
