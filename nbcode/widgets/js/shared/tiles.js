// Matrices as tiles, a number on each, and a result in which one tile can be chosen.
import { pointer } from "d3-selection";
import { clamp, s } from "./dom.js";
import { handle } from "./handle.js";

const SIDE = 27;
export const PITCH = 29; // from one tile to the next

export const range = (n) => Array.from({ length: n }, (_, i) => i);

/** Make a tile; its attributes are those of its group. */
export function tile(attributes) {
  const box = s("rect", { width: SIDE, height: SIDE, rx: 3 });
  const text = s("text", { x: SIDE / 2, y: SIDE / 2 + 4.5, "text-anchor": "middle" });
  return { group: s("g", attributes, box, text), text };
}

/**
 * Let a cell of the result be chosen: by a click, by touch, by the arrow keys. Cells are counted row by row, from 1.
 * place() tells where the result begins in the svg, its size, and the row and column that are chosen.
 */
export function chooser(cells, svg, { place, set }) {
  const choose = (row, column) => {
    const [rows, columns] = place().size;
    set({ cell: clamp(row, 0, rows - 1) * columns + clamp(column, 0, columns - 1) + 1 });
  };
  const at = (x, y) => {
    const [left, top] = place().origin;
    choose(Math.floor((y - top) / PITCH), Math.floor((x - left) / PITCH));
  };
  handle(cells, {
    label: "Result. Arrow keys choose a cell.",
    move: at,
    nudge: (dx, dy) => {
      const { row, column } = place();
      choose(row - dy, column + dx);
    },
  });
  cells.addEventListener("click", (event) => at(...pointer(event, svg)));
}
