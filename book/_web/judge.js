// What is said of an answer that is a value: mmtutor/lessons/judging.py, line by line. A question
// is the data that book/exercises.py wrote, the words come with it, and an answer is what stands
// in the fields. tests/lessons/test_both_judges.py holds the two files against each other.
"use strict";

function judgeOf(words) {
  const SPACE = /[ \t\n\r\f\v\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]+/g;
  const LIKE = new Map([
    ...[..."\u2212\u2013\u2010\u2011\u2012\ufe63"].map((sign) => [sign, "-"]),
    ...[..."\u2044\u2215"].map((sign) => [sign, "/"]),
    ["\u2019", "'"],
  ]);
  const PERCENT = / ?(%|per ?cent)$/i;
  const SIGNED = /^([+-]?) ?(.*)$/;
  const DECIMAL = /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i;
  const COMMA = /^[0-9]*,[0-9]+(e[+-]?[0-9]+)?$/i;
  // Digits in groups of three: 104 064, 104'064.5, 104,064.5, 104.064,5 and 1,104,064.
  const BY_SPACES = /^[1-9][0-9]{0,2}([ '_][0-9]{3})+([.,][0-9]+)?$/;
  const BY_COMMAS = /^[1-9][0-9]{0,2}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})$/;
  const BY_POINTS = /^[1-9][0-9]{0,2}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})$/;
  const ONE_GROUP = /^[1-9][0-9]{0,2}[.,]([0-9]{3})$/;

  class Unread extends Error {}

  const said = (word, parts = {}) => words[word].replace(/\{(\w+)\}/g, (_, gap) => parts[gap]);
  const unread = (word, parts) => new Unread(said(word, parts));
  const trimmed = (text) => text.replace(/^ +| +$/g, "");

  function cleaned(text) {
    const wide = (sign) => (sign >= "\uff01" && sign <= "\uff5e"
      ? String.fromCharCode(sign.charCodeAt(0) - 0xfee0) : sign);
    const plain = [...text].map(wide).map((sign) => LIKE.get(sign) ?? sign).join("");
    return trimmed(plain.replace(SPACE, " "));
  }

  function plainNumber(body, text, whole) {
    const [, sign, unsigned] = SIGNED.exec(body);
    let digits = unsigned;
    const group = ONE_GROUP.exec(digits);
    const decimal = digits.replaceAll(",", ".");
    const grouped = digits.replace(/[.,]/g, "");
    if (BY_SPACES.test(digits)) digits = digits.replace(/[ '_]/g, "").replace(",", ".");
    else if (BY_COMMAS.test(digits)) digits = digits.replaceAll(",", "");
    else if (BY_POINTS.test(digits)) digits = digits.replaceAll(".", "").replace(",", ".");
    else if (group && whole && (digits.includes(",") || group[1] !== "000")) digits = grouped;
    else if (group && (whole || digits.includes(","))) {
      throw unread("two_readings", { text, decimal, grouped });
    } else if (COMMA.test(digits)) digits = decimal;
    else if (!DECIMAL.test(digits)) throw unread("no_number", { text });
    return Number(sign + digits);
  }

  function readNumber(given, field) {
    const text = cleaned(given);
    if (!text) throw unread(field.label ? "empty_field" : "empty", { field: field.label });
    const unit = field.unit.toLowerCase();
    const body = unit && text.toLowerCase().endsWith(unit)
      ? trimmed(text.slice(0, text.length - unit.length)) : text;
    const number = body.replace(PERCENT, "");
    const [top, ...bottom] = number.split("/");
    const whole = field.of === "whole" && !bottom.length;
    let value = plainNumber(trimmed(top), text, whole);
    if (bottom.length === 1) {
      const divisor = plainNumber(trimmed(bottom[0]), text, whole);
      if (divisor === 0) throw unread("by_zero", { text });
      value /= divisor;
    } else if (bottom.length) throw unread("no_number", { text });
    return [value, number !== body];
  }

  function readField(given, field) {
    const [value, percent] = readNumber(given, field);
    const text = cleaned(given);
    const { of } = field;
    if (percent && (of === "number" || of === "whole")) throw unread("no_percentage", { text });
    if (of === "whole" && value % 1 !== 0) throw unread("not_whole", { text });
    if (of === "percentage" && !percent && Math.abs(value) > 0 && Math.abs(value) < 1) {
      throw unread("small_percentage", { text });
    }
    if (of === "share" && !(value >= 0 && value <= 100)) throw unread("no_share", { text });
    return [percent && of === "share" ? value / 100 : value, percent];
  }

  function readNumbers(question, given) {
    const { fields } = question;
    const read = fields.map((field, i) => readField(given[i], field));
    const values = read.map(([value]) => value);
    const asked = [...fields.keys()].filter((i) => fields[i].of === "share" && !read[i][1]);
    const largest = Math.max(0, ...asked.map((i) => values[i]));
    const between = asked.some((i) => values[i] > 0 && values[i] < 1);
    if (largest > 1 && between) throw unread("mixed_shares");
    if (largest === 1 && !between) throw unread("one_or_all");
    if (largest > 1) for (const i of asked) values[i] /= 100;
    return values;
  }

  function readList(question, given) {
    const inner = cleaned(given[0]).replace(/[[\](){}]/g, " ");
    const parts = inner.split(/[ ,;x×]+/).filter((part) => part);
    if (!parts.length) throw unread("empty");
    return parts.map((part) => readField(part, question.fields[0])[0]);
  }

  const bare = (word) => trimmed(cleaned(word).toLowerCase().replace(/[-_ ]+/g, " "));

  function readWord(question, text) {
    const { options } = question;
    const known = new Map(Object.entries(question.aliases).map(([word, it]) => [bare(word), it]));
    for (const option of options) known.set(bare(option), option);
    const found = known.get(bare(text));
    if (found === undefined) throw unread("unknown_word", { options: options.join(", "), text });
    return found;
  }

  function readLabels(question, given) {
    question.keys.forEach((key, i) => {
      if (!bare(given[i])) throw unread(key ? "empty_field" : "no_choice", { field: key });
    });
    return given.map((text) => readWord(question, text));
  }

  function readChoices(question, given) {
    if (!given.length) throw unread("no_choice");
    const chosen = new Set(given.map((text) => readWord(question, text)));
    return question.options.map((option) => chosen.has(option));
  }

  const readers = { numbers: readNumbers, list: readList, labels: readLabels, choices: readChoices };

  function agrees(question, place, wanted, cell) {
    if (wanted === null) return true;
    if (typeof cell !== "number") return wanted === cell;
    if (Array.isArray(wanted)) return wanted[0] <= cell && cell <= wanted[1];
    const { fields } = question;
    return Math.abs(cell - wanted) <= fields[Math.min(place, fields.length - 1)].tolerance;
  }

  const where = (question, pattern, answer) =>
    pattern.slice(0, answer.length).map((wanted, i) => agrees(question, i, wanted, answer[i]));
  const fits = (question, pattern, answer) =>
    pattern.length === answer.length && where(question, pattern, answer).every(Boolean);

  return function judge(question, given) {
    let answer;
    try {
      answer = readers[question.kind](question, given);
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      return [false, error.message];
    }
    const { right, wrong, praise, hint } = question;
    if (fits(question, right, answer)) return [true, praise];
    const places = where(question, right, answer);
    for (const [pattern, sentence] of wrong) {
      if (!fits(question, pattern, answer)) continue;
      const others = places.filter((_, i) => pattern[i] === null);
      if (!others.length) return [false, sentence];
      return [false, said(others.every(Boolean) ? "rest_right" : "rest_wrong", { sentence })];
    }
    if (question.kind !== "labels" || answer.length === 1) return [false, hint];
    const twice = answer.find((word, i) => answer.indexOf(word) < i);
    if (question.each_once && twice !== undefined) return [false, said("twice", { word: twice })];
    const parts = { right: places.filter(Boolean).length, all: places.length };
    return [false, said("so_far", { sentence: hint, ...parts })];
  };
}
