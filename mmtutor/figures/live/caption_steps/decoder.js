// The decoder of mmtutor/models/lstm_decoder.py once more, from weights of one byte.
import { softmax } from "../runtime/network.js";
import { linear, sigmoid } from "../runtime/rounded.js";

const row = (values, columns, r) => values.subarray(r * columns, (r + 1) * columns);

/** A picture's cells as a list of vectors. */
export const cellsOf = (values, columns) => Array.from({ length: values.length / columns }, (_, p) => Array.from(row(values, columns, p)));

/** The state before the first word, from the cells of a picture, a list of vectors. */
export function start(w, grid) {
  const mean = grid[0].map((_, d) => grid.reduce((sum, cell) => sum + cell[d], 0) / grid.length);
  const both = linear(w["begin.weight"], mean, w["begin.bias"]).map(Math.tanh);
  const half = both.length / 2;
  const seen = grid.map((cell) => linear(w["U.weight"], cell, w["U.bias"]));
  return { grid, seen, h: both.slice(0, half), c: both.slice(half) };
}

/** ln p of each next word after `word`, where the decoder looks, and the new state. */
export function step(w, { grid, seen, h, c }, word) {
  const asked = linear(w["W.weight"], h, w["W.bias"]);
  const v = w["v.weight"];
  const look = softmax(seen.map((cell) => cell.reduce((sum, value, i) => sum + v[i] * Math.tanh(value + asked[i]), 0)));
  const gate = sigmoid(linear(w["g.weight"], h, w["g.bias"])[0]);
  const z = grid[0].map((_, d) => gate * grid.reduce((sum, cell, p) => sum + look[p] * cell[d], 0));
  const width = w["E.weight"].length / w["L.bias"].length;
  const from = linear(w["cell.weight_ih"], [...row(w["E.weight"], width, word), ...z], w["cell.bias_ih"]);
  const old = linear(w["cell.weight_hh"], h, w["cell.bias_hh"]);
  const n = h.length;
  const part = (k, i) => from[k * n + i] + old[k * n + i];
  const memory = Array.from(c, (value, i) => sigmoid(part(1, i)) * value + sigmoid(part(0, i)) * Math.tanh(part(2, i)));
  const told = memory.map((value, i) => sigmoid(part(3, i)) * Math.tanh(value));
  const p = softmax(Array.from(linear(w["L.weight"], [...told, ...z], w["L.bias"])));
  return { logp: p.map(Math.log), look, state: { grid, seen, h: told, c: memory } };
}

/** After a path of word ids: what comes next, where it looks for it, and Σ ln p of the path. */
export function after(w, grid, path, first) {
  let now = step(w, start(w, grid), first);
  let sum = 0;
  for (const word of path) {
    sum += now.logp[word];
    now = step(w, now.state, word);
  }
  return { ...now, sum };
}

/** The `width` likeliest beginnings of at most `length` words: {path, sum}, the best first. */
export function beam(w, grid, { first, last, width, length }) {
  let kept = [{ path: [], sum: 0, now: step(w, start(w, grid), first) }];
  for (let t = 0; t < length; t++) {
    const longer = kept.flatMap((one) => (one.path.at(-1) === last ? [one]
      : one.now.logp.map((logp, word) => ({ path: [...one.path, word], sum: one.sum + logp, from: one }))));
    // Only what is kept is carried on: a step costs more than a comparison.
    kept = longer.sort((a, b) => b.sum - a.sum).slice(0, width)
      .map((one) => (one.from ? { path: one.path, sum: one.sum, now: one.path.at(-1) === last ? null : step(w, one.from.now.state, one.path.at(-1)) } : one));
  }
  return kept.map(({ path, sum }) => ({ path, sum }));
}
