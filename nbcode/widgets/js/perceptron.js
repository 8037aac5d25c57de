// Rosenblatt's learning rule, one update at a time.
import { h, num, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { linear, step } from "./shared/neuron.js";
import { plane } from "./shared/plane.js";

/** All updates of a run, each { example, error, w, b }; ends early when a whole round brings no mistake. */
export function run(points, most) {
  const updates = [];
  let w = [0, 0];
  let b = 0;
  for (let calm = 0, i = 0; calm < points.length && updates.length < most; i = (i + 1) % points.length) {
    const [x1, x2, target] = points[i];
    const error = target - step(linear([x1, x2], w, b));
    calm = error ? 0 : calm + 1;
    if (!error) continue;
    w = [w[0] + error * x1, w[1] + error * x2];
    b += error;
    updates.push({ example: i, error, w, b });
  }
  return updates;
}

export function readout(state, schema) {
  const points = schema.points[state.data];
  const most = schema.params.updates.high;
  const updates = run(points, most + 1);
  const done = Math.min(state.updates, updates.length, most);
  const { example, w, b } = done ? updates[done - 1] : { example: -1, w: [0, 0], b: 0 };
  const output = points.map((x) => step(linear(x, w, b)));
  const right = output.filter((value, i) => value === points[i][2]).length;
  return { done, stopped: done === updates.length, example, w, b, output, right };
}

const shown = (values) => `(${values.map((v) => num(v, Number.isInteger(v) ? 0 : 2)).join(", ")})`;

export function sentence(state, out, schema) {
  const points = schema.points[state.data];
  const score = `${out.right} of ${points.length} points right with w = ${shown(out.w)} and b = ${num(out.b, 0)}.`;
  if (!out.done) return `No update yet on ${state.data}: weights and bias are 0, so the neuron fires everywhere. ${score}`;
  const [x1, x2, target] = points[out.example];
  const change = target ? "stayed silent and should have fired, so x was added to w, and 1 to b" : "fired and should not have, so x was taken from w, and 1 from b";
  const last = out.done === schema.params.updates.high ? ` The picture counts to ${out.done}; the rule would go on.` : "";
  const end = out.stopped ? " A whole round without a mistake: the rule has stopped." : last;
  return `Update ${out.done} on ${state.data}: at ${shown([x1, x2])} the neuron ${change}. ${score}${end}`;
}

export function code(state, out, schema) {
  const points = schema.points[state.data];
  const rows = points.map(([x1, x2]) => `[${x1}, ${x2}]`).join(", ");
  const last = out.done ? `_, w, b = perceptron(X, y).steps[${out.done - 1}]` : "w, b = np.zeros(2), 0.0";
  return `import numpy as np
from nbcode.activations import step
from nbcode.layers import linear
from nbcode.train import perceptron

X = np.array([${rows}])
y = np.array([${points.map((point) => point[2]).join(", ")}])
${last}
output = step(linear(X, w, b))
print(output)`;
}

function draw({ picture, side, set, state, schema }) {
  const view = plane(picture, { label: "The plane of the two inputs" });
  const shade = view.shade();
  const ring = s("circle", { r: 15, class: "guide", style: "stroke-width: 2.5" });
  const line = view.line();
  const points = view.points();
  view.svg.append(ring);
  const rows = h("tbody");
  const next = h("button", { type: "button", name: "next", onclick: () => set({ updates: state().updates + 1 }) }, "Next update");
  side.append(
    h("div", { class: "presets" }, next),
    h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, ...["update", "x", "wanted", "w", "b"].map((name) => h("th", { scope: "col" }, name)))), rows));
  return (now, out) => {
    // There may be fewer updates than the slider has room for: it then stays at the last one.
    if (now.updates > out.done) set({ updates: out.done });
    next.disabled = out.stopped || out.done === schema.params.updates.high;
    const data = schema.points[now.data];
    const updates = run(data, out.done);
    shade(out.w, out.b, Infinity);
    line(out.w, out.b);
    points(data, out.output.map((value, i) => value !== data[i][2]));
    ring.style.visibility = out.done ? "visible" : "hidden";
    if (out.done) {
      ring.setAttribute("cx", view.x(data[out.example][0]));
      ring.setAttribute("cy", view.y(data[out.example][1]));
    }
    rows.replaceChildren(...updates.slice(-6).map(({ example, w, b }, i) =>
      h("tr", {}, ...[Math.max(out.done - 6, 0) + i + 1, shown(data[example].slice(0, 2)), data[example][2], shown(w), num(b, 0)].map((cell) => h("td", {}, cell)))));
  };
}

export default widget({ readout, sentence, code, draw });
