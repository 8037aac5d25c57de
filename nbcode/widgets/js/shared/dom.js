// A few helpers for making elements and for writing numbers.

const SVG = "http://www.w3.org/2000/svg";
const FOCUSABLE = new Set(["a", "button", "input", "select", "summary", "textarea"]);

/** In JupyterLab, let the focused element itself keep its keys (the notebook's command mode would take them). */
export function keepKeys(element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Make an HTML element: h("p", { class: "note" }, "text"). */
export function h(tag, attributes = {}, ...children) {
  const element = fill(document.createElement(tag), attributes, children);
  return FOCUSABLE.has(tag) ? keepKeys(element) : element;
}

/** Make an SVG element. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Set several attributes of an element. */
export function attr(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A number for people: 2 decimals, a real minus sign, no minus zero. */
export function num(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A number for Python code. */
export const py = (value) => (Number.isInteger(value) ? `${value}.0` : String(value));

/** A list of numbers for Python code. */
export const pyList = (values) => `[${values.map(py).join(", ")}]`;

/** A weighted sum for people: "2.00·x₁ − 1.00·x₂ + 0.50". */
export function weighted(weights, names, bias, digits = 2) {
  const terms = weights.map((w, i) => [w, `${num(Math.abs(w), digits)}·${names[i]}`]);
  terms.push([bias, num(Math.abs(bias), digits)]);
  return terms.map(([v, text], i) => (i ? (v < 0 ? " − " : " + ") : v < 0 ? "−" : "") + text).join("");
}

/** Words joined for people: "a, b and c". */
export const list = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

/** An id that no other widget of the page has, whichever bundle it comes from. */
export const uniqueId = () => `nbcode-${Math.random().toString(36).slice(2)}`;

export const round = (value, digits = 2) => Number(value.toFixed(digits));
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A number of any size for people: significant digits, and powers of ten where there are many zeros: "8.67·10⁻⁷". */
export function significant(value, count) {
  if (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4)) return String(Number(value.toPrecision(count))).replace("-", "−");
  const [digits, power] = value.toExponential(count - 1).split("e");
  return `${digits.replace("-", "−")}·10${superscript(Number(power))}`;
}

/** The same with 3 significant digits. */
export const sci = (value) => significant(value, 3);

/** A whole number as an exponent: "⁻⁷". */
export const superscript = (value) => [...String(value)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])).join("");
