// A question before the answer: the reader commits a number, a choice or an order.
import { button, choice, element, fill, frame, prose } from "../runtime/controls.js";
import { Unread, readNumbers } from "../runtime/numbers.js";
import { saidBy } from "../runtime/judged.js";
import { forget, placeOf, recall, recordOf, remember, remembers, watch } from "../runtime/memory.js";

const STYLE = `
.pr-question { font-weight: 600; }
.live-figure form.pr-form { display: flex; flex-direction: column; gap: 0.875rem; margin: 0.875rem 0 0; }
.pr-fields { display: flex; flex-wrap: wrap; gap: 0.75rem 2rem; }
.live-figure .pr-fields label { display: block; margin: 0 0 0.25rem; }
.pr-field > span { display: flex; align-items: center; gap: 0.5rem; }
.live-figure .pr-field input { width: 9rem; max-width: 100%; min-height: 2.75rem; padding: 0.25rem 0.625rem; border: 1px solid var(--live-edge); border-radius: 0.625rem; background: transparent; color: inherit; font: inherit; font-size: max(1rem, 16px); }
.live-figure .pr-field input[aria-invalid="true"] { border: 2px solid var(--live-red); }
.live-figure .pr-options { min-width: 0; padding: 0; border: 0; }
.live-figure .pr-options label { display: flex; align-items: center; gap: 0.625rem; min-height: 2.75rem; margin: 0; padding: 0.25rem 0.5rem; cursor: pointer; }
.live-figure .pr-options input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--live-blue); }
.live-figure .pr-order { margin: 0; padding: 0; list-style: none; counter-reset: place; }
.live-figure .pr-order li { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr) auto auto; align-items: center; gap: 0.5rem; max-width: none; margin: 0; padding: 0.25rem 0; border-top: 1px solid var(--live-line); counter-increment: place; }
.live-figure .pr-order li::before { content: counter(place); color: var(--live-quiet); text-align: center; }
.live-figure .pr-order .live-button { min-width: 2.75rem; justify-content: center; padding: 0.375rem; }
.live-figure .pr-order .live-button span:empty { display: none; }
.live-figure .pr-order .live-button:disabled { opacity: 0.35; cursor: default; }
.live-figure .live-button.pr-commit { border-color: var(--live-ink); background: var(--live-ink); color: var(--live-paper); font-weight: 600; }
.live-figure .live-button.pr-commit:hover { background: var(--live-ink); }
.live-figure .pr-told { margin-top: 0.5rem; }
.pr-again { margin-top: 0.75rem; }
.live-figure .pr-told:empty { display: none; }
@media print { .live-figure form.pr-form, .live-figure .pr-again { display: none; } }
`;

const UP = "M8 3L14 11H2Z";
const DOWN = "M8 13L2 5H14Z";

function render({ model, el }) {
  const words = model.get("words");
  const asked = model.get("asked");
  frame(model, el);
  el.classList.add("prediction");
  el.id = placeOf(asked);
  const told = element("p", { class: "pr-told", role: "status" });
  const body = element("div", {});
  const save = (record) => {
    remember({ asked, ...record });
    el.querySelector("button")?.focus({ preventScroll: true });
  };

  let before = "";
  const draw = () => {
    const record = recordOf(asked);
    const now = JSON.stringify([record?.given, record?.take, record?.sure, Boolean(record), remembers()]);
    if (now === before) return; // another question was answered: what is typed here stays
    before = now;
    told.textContent = "";
    if (!record) {
      body.replaceChildren(form({ asked, words, save, tell: (text) => (told.textContent = text) }));
      return;
    }
    const said = record.given === undefined ? words.was_shown : fill(words.committed, { said: saidBy(record, words) });
    body.replaceChildren(element("div", { class: "live-row pr-again" },
      button({ label: record.given === undefined ? words.cover : words.again, onPress: () => {
        forget((one) => one.asked.name === asked.name);
        el.querySelector("input, button")?.focus({ preventScroll: true });
      } })));
    told.textContent = `${said} ${remembers() ? words.kept : words.not_kept}`;
  };
  el.append(
    element("style", {}, STYLE),
    element("p", { class: "pr-question" }, prose(asked.question)),
    told, body,
  );
  // Another release asked otherwise: what was answered then is no answer to this.
  if (recall().has(asked.name) && !recordOf(asked)) forget((one) => one.asked.name === asked.name);
  draw();
  return watch(draw);
}

/** The fields of one kind of question. `save` takes what was given; `tell` says what is missing. */
function form({ asked, words, save, tell }) {
  const { node, read } = { number: numberForm, choice: choiceForm, ranking: rankingForm }[asked.kind]({ asked, words, tell });
  const commit = element("button", { type: "submit", class: "live-button pr-commit" }, words.commit);
  const skip = button({ label: words.show, onPress: () => save({}) });
  skip.classList.add("pr-skip");
  return element("form", {
    class: "pr-form", novalidate: true, autocomplete: "off",
    onsubmit: (event) => {
      event.preventDefault();
      tell("");
      const given = read();
      if (given) save(given);
    },
  }, node, element("div", { class: "live-row" }, commit, skip));
}

function numberForm({ asked, words, tell }) {
  const fields = [field(words.guess, asked), field(words.take, { ...asked, low: 0 })];
  const hint = element("p", { class: "live-quiet", id: `${fields[1].input.id}-hint` }, words.take_hint);
  fields[1].input.setAttribute("aria-describedby", hint.id);
  const read = () => {
    const { wanted: of, unit, low, high } = asked;
    const given = taken(fields[0], { of, unit, low, high });
    if (given === undefined) return undefined;
    if (!fields[1].input.value.trim()) return { given };
    // Of a count, half of one more or less is a good answer.
    const take = taken(fields[1], { of: of === "whole" ? "number" : of, unit, low: 0, high: high - low });
    return take === undefined ? undefined : { given, take };
  };
  const taken = ({ input }, wanted) => {
    input.setAttribute("aria-invalid", "false");
    try {
      return readNumbers([input.value], [wanted])[0];
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      input.setAttribute("aria-invalid", "true");
      tell(fill(words[error.message], error.parts));
      input.focus();
      return undefined;
    }
  };
  return { node: [element("div", { class: "pr-fields" }, fields.map(({ node }) => node)), hint], read };
}

function field(label, { unit, low }) {
  // A phone's decimal keys have no minus sign.
  const inputmode = low < 0 ? "text" : "decimal";
  const id = `pr-${Math.random().toString(36).slice(2)}`;
  const input = element("input", { type: "text", inputmode, maxlength: 200, id });
  return { input, node: element("div", { class: "pr-field" }, element("label", { for: id }, label), element("span", {}, input, unit)) };
}

function choiceForm({ asked, words, tell }) {
  const name = `pr-${Math.random().toString(36).slice(2)}`;
  const inputs = asked.options.map((_, i) => element("input", { type: "radio", name, value: i }));
  const node = element("fieldset", { class: "pr-options" }, element("legend", { class: "live-hidden" }, asked.question),
    asked.options.map((option, i) => element("label", {}, inputs[i], element("span", {}, prose(option)))));
  const sure = sureness({ asked, words, label: words.sure });
  const read = () => {
    const given = inputs.findIndex((input) => input.checked);
    if (given >= 0) return { given, sure: sure.read() };
    tell(words.choose);
    inputs[0].focus();
    return undefined;
  };
  return { node: [node, sure.node], read };
}

function rankingForm({ asked, words, tell }) {
  let order = asked.options.map((_, i) => i);
  const list = element("ol", { class: "pr-order", "aria-label": asked.question });
  const rows = asked.options.map((option, i) => {
    const move = (by, icon) => button({ label: "", icon, onPress: (event) => shift(i, by, event.currentTarget) });
    const [up, down] = [move(-1, UP), move(1, DOWN)];
    up.setAttribute("aria-label", fill(words.up, { option }));
    down.setAttribute("aria-label", fill(words.down, { option }));
    return { up, down, node: element("li", {}, element("span", {}, prose(option)), up, down) };
  });
  const show = () => {
    list.replaceChildren(...order.map((i) => rows[i].node));
    order.forEach((i, at) => {
      rows[i].up.disabled = at === 0;
      rows[i].down.disabled = at === order.length - 1;
    });
  };
  const shift = (item, by, pressed) => {
    const at = order.indexOf(item);
    const to = at + by;
    order = order.with(at, order[to]).with(to, item);
    show();
    (pressed.disabled ? rows[item][by < 0 ? "down" : "up"] : pressed).focus();
    tell(fill(words.placed, { option: asked.options[item], place: to + 1, all: order.length }));
  };
  show();
  const sure = sureness({ asked, words, label: words.sure_of_order });
  return { node: [element("p", { class: "live-quiet" }, words.order), list, sure.node], read: () => ({ given: order, sure: sure.read() }) };
}

/** How sure the reader is: one of some probabilities, or none. */
function sureness({ asked, words, label }) {
  let chosen;
  const options = asked.sure.map((p) => [p, `${Math.round(100 * p)}\u00a0%`]);
  const { node } = choice({ label, options: [["none", words.unsaid], ...options], onChange: (p) => (chosen = p === "none" ? undefined : p) });
  node.querySelector("input").checked = true;
  return { node, read: () => chosen };
}

export default { render };
