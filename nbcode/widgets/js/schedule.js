// The learning rate over the epochs.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, py, s, sci } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

const linear = ({ lr, start_factor: from, warmup }) => (t) => lr * (from + ((1 - from) * Math.min(t, warmup)) / warmup);
const cosine = ({ lr, eta_min: low }, most) => (t) => low + ((lr - low) * (1 + Math.cos((Math.PI * t) / most))) / 2;

/** Each schedule: the learning rate as a function of the epoch. */
const SCHEDULES = {
  constant: ({ lr }) => () => lr,
  StepLR: ({ lr, gamma, step_size: size }) => (t) => lr * gamma ** Math.floor(t / size),
  ExponentialLR: ({ lr, gamma }) => (t) => lr * gamma ** t,
  CosineAnnealingLR: (state) => cosine(state, state.epochs),
  LinearLR: linear,
  "warm-up, then cosine": (state) => (t) =>
    (t < state.warmup ? linear(state)(t) : cosine(state, state.epochs - state.warmup)(t - state.warmup)),
};
const chosen = ({ epoch, epochs }) => Math.min(epoch, epochs - 1);

export function readout(state) {
  const output = Array.from({ length: state.epochs }, (_, t) => SCHEDULES[state.schedule](state)(t));
  return { output, now: output[chosen(state)] };
}

const epochs = (count) => `${count} ${count === 1 ? "epoch" : "epochs"}`;
const warm = ({ warmup, start_factor: from, lr }) => `rises in a straight line from ${sci(from)} × ${sci(lr)} within ${epochs(warmup)}`;
const wave = ({ lr, eta_min: low }) => `${low > lr ? "rises" : "falls"} along half a cosine towards ${sci(low)}`;
const WORDS = {
  constant: () => "stays as it is",
  StepLR: ({ step_size: size, gamma }) => `is multiplied by γ = ${gamma} every ${epochs(size)}`,
  ExponentialLR: ({ gamma }) => `is multiplied by γ = ${gamma} every epoch`,
  CosineAnnealingLR: wave,
  LinearLR: (state) => `${warm(state)} and stays there`,
  "warm-up, then cosine": (state) => `${warm(state)}, then ${wave(state)}`,
};

export function sentence(state, { output, now }) {
  return `${state.schedule}: the learning rate, η₀ = ${sci(state.lr)}, ${WORDS[state.schedule](state)}. `
    + `In epoch ${chosen(state)} it is ${sci(now)}, in the last of ${state.epochs} epochs ${sci(output.at(-1))}.`;
}

export function code(state) {
  const { schedule, lr, epochs: most, step_size: size, gamma, eta_min: low, warmup, start_factor: from } = state;
  const makers = {
    StepLR: `StepLR(optimizer, step_size=${size}, gamma=${py(gamma)})`,
    ExponentialLR: `ExponentialLR(optimizer, gamma=${py(gamma)})`,
    CosineAnnealingLR: `CosineAnnealingLR(optimizer, T_max=${most}, eta_min=${py(low)})`,
    LinearLR: `LinearLR(optimizer, start_factor=${py(from)}, total_iters=${warmup})`,
  };
  const both = schedule === "warm-up, then cosine";
  const names = both ? ["CosineAnnealingLR", "LinearLR"] : makers[schedule] ? [schedule] : [];
  const made = both ? `\nwarmup = ${makers.LinearLR}
cosine = CosineAnnealingLR(optimizer, T_max=${most - warmup}, eta_min=${py(low)})` : makers[schedule] ? `\nschedule = ${makers[schedule]}` : "";
  const step = both ? `\n    (warmup if epoch < ${warmup} else cosine).step()` : makers[schedule] ? "\n    schedule.step()" : "";
  return `from nbcode.module import Parameter
from nbcode.optim import ${["SGD", ...names].join(", ")}

optimizer = SGD([Parameter([0.0])], lr=${py(lr)})${made}
output = []
for epoch in range(${most}):
    output.append(optimizer.lr)  # train for one epoch with this rate${step}
print(output)`;
}

function draw({ picture, set, state }) {
  const [width, left, right, top, floor] = [380, 48, 370, 14, 216];
  const x = scaleLinear([0, 1], [left, right]);
  const y = scaleLinear([0, 1], [floor, top]);
  const [below, beside] = [s("g", { transform: `translate(0,${floor})` }), s("g", { transform: `translate(${left},0)` })];
  const axes = s("g", { class: "axes", "aria-hidden": "true" }, below, beside,
    s("text", { class: "name", x: (left + right) / 2, y: floor + 34 }, "epoch"), s("text", { class: "name", x: left - 18, y: top - 2 }, "η"));
  const curve = s("path", { class: "curve" });
  const dot = s("circle", { r: 7, class: "dot is-one" });
  const value = s("text", { class: "over" });
  const grip = s("g", {}, s("rect", { class: "grip", x: -18, width: 36, y: top, height: floor - top }), s("line", { class: "guide", y1: top, y2: floor }));
  picture.append(s("svg", { viewBox: `0 0 ${width} ${floor + 38}`, role: "group", "aria-label": "The learning rate over the epochs" }, axes, curve, grip, dot, value));
  const to = (epoch) => set({ epoch: clamp(epoch, 0, state().epochs - 1) });
  handle(grip, {
    label: "Epoch. Arrow keys move it.",
    move: (px) => to(Math.floor(x.invert(px))),
    nudge: (dx) => to(chosen(state()) + dx),
  });
  return (now, out) => {
    x.domain([0, now.epochs]);
    y.domain([0, Math.max(...out.output) * 1.05]);
    select(below).call(axisBottom(x).ticks(6));
    select(beside).call(axisLeft(y).ticks(5));
    attr(curve, { d: out.output.map((rate, t) => `${t ? "V" : `M${x(0)},`}${y(rate)}H${x(t + 1)}`).join("") });
    const [px, py_] = [x(chosen(now) + 0.5), y(out.now)];
    attr(grip, { transform: `translate(${px},0)` });
    attr(dot, { cx: px, cy: py_ });
    const ahead = px < (left + right) / 2;
    attr(value, { x: px + (ahead ? 12 : -12), y: Math.max(py_ - 10, top + 12), "text-anchor": ahead ? "start" : "end" });
    value.textContent = sci(out.now);
  };
}

/** With fewer epochs the chosen one may have to move. */
const adapt = (changes, state) => ({ ...changes, epoch: chosen({ ...state, ...changes }) });

export default widget({ readout, sentence, code, draw, adapt });
