// What a training costs: mmtutor.scaling once more, for a page without Python.

/** Seconds, bytes, hours and money, as `costs` of the package gives them. */
export function budget(at, prices, fixed) {
  const { width: d, tokens: T, modalities: M, devices: N } = at;
  const L = fixed.layers;
  const params = M * L * (12 * d * d + 13 * d) + (M * d + 1) * fixed.classes;
  const share = Math.ceil(at.batch / N);
  const moved = L * share * M * T * d;
  const flops = 3 * L * share * M * T * (24 * d * d + 4 * T * d);
  const compute = [1, M * L, flops, moved, params].reduce((sum, x, k) => sum + (prices[k] * x) / at.speed, 0);
  const exchange = 2 * (N - 1) * ((4 * params) / N / (1e9 * at.link) + fixed.delay);
  const save = (fixed.saved * params) / fixed.disk;
  const between = (3600 * at.failures) / N;
  const interval = Math.sqrt(2 * save * between);
  const lost = save / interval + (interval / 2 + save + fixed.restart) / between;
  const hours = ((compute + exchange) * fixed.samples / at.batch) * (1 + lost) / 3600;
  return {
    params, compute, exchange, interval, lost, hours, memory: fixed.bytes * params + 4 * fixed.kept * moved,
    price: hours * N * fixed.price, kilowatt_hours: (hours * N * fixed.watts) / 1000,
  };
}

/** The least number of devices at which a step exchanges for longer than it computes, or none. */
export function crossing(at, prices, fixed, most) {
  const wire = (devices) => {
    const { compute, exchange } = budget({ ...at, devices }, prices, fixed);
    return exchange > compute;
  };
  if (!wire(most)) return null;
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (wire(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
