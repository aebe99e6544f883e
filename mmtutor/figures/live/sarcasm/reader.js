// A sentence through a GRU, and tensor fusion of three senses: the model's numbers in the page.
import { linear, sigmoid } from "../runtime/rounded.js";
import { bytes } from "../runtime/bytes.js";
import { spelling } from "../runtime/spelling.js";

const floats = (text) => new Float32Array(bytes(text).buffer);

/** Lower-case words, as mmtutor's Tokenizer splits them. */
export function split(text) {
  return spelling(text).match(/[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*|[#*!?&+]/gu) ?? [];
}

/** Prepare the model: `known(word)`, `read(words)`, `alone(state)`, `together(text, voice, face)`. */
export function reader(net) {
  const d = net.width;
  const [E, Wi, Wh, bi, bh, core] = ["embedding", "input", "state", "input_bias", "state_bias", "core"].map((k) => floats(net[k]));
  const wide = E.length / net.words.length;
  const id = new Map(net.words.map((word, i) => [word, i]));
  const known = (word) => (id.get(word) ?? 0) > 3; // the first four are marks, no words

  /** The state after the last word; null if there is none. */
  function read(words) {
    let h = Array.from({ length: d }, () => 0);
    for (const word of words) {
      const at = id.get(word) * wide;
      const a = linear(Wi, E.subarray(at, at + wide), bi);
      const c = linear(Wh, h, bh);
      h = h.map((old, k) => {
        const r = sigmoid(a[k] + c[k]);
        const z = sigmoid(a[d + k] + c[d + k]);
        return (1 - z) * Math.tanh(a[2 * d + k] + r * c[2 * d + k]) + z * old;
      });
    }
    return words.length ? h : null;
  }

  /** Log-odds of good, from the words alone. */
  const alone = (h) => h.reduce((sum, value, k) => sum + net.alone[k] * value, net.alone[d]);

  /** Log-odds of good from all; an absent sense is null. */
  function together(...senses) {
    const [t, v, f] = senses.map((x, m) => [...(x ?? Array.from({ length: net.sizes[m] }, () => 0)), 1]);
    let sum = net.bias;
    let at = 0;
    for (const a of t) for (const b of v) for (const c of f) sum += core[at++] * a * b * c;
    return sum;
  }
  return { known, read, alone, together };
}
