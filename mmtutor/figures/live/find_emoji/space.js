// The forward pass of an Aligned with an ImageCNN and a TextBag, and the index to search.
import { block } from "../runtime/network.js";
import { linear, unpack } from "../runtime/rounded.js";
import { fnv1a, pieces } from "./pieces.js";

const unit = (x) => {
  const length = Math.hypot(...x) || 1;
  return x.map((value) => value / length);
};

/** Build the model: `read(runs)` and `see(pixels)` give unit vectors, `cosines(z)` one an emoji. */
export function space({ layout, ...packed }) {
  const w = unpack(packed);
  const { blocks, channels, side, dim, buckets } = layout;
  const table = w["encoders.text.embedding.weight"];
  const width = table.length / (buckets + 1);
  const layers = blocks.map(([to, groups], k) => ({
    to, groups, epsilon: 1e-5,
    kernel: w[`encoders.image.blocks.${k}.conv.weight`], bias: w[`encoders.image.blocks.${k}.conv.bias`],
    scale: w[`encoders.image.blocks.${k}.norm.weight`], shift: w[`encoders.image.blocks.${k}.norm.bias`],
  }));

  function read(runs) {
    const ids = runs.flatMap(pieces).map((piece) => 1 + (fnv1a(piece) % buckets));
    const mean = new Float32Array(width);
    for (const id of ids) for (let i = 0; i < width; i += 1) mean[i] += table[id * width + i] / ids.length;
    return unit(linear(w["W.text.weight"], mean));
  }

  /** pixels: planes of side × side numbers in [0, 1]. */
  function see(pixels) {
    const last = layers.reduce(block, { data: pixels, channels, rows: side, columns: side });
    const features = linear(w["encoders.image.cells.weight"], last.data, w["encoders.image.cells.bias"]);
    return unit(linear(w["W.image.weight"], features));
  }

  const cosines = (z) => linear(w.index, z).map((value) => Math.max(-1, Math.min(1, value)));
  return { read, see, cosines, side, dim };
}
