// Costs from closed forms, as figure.py read them off the operators, and numbers in words.
import { fill } from "../runtime/controls.js";

/** The cost of one operator, from terms [coefficient, [powers of width, out_dim, rank]] or from a table. */
export function cost(form, measure, at, stops) {
  const { terms, table } = form[measure];
  if (table) {
    const names = ["modalities", "width", "out_dim", ...(form.ranked ? ["rank"] : [])];
    return table[names.reduce((place, name) => place * stops[name].length + stops[name].indexOf(at[name]), 0)];
  }
  const base = [at.width, at.out_dim, at.rank];
  return terms[at.modalities - 1].reduce(
    (sum, [factor, powers]) => sum + powers.reduce((product, power, i) => product * base[i] ** power, factor), 0);
}

export const superscript = (k) => String(k).replace(/./g, (digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]));

/** Three digits, without zeros that say nothing: 12.3, 4, 250. */
const short = (value) => Number(value.toPrecision(3)).toLocaleString("en");

/** A count for people: every digit while it is small, then three of them and a word. */
export function counted(value, words) {
  if (value === 0) return words.none;
  if (value < 1e6) return Math.round(value).toLocaleString("en");
  if (value < 999.5e6) return fill(words.million, { n: short(value / 1e6) });
  if (value < 999.5e9) return fill(words.billion, { n: short(value / 1e9) });
  const k = Math.floor(Math.log10(value));
  return fill(words.power, { n: short(value / 10 ** k), k: superscript(k) });
}

/** The room that so many float32 numbers take. */
export function room(numbers, words) {
  const units = ["kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];
  let value = (4 * numbers) / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return fill(words[units[unit]], { n: value < 1e6 ? short(value) : counted(value, words) });
}

/** How many times, for people. */
export const times = (ratio, words) => (ratio < 10 ? ratio.toFixed(1) : ratio < 1e6 ? short(ratio) : counted(ratio, words));
