// Two witnesses point in directions; the best that a chosen ⊕ with one linear output can do.
//
// x_m = (north, east) = (cos θ_m, sin θ_m). Every ⊕ here gives a score
//     z(x_1, x_2) = [x_1; 1]ᵀ W [x_2; 1],
// and what tells them apart is which tables W, 3 × 3, they can make. The fit minimises the
// expected cross-entropy over a grid of all pairs of directions. Nothing is drawn at random.

const zeros = (length) => Array.from({ length }, () => 0);

const SIDE = 24; // directions a side, 15° apart, where ⊕ is fitted
const FINE = 60; // directions a side where its right answers are counted
const NOISE = Math.PI / 9; // of a reading: σ = 20°
export const FLAT = 1e-3; // a score this near 0 says nothing
const RIDGE = 1e-6; // keeps factors finite where only their product matters

const angles = (side) => Array.from({ length: side }, (_, i) => (2 * Math.PI * (i + 0.5)) / side - Math.PI);
const over = (side, value) => angles(side).flatMap((a) => angles(side).map((b) => value(a, b))); // all pairs
const lift = (angle) => [Math.cos(angle), Math.sin(angle), 1]; // [x_m; 1]
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/**
 * P(the true direction lies within 90° of 0 | the reading), where the reading adds a normal angle
 * of deviation σ: the Fourier series of a square wave, each wave faded by exp(−k²σ²/2).
 */
function within(angle, sigma) {
  let sum = 0.5;
  for (let k = 1, sign = 1; k < 40; k += 2, sign = -sign)
    sum += ((2 * sign) / (Math.PI * k)) * Math.exp((-k * k * sigma * sigma) / 2) * Math.cos(k * angle);
  return sum;
}

/** P(yes | the readings) for each question. */
const QUESTIONS = {
  and: (a, b) => within(a, NOISE) * within(b, NOISE),
  or: (a, b) => 1 - (1 - within(a, NOISE)) * (1 - within(b, NOISE)),
  xor: (a, b) => within(a, NOISE) * (1 - within(b, NOISE)) + within(b, NOISE) * (1 - within(a, NOISE)),
  apart: (a, b) => 1 - within(a - b, NOISE * Math.SQRT2), // both readings are noisy
};
export const NAMES = Object.keys(QUESTIONS);

/** The question at `dial` = 0 … 3; between two whole numbers the answer follows one or the other. */
export function question(dial) {
  const low = Math.min(Math.floor(dial), NAMES.length - 2);
  const share = dial - low;
  const [first, second] = [QUESTIONS[NAMES[low]], QUESTIONS[NAMES[low + 1]]];
  return (a, b) => (1 - share) * first(a, b) + share * second(a, b);
}

// ---------------------------------------------------------------- the tables each ⊕ can make

/**
 * For an ⊕ of rank R: from what it learns to w = vec(W), row by row, with the derivatives of w, a
 * list of 9 for each learnt number.
 */
function family(operator, rank) {
  const cells = {
    concat: [2, 5, 6, 7, 8], // the last row and column
    tensor: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  }[operator];
  if (cells) {
    const slopes = cells.map((cell) => Array.from({ length: 9 }, (_, i) => Number(i === cell)));
    return (theta) => ({ w: combine(slopes, theta), slopes });
  }
  const width = operator === "product" ? 2 : 3; // without or with the appended 1
  return (theta) => {
    const slopes = theta.map(() => zeros(9));
    const w = zeros(9);
    for (let r = 0; r < rank; r += 1) {
      const [u, v] = [2 * r * width, (2 * r + 1) * width]; // where u_r and v_r begin
      for (let i = 0; i < width; i += 1) {
        for (let j = 0; j < width; j += 1) {
          w[3 * i + j] += theta[u + i] * theta[v + j];
          slopes[u + i][3 * i + j] += theta[v + j];
          slopes[v + j][3 * i + j] += theta[u + i];
        }
      }
    }
    w[8] += theta.at(-1); // the bias b
    slopes.at(-1)[8] = 1;
    return { w, slopes };
  };
}

const combine = (columns, theta) => columns[0].map((_, i) => columns.reduce((sum, column, p) => sum + column[i] * theta[p], 0));

// ---------------------------------------------------------------- the fit

const PAIRS = SIDE * SIDE;
const outer = (a, b) => lift(a).flatMap((u) => lift(b).map((v) => u * v)); // vec([x_1; 1] ⊗ [x_2; 1])
const GRID = Float64Array.from(over(SIDE, outer).flat()); // PAIRS × 9

/** The score of the table W at two directions. */
export const score = (W, a, b) => dot(lift(a), W.map((row) => dot(row, lift(b))));

/** Expected cross-entropy of the table w, with its gradient and Hessian in w. */
function loss(w, truth) {
  let value = 0;
  const slope = new Float64Array(9);
  const bend = new Float64Array(81);
  for (let n = 0; n < PAIRS; n += 1) {
    let z = 0;
    for (let i = 0; i < 9; i += 1) z += w[i] * GRID[9 * n + i];
    const fade = Math.exp(-Math.abs(z));
    const yes = (z > 0 ? 1 : fade) / (1 + fade);
    value += Math.max(z, 0) + Math.log1p(fade) - truth[n] * z;
    for (let i = 0; i < 9; i += 1) {
      slope[i] += (yes - truth[n]) * GRID[9 * n + i];
      const scaled = yes * (1 - yes) * GRID[9 * n + i];
      for (let j = i; j < 9; j += 1) bend[9 * i + j] += scaled * GRID[9 * n + j];
    }
  }
  const whole = (i, j) => bend[9 * Math.min(i, j) + Math.max(i, j)] / PAIRS;
  const places = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  return {
    value: value / PAIRS,
    slope: Array.from(slope, (sum) => sum / PAIRS),
    bend: places.map((i) => places.map((j) => whole(i, j))),
  };
}

/** Gauss–Newton steps with a damping that grows when a step fails (Levenberg, Marquardt). */
function descend(theta, table, truth) {
  const price = (t, at) => at.value + RIDGE * dot(t, t);
  let at = loss(table(theta).w, truth);
  let damping = 1e-3;
  for (let step = 0; step < 120 && damping < 1e6; step += 1) {
    const { slopes } = table(theta);
    const slope = slopes.map((column, p) => dot(column, at.slope) + 2 * RIDGE * theta[p]);
    const bent = slopes.map((column) => at.bend.map((row) => dot(row, column)));
    const bend = slopes.map((column, p) => slopes.map((_, q) => dot(column, bent[q]) + (p === q ? 2 * RIDGE + damping : 0)));
    const move = solve(bend, slope);
    const next = theta.map((value, p) => value - move[p]);
    const there = loss(table(next).w, truth);
    const gain = price(theta, at) - price(next, there);
    if (!(gain > 0)) damping *= 8;
    else {
      [theta, at] = [next, there];
      damping = Math.max(damping / 4, 1e-9);
      if (gain < 1e-9) break;
    }
  }
  return { theta, value: price(theta, at) };
}

/** Solve A x = b for a symmetric positive A by elimination. */
function solve(matrix, vector) {
  const rows = matrix.map((row, i) => [...row, vector[i]]);
  const size = rows.length;
  for (let i = 0; i < size; i += 1) {
    for (let k = i + 1; k < size; k += 1) {
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j <= size; j += 1) rows[k][j] -= factor * rows[i][j];
    }
  }
  const x = zeros(size);
  for (let i = size - 1; i >= 0; i -= 1) {
    let rest = rows[i][size];
    for (let j = i + 1; j < size; j += 1) rest -= rows[i][j] * x[j];
    x[i] = rest / rows[i][i];
  }
  return x;
}

/**
 * Where R pairs of factors start: at the crosses of the best full table (the row and the column
 * of its largest number, again and again), and at fixed numbers that look random.
 */
function starts(operator, rank, best) {
  const places = operator === "product" ? [0, 1] : [0, 1, 2];
  const rest = [0, 3, 6].map((i) => best.slice(i, i + 3));
  const crosses = [];
  for (let r = 0; r < rank; r += 1) {
    // The corner is no centre of a cross: the bias takes care of it.
    const cells = places.flatMap((i) => places.map((j) => [i, j])).filter(([i, j]) => i + j < 4);
    const [row, column] = cells.reduce((a, b) => (Math.abs(rest[b[0]][b[1]]) > Math.abs(rest[a[0]][a[1]]) ? b : a));
    const size = Math.sqrt(Math.abs(rest[row][column])) || 1;
    const u = places.map((i) => (rest[i][column] / size) * Math.sign(rest[row][column] || 1));
    const v = places.map((j) => rest[row][j] / size);
    crosses.push(...u.map((value) => value || 0.01), ...v.map((value) => value || 0.01));
    for (const i of places) for (const j of places) rest[i][j] -= u[i] * v[j];
  }
  const drawn = (seed) => [...crosses, 0].map((_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed + i * i));
  return [[...crosses, rest[2][2]], drawn(1), drawn(2)];
}

/** The best table of an ⊕ for a question: { W, right, limit, surprise }. */
export function fit(operator, rank, dial) {
  const asked = question(dial);
  const truth = over(SIDE, asked);
  // A sum or a full table has one best fit, found from anywhere. Factors may have several.
  const from = (name, start) => descend(start, family(name, rank), truth);
  let best = operator === "concat" ? from("concat", zeros(5)) : from("tensor", zeros(9));
  if (operator === "product" || operator === "low_rank") {
    const full = best;
    best = { value: Infinity };
    for (const start of starts(operator, rank, full.theta)) {
      if (best.value < full.value + 1e-5) break; // nothing can be better than the full table
      const found = from(operator, start);
      if (found.value < best.value - 1e-6) best = found;
    }
  }
  const { w } = family(operator, rank)(best.theta);
  const W = [0, 3, 6].map((i) => w.slice(i, i + 3));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const right = over(FINE, (a, b) => {
    const [z, p] = [score(W, a, b), asked(a, b)];
    return Math.abs(z) < FLAT ? 0.5 : z > 0 ? p : 1 - p; // a score of 0 is a coin
  });
  const limit = over(FINE, (a, b) => Math.max(asked(a, b), 1 - asked(a, b)));
  return { W, right: mean(right), limit: mean(limit), surprise: loss(w, truth).value };
}
