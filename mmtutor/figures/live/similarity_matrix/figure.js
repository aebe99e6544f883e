// A square of cosines between pictures and descriptions, and what InfoNCE makes of it.
import { bytes } from "../runtime/bytes.js";
import { choice, element, fill, follow, frame, number, prose, put, slider, status, toggle } from "../runtime/controls.js";
import { answers, corner, hardest, loss, pushes, wanted } from "./matrix.js";

const STYLE = `
.sm-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem 1.75rem; margin: 0.875rem 0 0.5rem; }
.sm-square { display: grid; grid-template-columns: 2rem repeat(var(--sm-size), minmax(0, 2.5rem)); gap: 2px; margin: 0.75rem 0 0.5rem; }
.sm-name { writing-mode: vertical-rl; transform: rotate(180deg); justify-self: center; align-self: end; white-space: nowrap; font-size: 0.75rem; line-height: 1.1; color: var(--live-quiet); }
.sm-asks { color: var(--live-ink); font-weight: 700; }
.sm-picture { width: 1.75rem; height: 1.75rem; align-self: center; border-radius: 0.25rem; background: #f3f3f3 var(--sm-sheet) no-repeat; background-size: calc(var(--sm-count) * 1.75rem) 1.75rem; background-position: calc(-1.75rem * var(--sm-at)) 0; }
.sm-picture.sm-asks { box-shadow: 0 0 0 2px var(--live-ink); }
.sm-cell { min-height: 1.75rem; border-radius: 0.1875rem; box-shadow: inset 0 0 0 1px var(--live-line); background: color-mix(in srgb, var(--sm-colour) var(--sm-much), transparent); }
.sm-own { box-shadow: inset 0 0 0 2px var(--live-ink); }
.sm-twin { box-shadow: inset 0 0 0 2px var(--live-purple); }
@container live (min-width: 38rem) { .sm-dials { grid-template-columns: repeat(2, minmax(0, 1fr)) minmax(0, 1.6fr); } }`;

function render({ model, el }) {
  const words = model.get("words");
  const names = model.get("names");
  frame(model, el);
  const packed = bytes(model.get("sheet"));
  const address = URL.createObjectURL(new Blob([packed], { type: "image/webp" }));
  el.style.setProperty("--sm-sheet", `url("${address}")`);
  el.style.setProperty("--sm-count", names.length);

  const shown = choice({
    label: words.shown,
    options: ["cosine", "answer", "push"].map((name) => [name, element("span", {}, prose(words[name])), words[name].replace("_", "")]),
    onChange: (value) => put(model, { shown: value }),
  });
  // The dial of T has equal steps of its logarithm, from 0.01 to 1.
  const temperature = slider({
    label: words.temperature, min: -2, max: 0, step: 0.05, say: (value) => warmth(10 ** value),
    onInput: (value) => put(model, { temperature: Math.min(1, Math.max(0.01, 10 ** value)) }),
  });
  const batch = slider({
    label: words.batch, min: 2, max: names.length, step: 1, say: String,
    onInput: (value) => put(model, { batch: value, row: Math.min(model.get("row"), value - 1) }),
  });
  const row = slider({
    label: words.row, min: 1, max: 2, step: 1, say: (value) => names[value - 1] ?? "",
    onInput: (value) => put(model, { row: value - 1 }),
  });
  const marked = toggle({ label: words.marked, onChange: (value) => put(model, { marked: value }) });
  const square = element("div", { class: "sm-square", role: "img" });
  const key = element("p", { class: "live-quiet" });
  const line = status();
  el.append(
    element("style", {}, STYLE), shown.node,
    element("div", { class: "sm-dials" }, temperature.node, batch.node, row.node),
    marked.node, square, key, line.node,
  );
  const twins = model.get("same");
  marked.node.hidden = new Set(twins).size === twins.length;

  const stop = follow(model, ["shown", "temperature", "batch", "row", "marked"], () => {
    const [view, T, size, mark] = ["shown", "temperature", "batch", "marked"].map((name) => model.get(name));
    const asks = Math.min(model.get("row"), size - 1);
    const cosines = corner(model.get("cosines"), size);
    const want = wanted(size, twins, mark);
    const table = { cosine: () => cosines, answer: () => answers(cosines, T), push: () => pushes(cosines, T, want) }[view]();
    shown.show(view);
    temperature.show(Math.log10(T));
    batch.show(size);
    row.node.querySelector("input").max = size;
    row.show(asks + 1);
    marked.show(mark);

    const most = view === "push" ? Math.max(...table.flat().map(Math.abs)) || 1 : 1;
    square.style.setProperty("--sm-size", size);
    square.replaceChildren(
      element("span"),
      ...names.slice(0, size).map((name, j) => element("span", { class: `sm-name${j === asks ? " sm-asks" : ""}` }, name)),
      ...table.flatMap((values, i) => [
        element("span", { class: `sm-picture${i === asks ? " sm-asks" : ""}`, style: `--sm-at: ${i}` }),
        ...values.map((value, j) => cell(value / most, view, i === j ? " sm-own" : twins[i] === twins[j] ? " sm-twin" : "")),
      ]),
    );
    const right = cosines.filter((values, i) => Math.max(...values) === values[i]).length;
    square.setAttribute("aria-label", fill(words.matrix, { size, size_right: right }));
    key.textContent = words[`${view}_key`];

    const own = answers(cosines, T)[asks][asks];
    const hard = hardest(cosines, T, want, asks);
    const told = [
      fill(words.loss, { loss: number(loss(cosines, T, want)), size, nothing: number(Math.log(size)) }),
      fill(words.asks, { name: names[asks], own: number(100 * own, 0) }),
      hard ? fill(words.hard, { other: names[hard.j], cosine: number(hard.cosine), p: number(100 * hard.p, 0), share: number(100 * hard.share, 0) }) : words.no_negative,
    ];
    if (hard && twins[hard.j] === twins[asks]) told.push(words.twin);
    line.say(told.join(" "));
  });
  return () => {
    stop();
    URL.revokeObjectURL(address);
  };
}

const warmth = (T) => number(T, T < 0.0995 ? 3 : 2);

/** A cell whose colour says the sign and whose strength the size, −1 to 1. */
function cell(value, view, kind) {
  const away = view === "push" ? value > 0 : value < 0;
  const colour = view === "answer" ? "--live-green" : away ? "--live-red" : "--live-blue";
  return element("span", { class: `sm-cell${kind}`, style: `--sm-colour: var(${colour}); --sm-much: ${Math.round(100 * Math.abs(value))}%` });
}

export default { render };
