// The mathematics of one neuron, as in nbcode.layers and nbcode.activations.

/** The weighted sum w·x + b. */
export const linear = (x, w, b) => w.reduce((sum, wi, i) => sum + wi * x[i], 0) + b;

/** A neuron fires at z ≥ 0. */
export const step = (z) => (z >= 0 ? 1 : 0);

/** The logistic function, without overflow on either side. */
export function sigmoid(z) {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}

/** The inputs of the truth table with n columns, in counting order. */
export const truthTable = (n) => Array.from({ length: 2 ** n }, (_, row) => Array.from({ length: n }, (_, i) => (row >> (n - 1 - i)) & 1));

export const relu = (z) => (z > 0 ? z : 0);

/** log(1 + eᶻ), without overflow. */
export const softplus = (z) => relu(z) + Math.log1p(Math.exp(-Math.abs(z)));
