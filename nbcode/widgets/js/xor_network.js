// Two neurons look at the inputs; a third looks at the two. Where does the third one fire?
import { h, list, py, pyList, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { linear, step, truthTable } from "./shared/neuron.js";
import { cut, plane } from "./shared/plane.js";

const INPUTS = truthTable(2);
const WANTED = [0, 1, 1, 0];
const NAMES = { h1: "h₁", h2: "h₂", y: "y" };

const weightsOf = (state, neuron) => [[state[`${neuron}_w1`], state[`${neuron}_w2`]], state[`${neuron}_b`]];
const fires = (state, neuron, x) => step(linear(x, ...weightsOf(state, neuron)));

export function readout(state) {
  const h1 = INPUTS.map((x) => fires(state, "h1", x));
  const h2 = INPUTS.map((x) => fires(state, "h2", x));
  const output = INPUTS.map((_, i) => fires(state, "y", [h1[i], h2[i]]));
  const right = output.filter((value, i) => value === WANTED[i]).length;
  return { h1, h2, output, right, solved: right === 4 };
}

export function sentence(state, { h1, h2, output, right }) {
  const rows = (outputs) => {
    const firing = INPUTS.filter((_, i) => outputs[i]).map((x) => `(${x.join(", ")})`);
    return firing.length ? `fires for ${list(firing)}` : "never fires";
  };
  const z = [0, 1, 2, 3].map((i) => linear([h1[i], h2[i]], ...weightsOf(state, "y")).toFixed(1).replace("-", "−"));
  return `${right} of 4 rows of XOR right. h₁ ${rows(h1)}; h₂ ${rows(h2)}; y ${rows(output)}. The four z of y: ${z.join(", ")}.`;
}

export function code(state) {
  const neuron = (name, inputs) => {
    const [w, b] = weightsOf(state, name);
    return `step(linear(${inputs}, np.array(${pyList(w)}), ${py(b)}))`;
  };
  return `import numpy as np
from nbcode.activations import step
from nbcode.data import truth_table
from nbcode.layers import linear

X = truth_table(2)
h1 = ${neuron("h1", "X")}
h2 = ${neuron("h2", "X")}
output = ${neuron("y", "np.stack([h1, h2], axis=1)")}
print(output)`;
}

function draw({ picture, side, set, schema }) {
  const { params } = schema;
  const figure = (name, caption) => {
    const box = h("figure", { class: "panel-plane" }, h("figcaption", {}, caption));
    picture.append(box);
    return plane(box, { label: `Where ${name} fires, in the plane of the inputs`, size: 230 });
  };
  const hidden = ["h1", "h2"].map((name) => {
    const view = figure(NAMES[name], NAMES[name]);
    const shade = view.shade();
    const line = view.line({
      name: ` of ${NAMES[name]}`,
      set: ([w1, w2], b) => set({ [`${name}_w1`]: w1, [`${name}_w2`]: w2, [`${name}_b`]: b }),
      limits: { w: [params.h1_w1.low, params.h1_w1.high], b: [params.h1_b.low, params.h1_b.high] },
    });
    return { name, shade, line, points: view.points() };
  });
  const result = figure("y", "y");
  const corners = [[result.x.domain()[0], result.y.domain()[0]], [result.x.domain()[1], result.y.domain()[0]],
    [result.x.domain()[1], result.y.domain()[1]], [result.x.domain()[0], result.y.domain()[1]]];
  const regions = INPUTS.map(() => s("polygon"));
  result.field.append(...regions);
  const lines = [result.line(), result.line()];
  const points = result.points();

  const cells = INPUTS.map((x) => ["", "", "", "", "", ""].map((_, i) => h("td", {}, i < 2 ? x[i] : "")));
  side.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...["x₁", "x₂", "h₁", "h₂", "y", "XOR", ""].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...cells.map((row, i) => (row.push(h("td")), (row[5].textContent = WANTED[i]), h("tr", {}, ...row))))));

  return (state, out) => {
    const marked = (outputs) => INPUTS.map((x, i) => [...x, outputs[i]]);
    for (const { name, shade, line, points: dots } of hidden) {
      shade(...weightsOf(state, name), Infinity);
      line(...weightsOf(state, name));
      dots(marked(out[name]), []);
    }
    INPUTS.forEach((h12, i) => {
      const half = ["h1", "h2"].reduce((polygon, name, j) => cut(polygon, ...weightsOf(state, name), h12[j] ? 1 : -1), corners);
      regions[i].setAttribute("points", half.map(([a, c]) => `${result.x(a)},${result.y(c)}`).join(" "));
      regions[i].setAttribute("fill", fires(state, "y", h12) ? "var(--one-field)" : "var(--zero-field)");
    });
    ["h1", "h2"].forEach((name, j) => lines[j](...weightsOf(state, name)));
    points(marked(WANTED), out.output.map((value, i) => value !== WANTED[i]));
    cells.forEach((row, i) => {
      [out.h1[i], out.h2[i], out.output[i]].forEach((value, j) => (row[2 + j].textContent = value));
      row[6].textContent = out.output[i] === WANTED[i] ? "✓" : "✗";
    });
  };
}

export default widget({ readout, sentence, code, draw });
