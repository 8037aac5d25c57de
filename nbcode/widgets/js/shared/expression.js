// Formulas that a reader types: read without eval, within limits; a mistake is pointed at. nbcode.widgets._expression
// reads them in Python, step for step in the same way; what is computed with them is nbcode.autograd's Value.
import { sigmoid } from "./neuron.js";

const [LENGTH, LEAVES, NODES] = [60, 6, 24];
const FUNCTIONS = { exp: 1, log: 1, tanh: 1, sigmoid: 1, relu: 1, max: 2 };
const TOKEN = /[0-9]+\.?[0-9]*|\.[0-9]+|[A-Za-z][A-Za-z0-9]*|\*\*|[-+*/(),]/y;
const LOOKALIKES = { "−": "-", "·": "*", "×": "*", "\u00a0": " ", ...Object.fromEntries([..."₀₁₂₃₄₅₆₇₈₉"].map((digit, i) => [digit, String(i)])) };
const HINTS = { "^": "; a power is written **", "=": "; only what stands right of it" };
const OPERAND = 'expected a number, a name, a function or "("';

/** What is wrong with a formula, and where. */
class Mistake extends Error {
  constructor(words, text, position) {
    super(`${words} (${position === [...text].length ? "at the end" : `character ${position + 1}`})`);
    this.position = position;
  }
}

/**
 * Read a formula: its nodes { op, parents, name, number }, the leaves in the order of their names, then the rest as
 * Python would make them; x**2 has its 2 as its number.
 */
export function parse(text) {
  const plain = Array.from(text, (c) => LOOKALIKES[c] ?? c).join("");
  const leaves = []; // names; a name stands for its leaf until all leaves are known
  const made = []; // all else, known by its place here
  let [token, start, end] = ["", 0, 0];

  function fail(words, position = start) {
    throw new Mistake(words, text, position);
  }
  function advance() {
    while (plain[end] === " ") end += 1;
    start = end;
    TOKEN.lastIndex = start;
    const found = TOKEN.exec(plain);
    if (start === plain.length) token = "";
    else if (found) [token, end] = [found[0], TOKEN.lastIndex];
    else {
      const character = [...text.slice(start)][0];
      fail(`"${character}" is not used here${HINTS[character] ?? ""}`);
    }
  }
  function room(position) {
    if (leaves.length + made.length === NODES) fail(`more than ${NODES} nodes`, position);
  }
  function make(position, op, parents, number = null) {
    room(position);
    made.push({ op, parents, name: "", number });
    return made.length - 1;
  }
  const numberOf = (node) => (made[node]?.op === "" ? made[node].number : null);

  function sum() {
    let left = product();
    while (token === "+" || token === "-") {
      const [op, position] = [token, start];
      advance();
      const right = product();
      left = make(position, op, [left, right]);
    }
    return left;
  }
  function product() {
    let left = factor();
    while (token === "*" || token === "/") {
      const [op, position] = [token, start];
      advance();
      const right = factor();
      left = make(position, op, [left, right]);
    }
    return left;
  }
  function factor() {
    if (token !== "-") return power();
    const position = start;
    advance();
    const operand = factor();
    const number = numberOf(operand);
    if (number === null) return make(position, "neg", [operand]);
    made[operand].number = 0 - number;
    return operand;
  }
  function power() {
    const base = atom();
    if (token !== "**") return base;
    const position = start;
    advance();
    const exponent = factor();
    const number = numberOf(exponent);
    if (number === null) return make(position, "**", [base, exponent]);
    made.pop();
    return make(position, "**", [base], number);
  }
  function atom() {
    const [word, position] = [token, start];
    if (word === "") fail("something is missing");
    if (/^[0-9.]/.test(word)) {
      advance();
      return make(position, "", [], Number(word));
    }
    if (Object.hasOwn(FUNCTIONS, word)) return call(word, position);
    if (word === "(") {
      advance();
      const inner = sum();
      close();
      return inner;
    }
    if (!/^[A-Za-z]/.test(word)) fail(`${OPERAND}, got "${word}"`);
    if (!isName(word)) fail(`"${word}" is no name and no function; a name is a letter, or a letter and a digit`);
    if (!leaves.includes(word)) {
      if (leaves.length === LEAVES) fail(`more than ${LEAVES} names`);
      room(position);
      leaves.push(word);
    }
    advance();
    return word;
  }
  function call(name, position) {
    advance();
    if (token !== "(") fail(`${name} needs a "("`);
    advance();
    const parents = [sum()];
    if (FUNCTIONS[name] === 2) {
      if (token !== ",") fail("max takes two numbers: max(a, b)");
      advance();
      parents.push(sum());
    }
    if (token === ",") fail(`${name} takes no more than ${FUNCTIONS[name] === 1 ? "one number" : "two numbers"}`);
    close();
    return make(position, name === "max" ? "maximum" : name, parents);
  }
  function close() {
    if (token !== ")") fail('a ")" is missing');
    advance();
  }

  if ([...text].length > LENGTH) fail(`longer than ${LENGTH} characters`, LENGTH);
  advance();
  sum();
  if (token === ")") fail('there is no "(" for this ")"');
  if (token === ",") fail("a comma stands only in max(a, b)");
  if (token) fail(`an operator is missing before "${token}"`);
  const place = (parent) => (typeof parent === "string" ? leaves.indexOf(parent) : leaves.length + parent);
  return [
    ...leaves.map((name) => ({ op: "", parents: [], name, number: null })),
    ...made.map((node) => ({ ...node, parents: node.parents.map(place) })),
  ];
}

export const isName = (text) => /^[A-Za-z][0-9]?$/.test(text);

/** What is wrong with a text, as { message, position }; null where nothing is. */
export function mistake(text) {
  try {
    parse(text);
    return null;
  } catch (error) {
    if (error instanceof Mistake) return { message: error.message, position: error.position };
    throw error;
  }
}

/** Base to the exponent, as C has it. */
function power(x, n) {
  if (x === 1 || (x === -1 && Math.abs(n) === Infinity)) return 1;
  return x ** n;
}

// Each operation: from its parents' numbers (and a constant exponent) its own number and its local derivatives.
const OPERATIONS = {
  "+": ([a, b]) => [a + b, [1, 1]],
  "-": ([a, b]) => [a - b, [1, -1]],
  "*": ([a, b]) => [a * b, [b, a]],
  "/": ([a, b]) => [a / b, [1 / b, -(a / b) / b]],
  "**": ([x, exponent], constant) => {
    const n = constant ?? exponent;
    const result = power(x, n);
    const byBase = n === 0 ? 0 : n * power(x, n - 1);
    return [result, constant !== null ? [byBase] : [byBase, x === 0 && n >= 0 ? 0 : result * Math.log(x)]];
  },
  neg: ([a]) => [-a, [-1]],
  exp: ([a]) => [Math.exp(a), [Math.exp(a)]],
  log: ([a]) => [Math.log(a), [1 / a]],
  tanh: ([a]) => [Math.tanh(a), [1 - Math.tanh(a) ** 2]],
  sigmoid: ([a]) => [sigmoid(a), [sigmoid(a) * (1 - sigmoid(a))]],
  relu: ([a]) => (a <= 0 ? [0, [0]] : [a, [1]]),
  maximum: ([a, b]) => {
    const share = (mine, other) => (mine === other ? 0.5 : mine < other ? 0 : 1);
    return [a < b || Number.isNaN(b) ? b : a, [share(a, b), share(b, a)]];
  },
};

/** Compute all nodes of a formula, its leaves having these values: { data, local } of each. */
export function forward(nodes, values) {
  const done = [];
  for (const { op, parents, name, number } of nodes) {
    const [data, local] = op ? OPERATIONS[op](parents.map((parent) => done[parent].data), number) : [name ? values[done.length] : number, []];
    done.push({ data, local });
  }
  return done;
}

/** The derivatives of the last node by each, the last made first. */
export function backward(nodes, done) {
  const grads = nodes.map(() => 0);
  grads[nodes.length - 1] = 1;
  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    nodes[i].parents.forEach((parent, j) => (grads[parent] += grads[i] * done[i].local[j]));
  }
  return grads;
}
