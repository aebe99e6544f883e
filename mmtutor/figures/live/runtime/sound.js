// Sound in the page: unpack it, look at it as the model does, play it.
import { bytes } from "./bytes.js";

/** A wave of `length` samples from μ-law: one byte a sample, silence before and after left out. */
export function unpackWave({ wave, start, peak }, length) {
  const packed = new Int8Array(bytes(wave).buffer);
  const out = new Float32Array(length);
  packed.forEach((value, i) => {
    const size = (256 ** (Math.abs(value) / 127) - 1) / 255;
    out[start + i] = Math.sign(value) * size * peak;
  });
  return out;
}

/** `count` numbers from the normal distribution; the same for the same seed. */
export function gaussian(seed, count) {
  let state = seed >>> 0;
  const uniform = () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return new Float32Array(count).map(() =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
}

/** clean + sigma · noise. */
export const noisy = (clean, noise, sigma) => clean.map((value, i) => value + sigma * noise[i]);

/** Fast Fourier transform in place; the length is a power of two. */
export function fft(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let half = 1; half < n; half *= 2) {
    for (let k = 0; k < half; k += 1) {
      const c = Math.cos((Math.PI * k) / half);
      const s = -Math.sin((Math.PI * k) / half);
      for (let a = k; a < n; a += 2 * half) {
        const b = a + half;
        const x = c * re[b] - s * im[b];
        const y = c * im[b] + s * re[b];
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** Triangular filters, evenly spaced in mel: of each band its first frequency and the weights from there. */
function melFilters({ n_mels: bands, n_fft: n, sample_rate: rate }) {
  const top = 2595 * Math.log10(1 + rate / 2 / 700);
  const corner = (m) => 700 * (10 ** ((top * m) / (bands + 1) / 2595) - 1);
  const frequency = Array.from({ length: n / 2 + 1 }, (_, k) => (k * rate) / n);
  return Array.from({ length: bands }, (_, m) => {
    const [low, centre, high] = [corner(m), corner(m + 1), corner(m + 2)];
    const row = frequency.map((f) => Math.max(0, Math.min((f - low) / (centre - low), (high - f) / (high - centre))));
    const first = row.findIndex((weight) => weight > 0);
    if (first >= 0) return { first, weights: row.filter((weight) => weight > 0) };
    const nearest = frequency.reduce((best, f, k) => (Math.abs(f - centre) < Math.abs(frequency[best] - centre) ? k : best), 0);
    return { first: nearest, weights: [1] }; // narrower than the distance of two bands
  });
}

/** Prepare mmtutor.encoders.LogMel; what comes back turns a wave into {data, rows, columns}. */
export function logMel(settings) {
  const { n_fft: n, hop, n_mels: rows, floor } = settings;
  const window = Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n));
  const energy = window.reduce((sum, w) => sum + w * w, 0);
  const filters = melFilters(settings);
  const [re, im, power] = [new Float64Array(n), new Float64Array(n), new Float64Array(n / 2 + 1)];
  return (wave) => {
    const columns = 1 + Math.floor(wave.length / hop);
    const data = new Float32Array(rows * columns);
    const mirror = (i) => (i < 0 ? -i : i >= wave.length ? 2 * (wave.length - 1) - i : i);
    for (let t = 0; t < columns; t += 1) {
      for (let i = 0; i < n; i += 1) re[i] = window[i] * wave[mirror(t * hop + i - n / 2)];
      im.fill(0);
      fft(re, im);
      for (let k = 0; k < power.length; k += 1) power[k] = (re[k] * re[k] + im[k] * im[k]) / energy;
      filters.forEach(({ first, weights }, m) => {
        let sum = floor;
        for (let k = 0; k < weights.length; k += 1) sum += weights[k] * power[first + k];
        data[m * columns + t] = Math.log(sum);
      });
    }
    return { data, rows, columns };
  };
}

/** A player: `play(wave, rate)` starts anew and stops what sounds. Always about equally loud. */
export function player() {
  let context = null;
  let source = null;
  return {
    play(wave, rate) {
      context ??= new AudioContext();
      source?.stop();
      const loud = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length) || 1;
      const buffer = context.createBuffer(1, wave.length, rate);
      buffer.copyToChannel(wave.map((value) => Math.max(-1, Math.min(1, (0.12 / loud) * value))), 0);
      source = new AudioBufferSourceNode(context, { buffer });
      source.connect(context.destination);
      source.start();
    },
    close: () => context?.close(),
  };
}
