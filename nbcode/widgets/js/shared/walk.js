// Landscapes of two parameters and optimizers that walk down them, bit for bit as in nbcode.widgets.descent: the same
// operations in the same order.
import { sfc32 } from "./rng.js";

export const EDGE = 2;
const FAR = 100;
const [TRIAL, NEAR] = [100, 5];
const GRAIN = 2 ** 20;

const bowl = (low, high) => ({
  value: (x, y) => (low * x * x + high * y * y) / 2,
  gradient: (x, y) => [low * x, high * y],
  minima: [[0, 0]],
  curvatures: [low, high],
  quadratic: true,
  far: FAR,
});
const turned = (low, high) => ({
  value: (x, y) => (low * (x + y) * (x + y) + high * (y - x) * (y - x)) / 4,
  gradient: (x, y) => [(low * (x + y) - high * (y - x)) / 2, (low * (x + y) + high * (y - x)) / 2],
  minima: [[0, 0]],
  curvatures: [low, high],
  quadratic: true,
  far: FAR,
});
const saddle = {
  value: (x, y) => (x * x) / 2 + ((y * y - 1) * (y * y - 1)) / 4,
  gradient: (x, y) => [x, y * (y * y - 1)],
  minima: [[0, 1], [0, -1]],
  curvatures: [1, 2],
  far: FAR,
};
const root = Math.sqrt(1002 ** 2 - 4 * 400);
const rosenbrock = {
  value: (x, y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
  gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
  minima: [[1, 1]],
  curvatures: [(1002 - root) / 2, (1002 + root) / 2],
  far: FAR,
};
const well = (t) => {
  const u = (t * t) / 4;
  return (((32 * u - 48) * u + 18) * u) / 4 + (t * t) / 8;
};
const slope = (t) => {
  const u = (t * t) / 4;
  return (((96 * u - 96) * u + 18) * t) / 8 + t / 4;
};
const wells = {
  value: (x, y) => well(x) + well(y),
  gradient: (x, y) => [slope(x), slope(y)],
  minima: [[0, 0]],
  curvatures: [2.5, 2.5],
  far: FAR,
};

/** What each of four points counts at a share t of the way from the second to the third, and the derivatives by t. */
const weights = (t) => [
  [
    (((2 - t) * t - 1) * t) / 2,
    ((3 * t - 5) * t * t + 2) / 2,
    (((4 - 3 * t) * t + 1) * t) / 2,
    ((t - 1) * t * t) / 2,
  ],
  [
    ((4 - 3 * t) * t - 1) / 2,
    ((9 * t - 10) * t) / 2,
    ((8 - 9 * t) * t + 1) / 2,
    ((3 * t - 2) * t) / 2,
  ],
];

/** A loss that is known on a square grid, and smooth between (Catmull and Rom, 1974). */
function gridLoss({ losses, edge, minimum }) {
  const cell = (2 * edge) / (losses.length - 1);
  const far = edge - cell;
  const within = (v, low, high) => Math.min(Math.max(v, low), high);
  const cellOf = (v) => {
    const u = (v + edge) / cell;
    const first = within(Math.floor(u), 1, losses.length - 3);
    return [first - 1, ...weights(u - first)];
  };
  const inside = (px, py) => {
    const [i, across, slopeX] = cellOf(px);
    const [j, up, slopeY] = cellOf(py);
    const sum = (by, of) => by[0] * of(0) + by[1] * of(1) + by[2] * of(2) + by[3] * of(3);
    const blend = (byX, byY) => sum(byY, (b) => sum(byX, (a) => losses[j + b][i + a]));
    return [blend(across, up), blend(slopeX, up) / cell, blend(across, slopeY) / cell];
  };
  return {
    value(x, y) {
      const [px, py] = [within(x, -far, far), within(y, -far, far)];
      const [height, dx, dy] = inside(px, py);
      return height + dx * (x - px) + dy * (y - py);
    },
    gradient: (x, y) => inside(within(x, -far, far), within(y, -far, far)).slice(1),
    minima: [minimum],
    far,
  };
}

const FORMULAS = {
  valley: bowl(1, 1),
  ravine: bowl(0.2, 10),
  "turned ravine": turned(0.2, 10),
  saddle,
  Rosenbrock: rosenbrock,
  "many minima": wells,
};
let network;

/** The landscape of this name; that of the network is made from the grid in the schema. */
export const landscape = (name, schema) => FORMULAS[name] ?? (network ??= gridLoss(schema.slice));

/**
 * b¹ … bᵐ to the last bit, which ** does not give in every browser: each power carries along the error that rounding
 * made (Dekker, 1971).
 */
export function powers(b, m) {
  const split = (v) => {
    const high = 134217729 * v - (134217729 * v - v);
    return [high, v - high];
  };
  const [b1, b2] = split(b);
  const out = [];
  let [high, low] = [1, 0];
  for (let t = 1; t <= m; t += 1) {
    const product = high * b;
    const [h1, h2] = split(high);
    const error = h1 * b1 - product + h1 * b2 + h2 * b1 + h2 * b2 + low * b;
    high = product + error;
    low = error - (high - product);
    out.push(high);
  }
  return out;
}

const STEPS = 200;
const [BETA1, BETA2, ALPHA, EPS] = [0.9, 0.999, 0.99, 1e-8];
const [POWERS1, POWERS2] = [powers(BETA1, STEPS), powers(BETA2, STEPS)];

/** Each optimizer: what it remembers of one parameter at first, and update(w, g, memory, lr, momentum, t), the new w. */
const plain = (w, g, memory, lr) => w - lr * g;
export const OPTIMIZERS = {
  SGD: plain,
  momentum(w, g, memory, lr, momentum) {
    memory.b = memory.b * momentum + g;
    return w - lr * memory.b;
  },
  Nesterov(w, g, memory, lr, momentum) {
    memory.b = memory.b * momentum + g;
    return w - lr * (g + momentum * memory.b);
  },
  RMSprop(w, g, memory, lr) {
    memory.s = memory.s * ALPHA + (1 - ALPHA) * g * g;
    return w - (lr * g) / (Math.sqrt(memory.s) + EPS);
  },
  Adam(w, g, memory, lr, momentum, t) {
    memory.b = memory.b * BETA1 + (1 - BETA1) * g;
    memory.s = memory.s * BETA2 + (1 - BETA2) * g * g;
    const mean = memory.b / (1 - POWERS1[t - 1]);
    const square = memory.s / (1 - POWERS2[t - 1]);
    return w - (lr * mean) / (Math.sqrt(square) + EPS);
  },
};

/** What the batches add to the gradient, step by step. */
export function batchNoise(size, seed, steps = STEPS) {
  const { normal } = sfc32(seed);
  const one = () => size * (Math.floor(normal() * GRAIN + 0.5) / GRAIN);
  return Array.from({ length: steps }, () => [one(), one()]);
}

export const isFar = ({ far }, [x, y]) => Math.abs(x) > far || Math.abs(y) > far;

/** Walk down a surface; return all places on the way, until one is far away. */
export function descend(surface, name, [x, y], lr, momentum, steps, noise, far = surface.far) {
  const update = OPTIMIZERS[name];
  const [first, second] = [{ b: 0, s: 0 }, { b: 0, s: 0 }];
  const path = [[x, y]];
  for (let t = 1; t <= steps && Math.abs(x) <= far && Math.abs(y) <= far; t += 1) {
    const [gx, gy] = surface.gradient(x, y);
    const [nx, ny] = noise ? noise[t - 1] : [0, 0];
    x = update(x, gx + nx, first, lr, momentum, t);
    y = update(y, gy + ny, second, lr, momentum, t);
    path.push([x, y]);
  }
  return path;
}

/** Which of the rates has the lowest loss after 100 steps without noise; none that leads far away; the smallest, if several. */
export function bestRate(surface, name, start, momentum, rates) {
  const far = Math.min(NEAR, surface.far);
  let best = [Infinity, rates[0]];
  for (const rate of rates) {
    const end = descend(surface, name, start, rate, momentum, TRIAL, null, far).at(-1);
    const loss = isFar({ far }, end) ? Infinity : surface.value(...end);
    if (loss < best[0]) best = [loss, rate];
  }
  return best[1];
}

/** The rate above which a quadratic is not brought to its minimum; null where that is not known. */
export function largestRate({ curvatures }, name, momentum) {
  if (!curvatures || !["SGD", "momentum", "Nesterov"].includes(name)) return null;
  const mu = name === "SGD" ? 0 : momentum;
  const steepest = curvatures[1];
  return (2 * (1 + mu)) / (name === "Nesterov" ? (1 + 2 * mu) * steepest : steepest);
}
