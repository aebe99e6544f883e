// What two senses know, and where rules that join two perfect models land. Formulas: figure.py.

const sigmoid = (l) => 1 / (1 + Math.exp(-l));
const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const entropy = (p) => (p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p)));

/** Φ(x) by its series. */
export function normal(x) {
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17 && k < 200; k += 2) sum += term *= (x * x) / k;
  return 0.5 + sum * density(x);
}

/** The mean of f(x) for x of N(mean, sd²). The grid has 0 among its points, where |x| turns. */
function mean(f, at, sd, nodes = 400) {
  if (sd === 0) return f(at);
  const step = (16 * sd) / nodes;
  const first = Math.ceil((at - 8 * sd) / step);
  let total = 0;
  for (let k = first; k * step <= at + 8 * sd; k += 1) total += f(k * step) * density((k * step - at) / sd);
  return (total * step) / sd;
}

/** What the dials come to: accuracies, mean confidences, bits. */
export function gain({ redundancy: R, unique_1: U1, unique_2: U2, synergy: S, signal: s, shared_noise: rho }) {
  const rest = 1 - R - U1 - U2 - S;
  const U = U1 + U2;
  const both = s * Math.sqrt(2 / (1 + rho)); // the strength of two views
  const clear = normal(s);
  const one = (share) => share * clear + (1 - share) / 2;
  const joined = R * normal(both) + U * clear;
  const right = {
    first: one(R + U1),
    second: one(R + U2),
    both: joined + S * (1 + (2 * clear - 1) ** 2) / 2 + rest / 2,
    product: joined + (S + rest) / 2,
  };
  right.logits = right.probabilities = right.product; // one winner in every sample
  right.vote = (right.first + right.second) / 2; // when they disagree, a coin decides

  // How sure of its winner a rule is: on redundant and on unique samples; on the others it says ½.
  const sure = (scale, at, sd) => mean((l) => sigmoid(Math.abs(scale * l)), at, sd);
  const seen = sure(2 * s, s, 1);
  const views = (scale) => sure(2 * s * scale, 2 * s, Math.sqrt(2 + 2 * rho)); // of x_1 + x_2
  const averaged = mean((u) => mean((v) => 0.5 + Math.abs(sigmoid(2 * s * (u + v)) + sigmoid(2 * s * (u - v)) - 1) / 2,
    0, Math.sqrt((1 - rho) / 2), 60), s, Math.sqrt((1 + rho) / 2), 120);
  const quiet = (S + rest) / 2;
  const believes = {
    first: right.first, second: right.second, both: right.both, vote: null,
    product: R * views(1) + U * seen + quiet,
    logits: R * views(0.5) + U * sure(s, s, 1) + quiet,
    probabilities: R * averaged + U * (0.25 + seen / 2) + quiet,
  };

  const view = (strength) => 1 - mean((x) => entropy(sigmoid(2 * strength * x)), strength, 1);
  const xor = S === 0 ? 0 : 1 - mean((a) => mean((b) => entropy((1 + Math.tanh(s * a) * Math.tanh(s * b)) / 2), s, 1, 80), s, 1, 80);
  const bits = [(R + U1) * view(s), (R + U2) * view(s), R * view(both) + U * view(s) + S * xor];
  const redundant = [Math.max(0, bits[0] + bits[1] - bits[2]), Math.min(bits[0], bits[1])];
  return { right, believes, bits, redundant };
}
