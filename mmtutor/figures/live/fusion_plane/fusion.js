// ⊕ on two features of width 2, as mmtutor.fusion computes it with the projections left out.

/** The gate's weights: row j says how coordinate j of the gate looks at [x_1; x_2]. */
export const GATE = [[2, 0, 0, 0], [0, 0, 0, -2]];

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** The gate z of x_1, coordinate by coordinate; x_2 gets 1 − z. */
export function gate(x1, x2, present) {
  if (!present) return [1, 1];
  const x = [...x1, ...x2];
  return GATE.map((row) => sigmoid(row.reduce((sum, weight, i) => sum + weight * x[i], 0)));
}

/** h as a flat list; `present` says whether x_2 is there. */
export function fuse(operator, x1, x2, { alpha, present }) {
  const other = present ? x2 : [0, 0];
  switch (operator) {
    case "concat":
      return [...x1, ...other];
    case "weighted": {
      const a = present ? alpha : 1;
      return x1.map((value, i) => a * value + (1 - a) * other[i]);
    }
    case "gated": {
      const z = gate(x1, other, present);
      return x1.map((value, i) => z[i] * Math.tanh(value) + (1 - z[i]) * Math.tanh(other[i]));
    }
    case "product":
      return x1.map((value, i) => value * other[i]);
    case "tensor":
      return [...x1, 1].flatMap((a) => [...other, 1].map((b) => a * b));
  }
}

/** Whether another pair of features could give the same h. */
export const lossy = (operator) => !["concat", "tensor"].includes(operator);

/** Another pair (x_1′, x_2′) in the plane with the same h, or null where there is none. */
export function twin(operator, x1, x2, options) {
  const found = lossy(operator) ? candidate(operator, x1, x2, options) : null;
  return found && !(same(found[0], x1) && same(found[1], x2)) ? found : null;
}

const same = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 0.05);

function candidate(operator, x1, x2, { alpha, limit }) {
  if (operator === "weighted") {
    // Turn both about h by a sixth of a circle: the weighted mean stays where it is.
    const h = fuse("weighted", x1, x2, { alpha, present: true });
    const [c, s] = [0.5, Math.sqrt(0.75)];
    let apart = [x1, x2].map((x) => [x[0] - h[0], x[1] - h[1]]);
    if (same(x1, x2)) apart = [[0.8 * (1 - alpha), 0], [-0.8 * alpha, 0]];
    const turned = apart.map(([a, b]) => [c * a - s * b, s * a + c * b]);
    // Draw the pair closer to h where it would leave the plane.
    const room = turned.flat().map((d, i) => (d === 0 ? 1 : (limit - Math.sign(d) * h[i % 2]) / Math.abs(d)));
    const scale = Math.min(1, ...room);
    return turned.map((d) => d.map((value, i) => h[i] + scale * value));
  }
  if (operator === "product") {
    const both = [x1, x2].map((x) => x.map((value) => (value === 0 ? 0 : -value)));
    return same(x1, [0, 0]) && same(x2, [0, 0]) ? [[1, 1], [0, 0]] : both;
  }
  if (operator === "gated") {
    // Coordinate 1 of the gate looks at x_1 alone, coordinate 2 at x_2 alone: choose that one
    // anew and solve for the other.
    const h = fuse("gated", x1, x2, { present: true });
    const [first, second] = [solve(x1[0], h[0], 2, limit), solve(x2[1], h[1], -2, limit)];
    const found = [[first?.[0] ?? x1[0], second?.[1] ?? x1[1]], [first?.[1] ?? x2[0], second?.[0] ?? x2[1]]];
    return found;
  }
}

/** Find a, b with z tanh a + (1 − z) tanh b = h, z the weight of the one the gate looks at. */
function solve(old, h, weight, limit) {
  for (const step of [0.8, -0.8, 0.6, -0.6, 0.4, -0.4, 0.2, -0.2, 0.1, -0.1]) {
    const looked = old + step;
    if (Math.abs(looked) > limit) continue;
    const z = weight > 0 ? sigmoid(weight * looked) : 1 - sigmoid(weight * looked);
    const other = Math.atanh((h - z * Math.tanh(looked)) / (1 - z));
    if (Math.abs(other) <= limit) return [looked, other];
  }
  return null;
}
