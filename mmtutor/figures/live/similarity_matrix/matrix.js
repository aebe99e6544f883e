// What InfoNCE makes of a square of cosines: answers, pushes and the loss.

/** The first `size` rows and columns. */
export const corner = (cosines, size) => cosines.slice(0, size).map((row) => row.slice(0, size));

const turned = (table) => table.map((_, j) => table.map((row) => row[j]));

function softmax(row) {
  const top = Math.max(...row);
  const parts = row.map((value) => Math.exp(value - top));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

/** p_ij: a softmax over each row of cosines / T. */
export const answers = (cosines, T) => cosines.map((row) => softmax(row.map((c) => c / T)));

/** The share of the right answer in each place of a row: 1 / |P_i| for those in P_i. */
export function wanted(size, same, marked) {
  const right = (i, j) => (marked ? same[i] === same[j] : i === j);
  return Array.from({ length: size }, (_, i) => {
    const row = Array.from({ length: size }, (_, j) => (right(i, j) ? 1 : 0));
    const count = row.reduce((sum, one) => sum + one, 0);
    return row.map((one) => one / count);
  });
}

/** Gradient of each row's loss with respect to its cosines. */
export function pushes(cosines, T, want) {
  return answers(cosines, T).map((row, i) => row.map((p, j) => (p - want[i][j]) / T));
}

/** InfoNCE in both directions. */
export function loss(cosines, T, want) {
  const oneWay = (table) => table.reduce((sum, row, i) => {
    const scaled = row.map((c) => c / T);
    const top = Math.max(...scaled);
    const total = top + Math.log(scaled.reduce((all, s) => all + Math.exp(s - top), 0));
    return sum + scaled.reduce((all, s, j) => all + want[i][j] * (total - s), 0);
  }, 0) / table.length;
  return (oneWay(cosines) + oneWay(turned(cosines))) / 2;
}

/** Of a row: the nearest of those that count as wrong, and its share of all push. */
export function hardest(cosines, T, want, i) {
  const wrong = cosines[i].map((c, j) => [c, j]).filter(([, j]) => want[i][j] === 0);
  if (!wrong.length) return null;
  const [cosine, j] = wrong.reduce((best, next) => (next[0] > best[0] ? next : best));
  const p = answers(cosines, T)[i];
  return { j, cosine, p: p[j], share: p[j] / wrong.reduce((sum, [, k]) => sum + p[k], 0) };
}
