// The plane of the inputs beside the plane of the hidden layer: where do the points move, and can a line part them there?
import { h, list, num, py, pyList, s, weighted } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { linear, relu, sigmoid, step } from "./shared/neuron.js";
import { cut, plane } from "./shared/plane.js";

const ACTIVATIONS = { none: (z) => z, step, sigmoid, ReLU: relu };
// Where the axes of the hidden plane begin and end; further out, a point is drawn at the border.
const DOMAINS = { none: [-1.5, 3], step: [-0.5, 1.5], sigmoid: [-0.5, 1.5], ReLU: [-1.5, 3] };
const NAMES = { h1: "h₁", h2: "h₂" };
const CELLS = 40; // of the picture's width, where the field has curved borders

const weightsOf = (state, neuron) => [[state[`${neuron}_w1`], state[`${neuron}_w2`]], state[`${neuron}_b`]];
const hidden = (state, x) => Object.keys(NAMES).map((name) => ACTIVATIONS[state.activation](linear(x, ...weightsOf(state, name))));

export function readout(state) {
  const hs = state.points.map((point) => hidden(state, point));
  const z = hs.map((h12) => linear(h12, ...weightsOf(state, "y")));
  const output = z.map(step);
  const right = state.points.filter(([, , label], i) => output[i] === label).length;
  return { h: hs, z, output, right, solved: right === state.points.length && ["any", state.activation].includes(state.only) };
}

const letter = (i) => String.fromCharCode(65 + i);
const place = (point) => `(${point.map((v) => num(v)).join(", ")})`;

/** Points that lie in one place: the letters, and where. */
function together(points, within) {
  const groups = [];
  points.forEach((point, i) => {
    const group = groups.find(({ at }) => Math.hypot(at[0] - point[0], at[1] - point[1]) < within);
    if (group) group.letters.push(letter(i));
    else groups.push({ at: point, letters: [letter(i)] });
  });
  return groups;
}

export function sentence(state, out) {
  const range = (label, name) => {
    const zs = out.z.filter((_, i) => state.points[i][2] === label);
    const ends = [Math.min(...zs), Math.max(...zs)].map((v) => num(v));
    return zs.length ? [`${ends[0] === ends[1] ? ends[0] : `${ends[0]} to ${ends[1]}`} for the ${name}`] : [];
  };
  const moved = state.points.length > 4 ? "" : ` The hidden layer moves ${list(together(out.h, 0.005).map(({ at, letters }) => `${list(letters)} to ${place(at)}`))}.`;
  const zs = `For y, z is ${list([...range(1, "blue squares"), ...range(0, "orange circles")])}.`;
  const [[v1, v2], c] = weightsOf(state, "y");
  const [[w1, b1], [w2, b2]] = [weightsOf(state, "h1"), weightsOf(state, "h2")];
  const one = [0, 1].map((j) => v1 * w1[j] + v2 * w2[j]);
  const collapse = state.activation === "none" ? ` Without an activation, all three are one neuron: z = ${weighted(one, ["x₁", "x₂"], v1 * b1 + v2 * b2 + c)}.` : "";
  return `${out.right} of ${state.points.length} points right.${moved} ${zs}${collapse}`;
}

export function code(state) {
  const activation = { none: "", step: "step", sigmoid: "sigmoid", ReLU: "relu" }[state.activation];
  const imports = [...new Set([activation, "step"])].filter(Boolean).sort().join(", ");
  const [[w1, b1], [w2, b2], [v, c]] = ["h1", "h2", "y"].map((name) => weightsOf(state, name));
  return `import numpy as np
from nbcode.activations import ${imports}
from nbcode.layers import linear

X = np.array([${state.points.map(([x1, x2]) => pyList([x1, x2])).join(", ")}])
W, b = np.array([${pyList(w1)}, ${pyList(w2)}]), np.array(${pyList([b1, b2])})
h = ${activation}(linear(X, W, b))
output = step(linear(h, np.array(${pyList(v)}), ${py(c)}))
print(output)`;
}

const path = (points) => `M${points.map((point) => point.map((v) => v.toFixed(1)).join()).join("L")}`;

/** The part of the input plane where y fires, as a path. */
function firing(state, view) {
  const [low, high] = view.x.domain();
  const draw = (polygon) => `${path(polygon.map(([x1, x2]) => [view.x(x1), view.y(x2)]))}Z`;
  const fires = (h12) => linear(h12, ...weightsOf(state, "y"));
  if (state.activation === "step") { // four regions, each with one answer
    const corners = [[low, low], [high, low], [high, high], [low, high]];
    const regions = [[0, 0], [0, 1], [1, 0], [1, 1]].filter((h12) => fires(h12) >= 0)
      .map((h12) => ["h1", "h2"].reduce((polygon, name, j) => cut(polygon, ...weightsOf(state, name), h12[j] ? 1 : -1), corners));
    return regions.filter((polygon) => polygon.length).map(draw).join("");
  }
  const ticks = Array.from({ length: CELLS + 1 }, (_, i) => low + ((high - low) * i) / CELLS);
  const z = ticks.map((x2) => ticks.map((x1) => fires(hidden(state, [x1, x2]))));
  const pieces = [];
  for (let row = 0; row < CELLS; row += 1) {
    let from = null; // where a run of cells begins in which y fires at all four corners
    for (let column = 0; column <= CELLS; column += 1) {
      const cell = column < CELLS ? [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => ({ at: [ticks[column + i], ticks[row + j]], z: z[row + j][column + i] })) : [];
      const firing = cell.filter((corner) => corner.z >= 0).length;
      if (firing === 4) from ??= column;
      else if (from !== null) {
        pieces.push(draw([[ticks[from], ticks[row]], [ticks[column], ticks[row]], [ticks[column], ticks[row + 1]], [ticks[from], ticks[row + 1]]]));
        from = null;
      }
      if (firing % 4) {
        pieces.push(draw(cell.flatMap((corner, i) => {
          const next = cell[(i + 1) % 4];
          const share = corner.z / (corner.z - next.z);
          const crossing = corner.z >= 0 !== next.z >= 0 ? [corner.at.map((v, j) => v + share * (next.at[j] - v))] : [];
          return corner.z >= 0 ? [corner.at, ...crossing] : crossing;
        })));
      }
    }
  }
  return pieces.join("");
}

const LATTICE = Array.from({ length: 11 }, (_, i) => -0.75 + i / 4);
const ALONG = Array.from({ length: 41 }, (_, i) => -0.75 + i / 16);
const lines = (at, along) => at.flatMap((c) => [along.map((v) => [v, c]), along.map((v) => [c, v])]);

/** A lattice of the input plane, and the unit square in it, each as a path of points that can be moved. */
const GRIDS = [lines(LATTICE, ALONG), lines([0, 1], ALONG.filter((v) => v >= 0 && v <= 1))];

/** Draw the two grids below all else; returns update(map), where map tells where a point of the input plane goes. */
function grids(view) {
  const paths = ["lattice", "lattice unit"].map((name) => s("path", { class: name }));
  view.drawing.prepend(...paths);
  return (map) => paths.forEach((element, i) =>
    element.setAttribute("d", map ? GRIDS[i].map((curve) => path(curve.map(map).map(([x1, x2]) => [view.x(x1), view.y(x2)]))).join("") : ""));
}

/** Name the points of a plane by letters, those in one place together. */
function letters(view) {
  const group = s("g", { "aria-hidden": "true", class: "letters" });
  view.svg.append(group);
  return (points) => {
    const [low, high] = view.x.domain();
    group.replaceChildren(...together(points, 0.02 * (high - low)).map(({ at, letters: names }) =>
      s("text", { class: "over", x: view.x(at[0]) + 11, y: view.y(at[1]) - 11 }, names.join(" "))));
  };
}

function draw({ picture, set, state, schema }) {
  const { params, challenge } = schema;
  const limits = { w: [params.h1_w1.low, params.h1_w1.high], b: [params.h1_b.low, params.h1_b.high] };
  const lineOf = (view, neuron, name) => view.line({
    name: ` of ${name}`,
    set: ([w1, w2], b) => set({ [`${neuron}_w1`]: w1, [`${neuron}_w2`]: w2, [`${neuron}_b`]: b }),
    limits,
  });
  const panel = (caption) => {
    const box = h("figure", { class: "panel-plane" }, h("figcaption", {}, caption));
    picture.append(box);
    return box;
  };

  const input = plane(panel("the inputs"), { label: "The plane of the two inputs", size: 320 });
  const region = s("path", { fill: "var(--one-field)" });
  input.field.append(region);
  grids(input)((x) => x);
  const names = Object.values(NAMES).map((name) => s("text", { class: "over" }, name));
  const inputLines = Object.entries(NAMES).map(([neuron, name]) => lineOf(input, neuron, name));
  const points = input.points(challenge.goal ? {} : {
    set: (i, point) => set({ points: state().points.map((old, j) => (j === i ? point : old)) }),
  });
  const inputLetters = letters(input);
  input.svg.append(...names);

  // The hidden plane is drawn anew when the activation needs other axes.
  const box = panel("the hidden layer");
  let built = {};
  const build = (activation) => {
    const domain = DOMAINS[activation];
    if (String(domain) === String(built.domain)) return;
    built.view?.svg.remove();
    const view = plane(box, { label: "The plane of the two hidden outputs", size: 320, names: Object.values(NAMES), domain });
    built = { domain, view, shade: view.shade(), grids: grids(view), line: lineOf(view, "y", "y"), points: view.points(), letters: letters(view) };
  };

  return (now, out) => {
    const wrong = out.output.map((value, i) => value !== now.points[i][2]);
    region.setAttribute("d", firing(now, input));
    Object.keys(NAMES).forEach((neuron, i) => {
      const [w, b] = weightsOf(now, neuron);
      inputLines[i](w, b);
      // The name stands where the line leaves the picture.
      const [low, high] = input.x.domain();
      const border = [[low, low], [high, low], [high, high], [low, high]];
      const ends = border.flatMap((from, j) => {
        const to = border[(j + 1) % 4];
        const [a, c] = [linear(from, w, b), linear(to, w, b)];
        return a < 0 !== c < 0 ? [from.map((v, k) => v + ((to[k] - v) * a) / (a - c))] : [];
      });
      const end = ends[i % ends.length];
      names[i].style.visibility = end ? "visible" : "hidden";
      if (end) {
        const inside = end.map((v) => v + 0.09 * (0.5 - v));
        names[i].setAttribute("x", input.x(inside[0]) - 6);
        names[i].setAttribute("y", input.y(inside[1]) + 5);
      }
    });
    points(now.points, wrong);
    inputLetters(now.points);

    build(now.activation);
    const [low, high] = built.domain;
    const kept = out.h.map((h12) => h12.map((v) => Math.min(high, Math.max(low, v))));
    built.shade(...weightsOf(now, "y"), Infinity);
    built.line(...weightsOf(now, "y"));
    built.grids(now.activation === "step" ? null : (x) => hidden(now, x));
    built.points(kept.map((h12, i) => [...h12, now.points[i][2]]), wrong);
    built.letters(kept);
  };
}

export default widget({ readout, sentence, code, draw });
