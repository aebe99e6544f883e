// Forms of exercises: they answer, and what was entered is there again when the reader comes back.
import { judgeOf } from "./judge.js";

const forms = [...document.querySelectorAll("form.ask")];
const mine = document.querySelector(".my-answers");
const about = mine.querySelector("span");
const told = mine.querySelector("[role=status]");
const judge = judgeOf(JSON.parse(mine.dataset.words));
const key = (form) => `answer ${form.dataset.exercise}`;

// The storage may be closed to a file or full, and its contents anybody's: all else still works.
function lose() {
  about.textContent = mine.dataset.lost;
  about.classList.add("lost");
}
function keep(form, value) {
  try {
    if (value === null) localStorage.removeItem(key(form));
    else localStorage.setItem(key(form), JSON.stringify(value));
  } catch { lose(); }
}
function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(key(form)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) lose();
    return null;
  }
}

// What stands in the fields, as the judge reads it.
const fieldsOf = (form) => [...form.elements].filter((field) => field.name);
const ticks = (field) => field.type === "checkbox" || field.type === "radio";
function entered(form, kind) {
  const fields = fieldsOf(form);
  if (!fields.some(ticks)) return fields.map((field) => field.value);
  const chosen = fields.filter((field) => field.checked).map((field) => field.value);
  return kind === "labels" && !chosen.length ? [""] : chosen;
}
function enter(form, values) {
  fieldsOf(form).forEach((field, i) => {
    if (ticks(field)) field.checked = values.includes(field.value);
    else field.value = values[i] ?? "";
    if (field.selectedIndex === -1) field.selectedIndex = 0; // no choice any more
  });
}

// `code` and *stress* of a sentence, as elements.
function* parts(text) {
  let at = 0;
  for (const found of text.matchAll(/`([^`]+)`|\*(\S(?:[^*]*\S)?)\*/g)) {
    yield text.slice(at, found.index);
    const part = document.createElement(found[1] ? "code" : "em");
    part.textContent = found[1] ?? found[2];
    yield part;
    at = found.index + found[0].length;
  }
  yield text.slice(at);
}
function tell(form, right, sentence) {
  const line = form.querySelector(".ask-told");
  const verdict = document.createElement("strong");
  verdict.textContent = right ? line.dataset.right : line.dataset.wrong;
  line.className = `ask-told ${right ? "right" : "wrong"}`;
  line.replaceChildren(verdict, " ", ...parts(sentence));
}
function silence(form) {
  const line = form.querySelector(".ask-told");
  if (!line) return;
  line.className = "ask-told";
  line.replaceChildren();
}

for (const form of forms) {
  const asked = form.dataset.question;
  const question = asked && JSON.parse(asked);
  const answer = () => tell(form, ...judge(question, entered(form, question.kind)));
  const remember = (checked) => keep(form, { given: entered(form, question?.kind), checked });
  const before = kept(form);
  if (Array.isArray(before?.given) && before.given.every((text) => typeof text === "string")) {
    enter(form, before.given);
    if (question && before.checked) answer();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!question) return;
    answer();
    remember(true);
  });
  form.addEventListener("input", () => {
    silence(form); // what it said was about another answer
    remember(false);
  });
  form.addEventListener("reset", () => {
    silence(form);
    keep(form, null);
  });
}

mine.querySelector("button").addEventListener("click", () => {
  for (const form of forms) form.reset();
  told.textContent = mine.dataset.cleared;
});
for (const form of forms) form.addEventListener("input", () => { told.textContent = ""; });
