// The shape after every step of a ResNet-50 beside an LSTM, and whose states a row holds.

/** Side of a picture after a convolution or pooling of `size`, `stride` and `padding`. */
const after = (side, size, stride, padding) => Math.floor((side + 2 * padding - size) / stride) + 1;

/**
 * Every step as {name, shape, letters}; the step that stops has an `error` in place of a shape,
 * and those behind it have neither. `at` holds form, order, batch, pixels, layers, both_ways,
 * embedding, hidden, lengths (as they come), image_width and classes.
 */
export function shapesOf(at) {
  const { batch: B, embedding: E, hidden: H } = at;
  const states = at.layers * (at.both_ways ? 2 : 1);
  // States that a row of the caption features holds.
  const held = { listing: 1, view: states, mended: at.both_ways ? 2 : 1 }[at.form];
  const heldH = held > 1 ? `${held}H` : "H";
  const lengths = captions(at);
  const T = Math.max(...lengths);
  // The listing has one name, embed_size, for two widths.
  const D = at.form === "mended" ? at.image_width : E;
  const broken = at.form === "listing" && lengths.some((n, i) => i && n > lengths[i - 1]) ? "unsorted" : "";

  const pictures = [["image", [B, 3, at.pixels, at.pixels], "B 3 high wide"]];
  let side = after(after(at.pixels, 7, 2, 3), 3, 2, 1);
  pictures.push(["stem", [B, 64, side, side], "B C high wide"]);
  [256, 512, 1024, 2048].forEach((channels, k) => {
    side = k ? after(side, 3, 2, 1) : side;
    pictures.push([`layer${k + 1}`, [B, channels, side, side], "B C high wide"]);
  });
  pictures.push(["avgpool", [B, 2048], "B C"], ["last", [B, D], "B D"]);

  const words = lengths.reduce((sum, n) => sum + n, 0);
  const text = [["ids", [B, T], "B T"], ["vectors", [B, T, E], "B T E"]];
  if (broken) text.push(["packed", "unsorted_error"], ["h_n"], [`taken_${at.form}`]);
  else {
    const stacked = `${at.both_ways ? "layers·2" : "layers"} B H`;
    text.push(["packed", [words, E], "words E"], ["h_n", [states, B, H], stacked]);
    const stays = at.form === "listing" && states > 1;
    text.push([`taken_${at.form}`, stays ? [states, B, H] : [B, held * H], stays ? stacked : `B ${heldH}`]);
  }

  const taken = text.at(-1)[1];
  const out = at.form === "listing" ? "no_head" : "head";
  const together = [];
  if (broken) together.push(["cat"], [out]);
  else if (taken.length === 3) together.push(["cat", "cat_error"], [out]);
  else {
    const joint = [[B, D + taken[1]], `B D+${heldH}`];
    together.push(["cat", ...joint], at.form === "listing" ? [out, ...joint] : [out, [B, at.classes], "B classes"]);
  }
  const steps = (list) => list.map(([name, shape, letters]) => (typeof shape === "string" ? { name, error: shape } : { name, shape, letters: letters?.split(" ") }));
  return { pictures: steps(pictures), captions: steps(text), together: steps(together) };
}

/** Lengths of the captions in this batch, in the order they are given in. */
export function captions({ batch, lengths, order }) {
  const some = lengths.slice(0, batch);
  return order === "sorted" ? some.sort((a, b) => b - a) : some;
}

/** For each row of the caption features: the sample behind each state in it; null if no rows. */
export function owners({ form, batch, layers, both_ways }) {
  const ways = both_ways ? 2 : 1;
  const states = layers * ways;
  if (form === "listing" && states > 1) return null;
  // Flat in memory, h_n is state after state, and in each of them sample after sample.
  if (form === "view") return Array.from({ length: batch }, (_, row) => Array.from({ length: states }, (_, k) => (row * states + k) % batch));
  return Array.from({ length: batch }, (_, row) => Array(form === "listing" ? 1 : ways).fill(row));
}
