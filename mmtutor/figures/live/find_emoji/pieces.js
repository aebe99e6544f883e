// Pieces of words and their numbers, as mmtutor/datasets/ngrams.py makes them.
import { spelling } from "../runtime/spelling.js";

const HAN = "\\u3400-\\u9fff";
const RUN = new RegExp(`[${HAN}]+|[\\p{L}\\p{N}]+(?:'[\\p{L}\\p{N}]+)*`, "gu");
const isHan = (text) => new RegExp(`^[${HAN}]`).test(text);

/** The words of a text; Chinese characters that stand together are one run, whatever is beside. */
export function runs(text) {
  const words = spelling(text).match(RUN) ?? [];
  return words.flatMap((word) => word.match(new RegExp(`[${HAN}]+|[^${HAN}]+`, "gu")))
    .map((word) => word.replace(/^'+|'+$/g, "")).filter(Boolean);
}

/** What a reader would have to know: a word, or each character of a Chinese run. */
export const parts = (run) => (isHan(run) ? [...run] : [run]);

export function pieces(run) {
  if (isHan(run)) {
    const signs = [...run];
    return [...signs, ...signs.slice(1).map((sign, i) => signs[i] + sign)];
  }
  const word = ["<", ...run, ">"];
  const found = [word.join("")];
  for (const n of [3, 4, 5]) {
    if (n < word.length) for (let i = 0; i + n <= word.length; i += 1) found.push(word.slice(i, i + n).join(""));
  }
  return found;
}

/** The 32-bit FNV-1a hash of a text's UTF-8 bytes. */
export function fnv1a(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}

/** How many letters must be put in, left out or exchanged to make one word of another. */
export function edits(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (a[i] === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

/** Up to three known words from which a strange one is at most four letters in ten away. */
export function nearest(strange, known) {
  return known.filter((word) => Math.abs(word.length - strange.length) < 3)
    .map((word) => [word, edits(strange, word) / Math.max(word.length, strange.length)])
    .filter(([, share]) => share <= 0.4).sort((a, b) => a[1] - b[1]).slice(0, 3).map(([word]) => word);
}
