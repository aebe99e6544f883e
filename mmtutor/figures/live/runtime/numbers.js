// A number as people type it: 0.5, 0,5, 50 %, 1 000, −3, 1/3, 1e5, 3·10⁵, ２５, ٢٥. Whatever asks for
// one reads it here; for a kernel numbers.py takes the same steps, and has the sentences.

const RAISED = /[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g;
const VULGAR = /[\u00bc-\u00be\u2150-\u215f]/g;
const SPACE = /[ \t\n\r\f\v\u1680\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g; // NFKC has made the others plain
const LIKE = new Map([
  ...[..."\u2212\u2013\u2010\u2011\u2012"].map((sign) => [sign, "-"]),
  ...[..."\u2044\u2215"].map((sign) => [sign, "/"]),
  ...[..."\u2019\u066c"].map((sign) => [sign, "'"]),
  ...[..."٠١٢٣٤٥٦٧٨٩"].map((sign, digit) => [sign, String(digit)]),
  ...[..."۰۱۲۳۴۵۶۷۸۹"].map((sign, digit) => [sign, String(digit)]),
  ["\u066a", "%"],
  ["\u066b", "."],
]);
const QUOTED = /^["'“”„«‘] ?(.*?) ?["'“”»]$/;
const PERCENT = / ?(%|per ?cent)$/i;
const SIGNED = /^([+-]?) ?(.*)$/;
const POWER = /^(?:([0-9.,]+) ?[x×*·⋅] ?)?10 ?(?:\^|\*\*) ?([+-]?[0-9]+)$/;
const DECIMAL = /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i;
const COMMA = /^[0-9]*,[0-9]+(e[+-]?[0-9]+)?$/i;
// Digits in groups of three: 104 064, 104'064.5, 104,064.5, 104.064,5 and 1,104,064.
const BY_SPACES = /^[1-9][0-9]{0,2}([ '_][0-9]{3})+([.,][0-9]+)?$/;
const BY_COMMAS = /^[1-9][0-9]{0,2}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})$/;
const BY_POINTS = /^[1-9][0-9]{0,2}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})$/;
const ONE_GROUP = /^[1-9][0-9]{0,2}[.,]([0-9]{3})$/;

/** What was typed cannot be read: the name of a sentence, and what its gaps are filled with. */
export class Unread extends Error {
  constructor(problem, parts = {}) {
    super(problem);
    this.parts = parts;
  }
}

/** A number as it stands in a sentence. */
const written = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

const trimmed = (text) => text.replace(/^ +| +$/g, "");

/** A text with plain spaces, signs and digits, however they were typed. */
export function cleaned(text) {
  const apart = text.replace(RAISED, "^$&").replace(VULGAR, " $&").normalize("NFKC");
  return trimmed([...apart].map((sign) => LIKE.get(sign) ?? sign).join("").replace(SPACE, " "));
}

/** All that digits may mean: no number, one, or, "1,234", two. */
function meanings(text, whole) {
  const [, sign, unsigned] = SIGNED.exec(trimmed(text));
  const digits = unsigned.replace(POWER, (_, front, power) => `${front ?? 1}e${power}`);
  const decimal = digits.replaceAll(",", ".");
  const grouped = digits.replace(/[.,]/g, "");
  const group = ONE_GROUP.exec(digits);
  let found = [];
  if (BY_SPACES.test(digits)) found = [digits.replace(/[ '_]/g, "").replace(",", ".")];
  else if (BY_COMMAS.test(digits)) found = [digits.replaceAll(",", "")];
  else if (BY_POINTS.test(digits)) found = [digits.replaceAll(".", "").replace(",", ".")];
  // With a decimal point it would not be whole.
  else if (group && whole && (digits.includes(",") || group[1] !== "000")) found = [grouped];
  else if (group && (whole || digits.includes(","))) found = [decimal, grouped];
  else if (COMMA.test(digits)) found = [decimal];
  else if (DECIMAL.test(digits)) found = [digits];
  return found.map((one) => Number(sign + one)).filter(Number.isFinite);
}

/** All that a number or a fraction may mean. */
function allMeanings(text, whole) {
  const [top, ...bottom] = text.split("/");
  if (!bottom.length) return meanings(top, whole);
  if (bottom.length > 1) return [];
  const below = meanings(bottom[0], false);
  return meanings(top, false).flatMap((a) => below.map((b) => a / b)).filter(Number.isFinite);
}

/** The bounds of a field's number; a share has bounds of its own. */
function boundsOf({ of, low, high }) {
  return of === "share" ? [low ?? 0, high ?? 1] : [low ?? -Infinity, high ?? Infinity];
}

function inside(field, value) {
  const [low, high] = boundsOf(field);
  return low <= value && value <= high;
}

/** One field: a share without a sign is left as it was typed. */
function readField(given, field) {
  const typed = cleaned(given);
  const text = typed.replace(QUOTED, "$1");
  const { of, label = "" } = field;
  if (!text) throw new Unread(label ? "empty_field" : "empty", { field: label });
  const percent = PERCENT.test(text);
  let body = text.replace(PERCENT, "");
  const units = field.unit ? [field.unit, field.unit.replace(/s$/, "")] : [];
  const unit = units.find((one) => !percent && text.toLowerCase().endsWith(one.toLowerCase()));
  if (unit) body = trimmed(text.slice(0, text.length - unit.length));
  if (percent && of !== "share" && of !== "percent") throw new Unread("no_percent", { typed });
  const scale = percent && of === "share" ? 100 : 1;
  const all = allMeanings(body, of === "whole").map((value) => value / scale);
  if (!all.length) throw new Unread("text", { typed });
  const some = all.length > 1 ? all.filter((value) => inside(field, value)) : all;
  if (some.length > 1) throw new Unread("comma", { typed, one: written(some[0]), other: written(some[1]) });
  let value = some[0] ?? all[0];
  if (of === "whole" && value % 1 !== 0) throw new Unread("not_whole", { typed });
  const hundredfold = Number((100 * value).toPrecision(15));
  const small = !percent && of === "percent" && value !== 0 && Math.abs(value) < 1;
  if (small && inside(field, hundredfold)) {
    if (inside(field, value)) throw new Unread("share_or_percent", { typed });
    value = hundredfold;
  }
  return { field, typed, value, open: of === "share" && !percent };
}

/**
 * The numbers that somebody typed into the fields of one question.
 *
 * A field says what its number is `of`: "number", "whole", "percent" (50 % is 50) or "share" (50 %
 * is 0.5), and may have a `label`, a `unit` that may be typed, too, and bounds, `low` and `high`.
 * Shares without the sign % are read together: 5 and 1 are both meant in per cent.
 */
export function readNumbers(texts, fields) {
  const read = fields.map((field, i) => readField(texts[i], field));
  const shares = read.filter(({ open }) => open);
  const above = shares.some(({ value }) => value > 1);
  const between = shares.some(({ value }) => value > 0 && value < 1);
  if (above && between) throw new Unread("mixed_shares");
  const one = !above && !between && shares.some(({ field, value }) => value === 1 && inside(field, 0.01));
  if (one) throw new Unread("one_or_all");
  return read.map(({ field, typed, value, open }) => {
    const number = open && above ? value / 100 : value;
    if (inside(field, number)) return number;
    const [low, high] = boundsOf(field);
    const problem = low > -Infinity && high < Infinity ? "outside" : number < low ? "too_low" : "too_high";
    const ends = Object.entries({ low, high }).filter(([, bound]) => Number.isFinite(bound));
    throw new Unread(problem, { typed, ...Object.fromEntries(ends.map(([end, bound]) => [end, written(bound)])) });
  });
}
