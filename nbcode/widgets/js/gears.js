// Three gears in a row: rates multiply.
import { widget } from "./shared/frame.js";
import { num, sci } from "./shared/dom.js";

export function readout({ first, second, third, turn }) {
  const rates = [-first / second, -second / third];
  const product = rates[0] * rates[1];
  return { turns: [turn, rates[0] * turn, product * turn], rates, output: product };
}

export function sentence({ first, second, third, turn }, { turns, rates, output }) {
  return `${first}, ${second} and ${third} teeth. ${num(turn)} ${num(turns[1])} ${num(turns[2])} ${sci(rates[0])} ${sci(rates[1])} ${sci(output)}.`;
}

export function code({ first, second, third }) {
  return `rates = [-${first} / ${second}, -${second} / ${third}]
output = rates[0] * rates[1]
print(output)`;
}

function draw() {
  return () => {};
}

export default widget({ readout, sentence, code, draw });
