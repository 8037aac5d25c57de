// A question that is answered only after the reader has committed to a guess.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { curveMonotoneX, line } from "d3-shape";
import { clamp, h, num, round, s } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

export function readout({ choice, guess, sketch }, { question, params }) {
  const { kind, answer, within } = question;
  const columns = params.sketch.length;
  const [answered, error] = {
    choice: () => [choice >= 0, Number(choice !== answer)],
    number: () => [guess.length > 0, guess.length ? Math.abs(guess[0] - answer) : 0],
    sketch: () => [sketch.length > 0, sketch.reduce((sum, v, i) => sum + Math.abs(v - answer[i]), 0) / columns],
  }[kind]();
  return { answered, error, right: answered && error <= within };
}

export function sentence({ choice, guess, committed }, { answered, error, right }, { question }) {
  const { kind, choices, answer, because } = question;
  if (!answered) return "No guess yet.";
  const quoted = (i) => `“${choices[i]?.replace(/\.$/, "")}”`;
  const yours = { choice: quoted(choice), number: String(guess[0]).replace("-", "−"), sketch: "the solid curve" }[kind];
  if (!committed) return `Your guess: ${yours}. Commit to see the answer.`;
  const truth = { choice: `It is ${quoted(answer)}.`, number: `It is ${String(answer).replace("-", "−")}.`, sketch: `The dashed curve is the answer; on average you are ${num(error)} off.` }[kind];
  return `Your guess: ${yours}. ${right ? "Right." : "Not this time."} ${right && kind !== "sketch" ? "" : `${truth} `}${because}`;
}

// Each kind of question: make its input, return update(state, locked).
const ASK = {
  choice({ picture, set, schema }) {
    const radios = schema.question.choices.map((text, i) => {
      const radio = h("input", { type: "radio", name: `choice-${schema.id}`, value: i, onchange: () => set({ choice: i }) });
      return { radio, label: h("label", {}, radio, text) };
    });
    picture.append(h("div", { class: "answers", role: "radiogroup", "aria-label": schema.question.text }, ...radios.map(({ label }) => label)));
    return ({ choice }, committed) => radios.forEach(({ radio, label }, i) => {
      radio.checked = choice === i;
      radio.disabled = committed;
      label.className = committed && i === schema.question.answer ? "true" : choice === i ? "chosen" : "";
    });
  },
  number({ picture, set, state, schema }) {
    const input = h("input", {
      type: "number", step: "any",
      oninput: () => {
        const value = Number(input.value);
        const { low, high } = schema.params.guess;
        set({ guess: input.value === "" || !Number.isFinite(value) ? [] : [clamp(value, low, high)] });
      },
      onkeydown: ({ key }) => key === "Enter" && state().guess.length && set({ committed: true }),
    });
    picture.append(h("label", { class: "answers" }, "Your number ", input));
    return ({ guess }, committed) => {
      input.setAttribute("value", guess.join());
      // While somebody types "-" or "1." there is no number yet, or the same one: leave it alone.
      if (document.activeElement !== input || committed) input.value = guess.join();
      input.disabled = committed;
    };
  },
  sketch({ picture, set, state, schema }) {
    const { x: xRange, y: yRange, answer } = schema.question;
    const columns = schema.params.sketch.length;
    const [width, height] = [380, 250];
    const x = scaleLinear(xRange, [42, width - 12]);
    const y = scaleLinear(yRange, [height - 30, 10]);
    const at = (i) => xRange[0] + ((xRange[1] - xRange[0]) * i) / (columns - 1);
    const path = line((_, i) => x(at(i)), (v) => y(v)).curve(curveMonotoneX);
    const area = s("rect", { class: "sheet", x: x.range()[0], y: y.range()[1], width: x.range()[1] - x.range()[0], height: y.range()[0] - y.range()[1] });
    const cursor = s("line", { class: "guide", y1: y.range()[1], y2: y.range()[0] });
    const around = { x: x.range()[0] - 24, y: y.range()[1] - 8, width: x.range()[1] - x.range()[0] + 34, height: y.range()[0] - y.range()[1] + 24 };
    const pad = s("g", {}, s("rect", { ...around, fill: "transparent" }), area, cursor);
    const yours = s("path", { class: "curve" });
    const truth = s("path", { class: "curve second", d: path(answer) });
    const axes = s("g", { class: "axes", "aria-hidden": "true" });
    select(axes).append("g").attr("transform", `translate(0,${y.range()[0]})`).call(axisBottom(x).ticks(6));
    select(axes).append("g").attr("transform", `translate(${x.range()[0]},0)`).call(axisLeft(y).ticks(5));
    picture.append(s("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Sketch the curve here" }, axes, pad, truth, yours));
    let column = 0;
    const draw = (from, to, value) => {
      if (state().committed) return;
      const height = round(clamp(value, ...yRange), 3);
      const now = state().sketch.length ? [...state().sketch] : Array(columns).fill(height);
      const start = now[from];
      for (let i = from; i !== to; i += Math.sign(to - from)) now[i] = round(start + ((height - start) * (i - from)) / (to - from), 3);
      now[to] = height;
      column = to;
      set({ sketch: now });
    };
    const nearest = (px) => clamp(Math.round(((x.invert(px) - xRange[0]) / (xRange[1] - xRange[0])) * (columns - 1)), 0, columns - 1);
    let last = null;
    handle(pad, {
      label: "Sheet to sketch on. Left and right choose a place, up and down move the curve there.",
      start: () => (last = null),
      move: (px, py) => {
        draw(last ?? nearest(px), nearest(px), y.invert(py));
        last = nearest(px);
      },
      nudge: (dx, dy) => {
        const next = clamp(column + dx, 0, columns - 1);
        const here = state().sketch[next] ?? (yRange[0] + yRange[1]) / 2;
        draw(next, next, here + (dy * (yRange[1] - yRange[0])) / 20);
      },
    });
    return ({ sketch }, committed) => {
      yours.setAttribute("d", sketch.length ? path(sketch) : "");
      truth.style.visibility = committed ? "visible" : "hidden";
      cursor.setAttribute("x1", x(at(column)));
      cursor.setAttribute("x2", x(at(column)));
    };
  },
};

function draw(context) {
  const { picture, set, schema } = context;
  const { text, kind } = schema.question;
  picture.classList.add("question");
  picture.append(h("p", { class: "ask" }, text));
  const update = ASK[kind](context);
  const commit = h("button", { type: "button", name: "commit", onclick: () => set({ committed: true }) }, "Commit");
  picture.append(commit);
  return (state, out) => {
    update(state, state.committed && out.answered);
    commit.disabled = !out.answered || state.committed;
  };
}

export default widget({ readout, sentence, draw });
