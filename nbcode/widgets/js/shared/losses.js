// Losses of one number, as in nbcode.losses, and a picture of several: their curves, and where each one pushes.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { attr, num, s, uniqueId } from "./dom.js";

/** Each loss of an error e = a − y, with its slope. */
export const squared = (e) => [e ** 2, 2 * e];
export const absolute = (e) => [Math.abs(e), Math.sign(e)];
export const huber = (e, delta) => [
  Math.abs(e) <= delta ? e ** 2 / 2 : delta * (Math.abs(e) - delta / 2),
  Math.min(Math.max(e, -delta), delta),
];

const KINDS = ["", "second", "third"]; // how the lines of the first, the second, the third loss are drawn
const TANGENT = 42; // half the length of a tangent, in the picture's units

/**
 * Draw the axes, a lane below them for each loss, and return { svg, x, y, floor, bottom, front, update }.
 * update(at, losses, samples, scale): the place on the axis, a function for each loss that returns [value, slope],
 * the places where the curves are drawn, and how far in x an arrow of a gradient of 1 reaches.
 */
export function lossPicture(container, { label, domain, most, name, losses, ceiling = 14, left = 84 }) {
  const id = uniqueId();
  const [width, right, floor] = [380, 368, 232];
  const x = scaleLinear(domain, [left, right]);
  const y = scaleLinear([0, most], [floor, ceiling]);
  const lane = (i) => floor + 52 + 28 * i;
  const bottom = lane(losses.length - 1) + 16;
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${floor})`).call(axisBottom(x).ticks(7).tickFormat((v) => num(v, 0)));
  select(axes).append("g").attr("transform", `translate(${left},0)`).call(axisLeft(y).ticks(5));
  axes.append(s("text", { class: "name", x: left - 16, y: floor + 21 }, name));
  const clip = s("clipPath", { id: `${id}-clip` }, s("rect", { x: left, y: ceiling, width: right - left, height: floor - ceiling + 2 }));
  const inside = s("g", { "clip-path": `url(#${id}-clip)` });
  const parts = losses.map((words, i) => {
    const kind = KINDS[i];
    const part = {
      curve: s("path", { class: `curve ${kind}` }),
      tangent: s("line", { class: `tangent ${kind}` }),
      dot: s("circle", { r: 6, class: `dot ${kind}` }),
      above: s("text", { class: "over", "text-anchor": "middle", y: ceiling + 13 }),
      shaft: s("line", { class: `push ${kind}`, y1: lane(i), y2: lane(i) }),
      head: s("path", { class: `push-head ${kind}` }),
      foot: s("circle", { r: 4, cy: lane(i), class: `dot ${kind}` }),
    };
    inside.append(part.curve, part.tangent);
    return part;
  });
  const front = s("g");
  const lanes = losses.map((words, i) => s("g", {},
    s("line", { class: "lane", x1: left, x2: right, y1: lane(i), y2: lane(i) }),
    s("line", { class: `curve ${KINDS[i]}`, x1: 2, x2: 24, y1: lane(i), y2: lane(i) }),
    s("text", { x: 28, y: lane(i) + 4, class: "lane-name" }, words)));
  const svg = s("svg", { viewBox: `0 0 ${width} ${bottom}`, role: "group", "aria-label": label },
    s("defs", {}, clip), axes, inside, ...lanes, front, ...parts.flatMap((p) => [p.dot, p.above, p.shaft, p.head, p.foot]));
  container.append(svg);

  const tilt = (y(0) - y(1)) / (x(1) - x(0)); // pixels up for each pixel to the right, of a slope of 1
  function update(at, functions, samples, scale) {
    parts.forEach((part, i) => {
      const [value, slope] = functions[i](at);
      const [px, py] = [x(at), y(value)];
      const off = value > most;
      part.curve.setAttribute("d", line((v) => x(v), (v) => y(functions[i](v)[0]))(samples));
      const run = TANGENT / Math.hypot(1, slope * tilt);
      attr(part.tangent, { x1: px - run, x2: px + run, y1: py + run * slope * tilt, y2: py - run * slope * tilt });
      attr(part.dot, { cx: px, cy: Math.max(py, ceiling), visibility: off ? "hidden" : "visible" });
      attr(part.above, { x: px, visibility: off ? "visible" : "hidden" });
      part.above.textContent = off ? `↑ ${num(value, 1)}` : "";
      const end = x(at - scale * slope);
      const way = Math.sign(end - px);
      const back = Math.min(10, Math.abs(end - px));
      attr(part.shaft, { x1: px, x2: end - way * back * 0.6 });
      attr(part.head, { d: `M${end},${lane(i)}l${-way * back},-6v12Z`, visibility: back < 1 ? "hidden" : "visible" });
      part.foot.setAttribute("cx", px);
    });
  }
  return { svg, x, y, floor, ceiling, bottom, lane, front, update };
}
