// Two vectors in the plane: their sum, their lengths, their dot product and the angle between them.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, num, pyList, round, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { linear } from "./shared/neuron.js";

const MOST = 2; // the components go no further
const PRODUCT = "dot product";
const both = ({ a1, a2, b1, b2 }) => [[a1, a2], [b1, b2]];

export function readout(state) {
  const [a, b] = both(state);
  const sum = a.map((v, i) => v + b[i]);
  const dot = linear(a, b, 0);
  const lengths = [Math.hypot(...a), Math.hypot(...b)];
  const zero = Math.min(...lengths) === 0;
  return {
    sum,
    lengths,
    dot,
    angle: zero ? null : (Math.atan2(Math.abs(a[0] * b[1] - a[1] * b[0]), dot) * 180) / Math.PI,
    projection: lengths[0] === 0 ? null : dot / lengths[0],
    output: [...sum, dot],
    solved: !zero && Math.abs(dot) < 1e-9 && Math.abs(lengths[0] - lengths[1]) < 1e-9,
  };
}

const pair = ([x, y]) => `(${num(x, 1)}, ${num(y, 1)})`;
const factor = (v) => (v < 0 ? `(${num(v, 1)})` : num(v, 1));

export function sentence(state, { sum, lengths, dot, angle, projection }) {
  const [a, b] = both(state);
  const known = `a = ${pair(a)} is ${num(lengths[0])} long, b = ${pair(b)} is ${num(lengths[1])} long.`;
  if (state.show !== PRODUCT) return `${known} Walk along a, then along b: a + b = ${pair(sum)}, ${num(Math.hypot(...sum))} long.`;
  const product = `a·b = ${factor(a[0])}·${factor(b[0])} + ${factor(a[1])}·${factor(b[1])} = ${num(dot)}`;
  if (angle === null) return `${known} ${product}: a vector of length 0 has no direction, and makes no angle.`;
  const side = Math.abs(dot) < 1e-9 ? "zero, so the angle is a right one" : dot > 0 ? "positive, so the angle is less than a right one" : "negative, so the angle is more than a right one";
  return `${known} ${product}: ${side} (${num(angle, 1)}°). The shadow of b on a ${projection < 0 ? "falls backwards and counts as" : "is"} ${num(projection)}${projection < 0 ? "" : " long"}, and ${num(projection)} · ${num(lengths[0])} = ${num(dot)}.`;
}

export const code = (state) => `import numpy as np
from nbcode.layers import linear

a = np.array(${pyList(both(state)[0])})
b = np.array(${pyList(both(state)[1])})
dot = linear(a, b)  # the same as a @ b
print("lengths:", np.linalg.norm(a), np.linalg.norm(b))
output = [*(a + b), dot]
print(output)`;

const EDGE = 4.3; // a sum of two goes up to 4

function draw({ picture, set, state }) {
  const size = 380;
  const x = scaleLinear([-EDGE, EDGE], [12, size - 12]);
  const y = scaleLinear([-EDGE, EDGE], [size - 12, 12]);
  const ticks = [-4, -2, 2, 4];
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${y(0)})`).call(axisBottom(x).tickValues(ticks));
  select(axes).append("g").attr("transform", `translate(${x(0)},0)`).call(axisLeft(y).tickValues(ticks));
  const arrow = (kind) => ({
    shaft: s("line", { class: `arrow ${kind}` }),
    head: s("path", { class: `head ${kind}`, d: "M0,0L-12,-6L-12,6Z" }),
    name: s("text", { class: "over letter", "text-anchor": "middle" }),
  });
  const [a, b, c] = ["a", "b", "sum"].map(arrow);
  const sides = [s("line", { class: "guide" }), s("line", { class: "guide" })];
  const line = s("line", { class: "guide" });
  const shadow = s("line", { class: "projection" });
  const drop = s("line", { class: "guide" });
  const right = s("path", { class: "guide" });
  const arc = s("path", { class: "lattice unit" });
  const grips = ["a", "b"].map(() => s("g", {}, s("circle", { r: 20, class: "grip" })));
  grips[0].append(a.head);
  grips[1].append(b.head);
  const caption = s("text", { class: "over caption", x: 12, y: 18 });
  picture.append(s("svg", { viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": "The arrows a and b, drawn from the origin" },
    axes, line, shadow, drop, right, arc, ...sides, c.shaft, c.head, a.shaft, b.shaft, caption, c.name, a.name, b.name, ...grips));
  grips.forEach((grip, i) => {
    const keys = [["a1", "a2"], ["b1", "b2"]][i];
    const to = (vx, vy) => set({ [keys[0]]: round(clamp(vx, -MOST, MOST), 1), [keys[1]]: round(clamp(vy, -MOST, MOST), 1) });
    handle(grip, {
      label: `Tip of the arrow ${"ab"[i]}. Arrow keys move it.`,
      move: (px, py) => to(x.invert(px), y.invert(py)),
      nudge: (dx, dy) => to(state()[keys[0]] + dx * 0.1, state()[keys[1]] + dy * 0.1),
    });
  });

  const put = ({ shaft, head, name }, [vx, vy], text, grip) => {
    const length = Math.hypot(vx, vy);
    const turn = `rotate(${(Math.atan2(-vy, vx) * 180) / Math.PI})`;
    const place = `translate(${x(vx)},${y(vy)})`;
    attr(shaft, { x1: x(0), y1: y(0), x2: x(vx), y2: y(vy) });
    attr(head, { transform: grip ? turn : `${place} ${turn}` });
    grip?.setAttribute("transform", place);
    const off = length < 1e-9 ? [14, -14] : [(vx / length) * 17, (-vy / length) * 17];
    attr(name, { x: x(vx) + off[0], y: y(vy) + off[1] + 5 });
    name.textContent = text;
  };
  const between = (element, [x1, y1], [x2, y2]) => attr(element, { x1: x(x1), y1: y(y1), x2: x(x2), y2: y(y2) });

  return (now, { sum, lengths, dot, angle, projection }) => {
    const [va, vb] = both(now);
    const product = now.show === PRODUCT;
    put(a, va, "a", grips[0]);
    put(b, vb, "b", grips[1]);
    put(c, sum, "a + b");
    between(sides[0], va, sum);
    between(sides[1], vb, sum);
    for (const part of [...sides, c.shaft, c.head, c.name]) part.style.visibility = product ? "hidden" : "visible";
    const shown = product && projection !== null;
    for (const part of [line, shadow, drop]) part.style.visibility = shown ? "visible" : "hidden";
    const one = shown ? va.map((v) => v / lengths[0]) : [1, 0];
    const foot = one.map((v) => v * (projection ?? 0));
    between(line, one.map((v) => -EDGE * v), one.map((v) => EDGE * v));
    between(shadow, [0, 0], foot);
    between(drop, vb, foot);
    // The mark of the right angle at the foot: along a, then towards b.
    const away = vb.map((v, i) => v - foot[i]);
    const far = Math.hypot(...away);
    const square = shown && far > 0.5;
    right.style.visibility = square ? "visible" : "hidden";
    if (square) {
      const [u, v] = [one.map((w) => w * (dot > 0 ? -0.3 : 0.3)), away.map((w) => (w / far) * 0.3)];
      const corner = (...parts) => foot.map((w, i) => w + parts.reduce((total, part) => total + part[i], 0));
      attr(right, { d: `M${[corner(u), corner(u, v), corner(v)].map(([px, py]) => `${x(px)},${y(py)}`).join("L")}` });
    }
    arc.style.visibility = angle === null ? "hidden" : "visible";
    if (angle !== null) {
      const [from, to] = [va, vb].map(([vx, vy]) => Math.atan2(vy, vx));
      const turn = ((to - from + 3 * Math.PI) % (2 * Math.PI)) - Math.PI; // the short way round
      const at = (t) => `${x(0.9 * Math.cos(t))},${y(0.9 * Math.sin(t))}`;
      attr(arc, { d: `M${at(from)}A${x(0.9) - x(0)},${x(0.9) - x(0)},0,0,${turn > 0 ? 0 : 1},${at(from + turn)}` });
    }
    caption.textContent = product ? `a·b = ${num(dot)}${angle === null ? "" : `, angle ${num(angle, 1)}°`}` : `a + b = ${pair(sum)}`;
  };
}

export default widget({ readout, sentence, code, draw });
