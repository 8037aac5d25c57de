// One neuron with two inputs: turn its line until it fires where it should.
import { h, list, num, py, pyList, weighted } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { linear, sigmoid, step } from "./shared/neuron.js";
import { plane } from "./shared/plane.js";

export function readout({ w1, w2, b, k, activation, points }) {
  const z = points.map((point) => linear(point, [w1, w2], b));
  const output = z.map((value) => (activation === "step" ? step(value) : sigmoid(k * value)));
  const right = points.filter(([, , label], i) => step(z[i]) === label).length;
  return { z, output, right, solved: right === points.length };
}

const short = (value) => num(value, Number.isInteger(value) ? 0 : 2);
const at = ([x1, x2]) => `(${short(x1)},\u00a0${short(x2)})`;
const isWrong = ({ points }, { z }) => points.map(([, , label], i) => step(z[i]) !== label);

export function sentence(state, out) {
  const { w1, w2, b, k, activation, points } = state;
  const wrong = isWrong(state, out);
  const missed = points.filter((_, i) => wrong[i]);
  const score = `${out.right} of ${points.length} points right.`;
  const rule = `The neuron fires where ${weighted([w1, w2], ["x₁", "x₂"], b)} ≥ 0`;
  const soft = activation === "step" ? "" : `, and its output passes ½ there with steepness ${num(k, 1)}`;
  const places = missed.length && missed.length < 5 ? ` Wrong: ${list(missed.map(at))}.` : "";
  return `${score} ${rule}${soft}.${places}`;
}

export function code({ w1, w2, b, k, activation, points }) {
  const inputs = points.map(([x1, x2]) => pyList([x1, x2])).join(", ");
  const z = `linear(X, np.array(${pyList([w1, w2])}), ${py(b)})`;
  return `import numpy as np
from nbcode.activations import ${activation}
from nbcode.layers import linear

X = np.array([${inputs}])
output = ${activation === "step" ? `step(${z})` : `sigmoid(${py(k)} * ${z})`}
print(output)`;
}

function draw({ picture, side, set, state, schema }) {
  const { params, challenge } = schema;
  const view = plane(picture, { label: "The plane of the two inputs" });
  const shade = view.shade();
  const line = view.line({
    set: ([w1, w2], b) => set({ w1, w2, b }),
    limits: { w: [params.w1.low, params.w1.high], b: [params.b.low, params.b.high] },
  });
  const points = view.points(challenge.goal ? {} : {
    set: (i, point) => set({ points: state().points.map((old, j) => (j === i ? point : old)) }),
  });
  const rows = h("tbody");
  const table = h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...["x₁", "x₂", "z", "output", "wanted", ""].map((name) => h("th", { scope: "col" }, name)))), rows);
  side.append(table);
  return (now, out) => {
    const wrong = isWrong(now, out);
    shade([now.w1, now.w2], now.b, now.activation === "step" ? Infinity : now.k);
    line([now.w1, now.w2], now.b);
    points(now.points, wrong);
    table.hidden = now.points.length > 6;
    rows.replaceChildren(...(table.hidden ? [] : now.points).map(([x1, x2, label], i) =>
      h("tr", {}, ...[short(x1), short(x2), num(out.z[i]), short(out.output[i]), label, wrong[i] ? "✗" : "✓"].map((cell) => h("td", {}, cell)))));
  };
}

export default widget({ readout, sentence, code, draw });
