// A formula as a graph of operations: values forward, gradients backward.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, h, list, py, round, s, sci, superscript, uniqueId } from "./shared/dom.js";
import { backward, forward, mistake, parse } from "./shared/expression.js";
import { CONTROLS, widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { arrange } from "./shared/layered.js";

const UNSET = 1; // the value of a leaf that was given none
const EXACT = 1e-9;

/** A constant exponent as Python's :g writes it. */
function general(n) {
  const [digits, power] = n.toExponential(5).split("e");
  const short = String(Number(digits));
  if (power < -4 || power >= 6) return `${short}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return String(Number(n.toPrecision(6)));
}

/** The values of the leaves of a formula, the missing ones filled in. */
const valuesOf = (names, values) => names.map((_, i) => values[i] ?? UNSET);
const namesIn = (nodes) => nodes.filter(({ name }) => name).map(({ name }) => name);

/** The order of the walk: the operations forward, then all but the numbers backward. */
function walkOf(nodes) {
  const indices = nodes.map((_, i) => i);
  const operations = indices.filter((i) => nodes[i].op);
  return { operations, walk: [...operations, ...indices.reverse().filter((i) => nodes[i].op || nodes[i].name)] };
}

function solves({ challenge, initial }, { expression }, nodes, done, grads) {
  const x = nodes.findIndex(({ name }) => name === "x");
  if (challenge.asks === "flat") {
    return expression === initial.expression && Math.abs(grads[x]) < EXACT && Math.min(Math.abs(done[x].data), Math.abs(done.at(-1).data)) > EXACT;
  }
  if (challenge.asks === "seven") {
    const uses = nodes.flatMap(({ parents }) => parents).filter((parent) => parent === 0).length;
    return namesIn(nodes).join() === "x" && uses >= 3 && Math.abs(done[0].data - 2) < EXACT && Math.abs(grads[0] - 7) < EXACT;
  }
  return false;
}

export function readout(state, schema) {
  const nodes = parse(state.expression);
  const leaves = namesIn(nodes);
  const values = valuesOf(leaves, state.values);
  const done = forward(nodes, values);
  const grads = backward(nodes, done);
  const { operations, walk } = walkOf(nodes);
  const step = Math.min(state.step, walk.length);
  const moved = (leaf) => forward(nodes, values.map((v, i) => (i === leaf ? v + state.h : v))).map(({ data }) => data);
  const after = leaves.map((_, leaf) => moved(leaf).at(-1));
  const nudged = leaves.indexOf(state.nudge);
  return {
    nodes: nodes.map(({ op, parents, name, number }, i) => ({
      op: op === "**" && number !== null ? `**${general(number)}` : op,
      label: name,
      ...done[i],
      grad: grads[i],
      parents,
    })),
    leaves,
    values,
    forward: operations.length,
    most: { step: walk.length },
    step,
    node: step ? walk[step - 1] : null,
    after,
    moved: nudged < 0 ? [] : moved(nudged),
    output: [done.at(-1).data, ...leaves.map((_, i) => grads[i]), ...(nudged < 0 ? [] : [after[nudged]])],
    solved: solves(schema, state, nodes, done, grads),
  };
}

// ---- in words ---------------------------------------------------------------------------------------

/** A number for people, and a word for what is none. */
const say = (value) => (Number.isNaN(value) ? "no number" : Number.isFinite(value) ? sci(value, 4) : value > 0 ? "∞" : "−∞");
const bracketed = (value) => (value < 0 ? `(${say(value)})` : say(value));
const pretty = (name) => name.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** What the nodes are called: leaves by their names, operations v1, v2, … and the last one L, or other letters. */
function call(nodes) {
  const taken = new Set(namesIn(nodes).map((name) => name[0]));
  const letter = [..."vutspqz"].find((one) => !taken.has(one));
  const output = [..."LEJFQOM"].find((one) => !taken.has(one));
  let count = 0;
  return nodes.map(({ op, name, number }, i) => {
    if (!op) return name || String(number);
    return i === nodes.length - 1 ? output : `${letter}${(count += 1)}`;
  });
}

const SIGNS = { "+": "+", "-": "−", "*": "·", "/": "/" };
const power = (n) => (Number.isInteger(n) && Math.abs(n) < 100 ? superscript(n) : `^${say(n)}`);

/** An operation written with what it is done to: "w · x", "sigmoid(v₂)". */
function written({ op, number }, [a, b]) {
  if (SIGNS[op]) return `${a} ${SIGNS[op]} ${b}`;
  if (op === "neg") return `−${a}`;
  if (op === "**") return number === null ? `${a}^${b}` : `${a}${power(number)}`;
  return op === "maximum" ? `max(${a}, ${b})` : `${op}(${a})`;
}

/** A local derivative as a formula of the names: of node v by its parent a (port 0) or b (port 1); null for a plain number. */
function rate({ op, number }, port, v, [a, b]) {
  switch (op) {
    case "*": return port ? a : b;
    case "/": return port ? `(−${v}/${b})` : `1/${b}`;
    case "**":
      if (number !== null) return number === 2 ? `2·${a}` : `${say(number)}·${a}${power(number - 1)}`;
      return port ? `${v}·log(${a})` : `${b}·${a}^(${b} − 1)`;
    case "exp": return v;
    case "log": return `1/${a}`;
    case "tanh": return `(1 − ${v}²)`;
    case "sigmoid": return `${v}·(1 − ${v})`;
    default: return null;
  }
}

// ---- in Python --------------------------------------------------------------------------------------

const [SUM, PRODUCT, SIGN, POWER, ATOM] = [1, 2, 3, 4, 5]; // what binds how strongly

/** An operation in Python, of parts [text, how strongly it binds, whether it is a number]. */
function python({ op, number }, [a, b]) {
  const at = (part, least) => (part[1] < least ? `(${part[0]})` : part[0]);
  const plain = op === "maximum" || !b || b[2]; // two plain numbers would make a plain number
  const first = a[2] && plain ? [`Value(${a[0]})`, ATOM] : a;
  switch (op) {
    case "+":
    case "-": return [`${at(first, SUM)} ${op} ${at(b, PRODUCT)}`, SUM];
    case "*":
    case "/": return [`${at(first, PRODUCT)} ${op} ${at(b, SIGN)}`, PRODUCT];
    case "neg": return [`-${at(first, SIGN)}`, SIGN];
    case "**": return [`${at(first, ATOM)} ** ${b ? at(b, SIGN) : number}`, POWER];
    default: return [`${at(first, ATOM)}.${op}(${b ? b[0] : ""})`, ATOM];
  }
}
const atom = ({ name, number }) => [name || String(number), name || number >= 0 ? ATOM : SIGN, !name];

/** The whole formula in Python. */
function formula(nodes) {
  const parts = [];
  for (const node of nodes) parts.push(node.op ? python(node, node.parents.map((parent) => parts[parent])) : atom(node));
  const [text, , number] = parts.at(-1);
  return number ? `Value(${text})` : text;
}

/** The edges that leave a node, in the order in which the walk back meets them. */
const usesOf = (nodes, index) => nodes
  .flatMap(({ parents }, to) => parents.map((from, port) => ({ from, to, port })))
  .filter(({ from }) => from === index)
  .sort((one, other) => other.to - one.to || one.port - other.port);

/** What the walk does at a node, in Python: forward one line, backward one for each edge that leaves it. */
export function lines(nodes, index, back) {
  const names = call(nodes);
  const part = (i) => (nodes[i].op ? [names[i], ATOM] : atom(nodes[i]));
  const data = (i) => (nodes[i].op || nodes[i].name ? `${names[i]}.data` : `(${names[i]})`);
  if (!back) return [`${names[index]} = ${python(nodes[index], nodes[index].parents.map(part))[0]}`];
  if (index === nodes.length - 1) return [`${names[index]}.grad = 1.0`];
  return usesOf(nodes, index).map(({ to, port }) => {
    const { op, number, parents } = nodes[to];
    const [a, b] = parents.map(data);
    const v = data(to);
    const n = b ?? number;
    const factor = {
      "+": "",
      "-": port ? " * -1" : "",
      "*": ` * ${port ? a : b}`,
      "/": port ? ` * -${v} / ${b}` : ` / ${b}`,
      "**": port ? ` * ${v} * math.log(${a})` : n === 2 ? ` * 2 * ${a}` : ` * ${n} * ${a} ** (${n} - 1)`,
      neg: " * -1",
      exp: ` * ${v}`,
      log: ` / ${a}`,
      tanh: ` * (1 - ${v} ** 2)`,
      sigmoid: ` * ${v} * (1 - ${v})`,
      relu: ` * (${a} > 0)`,
      maximum: ` * ((${port ? b : a} > ${port ? a : b}) + (${a} == ${b}) / 2)`,
    }[op];
    return `${names[index]}.grad += ${names[to]}.grad${factor}`;
  });
}

export function code(state, out) {
  const nodes = parse(state.expression);
  const output = nodes.at(-1).op ? call(nodes).at(-1) : out.leaves.includes("L") ? "E" : "L";
  const leaves = out.leaves.join(", ");
  const assign = leaves ? `${leaves} = ${out.values.map((v) => `Value(${py(v)})`).join(", ")}\n` : "";
  const shown = [`${output}.data`, ...out.leaves.map((name) => `${name}.grad`)];
  if (!out.moved.length) {
    return `from nbcode.autograd import Value

${assign}${output} = ${formula(nodes)}
${output}.backward()
output = [${shown.join(", ")}]
print(output)`;
  }
  return `from nbcode.autograd import Value

def formula(${leaves}):
    return ${formula(nodes)}

${assign}${output} = formula(${leaves})
${output}.backward()
after = formula(${out.leaves.map((name) => (name === state.nudge ? `${name} + ${py(state.h)}` : name)).join(", ")})
output = [${[...shown, "after.data"].join(", ")}]
print(output)`;
}

// ---- the state in words -----------------------------------------------------------------------------

/** What is known after some steps: which values, which gradients. */
function progress(nodes, step) {
  const { operations, walk } = walkOf(nodes);
  const forth = new Set(operations.slice(0, step));
  const back = new Set(walk.slice(operations.length, Math.max(step, operations.length)));
  return { data: (i) => !nodes[i].op || forth.has(i), grad: (i) => back.has(i) };
}

/** Where the first number that is none, or infinite, comes from; "" where all are finite. */
function trouble(nodes, out, known, names) {
  const finite = (i) => Number.isFinite(out.nodes[i].data);
  for (const [i, { op, parents, number }] of nodes.entries()) {
    if (!op || !known.data(i)) continue;
    const { data, local } = out.nodes[i];
    const [a, b] = parents.map((parent) => out.nodes[parent].data);
    const name = pretty(names[i]);
    if (!finite(i) && parents.every(finite)) {
      if (op === "log") return ` ${name} is ${say(data)}: ${a < 0 ? "a negative number has no logarithm" : "towards 0 the logarithm falls without end"}.`;
      if (op === "/" && b === 0) return ` ${name} is ${say(data)}: a division by 0.`;
      if (op === "**" && a === 0) return ` ${name} is ${say(data)}: a negative power of 0 is a division by 0.`;
      if (op === "**" && Number.isNaN(data)) return ` ${name} is no number: a negative number has no power ${say(number ?? b)}.`;
      return ` ${name} is ${say(data)}: larger than any number the computer holds.`;
    }
    const port = local.findIndex((rate_) => !Number.isFinite(rate_));
    if (finite(i) && port >= 0) return ` The local derivative of ${name} by ${pretty(names[parents[port]])} is ${say(local[port])}.`;
  }
  return "";
}

/** The step of the walk that was made last, written out: names, numbers, result. */
function working(nodes, out, names) {
  const i = out.node;
  const title = (j) => (nodes[j].op || nodes[j].name ? pretty(names[j]) : bracketed(nodes[j].number));
  const name = pretty(names[i]);
  if (out.step <= out.forward) {
    const { parents } = nodes[i];
    const numbers = parents.map((parent) => bracketed(out.nodes[parent].data));
    return `${name} = ${written(nodes[i], parents.map(title))} = ${written(nodes[i], numbers)} = ${say(out.nodes[i].data)}`;
  }
  const output = pretty(names.at(-1));
  if (i === nodes.length - 1) return `∂${output}/∂${output} = 1`;
  const uses = usesOf(nodes, i);
  const local = uses.map(({ to, port }) => bracketed(out.nodes[to].local[port]));
  const symbols = uses.map(({ to, port }, k) => `∂${output}/∂${title(to)} · ${rate(nodes[to], port, title(to), nodes[to].parents.map(title)) ?? local[k]}`);
  const numbers = uses.map(({ to }, k) => `${bracketed(out.nodes[to].grad)} · ${local[k]}`);
  return `∂${output}/∂${name} = ${symbols.join(" + ")} = ${numbers.join(" + ")} = ${say(out.nodes[i].grad)}`;
}

/** What a nudge of a leaf does to the output, and what its gradient says. */
function nudge(state, out, leaf) {
  const change = out.after[leaf] - out.output[0];
  const promised = out.output[leaf + 1] * state.h;
  return { change, promised, apart: Math.abs(change - promised) };
}

export function sentence(state, out) {
  const nodes = parse(state.expression);
  const names = call(nodes);
  const known = progress(nodes, out.step);
  const output = pretty(names.at(-1));
  const leaves = out.leaves.length ? ` with ${list(out.leaves.map((name, i) => `${pretty(name)} = ${say(out.values[i])}`))}` : "";
  const count = `Step ${out.step} of ${out.most.step}`;
  const parts = [`${state.expression}${leaves}.`];
  if (out.step) {
    const back = out.step > out.forward;
    const uses = back ? usesOf(nodes, out.node).length : 0;
    const sum = uses > 1 ? ` ${pretty(names[out.node])} is used ${uses === 2 ? "twice" : `${uses} times`}: fan-out adds.` : "";
    parts.push(`${count}, ${back ? "backward" : "forward"}: ${working(nodes, out, names)}.${sum}${trouble(nodes, out, known, names)}`);
  } else parts.push(`${count}: only the leaves are known.`);
  if (out.step === out.most.step && out.leaves.length) {
    const gradients = list(out.leaves.map((name, i) => `${say(out.output[i + 1])} for ${pretty(name)}`));
    parts.push(`${output} = ${say(out.output[0])}; the gradient is ${gradients}.`);
  }
  const leaf = out.leaves.indexOf(state.nudge);
  if (leaf < 0) parts.push(`No leaf is nudged; h = ${say(state.h)}.`);
  else {
    const { change, promised, apart } = nudge(state, out, leaf);
    const name = pretty(state.nudge);
    const compared = known.grad(leaf) ? `gradient times h is ${say(promised)}, and the two are ${say(apart)} apart.` : `the gradient of ${name} is not known yet.`;
    parts.push(`With ${name} moved by h = ${say(state.h)}, ${output} goes from ${say(out.output[0])} to ${say(out.after[leaf])}, a change of ${say(change)}; ${compared}`);
  }
  return parts.join(" ");
}

/** A formula that is typed keeps the numbers of the leaves it had before; the walk begins anew, unless it was done. */
function adapt(changes, state) {
  if (changes.expression === undefined) return changes;
  const [before, after] = [state.expression, changes.expression].map(parse);
  const old = namesIn(before);
  const names = namesIn(after);
  const finished = state.step >= walkOf(before).walk.length;
  return {
    ...changes,
    values: names.map((name) => state.values[old.indexOf(name)] ?? UNSET),
    step: finished ? walkOf(after).walk.length : Math.min(state.step, walkOf(after).operations.length),
    nudge: names.includes(state.nudge) ? state.nudge : "",
  };
}

// ---- the picture ------------------------------------------------------------------------------------

const BOX = { width: 88, height: 58 };
const SMALL = { width: 46, height: 30 }; // a number
const WIDE = 560; // pixels from which on the graph runs from left to right, and from top to bottom below
const LEAST = 0.8; // the smallest scale, below which the graph scrolls
const PAUSE = 1000; // ms between two steps of a walk that plays

/** How a graph is laid out: where a stop is, where edges leave and arrive, the whole size. */
function geometry(graph, across) {
  const [along, over] = across ? [BOX.width + 44, BOX.height + 22] : [BOX.height + 42, BOX.width + 14];
  const margin = { x: BOX.width / 2 + 6, y: BOX.height / 2 + 20 };
  const place = ({ layer, at }) => (across ? [margin.x + layer * along, margin.y + at * over] : [margin.x + at * over, margin.y + layer * along]);
  const [width, height] = place({ layer: graph.layers - 1, at: graph.breadth });
  return { place, width: width + margin.x, height: height + margin.y };
}

/** The way of an edge: its path, and the middle of its last part. */
function route({ edge, nodes, geometry: { place }, across }) {
  const half = (i) => (nodes[i].op || nodes[i].name ? BOX : SMALL)[across ? "width" : "height"] / 2;
  const lean = edge.ports > 1 ? (edge.port - 0.5) * (across ? 26 : 34) : 0;
  // Along the layers, and across them.
  const points = edge.stops.map(place).map(([x, y]) => (across ? [x, y] : [y, x]));
  const last = points.length - 1;
  points[0] = [points[0][0] + half(edge.from), points[0][1] + edge.twin * 8];
  points[last] = [points[last][0] - half(edge.to) - 6, points[last][1] + lean];
  const write = (a, b) => (across ? `${a.toFixed(1)},${b.toFixed(1)}` : `${b.toFixed(1)},${a.toFixed(1)}`);
  const bow = edge.twin * 14;
  const parts = points.slice(1).map(([a, b], i) => {
    const [c, d] = points[i];
    return `C${write((a + c) / 2, d + bow)} ${write((a + c) / 2, b + bow)} ${write(a, b)}`;
  });
  const [[c, d], [a, b]] = points.slice(-2);
  const middle = [(a + c) / 2, (b + d) / 2 + bow * 0.75];
  return { d: `M${write(...points[0])}${parts.join("")}`, middle: across ? middle : [middle[1], middle[0]] };
}

const OPERATORS = { "+": "+", "-": "−", "*": "×", "/": "÷", neg: "−( )", maximum: "max" };
const operator = ({ op, number }) => OPERATORS[op] ?? (op === "**" ? (number === null ? "x^y" : `( )${power(number)}`) : op);

function draw({ picture, side, set, state, schema, control }) {
  const { low, high, step: unit } = { ...schema.params.values, step: 0.1 };
  const box = h("div", { class: "graph" });
  const svg = s("svg", { role: "group", "aria-label": "The formula as a graph" });
  box.append(svg);

  // The walk.
  let timer = null;
  let played = "";
  const stop = () => {
    clearTimeout(timer);
    timer = null;
  };
  const tick = () => {
    const { step } = readout(state(), schema);
    timer = setTimeout(tick, PAUSE);
    played = JSON.stringify({ ...state(), step: step + 1 });
    set({ step: step + 1 });
  };
  const button = (name, text, act) => h("button", { type: "button", name, onclick: act }, text);
  const go = (step) => set({ step });
  const buttons = {
    back: button("back", "Step back", () => go(state().step - 1)),
    next: button("next", "Step forward", () => go(state().step + 1)),
    play: button("play", "Play", () => {
      const { step, most } = readout(state(), schema);
      if (timer) stop();
      else if (step === most.step) {
        played = JSON.stringify({ ...state(), step: 0 });
        timer = setTimeout(tick, PAUSE);
        go(0);
      } else tick();
      label();
    }),
    forth: button("forth", "All forward", () => go(readout(state(), schema).forward)),
    all: button("all", "All backward", () => go(readout(state(), schema).most.step)),
  };
  const label = () => {
    buttons.play.textContent = timer ? "Pause" : "Play";
  };
  const formulaOf = h("p", { class: "working" });
  const program = h("div", { class: "program" });
  picture.append(control("expression"), box, h("div", { class: "walk controls" }, h("div", { class: "presets" }, ...Object.values(buttons)), control("step")), formulaOf, program);

  // The leaves, and the nudge test.
  const sliders = h("div", { class: "controls" });
  const choices = h("span", { class: "options" });
  const rows = h("tbody");
  const id = uniqueId();
  const heads = ["moved", "from … to", "change of L", "gradient · h", "apart"].map((text) => h("th", { scope: "col" }, text));
  side.append(
    h("fieldset", { class: "leaves" }, h("legend", {}, "The leaves"), sliders),
    h("fieldset", { class: "nudge" }, h("legend", {}, "Nudge test"),
      h("div", { class: "controls" }, h("fieldset", { class: "control choice" }, h("legend", {}, "move"), choices), control("h")),
      h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, ...heads)), rows)));

  let built = {};
  const build = (nodes, names, across) => {
    const graph = arrange(nodes.map(({ parents }) => parents));
    const where = geometry(graph, across);
    const edges = graph.edges.map((edge) => {
      const { d, middle } = route({ edge, nodes, geometry: where, across });
      const path = s("path", { class: "edge", d, "marker-end": `url(#${id}-tip)` });
      const text = s("text", { class: "over local", x: middle[0], y: middle[1] + 4, "text-anchor": "middle" });
      return { ...edge, path, text };
    });
    const boxes = nodes.map((node, i) => {
      const [x, y] = where.place(graph.nodes[i]);
      const { width, height } = node.op || node.name ? BOX : SMALL;
      const shape = s("rect", { class: "shape", x: -width / 2, y: -height / 2, width, height, rx: node.op ? 7 : height / 2 });
      const data = s("text", { class: "data", "text-anchor": "end" });
      const grad = s("text", { class: "grad", x: 36, y: 22, "text-anchor": "end" });
      const delta = s("text", { class: "over delta", x: width / 2, y: -height / 2 - 4, "text-anchor": "end" });
      const texts = !node.op && !node.name
        ? [attr(data, { x: 0, y: 4.5, "text-anchor": "middle" })]
        : [
          s("text", { class: "name", x: -36, y: -13 }, pretty(names[i])),
          ...(node.op ? [s("text", { class: "op", x: 36, y: -13, "text-anchor": "end" }, operator(node))] : []),
          s("text", { class: "word", x: -36, y: 5 }, "data"), attr(data, { x: 36, y: 5 }),
          s("text", { class: "word", x: -36, y: 22 }, "grad"), grad,
        ];
      const group = s("g", { class: "node", transform: `translate(${x},${y})` }, shape, ...texts, delta);
      return { group, shape, data, grad, delta };
    });
    const leaves = namesIn(nodes);
    leaves.forEach((name, leaf) => {
      let from = [0, 0, 0];
      const { group } = boxes[leaf];
      const put = (value) => set({ values: valuesOf(leaves, state().values).map((old, i) => (i === leaf ? clamp(round(value, 4), low, high) : old)) });
      const value = () => valuesOf(leaves, state().values)[leaf];
      handle(group, {
        label: pretty(name),
        start: (x, y) => (from = [x, y, value()]),
        move: (x, y) => put(Math.round((from[2] + (x - from[0] - y + from[1]) * 0.02) / unit) * unit),
        nudge: (dx, dy) => put(value() + (dx + dy) * unit),
      });
    });
    attr(svg, { viewBox: `0 0 ${where.width} ${where.height}`, style: `min-width: ${Math.round(where.width * LEAST)}px; max-width: ${Math.round(where.width * 1.2)}px` });
    svg.replaceChildren(
      s("defs", {}, s("marker", { id: `${id}-tip`, viewBox: "0 0 8 8", refX: 1, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse", markerUnits: "userSpaceOnUse" }, s("path", { class: "tip", d: "M0,0L8,4L0,8Z" }))),
      ...edges.map(({ path }) => path), ...boxes.map(({ group }) => group), ...edges.map(({ text }) => text));

    const controls = leaves.map((name, leaf) => CONTROLS.number(`leaf-${leaf}`, { label: pretty(name), low, high, step: unit }, `${id}-leaf-${leaf}`,
      (value) => set({ values: valuesOf(leaves, state().values).map((old, i) => (i === leaf ? value : old)) })));
    sliders.replaceChildren(...controls.map(([row]) => row));
    const options = ["", ...leaves].map((name) => {
      const radio = h("input", { type: "radio", name: `${id}-nudge`, value: name, onchange: () => set({ nudge: name }) });
      return [h("label", {}, radio, pretty(name) || "none"), radio];
    });
    choices.replaceChildren(...options.map(([element]) => element));
    const cells = leaves.map(() => heads.map(() => h("td")));
    rows.replaceChildren(...cells.map((row) => h("tr", {}, ...row)));
    built = { edges, boxes, shows: controls.map(([, show]) => show), radios: options.map(([, radio]) => radio), cells };
  };

  const across = () => !picture.clientWidth || picture.clientWidth >= WIDE;
  let shown = "";
  const update = (now, out) => {
    if (now.step > out.step) set({ step: out.step });
    if (timer && (JSON.stringify({ ...now, step: out.step }) !== played || out.step === out.most.step)) stop();
    label();
    const nodes = parse(now.expression);
    const names = call(nodes);
    const key = `${now.expression} ${across()}`;
    if (key !== shown) build(nodes, names, across());
    shown = key;
    const known = progress(nodes, out.step);
    const back = out.step > out.forward;
    built.boxes.forEach(({ group, data, grad, delta }, i) => {
      const is = (name, yes) => group.classList.toggle(name, yes);
      is("current", i === out.node);
      is("known", known.data(i));
      is("back", back);
      data.textContent = known.data(i) ? say(out.nodes[i].data) : "";
      grad.textContent = known.grad(i) ? say(out.nodes[i].grad) : "";
      const change = out.moved.length ? out.moved[i] - out.nodes[i].data : 0;
      delta.textContent = change && known.data(i) ? `${change > 0 ? "+" : ""}${say(change)}` : "";
      if (i < out.leaves.length) group.setAttribute("aria-label", `Leaf ${pretty(names[i])} = ${say(out.values[i])}. Arrow keys change it.`);
    });
    for (const { from, to, port, path, text } of built.edges) {
      const active = back ? from === out.node : to === out.node;
      attr(path, { class: `edge${active ? (back ? " back" : " forth") : ""}` });
      text.textContent = known.data(to) && (nodes[from].op || nodes[from].name) ? `×${say(out.nodes[to].local[port])}` : "";
    }
    built.shows.forEach((show, i) => show(out.values[i]));
    for (const radio of built.radios) radio.checked = radio.value === (out.moved.length ? now.nudge : "");
    const output = pretty(names.at(-1));
    formulaOf.textContent = out.step ? working(nodes, out, names) : `${output} = ${now.expression}`;
    program.textContent = out.step ? lines(nodes, out.node, back).join("\n") : "";
    heads[2].textContent = `change of ${output}`;
    built.cells.forEach((row, leaf) => {
      const { change, promised, apart } = nudge(now, out, leaf);
      const told = known.data(nodes.length - 1);
      const graded = known.grad(leaf);
      const texts = [pretty(out.leaves[leaf]), `${say(out.values[leaf])} … ${say(out.values[leaf] + now.h)}`, told ? say(change) : "?", graded ? say(promised) : "?", told && graded ? say(apart) : "?"];
      row.forEach((cell, i) => (cell.textContent = texts[i]));
      row[0].parentElement.toggleAttribute("aria-current", false);
      if (out.leaves[leaf] === now.nudge) row[0].parentElement.setAttribute("aria-current", "true");
    });
    buttons.back.disabled = out.step === 0;
    buttons.next.disabled = buttons.all.disabled = out.step === out.most.step;
    buttons.forth.disabled = out.step === out.forward;
  };
  new ResizeObserver(() => {
    if (shown && shown !== `${state().expression} ${across()}`) update(state(), readout(state(), schema));
  }).observe(picture);
  return update;
}

export default widget({ readout, sentence, code, draw, adapt, mistake });
