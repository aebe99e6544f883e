// Two layers, each conv 3×3 → ReLU → maxpool 2×2, as torch computes them.
export const SIDE = 16;

/** A picture moved by whole pixels; what comes in at the edge is paper. */
export function moved(pixels, right, down) {
  return pixels.map((_, i) => {
    const [y, x] = [Math.floor(i / SIDE) - down, (i % SIDE) - right];
    return y >= 0 && y < SIDE && x >= 0 && x < SIDE ? pixels[y * SIDE + x] : 0;
  });
}

/** The maps of a layer: a list of side × side numbers, from the maps below it. */
function layerOf(below, side, { weight, bias }) {
  return bias.map((start, filter) => {
    const plane = Array.from({ length: side * side }, (_, i) => {
      const [y, x] = [Math.floor(i / side), i % side];
      let sum = start;
      below.forEach((map, channel) => {
        for (let k = 0; k < 9; k += 1) {
          const [v, u] = [y + Math.floor(k / 3) - 1, x + (k % 3) - 1];
          if (v >= 0 && v < side && u >= 0 && u < side) sum += weight[filter][9 * channel + k] * map[v * side + u];
        }
      });
      return Math.max(0, sum);
    });
    const half = side / 2;
    return Array.from({ length: half * half }, (_, i) => {
      const at = 2 * Math.floor(i / half) * side + 2 * (i % half);
      return Math.max(plane[at], plane[at + 1], plane[at + side], plane[at + side + 1]);
    });
  });
}

/** All maps of layer `block` for a picture. */
export function mapsOf(pixels, layers, block) {
  return layers.slice(0, block).reduce((below, layer, k) => layerOf(below, SIDE >> k, layer), [pixels]);
}

/** First and last pixel, from 0, that can change the cell at this row or column, from 0. */
export function seen(cell, block) {
  let [first, last] = [cell, cell];
  for (let k = 0; k < block; k += 1) [first, last] = [2 * first - 1, 2 * last + 2];
  return [Math.max(0, first), Math.min(SIDE - 1, last)];
}
