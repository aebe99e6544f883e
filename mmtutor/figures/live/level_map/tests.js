// Paired tests, their correction and the band in which runs tell no difference.

/** P(|T| >= t) of Student's distribution, by the finite sums of Abramowitz and Stegun, 26.7. */
export function beyond(t, freedom) {
  const angle = Math.atan2(t, Math.sqrt(freedom));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2;
  let [term, total] = [odd ? cos : 1, 0];
  for (let j = 1; j <= Math.floor(freedom / 2); j++) {
    total += term;
    term *= cos * cos * (odd ? (2 * j) / (2 * j + 1) : (2 * j - 1) / (2 * j));
  }
  const within = odd ? (2 / Math.PI) * (angle + sin * total) : sin * total;
  return Math.min(1, Math.max(0, 1 - within));
}

/** The t that is exceeded with probability p, by halving. */
export function critical(p, freedom) {
  let [low, high] = [0, 1];
  while (beyond(high, freedom) > p) high *= 2;
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (beyond(middle, freedom) > p) low = middle;
    else high = middle;
  }
  return high;
}

/** Holm's correction. */
export function holm(ps) {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i] - ps[j]);
  const corrected = ps.map(() => 0);
  let highest = 0;
  order.forEach((i, rank) => {
    highest = Math.max(highest, Math.min(1, (ps.length - rank) * ps[i]));
    corrected[i] = highest;
  });
  return corrected;
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of each of the rivals' runs beside `own`: mean difference, interval, scatter and p. */
export function compared(own, rivals, correct) {
  const n = own.length;
  const rows = rivals.map((runs) => {
    const d = runs.map((value, i) => value - own[i]);
    const by = mean(d);
    const scatter = Math.sqrt(d.reduce((sum, value) => sum + (value - by) ** 2, 0) / (n - 1));
    const error = scatter / Math.sqrt(n);
    const p = error > 1e-12 ? beyond(Math.abs(by) / error, n - 1) : Number(Math.abs(by) <= 1e-12);
    const half = critical(0.05, n - 1) * error;
    return { by, scatter, p, low: by - half, high: by + half };
  });
  if (correct) holm(rows.map((row) => row.p)).forEach((p, i) => (rows[i].p = p));
  return rows;
}

/** Half the band: what a difference of the usual scatter must exceed to be found. */
export function band(rows, n, correct) {
  if (!rows.length) return 0;
  const usual = Math.sqrt(mean(rows.map((row) => row.scatter ** 2)) / n);
  return critical(0.05 / (correct ? rows.length : 1), n - 1) * usual;
}
