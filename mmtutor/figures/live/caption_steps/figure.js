// A caption said word by word: the likeliest next words, where the decoder looks, and a beam.
import { button, element, fill, follow, frame, number, put, slider, status } from "../runtime/controls.js";
import { unpack } from "../runtime/rounded.js";
import { bytes } from "../runtime/bytes.js";
import { after, beam, cellsOf } from "./decoder.js";

const SHOWN = 5; // words to choose from
const STYLE = `
.cs-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 1.75rem; margin-top: 0.875rem; }
.cs-choose { display: grid; gap: 0.375rem; margin: 0; }
.live-figure .cs-choose select { min-height: 2.75rem; width: 100%; padding: 0.25rem 0.625rem; border: 1px solid var(--live-edge); border-radius: 0.625rem; background: var(--live-paper); color: inherit; font: inherit; }
.cs-picture { position: relative; width: 100%; max-width: 15rem; margin: 0 auto; aspect-ratio: 1; border-radius: 0.5rem; background: #fff var(--cs-sheet) no-repeat; background-size: calc(var(--cs-count) * 100%) 100%; background-position: calc(100% * var(--cs-at) / max(1, var(--cs-count) - 1)) 0; image-rendering: pixelated; overflow: hidden; }
.cs-cells { display: grid; grid-template-columns: repeat(var(--cs-side), 1fr); position: absolute; inset: 0; }
.cs-cells i { border: 1px solid rgb(0 0 0 / 8%); background: rgb(0 60 140 / var(--cs-dark)); }
.cs-cells i.cs-most { outline: 3px solid #d55e00; outline-offset: -3px; }
.cs-said { min-height: 2.75rem; padding: 0.5rem 0.75rem; border-radius: 0.625rem; background: var(--live-wash); font-size: 1.0625rem; }
.cs-words { display: grid; gap: 0.375rem; margin: 0; padding: 0; list-style: none; }
.live-figure .cs-word { display: grid; grid-template-columns: minmax(5rem, 9rem) minmax(0, 1fr) 3.5rem; gap: 0.75rem; align-items: center; width: 100%; min-height: 2.5rem; padding: 0.125rem 0.75rem; border: 1px solid var(--live-line); border-radius: 0.625rem; background: transparent; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.live-figure .cs-word:hover { background: var(--live-wash); }
.cs-word i { display: block; height: 0.875rem; min-width: 1px; border-radius: 0.1875rem; background: var(--live-blue); }
.cs-word b { text-align: right; font-weight: 400; }
.live-figure .cs-beam { margin: 0; padding-left: 1.25rem; }
.cs-beam b { font-weight: 600; }
.cs-mark { color: var(--live-quiet); }
@container live (min-width: 38rem) { .cs-body { grid-template-columns: 15rem minmax(0, 1fr); } }`;

function render({ model, el }) {
  const words = model.get("words");
  frame(model, el);
  const vocabulary = model.get("vocabulary");
  const names = model.get("names");
  const tables = unpack(model.get("decoder"));
  const cells = unpack(model.get("cells"));
  const { first, last, longest } = model.get("marks");
  const address = URL.createObjectURL(new Blob([bytes(model.get("sheet"))], { type: "image/webp" }));
  el.style.setProperty("--cs-sheet", `url("${address}")`);
  el.style.setProperty("--cs-count", names.length);

  const list = element("select", { onchange: () => put(model, { picture: Number(list.value), path: [] }) },
    names.map((name, i) => element("option", { value: i }, name)));
  const squares = element("div", { class: "cs-cells" });
  const picture = element("div", { class: "cs-picture", role: "img" }, squares);
  const said = element("p", { class: "cs-said" });
  const choices = element("ul", { class: "cs-words" });
  const back = button({ label: words.back, onPress: () => put(model, { path: model.get("path").slice(0, -1) }) });
  const again = button({ label: words.again, onPress: () => put(model, { path: [] }) });
  const finish = button({ label: words.finish, onPress: () => put(model, { path: likeliest() }) });
  const width = slider({ label: words.width, min: 1, max: 5, step: 1, say: String, onInput: (value) => put(model, { width: value }) });
  const beams = element("ol", { class: "cs-beam" });
  const about = element("p", { class: "live-quiet" });
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("label", { class: "cs-choose" }, element("span", { class: "live-quiet" }, words.picture), list),
    element("div", { class: "cs-body" },
      element("div", { class: "live-stack" }, picture, element("p", { class: "live-quiet" }, words.look)),
      element("div", { class: "live-stack" }, said, choices, element("div", { class: "live-row" }, finish, back, again))),
    element("div", { class: "live-stack" }, width.node, about, beams),
    line.node,
  );

  const grid = () => {
    const [name, , columns] = model.get("cells").tensors[model.get("picture")];
    return cellsOf(cells[name], columns);
  };
  const over = (path) => path.length >= longest || path.at(-1) === last;
  const sentence = (path) => path.map((word) => (word === last ? words.end : vocabulary[word])).join(" ");
  function likeliest() {
    let path = model.get("path");
    while (!over(path)) {
      const { logp } = after(tables, grid(), path, first);
      path = [...path, logp.indexOf(Math.max(...logp))];
    }
    return path;
  }

  const stop = follow(model, ["picture", "path", "width"], () => {
    const [at, path, K] = ["picture", "path", "width"].map((name) => model.get(name));
    const now = after(tables, grid(), path, first);
    const done = over(path);
    list.value = at;
    width.show(K);
    said.textContent = path.length ? sentence(path) : words.nothing;

    // Where it looks before the next word; after the last, where it looked for that.
    const look = done ? after(tables, grid(), path.slice(0, -1), first).look : now.look;
    const most = Math.max(...look);
    el.style.setProperty("--cs-at", at);
    squares.style.setProperty("--cs-side", Math.sqrt(look.length));
    squares.replaceChildren(...look.map((share) =>
      element("i", { class: share === most ? "cs-most" : "", style: `--cs-dark: ${(0.75 * share / most).toFixed(3)}` })));
    const side = Math.sqrt(look.length);
    const place = look.indexOf(most);
    picture.setAttribute("aria-label", fill(words.seen, {
      name: names[at], row: Math.floor(place / side) + 1, column: (place % side) + 1, share: number(100 * most, 0),
    }));

    const best = done ? [] : now.logp.map((logp, word) => [logp, word]).sort((a, b) => b[0] - a[0]).slice(0, SHOWN);
    const held = choices.contains(document.activeElement) ? [...choices.children].findIndex((node) => node.contains(document.activeElement)) : -1;
    choices.replaceChildren(...best.map(([logp, word]) => element("li", {},
      element("button", { type: "button", class: "cs-word", onclick: () => put(model, { path: [...path, word] }) },
        element("span", {}, word === last ? words.end : vocabulary[word]),
        element("i", { style: `width: ${(100 * Math.exp(logp)).toFixed(1)}%` }),
        element("b", {}, `${number(100 * Math.exp(logp), 1)} %`)))));
    // Who chooses by keyboard stays among the words, or goes where one can go back.
    if (held >= 0) (choices.children[held]?.firstChild ?? back).focus();
    back.disabled = again.disabled = !path.length;
    finish.disabled = done;

    const length = path.length || 1;
    const kept = beam(tables, grid(), { first, last, width: K, length });
    about.textContent = fill(words.beam, { width: K, length });
    beams.replaceChildren(...kept.map((one) => element("li", {}, sentence(one.path), " ", element("span", { class: "cs-mark" }, fill(words.sum, { sum: number(one.sum) })))));
    const facts = { sum: number(now.sum), best: number(kept[0].sum), truth: names[at] };
    line.say(path.length ? fill(done ? words.finished : words.going, facts) : fill(words.begin, facts));
  });
  return () => {
    stop();
    URL.revokeObjectURL(address);
  };
}

export default { render };
