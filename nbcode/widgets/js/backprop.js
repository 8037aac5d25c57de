// Backpropagation in a 2-2-1 network: graph, formulas and code, one line at a time, with or without a bug.
import { attr, clamp, h, list, num, py, s, sci } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { sigmoid } from "./shared/neuron.js";

const HIDDEN = "W2 updated too early";
const STEP = 1e-5;
const [RELATIVE, ABSOLUTE] = [1e-4, 1e-8];
const [ASLEEP, AWAKE] = [1e-12, 1e-6];
const PLAY = 1200; // milliseconds for each line
const MANY = 100; // steps of the second button

// ---- the mathematics: matrices are lists of rows -------------------------------------------------------

const transposed = (M) => M[0].map((_, j) => M.map((row) => row[j]));
const fit = (A, B) => A[0].length === B.length;
const product = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, v, k) => sum + v * B[k][j], 0)));
const each = (f, ...matrices) => matrices[0].map((row, i) => row.map((_, j) => f(...matrices.map((M) => M[i][j]))));
const slope = (z) => sigmoid(z) * (1 - sigmoid(z));
const add = (a, b) => a + b;
const shapeOf = (M) => `(${M.length}, ${M[0].length})`;

const NAMES = ["W1_11", "W1_12", "W1_21", "W1_22", "b1_1", "b1_2", "W2_1", "W2_2", "b2", "x1", "x2"]; // as in `output`
const WEIGHTS = NAMES.slice(0, 9);

/** The numbers of a network as matrices, from a flat list in the order of NAMES. */
const unpack = (flat, y) => ({
  W1: [flat.slice(0, 2), flat.slice(2, 4)], b1: [flat.slice(4, 6)], W2: [flat.slice(6, 8)], b2: [flat.slice(8, 9)], x: [flat.slice(9, 11)], y: [[y]],
});
const numbersOf = (state) => NAMES.map((name) => state[name]);

export function forward({ W1, b1, W2, b2, x }) {
  const z1 = each(add, product(x, transposed(W1)), b1);
  const a1 = each(sigmoid, z1);
  const z2 = each(add, product(a1, transposed(W2)), b2);
  return { z1, a1, z2, a2: each(sigmoid, z2) };
}

const lossOf = (flat, y) => (forward(unpack(flat, y)).a2[0][0] - y) ** 2 / 2;

/** All gradients, with a bug in one place; where shapes do not fit, those from there on are missing. */
export function backward({ W1, W2, x, y, z1, a1, z2, a2 }, lr, bug) {
  const times = { "bias forgotten": [1, 0], "gradients not cleared": [2, 2] }[bug] ?? [1, 1];
  const weight = (M) => each((v) => times[0] * v, M);
  const bias = (M) => each((v) => times[1] * v, M);
  const da2 = each((a, t) => (bug === "wrong sign" ? t - a : a - t), a2, y);
  const delta2 = bug === "slope 2 forgotten" ? da2 : each((g, z) => g * slope(z), da2, z2);
  const dW2 = weight(product(transposed(delta2), a1));
  const found = { da2, delta2, dW2, db2: bias(delta2) };
  const back = {
    "W2 transposed": transposed(W2),
    "W2 updated too early": each((w, g) => w - lr * g, W2, dW2),
  }[bug] ?? W2;
  if (!fit(delta2, back)) return found;
  const da1 = product(delta2, back);
  const slopes = { "slope 1 forgotten": each(() => 1, a1), "slope taken at a1": each(slope, a1) }[bug] ?? each(slope, z1);
  const delta1 = each((g, f) => g * f, da1, slopes);
  const dW1 = weight(bug === "dW1 transposed" ? product(transposed(x), delta1) : product(transposed(delta1), x));
  return { ...found, da1, delta1, dW1, db1: bias(delta1), dx: product(delta1, W1) };
}

const GIVEN = [["dW1", 4], ["db1", 2], ["dW2", 2], ["db2", 1], ["dx", 2]];
const differs = (ours, measured) => Math.abs(ours - measured) > RELATIVE * Math.max(Math.abs(ours), Math.abs(measured)) + ABSOLUTE;
const count = (flags) => flags.filter(Boolean).length;
const bugOf = ({ bug }) => (bug === "hidden" ? HIDDEN : bug);

export function readout(state, { initial, params }) {
  const { lr, y } = state;
  const flat = numbersOf(state);
  const network = unpack(flat, y);
  const values = forward(network);
  const L = lossOf(flat, y);
  const measured = flat.map((value, i) => {
    const moved = (by) => lossOf(flat.with(i, value + by), y);
    return (moved(STEP) - moved(-STEP)) / (2 * STEP);
  });
  const examine = (bug) => {
    const found = backward({ ...network, ...values }, lr, bug);
    const gradients = GIVEN.flatMap(([name, size]) => found[name]?.flat() ?? Array(size).fill(null));
    const apart = gradients.map((g, i) => g !== null && differs(g, measured[i]));
    const updated = found.dx ? flat.slice(0, 9).map((value, i) => value - lr * gradients[i]) : null;
    return { found, gradients, apart, updated, after: updated && lossOf([...updated, ...flat.slice(9)], y) };
  };
  const { found, gradients, apart, updated, after } = examine(bugOf(state));
  const verdicts = Object.fromEntries(params.bug.options.filter((bug) => bug !== "hidden").map((bug) => {
    const seen = examine(bug);
    return [bug, { fits: Boolean(seen.updated), differ: seen.updated && count(seen.apart), after: seen.after }];
  }));
  const [d1, d2] = found.delta1?.[0] ?? [0, 0];
  const asleep = state.bug === "none" && Math.abs(d1) < ASLEEP && Math.abs(d2) > AWAKE && L > AWAKE;
  return {
    ...values, ...found, db2: found.db2[0], ...(found.db1 && { db1: found.db1[0] }), L, measured, apart, differ: updated && count(apart), updated, after, verdicts,
    output: gradients.filter((g) => g !== null),
    solved: initial.bug === "hidden" ? state.bug === "hidden" && state.guess === HIDDEN : asleep,
  };
}

// ---- the lines -----------------------------------------------------------------------------------------

// Each line: what it makes and from what, as a formula and as code. What a bug puts in its place is in BUGS.
const LINES = [
  { key: "", name: "x, y", formula: "x, y and all weights are given", code: "x, y, W1, b1, W2, b2 = …", uses: ["x", "y", "W1", "b1", "W2", "b2"] },
  { key: "z1", name: "z₁", formula: "z₁ = x W₁ᵀ + b₁", code: "z1 = x @ W1.T + b1", uses: ["x", "W1", "b1"] },
  { key: "a1", name: "a₁", formula: "a₁ = σ(z₁)", code: "a1 = sigmoid(z1)", uses: ["z1"] },
  { key: "z2", name: "z₂", formula: "z₂ = a₁ W₂ᵀ + b₂", code: "z2 = a1 @ W2.T + b2", uses: ["a1", "W2", "b2"] },
  { key: "a2", name: "a₂", formula: "a₂ = σ(z₂)", code: "a2 = sigmoid(z2)", uses: ["z2"] },
  { key: "L", name: "L", formula: "L = ½ (a₂ − y)²", code: "L = ((a2 - y) ** 2).sum() / 2", uses: ["a2", "y"] },
  { key: "da2", name: "∂L/∂a₂", formula: "∂L/∂a₂ = a₂ − y", code: "da2 = a2 - y", uses: ["a2", "y"] },
  { key: "delta2", name: "δ₂", formula: "δ₂ = ∂L/∂a₂ ⊙ σ′(z₂)", code: "delta2 = da2 * a2 * (1 - a2)", uses: ["da2", "a2"] },
  { key: "dW2", name: "∂L/∂W₂", formula: "∂L/∂W₂ = δ₂ᵀ a₁", code: "dW2 = delta2.T @ a1", uses: ["delta2", "a1"] },
  { key: "db2", name: "∂L/∂b₂", formula: "∂L/∂b₂ = Σₙ δ₂", code: "db2 = delta2.sum(axis=0)", uses: ["delta2"] },
  { key: "da1", name: "∂L/∂a₁", formula: "∂L/∂a₁ = δ₂ W₂", code: "da1 = delta2 @ W2", uses: ["delta2", "W2"] },
  { key: "delta1", name: "δ₁", formula: "δ₁ = ∂L/∂a₁ ⊙ σ′(z₁)", code: "delta1 = da1 * a1 * (1 - a1)", uses: ["da1", "a1"] },
  { key: "dW1", name: "∂L/∂W₁", formula: "∂L/∂W₁ = δ₁ᵀ x", code: "dW1 = delta1.T @ x", uses: ["delta1", "x"] },
  { key: "db1", name: "∂L/∂b₁", formula: "∂L/∂b₁ = Σₙ δ₁", code: "db1 = delta1.sum(axis=0)", uses: ["delta1"] },
  { key: "dx", name: "∂L/∂x", formula: "∂L/∂x = δ₁ W₁", code: "dx = delta1 @ W1", uses: ["delta1", "W1"] },
  { key: "update", name: "θ", formula: "θ ← θ − η ∂L/∂θ", code: "W1 -= lr * dW1  # and b1, W2, b2", uses: ["dW1", "db1", "dW2", "db2"], makes: ["W1", "b1", "W2", "b2"] },
];
const LAST = LINES.length - 1;
const FIRST_BACK = LINES.findIndex(({ key }) => key === "da2");
const indexOf = (key) => LINES.findIndex((line) => line.key === key);

const BUGS = {
  "wrong sign": { da2: ["∂L/∂a₂ = y − a₂", "da2 = y - a2"] },
  "slope 2 forgotten": { delta2: ["δ₂ = ∂L/∂a₂", "delta2 = da2"] },
  "slope 1 forgotten": { delta1: ["δ₁ = ∂L/∂a₁", "delta1 = da1"] },
  "slope taken at a1": { delta1: ["δ₁ = ∂L/∂a₁ ⊙ σ′(a₁)", "delta1 = da1 * sigmoid_grad(a1)"] },
  "W2 transposed": { da1: ["∂L/∂a₁ = δ₂ W₂ᵀ", "da1 = delta2 @ W2.T"] },
  "dW1 transposed": { dW1: ["∂L/∂W₁ = xᵀ δ₁", "dW1 = x.T @ delta1"] },
  "bias forgotten": { db2: ["∂L/∂b₂ = 0", "db2 = np.zeros(1)"], db1: ["∂L/∂b₁ = 0", "db1 = np.zeros(2)"] },
  "W2 updated too early": { da1: ["∂L/∂a₁ = δ₂ (W₂ − η ∂L/∂W₂)", "da1 = delta2 @ (W2 - lr * dW2)"] },
  "gradients not cleared": {
    dW2: ["∂L/∂W₂ = 2 δ₂ᵀ a₁", "dW2 = 2 * delta2.T @ a1"], db2: ["∂L/∂b₂ = 2 Σₙ δ₂", "db2 = 2 * delta2.sum(axis=0)"],
    dW1: ["∂L/∂W₁ = 2 δ₁ᵀ x", "dW1 = 2 * delta1.T @ x"], db1: ["∂L/∂b₁ = 2 Σₙ δ₁", "db1 = 2 * delta1.sum(axis=0)"],
  },
};

/** The formula and the code of a line; those of a bug, where it is no secret. */
const written = ({ key, formula, code }, bug) => BUGS[bug]?.[key] ?? [formula, code];

const n5 = (value) => sci(value, 5);
const signed = (value) => (value < 0 ? `(${n5(value)})` : n5(value));
const matrix = (M) => (M.length > 1 ? `[${M.map((row) => `[${row.map(n5).join(", ")}]`).join(", ")}]` : `[${M[0].map(n5).join(", ")}]`);
const rows = (value) => (Array.isArray(value[0]) ? value : [value]);

export function sentence(state, out) {
  return `Step ${state.step}.`;
}

export function code(state) {
  return "";
}

function draw({ picture, side, set, state, schema }) {
  return () => {};
}

export default widget({ readout, sentence, code, draw });
