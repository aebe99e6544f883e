// The forward pass of a small trained network, as mmtutor.encoders and mmtutor.models compute it.
import { bytes } from "./bytes.js";

/** Numbers of 16 bits (IEEE 754 binary16, little-endian, base64) as numbers of 32. */
function halves(text) {
  const packed = new Uint16Array(bytes(text).buffer);
  const out = new Float32Array(packed.length);
  packed.forEach((bits, i) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const power = (bits >> 10) & 31;
    const part = bits & 1023;
    out[i] = sign * (power === 0 ? part * 2 ** -24 : (1 + part / 1024) * 2 ** (power - 15));
  });
  return out;
}

/**
 * Build the network from what network.py exported. `evidence.image(grid)` and
 * `evidence.audio(grid)` say what one sense adds to the logits; `logits` adds up what is there.
 */
export function network({ image, audio, classes, weights }) {
  const all = halves(weights);
  let place = 0;
  const take = (count) => all.subarray(place, (place += count));
  const sense = (encoder) => {
    const layers = encoder.blocks.map(([from, to, groups]) => ({
      to, groups, epsilon: encoder.epsilon,
      kernel: take(to * from * 9), bias: take(to), scale: take(to), shift: take(to),
    }));
    const [weight, bias] = [take(classes * encoder.width), take(classes)];
    return (grid) => {
      const last = layers.reduce(block, grid);
      const x = pool(last, encoder.rows ?? last.rows, encoder.columns);
      return bias.map((value, c) => value + dot(weight, c * x.length, x));
    };
  };
  const evidence = { image: sense(image), audio: sense(audio) };
  const start = take(classes);
  const logits = (parts) => Array.from(start, (value, c) => parts.reduce((sum, part) => sum + part[c], value));
  return { evidence, logits };
}

function dot(weight, start, x) {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) sum += weight[start + i] * x[i];
  return sum;
}

/** Average down to `height` × `width` cells (they overlap where the sizes do not divide). */
function pool({ data, channels, rows, columns }, height, width) {
  const out = new Float32Array(channels * height * width);
  const ends = (i, from, to) => [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)];
  return out.map((_, i) => {
    const [top, bottom] = ends(Math.floor(i / width) % height, rows, height);
    const [left, right] = ends(i % width, columns, width);
    const plane = Math.floor(i / (height * width)) * rows * columns;
    let sum = 0;
    for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += data[plane + y * columns + x];
    return sum / ((bottom - top) * (right - left));
  });
}

/** ReLU(GroupNorm(maxpool(conv 3×3))) on {data, channels, rows, columns}. */
export function block({ data, channels, rows, columns }, layer) {
  const [height, width] = [rows >> 1, columns >> 1];
  const out = new Float32Array(layer.to * height * width);
  const plane = new Float32Array(rows * columns);
  for (let o = 0; o < layer.to; o += 1) {
    plane.fill(layer.bias[o]);
    for (let c = 0; c < channels; c += 1) convolve(plane, data.subarray(c * rows * columns), layer.kernel, (o * channels + c) * 9, rows, columns);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = 2 * y * columns + 2 * x;
        out[(o * height + y) * width + x] = Math.max(plane[at], plane[at + 1], plane[at + columns], plane[at + columns + 1]);
      }
    }
  }
  normalise(out, layer, height * width);
  return { data: out, channels: layer.to, rows: height, columns: width };
}

/** Add one channel's 3×3 convolution to `plane`; beyond the edge there are zeros. */
function convolve(plane, input, kernel, start, rows, columns) {
  for (let dy = -1; dy <= 1; dy += 1) {
    for (let dx = -1; dx <= 1; dx += 1) {
      const weight = kernel[start + 3 * (dy + 1) + dx + 1];
      for (let y = Math.max(0, -dy); y < Math.min(rows, rows - dy); y += 1) {
        const [to, from] = [y * columns, (y + dy) * columns + dx];
        for (let x = Math.max(0, -dx); x < Math.min(columns, columns - dx); x += 1) plane[to + x] += weight * input[from + x];
      }
    }
  }
}

/** GroupNorm and ReLU in place: mean and variance over the channels of each group. */
function normalise(data, { to, groups, scale, shift, epsilon }, cells) {
  const size = (to / groups) * cells;
  for (let g = 0; g < groups; g += 1) {
    const part = data.subarray(g * size, (g + 1) * size);
    const mean = part.reduce((sum, value) => sum + value, 0) / size;
    const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    const by = 1 / Math.sqrt(variance + epsilon);
    part.forEach((value, i) => {
      const channel = (g * to) / groups + Math.floor(i / cells);
      part[i] = Math.max(0, (value - mean) * by * scale[channel] + shift[channel]);
    });
  }
}

/** Probabilities from logits. */
export function softmax(logits) {
  const top = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}
