// A function of two variables as a map: partial derivatives, and the gradient.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, num, py, round, s, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

const EDGE = 2.4; // both axes run from −EDGE to EDGE
const MOST = 1.5; // the point stays within
const steps = (count) => Array.from({ length: count + 1 }, (_, i) => i / count);
const across = steps(40).map((t) => EDGE * (2 * t - 1));

// Each function, its partial derivatives, how long an arrow of 1 is on the map, its level lines as polylines, and where
// their heights are written.
const SURFACES = {
  "x² + 3y²": {
    f: (x, y) => x * x + 3 * y * y,
    gradient: (x, y) => [2 * x, 6 * y],
    python: ["x**2 + 3 * y**2", "2 * x", "6 * y"],
    arrow: 0.09,
    heights: [2, 4, 6, 8, 10, 12],
    range: [-1, 14],
    level: (c) => [steps(90).map((t) => [Math.sqrt(c) * Math.cos(2 * Math.PI * t), Math.sqrt(c / 3) * Math.sin(2 * Math.PI * t)])],
    label: (c) => [-Math.sqrt(c) * 0.5, Math.sqrt(c / 3) * 0.866],
  },
  "x² − y²": {
    f: (x, y) => x * x - y * y,
    gradient: (x, y) => [2 * x, -2 * y],
    python: ["x**2 - y**2", "2 * x", "-2 * y"],
    arrow: 0.25,
    heights: [-4, -3, -2, -1, 0, 1, 2, 3, 4],
    range: [-6, 6],
    level: (c) => [1, -1].map((side) => across.map((v) => (c >= 0 ? [side * Math.sqrt(c + v * v), v] : [v, side * Math.sqrt(v * v - c)]))),
    label: (c) => (c > 0 ? [-Math.sqrt(c), 0] : c < 0 ? [0, Math.sqrt(-c)] : [-1.6, 1.6]),
  },
  "2x + 3y": {
    f: (x, y) => 2 * x + 3 * y,
    gradient: () => [2, 3],
    python: ["2 * x + 3 * y", "2.0", "3.0"],
    arrow: 0.25,
    heights: [-8, -6, -4, -2, 0, 2, 4, 6, 8],
    range: [-12, 12],
    level: (c) => [[-EDGE, EDGE].map((v) => [v, (c - 2 * v) / 3])],
    label: (c) => [(2 * c) / 13, (3 * c) / 13],
  },
};

export function readout({ f, x, y }) {
  const surface = SURFACES[f];
  const output = surface.gradient(x, y);
  return {
    value: surface.f(x, y),
    output,
    length: Math.hypot(...output),
  };
}

export function sentence({ f, x, y }, { value, output: [dx, dy], length }) {
  const kind = f === "x² + 3y²" ? "the bottom of the bowl" : "the saddle: the ground rises both ways along x, and falls both ways along y";
  const gradient = length < 1e-9
    ? `The gradient is (0, 0): the ground is level here, whichever way you face. This is ${kind}.`
    : `The gradient (${num(dx)}, ${num(dy)}) has the length ${num(length)}.`;
  return `f = ${f} has the height ${num(value)} at x = ${num(x)}, y = ${num(y)}. With y held, the slope along x is ∂f/∂x = ${num(dx)}; with x held, the slope along y is ∂f/∂y = ${num(dy)}. ${gradient}`;
}

export function code({ f, x, y }) {
  const [height, dx, dy] = SURFACES[f].python;
  return `from nbcode.check import compare, numerical_gradient

def f(point):
    x, y = point
    return ${height}

def gradient(point):
    x, y = point
    return [${dx}, ${dy}]

point = [${py(x)}, ${py(y)}]
output = gradient(point)
print(compare("gradient", output, numerical_gradient(f, point), tol=1e-6))`;
}

const points = (pairs, x, y) => `M${pairs.map(([a, b]) => `${x(a).toFixed(2)},${y(b).toFixed(2)}`).join("L")}`;

function draw({ picture, side, set, state }) {
  const id = uniqueId();
  const size = 380;
  const x = scaleLinear([-EDGE, EDGE], [34, size - 10]);
  const y = scaleLinear([-EDGE, EDGE], [size - 34, 10]); // as many pixels for 1 as along x: a right angle looks right
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${y(-EDGE)})`).call(axisBottom(x).ticks(5));
  select(axes).append("g").attr("transform", `translate(${x(-EDGE)},0)`).call(axisLeft(y).ticks(5));
  axes.append(s("text", { class: "name", x: x(EDGE) - 14, y: y(-EDGE) + 32 }, "x"), s("text", { class: "name", x: 10, y: y(EDGE) + 12 }, "y"));
  const clip = s("clipPath", { id }, s("rect", { x: x(-EDGE), width: x(EDGE) - x(-EDGE), y: y(EDGE), height: y(-EDGE) - y(EDGE) }));
  const levels = s("g", { class: "lattice" });
  const heights = s("g");
  const level = s("path", { class: "curve" });
  const guides = [s("line", { class: "guide", x1: x(-EDGE), x2: x(EDGE) }), s("line", { class: "guide", y1: y(EDGE), y2: y(-EDGE) })];
  const angle = s("path", { class: "guide", d: "M9,0V-9H0" });
  const shaft = s("line", { class: "normal" });
  const head = s("path", { class: "normal-head", d: "M0,0L-11,-5.5L-11,5.5Z" });
  const grip = () => s("g", {}, s("circle", { r: 20, class: "grip" }), s("circle", { r: 7, class: "dot is-one" }));
  const point = grip();
  const scale = s("text", { class: "over", x: x(EDGE) - 4, y: y(EDGE) + 16, "text-anchor": "end" });
  picture.append(s("svg", { viewBox: `0 0 ${size} ${size + 4}`, role: "group", "aria-label": "Map of the function: level lines, the point, and the gradient at it" },
    s("defs", {}, clip), axes, s("g", { "clip-path": `url(#${id})` }, levels, ...guides, level, angle), heights, scale, shaft, head, point));
  const to = (changes) => set(Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, round(clamp(value, -MOST, MOST))])));
  handle(point, {
    label: "Point on the map. Arrow keys move it.",
    move: (px, py) => to({ x: x.invert(px), y: y.invert(py) }),
    nudge: (dx, dy) => to({ x: state().x + dx * 0.05, y: state().y + dy * 0.05 }),
  });

  /** A slice through the surface, along one variable while the other is held. */
  const slice = (key) => {
    const [width, height] = [320, 150];
    const sx = scaleLinear([-EDGE, EDGE], [34, width - 22]);
    const sy = scaleLinear([0, 1], [height - 26, 24]);
    const frame = `${id}-${key}`;
    const ground = s("g", { class: "axes", "aria-hidden": "true" });
    select(ground).append("g").attr("transform", `translate(0,${sy(0)})`).call(axisBottom(sx).ticks(5));
    const left = s("g");
    ground.append(left, s("text", { class: "name", x: width - 8, y: sy(0) + 4 }, key));
    const curve = s("path", { class: "curve" });
    const tangent = s("line", { class: "curve second" });
    const title = s("text", { x: 34, y: 14 });
    const mover = grip();
    side.append(s("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Slice along ${key}, with its tangent` },
      s("defs", {}, s("clipPath", { id: frame }, s("rect", { x: sx(-EDGE), width: sx(EDGE) - sx(-EDGE), y: sy(1), height: sy(0) - sy(1) }))),
      ground, s("g", { "clip-path": `url(#${frame})` }, curve, tangent), title, mover));
    handle(mover, {
      label: `Point of the slice along ${key}. Left and right move it.`,
      move: (px) => to({ [key]: sx.invert(px) }),
      nudge: (dx) => to({ [key]: state()[key] + dx * 0.05 }),
    });
    const held = key === "x" ? "y" : "x";
    return (now, { value, output }) => {
      const { f, range } = SURFACES[now.f];
      const at = now[key];
      const slope = output[key === "x" ? 0 : 1];
      sy.domain(range);
      select(left).attr("transform", `translate(${sx(-EDGE)},0)`).call(axisLeft(sy).tickValues(range[0] < -1 ? [range[0] / 2, 0, range[1] / 2] : [0, 5, 10]));
      attr(curve, { d: points(across.map((v) => [v, key === "x" ? f(v, now.y) : f(now.x, v)]), sx, sy) });
      attr(tangent, { x1: sx(at - 1), x2: sx(at + 1), y1: sy(value - slope), y2: sy(value + slope) });
      attr(mover, { transform: `translate(${sx(at)},${sy(value)})` });
      title.textContent = `${held} held at ${num(now[held])}: slope ∂f/∂${key} = ${num(slope)}`;
    };
  };
  const slices = [slice("x"), slice("y")];

  let drawn = "";
  return (now, out) => {
    const surface = SURFACES[now.f];
    if (drawn !== now.f) {
      drawn = now.f;
      scale.textContent = `arrow × ${surface.arrow}`;
      levels.replaceChildren(...surface.heights.flatMap((c) => surface.level(c).map((line) => s("path", { d: points(line, x, y) }))));
      heights.replaceChildren(...surface.heights.map((c) => {
        const [lx, ly] = surface.label(c);
        return s("text", { class: "over level", x: x(lx), y: y(ly) + 4, "text-anchor": "middle" }, num(c, Number.isInteger(c) ? 0 : 1));
      }));
    }
    attr(level, { d: surface.level(out.value).map((line) => points(line, x, y)).join("") });
    attr(point, { transform: `translate(${x(now.x)},${y(now.y)})` });
    attr(guides[0], { y1: y(now.y), y2: y(now.y) });
    attr(guides[1], { x1: x(now.x), x2: x(now.x) });
    const [dx, dy] = out.output;
    const end = [x(now.x + surface.arrow * dx), y(now.y + surface.arrow * dy)];
    const turn = `rotate(${(Math.atan2(-dy, dx) * 180) / Math.PI})`;
    attr(shaft, { x1: x(now.x), y1: y(now.y), x2: end[0], y2: end[1] });
    attr(head, { transform: `translate(${end[0]},${end[1]}) ${turn}` });
    attr(angle, { transform: `translate(${x(now.x)},${y(now.y)}) ${turn}` });
    for (const part of [head, shaft, angle]) part.style.visibility = out.length < 1e-9 ? "hidden" : "visible";
    for (const update of slices) update(now, out);
  };
}

export default widget({ readout, sentence, code, draw });
