// A picture of the input plane: the field shaded by a neuron's output, its decision line, its weight vector, points.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, num, round, s, uniqueId } from "./dom.js";
import { handle } from "./handle.js";
import { linear, sigmoid } from "./neuron.js";

const LOW = -0.75;
const HIGH = 1.75;
const FAR = 20; // a line is drawn this far on either side, and clipped
const SATURATED = 7; // |k z| at which a sigmoid is shaded as 0 or 1
const WEIGHT = 0.22; // length in the plane of a weight of 1

/** The point of the line w·x + b = 0 nearest to the middle of the picture, kept inside it. */
export function anchorOf(w, b, [low, high] = [LOW, HIGH]) {
  const size = w[0] ** 2 + w[1] ** 2;
  const center = (low + high) / 2;
  const edge = 0.06 * (high - low);
  const shift = size < 1e-9 ? 0 : ((w[0] + w[1]) * center + b) / size;
  return w.map((wi) => clamp(center - wi * shift, low + edge, high - edge));
}

/** Draw a plane; `domain` is where both its axes begin and end. */
export function plane(container, { label, size = 380, names = ["x₁", "x₂"], domain = [LOW, HIGH] }) {
  const [low, high] = domain;
  const center = (low + high) / 2;
  const weight = (WEIGHT * (high - low)) / (HIGH - LOW);
  const margin = { left: 46, right: 10, top: 10, bottom: 36 };
  const id = uniqueId();
  const side = size - margin.left - margin.right; // the same for both axes, or right angles would not look right
  const height = margin.top + side + margin.bottom;
  const x = scaleLinear([low, high], [margin.left, margin.left + side]);
  const y = scaleLinear([low, high], [margin.top + side, margin.top]);
  const frame = { x: x(low), y: y(high), width: x(high) - x(low), height: y(low) - y(high) };
  const svg = s("svg", { viewBox: `0 0 ${size} ${height}`, role: "group", "aria-label": label });
  const clip = s("clipPath", { id: `${id}-clip` }, s("rect", frame));
  const defs = s("defs", {}, clip);
  const field = s("g", { class: "field" }, s("rect", { ...frame, class: "zero" }));
  const drawing = s("g", { "clip-path": `url(#${id}-clip)` });
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  const points = s("g");
  svg.append(defs, field, drawing, axes, points);
  container.append(svg);

  const ticks = size > 300 ? 5 : 3;
  select(axes).append("g").attr("transform", `translate(0,${y(low)})`).call(axisBottom(x).ticks(ticks));
  select(axes).append("g").attr("transform", `translate(${x(low)},0)`).call(axisLeft(y).ticks(ticks));
  axes.append(s("text", { class: "name", x: x(center), y: height - 4 }, names[0]), s("text", { class: "name", x: 9, y: y(center) }, names[1]));

  const api = { svg, x, y, frame, drawing, defs, field };

  /** Shade the plane by the neuron's output. Returns update(w, b, k); k = Infinity is the step. */
  api.shade = () => {
    const profile = Array.from({ length: 29 }, (_, i) => i / 28);
    const soft = s("linearGradient", { id: `${id}-soft`, gradientUnits: "userSpaceOnUse" },
      ...profile.map((t) => s("stop", { offset: t, "stop-opacity": sigmoid(SATURATED * (2 * t - 1)) })));
    const hard = s("linearGradient", { id: `${id}-hard`, gradientUnits: "userSpaceOnUse" },
      s("stop", { offset: 0.5, "stop-opacity": 0 }), s("stop", { offset: 0.5, "stop-opacity": 1 }));
    const one = s("rect", { ...frame, class: "one" });
    defs.append(soft, hard);
    field.append(one);
    return (w, b, k) => {
      const length = Math.hypot(...w);
      if (length < 1e-9) {
        const output = k === Infinity ? Number(b >= 0) : sigmoid(k * b);
        attr(one, { fill: "var(--one-field)", "fill-opacity": output });
        return;
      }
      const foot = w.map((wi) => (-wi * b) / length ** 2); // the point of the line nearest to the origin
      const reach = (k === Infinity ? 1 : SATURATED / (k * length)) / length;
      attr(k === Infinity ? hard : soft, {
        x1: x(foot[0] - w[0] * reach), y1: y(foot[1] - w[1] * reach),
        x2: x(foot[0] + w[0] * reach), y2: y(foot[1] + w[1] * reach),
      });
      attr(one, { fill: `url(#${id}-${k === Infinity ? "hard" : "soft"})`, "fill-opacity": 1 });
    };
  };

  /**
   * Draw the decision line and its normal, the weight vector; both can be moved where set(w, b) is given.
   * Moving the line changes b; moving the arrow's tip turns the line about the arrow's foot.
   */
  api.line = ({ name = "", set, limits } = {}) => {
    const shown = s("line", { class: "boundary" });
    const grip = s("line", { class: "grip" });
    const shaft = s("line", { class: "normal" });
    const head = s("path", { class: "normal-head", d: "M0,0L-11,-5.5L-11,5.5Z" });
    const tip = s("g", {}, s("circle", { r: 20, class: "grip" }), head);
    const lineGroup = s("g", {}, grip, shown);
    drawing.append(shaft);
    let w = [0, 0];
    let b = 0;
    let anchor = [center, center];
    const put = (nextW, nextB) => set(nextW.map((v) => round(clamp(v, ...limits.w))), round(clamp(nextB, ...limits.b)));
    const turn = (nextW) => put(nextW, -(nextW[0] * anchor[0] + nextW[1] * anchor[1]));
    if (set) {
      drawing.append(lineGroup);
      svg.append(tip);
      let from = anchor;
      handle(lineGroup, {
        label: `Decision line${name}. Arrow keys move it.`,
        move: (px, py) => put(w, -(w[0] * x.invert(px) + w[1] * y.invert(py))),
        nudge: (dx, dy) => put(w, b - (w[0] * dx + w[1] * dy) * 0.05),
      });
      handle(tip, {
        label: `Weight vector${name}. Arrow keys change the weights.`,
        start: () => (from = anchor),
        move: (px, py) => {
          const next = [clamp((x.invert(px) - from[0]) / weight, ...limits.w), clamp((y.invert(py) - from[1]) / weight, ...limits.w)].map((v) => round(v));
          put(next, -(next[0] * from[0] + next[1] * from[1]));
        },
        nudge: (dx, dy) => turn([w[0] + dx * 0.1, w[1] + dy * 0.1]),
      });
    } else drawing.append(shown, head);
    return (nextW, nextB) => {
      [w, b] = [nextW, nextB];
      anchor = anchorOf(w, b, domain);
      const length = Math.hypot(...w);
      lineGroup.style.visibility = shown.style.visibility = length < 1e-9 ? "hidden" : "visible";
      if (!set) head.style.visibility = shown.style.visibility;
      if (length >= 1e-9) {
        const foot = w.map((wi) => (-wi * b) / length ** 2);
        const along = [(-w[1] / length) * FAR, (w[0] / length) * FAR];
        const ends = { x1: x(foot[0] - along[0]), y1: y(foot[1] - along[1]), x2: x(foot[0] + along[0]), y2: y(foot[1] + along[1]) };
        attr(shown, ends);
        attr(grip, ends);
      }
      const end = [x(anchor[0] + w[0] * weight), y(anchor[1] + w[1] * weight)];
      attr(shaft, { x1: x(anchor[0]), y1: y(anchor[1]), x2: end[0], y2: end[1] });
      const place = `translate(${end[0]},${end[1]})`;
      const heading = `rotate(${(Math.atan2(-w[1], w[0]) * 180) / Math.PI})`;
      if (set) {
        tip.setAttribute("transform", place);
        head.setAttribute("transform", heading);
      } else head.setAttribute("transform", `${place} ${heading}`);
    };
  };

  /**
   * Draw labelled points: class 0 a circle, class 1 a square; a wrong one gets a cross.
   * With set(index, point), they can be moved, and Space or a click changes the class.
   * Returns update(points, wrong).
   */
  api.points = ({ set } = {}) => {
    let marks = [];
    let current = [];
    const make = (_, i) => {
      const shape = s("path", { class: "dot" });
      const cross = s("path", { class: "cross", d: "M-13,-13L-7,-7M-13,-7L-7,-13" });
      const group = s("g", {}, ...(set ? [s("circle", { r: 20, class: "grip" })] : []), shape, cross);
      if (set) {
        const to = (px, py, flip) => set(i, [round(clamp(px, low, high)), round(clamp(py, low, high)), flip ? 1 - current[i][2] : current[i][2]]);
        handle(group, {
          label: `Point ${i + 1}`,
          move: (px, py) => to(x.invert(px), y.invert(py)),
          nudge: (dx, dy) => to(current[i][0] + dx * 0.05, current[i][1] + dy * 0.05),
          press: () => to(current[i][0], current[i][1], true),
        });
      }
      return { group, shape, cross };
    };
    return (next, wrong) => {
      if (next.length !== marks.length) {
        marks = next.map(make);
        points.replaceChildren(...marks.map(({ group }) => group));
      }
      current = next;
      next.forEach(([x1, x2, label], i) => {
        const { group, shape, cross } = marks[i];
        group.setAttribute("transform", `translate(${x(x1)},${y(x2)})`);
        attr(shape, { d: label ? "M-7,-7H7V7H-7Z" : "M-8,0A8,8,0,1,1,8,0A8,8,0,1,1,-8,0Z", class: `dot ${label ? "is-one" : "is-zero"}` });
        cross.style.visibility = wrong[i] ? "visible" : "hidden";
        if (set) {
          group.setAttribute("aria-label",
            `Point ${i + 1} at ${num(x1)}, ${num(x2)}, class ${label}${wrong[i] ? ", wrong" : ""}. Arrow keys move it, Space changes its class.`);
        }
      });
    };
  };

  return api;
}

/** The part of a convex polygon on the side of the line where sign · (w·x + b) ≥ 0 (Sutherland and Hodgman, 1974). */
export function cut(polygon, w, b, sign) {
  const depth = (x) => sign * linear(x, w, b);
  return polygon.flatMap((from, i) => {
    const to = polygon[(i + 1) % polygon.length];
    const [a, c] = [depth(from), depth(to)];
    const crossing = a < 0 !== c < 0 ? [from.map((v, j) => v + ((to[j] - v) * a) / (a - c))] : [];
    return a < 0 ? crossing : [from, ...crossing];
  });
}
