// A number as people type it: 0.5, 0,5, 50 %, 1 000, −3, 1/3, 1e5, ２５. Whatever asks for one reads it here.

const GAPS = /(?<=\d)[\s_'’](?=\d)/g; // NFKC has made all kinds of spaces one
const PERCENT = /\s*(?:%|per ?cent)$/i;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;

/** A number as it stands in a sentence. */
export const written = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

/** All that a text may mean: none, one or, "1,234", two numbers. */
function meanings(text) {
  const parts = text.split("/");
  if (parts.length === 2) {
    const [[above], [below]] = parts.map((part) => meanings(part.trim()));
    return below ? [above / below].filter(Number.isFinite) : [];
  }
  const bare = text.replace(GAPS, "").replace(/^([+-])\s+/, "$1").replace(/\^/g, "**");
  if (/^10\*\*[+-]?\d+$/.test(bare)) return [10 ** Number(bare.slice(4))];
  const found = new Set();
  if (THOUSANDS.test(bare)) found.add(bare.replace(/,/g, ""));
  if (/^[^,]*,[^,.]*$/.test(bare)) found.add(bare.replace(/\./g, "").replace(",", "."));
  if (!bare.includes(",")) found.add(bare);
  return [...found].filter((one) => PLAIN.test(one)).map(Number).filter(Number.isFinite);
}

/**
 * Read what somebody typed. Returns { value }, or { problem, typed, … }: the name of a sentence in
 * NUMBER_WORDS (numbers.py), and what its gaps are filled with.
 *
 * `wanted` is "percent" (50 % is 50), "share" (50 % is 0.5) or "number"; `unit` may stand behind
 * the number. With % the meaning is plain; without, a number that could be either is asked about.
 */
export function readNumber(text, { wanted = "number", unit = "", low = -Infinity, high = Infinity } = {}) {
  let typed = text.normalize("NFKC").replace(/[−–]/g, "-").replace(/⁄/g, "/").trim();
  const told = { typed, low: written(low), high: written(high) };
  if (!typed) return { problem: "empty", ...told };
  const percent = PERCENT.test(typed);
  if (percent) typed = typed.replace(PERCENT, "");
  else if (unit && typed.toLowerCase().endsWith(unit.toLowerCase())) typed = typed.slice(0, -unit.length).trim();
  if (percent && wanted === "number") return { problem: "no_percent", ...told };

  const inside = (value) => low <= value && value <= high;
  const all = meanings(typed).map((value) => (percent && wanted === "share" ? value / 100 : value));
  if (!all.length) return { problem: "text", ...told };
  const some = all.length > 1 ? all.filter(inside) : all;
  if (some.length > 1) return { problem: "comma", ...told, one: written(some[0]), other: written(some[1]) };
  const value = some[0] ?? all[0];

  if (!percent && wanted === "share" && value > 1 && !inside(value) && inside(value / 100)) {
    return { problem: "percent_or_share", ...told, percent: written(value), share: written(value / 100) };
  }
  if (!percent && wanted === "percent" && value > 0 && value < 1 && inside(100 * value)) {
    if (!inside(value)) return { value: Number((100 * value).toPrecision(15)) };
    return { problem: "share_or_percent", ...told, percent: written(100 * value), small: written(value) };
  }
  if (inside(value)) return { value };
  return { problem: low > -Infinity && high < Infinity ? "outside" : value < low ? "too_low" : "too_high", ...told };
}
