// Optimizers that walk down a landscape of two parameters.
import { axisBottom, axisLeft } from "d3-axis";
import { contours } from "d3-contour";
import { scaleLinear, scaleLog } from "d3-scale";
import { pointer, select } from "d3-selection";
import { attr, clamp, h, list, num, py, pyList, round, s, sci, significant, superscript, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { batchNoise, bestRate, descend, EDGE, isFar, landscape, largestRate, OPTIMIZERS } from "./shared/walk.js";

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
const walkers = ({ race, optimizer }) => (race ? NAMES : [optimizer]);

const kept = new WeakMap(); // what a state has led to: asked for by the readout, and once more by the picture

let found = {};

/** The best rate of each; found once for a landscape, a start and a momentum. */
function bestRates(surface, start, momentum, schema) {
  const at_ = [...start, momentum].join();
  if (found.surface !== surface || found.at !== at_) {
    found = { surface, at: at_, rates: NAMES.map((name) => bestRate(surface, name, start, momentum, schema.rates)) };
  }
  return found.rates;
}

/** The rates at which everybody walks, their ways, and where the next step would lead. */
function walks(state, schema) {
  if (!kept.has(state)) {
    const surface = landscape(state.surface, schema);
    const start = [state.x, state.y];
    const own = state.race && state.rates === "the best of each";
    const noise = state.noise ? batchNoise(state.noise, state.seed) : null;
    const rates = own ? bestRates(surface, start, state.momentum, schema) : walkers(state).map(() => state.lr);
    const ahead = Math.min(state.step + 1, schema.params.step.high);
    const ways = walkers(state).map((name, i) => descend(surface, name, start, rates[i], state.momentum, ahead, noise));
    const paths = ways.map((way) => way.slice(0, state.step + 1));
    kept.set(state, { surface, rates, paths, next: ways.map((way) => way[state.step + 1]), noise });
  }
  return kept.get(state);
}

/** The first step at which the loss is larger than at the start, null if there is none. */
function firstOver([before, ...losses]) {
  const index = losses.findIndex((loss) => loss > before);
  return index < 0 ? null : index + 1;
}

/** The formula of the largest stable rate. */
const FORMULAS = { SGD: "2/λₘₐₓ", momentum: "2(1 + μ)/λₘₐₓ", Nesterov: "2(1 + μ)/((1 + 2μ) λₘₐₓ)" };

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
    over: paths.map((path) => firstOver(path.map((at) => surface.value(...at)))),
    distance: output.map((at) => distance(surface, at)),
    gradient: output.map((at) => surface.gradient(...at)),
    edge: walkers(state).map((name) => largestRate(surface, name, state.momentum)),
  };
  return { ...out, solved: solved(state, out, schema) };
}

/** In words: the largest stable rates, where they are known and shown; intro(name) leads to each. */
function stable(now, { edge }, { quadratic }, intro = (name) => name) {
  const known = walkers(now).flatMap((name, i) => (edge[i] === null ? [] : [`${intro(name)} ${sci(edge[i])}`]));
  return now.limit && known.length ? ` Largest stable rate${quadratic ? "" : " at the minimum"}: ${list(known)}.` : "";
}

const at = ([x, y]) => `(${[x, y].map((v) => (Math.abs(v) < 1e4 ? num(v) : sci(v))).join(", ")})`;
const steps = (count) => `${count} ${count === 1 ? "step" : "steps"}`;

export function sentence(state, out, schema) {
  const surface = landscape(state.surface, schema);
  const [place] = PLACES[state.surface];
  const start = [state.x, state.y];
  const before = surface.value(...start);
  const noisy = state.noise ? ` The batches add noise of standard deviation ${num(state.noise)} to each part of the gradient (seed ${state.seed}).` : "";
  const limits = stable(state, out, surface);
  const own = state.race && state.rates === "the best of each";
  if (state.race) {
    const losses = NAMES.map((name, i) => `${name} ${out.steps[i] < state.step || isFar(surface, out.output[i]) ? `has run away at step ${out.steps[i]}` : sci(out.loss[i])}`);
    const least = out.loss.indexOf(Math.min(...out.loss));
    const rate = own ? `each with its best rate (${NAMES.map((name, i) => `${name} ${sci(out.rates[i])}`).join(", ")})` : `all with η = ${sci(state.lr)}`;
    return `A race ${place} from ${at(start)}, ${rate}, momentum ${num(state.momentum)}. Losses after ${steps(state.step)}: ${list(losses)}. ${NAMES[least]} is lowest.${limits}${noisy}`;
  }
  const [name, lr, here, loss, edge] = [state.optimizer, state.lr, out.output[0], out.loss[0], out.edge[0]];
  const keeps = ["momentum", "Nesterov"].includes(name) ? ` and μ = ${num(state.momentum)}` : "";
  const text = `${name} with η = ${sci(lr)}${keeps} ${place}, from ${at(start)}: after ${steps(out.steps[0])} it is at ${at(here)}, the loss is ${sci(loss)}, and the minimum is ${sci(out.distance[0])} away.`;
  const hopeless = surface.quadratic && edge !== null && lr >= edge;
  const limit = () => (state.limit ? `of ${FORMULAS[name]} = ${sci(edge)} or more` : "as large as this");
  const why = hopeless ? ` On this quadratic no rate ${limit()} can converge.` : limits;
  let end = why;
  if (isFar(surface, here)) end = ` That is more than ${surface.far} from the middle: it runs away, and the run is cut.${why}`;
  else if (loss > before) end = ` At step ${out.over[0]} the loss became larger than at the start, where it was ${sci(before)}${hopeless && lr > edge ? ": it runs away." : "."}${why}`;
  else if (length(out.gradient[0]) < LEVEL) end = `${out.distance[0] < 0.01 ? " It has arrived." : " The ground is level here, but this is not the minimum."}${why}`;
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

/** Where on the slider of the learning rate the largest stable one is. */
export function marks(state, out, schema) {
  const [edge] = out.edge;
  if (edge === null || !state.limit) return {};
  return { lr: [edge, `${walkers(state)[0]}: ${sci(edge)}`] };
}

// How the five are drawn: a mark at the end of the way, and in words.
const MARKS = [
  "M-6,0A6,6,0,1,1,6,0A6,6,0,1,1,-6,0Z",
  "M-6,-6H6V6H-6Z",
  "M0,-8L7,5H-7Z",
  "M0,-8L8,0L0,8L-8,0Z",
  "M-2.5,-7H2.5V-2.5H7V2.5H2.5V7H-2.5V2.5H-7V-2.5H-2.5Z",
];
const BEYOND = 5000; // nothing is drawn farther away, in the picture's units
const FLOOR = 1e-12; // smaller losses are drawn as this one

/** Level lines of a landscape, filled; computed once for each. */
function survey(land, x, y) {
  const [cells, count, reach] = [60, 14, EDGE * 1.07];
  const place = (i) => -reach + (2 * reach * i) / (cells - 1);
  const ring = (points) => `M${points.map(([px, py_]) => `${Math.round(10 * x(place(px - 0.5))) / 10},${Math.round(10 * y(place(py_ - 0.5))) / 10}`).join("L")}Z`;
  const known = new Map();
  const measure = ({ value }) => {
    const heights = Array.from({ length: cells * cells }, (_, i) => value(place(i % cells), place(Math.floor(i / cells))));
    const [least, most] = [Math.min(...heights), Math.max(...heights)];
    const levels = Array.from({ length: count }, (_, i) => least + (most - least) * (i / count) ** 2.5);
    return contours().size([cells, cells]).thresholds(levels)(heights).map(({ coordinates }, i) =>
      s("path", { style: `--height: ${Math.round((100 * i) / (count - 1))}%`, d: coordinates.flat().map(ring).join("") }));
  };
  let drawn;
  return (surface) => {
    if (drawn === surface) return;
    drawn = surface;
    if (!known.has(surface)) known.set(surface, measure(surface));
    land.replaceChildren(...known.get(surface));
  };
}

/** The map with the ways; returns update(now, out, walk). */
function map(picture, { set, state }) {
  const id = uniqueId();
  const [width, left, right, top, floor] = [380, 28, 374, 6, 352];
  const x = scaleLinear([-EDGE, EDGE], [left, right]);
  const y = scaleLinear([-EDGE, EDGE], [floor, top]);
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${floor})`).call(axisBottom(x).ticks(5));
  select(axes).append("g").attr("transform", `translate(${left},0)`).call(axisLeft(y).ticks(5));
  axes.append(s("text", { class: "name", x: right - 22, y: floor + 18 }, "x"), s("text", { class: "name", x: 10, y: y(1.5) + 5 }, "y"));
  const frame = { x: left, y: top, width: right - left, height: floor - top };
  const land = s("g", { class: "land" });
  const lowest = s("g");
  const ways = NAMES.map((_, i) => ({
    halo: s("path", { class: "halo" }),
    line: s("path", { class: `way w${i}` }),
    dots: s("path", { class: `steps w${i}` }),
    end: s("path", { class: `end w${i}`, d: MARKS[i] }),
  }));
  const arrow = (kind) => ({
    shaft: s("line", { class: `shaft ${kind}` }),
    head: s("path", { class: `head ${kind}`, d: "M0,0L-10,-5L-10,5Z" }),
  });
  const arrows = { slope: arrow("slope"), felt: arrow("felt"), step: arrow("step") };
  const ground = s("rect", { ...frame, class: "ground" });
  const start = s("g", {}, s("circle", { r: 20, class: "grip" }), s("circle", { r: 8, class: "begin" }));
  const svg = s("svg", { viewBox: `0 0 ${width} ${floor + 26}`, role: "group", "aria-label": "The landscape from above, and the way down" },
    s("defs", {}, s("clipPath", { id }, s("rect", frame))),
    s("g", { "clip-path": `url(#${id})` }, land, lowest, ...ways.flatMap(({ halo, line, dots }) => [halo, line, dots]),
      ...Object.values(arrows).flatMap(({ shaft, head }) => [shaft, head]), ...ways.map(({ end }) => end)),
    axes, ground, start);
  picture.append(svg);

  const put = (px, py_) => set({ x: round(clamp(px, -EDGE, EDGE)), y: round(clamp(py_, -EDGE, EDGE)) });
  ground.addEventListener("click", (event) => {
    const [px, py_] = pointer(event, svg);
    put(x.invert(px), y.invert(py_));
  });
  handle(start, {
    label: "Start",
    move: (px, py_) => put(x.invert(px), y.invert(py_)),
    nudge: (dx, dy) => put(state().x + dx * 0.02, state().y + dy * 0.02),
  });
  const show = survey(land, x, y);
  const spot = ([px, py_]) => [clamp(x(px), -BEYOND, BEYOND), clamp(y(py_), -BEYOND, BEYOND)];
  const point = ({ shaft, head }, from, to) => {
    const [[x1, y1], [x2, y2]] = [from, to || from];
    const seen = Math.hypot(x2 - x1, y2 - y1) > 1;
    const visibility = seen ? "visible" : "hidden";
    attr(shaft, { visibility, x1, y1, x2, y2 });
    attr(head, { visibility, transform: `translate(${x2},${y2}) rotate(${(Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI})` });
  };

  return (now, out, { surface, paths, next, noise }) => {
    show(surface);
    lowest.replaceChildren(...surface.minima.map((at_) => s("path", { class: "lowest", d: "M-6,0H6M0,-6V6", transform: `translate(${spot(at_)})` })));
    attr(start, { transform: `translate(${x(now.x)},${y(now.y)})`, "aria-label": `Start at ${num(now.x)}, ${num(now.y)}. Arrow keys move it.` });
    const names = walkers(now);
    ways.forEach(({ halo, line, dots, end }, i) => {
      const path = paths[names.indexOf(NAMES[i])];
      for (const part of [halo, line, dots, end]) attr(part, { visibility: path ? "visible" : "hidden" });
      if (!path) return;
      const spots = path.map(spot);
      const d = `M${spots.join("L")}`;
      attr(halo, { d });
      attr(line, { d });
      attr(dots, { d: `M${spots.join("h0M")}h0` });
      attr(end, { transform: `translate(${spots.at(-1)})` });
    });
    const here = spot(paths[0].at(-1));
    const [gx, gy] = out.gradient[0];
    const [nx, ny] = noise?.[now.step] ?? [0, 0];
    const down = (dx, dy) => {
      const long = Math.hypot(dx, dy);
      return long < 1e-9 ? here : [here[0] - (44 * dx) / long, here[1] + (44 * dy) / long];
    };
    const alone = !now.race && !isFar(surface, paths[0].at(-1));
    point(arrows.slope, here, alone && down(gx, gy));
    point(arrows.felt, here, alone && noise && down(gx + nx, gy + ny));
    point(arrows.step, here, alone && next[0] && spot(next[0]));
  };
}

/** The loss over the steps; returns update(now, walk). */
function chart(picture) {
  const [width, left, right, top, floor] = [380, 40, 370, 22, 132];
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  const [below, beside] = [s("g", { transform: `translate(0,${floor})` }), s("g", { transform: `translate(${left},0)` })];
  axes.append(below, beside, s("text", { class: "name", x: right - 12, y: floor + 34 }, "step"));
  const lines = NAMES.map((_, i) => [s("path", { class: `way w${i}` }), s("path", { class: `end w${i}`, d: MARKS[i] })]);
  picture.append(s("svg", { class: "chart", viewBox: `0 0 ${width} ${floor + 38}`, role: "img", "aria-label": "The loss over the steps" },
    axes, s("text", { x: left, y: 12 }, "loss"), ...lines.flat()));
  return (now, { surface, paths }) => {
    const losses = paths.map((path) => path.map((at_) => Math.max(surface.value(...at_), FLOOR)));
    const all = losses.flat();
    const low = Math.floor(Math.log10(Math.min(...all)) + 1e-9);
    const high = Math.max(Math.ceil(Math.log10(Math.max(...all)) - 1e-9), low + 1);
    const x = scaleLinear([0, [10, 20, 50, 100, 200].find((most) => most >= now.step)], [left, right]);
    const y = scaleLog([10 ** low, 10 ** high], [floor, top]);
    const apart = Math.ceil((high - low) / 4);
    const powers = Array.from({ length: Math.floor((high - low) / apart) + 1 }, (_, i) => low + i * apart);
    select(below).call(axisBottom(x).ticks(5));
    select(beside).call(axisLeft(y).tickValues(powers.map((power) => 10 ** power)).tickFormat((_, i) => `10${superscript(powers[i])}`));
    const names = walkers(now);
    lines.forEach(([line, end], i) => {
      const values = losses[names.indexOf(NAMES[i])];
      for (const part of [line, end]) attr(part, { visibility: values ? "visible" : "hidden" });
      if (!values) return;
      const spots = values.map((value, step) => [x(step), y(value)]);
      attr(line, { d: `M${spots.join("L")}` });
      attr(end, { transform: `translate(${spots.at(-1)}) scale(0.8)` });
    });
  };
}

/** Back, one step, play, all; returns update(now, out). */
function buttons(picture, { set, state, schema }) {
  const most = schema.params.step.high;
  const [period, stride] = matchMedia("(prefers-reduced-motion: reduce)").matches ? [1000, 10] : [100, 1];
  let reached = 0; // where the last of the runs is, which may have been cut
  let awaited = 0; // the step that playing has set
  let timer = null;
  const button = (name, onclick) => h("button", { type: "button", name: name.toLowerCase(), onclick }, name);
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const go = (step) => {
    awaited = clamp(step, 0, most);
    set({ step: awaited });
  };
  const tick = () => {
    if (!play.isConnected || state().step >= most || reached < state().step) stop();
    else go(state().step + stride);
  };
  const back = button("Back", () => go(Math.min(state().step, reached) - 1));
  const step = button("Step", () => go(state().step + 1));
  const play = button("Play", () => {
    if (timer) return stop();
    if (step.disabled) go(0);
    timer = setInterval(tick, period);
    play.textContent = "Pause";
  });
  const all = button("All", () => go(most));
  picture.append(h("div", { class: "presets" }, back, step, play, all));
  return (now, out, { surface }) => {
    reached = Math.max(...out.steps);
    if (timer && now.step !== awaited) stop();
    back.disabled = now.step === 0;
    step.disabled = all.disabled = now.step === most || out.output.every((end) => isFar(surface, end));
  };
}

/** In words: how the ground is curved. */
function curvature({ curvatures, quadratic }) {
  if (!curvatures) return "";
  const [low, high] = curvatures;
  const where = quadratic ? "everywhere" : "at the minimum";
  return low === high ? `Curvature ${where}: λ = ${sci(low)} in all directions.`
    : `Curvature ${where}: from λₘᵢₙ = ${sci(low)} to λₘₐₓ = ${sci(high)}, 1 : ${sci(high / low)}.`;
}

/** In a race, where everybody is; else, the last steps; returns update(now, out, walk). */
function table(side) {
  const head = h("tr");
  const rows = h("tbody");
  const remark = h("p", { class: "remark" });
  side.append(h("table", { class: "numbers" }, h("thead", {}, head), rows), remark);
  const columns = (names) => head.replaceChildren(...names.map((name) => h("th", { scope: "col" }, name)));
  const row = (cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell)));
  const sample = (i) => s("svg", { viewBox: "0 0 24 16", width: 24, height: 16, "aria-hidden": "true" },
    s("path", { class: `way w${i}`, d: "M0,8H24" }), s("path", { class: `end w${i}`, d: MARKS[i], transform: "translate(16,8) scale(0.8)" }));
  return (now, out, { surface, paths }) => {
    const bent = curvature(surface) + stable(now, out, surface, (name) => `${name} ${FORMULAS[name]} =`);
    if (now.race) {
      const own = now.rates === "the best of each";
      columns(["", ...(own ? ["η"] : []), "loss", "distance"]);
      rows.replaceChildren(...NAMES.map((name, i) => {
        const away = isFar(surface, out.output[i]);
        return h("tr", {}, h("td", { class: "named" }, sample(i), ` ${name}`),
          ...[...(own ? [sci(out.rates[i])] : []), away ? `away at ${out.steps[i]}` : significant(out.loss[i], 2), significant(out.distance[i], 2)].map((cell) => h("td", {}, cell)));
      }));
      remark.textContent = `${bent} The crosses mark where the loss is lowest.${!own ? "" : " The best rate: of 41 from 0.0001 to 10, the one with the lowest loss after 100 steps from this start, without noise, never farther than 5 from the middle."}`;
      return;
    }
    columns(["step", "x", "y", "loss", "|gradient|"]);
    const [path] = paths;
    const first = Math.max(path.length - 5, 0);
    rows.replaceChildren(...path.slice(first).map((here, i) =>
      row([first + i, sci(round(here[0], 4)), sci(round(here[1], 4)), sci(surface.value(...here)), sci(length(surface.gradient(...here)))])));
    remark.textContent = `${bent} The thin arrow points downhill${now.noise ? ", the dashed one where the noisy gradient says" : ""}; the thick one is the next step. Crosses: the lowest places.`;
  };
}

function draw({ picture, side, set, state, schema }) {
  const tools = { set, state, schema };
  const [onMap, onButtons, onChart, onTable] = [map(picture, tools), buttons(picture, tools), chart(picture), table(side)];
  return (now, out) => {
    const walk = walks(now, schema);
    onMap(now, out, walk);
    onButtons(now, out, walk);
    onChart(now, walk);
    onTable(now, out, walk);
  };
}

export default widget({ readout, sentence, code, draw, marks });
