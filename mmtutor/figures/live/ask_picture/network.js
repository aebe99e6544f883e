// The forward pass of mmtutor.models.VisionLanguage in its one-stream form, word by word.
import { block } from "../runtime/network.js";
import { linear, unpack } from "../runtime/rounded.js";

function norm(x, weight, bias) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const by = 1 / Math.sqrt(variance + 1e-5);
  return x.map((value, i) => (value - mean) * by * weight[i] + bias[i]);
}

const add = (a, b) => a.map((value, i) => value + b[i]);

/** The error function, to 1.2e-7 (Numerical Recipes' Chebyshev fit of erfc). */
function erf(x) {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const fit = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368];
  const rest = t * Math.exp(-x * x - 1.26551223 + t * fit.reduce((sum, c) => sum * t + c, 0));
  return x >= 0 ? 1 - rest : rest - 1;
}

const gelu = (x) => 0.5 * x * (1 + erf(x / Math.SQRT2));

/** Build the model: `see(pixels)` gives the picture's tokens, `next(tokens, ids)` the logits. */
export function visionLanguage({ layout, ...packed }) {
  const w = unpack(packed);
  const { blocks, cells, side, dim, heads, layers } = layout;
  const convolutions = blocks.map(([, to, groups], k) => ({
    to, groups, epsilon: 1e-5,
    kernel: w[`encoder.blocks.${k}.conv.weight`], bias: w[`encoder.blocks.${k}.conv.bias`],
    scale: w[`encoder.blocks.${k}.norm.weight`], shift: w[`encoder.blocks.${k}.norm.bias`],
  }));

  /** pixels: 3 planes of side × side numbers in [0, 1] → one vector a cell of the last map. */
  function see(pixels) {
    const last = convolutions.reduce(block, { data: pixels, channels: 3, rows: side, columns: side });
    const A = w["encoder.cells.weight"]; // (D, C · cells)
    const width = w["encoder.cells.bias"].length;
    return Array.from({ length: cells }, (_, t) => {
      const token = Float32Array.from({ length: width }, (_, d) => {
        let sum = 0;
        for (let c = 0; c < last.channels; c += 1) sum += last.data[c * cells + t] * A[(d * last.channels + c) * cells + t];
        return cells * sum + w["encoder.cells.bias"][d];
      });
      return linear(w["project.weight"], token, w["project.bias"]);
    });
  }

  /** Logits of the word behind `ids`; the picture's tokens see one another, a word what is before. */
  function next(tokens, ids) {
    const E = w["embedding.weight"];
    const words = ids.map((id, t) => add(E.subarray(id * dim, (id + 1) * dim), w.places.subarray(t * dim, (t + 1) * dim)));
    let z = [...tokens, ...words];
    for (let n = 0; n < layers; n += 1) z = layer(z, tokens.length, (name) => w[`layers.${n}.${name}`]);
    return linear(E, norm(z.at(-1), w["norm.weight"], w["norm.bias"]));
  }

  function layer(z, picture, of) {
    const a = z.map((x) => norm(x, of("norm_z.weight"), of("norm_z.bias")));
    const q = a.map((x) => linear(of("Q.weight"), x));
    const kv = a.map((x) => linear(of("KV.weight"), x));
    return z.map((x, t) => {
      const u = add(x, linear(of("O.weight"), look(q[t], kv.slice(0, Math.max(picture, t + 1)))));
      const hidden = linear(of("F1.weight"), norm(u, of("norm_u.weight"), of("norm_u.bias")), of("F1.bias"));
      return add(u, linear(of("F2.weight"), hidden.map(gelu)));
    });
  }

  /** One question, by each head, to all keys: softmax(q·k / √(d/H)) v. */
  function look(q, kv) {
    const y = new Float32Array(dim);
    const size = dim / heads;
    for (let start = 0; start < dim; start += size) {
      const scores = kv.map((pair) => {
        let sum = 0;
        for (let i = start; i < start + size; i += 1) sum += q[i] * pair[i];
        return sum / Math.sqrt(size);
      });
      const top = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - top));
      const total = powers.reduce((sum, power) => sum + power, 0);
      kv.forEach((pair, s) => {
        for (let i = start; i < start + size; i += 1) y[i] += (powers[s] / total) * pair[dim + i];
      });
    }
    return y;
  }

  return { see, next };
}
