// One concept in every style, and its words in every language.
import { bytes } from "../runtime/bytes.js";
import { button, choice, element, fill, follow, frame, put, status } from "../runtime/controls.js";

const STYLE = `
.cn-top { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem 1rem; margin-bottom: 0.875rem; }
.cn-top label { flex: 1 1 15rem; display: grid; gap: 0.375rem; margin: 0; }
.cn-top input { width: 100%; min-height: 2.75rem; padding: 0.25rem 0.75rem; border: 1px solid var(--live-edge); border-radius: 0.625rem; background: transparent; color: inherit; font: inherit; }
.cn-top input::-webkit-search-cancel-button { display: none; }
.live-figure .cn-shelf .live-choice > div { gap: 0.25rem; }
.live-figure .cn-shelf .live-choice label { padding: 0; border-color: var(--live-line); background: #f3f3f3; }
.live-figure .cn-shelf .live-choice label:hover { background: #fff; }
.live-figure .cn-shelf .live-choice input:checked + label { border-color: #222; background: #fff; box-shadow: inset 0 0 0 2px #222, 0 0 0 2px var(--live-ink); } /* seen on light and on dark */
.cn-cell { display: block; width: var(--cn-side); height: var(--cn-side); background: var(--cn-sheet) no-repeat; background-size: calc(var(--cn-styles) * var(--cn-side)) auto; background-position: calc(-1 * var(--cn-column) * var(--cn-side)) calc(-1 * var(--cn-row) * var(--cn-side)); }
.cn-shelf .cn-cell { --cn-side: 2.25rem; }
.cn-wall { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.125rem 0; padding: 0; }
.cn-wall figure { flex: 0 0 auto; width: calc(5.75rem + 0.5rem + 2px); margin: 0; text-align: center; font-size: 0.8125rem; line-height: 1.3; }
.cn-wall .cn-frame { display: grid; place-items: center; padding: 0.25rem; border: 1px solid var(--live-line); border-radius: 0.625rem; background: #f3f3f3; }
.cn-wall .cn-cell { --cn-side: 5.75rem; }
.live-figure .cn-wall figcaption { margin: 0.25rem 0 0; color: var(--live-quiet); font-size: 0.8125rem; line-height: 1.3; }
.cn-tongues { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem 1.5rem; }
.cn-tongue { min-height: 5.5rem; }
.cn-tongue p { margin: 0; color: var(--live-quiet); font: inherit; font-size: 0.875rem; }
.cn-tongue b { display: block; font-size: 1.375rem; line-height: 1.35; }
@container live (min-width: 36rem) { .cn-tongues { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@container live (max-width: 26rem) { .cn-wall { gap: 0.5rem; } .cn-wall figure { width: calc(4.75rem + 0.5rem + 2px); } .cn-wall .cn-cell { --cn-side: 4.75rem; } }`;

function render({ model, el }) {
  const words = model.get("words");
  const styles = model.get("styles");
  const languages = model.get("languages");
  const names = languages[0].words.map(([name]) => name);
  const [first] = languages;
  frame(model, el);

  const packed = bytes(model.get("sheet"));
  const address = URL.createObjectURL(new Blob([packed], { type: "image/webp" }));
  el.style.setProperty("--cn-sheet", `url("${address}")`);
  el.style.setProperty("--cn-styles", styles.length);
  const cell = (row, column, props) => element("span", { class: "cn-cell", style: `--cn-row: ${row}; --cn-column: ${column}`, ...props });

  // ------------------------------------------------------------ controls
  const shelf = choice({
    label: words.choose,
    options: names.map((name, i) => [i, cell(i, 0), name]),
    onChange: (concept) => put(model, { concept }),
  });
  const [inputs, labels] = ["input", "label"].map((tag) => [...shelf.node.querySelectorAll(tag)]);
  const search = element("input", {
    type: "search", autocomplete: "off", spellcheck: "false", oninput: () => look(),
    onkeydown: (event) => {
      const found = inputs.findIndex((input) => !input.hidden);
      if (event.key === "Enter" && found >= 0) put(model, { concept: found });
      if (event.key === "Escape") { search.value = ""; look(); }
    },
  });
  const surprise = button({
    label: words.surprise, icon: "M3 1H13A2 2 0 0 1 15 3V13A2 2 0 0 1 13 15H3A2 2 0 0 1 1 13V3A2 2 0 0 1 3 1ZM4.5 3A1.5 1.5 0 1 0 4.5 6A1.5 1.5 0 1 0 4.5 3ZM11.5 10A1.5 1.5 0 1 0 11.5 13A1.5 1.5 0 1 0 11.5 10ZM8 6.5A1.5 1.5 0 1 0 8 9.5A1.5 1.5 0 1 0 8 6.5Z",
    onPress: () => {
      search.value = ""; // what comes may not fit what was searched
      look();
      const step = 1 + Math.floor(Math.random() * Math.max(1, names.length - 1));
      put(model, { concept: (model.get("concept") + step) % names.length }); // never the same
    },
  });

  // ------------------------------------------------------------ what is shown
  const wall = styles.map((style) => {
    const frame = element("div", { class: "cn-frame" });
    return { frame, node: element("figure", {}, frame, element("figcaption", {}, style)) };
  });
  const tongues = languages.map(({ code, name }) => {
    const text = element("div", { lang: code });
    return { text, node: element("div", { class: "cn-tongue" }, element("p", { lang: code }, name), text) };
  });
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "cn-top" },
      element("label", {}, element("span", { class: "live-quiet" }, words.search), search), surprise),
    element("div", { class: "cn-shelf" }, shelf.node),
    element("div", { class: "cn-wall" }, wall.map(({ node }) => node)),
    element("div", { class: "cn-tongues" }, tongues.map(({ node }) => node)),
    line.node,
  );

  /** Leave on the shelf what has a word that begins with the text, in any language. */
  function look() {
    const text = fold(search.value.trim());
    const found = names.map((_, i) => languages.some((language) => fits(language.words[i], text)));
    found.forEach((there, i) => {
      inputs[i].hidden = !there;
      labels[i].hidden = !there;
    });
    const count = found.filter(Boolean).length;
    if (text) line.say(fill(count ? words.some : words.none, { text: search.value.trim(), count, all: names.length }));
    else tell();
  }

  function tell() {
    const concept = model.get("concept");
    const count = languages.reduce((sum, language) => sum + language.words[concept].length, 0);
    line.say(fill(words.said, { name: names[concept], styles: styles.length, words: count }));
  }

  const stop = follow(model, ["concept"], () => {
    const concept = model.get("concept");
    shelf.show(concept);
    wall.forEach(({ frame }, column) => {
      const label = fill(words.picture, { name: names[concept], style: styles[column] });
      frame.replaceChildren(cell(concept, column, { role: "img", "aria-label": label }));
    });
    tongues.forEach(({ text }, i) => {
      const [name, ...keywords] = languages[i].words[concept];
      text.replaceChildren(element("b", {}, name), keywords.join(first === languages[i] ? ", " : " · "));
    });
    tell();
  });
  return () => {
    stop();
    URL.revokeObjectURL(address);
  };
}

/** Small letters without accents: what is typed and what is meant are compared by these. */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

/** Whether one of the words, or a part of it after a space, begins with the text. */
function fits(told, text) {
  return told.some((word) => {
    const folded = fold(word);
    // Chinese writes no spaces: there any place in the word will do.
    return /[^\p{ASCII}\u0080-\u024f]/u.test(text) ? folded.includes(text) : ` ${folded}`.includes(` ${text}`);
  });
}

export default { render };
