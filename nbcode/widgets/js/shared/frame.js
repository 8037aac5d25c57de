// The frame around every widget: controls made from the schema that Python sends, the state in words, presets,
// challenges, the state in a link, and the same thing as Python code.
import { clamp, h, keepKeys, list, num, uniqueId } from "./dom.js";

// How a parameter of each kind is written in a link and read back. Links are untrusted: decode returns undefined
// for whatever the parameter does not accept.
const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/;
const number = (text, { low, high, whole }) => {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return value >= low && value <= high && !(whole && !Number.isInteger(value)) ? value : undefined;
};
const all = (values) => (values.includes(undefined) ? undefined : values);
const KINDS = {
  number: {
    encode: String,
    decode: number,
    expected: (p) => `a ${p.whole ? "whole " : ""}number from ${num(p.low, 0)} to ${num(p.high, 0)}`,
  },
  toggle: {
    encode: (value) => (value ? "1" : "0"),
    decode: (text) => (["0", "1"].includes(text) ? text === "1" : undefined),
    expected: () => "0 or 1",
  },
  choice: {
    encode: String,
    decode: (text, p) => (p.options.includes(text) ? text : undefined),
    expected: (p) => `one of ${list(p.options)}`,
  },
  points: {
    encode: (points) => points.map((point) => point.join(",")).join(";"),
    decode: (text, p) => {
      const points = text.split(";").map((item) => {
        const [x1, x2, label, ...rest] = item.split(",");
        const point = all([number(x1, p), number(x2 ?? "", p), number(label ?? "", { low: 0, high: 1 })]);
        return rest.length || !Number.isInteger(point?.[2]) ? undefined : point;
      });
      return points.length <= p.most ? all(points) : undefined;
    },
    expected: (p) => `at most ${p.most} points x1,x2,label`,
  },
  numbers: {
    encode: (values) => values.join(","),
    decode: (text, p) => {
      const values = text === "" ? [] : text.split(",").map((item) => number(item, p));
      return values.length === 0 || (values.length >= p.least && values.length <= p.length) ? all(values) : undefined;
    },
    expected: (p) => `${p.least < p.length ? `at most ${p.length}` : p.length} numbers`,
  },
  expression: {
    encode: String,
    decode: (text, p) => (p.mistake(text) ? undefined : text),
    expected: (p, text) => `a formula: ${p.mistake(text).message}`,
  },
  name: {
    encode: String,
    decode: (text) => (/^([A-Za-z][0-9]?)?$/.test(text) ? text : undefined),
    expected: () => "a letter, or a letter and a digit",
  },
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isOneOf = (value, wanted) => same(value, wanted) || (Array.isArray(wanted) && wanted.some((one) => same(value, one)));
const fits = (value, wanted) => isOneOf(value, wanted) || value > wanted?.above;
const isShown = (when, now) => [when ?? {}].flat().some((all) => Object.keys(all).every((key) => fits(now[key], all[key])));

/** Write what differs from the initial state as a query: "w1=2&b=-1". */
export function encode({ params, initial }, state) {
  const changed = Object.keys(params).filter((key) => !same(state[key], initial[key]));
  return changed.map((key) => `${key}=${encodeURIComponent(KINDS[params[key].kind].encode(state[key]))}`).join("&");
}

/** Read a query: the values that are accepted, and a sentence for each part that is not. */
export function decode({ params }, query) {
  const values = {};
  const refused = [];
  for (const [key, text] of new URLSearchParams(query)) {
    const param = Object.hasOwn(params, key) ? params[key] : undefined;
    const value = param && KINDS[param.kind].decode(text, param);
    if (value !== undefined) values[key] = value;
    else {
      const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
      refused.push(param ? `${key}=${shown} (${key} is ${KINDS[param.kind].expected(param, text)})` : `${key.slice(0, 20)} (there is no such setting)`);
    }
  }
  return { values, refused };
}

const MANY = 6; // more options than this stand in a menu

const WINDOW = 24; // characters of a long formula that are shown before a mistake

// One control, with its label; returns [element, show(value, high), more]: `high` is where a slider ends at present.
// A slider has more.mark([value, text]); a control that has kept what is no value has more.forget().
export const CONTROLS = {
  number(key, param, id, set) {
    const to = param.log ? Math.log10 : (v) => v;
    const exactly = param.log ? (v) => Number((10 ** v).toPrecision(3)) : (v) => v;
    const from = param.whole ? (v) => Math.round(exactly(v)) : exactly;
    const slider = h("input", {
      type: "range", id, name: key,
      min: to(param.low), max: to(param.high), step: param.log ? 0.01 : param.step,
      oninput: () => {
        const value = from(Number(slider.value));
        // Between two whole numbers of a logarithmic slider there may be several of its steps: take the next number.
        const next = param.whole && value === shown ? shown + Math.sign(Number(slider.value) - to(shown)) : value;
        set(clamp(next, param.low, param.high));
      },
    });
    const exact = h("input", {
      type: "number", name: `${key}-exact`, "aria-label": `${param.label}, exact value`,
      min: param.low, max: param.high, step: param.log ? "any" : param.step,
      onchange: () => {
        const value = exact.value === "" ? NaN : Number(exact.value);
        if (Number.isFinite(value)) set(clamp(param.whole ? Math.round(value) : value, param.low, param.high));
        exact.value = shown;
      },
    });
    const tick = h("div", { class: "tick", hidden: true }, h("span"));
    let shown;
    const show = (value, high = param.high) => {
      shown = value;
      slider.max = to(high);
      exact.max = high;
      slider.value = to(value);
      slider.setAttribute("aria-valuetext", String(value).replace("-", "−"));
      exact.value = value;
    };
    const mark = ([value, text] = [NaN]) => {
      tick.hidden = !(value >= param.low && value <= param.high);
      if (tick.hidden) return;
      tick.style.setProperty("--at", (to(value) - to(param.low)) / (to(param.high) - to(param.low)));
      tick.firstChild.textContent = text;
    };
    return [h("div", { class: "control number" }, h("label", { for: id }, param.label), slider, exact, tick), show, { mark }];
  },
  toggle(key, param, id, set) {
    const box = h("input", { type: "checkbox", id, name: key, onchange: () => set(box.checked) });
    return [h("div", { class: "control yes-no" }, box, h("label", { for: id }, param.label)), (value) => (box.checked = value)];
  },
  choice(key, param, id, set) {
    if (param.options.length > MANY) {
      const menu = h("select", { id, name: key, onchange: () => set(menu.value) }, ...param.options.map((option) => h("option", { value: option }, option)));
      return [h("div", { class: "control menu" }, h("label", { for: id }, param.label), menu), (value) => (menu.value = value)];
    }
    const radios = param.options.map((option, i) =>
      h("input", { type: "radio", id: `${id}-${i}`, name: id, value: option, onchange: () => set(option) }));
    const labels = param.options.map((option, i) => h("label", { for: `${id}-${i}` }, radios[i], option));
    return [
      h("fieldset", { class: "control choice" }, h("legend", {}, param.label), h("span", { class: "options" }, ...labels)),
      (value) => radios.forEach((radio) => (radio.checked = radio.value === value)),
    ];
  },
  expression(key, param, id, set) {
    let shown;
    const words = h("span");
    const place = h("code", { "aria-hidden": "true" });
    const wrong = h("div", { class: "mistake", role: "alert", id: `${id}-wrong`, hidden: true }, place, words);
    const point = (mistake, text = "") => {
      field.setAttribute("aria-invalid", Boolean(mistake));
      wrong.hidden = !mistake;
      const from = Math.max(0, (mistake?.position ?? 0) - WINDOW);
      place.textContent = mistake ? `${text.slice(from)}\n${" ".repeat(mistake.position - from)}^` : "";
      words.textContent = mistake ? `${mistake.message}. The picture still shows ${shown}.` : "";
    };
    const field = h("input", {
      type: "text", id, name: key, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": `${id}-wrong`,
      oninput: () => {
        const mistake = param.mistake(field.value);
        point(mistake, field.value);
        if (!mistake) set(field.value);
      },
    });
    const show = (value) => {
      if (value === shown) return; // what is wrong stays, to be mended
      shown = value;
      field.value = value;
      point(null);
    };
    return [h("div", { class: "control formula" }, h("label", { for: id }, param.label), field, wrong), show, { forget: () => (shown = undefined) }];
  },
};

/** Copy a text; where the browser refuses, leave it selected for the reader to copy. */
async function copy(text, output, say) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    getSelection().selectAllChildren(output);
    say("Selected: press Ctrl+C, or ⌘C, to copy.");
  }
}

/**
 * Make the front end of a widget.
 *
 * @param {object} spec
 *   readout(state, schema): the numbers that are shown, the same as Python's readout();
 *   sentence(state, out, schema): the state in words;
 *   code(state, out, schema): Python lines that make the same `output`;
 *   draw({ picture, side, set, state, schema, control }): draw once, return update(state, out);
 *     control(key) is the element of a control, which can be put elsewhere;
 *   adapt(changes, state): what changes along when a control is moved;
 *   mistake(text): what is wrong with a formula, as { message, position }; null where nothing is;
 *   marks(state, out, schema), where a slider has a value to be marked: { name of the parameter: [value, text] }.
 * Where the readout has `most`, a slider ends there.
 */
export function widget({ readout, sentence, code, draw, adapt = (changes) => changes, mistake, marks = () => ({}) }) {
  function render({ model, el, link }) {
    const sent = model.get("_schema");
    const { params: keys, presets: names } = sent.order;
    const params = Object.fromEntries(keys.map((key) => [key, sent.params[key].kind === "expression" ? { ...sent.params[key], mistake } : sent.params[key]]));
    const presets = Object.fromEntries(names.map((name) => [name, sent.presets[name]]));
    const schema = { ...sent, params, presets };
    const { challenge, initial } = schema;
    const view = uniqueId();
    const state = () => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
    const set = (changes) => {
      for (const [key, value] of Object.entries(changes)) model.set(key, value);
      model.save_changes();
      touched = true;
    };
    let touched = false;
    let tries = 0;

    const picture = h("div", { class: "picture" });
    const side = h("div", { class: "side" });
    const status = h("p", { class: "state", role: "status" });
    const note = h("p", { class: "note", role: "alert", hidden: true });
    const say = (text) => {
      note.textContent = text;
      note.hidden = !text;
    };

    const controls = h("form", { class: "controls", onsubmit: (event) => event.preventDefault() });
    const groups = {};
    const rows = keys.filter((key) => params[key].label).map((key) => {
      const param = params[key];
      const [row, show, more = {}] = CONTROLS[param.kind](key, param, `${view}-${key}`, (value) => set(adapt({ [key]: value }, state())));
      if (param.group && !groups[param.group]) {
        groups[param.group] = h("fieldset", { class: "group" }, h("legend", {}, param.group));
        controls.append(groups[param.group]);
      }
      (groups[param.group] ?? controls).append(row);
      return { key, row, show, ...more, when: param.when };
    });

    const presetButtons = Object.entries(presets).map(([name, values]) =>
      [h("button", { type: "button", onclick: () => put(values) }, name), values]);
    const goal = h("p", { class: "goal", hidden: !challenge.goal });

    const lines = h("code");
    const put = (values) => {
      for (const { forget } of rows) forget?.();
      set(values);
      changed(); // also when nothing else has: the goal forgets the tries, a formula its mistake
    };
    const reset = () => {
      say("");
      tries = 0;
      put(initial);
    };
    const fullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
    const tools = h("div", { class: "tools" },
      h("button", { type: "button", name: "reset", onclick: reset }, "Reset"),
      ...(link ? [h("button", { type: "button", name: "link", onclick: () => copy(link.address(schema.id, encode(schema, state())), picture, say) }, "Copy link")] : []),
      ...(document.fullscreenEnabled ? [h("button", { type: "button", name: "fullscreen", onclick: fullScreen }, "Full screen")] : []),
      ...(code ? [h("details", { class: "code" }, h("summary", {}, "The same in Python"), keepKeys(h("div", { class: "lines", tabindex: 0, role: "region", "aria-label": "Python code" }, lines)),
        h("button", { type: "button", name: "copy", onclick: () => copy(lines.textContent, lines, say) }, "Copy as code"))] : []),
    );

    const columns = h("div", { class: "columns" }, picture, status, controls, side);
    const root = h("section", { class: "nbcode-widget", "data-widget": schema.widget, "aria-label": schema.title },
      h("div", { class: "inner" },
        h("div", { class: "title" }, schema.title),
        goal,
        ...(presetButtons.length ? [h("div", { class: "presets", role: "group", "aria-label": "Presets" }, ...presetButtons.map(([button]) => button))] : []),
        columns, note, tools));
    if (link && !document.getElementById(schema.id)) root.id = schema.id;
    el.append(root);

    const control = (key) => rows.find((row) => row.key === key).row;
    const update = draw({ picture, side, set, state, schema, control });
    columns.classList.toggle("single", !rows.length && !side.childElementCount);

    function refresh() {
      const now = state();
      const out = readout(now, schema);
      const marked = marks(now, out, schema);
      for (const { key, row, show, mark, when } of rows) {
        show(now[key], out.most?.[key]);
        mark?.(marked[key]);
        row.hidden = !isShown(when, now);
      }
      for (const [button, values] of presetButtons) {
        button.setAttribute("aria-pressed", Object.keys(values).every((key) => same(values[key], now[key])));
      }
      update(now, out);
      lines.textContent = code?.(now, out, schema) ?? "";
      status.textContent = sentence(now, out, schema);
      if (challenge.goal) {
        const given = challenge.patience && tries >= challenge.patience && !out.solved;
        goal.textContent = out.solved ? `✓ Solved. ${challenge.goal}` : given ? challenge.after : `Challenge: ${challenge.goal}`;
        root.toggleAttribute("data-solved", Boolean(out.solved));
      }
      if (touched) link?.write(schema.id, encode(schema, now));
    }

    // All changes of one event are drawn together, before the browser paints.
    let queued = false;
    const changed = () => {
      if (queued) return;
      queued = true;
      queueMicrotask(() => {
        queued = false;
        refresh();
      });
    };
    root.addEventListener("change", () => {
      tries += 1;
      changed();
    });
    for (const key of keys) model.on(`change:${key}`, changed);
    link?.follow(schema.id, (query) => {
      const { values, refused } = decode(schema, query);
      put({ ...initial, ...values });
      const more = refused.length > 3 ? `; and ${refused.length - 3} more` : "";
      say(refused.length ? `Left out of the link: ${refused.slice(0, 3).join("; ")}${more}.` : "");
      root.scrollIntoView();
    });
    refresh();
    return () => keys.forEach((key) => model.off(`change:${key}`, changed));
  }
  return { render };
}
