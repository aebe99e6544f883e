// The decoder of mmtutor/models/lstm_decoder.py once more, from weights of one byte.

const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Tables by name, each {rows, columns, table}; a row has one scale. */
export function unpack({ shapes, scales, values }) {
  const [scale, level] = [new Float32Array(bytes(scales).buffer), new Int8Array(bytes(values).buffer)];
  const found = {};
  let [row, at] = [0, 0];
  for (const [name, rows, columns] of shapes) {
    const table = new Float32Array(rows * columns);
    for (let i = 0; i < rows * columns; i++) table[i] = level[at + i] * scale[row + Math.floor(i / columns)];
    found[name] = { rows, columns, table };
    row += rows;
    at += rows * columns;
  }
  return found;
}

const rowOf = ({ columns, table }, row) => table.subarray(row * columns, (row + 1) * columns);
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
/** W x + b; the bias is a table of one row. */
const linear = (W, b, x) => Array.from({ length: W.rows }, (_, r) => dot(rowOf(W, r), x) + (b ? b.table[r] : 0));
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
function softmax(scores) {
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most));
  const total = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / total);
}

/** The state before the first word, from the cells of a picture, a list of vectors. */
export function start(w, grid) {
  const mean = grid[0].map((_, d) => grid.reduce((sum, cell) => sum + cell[d], 0) / grid.length);
  const both = linear(w["begin.weight"], w["begin.bias"], mean).map(Math.tanh);
  const half = both.length / 2;
  const seen = grid.map((cell) => linear(w["U.weight"], w["U.bias"], cell));
  return { grid, seen, h: both.slice(0, half), c: both.slice(half) };
}

/** ln p of each next word after `word`, where the decoder looks, and the new state. */
export function step(w, { grid, seen, h, c }, word) {
  const asked = linear(w["W.weight"], w["W.bias"], h);
  const v = rowOf(w["v.weight"], 0);
  const look = softmax(seen.map((cell) => cell.reduce((sum, value, i) => sum + v[i] * Math.tanh(value + asked[i]), 0)));
  const gate = sigmoid(linear(w["g.weight"], w["g.bias"], h)[0]);
  const z = grid[0].map((_, d) => gate * grid.reduce((sum, cell, p) => sum + look[p] * cell[d], 0));
  const from = linear(w["cell.weight_ih"], w["cell.bias_ih"], [...rowOf(w["E.weight"], word), ...z]);
  const old = linear(w["cell.weight_hh"], w["cell.bias_hh"], h);
  const n = h.length;
  const part = (k, i) => from[k * n + i] + old[k * n + i];
  const memory = c.map((value, i) => sigmoid(part(1, i)) * value + sigmoid(part(0, i)) * Math.tanh(part(2, i)));
  const told = memory.map((value, i) => sigmoid(part(3, i)) * Math.tanh(value));
  const p = softmax(linear(w["L.weight"], w["L.bias"], [...told, ...z]));
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
