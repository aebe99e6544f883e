// Pieces of words and their numbers, as mmtutor/datasets/ngrams.py makes them.
const HAN = "\\u3400-\\u9fff";
const RUN = new RegExp(`[${HAN}]+|[\\p{L}\\p{N}]+(?:'[\\p{L}\\p{N}]+)*`, "gu");
const isHan = (text) => new RegExp(`^[${HAN}]`).test(text);

/** One form for what looks alike: composed letters, half width, lower case, one apostrophe. */
const spelling = (text) => text.replace(/[\ufe00-\ufe0f]/g, "")
  .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  .normalize("NFC").replace(/[’‘ʼ′]/g, "'").toLowerCase();

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

/** Up to three known words that share most pieces with a strange one (Dice's measure). */
export function nearest(strange, known) {
  const own = new Set(pieces(strange));
  return known.map((word) => {
    const other = pieces(word);
    const shared = other.filter((piece) => own.has(piece)).length;
    return [word, (2 * shared) / (own.size + other.length)];
  }).filter(([, share]) => share >= 0.35).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([word]) => word);
}
