// The slope of a curve, measured between two points that come closer and closer.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, num, py, round, s, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

const ONE_SIDE = "x and x + h";
const [TINY, LEAST] = [1e-12, 1e-14]; // the smallest h, and the smallest error that is drawn

/** sin x from its series, in the same steps as Python: with a tiny h, the last digit is what counts. */
function sine(x) {
  let factor = 1;
  for (let k = 13; k > 0; k -= 1) factor = 1 - (x * x * factor) / (2 * k * (2 * k + 1));
  return x * factor;
}

const CURVES = {
  "x²": { f: (x) => x * x, slope: (x) => 2 * x, python: ["x * x", "2 * x"] },
  "x³ − x": { f: (x) => x * x * x - x, slope: (x) => 3 * x * x - 1, python: ["x * x * x - x", "3 * x * x - 1"] },
  "sin x": { f: sine, slope: Math.cos, python: ["np.sin(x)", "np.cos(x)"] },
  "|x|": { f: Math.abs, slope: (x) => (x ? Math.sign(x) : null), python: ["abs(x)", "np.sign(x)"] },
};

const measure = (f, x, h, points) => (points === ONE_SIDE ? (f(x + h) - f(x)) / h : (f(x + h) - f(x - h)) / (2 * h));

export function readout({ f, x, h, points }) {
  const curve = CURVES[f];
  const value = curve.f(x);
  const derivative = curve.slope(x);
  const slope = measure(curve.f, x, h, points);
  const error = derivative === null ? null : Math.abs(slope - derivative);
  return {
    output: derivative === null ? [value] : [value, derivative],
    slope,
    derivative,
    error,
    solved: f === "sin x" && Math.abs(x) >= 0.5 && error < 1e-9,
  };
}

const raised = (n) => [...String(n)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");

/** A number that may be very small: 0.25, 3·10⁻⁷. */
function tiny(value) {
  if (value === 0) return "0";
  if (value >= 0.001) return String(Number(value.toPrecision(2)));
  const [digits, power] = value.toExponential(1).split("e");
  const front = Number(digits);
  return `${front === 1 ? "" : `${front}·`}10${raised(Number(power))}`;
}

export function sentence({ f, x, h, points }, { slope, derivative, error }) {
  const measured = `Curve ${f}, measured between ${points}, with x = ${num(x)} and h = ${tiny(h)}: the slope comes out as ${num(slope, 7)}.`;
  if (derivative === null) return `${measured} But this is a corner: from the left the slope is −1, from the right 1. There is no tangent here, and no derivative.`;
  const rounding = error > 0 && h < (points === ONE_SIDE ? 1e-8 : 1e-6) ? " With so small an h, what is left is mostly the computer's rounding." : "";
  return `${measured} The tangent's slope is ${num(derivative, 7)}. Error: ${tiny(error)}.${rounding}`;
}

export function code({ f, x, h, points }, { derivative }) {
  const [curve, slope] = CURVES[f].python;
  const one = points === ONE_SIDE;
  return `import numpy as np
${one ? "" : "from nbcode.check import numerical_gradient\n"}
def f(x):
    return ${curve}

x, h = ${py(x)}, ${py(h)}
slope = ${one ? "(f(x + h) - f(x)) / h" : "numerical_gradient(f, x, h)"}
output = [f(x)${derivative === null ? "" : `, ${slope}`}]  # the height${derivative === null ? "; there is no slope" : " and the slope"}
print(slope, output)`;
}

const [LEFT, RIGHT, BOTTOM, TOP] = [-2, 3, -1.6, 3.4];
const FINE = Array.from({ length: 251 }, (_, i) => LEFT + (i * (RIGHT - LEFT)) / 250);
const STEPS = Array.from({ length: 121 }, (_, i) => i / 10 - 12); // log₁₀ h

function draw({ picture, side, set, state }) {
  const id = uniqueId();
  const size = 380;
  const x = scaleLinear([LEFT, RIGHT], [34, size - 10]);
  const y = scaleLinear([BOTTOM, TOP], [size - 44, 10]); // as long as the other axis: a slope of 1 is half a right angle
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${y(0)})`).call(axisBottom(x).tickValues([-1, 1, 2, 3]).tickFormat((v) => num(v, 0)));
  select(axes).append("g").attr("transform", `translate(${x(0)},0)`).call(axisLeft(y).tickValues([-1, 1, 2, 3]).tickFormat((v) => num(v, 0)));
  axes.append(s("text", { class: "name", x: x(RIGHT) - 4, y: y(0) - 8 }, "x"));
  const curve = s("path", { class: "curve" });
  const secant = s("line", { class: "curve second" });
  const tangent = s("line", { class: "normal" });
  const back = s("path", { class: "dot is-zero", d: "M-6,-6H6V6H-6Z" });
  const grip = (shape) => s("g", {}, s("circle", { r: 20, class: "grip" }), shape);
  const first = grip(s("circle", { r: 7, class: "dot is-one" }));
  const second = grip(s("path", { class: "dot is-zero", d: "M-6,-6H6V6H-6Z" }));
  const triangle = s("path", { class: "guide" });
  const clipped = s("g", { "clip-path": `url(#${id})` }, curve, triangle, secant, tangent);
  const corner = s("text", { class: "over", x: x(0) + 8, y: 22 });
  const legend = ["● the point at x", "━ tangent: the slope at x", "╌ secant: the measured slope"]
    .map((text, i) => s("text", { class: "over", "text-anchor": "end", x: x(RIGHT), y: y(BOTTOM) - 36 + 18 * i }, text));
  picture.append(s("svg", { viewBox: `0 0 ${size} ${size - 30}`, role: "group", "aria-label": "The curve, its tangent at x, and the secant through the two points" },
    s("defs", {}, s("clipPath", { id }, s("rect", { x: x(LEFT), width: x(RIGHT) - x(LEFT), y: y(TOP), height: y(BOTTOM) - y(TOP) }))),
    axes, clipped, ...legend, corner, back, second, first));
  const toX = (value) => set({ x: round(clamp(value, -1.8, 1.8)) });
  const toH = (value) => set({ h: clamp(Number(value.toPrecision(3)), TINY, 1) });
  const nudgeH = (dx, dy) => toH(state().h * 10 ** ((dx + dy) / 10));
  handle(first, { label: "Point x. Arrow keys move it.", move: (px) => toX(x.invert(px)), nudge: (dx) => toX(state().x + dx * 0.05) });
  handle(second, { label: "Second point, at x + h. Arrow keys change h.", move: (px) => toH(Math.max(x.invert(px) - state().x, 0.001)), nudge: nudgeH });

  const [width, height] = [340, 220];
  const lx = scaleLinear([-12, 0], [56, width - 14]);
  const ly = scaleLinear([-14, 1], [height - 44, 26]);
  const ten = (n) => (n === 0 ? "1" : `10${raised(n)}`);
  const low = s("g", { class: "axes", "aria-hidden": "true" });
  select(low).append("g").attr("transform", `translate(0,${ly(-14)})`).call(axisBottom(lx).tickValues([-12, -9, -6, -3, 0]).tickFormat(ten));
  select(low).append("g").attr("transform", `translate(${lx(-12)},0)`).call(axisLeft(ly).tickValues([-12, -9, -6, -3, 0]).tickFormat(ten));
  low.append(s("text", { class: "name", x: lx(-6), y: height - 4 }, "h"));
  const errors = s("path", { class: "curve errors" });
  const guide = s("line", { class: "guide", y1: ly(1), y2: ly(-14) });
  const mark = s("path", { class: "dot is-zero", d: "M-6,-6H6V6H-6Z" });
  const marker = s("g", {}, s("rect", { class: "grip", x: -16, width: 32, y: ly(1), height: ly(-14) - ly(1) }), guide, mark);
  const none = s("text", { x: lx(-6), y: ly(-6), "text-anchor": "middle" }, "no tangent: nothing to compare with");
  side.append(s("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Error of the measured slope over h, both axes logarithmic" },
    low, errors, none, s("text", { x: lx(-12), y: 14 }, "error of the measured slope"), marker));
  handle(marker, { label: "h under the error curve. Arrow keys change it.", move: (px) => toH(10 ** clamp(lx.invert(px), -12, 0)), nudge: nudgeH });

  const through = (line, px, py, slope) => attr(line, { x1: x(px - 9), y1: y(py - 9 * slope), x2: x(px + 9), y2: y(py + 9 * slope) });
  return ({ f: name, x: at, h, points }, { slope, derivative, error, output: [value] }) => {
    const { f } = CURVES[name];
    const corners = derivative === null;
    attr(curve, { d: `M${FINE.map((v) => `${x(v).toFixed(2)},${y(clamp(f(v), -9, 9)).toFixed(2)}`).join("L")}` });
    through(secant, at + h, f(at + h), slope);
    through(tangent, at, value, derivative ?? 0);
    const from = points === ONE_SIDE ? at : at - h;
    attr(triangle, { d: `M${x(from)},${y(f(from))}H${x(at + h)}V${y(f(at + h))}` }); // run and rise
    tangent.style.visibility = corners ? "hidden" : "visible";
    const place = (group, px) => {
      group.setAttribute("transform", `translate(${x(px)},${y(f(px))})`);
      group.style.visibility = f(px) < BOTTOM || f(px) > TOP || px < LEFT ? "hidden" : "visible";
    };
    place(first, at);
    place(second, at + h);
    place(back, at - h);
    if (points === ONE_SIDE) back.style.visibility = "hidden";
    corner.textContent = corners ? "a corner: no tangent" : "";
    const floor = (value) => ly(Math.log10(clamp(value, LEAST, 10)));
    errors.style.visibility = mark.style.visibility = corners ? "hidden" : "visible";
    none.style.visibility = corners ? "visible" : "hidden";
    if (!corners) {
      attr(errors, { d: `M${STEPS.map((n) => `${lx(n).toFixed(1)},${floor(Math.abs(measure(f, at, 10 ** n, points) - derivative)).toFixed(1)}`).join("L")}` });
      attr(mark, { transform: `translate(0,${floor(error)})` });
    }
    attr(marker, { transform: `translate(${lx(Math.log10(h))},0)` });
  };
}

export default widget({ readout, sentence, code, draw });
