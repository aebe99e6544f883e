// What the reader predicted, kept in this browser; where it keeps nothing, in the window while it is open.

const KEY = "mmtutor.predictions";
// What can be given, and measured, by the kind of question. Records lie where anybody may write.
const KINDS = {
  number: { given: isInside, measured: isInside },
  choice: { given: isOption, measured: isOption },
  ranking: {
    given: (list, asked) => areAll(list, asked) && list.every(Number.isInteger) && new Set(list).size === list.length && list.every((i) => isOption(i, asked)),
    measured: (list, asked) => areAll(list, asked) && list.every(Number.isFinite),
  },
};
const isText = (text) => typeof text === "string";
const maybe = (value, fits, asked) => value === undefined || fits(value, asked);
const areAll = (list, { options }) => Array.isArray(list) && list.length === options.length;
function isInside(value, { low, high }) {
  return Number.isFinite(value) && low <= value && value <= high;
}
function isOption(i, { options }) {
  return Number.isInteger(i) && i in options;
}

/** Whether a record is whole. */
function isWhole([name, record]) {
  const asked = record?.asked;
  if (!asked || !Object.hasOwn(KINDS, asked.kind) || asked.name !== name || ![asked.chapter, asked.what, asked.unit].every(isText)) return false;
  const { low, high, options, kind } = asked;
  const asks = kind === "number" ? [low, high, asked.sure].every(Number.isFinite) && low < high : Array.isArray(options) && options.every(isText);
  return asks && maybe(record.given, KINDS[kind].given, asked) && maybe(record.measured, KINDS[kind].measured, asked)
    && [record.take, record.sure].every((value) => maybe(value, Number.isFinite));
}
// Each figure of a page has a copy of this file; they share what they know.
const here = (globalThis[Symbol.for(KEY)] ??= { news: new EventTarget(), held: null });

/** Whether what is committed outlives the page. */
export const remembers = () => here.held === null;

/** All records by the names of their predictions; what cannot be one is left out. */
export function recall() {
  let told = here.held;
  if (!told) {
    try {
      told = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    } catch (error) {
      if (!(error instanceof SyntaxError)) here.held = {};
      told = {};
    }
  }
  return new Map(Object.entries(told ?? {}).filter(isWhole));
}

/** The record of this question, if it was asked in the same way when it was answered. */
export function recordOf(asked) {
  const record = recall().get(asked.name);
  const same = ["kind", "unit", "low", "high", "options"];
  return record && same.every((key) => JSON.stringify(record.asked[key]) === JSON.stringify(asked[key])) ? record : undefined;
}

/** Where in a page a question stands: the id of its figure. */
export const placeOf = ({ name }) => `predict-${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}`;

function keep(records) {
  const told = Object.fromEntries(records);
  if (!here.held) {
    try {
      localStorage.setItem(KEY, JSON.stringify(told));
    } catch { // refused, or full
      here.held = told;
    }
  } else here.held = told;
  here.news.dispatchEvent(new Event("change"));
}

export function remember(record) {
  keep(recall().set(record.asked.name, record));
}

/** Forget those of which `which(record)` is true. */
export function forget(which) {
  keep([...recall()].filter(([, record]) => !which(record)));
}

/** Call `call` when something was committed or forgotten, here, in another window, or before one came back; returns the way to stop. */
export function watch(call) {
  const elsewhere = (event) => (event.key === KEY || event.key === null) && call();
  const back = (event) => event.persisted && call();
  here.news.addEventListener("change", call);
  addEventListener("storage", elsewhere);
  addEventListener("pageshow", back);
  return () => {
    here.news.removeEventListener("change", call);
    removeEventListener("storage", elsewhere);
    removeEventListener("pageshow", back);
  };
}
