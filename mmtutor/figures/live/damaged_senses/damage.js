// How often a model is right when each of two senses is missing in a share of the samples.

/** The mean of the four measured cases: both, without the first, without the second, neither. */
export function right(model, { missing: [r, q], noise: [i, j], told }) {
  const [both, second, first, neither] = model[told ? "told" : "untold"][i][j];
  return (1 - r) * (1 - q) * both + r * (1 - q) * second + (1 - r) * q * first + r * q * neither;
}

/** A curve along one dial, the others where they are: [level, share right]. */
export function curve(model, state, steps) {
  const [kind, sense] = state.along.split(" ");
  const turned = (value) => state[kind].map((old, k) => (k === Number(sense) ? value : old));
  const stops = kind === "noise" ? steps.map((level, k) => [level, k])
    : Array.from({ length: 11 }, (_, k) => [k / 10, k / 10]);
  return stops.map(([level, value]) => [level, right(model, { ...state, [kind]: turned(value) })]);
}

/** The mean along the dial: trapezoids, divided by the width. */
export function area(points) {
  let sum = 0;
  for (let k = 1; k < points.length; k++) {
    sum += ((points[k][0] - points[k - 1][0]) * (points[k][1] + points[k - 1][1])) / 2;
  }
  return sum / (points.at(-1)[0] - points[0][0]);
}
