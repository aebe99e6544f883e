// Two normal classes at ±m, in a source and in a target: borders and how often they are right.
import { Phi } from "../runtime/normal.js";

export const M = 1.5;

/** Share of the target above a border. */
const above = (t, { shift, share }) => share * Phi(M + shift - t) + (1 - share) * Phi(shift - M - t);

/** How often a border is right in the target. */
export const right = (t, { shift, share }) => share * Phi(M + shift - t) + (1 - share) * Phi(t - shift + M);

/** Where the source's border, 0, falls in the target. */
export function border(way, target) {
  if (way === "none") return 0;
  if (way === "means") return target.shift + (2 * target.share - 1) * M;
  let [low, high] = [target.shift - 8, target.shift + 8]; // the median, for half the source is above 0
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (above(middle, target) > 0.5) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The best border in the target, where both classes are equally dense. */
export const bestBorder = ({ shift, share }) => shift + Math.log((1 - share) / share) / (2 * M);

/** The least error in the target of whoever makes both domains alike and keeps the source's best. */
export const leastError = ({ share }) => Math.max(0, Math.abs(share - 0.5) - Phi(-M));
