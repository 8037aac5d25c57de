// One prediction and one target: the squared, the absolute and Huber's loss, and where each one pushes.
import { attr, clamp, h, num, py, round, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { absolute, huber, lossPicture, squared } from "./shared/losses.js";

const NAMES = ["squared", "absolute", "Huber"];
const LOW = -3;
const HIGH = 3;

/** The losses of this state as functions of the prediction; each returns [value, slope]. */
const losses = ({ y, delta, half }) => [
  (a) => squared(a - y).map((v) => (half ? v / 2 : v)),
  (a) => absolute(a - y),
  (a) => huber(a - y, delta),
];

export function readout(state) {
  const [output, gradient] = [0, 1].map((i) => losses(state).map((loss) => loss(state.a)[i]));
  const [push1, push2, push3] = gradient.map(Math.abs);
  const equal = Math.max(Math.abs(push1 - push2), Math.abs(push3 - push2)) < 1e-9;
  return { output, gradient, solved: push2 > 0 && equal };
}

const way = (slope) => (slope > 0 ? "left" : slope < 0 ? "right" : "nowhere");

export function sentence({ a, y, delta, half }, { output, gradient }) {
  const [sq, ab, hu] = output.map((v) => num(v, 3));
  const [gs, ga, gh] = gradient.map((v) => num(v));
  const where = a === y ? "nowhere" : a > y ? "to the left" : "to the right";
  return `Prediction ${num(a)}, target ${num(y)}, error ${num(a - y)}. ${half ? "Half the squared" : "Squared"} error ${sq}, gradient ${gs}; `
    + `absolute error ${ab}, gradient ${ga}; Huber’s loss with δ = ${num(delta)}: ${hu}, gradient ${gh}. They push the prediction ${where}.`;
}

export const code = ({ a, y, delta, half }) => `from nbcode.losses import HuberLoss, L1Loss, MSELoss

a, y = ${py(a)}, ${py(y)}  # prediction, target
mse, l1, huber = MSELoss(), L1Loss(), HuberLoss(delta=${py(delta)})
output = [${half ? "mse(a, y) / 2" : "mse(a, y)"}, l1(a, y), huber(a, y)]
gradient = [${half ? "mse.backward() / 2" : "mse.backward()"}, l1.backward(), huber.backward()]
print(output, gradient)`;

function draw({ picture, side, set, state }) {
  const view = lossPicture(picture, {
    label: "Three losses over the prediction, and arrows that show where each one pushes it",
    domain: [LOW, HIGH], most: 9, name: "a", losses: NAMES, ceiling: 30,
  });
  const { x, floor, bottom, front } = view;
  const to = (key) => (value) => set({ [key]: round(clamp(value, LOW, HIGH)) });
  const prediction = s("g", {},
    s("rect", { class: "grip", x: -16, width: 32, y: 40, height: bottom - 40 }),
    s("line", { class: "boundary", y1: 40, y2: bottom }),
    s("circle", { class: "knob", r: 7, cy: floor + 32 }));
  const target = s("g", {},
    s("circle", { class: "grip", r: 20, cy: 16 }),
    s("line", { class: "guide", y1: 24, y2: bottom }),
    s("path", { class: "normal-head", d: "M-7,8h14v14h-14Z" }),
    s("text", { x: 12, y: 20 }, "y"));
  front.append(prediction, target);
  for (const [group, key, words] of [[prediction, "a", "Prediction"], [target, "y", "Target"]]) {
    handle(group, {
      label: `${words}. Arrow keys move it.`,
      move: (px) => to(key)(x.invert(px)),
      nudge: (dx) => to(key)(state()[key] + dx * 0.05),
    });
  }
  const cells = NAMES.map((name) => [name, "", "", ""].map((text) => h("td", {}, text)));
  side.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...["error", "loss", "gradient", "pushes"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...cells.map((row) => h("tr", {}, ...row)))),
  h("p", { class: "remark" }, "The slope of each tangent is the gradient. The arrows point against it; they are drawn at half length."));
  const even = Array.from({ length: 121 }, (_, i) => LOW + (i * (HIGH - LOW)) / 120);
  return (now, out) => {
    const kinks = [now.y, now.y - now.delta, now.y + now.delta].filter((v) => v >= LOW && v <= HIGH);
    view.update(now.a, losses(now), [...even, ...kinks].sort((p, q) => p - q), 0.5);
    attr(prediction, { transform: `translate(${x(now.a)},0)` });
    attr(target, { transform: `translate(${x(now.y)},0)` });
    cells.forEach((row, i) => {
      row[1].textContent = num(out.output[i], 3);
      row[2].textContent = num(out.gradient[i]);
      row[3].textContent = way(out.gradient[i]);
    });
  };
}

export default widget({ readout, sentence, code, draw });
