// A formula as a graph of operations: values forward, gradients backward.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { attr, clamp, h, list, py, round, s, significant, superscript, uniqueId } from "./shared/dom.js";
import { backward, forward, mistake, parse } from "./shared/expression.js";
import { CONTROLS, widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
import { arrange } from "./shared/layered.js";

export { arrange, mistake, parse };

const UNSET = 1; // the value of a leaf that was given none
const EXACT = 1e-9;
const ROUNDING = 1e-13; // what rounding can make of a difference, relative to its parts

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
const say = (value) => (Number.isNaN(value) ? "no number" : Number.isFinite(value) ? significant(value, 4) : value > 0 ? "∞" : "−∞");
const bracketed = (value) => (value < 0 ? `(${say(value)})` : say(value));
const pretty = (name) => name.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** What the nodes are called: leaves by their names, operations v1, v2, … and the last one L, or other letters. */
function call(nodes) {
  const taken = new Set(namesIn(nodes).map((name) => name[0]));
  const letter = [..."vutspqz"].find((one) => !taken.has(one));
  const output = [..."LEJFQOM"].find((one) => !taken.has(one));
  let count = 0;
  return nodes.map(({ op, name, number }, i) => {
    if (name) return name;
    if (i === nodes.length - 1) return output;
    return op ? `${letter}${(count += 1)}` : String(number);
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
  const data = (i) => (nodes[i].op || nodes[i].name ? `${names[i]}.data` : nodes[i].number < 0 ? `(${names[i]})` : names[i]);
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
  const output = nodes.at(-1).name ? (out.leaves.includes("L") ? "E" : "L") : call(nodes).at(-1); // a formula that is one leaf
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
    const { op, parents } = nodes[i];
    const sign = SIGNS[op] || ["neg", "**"].includes(op); // a function has its own parentheses
    const numbers = parents.map((parent) => (sign ? bracketed : say)(out.nodes[parent].data));
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

/** What a nudge of a leaf does to the output, and what its gradient says. What is left of rounding counts as 0. */
function nudge(state, out, leaf) {
  const change = out.after[leaf] - out.output[0];
  const promised = out.output[leaf + 1] * state.h;
  const apart = Math.abs(change - promised);
  return { change, promised, apart: apart < ROUNDING * Math.max(Math.abs(out.output[0]), Math.abs(change)) ? 0 : apart };
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
const TEXT = BOX.width / 2 - 7; // where texts begin and end
const WIDE = 560; // pixels from which on the graph runs from left to right, and from top to bottom below
const LEAST = 0.75; // the smallest scale, below which the graph scrolls
const PAUSE = 1200; // ms between two steps of a walk that plays
const OPERATORS = { "+": "+", "-": "−", "*": "×", "/": "÷", neg: "−( )", maximum: "max" };
const operator = ({ op, number }) => OPERATORS[op] ?? (op === "**" ? (number === null ? "xʸ" : `( )${power(number)}`) : op);

/** A number for the picture, where there is little room. */
const short = (value) => (Number.isFinite(value) ? significant(value, Math.abs(value) < 1000 ? 3 : 4) : say(value));
function fit(element, text) {
  element.textContent = text;
  element.classList.toggle("long", text.length > 5);
}

/** A local derivative beside its edge, in what room there is between two boxes; the formula of the step has more digits. */
function factor(value) {
  const text = `×${short(value)}`;
  return text.length > 5 && Number.isFinite(value) ? `×${significant(value, 2)}` : text;
}

/** How a graph lies: where a stop of an edge is, and the whole size. */
function geometry(graph, across) {
  const [along, over] = across ? [BOX.width + 40, BOX.height + 20] : [BOX.height + 46, BOX.width + 14];
  const margin = { x: BOX.width / 2 + 5, y: BOX.height / 2 + (across ? 17 : 6) };
  const place = ({ layer, at }) => (across ? [margin.x + layer * along, margin.y + at * over] : [margin.x + at * over, margin.y + layer * along]);
  const [right, bottom] = place({ layer: graph.layers - 1, at: graph.breadth });
  return { place, width: right + margin.x, height: bottom + BOX.height / 2 + (across ? 6 : 17) };
}

/** The way of an edge, and where its label stands: at its end, on the outer side where two edges arrive. */
function route(edge, nodes, place, across) {
  const half = (i) => (nodes[i].op || nodes[i].name ? BOX : SMALL)[across ? "width" : "height"] / 2;
  const turned = ([x, y]) => (across ? [x, y] : [y, x]); // along the layers, and over them
  const points = edge.stops.map(place).map(turned);
  const last = points.length - 1;
  points[0] = [points[0][0] + half(edge.from), points[0][1] + edge.lean * (across ? 9 : 20)];
  points[last] = [points[last][0] - half(edge.to) - 6, points[last][1] + (edge.ports > 1 ? (edge.port - 0.5) * (across ? 26 : 40) : 0)];
  const bow = edge.twin * 16;
  const parts = points.slice(1).map((end, i) => {
    const middle = (points[i][0] + end[0]) / 2;
    return [[middle, points[i][1] + bow], [middle, end[1] + bow], end];
  });
  const outside = edge.ports > 1 && edge.port ? 1 : -1;
  const [x, y] = turned(points[last]);
  const label = across ? { x: x + 1, y: y + (outside > 0 ? 16 : -6), "text-anchor": "end" }
    : { x: x + outside * 6, y: y - 4, "text-anchor": outside > 0 ? "start" : "end" };
  const write = (point) => turned(point).map((v) => v.toFixed(1)).join();
  return { d: `M${write(points[0])}${parts.map((part) => `C${part.map(write).join(" ")}`).join("")}`, label };
}

/** Draw the graph of a formula; returns update(state, out). value(leaf) and move(leaf, value) tell and change a leaf, visit(node) goes to its step. */
function drawGraph(svg, nodes, names, { across, id, unit, value, move, visit }) {
  const graph = arrange(nodes.map(({ parents }) => parents));
  const { place, width, height } = geometry(graph, across);
  const tips = ["plain", "forth", "back"].map((kind) => s("marker", {
    id: `${id}-${kind}`, viewBox: "0 0 8 8", refX: kind === "back" ? 8 : 1, refY: 4, markerWidth: 9, markerHeight: 9, orient: "auto-start-reverse", markerUnits: "userSpaceOnUse",
  }, s("path", { class: `tip ${kind}`, d: "M0,0L8,4L0,8Z" })));
  const edges = graph.edges.map((edge) => {
    const { d, label } = route(edge, nodes, place, across);
    return { ...edge, path: s("path", { d }), text: s("text", { class: "over local", ...label }) };
  });
  const boxes = nodes.map((node, i) => {
    const [x, y] = place(graph.nodes[i]);
    const size = node.op || node.name ? BOX : SMALL;
    const sign = node.op ? operator(node) : "";
    const data = s("text", { class: "data", "text-anchor": "end", x: TEXT, y: 5 });
    const grad = s("text", { class: "grad", "text-anchor": "end", x: TEXT, y: 22 });
    const delta = s("text", { class: "over delta", "text-anchor": "end", x: size.width / 2, y: (size.height / 2 + 4) * (across ? -1 : 1) + (across ? 0 : 9) });
    const texts = size === SMALL ? [attr(data, { "text-anchor": "middle", x: 0 })] : [
      s("text", { class: "name", x: -TEXT, y: -13 }, pretty(names[i])),
      s("text", { x: TEXT - (sign.length > 4 ? 2 : 11), y: -13, "text-anchor": "end" }, sign), // clear of the label of the edge that leaves, and of the name
      s("text", { class: "word", x: -TEXT, y: 5 }, "data"), data,
      s("text", { class: "word", x: -TEXT, y: 22 }, "grad"), grad,
    ];
    const shape = s("rect", { class: "shape", x: -size.width / 2, y: -size.height / 2, ...size, rx: node.op ? 6 : 16 });
    const group = s("g", { class: "node", transform: `translate(${x},${y})`, onclick: () => visit(i) }, shape, ...texts, delta);
    return { group, data, grad, delta };
  });
  const leaves = namesIn(nodes);
  leaves.forEach((name, leaf) => {
    let from = [0, 0, 0];
    handle(boxes[leaf].group, {
      label: pretty(name),
      start: (x, y) => (from = [x, y, value(leaf)]),
      move: (x, y) => move(leaf, Math.round((from[2] + (x - from[0] - y + from[1]) * 0.02) / unit) * unit),
      nudge: (dx, dy) => move(leaf, value(leaf) + (dx + dy) * unit),
    });
  });
  attr(svg, { viewBox: `0 0 ${width} ${height}`, style: `min-width: ${Math.round(width * LEAST)}px; max-width: ${Math.round(width * 1.15)}px` });
  svg.replaceChildren(s("defs", {}, ...tips), ...edges.map(({ path }) => path), ...boxes.map(({ group }) => group), ...edges.map(({ text }) => text));

  return (now, out) => {
    const known = progress(nodes, out.step);
    const back = out.step > out.forward;
    boxes.forEach(({ group, data, grad, delta }, i) => {
      group.classList.toggle("current", i === out.node);
      group.classList.toggle("back", back);
      fit(data, known.data(i) ? short(out.nodes[i].data) : "");
      fit(grad, known.grad(i) ? short(out.nodes[i].grad) : "");
      const change = out.moved.length && known.data(i) ? out.moved[i] - out.nodes[i].data : 0;
      fit(delta, change ? `${change > 0 ? "+" : ""}${short(change)}` : "");
      if (i < leaves.length) group.setAttribute("aria-label", `Leaf ${pretty(names[i])} = ${say(out.values[i])}. Arrow keys change it.`);
    });
    for (const { from, to, port, path, text } of edges) {
      const kind = (back ? from : to) !== out.node ? "plain" : back ? "back" : "forth";
      attr(path, { class: `edge ${kind}`, [`marker-${kind === "back" ? "start" : "end"}`]: `url(#${id}-${kind})` });
      path.removeAttribute(`marker-${kind === "back" ? "end" : "start"}`);
      fit(text, known.data(to) && (nodes[from].op || nodes[from].name) ? factor(out.nodes[to].local[port]) : "");
    }
    const [x] = out.node === null ? [0] : place(graph.nodes[out.node]);
    return x / width; // where the eye should be
  };
}

/** A curve and its tangent, seen through a window as wide as three nudges. */
function drawNudge(id) {
  const [width, height] = [340, 210];
  const axes = [s("g", { transform: `translate(0,${height - 26})` }), s("g", { transform: "translate(58,0)" })];
  const [curve, tangent, run, gap] = ["curve", "curve second", "guide", "gap"].map((name) => s("path", { class: name }));
  const dots = [s("circle", { r: 5, class: "dot is-one" }), s("circle", { r: 5, class: "dot is-one" })];
  const key = ["━ ", "╌ the tangent: gradient times the move"].map((text, i) => s("text", { class: `over key ${["is-one", "is-zero"][i]}`, x: 66, y: 16 + 15 * i }, text));
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "The output over the leaf that is moved, and its tangent" },
    s("defs", {}, s("clipPath", { id: `${id}-clip` }, s("rect", { x: 58, y: 0, width: width - 68, height: height - 26 }))),
    s("g", { class: "axes", "aria-hidden": "true" }, ...axes), s("g", { "clip-path": `url(#${id}-clip)` }, run, curve, tangent, gap), ...dots, ...key);
  const update = (at, h_, f, slope, name, output) => {
    const x = scaleLinear([at - 1.5 * h_, at + 1.5 * h_], [58, width - 10]);
    const samples = Array.from({ length: 61 }, (_, i) => at + h_ * (i / 20 - 1.5)).map((v) => [v, f(v)]).filter((point) => Number.isFinite(point[1]));
    const before = f(at);
    const after = f(at + h_);
    const line = (v) => before + slope * (v - at);
    const graded = slope !== null && Number.isFinite(slope) && Number.isFinite(before);
    const heights = [...samples.map((point) => point[1]), ...(graded ? x.domain().map(line) : [])];
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const pad = (high - low) * 0.08 || Math.abs(high) * 1e-3 || 1;
    const some = samples.length > 0;
    const y = scaleLinear(some ? [low - pad, high + pad * 4] : [0, 1], [height - 26, 0]);
    select(axes[0]).call(axisBottom(x).tickValues([at - h_, at, at + h_]).tickFormat((v) => significant(v, 6)));
    select(axes[1]).call(axisLeft(y).ticks(4));
    const path = (points) => (points.length ? `M${points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join("L")}` : "");
    const finite = [before, after].every(Number.isFinite);
    attr(curve, { d: path(samples) });
    attr(tangent, { d: graded ? path(x.domain().map((v) => [v, line(v)])) : "" });
    attr(run, { d: finite ? path([[at, before], [at + h_, before], [at + h_, after]]) : "" });
    attr(gap, { d: finite && graded ? path([[at + h_, line(at + h_)], [at + h_, after]]) : "" });
    [[at, before], [at + h_, after]].forEach(([a, b], i) => attr(dots[i], { cx: x(a), cy: Number.isFinite(b) ? y(b) : 0, visibility: Number.isFinite(b) ? "visible" : "hidden" }));
    key[0].textContent = `━ ${output}, as ${name} moves`;
    key[1].setAttribute("visibility", graded ? "visible" : "hidden");
  };
  return { svg, update };
}

function draw({ picture, side, set, state, schema, control }) {
  const { low, high } = schema.params.values;
  const unit = 0.1;
  const id = uniqueId();
  const namesNow = () => namesIn(parse(state().expression));
  const valuesNow = () => valuesOf(namesNow(), state().values);
  const move = (leaf, value) => set({ values: valuesNow().map((old, i) => (i === leaf ? clamp(round(value, 6), low, high) : old)) });

  // The walk. It stops as soon as anything else is changed than what it changes itself.
  let timer = null;
  let played = "";
  const go = (step) => {
    played = JSON.stringify({ ...state(), step });
    set({ step });
  };
  const stop = () => {
    clearTimeout(timer);
    timer = null;
  };
  const play = (step) => {
    timer = setTimeout(() => play(state().step + 1), PAUSE);
    go(step);
  };
  const whole = () => readout(state(), schema);
  const visit = (node) => {
    const { forward: first, step } = whole();
    const { walk } = walkOf(parse(state().expression));
    const found = walk.indexOf(node, step > first ? first : 0) + 1;
    if (found && (step > first || found <= first)) set({ step: found });
  };
  const make = (name, text, act) => h("button", { type: "button", name, onclick: act }, text);
  const buttons = {
    back: make("back", "Step back", () => set({ step: state().step - 1 })),
    next: make("next", "Step forward", () => set({ step: state().step + 1 })),
    play: make("play", "Play", () => {
      if (timer) stop();
      else play(state().step === whole().most.step ? 0 : state().step + 1);
      buttons.play.textContent = timer ? "Pause" : "Play";
    }),
    forth: make("forth", "All forward", () => set({ step: whole().forward })),
    all: make("all", "All backward", () => set({ step: whole().most.step })),
  };
  const svg = s("svg", { role: "group", "aria-label": "The formula as a graph: an edge ×2 multiplies a small change by 2 forward, and a gradient by 2 backward" });
  const box = h("div", { class: "graph" }, svg);
  const [words, program] = [h("p", { class: "working" }), h("p", { class: "working program" })];
  picture.append(control("expression"), box, words, program,
    h("div", { class: "group walk" }, h("div", { class: "presets control" }, ...Object.values(buttons)), control("step")));

  const leavesBox = h("fieldset", { class: "group" });
  const choices = h("span", { class: "options" });
  const heads = ["nudge", "", "grad · h", "apart"].map((text) => h("th", { scope: "col" }, text));
  const rows = h("tbody");
  const plot = drawNudge(id);
  const remark = h("p", { class: "remark" });
  side.append(leavesBox, h("fieldset", { class: "group nudge" }, h("legend", {}, "Nudge test"),
    h("fieldset", { class: "control choice" }, h("legend", {}, "move"), choices), control("h"),
    h("div", { class: "control test" }, h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, ...heads)), rows), plot.svg, remark)));

  let [drawn, listed, seen] = ["", "", ""];
  let update = null;
  let [shows, radios, cells] = [[], [], []];
  const listLeaves = (leaves) => {
    const made = leaves.map((name, leaf) => CONTROLS.number(`leaf-${leaf}`, { label: pretty(name), low, high, step: unit }, `${id}-leaf-${leaf}`, (value) => move(leaf, value)));
    leavesBox.replaceChildren(h("legend", {}, "Leaves"), ...made.map(([row]) => row));
    shows = made.map(([, show]) => show);
    radios = ["", ...leaves].map((name) => h("input", { type: "radio", name: `${id}-nudge`, value: name, onchange: () => set({ nudge: name }) }));
    choices.replaceChildren(...radios.map((radio) => h("label", {}, radio, pretty(radio.value) || "none")));
    cells = leaves.map(() => heads.map(() => h("td")));
    rows.replaceChildren(...cells.map((row) => h("tr", {}, ...row)));
  };

  const across = () => !picture.clientWidth || picture.clientWidth >= WIDE;
  const redraw = (now, out) => {
    // There may be fewer steps than the slider has room for: it then stays at the last one.
    if (now.step > out.step) set({ step: out.step });
    if (timer && (JSON.stringify(now) !== played || out.step === out.most.step)) stop();
    buttons.play.textContent = timer ? "Pause" : "Play";
    buttons.play.disabled = out.most.step === 0;
    buttons.back.disabled = out.step === 0;
    buttons.next.disabled = buttons.all.disabled = out.step === out.most.step;
    buttons.forth.disabled = out.step === out.forward;

    const nodes = parse(now.expression);
    const names = call(nodes);
    const key = `${now.expression} ${across()}`;
    if (key !== drawn) update = drawGraph(svg, nodes, names, { across: across(), id, unit, value: (leaf) => valuesNow()[leaf], move, visit });
    drawn = key;
    if (out.leaves.join() !== listed || !radios.length) listLeaves(out.leaves);
    listed = out.leaves.join();
    const eye = update(now, out);
    if (`${key} ${out.step}` !== seen && box.scrollWidth > box.clientWidth) box.scrollLeft = eye * box.scrollWidth - box.clientWidth / 2;
    seen = `${key} ${out.step}`;

    const output = pretty(names.at(-1));
    const known = progress(nodes, out.step);
    words.textContent = out.step ? working(nodes, out, names) : `${output} = ${now.expression}`;
    program.textContent = out.step ? lines(nodes, out.node, out.step > out.forward).join("\n") : "";
    shows.forEach((show, i) => show(out.values[i]));
    const chosen = out.leaves.indexOf(now.nudge);
    radios.forEach((radio, i) => (radio.checked = i === chosen + 1));
    heads[1].textContent = `change of ${output}`;
    const told = known.data(nodes.length - 1);
    cells.forEach((row, leaf) => {
      const { change, promised, apart } = nudge(now, out, leaf);
      const both = told && known.grad(leaf);
      [`${pretty(out.leaves[leaf])}: ${say(out.values[leaf])} → ${significant(out.values[leaf] + now.h, 6)}`, told ? say(change) : "", both ? say(promised) : "", both ? short(apart) : ""]
        .forEach((text, i) => (row[i].textContent = text));
      row[0].parentElement.setAttribute("aria-current", leaf === chosen);
    });
    plot.svg.toggleAttribute("hidden", chosen < 0 || !told);
    remark.hidden = chosen < 0 || !told;
    if (chosen >= 0 && told) {
      const f = (v) => forward(nodes, out.values.map((old, i) => (i === chosen ? v : old))).at(-1).data;
      const gradient = known.grad(chosen) ? out.output[chosen + 1] : null;
      plot.update(out.values[chosen], now.h, f, gradient, pretty(now.nudge), output);
      const { change } = nudge(now, out, chosen);
      remark.textContent = `Change ÷ h = ${say(change / now.h)}${gradient === null ? "" : `; the gradient is ${say(gradient)}`}. `
        + "The window is three h wide: with a smaller h you look closer, and the curve is more like its tangent.";
    }
  };
  new ResizeObserver(() => {
    if (drawn && drawn !== `${state().expression} ${across()}`) redraw(state(), whole());
  }).observe(picture);
  return redraw;
}

export default widget({ readout, sentence, code, draw, adapt, mistake });
