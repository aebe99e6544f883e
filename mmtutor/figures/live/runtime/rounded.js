// Weights that rounded.py packed, and the steps that most networks make of them.
import { bytes } from "./bytes.js";

/** Numbers by name: matrices as whole numbers of 8 bits with a scale a row, vectors as they are. */
export function unpack({ tensors, whole, real }) {
  const integers = new Int8Array(bytes(whole).buffer);
  const reals = new Float32Array(bytes(real).buffer);
  let [i, r] = [0, 0];
  return Object.fromEntries(tensors.map(([name, rows, columns]) => {
    if (columns === 0) return [name, reals.subarray(r, (r += rows))];
    const scales = reals.subarray(r, (r += rows));
    const values = Float32Array.from(integers.subarray(i, (i += rows * columns)));
    for (let k = 0; k < values.length; k += 1) values[k] *= scales[Math.floor(k / columns)];
    return [name, values];
  }));
}

/** W x + b, the matrix by rows; without a bias: W x. */
export function linear(weight, x, bias) {
  const out = new Float32Array(weight.length / x.length);
  for (let o = 0; o < out.length; o += 1) {
    let sum = bias ? bias[o] : 0;
    for (let i = 0; i < x.length; i += 1) sum += weight[o * x.length + i] * x[i];
    out[o] = sum;
  }
  return out;
}

export const sigmoid = (x) => 1 / (1 + Math.exp(-x));
