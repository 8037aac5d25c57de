// Three lines through the same points: least squared, least absolute, least Huber error.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, h, num, py, pyList, round, s, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { absolute, huber, squared } from "./shared/losses.js";

const NAMES = ["squared", "absolute", "Huber"];
const KINDS = ["", "second", "third"];
const ROUNDS = 100;
const FLAT = 1e-9;
const sum = (values) => values.reduce((total, value) => total + value, 0);

export function leastSquares(points, weight = points.map(() => 1)) {
  const total = sum(weight);
  const middle = sum(points.map(([x], i) => weight[i] * x)) / total;
  const height = sum(points.map(([, y], i) => weight[i] * y)) / total;
  const spread = sum(points.map(([x], i) => weight[i] * (x - middle) ** 2));
  const slope = spread < 1e-12 ? 0 : sum(points.map(([x, y], i) => weight[i] * (x - middle) * (y - height))) / spread;
  return [slope, height - slope * middle];
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Some best line passes through two of the points, so it is enough to try all pairs. */
export function leastAbsolute(points) {
  let best = Infinity;
  let line = [0, median(points.map(([, y]) => y))];
  points.forEach(([x1, y1], i) => points.slice(i + 1).forEach(([x2, y2]) => {
    if (Math.abs(x2 - x1) < 1e-9) return;
    const slope = (y2 - y1) / (x2 - x1);
    const intercept = y1 - slope * x1;
    const total = sum(points.map(([x, y]) => Math.abs(slope * x + intercept - y)));
    if (total < best - 1e-9) [best, line] = [total, [slope, intercept]];
  }));
  return line;
}

/** Again and again a least-squares line, in which an error e weighs δ/|e| once it is larger than δ. */
export function leastHuber(points, delta) {
  let line = leastSquares(points);
  for (let i = 0; i < ROUNDS; i += 1) {
    line = leastSquares(points, points.map(([x, y]) => delta / Math.max(Math.abs(line[0] * x + line[1] - y), delta)));
  }
  return line;
}

const regular = (points) => points.filter(([, , label]) => !label);
const without = (points) => (regular(points).length ? regular(points) : points);
const counted = ({ points, outlier }) => (outlier ? points : without(points));

export function readout(state, { initial }) {
  const { points, outlier, delta } = state;
  const fit = (some) => [leastSquares(some), leastAbsolute(some), leastHuber(some, delta)];
  const some = counted(state);
  const lines = fit(some);
  const output = [squared, absolute, (e) => huber(e, delta)].map((loss, i) =>
    sum(some.map(([x, y]) => loss(lines[i][0] * x + lines[i][1] - y)[0])) / some.length);
  const kept = JSON.stringify(regular(initial.points)) === JSON.stringify(regular(points));
  return { lines, without: fit(without(points)), output, solved: outlier && kept && lines[0][0] < -FLAT && lines[1][0] > FLAT };
}

export function sentence(state, { lines, without: before, output }) {
  const { points, outlier, errors, delta } = state;
  const slopes = (fits) => fits.map(([slope], i) => `${NAMES[i]} ${num(slope)}`).join(", ");
  const index = NAMES.indexOf(errors);
  const largest = Math.max(...counted(state).map(([x, y]) => Math.abs(lines[index][0] * x + lines[index][1] - y)));
  const out = points.some(([, , label]) => label)
    ? outlier ? ` Without the outlier: ${slopes(before)}.` : " The outlier is set aside."
    : ` No point is marked as an outlier, and ${outlier ? "outliers count" : "outliers would be set aside"}.`;
  return `Slopes with ${counted(state).length} points and δ = ${num(delta, 1)}: ${slopes(lines)}.${out} `
    + `The line of ${errors === "Huber" ? "Huber’s loss" : `the ${errors} error`} misses by ${num(largest)} at most; its mean loss is ${num(output[index], 3)}.`;
}

export function code(state) {
  const some = counted(state);
  return `import numpy as np
from nbcode.losses import HuberLoss, L1Loss, MSELoss
from nbcode.widgets.fit_line import least_absolute, least_huber, least_squares

x = np.array(${pyList(some.map(([x]) => x))})
y = np.array(${pyList(some.map(([, y]) => y))})
delta = ${py(state.delta)}
lines = [least_squares(x, y), least_absolute(x, y), least_huber(x, y, delta)]
losses = [MSELoss(), L1Loss(), HuberLoss(delta=delta)]
output = [loss(a * x + b, y) for loss, (a, b) in zip(losses, lines)]
print(lines, output)`;
}

function draw({ picture, side, set, state, schema }) {
  const { low, high } = schema.params.points;
  const id = uniqueId();
  const [size, left, right, top, floor] = [380, 34, 370, 10, 346];
  const x = scaleLinear([low, high], [left, right]);
  const y = scaleLinear([low, high], [floor, top]);
  const unit = x(1) - x(0);
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${floor})`).call(axisBottom(x).ticks(5));
  select(axes).append("g").attr("transform", `translate(${left},0)`).call(axisLeft(y).ticks(5));
  axes.append(s("text", { class: "name", x: (left + right) / 2 + 34, y: floor + 30 }, "x"), s("text", { class: "name", x: 9, y: y(5) }, "y"));
  const clip = s("clipPath", { id: `${id}-clip` }, s("rect", { x: left, y: top, width: right - left, height: floor - top }));
  const errors = s("g");
  const band = s("polygon", { class: "band" });
  const ghost = s("line", { class: "ghost" });
  const lines = KINDS.map((kind) => s("line", { class: `curve ${kind}` }));
  const inside = s("g", { "clip-path": `url(#${id}-clip)` }, band, errors, ghost, ...lines);
  const dots = s("g");
  picture.append(s("svg", { viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": "Points, and three lines through them" },
    s("defs", {}, clip), axes, inside, dots));

  const cells = NAMES.map((name, i) => {
    const sample = s("svg", { viewBox: "0 0 30 10", width: 30, height: 10, "aria-hidden": "true" },
      s("line", { class: `curve ${KINDS[i]}`, x1: 0, x2: 30, y1: 5, y2: 5 }));
    return [h("td", { class: "named" }, sample, ` ${name}`), h("td"), h("td"), h("td")];
  });
  side.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, ...["line of", "slope", "at x = 0", "loss"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...cells.map((row) => h("tr", {}, ...row)))),
  h("p", { class: "remark" }, "Drag the points. Space, or a click, makes a point an outlier or a normal one. "
    + "The thin gray line is where the chosen line was without the outlier; the gray band is ±δ about Huber’s line."));

  let marks = [];
  let current = [];
  const make = (_, i) => {
    const shape = s("path", { class: "dot" });
    const group = s("g", {}, s("circle", { r: 20, class: "grip" }), shape);
    const put = (px, py_, flip) => set({
      points: state().points.map((old, j) => (j !== i ? old
        : [round(clamp(px, low, high)), round(clamp(py_, low, high)), flip ? 1 - old[2] : old[2]])),
    });
    handle(group, {
      label: `Point ${i + 1}`,
      move: (px, py_) => put(x.invert(px), y.invert(py_)),
      nudge: (dx, dy) => put(current[i][0] + dx * 0.1, current[i][1] + dy * 0.1),
      press: () => put(current[i][0], current[i][1], true),
    });
    return { group, shape };
  };
  const place = (line, [slope, intercept]) => attr(line, { x1: x(low), y1: y(intercept + slope * low), x2: x(high), y2: y(intercept + slope * high) });

  return (now, out) => {
    if (now.points.length !== marks.length) {
      marks = now.points.map(make);
      dots.replaceChildren(...marks.map(({ group }) => group));
    }
    current = now.points;
    const some = new Set(counted(now));
    now.points.forEach((point, i) => {
      const [px, py_, label] = point;
      const { group, shape } = marks[i];
      group.setAttribute("transform", `translate(${x(px)},${y(py_)})`);
      attr(shape, {
        d: label ? "M-7,-7H7V7H-7Z" : "M-6,0A6,6,0,1,1,6,0A6,6,0,1,1,-6,0Z",
        class: `dot ${label ? "odd" : "even"}${some.has(point) ? "" : " aside"}`,
      });
      group.setAttribute("aria-label", `Point ${i + 1} at ${num(px)}, ${num(py_)}${label ? `, an outlier${some.has(point) ? "" : ", set aside"}` : ""}. `
        + "Arrow keys move it, Space makes it an outlier or a normal point.");
    });
    lines.forEach((line, i) => {
      place(line, out.lines[i]);
      attr(line, { class: `curve ${KINDS[i]}${NAMES[i] === now.errors ? " chosen" : ""}` });
    });
    const [huberSlope, huberFoot] = out.lines[2];
    const edge = (at, by) => `${x(at)},${y(huberFoot + huberSlope * at + by)}`;
    band.setAttribute("points", [edge(low, -now.delta), edge(high, -now.delta), edge(high, now.delta), edge(low, now.delta)].join(" "));
    const index = NAMES.indexOf(now.errors);
    place(ghost, out.without[index]);
    ghost.setAttribute("visibility", now.outlier ? "visible" : "hidden");
    const [slope, intercept] = out.lines[index];
    errors.replaceChildren(...[...some].flatMap(([px, py_]) => {
      const fitted = slope * px + intercept;
      const gap = py_ - fitted;
      if (index === 0) {
        const side_ = Math.abs(gap) * unit;
        const from = x(px) + side_ > right ? x(px) - side_ : x(px);
        return [s("rect", { class: "square", x: from, y: y(Math.max(py_, fitted)), width: side_, height: side_ })];
      }
      const knee = index === 1 ? py_ : fitted + clamp(gap, -now.delta, now.delta);
      return [s("line", { class: `error ${KINDS[index]}`, x1: x(px), x2: x(px), y1: y(fitted), y2: y(knee) }),
        s("line", { class: "error beyond", x1: x(px), x2: x(px), y1: y(knee), y2: y(py_) })];
    }));
    cells.forEach((row, i) => {
      row[1].textContent = num(out.lines[i][0]);
      row[2].textContent = num(out.lines[i][1]);
      row[3].textContent = num(out.output[i], 3);
    });
  };
}

export default widget({ readout, sentence, code, draw });
