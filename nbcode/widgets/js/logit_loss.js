// A yes-or-no answer: cross-entropy and squared error over the logit, and where each of them pushes it.
import { axisTop } from "d3-axis";
import { select } from "d3-selection";
import { attr, clamp, h, num, py, round, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { lossPicture, squared } from "./shared/losses.js";
import { sigmoid, softplus } from "./shared/neuron.js";

const NAMES = ["cross-entropy", "squared"];
const HARDEST = 8 / 27;
const CLOSE = 0.0015;
const ARROW = 3; // a gradient of 1 is drawn as an arrow over 3 units of z
const PROBABILITIES = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999];

/** The losses of this state as functions of the logit; each returns [value, slope]. */
function losses({ yes }) {
  const y = yes ? 1 : 0;
  return [
    (z) => [softplus(yes ? -z : z), sigmoid(z) - y],
    (z) => {
      const p = sigmoid(z);
      const [value, slope] = squared(p - y);
      return [value, slope * p * (1 - p)];
    },
  ];
}

export function readout(state) {
  const [output, gradient] = [0, 1].map((i) => losses(state).map((loss) => loss(state.z)[i]));
  const after = losses(state).map((loss) => {
    let z = state.z;
    for (let step = 0; step < state.steps; step += 1) z -= loss(z)[1];
    return z;
  });
  return { p: sigmoid(state.z), output, gradient, after, solved: Math.abs(gradient[1]) > HARDEST - CLOSE };
}

export function sentence({ z, yes, steps }, { p, output, gradient, after }) {
  const moved = steps ? ` After ${steps} ${steps === 1 ? "step" : "steps"} of size 1, cross-entropy has moved z to ${num(after[0])}, the squared error to ${num(after[1])}.` : "";
  return `At z = ${num(z)} the neuron says yes with probability ${num(p, 4)}; right is ${yes ? "yes" : "no"}. `
    + `Cross-entropy ${num(output[0], 3)}, gradient ${num(gradient[0], 3)}; squared error ${num(output[1], 3)}, gradient ${num(gradient[1], 3)}.${moved}`;
}

export const code = ({ z, yes }) => `from nbcode.activations import Sigmoid
from nbcode.losses import BCEWithLogitsLoss, MSELoss

z, y = ${py(z)}, ${yes ? "1.0" : "0.0"}  # logit, target
sigmoid, cross_entropy, mse = Sigmoid(), BCEWithLogitsLoss(), MSELoss()
output = [cross_entropy(z, y), mse(sigmoid(z), y)]
gradient = [cross_entropy.backward(), sigmoid.backward(mse.backward())]
print(output, gradient)`;

function draw({ picture, side, set, state, schema }) {
  const { low, high } = schema.params.z;
  const view = lossPicture(picture, {
    label: "Cross-entropy and squared error over the logit, and arrows that show where each one pushes it",
    domain: [low, high], most: 8, name: "z", losses: NAMES, ceiling: 40, left: 106,
  });
  const { x, floor, ceiling, bottom, lane, front, svg } = view;
  const probabilities = s("g", { class: "axes", "aria-hidden": "true" });
  const top = axisTop(x).tickValues(PROBABILITIES.map((p) => Math.log(p / (1 - p)))).tickFormat((_, i) => PROBABILITIES[i]);
  select(probabilities).append("g").attr("transform", `translate(0,${ceiling - 8})`).call(top);
  probabilities.append(s("text", { class: "name", x: 92, y: ceiling - 14 }, "p"));
  const grip = s("g", {},
    s("rect", { class: "grip", x: -16, width: 32, y: ceiling, height: bottom - ceiling }),
    s("line", { class: "boundary", y1: ceiling - 8, y2: bottom }),
    s("circle", { class: "knob", r: 7, cy: floor + 32 }));
  const ends = NAMES.map((_, i) => s("path", { class: "arrived", d: "M0,-8L7,0L0,8L-7,0Z" }));
  const trails = NAMES.map((_, i) => s("path", { class: "trail" }));
  svg.insertBefore(probabilities, front);
  front.append(grip, ...trails, ...ends);
  const to = (value) => set({ z: round(clamp(value, low, high)) });
  handle(grip, {
    label: "Logit z. Arrow keys move it.",
    move: (px) => to(x.invert(px)),
    nudge: (dx) => to(state().z + dx * 0.1),
  });
  const cells = ["cross-entropy", "squared error"].map((name) => [name, "", "", ""].map((text) => h("td", {}, text)));
  side.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...["", "loss", "gradient", "z later"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...cells.map((row) => h("tr", {}, ...row)))),
  h("p", { class: "remark" }, "Arrows point against the gradient. A diamond marks where z is after the steps."));
  const even = Array.from({ length: 161 }, (_, i) => low + (i * (high - low)) / 160);
  return (now, out) => {
    view.update(now.z, losses(now), even, ARROW);
    attr(grip, { transform: `translate(${x(now.z)},0)` });
    ends.forEach((end, i) => {
      attr(end, { transform: `translate(${x(out.after[i])},${lane(i)})`, visibility: now.steps ? "visible" : "hidden" });
      attr(trails[i], { d: `M${x(now.z)},${lane(i) + 9}H${x(out.after[i])}`, visibility: now.steps ? "visible" : "hidden" });
      cells[i][1].textContent = num(out.output[i], 3);
      cells[i][2].textContent = num(out.gradient[i], 3);
      cells[i][3].textContent = num(out.after[i]);
    });
  };
}

export default widget({ readout, sentence, code, draw });
