// sigmoid(k(x − 5)) beside step(x − 5).
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { attr, clamp, num, py, round, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { sigmoid, step } from "./shared/neuron.js";

const THRESHOLD = 5;

export function readout({ k, x }) {
  const output = [sigmoid(k * (x - THRESHOLD)), step(x - THRESHOLD)];
  return { output, gap: Math.abs(output[0] - output[1]), width: (2 * Math.log(9)) / k };
}

export function sentence({ k, x }, { output, gap, width }) {
  const where = x === THRESHOLD ? " At the threshold the sigmoid is ½, whatever k is." : "";
  return `At x = ${num(x)} the sigmoid with k = ${num(k, 1)} gives ${num(output[0], 3)} and the step gives ${output[1]}: `
    + `a gap of ${num(gap, 3)}.${where} The sigmoid climbs from 0.1 to 0.9 within ${num(width, width < 1 ? 3 : 2)} of x.`;
}

export const code = ({ k, x }) => `from nbcode.activations import sigmoid, step

x = ${py(x)}
output = [sigmoid(${py(k)} * (x - ${THRESHOLD})), step(x - ${THRESHOLD})]
print(output)`;

function draw({ picture, set, state }) {
  const [width, height] = [380, 260];
  const x = scaleLinear([0, 10], [40, width - 12]);
  const y = scaleLinear([-0.05, 1.05], [height - 36, 10]);
  const floor = y(-0.05);
  const curve = s("path", { class: "curve" });
  const before = s("path", { class: "curve second", d: `M${x(0)},${y(0)}H${x(THRESHOLD)}` });
  const after = s("path", { class: "curve second", d: `M${x(THRESHOLD)},${y(1)}H${x(10)}` });
  const guide = s("line", { class: "guide", y1: y(1.05), y2: floor });
  const soft = s("circle", { r: 7, class: "dot is-one" });
  const hard = s("path", { class: "dot is-zero", d: "M-6,-6H6V6H-6Z" });
  const grip = s("g", {}, s("rect", { class: "grip", x: -18, width: 36, y: y(1.05), height: floor - y(1.05), fill: "transparent" }), guide);
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${floor})`).call(axisBottom(x).ticks(10));
  select(axes).append("g").attr("transform", `translate(${x(0)},0)`).call(axisLeft(y).ticks(5));
  axes.append(s("text", { class: "name", x: x(5), y: height - 3 }, "x"));
  const names = [s("text", { x: x(0) + 8, y: y(1) + 16 }, "● sigmoid(k(x − 5))"), s("text", { x: x(0) + 8, y: y(1) + 34 }, "■ step(x − 5), dashed")];
  picture.append(s("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Output of the sigmoid and of the step over x" },
    axes, before, after, curve, ...names, grip, soft, hard));
  const to = (value) => set({ x: round(clamp(value, 0, 10)) });
  handle(grip, { label: "x. Arrow keys move it.", move: (px) => to(x.invert(px)), nudge: (dx) => to(state().x + dx * 0.1) });
  // Dense about the threshold, where a steep sigmoid does all its climbing.
  const sample = Array.from({ length: 241 }, (_, i) => (i - 120) / 120).map((t) => THRESHOLD + 5 * Math.sign(t) * Math.abs(t) ** 3);
  return ({ k, x: at }, { output }) => {
    curve.setAttribute("d", line((v) => x(v), (v) => y(sigmoid(k * (v - THRESHOLD))))(sample));
    grip.setAttribute("transform", `translate(${x(at)},0)`);
    attr(soft, { cx: x(at), cy: y(output[0]) });
    hard.setAttribute("transform", `translate(${x(at)},${y(output[1])})`);
  };
}

export default widget({ readout, sentence, code, draw });
