// Scaled dot-product attention of one query over a few keys, some of them absent.

/** Weights a = softmax(q·k / (τ √d)) over those present, and y = Σ a v; null where nobody is. */
export function attendTo(query, keys, values, { temperature, present }) {
  const scores = keys.map((key) => dot(query, key) / (temperature * Math.sqrt(query.length)));
  const there = scores.filter((_, m) => present[m]);
  if (there.length === 0) return { scores, weights: keys.map(() => 0), y: null };
  const most = Math.max(...there); // so that no exponential overflows
  const raised = scores.map((score, m) => (present[m] ? Math.exp(score - most) : 0));
  const total = raised.reduce((a, b) => a + b);
  const weights = raised.map((value) => value / total);
  const y = values[0].map((_, i) => weights.reduce((sum, a, m) => sum + a * values[m][i], 0));
  return { scores, weights, y };
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
