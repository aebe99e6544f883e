// Sounds of known content, and their spectrogram through a Hann window of any length.
import { fft } from "../runtime/sound.js";

/** Two tones around 1,000 Hz in the first half, two clicks in the second. */
export function pairs({ tones, clicks, rate, length }) {
  const wave = new Float32Array(length);
  const end = Math.round(0.5 * length);
  for (let i = 0; i < end; i += 1) {
    const fade = Math.min(1, i / 80, (end - i) / 80);
    for (const f of [1000 - tones / 2, 1000 + tones / 2]) wave[i] += 0.5 * fade * Math.sin((2 * Math.PI * f * i) / rate);
  }
  const apart = Math.round((clicks * rate) / 1000);
  const first = Math.round(0.78 * length - apart / 2);
  wave[first] = wave[first + apart] = 6;
  return wave;
}

/** The least distance at which two are two: of tones in hertz, of moments in milliseconds. */
export const least = (n, rate) => ({ tones: (2 * rate) / n, clicks: (500 * n) / rate });

/** Power in decibels below the strongest: `rows` frequencies up to `top` hertz × `columns` times. */
export function spectrogram(wave, { n, rate, rows, columns, top }) {
  const size = Math.max(2048, n); // zeros behind the frame draw its spectrum smoothly
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  const data = new Float32Array(rows * columns);
  for (let t = 0; t < columns; t += 1) {
    const centre = Math.round((t * (wave.length - 1)) / (columns - 1));
    re.fill(0);
    im.fill(0);
    for (let i = 0; i < n; i += 1) re[i] = (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n)) * (wave[centre + i - n / 2] ?? 0);
    fft(re, im);
    for (let r = 0; r < rows; r += 1) {
      const k = Math.round((r * top * size) / ((rows - 1) * rate));
      data[r * columns + t] = 10 * Math.log10(re[k] ** 2 + im[k] ** 2 + 1e-9);
    }
  }
  const strongest = data.reduce((a, b) => Math.max(a, b));
  return data.map((value) => value - strongest);
}
