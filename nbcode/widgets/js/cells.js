// Three cells and a kernel: what runs, in which order, and what is remembered.
import { h, list } from "./shared/dom.js";
import { widget } from "./shared/frame.js";

const MOST = 8;
const CELLS = ["x = 1", "x = x + 1", "print(x * x)"];
const ERROR = "NameError: name 'x' is not defined";

export function readout({ runs }) {
  let x = null;
  const output = [];
  const history = [...String(runs)].filter((digit) => "123".includes(digit)).slice(0, MOST).map(Number);
  const counts = [0, 0, 0];
  const failed = [false, false, false];
  history.forEach((cell, i) => {
    counts[cell - 1] = i + 1;
    failed[cell - 1] = x === null && cell > 1;
    if (cell === 1) x = 1;
    else if (x !== null && cell === 2) x += 1;
    else if (x !== null) output.push(x * x);
  });
  return { history, x, output, counts, failed, solved: output.at(-1) === 16 };
}

export function sentence(_, { history, x, output, failed }) {
  if (!history.length) return "Nothing has run yet. The kernel's memory is empty.";
  const last = history.at(-1);
  const stopped = failed[last - 1] ? ` Cell ${last} stopped with an error: it needs x, and no cell has made x yet.` : "";
  const printed = output.length ? ` Printed so far: ${list(output.map(String))}.` : "";
  const full = history.length === MOST ? " That is enough for one sitting: restart the kernel." : "";
  return `Run so far: ${history.length === 1 ? "cell" : "cells"} ${list(history.map(String))}. The kernel remembers ${x === null ? "nothing" : `x = ${x}`}.${printed}${stopped}${full}`;
}

export function code(_, { history }) {
  let known = false;
  const lines = history.map((cell) => {
    known ||= cell === 1;
    return known ? [CELLS[0], CELLS[1], "output.append(x * x)"][cell - 1] : `# ${CELLS[cell - 1]} stops here: ${ERROR}`;
  });
  return ["output = []", ...lines, "print(output)"].join("\n");
}

function draw({ picture, set, state }) {
  const rows = CELLS.map((text, i) => {
    const count = h("span", { class: "count" });
    const result = h("span", { class: "result" });
    const run = h("button", { type: "button", "aria-label": `Run cell ${i + 1}`, onclick: () => set({ runs: Number([...readout(state()).history, i + 1].join("")) }) }, "▶ Run");
    return { count, result, run, row: h("div", { class: "line" }, run, count, h("code", {}, text), result) };
  });
  const memory = h("span", { class: "memory" });
  const restart = h("button", { type: "button", onclick: () => set({ runs: 0 }) }, "Restart the kernel");
  picture.append(h("div", { class: "cells" }, ...rows.map(({ row }) => row), h("div", { class: "line" }, restart, memory)));
  return (_, { history, x, output, counts, failed }) => {
    rows.forEach(({ count, result, run, row }, i) => {
      count.textContent = `[${counts[i] || " "}]`;
      const printed = history.slice(0, counts[2]).filter((cell, j, all) => cell === 3 && all.slice(0, j).includes(1)).length;
      result.textContent = failed[i] ? ERROR : i === 2 && counts[i] ? String(output[printed - 1]) : "";
      row.toggleAttribute("data-failed", failed[i]);
      run.disabled = history.length === MOST;
    });
    restart.disabled = !history.length;
    memory.textContent = x === null ? "The kernel remembers nothing." : `The kernel remembers x = ${x}.`;
  };
}

export default widget({ readout, sentence, code, draw });
