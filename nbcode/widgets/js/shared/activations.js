// Activation functions and their derivatives, as in nbcode.activations.
import { relu, sigmoid, softplus, step } from "./neuron.js";

/** The error function, by a series of positive terms: nothing cancels. */
export function erf(x) {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  let sum = 0;
  for (let n = 0, term = a; term > sum * 1e-17; n += 1, term *= (2 * a * a) / (2 * n + 1)) sum += term;
  return (Math.sign(x) * 2 * Math.exp(-a * a) * sum) / Math.sqrt(Math.PI);
}

const normal = (z) => (1 + erf(z / Math.SQRT2)) / 2;
const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const slope = (s) => s * (1 - s);

/** Each function as [f(z, option), its derivative]; null where there is none. */
export const ACTIVATIONS = {
  step: [step, (z) => (z === 0 ? null : 0)],
  sigmoid: [(z, k) => sigmoid(k * z), (z, k) => k * slope(sigmoid(k * z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: [relu, (z) => (z <= 0 ? 0 : 1)],
  leaky_relu: [(z, a) => (z > 0 ? z : a * z), (z, a) => (z > 0 ? 1 : a)],
  elu: [(z, alpha) => (z <= 0 ? alpha * Math.expm1(z) : z), (z, alpha) => (z <= 0 ? alpha * Math.exp(z) : 1)],
  softplus: [softplus, sigmoid],
  gelu: [(z) => z * normal(z), (z) => normal(z) + z * density(z)],
  silu: [(z) => z * sigmoid(z), (z) => sigmoid(z) + z * slope(sigmoid(z))],
  identity: [(z) => z, () => 1],
};
