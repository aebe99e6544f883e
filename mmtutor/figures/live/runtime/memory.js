// What the reader predicted, kept in this browser; where it keeps nothing, in the window while it is open.

const KEY = "mmtutor.predictions";
const KINDS = ["number", "choice", "ranking"];
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
  return new Map(Object.entries(told ?? {}).filter(([, record]) => KINDS.includes(record?.asked?.kind)));
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

/** Call `call` when something was committed or forgotten, here or in another window; returns the way to stop. */
export function watch(call) {
  const elsewhere = (event) => (event.key === KEY || event.key === null) && call();
  here.news.addEventListener("change", call);
  addEventListener("storage", elsewhere);
  return () => {
    here.news.removeEventListener("change", call);
    removeEventListener("storage", elsewhere);
  };
}
