// Backpropagation in a 2-2-1 network: graph, formulas and code, one line at a time, with or without a bug.
import { attr, clamp, h, py, round, s, sci, significant, uniqueId } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";
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
    const moved = (by) => lossOf(flat.map((other, j) => (j === i ? value + by : other)), y);
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

const WHY = {
  "wrong sign": "The error has the wrong sign: every gradient points the wrong way.",
  "slope 2 forgotten": "σ′(z₂) is left out, as if the loss were cross-entropy: all gradients are too large, by the same factor.",
  "slope 1 forgotten": "σ′(z₁) is left out. It is ¼ at most: the gradients of layer 1 are at least 4 times too large.",
  "slope taken at a1": "The slope of the sigmoid is taken at its output a₁ instead of at z₁.",
  "W2 transposed": "On the way back, W₂ is used as on the way forward.",
  "dW1 transposed": "The gradient of W₁ is transposed. W₁ is square, so it fits; two of the numbers have changed places.",
  "bias forgotten": "The biases get no gradient: they will never move.",
  "W2 updated too early": "W₂ has taken its step before δ₂ goes back through it: the gradients of layer 1 depend on η.",
  "gradients not cleared": "zero_grad was forgotten: the gradients of an equal pass before this one are still in there.",
  hidden: "Something is wrong with one of these lines, or with several.",
};

/** The formula and the code of a line; those of a bug, where it is no secret. */
const written = ({ key, formula, code }, bug) => BUGS[bug]?.[key] ?? [formula, code];

const n5 = (value) => significant(value, 5);
const signed = (value) => (value < 0 ? `(${n5(value)})` : n5(value));
const vector = (values) => (values.length > 1 ? `[${values.map(n5).join(", ")}]` : n5(values[0]));
const shown = (M) => (M.length > 1 ? `[${M.map(vector).join(", ")}]` : vector(M[0]));
const rows = (value) => (Array.isArray(value) ? (Array.isArray(value[0]) ? value : [value]) : [[value]]);
const plural = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

/** Everything that has a name: what is given, and what is computed from it. */
const quantities = (state, out) => ({ ...unpack(numbersOf(state), state.y), ...out });

/** The entries of a matrix product, written out: "0.5·0.1 + 0.1·0.2". */
const terms = (A, B) => A.map((row) => B[0].map((_, j) => row.map((v, k) => `${signed(v)}·${signed(B[k][j])}`).join(" + ")));

const STOPPED = "Never reached: the pass backward stopped at ∂L/∂a₁.";

/** A line with its numbers put in, one text for each number that it makes: as the page says it, bug or no bug. */
function working(key, state, out) {
  const q = quantities(state, out);
  const { bug, lr } = state;
  const double = (M) => (bug === "gradients not cleared" ? each((text) => `2·(${text})`, M) : M);
  const plain = (M) => each(n5, M);
  const made = {
    z1: () => each((sum, b) => `${sum} + ${signed(b)}`, terms(q.x, transposed(q.W1)), q.b1),
    a1: () => each((z) => `σ(${n5(z)})`, q.z1),
    z2: () => each((sum, b) => `${sum} + ${signed(b)}`, terms(q.a1, transposed(q.W2)), q.b2),
    a2: () => each((z) => `σ(${n5(z)})`, q.z2),
    L: () => each((a, y) => `½·(${n5(a)} − ${n5(y)})²`, q.a2, q.y),
    da2: () => each((a, y) => (bug === "wrong sign" ? `${n5(y)} − ${n5(a)}` : `${n5(a)} − ${n5(y)}`), q.a2, q.y),
    delta2: () => (bug === "slope 2 forgotten" ? plain(q.da2) : each((g, a) => `${signed(g)}·${n5(a)}·(1 − ${n5(a)})`, q.da2, q.a2)),
    dW2: () => double(terms(transposed(q.delta2), q.a1)),
    db2: () => (bug === "bias forgotten" ? [["0"]] : double(plain(q.delta2))),
    da1: () => terms(q.delta2, bug === "W2 updated too early" ? each((w, g) => w - lr * g, q.W2, q.dW2) : q.W2),
    delta1: () => each((g, a) => `${signed(g)}${{ "slope 1 forgotten": "", "slope taken at a1": `·σ′(${n5(a)})` }[bug] ?? `·${n5(a)}·(1 − ${n5(a)})`}`, q.da1, q.a1),
    dW1: () => (bug === "dW1 transposed" ? terms(transposed(q.x), q.delta1) : double(terms(transposed(q.delta1), q.x))),
    db1: () => (bug === "bias forgotten" ? [["0", "0"]] : double(plain(q.delta1))),
    dx: () => terms(q.delta1, q.W1),
  }[key];
  if (!key) return [`x = ${shown(q.x)}, y = ${n5(state.y)}`];
  if (key === "update") {
    if (!out.updated) return [STOPPED];
    const first = out.output[0];
    return [`W₁ first: ${n5(state.W1_11)} − ${sci(lr)}·${signed(first)} = ${significant(out.updated[0], 7)}`, `L: ${n5(out.L)} → ${n5(out.after)}`];
  }
  if (out[key] === undefined) return key === "da1" ? [`${shapeOf(q.delta2)} times ${shapeOf(transposed(q.W2))}: does not fit`] : [STOPPED];
  const results = rows(out[key]).flat().map(n5);
  return made().flat().map((text, i) => (text === results[i] ? text : `${text} = ${results[i]}`));
}

// The numbers that are given: parameter, short name, in words.
const ENTRIES = [
  ["x1", "x₁", "input x₁"], ["x2", "x₂", "input x₂"], ["y", "y", "target y"],
  ["W1_11", "W₁ 1,1", "weight W₁ from x₁ to neuron 1"], ["W1_12", "W₁ 1,2", "weight W₁ from x₂ to neuron 1"],
  ["W1_21", "W₁ 2,1", "weight W₁ from x₁ to neuron 2"], ["W1_22", "W₁ 2,2", "weight W₁ from x₂ to neuron 2"],
  ["b1_1", "b₁ 1", "bias b₁ of neuron 1"], ["b1_2", "b₁ 2", "bias b₁ of neuron 2"],
  ["W2_1", "W₂ 1", "weight W₂ from neuron 1"], ["W2_2", "W₂ 2", "weight W₂ from neuron 2"], ["b2", "b₂", "bias b₂"],
];
const familyOf = (name) => (name[0] === "x" ? "x" : name.slice(0, 2));

/** The line in which a given number is used, and the one that makes its gradient (of y there is none). */
const useOf = (name) => LINES.findIndex(({ key, uses }) => key && uses.includes(familyOf(name)) && (name !== "y" || key === "L"));
const lineOf = (name) => (name === "y" ? useOf(name) : indexOf(`d${familyOf(name)}`));

/** The whole chain rule for one number: a product along each path from it to the loss, with no bug in it. */
export function chain(name, state, out) {
  const { x, W1, W2, z1, z2, a1, a2, y } = quantities(state, out);
  const end = [["(a₂ − y)", a2[0][0] - y[0][0]], ["σ′(z₂)", slope(z2[0][0])]];
  const through = (i) => [...end, [`W₂[${i + 1}]`, W2[0][i]], [`σ′(z₁[${i + 1}])`, slope(z1[0][i])]];
  const [i, j] = [...name.split("_").at(-1)].map((digit) => Number(digit) - 1);
  const paths = {
    b2: () => [end],
    W2: () => [[...end, [`a₁[${i + 1}]`, a1[0][i]]]],
    b1: () => [through(i)],
    W1: () => [[...through(i), [`x${"₁₂"[j]}`, x[0][j]]]],
    x: () => [0, 1].map((neuron) => [...through(neuron), [`W₁[${neuron + 1},${name[1]}]`, W1[neuron][name[1] - 1]]]),
  }[familyOf(name)]();
  const value = paths.reduce((sum, path) => sum + path.reduce((product_, [, factor]) => product_ * factor, 1), 0);
  const write = (f) => paths.map((path) => path.map(f).join("·")).join(" + ");
  return { value, symbols: write(([symbol]) => symbol), numbers: write(([, factor]) => (factor < 0 ? `(${sci(factor)})` : sci(factor))) };
}

// ---- in words ------------------------------------------------------------------------------------------

const WORDS = {
  "": ({ x, y }) => `x = ${shown(x)} goes in, and y = ${n5(y[0][0])} should come out`,
  z1: ({ z1 }) => `the hidden neurons’ weighted sums are z₁ = ${shown(z1)}`,
  a1: ({ a1 }) => `the sigmoid makes of them the outputs a₁ = ${shown(a1)}`,
  z2: ({ z2 }) => `the output neuron’s weighted sum of these is z₂ = ${shown(z2)}`,
  a2: ({ a2, y }) => `the network’s answer is a₂ = ${shown(a2)}, and it should be ${shown(y)}`,
  L: ({ L }) => `half the squared error is the loss, L = ${n5(L)}`,
  da2: ({ da2 }) => `if a₂ grew by a little, L would change by ${shown(da2)} times as much, which is ∂L/∂a₂`,
  delta2: ({ delta2, z2 }) => `the sigmoid’s slope here is ${shown(each(slope, z2))}, and with it ∂L/∂a₂ becomes δ₂ = ${shown(delta2)}`,
  dW2: ({ dW2 }) => `each weight of W₂ gets δ₂ times the output that it multiplies, ∂L/∂W₂ = ${shown(dW2)}`,
  db2: ({ db2 }) => `the bias gets δ₂ itself, ∂L/∂b₂ = ${vector(db2)}`,
  da1: ({ da1 }) => `back along the weights W₂ to the hidden outputs, ∂L/∂a₁ = ${shown(da1)}`,
  delta1: ({ delta1, z1 }) => `the slopes of the hidden sigmoids are ${shown(each(slope, z1))}, and with them ∂L/∂a₁ becomes δ₁ = ${shown(delta1)}`,
  dW1: ({ dW1 }) => `each weight of W₁ gets its neuron’s δ times its input, ∂L/∂W₁ = ${shown(dW1)}`,
  db1: ({ db1 }) => `the hidden biases get δ₁ itself, ∂L/∂b₁ = ${vector(db1)}`,
  dx: ({ dx }) => `a layer before this one would get ∂L/∂x = ${shown(dx)}`,
};

function happens(state, out) {
  const { key, name } = LINES[state.step];
  const misfit = !out.updated;
  if (key === "update") {
    return misfit ? "there is no update, as there are no gradients for W₁ and b₁"
      : `each weight and bias goes η times against its gradient: W₂ to ${vector(out.updated.slice(6, 8))}, b₂ to ${n5(out.updated[8])}`;
  }
  if (misfit && key === "da1") return "δ₂ has shape (1, 1) and W₂ᵀ has shape (2, 1): a row of 1 number meets a column of 2, they do not fit, and the pass stops";
  if (key && !(key in out)) return `there is no ${name}, as the pass stopped at ∂L/∂a₁`;
  if (BUGS[state.bug]?.[key]) return `here is the bug, ${written(LINES[state.step], state.bug)[0]}, which is ${shown(rows(out[key]))}`;
  return WORDS[key](quantities(state, out));
}

/** Two numbers with as many digits as it takes to tell them apart. */
function fromTo(before, after) {
  const digits = [5, 7, 9, 12].find((count) => significant(before, count) !== significant(after, count)) ?? 5;
  return `${significant(before, digits)} to ${significant(after, digits)}`;
}

export function sentence(state, out) {
  const { step, lr, bug, guess, updates } = state;
  const phase = step === 0 ? "nothing has run yet" : step < FIRST_BACK ? "forward" : step < LAST ? "backward" : "update";
  const under = bug === "none" ? "Without a bug" : bug === "hidden" ? "With the hidden bug" : `With the bug “${bug}”`;
  const checks = out.updated
    ? `${out.differ} of ${out.measured.length} gradients differ from the measured ones, and one step of η = ${sci(lr)} takes the loss from ${fromTo(out.L, out.after)}`
    : `the shapes do not fit; the loss stays at ${n5(out.L)} for every η, also ${sci(lr)}`;
  const twins = out.updated && [[0, 2], [1, 3], [4, 5], [6, 7]].every(([i, j]) => out.updated[i] === out.updated[j] && state[NAMES[i]] === state[NAMES[j]]);
  const same = twins ? " The two hidden neurons are the same, get the same gradients, and stay the same." : "";
  const verdict = guess === HIDDEN ? " That is it: δ₂ went back through a W₂ that had been updated already, so all that lies before it is a little off, and the more so the larger η is." : " That is not it.";
  const suspect = bug === "hidden" ? ` Your guess: ${guess}.${guess in BUGS ? verdict : ""}` : "";
  const taken = updates ? ` ${plural(updates, "step")} taken so far.` : "";
  return `Step ${step} of ${LAST}, ${phase}: ${happens(state, out)}. ${under}, ${checks}.${same}${suspect}${taken}`;
}

// ---- the same in Python --------------------------------------------------------------------------------

const pyMatrix = (M) => `[${M.map((row) => `[${row.map(py).join(", ")}]`).join(", ")}]`;
const pyRow = (M) => `[${M[0].map(py).join(", ")}]`;

export function code(state) {
  const { bug, lr, y } = state;
  const q = unpack(numbersOf(state), y);
  if (bug === "none" || bug === "hidden") {
    const secret = bug === "hidden";
    return `import numpy as np
from nbcode.activations import Sigmoid
from nbcode.layers import Linear, Sequential
${secret ? "from nbcode.widgets.backprop import backward" : "from nbcode.losses import MSELoss\nfrom nbcode.optim import SGD"}

x, y = np.array(${pyMatrix(q.x)}), np.array([[${py(y)}]])
weights = ${pyMatrix(q.W1)}, ${pyRow(q.b1)}, ${pyMatrix(q.W2)}, ${pyRow(q.b2)}
model = Sequential(Linear(2, 2), Sigmoid(), Linear(2, 1), Sigmoid())
for parameter, value in zip(model.parameters(), weights):
    parameter.data[...] = value

${secret ? `a2 = model(x)
found = backward(model, y, lr=${py(lr)}, bug="hidden")
gradients = [found[name] for name in ("dW1", "db1", "dW2", "db2", "dx")]` : `loss = MSELoss()
L = loss(model(x), y) / 2
dx = model.backward(loss.backward(1 / 2))
gradients = [parameter.grad.copy() for parameter in model.parameters()] + [dx]`}
output = np.concatenate([gradient.ravel() for gradient in gradients])
print(output)${secret ? "" : `

SGD(model.parameters(), lr=${py(lr)}).step()
print("loss before", L, "and after", loss(model(x), y) / 2)`}`;
  }
  const misfit = bug === "W2 transposed";
  const steps = LINES.slice(1, -1).map((line) => {
    const text = written(line, bug)[1];
    return BUGS[bug][line.key] ? `${text}  # the bug` : text;
  });
  const at = indexOf("da1") - 1;
  const body = misfit ? [...steps.slice(0, at), "try:", `    ${steps[at]}`, "except ValueError as error:", "    print(error)"] : steps;
  return `import numpy as np
from nbcode.activations import ${bug === "slope taken at a1" ? "sigmoid, sigmoid_grad" : "sigmoid"}

x, y, lr = np.array(${pyMatrix(q.x)}), np.array([[${py(y)}]]), ${py(lr)}
W1, b1 = np.array(${pyMatrix(q.W1)}), np.array(${pyRow(q.b1)})
W2, b2 = np.array(${pyMatrix(q.W2)}), np.array(${pyRow(q.b2)})

${body.join("\n")}

gradients = [${misfit ? "dW2, db2" : "dW1, db1, dW2, db2, dx"}]
output = np.concatenate([gradient.ravel() for gradient in gradients])
print(output)`;
}

// ---- the picture ---------------------------------------------------------------------------------------

/** Write a text where it is another one: what stays costs no layout. */
const put = (element, text) => element.textContent === text || (element.textContent = text);

const [IN, HID, OUT] = [30, 145, 263]; // the middles of the columns
const [NEAR, WIDE] = [27, 37]; // half the width of an input's box, and of a neuron's
const TALL = 36; // half the height of a neuron's box
const ROWS = [58, 194];
const MIDDLE = 116;
const GOAL = 228;
const DOWN = 13.5; // from a value to its gradient
const NAMED = 7; // in a box with names, numbers stand so far to the right

// Where the numbers stand: for each quantity its entries, and below each of them its gradient.
const PLACES = {
  x: ["dx", ROWS.map((y) => [IN, y + 4])],
  W1: ["dW1", [[83, ROWS[0] - 6], [73, 148], [73, 99], [83, ROWS[1] - 6]]], // x₁→1, x₂→1, x₁→2, x₂→2
  b1: ["db1", ROWS.map((y) => [HID + NAMED, y + 49])],
  z1: ["delta1", ROWS.map((y) => [HID + NAMED, y - 20])],
  a1: ["da1", ROWS.map((y) => [HID + NAMED, y + 15])],
  W2: ["dW2", [[212, 58], [212, 184]]],
  b2: ["db2", [[OUT + NAMED, MIDDLE + 49]]],
  z2: ["delta2", [[OUT + NAMED, MIDDLE - 20]]],
  a2: ["da2", [[OUT + NAMED, MIDDLE + 15]]],
  y: [null, [[OUT + NAMED, GOAL - 5]]],
  L: [null, [[OUT + NAMED, GOAL + 13]]],
};
const TITLES = { z1: "weighted sum z₁", a1: "output a₁", z2: "weighted sum z₂", a2: "answer a₂", L: "loss L" };
const PER_UNIT = 0.02; // what a number changes by when it is dragged by one unit of the picture

function graph(container, { point, choose, set, state, params }) {
  const svg = s("svg", { viewBox: "0 0 302 260", role: "group", "aria-label": "Two inputs, two hidden neurons, one output neuron and the loss; on each part its value and, below it, its gradient" });
  const box = (x, y, half, tall) => s("rect", { class: "box", x: x - half, y: y - tall, width: 2 * half, height: 2 * tall, rx: 6 });
  const name = (x, y, text) => s("text", { class: "name", x, y }, text);
  const edge = (x1, y1, x2, y2) => s("line", { class: "edge", x1, y1, x2, y2 });
  const neuron = (x, y, caption, index) => [
    box(x, y, WIDE, TALL), name(x, y - TALL - 6, caption),
    ...["z", "a", "b"].map((letter, i) => name(x - 29, y - 20 + 35 * i - (i === 2 ? 1 : 0), letter + index)),
    s("line", { class: "middle", x1: x - WIDE, x2: x + WIDE, y1: y, y2: y }),
  ];
  const edges = {
    W1: ROWS.flatMap((to) => ROWS.map((from) => edge(IN + NEAR, from, HID - WIDE, to))),
    W2: ROWS.map((from) => edge(HID + WIDE, from, OUT - WIDE, MIDDLE)),
  };
  svg.append(
    ...edges.W1, ...edges.W2, edge(OUT + WIDE - 4, MIDDLE + TALL, OUT + WIDE - 4, GOAL - 20),
    ...ROWS.flatMap((y, i) => [box(IN, y, NEAR, 26), name(IN, y - 11, `x${"₁₂"[i]}`), ...neuron(HID, y, `neuron ${i + 1}`, "₁")]),
    ...neuron(OUT, MIDDLE, "output", "₂"), box(OUT, GOAL, WIDE, 20), name(OUT - 29, GOAL - 5, "y"), name(OUT - 29, GOAL + 13, "L"),
    s("text", { class: "legend value", x: 3, y: 242 }, "value"), s("text", { class: "legend gradient", x: 3, y: 256 }, "∂L/∂ of it"));

  // A number: a text on a plate that lights up; pointing at it lights the line that makes it. What is given can be dragged.
  const given = (family) => ENTRIES.filter(([name]) => familyOf(name) === family || name === family);
  const numbers = {};
  const stand = (key, family, places, dy) => {
    numbers[key] = places.map(([x, y], i) => {
      const [name, , words] = given(family)[i] ?? [null, "", TITLES[family]];
      const handled = name && !dy;
      const line = !name ? indexOf(key) : handled ? useOf(name) : lineOf(name);
      const here = () => point(line, handled ? null : name);
      const away = () => point(null);
      const text = s("text", { class: dy ? "gradient over" : "value over", x, y: y + dy });
      const plate = s("rect", { class: "plate", x: x - 28, y: y + dy - 10.5, width: 57, height: 13, rx: 3 });
      const group = s("g", {
        class: "number", onpointerenter: here, onpointerleave: away, onclick: () => handled || choose(line),
      }, s("title", {}, dy ? `∂L/∂ of the ${words}` : words), plate, text);
      svg.append(group);
      if (handled) {
        const { low, high, step } = params[name];
        const to = (value) => set({ [name]: clamp(Number(value.toFixed(6)), low, high) });
        let offset = 0;
        handle(group, {
          label: words,
          start: (px) => (offset = state()[name] - px * PER_UNIT),
          move: (px) => to(round(px * PER_UNIT + offset)),
          nudge: (dx, up) => to(state()[name] + (dx + up) * step),
        });
        group.addEventListener("focusin", here);
        group.addEventListener("focusout", away);
      }
      return { text, plate, group, words };
    });
  };
  for (const [key, [gradient, places]] of Object.entries(PLACES)) {
    stand(key, key, places, 0);
    if (gradient) stand(gradient, key, places, DOWN);
  }
  container.append(svg);

  return (q, known, lit, broken, entry) => {
    const { key, uses, makes = [key] } = LINES[lit];
    const role = (name) => (makes.includes(name) ? "made" : uses.includes(name) ? "used" : "");
    for (const [name, parts] of Object.entries(numbers)) {
      const there = known(name) && q[name] !== undefined;
      const values = there ? rows(q[name]).flat() : [];
      parts.forEach(({ text, plate, group, words }, i) => {
        const digits = there ? significant(values[i], 3) : "";
        put(text, digits.length > 7 ? significant(values[i], 2) : digits); // what fits beside a circle
        attr(plate, { "data-role": role(name), "data-broken": broken(name) });
        if (group.matches(".handle")) group.setAttribute("aria-label", `${words} is ${n5(values[i])}. Arrow keys change it.`);
      });
    }
    // Along which edges the line works; for one number, the paths from it to the loss.
    const [family, index = ""] = entry?.split("_") ?? [];
    const onPath = {
      W1: (i, part) => (part === "W1" ? i === 2 * (index[0] - 1) + (index[1] - 1) : i === index - 1 || i === index[0] - 1),
      b1: (i, part) => part === "W2" && i === index - 1,
      W2: (i, part) => part === "W2" && i === index - 1,
      b2: () => false,
      x1: (i, part) => part === "W2" || i % 2 === 0,
      x2: (i, part) => part === "W2" || i % 2 === 1,
    }[family] ?? ((_, part) => role(part) || role(`d${part}`));
    for (const [part, lines] of Object.entries(edges)) {
      lines.forEach((line, i) => line.setAttribute("data-way", onPath(i, part) ? (lit < FIRST_BACK ? "forward" : "backward") : ""));
    }
  };
}

const numpyShape = (value) => (!Array.isArray(value) ? "()" : Array.isArray(value[0]) ? shapeOf(value) : `(${value.length},)`);

/** The lines of the program: radio buttons, each with its formula, its code and its shape. */
function program(container, { point, choose, group }) {
  const heads = { 1: "forward", [FIRST_BACK]: "backward", [LAST]: "update" };
  const parts = LINES.map((line, i) => {
    const radio = h("input", { type: "radio", name: group, value: i, onchange: () => choose(i) });
    const [formula, lines, shape] = [h("span", { class: "formula" }), h("code"), h("span", { class: "shape" })];
    const row = h("label", { class: "line", onpointerenter: () => point(i), onpointerleave: () => point(null) }, radio, formula, lines, shape);
    return { line, radio, formula, lines, shape, row };
  });
  const box = h("fieldset", { class: "program" }, h("legend", {}, "Formula, code, shape"),
    ...parts.flatMap(({ row }, i) => (heads[i] ? [h("div", { class: "head" }, heads[i]), row] : [row])));
  container.append(box);
  return (state, q, lit) => parts.forEach(({ line, radio, formula, lines, shape, row }, i) => {
    written(line, state.bug).forEach((text, part) => put([formula, lines][part], text));
    put(shape, i === 0 || i === LAST ? "" : line.key in q ? numpyShape(q[line.key]) : "—");
    radio.checked = i === state.step;
    const { uses, makes = [line.key] } = LINES[lit];
    attr(row, { "data-role": i === lit ? "made" : uses.includes(line.key) ? "used" : "", "data-run": i <= state.step, "data-broken": Boolean(BUGS[state.bug]?.[line.key]) });
  });
}

/** The weights on a way of so many steps against the gradients, kept within their limits. */
function walk(state, steps, params, bug) {
  const way = [numbersOf(state)];
  while (way.length <= steps) {
    const flat = way.at(-1);
    const network = unpack(flat, state.y);
    const found = backward({ ...network, ...forward(network) }, state.lr, bug);
    const gradients = GIVEN.flatMap(([name]) => found[name]?.flat() ?? []);
    if (!found.dx) return way;
    way.push(flat.map((value, j) => (j < WEIGHTS.length ? clamp(value - state.lr * gradients[j], params[NAMES[j]].low, params[NAMES[j]].high) : value)));
  }
  return way;
}

/** What to set after so many steps. */
function descend(state, steps, params) {
  const flat = walk(state, steps, params, bugOf(state)).at(-1);
  return { ...Object.fromEntries(WEIGHTS.map((name, i) => [name, flat[i]])), updates: state.updates + steps };
}

/** The loss over the steps to come, with the bug and, dashed, without. */
function outlook(container, params) {
  const [left, right, top, floor] = [44, 296, 8, 58];
  const ticks = [0, 1].map(() => s("text", { class: "tick", x: left - 4 }));
  const [other, line] = ["curve second", "curve"].map((kind) => s("path", { class: kind }));
  const words = s("text", { class: "words", x: 2, y: 76 });
  container.append(s("svg", { viewBox: "0 0 302 82", class: "outlook", role: "img", "aria-label": "The loss over the next 100 steps" },
    s("path", { class: "axis", d: `M${left},${top}V${floor}H${right}` }), ...ticks, other, line, words));
  let drawn = "";
  return (state) => {
    const key = JSON.stringify([numbersOf(state), state.y, state.lr, state.bug]);
    if (key === drawn) return;
    drawn = key;
    const bug = bugOf(state);
    const [broken, sound] = [bug, "none"].map((name) => walk(state, MANY, params, name).map((flat) => lossOf(flat, state.y)));
    const most = Math.max(...broken, ...sound, 1e-12);
    const path = (losses) => `M${losses.map((loss, i) => `${(left + ((right - left) * i) / MANY).toFixed(1)},${(floor - ((floor - top) * loss) / most).toFixed(1)}`).join("L")}`;
    line.setAttribute("d", path(broken));
    other.setAttribute("d", bug === "none" ? "" : path(sound));
    attr(ticks[0], { y: top + 5 }).textContent = significant(most, 2);
    attr(ticks[1], { y: floor + 4 }).textContent = "0";
    put(words, `L over the next ${MANY} steps${bug === "none" ? "" : " (dashed: no bug)"}`);
  };
}

function numbersTable(container, { set, state, params, point }) {
  const reached = (name) => name !== "y" && state().step >= lineOf(name);
  const parts = ENTRIES.map(([name, label, words]) => {
    const { low, high, step } = params[name];
    const field = h("input", { type: "number", name, min: low, max: high, step: "any", "aria-label": `${words}, exact value`,
      onchange: () => {
        const value = field.value === "" ? NaN : Number(field.value);
        if (Number.isFinite(value)) set({ [name]: clamp(value, low, high) });
        show(now);
      },
      onkeydown: (event) => {
        const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!way) return;
        event.preventDefault();
        set({ [name]: clamp(Number((now + way * step).toPrecision(12)), low, high) });
      } });
    let now;
    const show = (value) => {
      now = value;
      field.value = Number(value.toPrecision(7));
    };
    const cells = Array.from({ length: 4 }, () => h("td"));
    const here = () => point(...(reached(name) ? [lineOf(name), name] : [useOf(name)]));
    const row = h("tr", { onpointerenter: here, onfocusin: here, onpointerleave: () => point(null), onfocusout: () => point(null) },
      h("th", { scope: "row" }, label), h("td", {}, field), ...cells);
    return { name, show, cells, row };
  });
  const heads = ["", "value", "backprop", "measured", "", "after"].map((text) => h("th", { scope: "col" }, text));
  attr(heads[4], { "aria-label": "agree" });
  container.append(h("div", { class: "entries" }, h("table", { class: "numbers" }, h("caption", {}, "Measured: L at ±10⁻⁵ of each number"), h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...parts.map(({ row }) => row)))));
  return (current, out, lit, entry) => parts.forEach(({ name, show, cells, row }) => {
    show(current[name]);
    const i = NAMES.indexOf(name);
    if (i < 0) return;
    const gradients = GIVEN.flatMap(([key, size]) => out[key]?.flat() ?? Array(size).fill(null));
    const there = reached(name) && gradients[i] !== null;
    put(cells[0], there ? significant(gradients[i], 4) : "");
    put(cells[1], significant(out.measured[i], 4));
    put(cells[2], there ? (out.apart[i] ? "✗" : "✓") : "");
    attr(cells[2], { class: out.apart[i] ? "caught" : "", "aria-label": there ? (out.apart[i] ? "differs" : "agrees") : "" });
    put(cells[3], current.step === LAST && out.updated && i < WEIGHTS.length ? significant(out.updated[i], 6) : "");
    row.setAttribute("data-lit", (entry ? entry === name : lit === lineOf(name)) || (lit === LAST && i < WEIGHTS.length));
  });
}

const ARROWS = { falls: "↓", rises: "↑", stays: "=" };

/** For each bug, what three checks make of it; of a hidden one, only of that. */
function checksTable(container) {
  const body = h("tbody");
  const remark = h("p", { class: "remark" });
  const heads = ["", "shapes", "differences", "L, a step later"].map((text) => h("th", { scope: "col" }, text));
  container.append(h("details", { class: "checks" }, h("summary", {}, "Which check catches it?"), h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, ...heads)), body), remark));
  const moves = (L, after) => (after < L - 1e-12 ? "falls" : after > L + 1e-12 ? "rises" : "stays");
  const cell = (text, caught, words = text) => h("td", { class: caught ? "caught" : "", "aria-label": words }, `${caught ? "✗ " : ""}${text}`);
  return (state, { L, verdicts }) => {
    const secret = state.bug === "hidden";
    const names = secret ? [HIDDEN] : Object.keys(verdicts);
    body.replaceChildren(...names.map((name) => {
      const { fits, differ, after } = verdicts[name];
      const way = fits && moves(L, after);
      const label = secret ? `hidden: ${state.guess}` : name === "none" ? "no bug" : name;
      return h("tr", { "aria-current": String(name === state.bug) }, h("th", { scope: "row" }, label),
        cell(fits ? "fit" : "do not fit", !fits), cell(fits ? (differ ? `${differ} differ` : "agree") : "", Boolean(differ)), fits ? cell(`${ARROWS[way]} ${n5(after)}`, way !== "falls", `${way} to ${n5(after)}`) : cell("", false));
    }));
    const bugs = Object.entries(verdicts).filter(([name]) => name !== "none").map(([, verdict]) => verdict);
    const fitting = bugs.filter(({ fits }) => fits);
    const falling = fitting.filter(({ after }) => moves(L, after) === "falls").length;
    remark.textContent = secret ? "" : `Of ${bugs.length} bugs, the shapes give away ${bugs.length - fitting.length}, and the differences ${fitting.filter(({ differ }) => differ).length}. In spite of the bug, the loss falls with ${falling}.`;
  };
}

function draw({ picture, side, set, state, schema }) {
  let pointed = null;
  let entry = null; // the one number that is pointed at
  const choose = (step) => set({ step });
  const point = (line, name = null) => {
    [pointed, entry] = [line, name];
    light();
  };
  const stage = h("div", { class: "stage" });
  picture.append(stage);
  const showGraph = graph(stage, { point, choose, set, state, params: schema.params });

  let playing = null;
  let expected = 0;
  const stop = () => {
    clearInterval(playing);
    playing = null;
    play.textContent = "Play";
  };
  const tick = () => {
    if (!picture.isConnected) return stop();
    expected = (state().step % LAST) + 1;
    if (expected === LAST) stop();
    return choose(expected);
  };
  const slider = h("input", { type: "range", name: "step", min: 0, max: LAST, step: 1, "aria-label": "step", oninput: () => choose(Number(slider.value)) });
  const back = h("button", { type: "button", onclick: () => choose(state().step - 1) }, "◀ Back");
  const next = h("button", { type: "button", onclick: () => choose(state().step + 1) }, "Step ▶");
  const play = h("button", { type: "button", name: "play", onclick: () => {
    if (playing) return stop();
    play.textContent = "Pause";
    playing = setInterval(tick, PLAY);
    return tick();
  } }, "Play");
  const now = h("div", { class: "now" });
  stage.append(h("div", { class: "stepper" }, back, slider, next, play), now);
  const showProgram = program(picture, { point, choose, group: uniqueId() });

  const most = schema.params.updates.high;
  const take = (steps) => h("button", { type: "button", onclick: () => set(descend(state(), steps, schema.params)) }, steps === 1 ? "Take the step" : `Take ${steps} steps`);
  const [one, many] = [1, MANY].map(take);
  const [why, loss] = [1, 2].map(() => h("p", { class: "remark" }));
  side.append(h("div", { class: "descent" }, why, one, many, loss));
  const showOutlook = outlook(loss.parentNode, schema.params);
  const showNumbers = numbersTable(side, { set, state, params: schema.params, point });
  const showChecks = checksTable(side);

  let last;
  const light = () => {
    const [current, out] = last;
    const lit = pointed ?? current.step;
    const q = quantities(current, out);
    const known = (name) => indexOf(name) <= current.step;
    showGraph(q, known, lit, (name) => Boolean(BUGS[current.bug]?.[name]), entry);
    showProgram(current, q, lit);
    showNumbers(current, out, lit, entry);
    const whole = entry && lit <= current.step && chain(entry, current, out);
    const lines = whole ? [`= ${whole.symbols}`, `= ${whole.numbers}`, `= ${n5(whole.value)}`]
      : lit <= current.step ? working(LINES[lit].key, current, out) : ["not yet"];
    const head = whole ? `∂L/∂(${ENTRIES.find(([name]) => name === entry)[1]}), the whole chain` : written(LINES[lit], current.bug)[0];
    now.replaceChildren(h("div", { class: "formula" }, head), ...lines.map((text) => h("div", { class: "working" }, text)));
    now.setAttribute("data-broken", Boolean(BUGS[current.bug]?.[LINES[lit].key]));
  };
  return (current, out) => {
    if (playing && current.step !== expected) stop();
    last = [current, out];
    slider.value = current.step;
    slider.setAttribute("aria-valuetext", `${current.step} of ${LAST}: ${LINES[current.step].name}`);
    back.disabled = current.step === 0;
    next.disabled = current.step === LAST;
    one.disabled = !out.updated || current.updates + 1 > most;
    many.disabled = !out.updated || current.updates + MANY > most;
    put(why, WHY[current.bug] ?? "");
    loss.textContent = `${plural(current.updates, "step")} taken. L = ${n5(out.L)}${out.updated ? `, after one more ${n5(out.after)}` : ": no step without gradients"}.`;
    light();
    showOutlook(current);
    showChecks(current, out);
  };
}

export default widget({ readout, sentence, code, draw });
