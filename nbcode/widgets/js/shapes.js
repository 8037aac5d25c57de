// A matrix product, cell by cell: which row meets which column, and which shapes fit.
import { attr, h, num, pyList, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { PITCH, chooser, range, tile } from "./shared/tiles.js";

const MOST = 6;
const ROWS = "as rows: X Wᵀ";
const transposed = (M) => M[0].map((_, j) => M.map((row) => row[j]));
const mod = (a, n) => ((a % n) + n) % n;

/** Small whole numbers that look like nothing in particular. */
export function matrices({ N, inputs, outputs }) {
  return {
    X: range(N).map((n) => range(inputs).map((i) => mod(3 * n + 5 * i + 5 * n * i, 7) - 2)),
    W: range(outputs).map((o) => range(inputs).map((i) => mod(4 * o + 2 * i + 2 * o * i + 1, 7) - 3)),
    b: range(outputs).map((o) => mod(2 * o, 3) + 1),
  };
}

const product = (left, right) => left.map((row) => right[0].map((_, j) => row.reduce((sum, v, k) => sum + v * right[k][j], 0)));

/** The two factors as they are multiplied, with their names, and the bias of a cell. */
function factors(state) {
  const { X, W, b } = matrices(state);
  return state.examples === ROWS
    ? { left: X, right: state.forget ? W : transposed(W), names: ["X", state.forget ? "W" : "Wᵀ"], meant: [X, transposed(W)], b, biasOf: (row, column) => b[column], biasName: (row, column) => column }
    : { left: state.forget ? transposed(W) : W, right: transposed(X), names: [state.forget ? "Wᵀ" : "W", "X"], meant: [W, transposed(X)], b, biasOf: (row) => b[row], biasName: (row) => row };
}

export function readout(state) {
  const { left, right, meant, biasOf } = factors(state);
  const [rows, columns] = [left.length, right[0].length];
  const place = Math.min(state.cell, rows * columns) - 1;
  const [row, column] = [Math.floor(place / columns), place % columns];
  const legal = left[0].length === right.length;
  const add = (M) => M.map((line, i) => line.map((v, j) => v + (state.bias ? biasOf(i, j) : 0)));
  const output = legal ? add(product(left, right)) : [];
  const wanted = legal ? add(product(...meant)) : [];
  return {
    left: [rows, left[0].length],
    right: [right.length, columns],
    shape: legal ? [rows, columns] : [],
    row,
    column,
    products: legal ? left[row].map((v, k) => v * right[k][column]) : [],
    output,
    wrong: output.flatMap((line, i) => line.filter((v, j) => v !== wanted[i][j])).length,
  };
}

const signed = (v) => (v < 0 ? `(${num(v, 0)})` : num(v, 0));
const shape = ([a, b]) => `(${a}, ${b})`;
const sub = (i) => String.fromCharCode(0x2081 + i);

export function sentence(state, out) {
  const { left, right, names, biasOf, biasName } = factors(state);
  const [one, two] = names;
  const { row, column, products } = out;
  const [inner, other] = [out.left[1], out.right[0]];
  if (!out.shape.length) {
    return `${one} ${shape(out.left)} times ${two} ${shape(out.right)} does not fit: row ${row + 1} of ${one} holds ${inner} ${inner > 1 ? "numbers" : "number"}, `
      + `column ${column + 1} of ${two} holds ${other}, and each number needs a partner. The inner sizes must be equal${state.bias ? "; b has to wait" : ""}.`;
  }
  const terms = products.map((_, k) => `${signed(left[row][k])}·${signed(right[k][column])}`).join(" + ");
  const bias = biasOf(row, column);
  const sum = products.reduce((total, v) => total + v, 0);
  const result = state.bias ? `${num(sum, 0)}, and with b${sub(biasName(row, column))} = ${num(bias, 0)} it is ${num(sum + bias, 0)}` : num(sum, 0);
  const cells = out.shape[0] * out.shape[1];
  const wrong = state.forget ? ` It fits, as in = out, and nobody complains; but ${out.wrong} of the ${cells} numbers ${out.wrong === 1 ? "is" : "are"} wrong.` : "";
  return `${one} ${shape(out.left)} times ${two} ${shape(out.right)} gives ${shape(out.shape)}. Row ${row + 1} of ${one} meets column ${column + 1} of ${two}: ${terms} = ${result}.${wrong}`;
}

export function code(state) {
  const { X, W, b } = matrices(state);
  const rows = state.examples === ROWS;
  const lines = (M) => `[${M.map((row) => pyList(row)).join(", ")}]`;
  const bias = state.bias ? ` + b${rows ? "" : ".reshape(-1, 1)"}` : "";
  const right = rows ? `linear(X, W${state.bias ? ", b" : ""})` : `W @ X${bias}`;
  const wrong = rows ? `X @ W${bias}` : `W.T @ X${bias}`;
  const fits = !state.forget || state.inputs === state.outputs;
  return `import numpy as np
${rows && !state.forget ? "from nbcode.layers import linear\n" : ""}
X = np.array(${lines(X)})${rows ? "" : ".T"}
W = np.array(${lines(W)})
b = np.array(${pyList(b)})
${fits ? `output = ${state.forget ? wrong : right}` : `try:
    output = ${wrong}
except ValueError as error:
    output = []
    print(error)`}
print(output)`;
}

function draw({ picture, set, state }) {
  const svg = s("svg", { role: "group", "aria-label": "Both matrices and their product: each cell of the product stands where a row and a column meet" });
  picture.append(svg);
  const working = h("p", { class: "working" });
  picture.append(working);

  const put = ({ group, text }, x, y, value, mark) => {
    attr(group, { transform: `translate(${x},${y})`, "data-mark": mark });
    text.textContent = value;
  };
  let tiles = {};
  let size = "";
  const labels = ["left", "right", "bias", "result"].map(() => s("text", { class: "name", "text-anchor": "middle" }));
  const meeting = [s("rect", { class: "meeting", rx: 5 }), s("rect", { class: "meeting", rx: 5 })];
  const ring = s("rect", { class: "grip", rx: 5 });
  const cells = s("g", {}, ring);
  let origin = [0, 0];
  const place = () => {
    const { left, right, row, column } = readout(state());
    return { origin, size: [left[0], right[1]], row, column };
  };
  chooser(cells, svg, { place, set });

  return (now, out) => {
    const { left, right, names, b, biasOf } = factors(now);
    const legal = out.shape.length > 0;
    const [rows, inner] = out.left;
    const [other, columns] = out.right;
    const byRow = now.examples !== ROWS; // one bias for each row of the result
    const bias = now.bias && legal ? 1 : 0;
    const key = [rows, inner, other, columns, bias, byRow].join();
    // Room for the left factor, the biases of rows, and the product; the same upwards.
    const x0 = 8;
    const y0 = 26;
    const gap = 24;
    const x1 = x0 + inner * PITCH + gap + (byRow ? bias * (PITCH + gap) : 0);
    const y1 = y0 + other * PITCH + gap + (byRow ? 0 : bias * (PITCH + gap));
    const width = Math.max(x1 + columns * PITCH + 10, 300);
    if (key !== size) {
      size = key;
      const make = (kind, count) => range(count).map(() => tile({ class: `tile ${kind}` }));
      tiles = { left: make("one", rows * inner), right: make("two", other * columns), bias: make("bias", bias * b.length), result: make("result", rows * columns) };
      attr(svg, { viewBox: `0 0 ${width} ${y1 + rows * PITCH + 22}`, style: `max-width: ${Math.round(width * 1.25)}px` });
      svg.replaceChildren(...[tiles.left, tiles.right, tiles.bias].flat().map(({ group }) => group), cells, ...meeting, ...labels);
      cells.replaceChildren(ring, ...tiles.result.map(({ group }) => group));
      origin = [x1, y1];
    }
    const pairs = Math.min(inner, other);
    tiles.left.forEach((part, i) => {
      const [r, k] = [Math.floor(i / inner), i % inner];
      put(part, x0 + k * PITCH, y1 + r * PITCH, num(left[r][k], 0), r !== out.row ? "" : k < pairs ? "met" : "alone");
    });
    tiles.right.forEach((part, i) => {
      const [k, c] = [Math.floor(i / columns), i % columns];
      put(part, x1 + c * PITCH, y0 + k * PITCH, num(right[k][c], 0), c !== out.column ? "" : k < pairs ? "met" : "alone");
    });
    tiles.bias.forEach((part, i) => {
      const chosen = i === (byRow ? out.row : out.column);
      put(part, byRow ? x1 - gap - PITCH : x1 + i * PITCH, byRow ? y1 + i * PITCH : y1 - gap - PITCH, num(b[i], 0), chosen ? "met" : "");
    });
    tiles.result.forEach((part, i) => {
      const [r, c] = [Math.floor(i / columns), i % columns];
      put(part, x1 + c * PITCH, y1 + r * PITCH, legal ? num(out.output[r][c], 0) : "?", r === out.row && c === out.column ? "chosen" : "");
    });
    attr(meeting[0], { x: x0 - 4, y: y1 + out.row * PITCH - 4, width: inner * PITCH + 6, height: PITCH + 6 });
    attr(meeting[1], { x: x1 + out.column * PITCH - 4, y: y0 - 4, width: PITCH + 6, height: other * PITCH + 6 });
    attr(ring, { x: x1 - 3, y: y1 - 3, width: columns * PITCH + 4, height: rows * PITCH + 4 });
    const label = (element, text, x, y) => {
      attr(element, { x, y });
      element.textContent = text;
    };
    label(labels[0], `${names[0]} ${shape(out.left)}`, Math.max(x0 + (inner * PITCH) / 2, 40), y1 - 10);
    label(labels[1], `${names[1]} ${shape(out.right)}`, x1 + Math.max((columns * PITCH) / 2, 34), y0 - 10);
    label(labels[2], bias ? `b (${b.length},${byRow ? " 1" : ""})` : "", byRow ? x1 - gap - PITCH / 2 : x1 - 26, byRow ? y1 + rows * PITCH + 14 : y1 - gap - PITCH / 2 + 4);
    label(labels[3], legal ? `Z ${shape(out.shape)}` : "no product", x1 + Math.max((columns * PITCH) / 2, 34), y1 + rows * PITCH + 14);
    const terms = out.products.map((_, k) => `${signed(left[out.row][k])}·${signed(right[k][out.column])}`);
    working.textContent = legal
      ? `${terms.join(" + ")}${now.bias ? ` + ${num(biasOf(out.row, out.column), 0)}` : ""} = ${num(out.output[out.row][out.column], 0)}`
      : `${inner} ≠ ${other}: a number without a partner`;
  };
}

export default widget({ readout, sentence, code, draw });
