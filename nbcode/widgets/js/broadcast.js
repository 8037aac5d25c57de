// Two arrays of different shapes, added: which one is stretched, and when it fails.
import { attr, h, num, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { PITCH, chooser, range, tile } from "./shared/tiles.js";

const SHAPES = { "( )": [], "(3,)": [3], "(4,)": [4], "(1, 4)": [1, 4], "(3, 1)": [3, 1], "(2, 4)": [2, 4], "(3, 4)": [3, 4] };
const size = (shape) => shape.reduce((product, n) => product * n, 1);
const padded = (shape) => [...Array(2 - shape.length).fill(null), ...shape]; // null: this axis is missing

/** The shape of the sum, or null. Axes are compared from the right. */
function together(a, b) {
  const axes = range(Math.max(a.length, b.length)).map((i) => [a.at(-1 - i) ?? 1, b.at(-1 - i) ?? 1]).reverse();
  return axes.every(([m, n]) => m === n || m === 1 || n === 1) ? axes.map(([m, n]) => (m === 1 ? n : m)) : null;
}

/** The value of an array at a place of the result; `unit` tells A from B. */
function value(shape, unit, row, column) {
  const [rows, columns] = padded(shape).map((n) => n ?? 1);
  return unit * ((rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column) + 1);
}

export function readout({ A, B, cell }) {
  const [left, right] = [SHAPES[A], SHAPES[B]];
  const shape = together(left, right);
  if (!shape) return { fits: false, shape: [], output: [], row: 0, column: 0 };
  const [rows, columns] = padded(shape).map((n) => n ?? 1);
  const table = range(rows).map((i) => range(columns).map((j) => value(left, 1, i, j) + value(right, 10, i, j)));
  const place = Math.min(cell, size(shape)) - 1;
  return {
    fits: true,
    shape,
    output: shape.length === 2 ? table : shape.length === 1 ? table[0] : table[0][0],
    row: Math.floor(place / columns),
    column: place % columns,
  };
}

const written = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ") || " "})`);

/** What happens to an array on its way to the result, in words. */
function stretched(name, shape, result) {
  const [mine, wanted] = [padded(shape).map((n) => n ?? 1), padded(result).map((n) => n ?? 1)];
  const ways = [];
  if (mine[0] < wanted[0]) ways.push(`its ${shape.length < 2 ? "one row" : "row"} is used ${wanted[0]} times`);
  if (mine[1] < wanted[1]) ways.push(mine[0] === 1 && wanted[0] === 1 ? `its one number is used ${wanted[1]} times` : `its column is used ${wanted[1]} times`);
  if (size(shape) === 1 && size(result) > 1) return `${name} is stretched: its one number is used ${size(result)} times.`;
  return ways.length ? `${name} is stretched: ${ways.join(", and ")}.` : "";
}

export function sentence({ A, B, cell }, { fits, shape, row, column }) {
  const [left, right] = [SHAPES[A], SHAPES[B]];
  if (!fits) {
    const at = range(2).find((i) => ![left.at(-1 - i) ?? 1, right.at(-1 - i) ?? 1].some((n, _, all) => n === 1 || all[0] === all[1]));
    const [m, n] = [left.at(-1 - at), right.at(-1 - at)];
    return `A ${A} and B ${B} do not fit. Aligned from the right, the ${at ? "second-last" : "last"} sizes are ${m} and ${n}: neither is 1, so neither can be stretched. There is no cell ${cell}.`;
  }
  const [a, b] = [value(left, 1, row, column), value(right, 10, row, column)];
  const how = [stretched("A", left, shape), stretched("B", right, shape)].filter(Boolean).join(" ") || "Nothing is stretched.";
  const place = cell > size(shape) ? `Cell ${cell} is beyond the last; the last` : `Cell ${cell}`;
  return `A ${written(left)} plus B ${written(right)} gives shape ${written(shape)}. ${how} ${place}, in row ${row + 1} and column ${column + 1}, is ${a} + ${b} = ${a + b}.`;
}

export function code({ A, B }, { fits }) {
  const make = (shape, unit) => {
    const values = `np.arange(1.0, ${size(shape) + 1}).reshape(${written(shape).replace("( )", "()")})`;
    return unit === 1 ? values : `${unit} * ${values}`;
  };
  return `import numpy as np

A = ${make(SHAPES[A], 1)}
B = ${make(SHAPES[B], 10)}
${fits ? "output = A + B" : `try:
    output = A + B
except ValueError as error:
    output = []
    print(error)`}
print(output)`;
}

const MARGIN = 10;
const GAP = 42;
const HEAD = 26;

function draw({ picture, side, set, state }) {
  const width = 2 * MARGIN + 8 * PITCH + GAP;
  const second = MARGIN + 4 * PITCH + GAP; // where B begins
  const third = (width - 4 * PITCH) / 2; // where the result begins
  const below = HEAD + 3 * PITCH + 46;
  const svg = s("svg", { viewBox: `0 0 ${width} ${below + 3 * PITCH + 8}`, role: "group", "aria-label": "A and B as tiles, stretched to the shape of the result, and the result" });
  const block = (x, y) => range(12).map((i) => tile({ class: "tile", transform: `translate(${x + (i % 4) * PITCH},${y + Math.floor(i / 4) * PITCH})` }));
  const [a, b, c] = [block(MARGIN, HEAD), block(second, HEAD), block(third, below)];
  const name = (x, y) => s("text", { class: "name", "text-anchor": "middle", x, y });
  const names = [name(MARGIN + 2 * PITCH, HEAD - 9), name(second + 2 * PITCH, HEAD - 9), name(width / 2, below - 9)];
  const signs = [name(MARGIN + 4 * PITCH + GAP / 2, HEAD + 1.5 * PITCH), name(third - 18, below + 1.5 * PITCH)];
  signs[0].textContent = "+";
  signs[1].textContent = "=";
  const ring = s("rect", { class: "grip", rx: 5, x: third - 3, y: below - 3 });
  const cells = s("g", {}, ring, ...c.map(({ group }) => group));
  svg.append(...[a, b].flat().map(({ group }) => group), ...names, ...signs, cells);
  picture.append(svg);

  const place = () => {
    const { shape, row, column } = readout(state());
    return { origin: [third, below], size: padded(shape).map((n) => n ?? 1), row, column };
  };
  chooser(cells, svg, { place, set });

  const rows = h("tbody");
  side.append(h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, ...["", "rows", "columns"].map((text) => h("th", { scope: "col" }, text)))), rows));

  return ({ A, B, cell }, { fits, shape, row, column }) => {
    const shapes = [SHAPES[A], SHAPES[B]];
    const show = (tiles, from, unit, size) => tiles.forEach(({ group, text }, i) => {
      const [r, k] = [Math.floor(i / 4), i % 4];
      const [high, wide] = padded(from).map((n) => n ?? 1);
      const inside = r < size[0] && k < size[1];
      group.style.visibility = inside ? "visible" : "hidden";
      text.textContent = inside ? num(value(from, unit, r, k), 0) : "";
      const copy = r >= high || k >= wide;
      attr(group, { "data-copy": copy, "data-mark": fits && r === row && k === column ? "met" : "" });
    });
    const whole = padded(shape).map((n) => n ?? 1);
    show(a, shapes[0], 1, fits ? whole : padded(shapes[0]).map((n) => n ?? 1));
    show(b, shapes[1], 10, fits ? whole : padded(shapes[1]).map((n) => n ?? 1));
    c.forEach(({ group, text }, i) => {
      const [r, k] = [Math.floor(i / 4), i % 4];
      const inside = fits && r < whole[0] && k < whole[1];
      group.style.visibility = inside ? "visible" : "hidden";
      text.textContent = inside ? num(value(shapes[0], 1, r, k) + value(shapes[1], 10, r, k), 0) : "";
      attr(group, { "data-mark": r === row && k === column ? "chosen" : "" });
    });
    attr(ring, { width: whole[1] * PITCH + 4, height: whole[0] * PITCH + 4 });
    cells.style.visibility = fits ? "visible" : "hidden";
    names[0].textContent = `A ${written(shapes[0])}`;
    names[1].textContent = `B ${written(shapes[1])}`;
    names[2].textContent = fits ? `A + B ${written(shape)}` : `no result, and no cell ${cell}`;
    signs[1].textContent = fits ? "=" : "✗";
    const line = (text, sizes, mark) => h("tr", {}, h("th", { scope: "row" }, text), ...sizes.map((n, i) => h("td", {}, mark(n, i))));
    const becomes = (n, i) => {
      const wanted = whole[i];
      if (!fits) return n === null ? "missing" : String(n);
      if (padded(shape)[i] === null) return "–";
      return n === wanted ? String(n) : `${n ?? "missing"} → ${wanted}`;
    };
    rows.replaceChildren(
      line("A", padded(shapes[0]), becomes), line("B", padded(shapes[1]), becomes),
      line("A + B", [0, 1], (_, i) => {
        if (fits) return padded(shape)[i] === null ? "–" : String(shape.at(i - 2));
        const [m, n] = shapes.map((own) => padded(own)[i] ?? 1);
        return m === n || m === 1 || n === 1 ? String(Math.max(m, n)) : `${m} ≠ ${n} ✗`;
      }),
    );
  };
}

export default widget({ readout, sentence, code, draw });
