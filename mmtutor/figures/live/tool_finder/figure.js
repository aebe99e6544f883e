// What you have, what you want, and the tools that fit.
import { choice, element, fill, follow, frame, put, status, toggle } from "../runtime/controls.js";
import { fails } from "./finder.js";

const STYLE = `
.tf-asked { display: grid; gap: 0.875rem; }
.tf-ticks { border: 0; margin: 0; padding: 0; min-width: 0; }
.tf-ticks > div { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.tf-ticks label { display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2.25rem; margin: 0; }
.tf-ticks input { width: 1.125rem; height: 1.125rem; accent-color: var(--live-blue); }
.live-figure .tf-found { list-style: none; margin: 0.875rem 0 0; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.625rem 1.5rem; }
.live-figure .tf-found li { margin: 0; padding: 0.5rem 0 0; border-top: 1px solid var(--live-line); overflow-wrap: anywhere; }
.live-figure .tf-found p { margin: 0; font-size: 0.875rem; line-height: 1.4; }
.live-figure .tf-found code { font-size: 0.8125rem; }
@container live (min-width: 40rem) { .live-figure .tf-found { grid-template-columns: repeat(2, minmax(0, 1fr)); } }`;

const NAMES = ["senses", "want", "labels", "sale", "offline"];
const SENSES = ["image", "text", "audio", "video", "motion", "table"];
const REASONS = ["wants", "senses", "labels", "sale", "offline"];

function render({ model, el }) {
  const words = model.get("words");
  const rows = model.get("rows");
  frame(model, el);

  const ticks = SENSES.map((sense) => element("input", {
    type: "checkbox", value: sense,
    onchange: () => put(model, { senses: ticks.filter((tick) => tick.checked).map((tick) => tick.value) }),
  }));
  const have = element("fieldset", { class: "tf-ticks" }, element("legend", { class: "live-quiet" }, words.senses),
    element("div", {}, ticks.map((tick, i) => element("label", {}, tick, words[SENSES[i]]))));
  const one = (name, label, options) => choice({
    label, options: options.map((option) => [option, words[option]]), onChange: (value) => put(model, { [name]: value }),
  });
  const want = one("want", words.wants, ["build", "features", "ready", "measure", "data"]);
  const labels = one("labels", words.labels, ["none", "some", "many"]);
  const sale = toggle({ label: words.sale, onChange: (value) => put(model, { sale: value }) });
  const offline = toggle({ label: words.offline, onChange: (value) => put(model, { offline: value }) });
  const line = status();
  const found = element("ul", { class: "tf-found", "aria-label": words.found });
  el.append(element("style", {}, STYLE),
    element("div", { class: "tf-asked" }, have, want.node, labels.node, sale.node, offline.node), line.node, found);

  return follow(model, NAMES, () => {
    const state = Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
    for (const tick of ticks) tick.checked = state.senses.includes(tick.value);
    want.show(state.want);
    labels.show(state.labels);
    sale.show(state.sale);
    offline.show(state.offline);
    const why = rows.map((row) => fails(row, state));
    const fits = rows.filter((row, i) => !why[i]);
    found.replaceChildren(...fits.map((row) => shown(row, words)));
    const reasons = REASONS.map((reason) => [reason, why.filter((other) => other === reason).length])
      .filter(([, count]) => count).map(([reason, count]) => fill(words[`by_${reason}`], { count })).join(", ");
    const out = fits.length ? fill(words.out, { reasons }) : `${fill(words.out, { reasons })} ${words.nothing}`;
    line.say(fill(words.said, { count: fits.length, all: rows.length, out }));
  });
}

/** One tool: its name, what it is for, and what to know before taking it. */
function shown(row, words) {
  const name = row.link ? element("a", { href: row.link }, row.name) : row.name;
  const facts = [row.released && fill(words.of, row), row.licence, row.note].filter(Boolean).join(" · ");
  const install = row.install ? [element("code", {}, `pip install ${row.install}`), " · "] : [];
  const where = fill(words.book, { where: Object.keys(row.book).join(", ") });
  return element("li", {}, element("p", {}, element("strong", {}, name), `: ${row.what}`),
    element("p", { class: "live-quiet" }, facts), element("p", { class: "live-quiet" }, install, where));
}

export default { render };
