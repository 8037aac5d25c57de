// One neuron a layer: what is left of a gradient on its way back.
import { axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { ACTIVATIONS } from "./shared/activations.js";
import { attr, num, py, s, sci, superscript } from "./shared/dom.js";
import { widget } from "./shared/frame.js";

const STEEPNESS = 1; // of the sigmoid

export function readout({ layers, w, activation }) {
  const [f, slope] = ACTIVATIONS[activation];
  const outputs = [1];
  const factors = [];
  for (let k = 0; k < layers; k += 1) {
    const z = w * outputs[k];
    outputs.push(f(z, STEEPNESS));
    factors.push(slope(z, STEEPNESS) * w);
  }
  const gradients = [1];
  for (const factor of [...factors].reverse()) gradients.unshift(factor * gradients[0]);
  return { outputs, factors, gradients, output: gradients };
}

const HUGE = 10; // more or less than this is called exploding or vanishing

/** What has become of the gradient, in a few words. */
function rest(size) {
  if (size === 0) return "nothing of it is left";
  return size < 1 ? `${sci(size)} of it is left` : `it is ${sci(size)} times as large`;
}

export function sentence({ layers, w, activation }, { factors, gradients }) {
  const size = Math.abs(gradients[0]);
  const sizes = factors.map(Math.abs);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)].map(sci);
  const each = low === high ? `Each layer multiplies the gradient by ${low}` : `The layers multiply the gradient by ${low} to ${high}`;
  const fate = size < 1 / HUGE ? "It vanishes." : size > HUGE ? "It explodes." : "It survives.";
  return `${activation}, w = ${num(w)}. ${each}, signs aside; after ${layers} ${layers === 1 ? "layer" : "layers"} ${rest(size)}. ${fate}`;
}

export const code = ({ layers, w, activation }) => {
  const f = { sigmoid: "Sigmoid", tanh: "Tanh", relu: "ReLU" }[activation];
  return `import numpy as np
${f ? `from nbcode.activations import ${f}\n` : ""}from nbcode.layers import Linear, Sequential

layers = [Sequential(Linear(1, 1, bias=False)${f ? `, ${f}()` : ""}) for _ in range(${layers})]
a = np.ones((1, 1))
for layer in layers:
    layer[0].weight.data[...] = ${py(w)}
    a = layer(a)

gradients = [np.ones((1, 1))]
for layer in reversed(layers):
    gradients.insert(0, layer.backward(gradients[0]))
output = np.concatenate(gradients).ravel()
print(output)`;
};

const [LEFT, RIGHT, TOP, FLOOR] = [62, 372, 24, 214]; // of the gradients
const [ROOF, BASE] = [262, 318]; // of the factors
const power = (exponent) => (exponent === 0 ? "1" : `10${superscript(exponent)}`);

/** A scale of powers of ten that holds these numbers and 1. */
function decades(values, range) {
  const exponents = values.filter((value) => value !== 0).map((value) => Math.log10(Math.abs(value)));
  return scaleLinear([Math.min(-1, Math.floor(Math.min(0, ...exponents))), Math.max(1, Math.ceil(Math.max(0, ...exponents)))], range);
}

function draw({ picture }) {
  const svg = s("svg", { viewBox: "0 0 380 346", role: "img", "aria-label": "The size of the gradient at each layer, and the factor that each layer multiplies it by, both on a scale of powers of ten" });
  const axes = [s("g", { class: "axes" }), s("g", { class: "axes" })];
  const ones = [s("line", { class: "guide", x1: LEFT, x2: RIGHT }), s("line", { class: "guide", x1: LEFT, x2: RIGHT })];
  const bars = s("g");
  const dots = s("g");
  const label = s("text", { class: "over rest" });
  const title = (x, y, text) => s("text", { x, y, class: "caption" }, text);
  svg.append(...axes, ...ones, bars, dots, label, title(6, 13, "|∂L/∂aₖ|"), title(6, ROOF - 10, "|f′(zₖ)·w|, the factor of each layer"),
    s("text", { class: "end", x: LEFT, y: 340 }, "← input a₀"), s("text", { class: "end", x: RIGHT, y: 340, "text-anchor": "end" }, "last layer, loss →"));
  picture.append(svg);

  return ({ layers }, { factors, gradients }) => {
    const y = decades(gradients, [FLOOR, TOP]);
    const v = decades(factors, [BASE, ROOF]);
    [y, v].forEach((scale, i) => {
      const ticks = scale.ticks(i ? 3 : 6).filter(Number.isInteger);
      const axis = s("g");
      select(axis).attr("transform", `translate(${LEFT},0)`).call(axisLeft(scale).tickValues(ticks).tickFormat(power));
      axes[i].replaceChildren(axis);
      attr(ones[i], { y1: scale(0), y2: scale(0) });
    });
    const pitch = (RIGHT - LEFT) / (layers + 1);
    const x = (k) => LEFT + (k + 0.5) * pitch;
    const none = (k, at) => s("text", { x: x(k), y: at, "text-anchor": "middle", class: "none" }, "0");
    bars.replaceChildren(...gradients.map((gradient, k) => {
      if (gradient === 0) return none(k, y(0) + 12);
      const end = y(Math.log10(Math.abs(gradient)));
      return s("rect", { class: "bar", x: x(k) - pitch * 0.4, width: pitch * 0.8, y: Math.min(y(0), end) - 1, height: Math.abs(end - y(0)) + 2 },
        s("title", {}, `k = ${k}: ${sci(gradient)}`));
    }));
    dots.replaceChildren(...factors.map((factor, i) => (factor === 0 ? none(i + 1, v(0) + 12)
      : s("circle", { class: "dot", r: Math.min(4, pitch * 0.45), cx: x(i + 1), cy: v(Math.log10(Math.abs(factor))) }, s("title", {}, `layer ${i + 1}: ${sci(factor)}`)))));
    label.textContent = rest(Math.abs(gradients[0]));
    attr(label, { x: LEFT + 8, y: Math.abs(gradients[0]) > 1 ? TOP - 6 : FLOOR + 14 });
  };
}

export default widget({ readout, sentence, code, draw });
