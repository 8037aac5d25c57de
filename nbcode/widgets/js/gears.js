// Three gears in a row: rates multiply.
import { attr, clamp, num, round, s, sci } from "./shared/dom.js";
import { widget } from "./shared/frame.js";
import { handle } from "./shared/handle.js";

export function readout({ first, second, third, turn }) {
  const rates = [-first / second, -second / third];
  const product = rates[0] * rates[1];
  return { turns: [turn, rates[0] * turn, product * turn], rates, output: product };
}

const minus = (value) => (value < 0 ? `(${sci(value)})` : sci(value));

export function sentence({ first, second, third }, { turns, rates, output }) {
  const way = (value) => (value === 0 ? "" : value > 0 ? " clockwise" : " anticlockwise");
  const [x, u, y] = turns.map((value) => `${num(Math.abs(value))} turns${way(value)}`);
  return `Gears of ${first}, ${second} and ${third} teeth: x has made ${x}, u ${u}, y ${y}. `
    + `One turn of x makes ${sci(rates[0])} turns of u, and one turn of u makes ${sci(rates[1])} turns of y: `
    + `dy/dx = dy/du · du/dx = ${minus(rates[1])} · ${minus(rates[0])} = ${sci(output)}.`;
}

export function code({ first, second, third }) {
  return `x, u, y = ${first}, ${second}, ${third}  # teeth
du_dx = -x / u  # gears that meet turn opposite ways
dy_du = -u / y
output = dy_du * du_dx
print(output)`;
}

const NAMES = ["x", "u", "y"];
const [WIDTH, HEIGHT, MIDDLE] = [380, 196, 98];
const TOOTH = 4.2; // half a tooth's height

/** The outline of a gear about 0: its teeth, one of them at angle 0. */
function outline(teeth, radius) {
  const points = Array.from({ length: teeth }, (_, i) => [-0.34, -0.16, 0.16, 0.34].map((at, k) => {
    const angle = (2 * Math.PI * (i + at)) / teeth;
    const r = radius + (k === 1 || k === 2 ? TOOTH : -TOOTH);
    return `${(r * Math.cos(angle)).toFixed(1)},${(r * Math.sin(angle)).toFixed(1)}`;
  }).join("L"));
  return `M${points.join("L")}Z`;
}

/** How far each gear is set forward, as a part of a turn, so that a tooth meets a gap. */
function phases([, second, third]) {
  const parts = (n, meets) => 0.5 - meets / n; // `meets`: where between two teeth it is met, on its left
  const right = second * -parts(second, 0.5); // the same on its right
  return [0, parts(second, 0.5), parts(third, 0.5 - right)];
}

function draw({ picture, set, state, schema }) {
  const { low, high } = schema.params.turn;
  const grip = s("circle", { class: "grip" });
  const gears = NAMES.map((name, i) => {
    const wheel = s("path", { class: `gear gear-${name}` });
    const hand = s("path", { class: "hand" });
    const turning = s("g", {}, wheel, hand);
    const label = s("text", { class: "letter over", "text-anchor": "middle", y: 5 }, name);
    return { group: s("g", {}, ...(i ? [] : [grip]), turning, label), turning, wheel, hand };
  });
  const rates = [0, 1, 2].map((i) => s("text", { class: i === 2 ? "product" : "", "text-anchor": "middle", x: WIDTH / 2, y: HEIGHT + 14 + 20 * i }));
  picture.append(s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 62}`, role: "group", "aria-label": "Three gears in a row, each with a hand that shows its turn" },
    ...gears.map(({ group }) => group), ...rates));

  let centers = [0, 0, 0];
  let [last, exact] = [0, 0];
  const angle = (x, y) => Math.atan2(y - MIDDLE, x - centers[0]) / (2 * Math.PI);
  const to = (turn) => set({ turn: round(clamp(turn, low, high)) });
  handle(gears[0].group, {
    label: "Gear x. Arrow keys turn it.",
    start: (x, y) => ([last, exact] = [angle(x, y), state().turn]),
    move: (x, y) => {
      const now = angle(x, y);
      exact = clamp(exact + now - last - Math.round(now - last), low, high);
      last = now;
      to(exact);
    },
    nudge: (dx, dy) => to(state().turn + (dx + dy) * 0.02),
  });

  let cut = "";
  return ({ first, second, third }, out) => {
    const teeth = [first, second, third];
    if (teeth.join() !== cut) {
      const all = first + second + third;
      const unit = Math.min((WIDTH - 12) / (2 * all), (HEIGHT - 12) / (2 * Math.max(...teeth))); // of radius, for each tooth
      const radii = teeth.map((n) => n * unit);
      const left = WIDTH / 2 - all * unit;
      centers = radii.map((r, i) => left + radii.slice(0, i).reduce((sum, v) => sum + 2 * v, r));
      const phase = phases(teeth);
      gears.forEach(({ group, wheel, hand }, i) => {
        const tip = -radii[i] + TOOTH + 7;
        group.setAttribute("transform", `translate(${centers[i]},${MIDDLE})`);
        attr(wheel, { d: outline(teeth[i], radii[i]), transform: `rotate(${360 * phase[i]})` });
        hand.setAttribute("d", `M0,0V${tip}m-4,0a4,4,0,1,1,8,0a4,4,0,1,1,-8,0`);
      });
      grip.setAttribute("r", Math.max(radii[0], 22));
    }
    cut = teeth.join();
    gears.forEach(({ turning }, i) => turning.setAttribute("transform", `rotate(${(360 * out.turns[i]).toFixed(2)})`));
    rates[0].textContent = `du/dx = −${first}/${second} = ${sci(out.rates[0])}`;
    rates[1].textContent = `dy/du = −${second}/${third} = ${sci(out.rates[1])}`;
    rates[2].textContent = `dy/dx = dy/du · du/dx = ${minus(out.rates[1])} · ${minus(out.rates[0])} = ${sci(out.output)}`;
  };
}

export default widget({ readout, sentence, code, draw });
