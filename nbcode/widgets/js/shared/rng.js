// The generator sfc32 and normal numbers from it, number for number as in nbcode.rng.

/** Make a generator: { random(): from 0 to below 1, normal(): mean 0, standard deviation 1 }. */
export function sfc32(seed) {
  let [a, b, c, counter] = [0, seed >>> 0, 0, 1];
  let spare = null;
  const next = () => {
    const out = (a + b + counter) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    counter = (counter + 1) | 0;
    return out >>> 0;
  };
  for (let i = 0; i < 12; i += 1) next();
  const random = () => next() / 2 ** 32;
  const normal = () => {
    if (spare !== null) {
      const z = spare;
      spare = null;
      return z;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { random, normal };
}
