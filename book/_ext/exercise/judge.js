// What is said of an answer that is a value: mmtutor/lessons/judging.py, line by line. A question
// is the data that book/exercises.py wrote, the words come with it, and an answer is what stands
// in the fields. tests/lessons/test_both_judges.py holds the two files against each other.
import { Unread, cleaned, readNumbers } from "../../../mmtutor/figures/live/runtime/numbers.js";

function readList(question, given) {
  const inner = cleaned(given[0]).replace(/torch\.Size|[[\](){}]/g, " ");
  const parts = inner.split(/[ ,;x×]+/).filter((part) => part);
  if (!parts.length) throw new Unread("empty");
  return parts.map((part) => readNumbers([part], question.fields)[0]);
}

const bare = (word) => cleaned(word).toLowerCase().replace(/[-_ ]+/g, " ").trim();

function readWord(question, text) {
  const { options } = question;
  const known = new Map(Object.entries(question.aliases).map(([word, it]) => [bare(word), it]));
  for (const option of options) known.set(bare(option), option);
  const found = known.get(bare(text));
  if (found === undefined) throw new Unread("unknown_word", { options: options.join(", "), text });
  return found;
}

function readLabels(question, given) {
  question.keys.forEach((key, i) => {
    if (!bare(given[i])) throw new Unread(key ? "empty_field" : "no_choice", { field: key });
  });
  return given.map((text) => readWord(question, text));
}

function readChoices(question, given) {
  if (!given.length) throw new Unread("no_choice");
  const chosen = new Set(given.map((text) => readWord(question, text)));
  return question.options.map((option) => chosen.has(option));
}

const readers = {
  numbers: (question, given) => readNumbers(given, question.fields),
  list: readList,
  labels: readLabels,
  choices: readChoices,
};

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

/** The judge that speaks with these words. */
export function judgeOf(words) {
  const said = (word, parts = {}) => words[word].replace(/\{(\w+)\}/g, (_, gap) => parts[gap]);
  return function judge(question, given) {
    let answer;
    try {
      answer = readers[question.kind](question, given);
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      return [false, said(error.message, error.parts)];
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
