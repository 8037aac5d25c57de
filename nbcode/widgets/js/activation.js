// An activation function and its derivative over z, perhaps beside another one, and the product of n derivatives.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { ACTIVATIONS } from "./shared/activations.js";
import { attr, clamp, h, num, py, round, s, sci, superscript, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

const FLAT = 0.05;
const LAYERS = 20;
const REACH = 6; // the picture goes from −6 to 6
const BOUNDED = ["none", "step", "sigmoid", "tanh"];
const ROLES = ["f", "g"];
const OPTIONS = { sigmoid: "k", leaky_relu: "slope", elu: "alpha" };

const optionOf = (state, role) => state[`${role}_${OPTIONS[state[role]]}`];

function side(state, role) {
  if (state[role] === "none") return null;
  const [value, slope] = ACTIVATIONS[state[role]].map((f) => f(state.z, optionOf(state, role)));
  const product = slope === null ? null : slope ** state.n;
  return { value, slope, product, flat: slope !== null && Math.abs(slope) < FLAT };
}

export function readout(state) {
  const [f, g] = ROLES.map((role) => side(state, role));
  const output = [f, g].flatMap((out, i) => (!out ? [] : state[ROLES[i]] === "step" ? [out.value] : [out.value, out.slope, out.product]));
  const maximum = state.f === "leaky_relu" ? Math.max(state.f_slope * state.z, state.z) : null;
  return { output, f, g, maximum, solved: state.f === "sigmoid" && state.n === LAYERS && f.product >= 0.5 && f.product <= 2 };
}

function nameOf(state, role) {
  const option = optionOf(state, role);
  const suffix = { sigmoid: option === 1 ? "" : `, k = ${sci(option ?? 0)}`, leaky_relu: `, α = ${sci(option ?? 0)}`, elu: `, α = ${sci(option ?? 0)}` };
  return state[role] + (suffix[state[role]] ?? "");
}

function words(state, role, { value, slope, product, flat }) {
  const { z, n } = state;
  const is = `${role} (${nameOf(state, role)}) is ${num(value, 3)}`;
  if (slope === null) return `${is} and jumps here: it has no slope.`;
  const kink = z === 0 && ["relu", "leaky_relu", "elu"].includes(state[role]) && optionOf(state, role) !== 1;
  const base = sci(slope);
  const power = `${/[−·]/.test(base) ? `(${base})` : base}${superscript(n)}`;
  const through = slope === 0 ? `and nothing gets through ${n === 1 ? "even one layer" : `${n} layers`}` : `through ${n} ${n === 1 ? "layer" : "layers"} ${power} = ${sci(product)}`;
  return `${is} with slope ${sci(slope)}${kink ? " by agreement" : ""}${flat ? ", which is flat" : ""}; ${through}.`;
}

export function sentence(state, out) {
  const wrong = out.maximum !== null && Math.abs(out.maximum - out.f.value) > 1e-9;
  const not = wrong ? ` With a slope above 1, max(αz, z) is another function: ${num(out.maximum, 3)} here.` : "";
  const both = ROLES.filter((role) => out[role]).map((role) => words(state, role, out[role]));
  return `At z = ${num(state.z)}, ${both.join(" ")}${not}`;
}

export function code(state) {
  const { z, n } = state;
  const names = new Set();
  const call = (role, suffix) => {
    const name = state[role];
    const option = optionOf(state, role);
    names.add(name + suffix);
    if (name === "sigmoid") return `${suffix ? `${py(option)} * ` : ""}sigmoid${suffix}(${py(option)} * z)`;
    return `${name}${suffix}(z${{ leaky_relu: `, negative_slope=${py(option ?? 0)}`, elu: `, alpha=${py(option ?? 0)}` }[name] ?? ""})`;
  };
  const lines = ROLES.filter((role) => state[role] !== "none").map((role) => {
    if (state[role] === "step") return `output += [${call(role, "")}]`;
    if (state[role] === "identity") return "output += [z, 1.0, 1.0]";
    return `slope = ${call(role, "_grad")}\noutput += [${call(role, "")}, slope, slope**n]`;
  });
  const imports = names.size ? `from nbcode.activations import ${[...names].sort().join(", ")}\n\n` : "";
  return `${imports}z, n = ${py(z)}, ${n}
output = []
${lines.join("\n")}
print(output)`;
}

// Where the curves are sampled, left and right of 0, where some of them jump: dense about 0, where a steep one climbs.
const HALF = Array.from({ length: 121 }, (_, i) => 1e-9 + REACH * (i / 120) ** 2);
const HALVES = [HALF.map((z) => -z).reverse(), HALF];

const WIDTH = 380;
const LEFT = 44;
const RIGHT = WIDTH - 12;

function curves(picture, set, state) {
  const id = uniqueId();
  const height = 352;
  const x = scaleLinear([-REACH, REACH], [LEFT, RIGHT]);
  const panels = [{ top: 12, bottom: 192 }, { top: 216, bottom: 314 }];
  const defs = s("defs", {},
    s("pattern", { id: `${id}-stripes`, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("line", { class: "stripe", y2: 7 })),
    ...panels.map(({ top, bottom }, i) => s("clipPath", { id: `${id}-${i}` }, s("rect", { x: LEFT, y: top, width: RIGHT - LEFT, height: bottom - top }))));
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  select(axes).append("g").attr("transform", `translate(0,${panels[1].bottom})`).call(axisBottom(x).ticks(7));
  axes.append(s("text", { class: "name", x: x(0), y: height - 4 }, "z"), s("text", { class: "name", x: 10, y: 106 }, "f"), s("text", { class: "name", x: 10, y: 270 }, "f′"));
  for (const panel of panels) {
    panel.axis = s("g", { transform: `translate(${LEFT},0)` });
    panel.zero = s("line", { class: "guide", x1: LEFT, x2: RIGHT });
    axes.append(panel.axis, panel.zero);
  }
  const flat = s("path", { fill: `url(#${id}-stripes)` });
  const paths = panels.map((_, i) => s("g", { "clip-path": `url(#${id}-${i})` },
    ...["curve", "curve second"].map((name) => s("path", { class: name }))));
  const maximum = s("path", { class: "guide", "clip-path": `url(#${id}-0)`, "stroke-width": 2 });
  const tangent = s("line", { class: "tangent", "clip-path": `url(#${id}-0)` });
  const legend = [28, 46, 64, 82].map((y) => s("text", { class: "over", x: LEFT + 8, y }));
  const wall = s("line", { class: "guide", y1: panels[0].top, y2: panels[1].bottom });
  const grip = s("g", {}, s("rect", { class: "grip", x: -18, width: 36, y: panels[0].top, height: panels[1].bottom - panels[0].top }), wall);
  const dots = panels.map(() => [s("circle", { class: "dot is-one", r: 7 }), s("path", { class: "dot is-zero", d: "M-8,-8H8V8H-8Z" })]);
  picture.append(s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": "The function and, below it, its derivative, over z" },
    defs, flat, axes, ...paths, maximum, tangent, ...legend, grip, ...dots.flatMap(([f, g]) => [g, f])));
  const put = (z) => set({ z: round(clamp(z, -REACH, REACH)) });
  handle(grip, { label: "z. Arrow keys move it.", move: (px) => put(x.invert(px)), nudge: (dx) => put(state().z + dx * 0.05) });

  const flats = (slope) => {
    const width = (2 * REACH) / 480;
    const edges = Array.from({ length: 481 }, (_, i) => -REACH + width * i);
    const isFlat = edges.map((z, i) => i < 480 && Math.abs(slope(z + width / 2)) < FLAT);
    const turns = edges.filter((_, i) => isFlat[i] !== (isFlat[i - 1] ?? false)); // where stripes begin and end, in turn
    return turns.map((z, i) => (i % 2 ? `H${x(z)}V${panels[0].bottom}H${x(turns[i - 1])}Z` : `M${x(z)},${panels[0].top}`)).join("");
  };
  // What depends on the functions alone; moving z or n leaves it as it is.
  const shape = (now) => {
    const functions = ROLES.map((role) => (ACTIVATIONS[now[role]] ?? []).map((f) => (z) => f(z, optionOf(now, role))));
    const steepest = Math.max(...functions.flatMap(([, slope]) => (slope ? HALVES.flat().map(slope) : [])));
    const domains = [
      ROLES.every((role) => BOUNDED.includes(now[role])) ? [-1.15, 1.15] : [-3, 4],
      [-0.25, [1.25, 2.25, 3.25, 5.5].find((top) => top > steepest)],
    ];
    panels.forEach((panel, i) => {
      panel.y = scaleLinear(domains[i], [panel.bottom, panel.top]);
      panel.draw = (f) => HALVES.map((half) => line(x, (z) => panel.y(f(z)))(half)).join("");
      select(panel.axis).call(axisLeft(panel.y).ticks(i ? 4 : 6));
      attr(panel.zero, { y1: panel.y(0), y2: panel.y(0) });
      functions.forEach((pair, j) => attr(paths[i].children[j], { d: pair[i] ? panel.draw(pair[i]) : "" }));
    });
    const flatAt = flats(functions[0][1]);
    const other = now.f === "leaky_relu" && now.f_slope > 1;
    attr(flat, { d: flatAt });
    attr(maximum, { d: other ? panels[0].draw((z) => Math.max(now.f_slope * z, z)) : "" });
    const texts = [`● f: ${nameOf(now, "f")}`, now.g === "none" ? "" : `■ g: ${nameOf(now, "g")}`,
      flatAt && "▨ f flat: |f′| < 0.05", other && "⋯ max(αz, z)"].filter(Boolean);
    legend.forEach((text, i) => (text.textContent = texts[i] ?? ""));
  };
  let drawn = "";
  return (now, out) => {
    const functions = JSON.stringify(ROLES.map((role) => [now[role], optionOf(now, role)]));
    if (functions !== drawn) shape(now);
    drawn = functions;
    panels.forEach(({ y, top, bottom }, i) => ROLES.forEach((role, j) => {
      const value = out[role]?.[i ? "slope" : "value"] ?? null;
      dots[i][j].style.visibility = value === null ? "hidden" : "visible";
      dots[i][j].setAttribute("transform", `translate(${x(now.z)},${clamp(y(value ?? 0), top, bottom)})`);
    }));
    const { value, slope } = out.f;
    const [from, to] = [-1.6, 1.6].map((dz) => [x(now.z + dz), panels[0].y(value + (slope ?? 0) * dz)]);
    attr(tangent, { x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
    tangent.style.visibility = slope === null ? "hidden" : "visible";
    grip.setAttribute("transform", `translate(${x(now.z)},0)`);
  };
}

const FLOOR = -30;
const CEILING = 10;

function depth(picture, set, state, { low, high }) {
  const [top, bottom] = [26, 172];
  const x = scaleLinear([low, high], [LEFT + 8, RIGHT]);
  const y = scaleLinear([FLOOR, CEILING], [bottom, top]);
  const axes = s("g", { class: "axes", "aria-hidden": "true" });
  const power = (value) => (value ? `10${superscript(value)}` : "1");
  select(axes).append("g").attr("transform", `translate(0,${bottom})`).call(axisBottom(x).tickValues([1, 10, 20, 30, 40, 50]));
  select(axes).append("g").attr("transform", `translate(${LEFT},0)`).call(axisLeft(y).tickValues([-30, -20, -10, 0, 10]).tickFormat(power));
  axes.append(s("text", { class: "name", x: (LEFT + RIGHT) / 2, y: bottom + 34 }, "layers n"),
    ...[0, -3].map((decades) => s("line", { class: "guide", x1: LEFT, x2: RIGHT, y1: y(decades), y2: y(decades) })),
    s("text", { class: "over", x: RIGHT - 4, y: y(-3) + 13, "text-anchor": "end" }, "10⁻³"), s("text", { x: LEFT + 4, y: 16 }, "f′(z)ⁿ: the product of n slopes"));
  const lines = [s("path", { class: "curve second" }), s("path", { class: "curve" })];
  const grip = s("g", {}, s("rect", { class: "grip", x: -18, width: 36, y: top, height: bottom - top }), s("line", { class: "guide", y1: top, y2: bottom }));
  const dots = [s("path", { class: "dot is-zero" }), s("path", { class: "dot is-one" })];
  const zeros = s("text", { class: "over", x: RIGHT - 4, y: y(3), "text-anchor": "end" });
  picture.append(s("svg", { viewBox: `0 0 ${WIDTH} ${bottom + 40}`, role: "group", "aria-label": "The product of n slopes over n, on a logarithmic axis" },
    axes, ...lines, zeros, grip, ...dots));
  const to = (n) => set({ n: clamp(Math.round(n), low, high) });
  handle(grip, { label: "Layers n. Arrow keys change them.", move: (px) => to(x.invert(px)), nudge: (dx) => to(state().n + dx) });

  const SHAPES = [["M-6,-6H6V6H-6Z", "M-7,-6H7L0,7Z", "M-7,6H7L0,-7Z"], ["M-7,0A7,7,0,1,1,7,0A7,7,0,1,1,-7,0Z", "M-7,-6H7L0,7Z", "M-7,6H7L0,-7Z"]];
  const straight = (decades) => {
    const last = decades === 0 ? high : Math.min(high, (decades < 0 ? FLOOR : CEILING) / decades);
    return last < low ? "" : `M${x(low)},${y(decades * low)}L${x(last)},${y(decades * last)}`;
  };
  return (now, out) => {
    grip.setAttribute("transform", `translate(${x(now.n)},0)`);
    const nothing = [];
    ["g", "f"].forEach((role, i) => {
      const slope = out[role]?.slope ?? null;
      const decades = slope ? Math.log10(Math.abs(slope)) : null;
      if (out[role] && slope === 0) nothing.unshift(role);
      lines[i].setAttribute("d", decades === null ? "" : straight(decades));
      dots[i].style.visibility = decades === null ? "hidden" : "visible";
      const at = (decades ?? 0) * now.n;
      attr(dots[i], { d: SHAPES[i][at < FLOOR ? 1 : at > CEILING ? 2 : 0], transform: `translate(${x(now.n)},${y(clamp(at, FLOOR, CEILING))})` });
    });
    zeros.textContent = nothing.length ? `${nothing.join(" and ")}: slope 0, product 0` : "";
  };
}

function draw({ picture, side: aside, set, state, schema }) {
  const parts = [curves(picture, set, state), depth(picture, set, state, schema.params.n)];
  const rows = ROLES.map((role) => {
    const cells = Array.from({ length: 3 }, () => h("td"));
    return { role, cells, row: h("tr", {}, h("th", { scope: "row" }, role), ...cells) };
  });
  const head = h("th", { scope: "col" });
  aside.append(h("table", { class: "numbers" },
    h("thead", {}, h("tr", {}, h("td"), ...["at z", "slope"].map((name) => h("th", { scope: "col" }, name)), head)), h("tbody", {}, ...rows.map(({ row }) => row))));
  return (now, out) => {
    parts.forEach((update) => update(now, out));
    head.textContent = `slope${superscript(now.n)}`;
    for (const { role, cells, row } of rows) {
      row.hidden = !out[role];
      const { value, slope, product } = out[role] ?? {};
      [value, slope, product].forEach((cell, i) => (cells[i].textContent = cell == null ? "none" : sci(cell)));
    }
  };
}

export default widget({ readout, sentence, code, draw });
