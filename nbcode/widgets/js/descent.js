// Optimizers that walk down a landscape of two parameters.
import { axisBottom, axisLeft } from "d3-axis";
import { contours } from "d3-contour";
import { scaleLinear, scaleLog } from "d3-scale";
import { pointer, select } from "d3-selection";
import { attr, clamp, h, list, num, py, pyList, round, s, sci, superscript, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { batchNoise, bestRate, descend, EDGE, FAR, largestRate, OPTIMIZERS, SURFACES } from "./shared/walk.js";

const NAMES = Object.keys(OPTIMIZERS);
const LEVEL = 1e-3; // a gradient shorter than this counts as level ground
const BELOW = 0.001; // the loss to reach in the challenge

// In words: where one walks, and in Python: the loss and its gradient.
const PLACES = {
  valley: ["in the round valley", "(x * x + y * y) / 2", "x, y"],
  ravine: ["in the ravine", "(0.2 * x * x + 10 * y * y) / 2", "0.2 * x, 10 * y"],
  "turned ravine": [
    "in the turned ravine",
    "(0.2 * (x + y) ** 2 + 10 * (y - x) ** 2) / 4",
    "(0.2 * (x + y) - 10 * (y - x)) / 2, (0.2 * (x + y) + 10 * (y - x)) / 2",
  ],
  saddle: ["about the saddle", "x**2 / 2 + (y**2 - 1) ** 2 / 4", "x, y * (y * y - 1)"],
  Rosenbrock: [
    "in Rosenbrock’s valley",
    "(1 - x) ** 2 + 100 * (y - x**2) ** 2",
    "-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)",
  ],
  "many minima": ["among many minima", "SURFACE.value(x, y)", "SURFACE.gradient(x, y)"],
  network: ["on the slice of a network’s loss", "SURFACE.value(x, y)", "SURFACE.gradient(x, y)"],
};

const length = ([x, y]) => Math.sqrt(x * x + y * y);
const distance = ({ minima }, [x, y]) => Math.min(...minima.map(([a, b]) => Math.sqrt((x - a) ** 2 + (y - b) ** 2)));
const isFar = ([x, y]) => Math.abs(x) > FAR || Math.abs(y) > FAR;
const walkers = ({ race, optimizer }) => (race ? NAMES : [optimizer]);

/** The rates at which everybody walks, and their whole ways. */
function walks(state, schema) {
  const surface = SURFACES[state.surface];
  const start = [state.x, state.y];
  const own = state.race && state.rates === "the best of each";
  const noise = state.noise ? batchNoise(state.noise, state.seed) : null;
  const rates = walkers(state).map((name) => (own ? bestRate(surface, name, start, state.momentum, schema.rates) : state.lr));
  const paths = walkers(state).map((name, i) => descend(surface, name, start, rates[i], state.momentum, state.step, noise));
  return { surface, rates, paths, noise };
}

function solved(state, { loss }, { initial, task }) {
  if (state.noise) return false;
  if (task === "ravine") {
    const there = state.x === initial.x && state.y === initial.y && state.surface === "ravine";
    const allowed = !state.race && ["SGD", "momentum"].includes(state.optimizer) && state.step <= 30;
    return there && allowed && loss[0] < BELOW;
  }
  return state.race && state.step >= 20 && loss[0] < loss.at(-1) / 10;
}

export function readout(state, schema) {
  const { surface, rates, paths } = walks(state, schema);
  const output = paths.map((path) => path.at(-1));
  const out = {
    rates,
    steps: paths.map((path) => path.length - 1),
    output,
    loss: output.map((at) => surface.value(...at)),
    distance: output.map((at) => distance(surface, at)),
    gradient: output.map((at) => surface.gradient(...at)),
    edge: walkers(state).map((name) => largestRate(surface, name, state.momentum)),
  };
  return { ...out, solved: solved(state, out, schema) };
}

const at = ([x, y]) => `(${[x, y].map((v) => (Math.abs(v) < 1e4 ? num(v) : sci(v))).join(", ")})`;
const steps = (count) => `${count} ${count === 1 ? "step" : "steps"}`;

export function sentence(state, out) {
  const surface = SURFACES[state.surface];
  const [place] = PLACES[state.surface];
  const start = [state.x, state.y];
  const before = surface.value(...start);
  const noisy = state.noise ? ` The batches add noise of standard deviation ${num(state.noise)} to each part of the gradient (seed ${state.seed}).` : "";
  const own = state.race && state.rates === "the best of each";
  if (state.race) {
    const losses = NAMES.map((name, i) => `${name} ${out.steps[i] < state.step || isFar(out.output[i]) ? `has run away at step ${out.steps[i]}` : sci(out.loss[i])}`);
    const least = out.loss.indexOf(Math.min(...out.loss));
    const rate = own ? `each with its best rate (${NAMES.map((name, i) => `${name} ${sci(out.rates[i])}`).join(", ")})` : `all with η = ${sci(state.lr)}`;
    return `A race ${place} from ${at(start)}, ${rate}, momentum ${num(state.momentum)}. Losses after ${steps(state.step)}: ${list(losses)}. ${NAMES[least]} is lowest.${noisy}`;
  }
  const [name, lr, here, loss, edge] = [state.optimizer, state.lr, out.output[0], out.loss[0], out.edge[0]];
  const keeps = ["momentum", "Nesterov"].includes(name) ? ` and β = ${num(state.momentum)}` : "";
  const text = `${name} with η = ${sci(lr)}${keeps} ${place}, from ${at(start)}: after ${steps(state.step)} it is at ${at(here)}, the loss is ${sci(loss)}, and the minimum is ${sci(out.distance[0])} away.`;
  const why = surface.quadratic && edge !== null && lr > edge ? ` On this quadratic no rate above ${sci(edge)} can converge.` : "";
  let end = "";
  if (isFar(here)) end = ` At step ${out.steps[0]} it is more than ${FAR} from the middle: it runs away, and the run is cut.${why}`;
  else if (loss > before) end = ` The loss is larger than at the start, where it was ${sci(before)}.${why}`;
  else if (length(out.gradient[0]) < LEVEL) end = out.distance[0] < 0.01 ? " It has arrived." : " The ground is level here, but this is not the minimum.";
  return text + end + noisy;
}

export function code(state, out) {
  const [, value, gradient] = PLACES[state.surface].map((text) => text.replace("SURFACE", `SURFACES["${state.surface}"]`));
  const makers = {
    SGD: (rate) => `SGD([w], lr=${py(rate)})`,
    momentum: (rate) => `SGD([w], lr=${py(rate)}, momentum=${py(state.momentum)})`,
    Nesterov: (rate) => `SGD([w], lr=${py(rate)}, momentum=${py(state.momentum)}, nesterov=${state.momentum > 0 ? "True" : "False"})`,
    RMSprop: (rate) => `RMSprop([w], lr=${py(rate)})`,
    Adam: (rate) => `Adam([w], lr=${py(rate)})`,
  };
  const names = walkers(state);
  const classes = [...new Set(names.map((name) => makers[name](1).split("(")[0]))].sort();
  const borrowed = [...(value.startsWith("SURFACES") ? ["SURFACES"] : []), ...(state.noise ? ["batch_noise"] : [])];
  const uses = borrowed.length ? `\nfrom nbcode.widgets.descent import ${borrowed.join(", ")}` : "";
  const noise = state.noise ? `\nnoise = batch_noise(${py(state.noise)}, seed=${state.seed})` : "";
  const walk = (rates) => rates.map((rate, i) => `w = Parameter([${py(state.x)}, ${py(state.y)}])
optimizer = ${makers[names[i]](rate)}
for step in range(${out.steps[i]}):
    w.grad[:] = gradient(*w.data)${state.noise ? " + noise[step]" : ""}
    optimizer.step()
output.append(w.data)`).join("\n\n");
  return `import numpy as np
from nbcode.module import Parameter
from nbcode.optim import ${classes.join(", ")}${uses}

def loss(x, y):
    return ${value}

def gradient(x, y):
    return np.array([${gradient.startsWith("SURFACES") ? `*${gradient}` : gradient}])
${noise}
output = []
${walk(out.rates)}
print([loss(*end) for end in output])`;
}

function draw({ picture, side, set, state, schema }) {
  const id = uniqueId();
  const [size, left, right, top, floor] = [380, 30, 374, 6, 350];
  const x = scaleLinear([-EDGE, EDGE], [left, right]);
  const y = scaleLinear([-EDGE, EDGE], [floor, top]);
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${floor})`).call(axisBottom(x).ticks(5));
  select(axes).append("g").attr("transform", `translate(${left},0)`).call(axisLeft(y).ticks(5));
  const frame = { x: left, y: top, width: right - left, height: floor - top };
  const clip = s("clipPath", { id }, s("rect", frame));
  const land = s("g", { class: "land" });
  const ways = s("g");
  const ground = s("rect", { ...frame, class: "ground" });
  const start = s("g", {}, s("circle", { r: 20, class: "grip" }), s("circle", { r: 7, class: "dot is-one" }));
  const svg = s("svg", { viewBox: `0 0 ${size} ${size - 6}`, role: "group", "aria-label": "The landscape from above, and the way down" },
    s("defs", {}, clip), s("g", { "clip-path": `url(#${id})` }, land, ways), axes, ground, start);
  picture.append(svg);
  const put = (px, py_) => set({ x: round(clamp(px, -EDGE, EDGE)), y: round(clamp(py_, -EDGE, EDGE)) });
  ground.addEventListener("click", (event) => {
    const [px, py_] = pointer(event, svg);
    put(x.invert(px), y.invert(py_));
  });
  handle(start, {
    label: "Start. Arrow keys move it.",
    move: (px, py_) => put(x.invert(px), y.invert(py_)),
    nudge: (dx, dy) => put(state().x + dx * 0.02, state().y + dy * 0.02),
  });

  const GRID = 72;
  const LEVELS = 14;
  const reach = EDGE * 1.06;
  const place = (i) => -reach + (2 * reach * i) / (GRID - 1);
  let drawn = "";
  const survey = (name) => {
    if (name === drawn) return;
    drawn = name;
    const { value } = SURFACES[name];
    const values = Array.from({ length: GRID * GRID }, (_, i) => value(place(i % GRID), place(Math.floor(i / GRID))));
    const most = Math.max(...values);
    const least = Math.min(...values);
    const levels = Array.from({ length: LEVELS }, (_, i) => least + (most - least) * (i / LEVELS) ** 2.5);
    land.replaceChildren(...contours().size([GRID, GRID]).thresholds(levels)(values).map(({ coordinates }, i) => s("path", {
      style: `--t: ${(i / (LEVELS - 1)).toFixed(3)}`,
      d: coordinates.flat().map((ring) => `M${ring.map(([px, py_]) => `${x(place(px - 0.5)).toFixed(1)},${y(place(py_ - 0.5)).toFixed(1)}`).join("L")}Z`).join(""),
    })));
  };
  return (now) => {
    survey(now.surface);
    const { paths } = walks(now, schema);
    attr(start, { transform: `translate(${x(now.x)},${y(now.y)})` });
    ways.replaceChildren(...paths.map((path) => s("path", { class: "curve", d: `M${path.map(([px, py_]) => `${x(px)},${y(py_)}`).join("L")}` })));
  };
}

export default widget({ readout, sentence, code, draw });
