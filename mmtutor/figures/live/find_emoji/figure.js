// Words or a drawing go into the common space; the emoji that are near come out, ranked.
import { button, choice, element, fill, follow, frame, number, put, slider, status } from "../runtime/controls.js";
import { softmax } from "../runtime/network.js";
import { pad, pixels } from "./pad.js";
import { nearest, parts, runs } from "./pieces.js";
import { space } from "./space.js";

const STYLE = `
.fe-asked { display: grid; gap: 0.875rem; grid-template-columns: minmax(0, 1fr); }
.fe-asked label.fe-words { display: grid; gap: 0.375rem; margin: 0; }
.fe-asked input[type=text] { width: 100%; min-height: 2.75rem; padding: 0.25rem 0.75rem; border: 1px solid var(--live-edge); border-radius: 0.625rem; background: transparent; color: inherit; font: inherit; font-size: 1rem; }
.fe-pad { position: relative; width: 14rem; height: 14rem; border: 1px solid var(--live-edge); border-radius: 0.375rem; background: #fff; overflow: hidden; touch-action: none; cursor: crosshair; }
.fe-pad canvas { width: 100%; height: 100%; image-rendering: pixelated; display: block; }
.fe-cursor { position: absolute; box-shadow: inset 0 0 0 2px #0072b2; display: none; }
.fe-pad:focus-visible .fe-cursor { display: block; }
.fe-ink { display: inline-block; width: 1.25rem; height: 1.25rem; border: 1px solid var(--live-line); border-radius: 50%; }
.live-figure .fe-found { list-style: none; margin: 0.875rem 0 0; padding: 0; }
.live-figure .fe-found li { display: grid; grid-template-columns: 2.25rem minmax(0, 1fr) 3.5rem; align-items: center; gap: 0.5rem; margin: 0; min-height: 2.25rem; border-top: 1px solid var(--live-line); }
.fe-sign { font: 1.5rem "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif; line-height: 1; }
.fe-name { display: block; overflow-wrap: anywhere; line-height: 1.25; }
.fe-bar { display: block; height: 0.25rem; border-radius: 0.125rem; background: var(--live-blue); }
.fe-share { text-align: right; font-variant-numeric: tabular-nums; }
.fe-asked [hidden] { display: none; }
@container live (min-width: 40rem) { .fe-all { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 0 1.75rem; } .live-figure .fe-found { margin-top: 0; } }`;

const SHOWN = 10;
const WAYS = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5];

function render({ model, el }) {
  const words = model.get("words");
  const rows = model.get("rows");
  const known = model.get("known").split(" ");
  const isKnown = new Set(known);
  const net = space(model.get("network"));
  const blank = "0".repeat(net.side * net.side);
  frame(model, el);

  const mode = choice({
    label: words.mode, options: [["words", words.words_mode], ["drawing", words.drawing_mode]],
    onChange: (value) => put(model, { mode: value }),
  });
  const typed = element("input", {
    type: "text", autocomplete: "off", spellcheck: "false", oninput: () => put(model, { query: typed.value }),
  });
  const asked = element("label", { class: "fe-words" }, element("span", { class: "live-quiet" }, words.ask), typed);
  const board = pad({ words, side: net.side, onDraw: (cells) => put(model, { drawing: cells }) });
  const drawn = element("div", { class: "live-stack" }, board.node,
    button({ label: words.clear, onPress: () => put(model, { drawing: blank }) }));
  const warmth = slider({
    label: words.temperature, min: 0, max: WAYS.length - 1, step: 1, say: (place) => String(WAYS[place]),
    onInput: (place) => put(model, { temperature: WAYS[place] }),
  });
  const line = status();
  const found = element("ol", { class: "fe-found", "aria-label": words.found });
  el.append(element("style", {}, STYLE), element("div", { class: "fe-all" },
    element("div", { class: "fe-asked" }, mode.node, asked, drawn, warmth.node, line.node), found));

  const quoted = (list) => list.map((word) => fill(words.quote, { word })).join(", ");

  /** What is asked as a unit vector, and what there is to say of it; without a vector, only why. */
  function question() {
    if (model.get("mode") === "drawing") {
      const cells = model.get("drawing") || blank;
      return new Set(cells).size < 2 ? { note: words.blank } : { z: net.see(pixels(cells)), note: "" };
    }
    const said = runs(model.get("query"));
    if (!said.length) return { note: words.empty };
    const all = said.flatMap(parts);
    const strange = [...new Set(all.filter((part) => !isKnown.has(part)))];
    if (!strange.length) return { z: net.read(said), note: "" };
    const near = strange.flatMap((part) => nearest(part, known)).slice(0, 3);
    const text = all.every((part) => !isKnown.has(part)) ? words.none : words.strange;
    const offer = near.length ? ` ${fill(words.near, { near: quoted(near) })}` : "";
    return { z: net.read(said), note: fill(text, { words: quoted(strange) }) + offer };
  }

  function show() {
    const tau = model.get("temperature");
    mode.show(model.get("mode"));
    asked.hidden = model.get("mode") !== "words";
    drawn.hidden = !asked.hidden;
    board.show(model.get("drawing") || blank);
    warmth.show(WAYS.reduce((best, way, i) => (Math.abs(way - tau) < Math.abs(WAYS[best] - tau) ? i : best), 0));
    if (document.activeElement !== typed) typed.value = model.get("query");
    const { z, note } = question();
    if (!z) {
      found.replaceChildren();
      line.say(note);
      return;
    }
    const shares = softmax(Array.from(net.cosines(z), (cosine) => cosine / tau));
    const order = shares.map((_, i) => i).sort((a, b) => shares[b] - shares[a] || a - b).slice(0, SHOWN);
    found.replaceChildren(...order.map((i) => answer(rows[i], shares[i], shares[order[0]])));
    const best = fill(words.best, { name: rows[order[0]][1], percent: number(100 * shares[order[0]], 1), tau });
    line.say(note ? `${best} ${note}` : best);
  }
  return follow(model, ["query", "mode", "temperature", "drawing"], show);
}

/** One emoji: the character, its names, and a bar as long as its share beside the best one's. */
function answer([sign, english, chinese], share, most) {
  return element("li", {}, element("span", { class: "fe-sign", "aria-hidden": "true" }, sign),
    element("span", {}, element("span", { class: "fe-name" }, english, " · ", element("span", { lang: "zh" }, chinese)),
      element("span", { class: "fe-bar", style: `width: ${(100 * share) / most}%` })),
    element("span", { class: "fe-share" }, `${number(100 * share, 1)} %`));
}

export default { render };
