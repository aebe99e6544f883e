// Cut one spoken word out of a recording; word.py does the same, step by step.

const FRAME = 80; // samples: 10 ms
const RATE = 8000;

/**
 * The second around the loudest word of a recording at 8 kHz, in which the word has a mean square
 * of 1: {wave}. Without a word {trouble} says why: "silent" or "noise". `clipped` tells whether the
 * recording was cut off at its loudest.
 */
export function word(x) {
  let last = 0;
  const y = Float64Array.from(x, (value, n) => (last = 0.96 * last + (n ? value - x[n - 1] : 0)));
  const count = Math.floor(y.length / FRAME);
  const power = Array.from({ length: count }, (_, i) => meanSquare(y.subarray(i * FRAME, (i + 1) * FRAME)));
  const most = Math.max(0, ...power);
  const quiet = [...power].sort((a, b) => a - b)[Math.floor(count / 10)];
  const clipped = x.filter((value) => Math.abs(value) >= 0.98).length > 16;
  if (y.length < RATE || !(most >= 1e-5)) return { trouble: "silent", clipped };
  if (most < 8 * quiet) return { trouble: "noise", clipped };
  const floor = Math.max(1e-3 * most, Math.min(6 * quiet, 0.1 * most));
  let [best, bestEnergy, from, to, energy] = [[0, 0], -1, -1, -1, 0];
  power.forEach((value, i) => {
    if (!(value > floor)) return;
    if (from < 0 || i - to > 20) [from, energy] = [i, 0];
    to = i;
    energy += value;
    if (energy > bestEnergy) [best, bestEnergy] = [[from, to], energy];
  });
  const [first, end] = [best[0] * FRAME, (best[1] + 1) * FRAME];
  const start = Math.min(Math.max(0, (first + end - RATE) >> 1), y.length - RATE);
  const size = Math.sqrt(meanSquare(y.subarray(first, end)));
  const wave = Float32Array.from(y.subarray(start, start + RATE), (value) => value / size);
  return { wave, clipped };
}

const meanSquare = (part) => part.reduce((sum, value) => sum + value * value, 0) / part.length;
