// A sentence, a tone of voice and a face: what each says, and what all three say together.
import { button, choice, element, fill, follow, frame, number, put, status } from "../runtime/controls.js";
import { sigmoid } from "../runtime/rounded.js";
import { player } from "../runtime/sound.js";
import { unpackVoice } from "../runtime/voices.js";
import { reader, split } from "./reader.js";

const RATE = 8000;
const STYLE = `
.sc-top { display: grid; gap: 0.75rem; margin-bottom: 1rem; }
.sc-top label { display: grid; gap: 0.25rem; }
.sc-top input[type="text"] { font: inherit; font-size: 1rem; width: 100%; box-sizing: border-box; padding: 0.5rem 0.625rem; border: 1px solid var(--live-edge); border-radius: 0.375rem; background: var(--live-paper); color: var(--live-ink); }
.sc-votes { display: grid; grid-template-columns: minmax(4.5rem, auto) minmax(0, 1fr) minmax(5.5rem, auto); gap: 0.5rem 0.75rem; align-items: center; }
.sc-well { position: relative; height: 1.125rem; border: 1px solid var(--live-edge); border-radius: 0.25rem; overflow: hidden; }
.sc-well::after { content: ""; position: absolute; left: 50%; top: 0; bottom: 0; border-left: 1px solid var(--live-ink); }
.sc-well i { position: absolute; top: 0; bottom: 0; background: var(--live-blue); }
.sc-well i.sc-bad { background: var(--live-red); }
.sc-all { font-weight: 700; }
.sc-words { display: flex; flex-wrap: wrap; gap: 0.375rem 0.625rem; margin: 1rem 0 0.25rem; font-size: 1.125rem; }
.sc-words span { border-bottom: 2px solid transparent; padding: 0 0.125rem; }
.sc-words span.sc-out { text-decoration: line-through; color: var(--live-quiet); }`;

function render({ model, el }) {
  const words = model.get("words");
  const net = reader(model.get("network"));
  const sound = player();
  const voice = unpackVoice(model.get("sound"), RATE);
  frame(model, el);

  const field = element("input", { type: "text", maxlength: 120, autocomplete: "off", spellcheck: "false", oninput: () => put(model, { text: field.value }) });
  const example = button({ label: words.example, onPress: () => {
    const all = model.get("examples");
    put(model, { text: all[(all.indexOf(model.get("text")) + 1) % all.length] });
  } });
  const listen = button({ label: words.listen, icon: "M3 1.5V14.5L14 8Z", onPress: async () => {
    try {
      const waves = await voice;
      if (model.get("tone") >= 0) sound.play(waves[model.get("tone")], RATE);
    } catch (error) {
      line.say(fill(words.no_sound, { error: error.message }));
    }
  } });
  const pick = (name, label, options) => choice({
    label, options: [...options.map((one, i) => [i, one.name, one.name]), [-1, words.none, words.none]],
    onChange: (value) => put(model, { [name]: Number(value) }),
  });
  const tone = pick("tone", words.tone, model.get("tones"));
  const face = pick("face", words.face, model.get("faces"));
  const rows = ["text", "voice", "face_alone", "together"].map((name) => vote(words, name));
  const strip = element("p", { class: "sc-words" });
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "sc-top" },
      element("label", {}, element("span", { class: "live-quiet" }, words.sentence), field),
      element("div", { class: "live-row" }, example, listen), tone.node, face.node),
    element("div", { class: "sc-votes" }, rows.map((row) => row.nodes)),
    strip, element("p", { class: "live-quiet" }, words.matter), line.node,
  );

  const stop = follow(model, ["text", "tone", "face"], () => {
    const said = split(model.get("text"));
    const kept = said.filter(net.known);
    const [heard, seen] = [model.get("tones")[model.get("tone")], model.get("faces")[model.get("face")]];
    const all = (list) => net.together(net.read(list), heard?.features, seen?.features);
    const whole = all(kept);
    const beliefs = [
      kept.length ? sigmoid(net.alone(net.read(kept))) : null, heard?.good ?? null, seen?.good ?? null,
      kept.length || heard || seen ? sigmoid(whole) : null,
    ];
    if (document.activeElement !== field || field.value !== model.get("text")) field.value = model.get("text");
    tone.show(model.get("tone"));
    face.show(model.get("face"));
    rows.forEach((row, i) => row.show(beliefs[i]));
    let place = -1;
    strip.replaceChildren(...said.map((word) => {
      if (!net.known(word)) return element("span", { class: "sc-out" }, word);
      place += 1;
      const here = place;
      const by = whole - all(kept.filter((_, i) => i !== here));
      const colour = by > 0 ? "--live-blue" : "--live-red";
      const node = element("span", { title: fill(words.push, { word, by: number(by, 1) }) }, word);
      node.style.borderBottom = `${Math.min(8, 1 + Math.abs(by))}px solid var(${colour})`;
      return node;
    }));
    const lost = said.filter((word) => !net.known(word));
    const note = [lost.length ? fill(words.unknown, { words: lost.join(", ") }) : "", kept.length ? "" : words.empty].filter(Boolean).join(" ");
    const [text, voiceSaid, faceSaid, together] = beliefs.map((p) => told(words, p));
    line.say(fill(words.said, { text, voice: voiceSaid, face: faceSaid, together, note }).trim());
  });
  return () => {
    stop();
    sound.close();
  };
}

/** A belief in words: which is likelier, and how likely. */
function told(words, p) {
  if (p === null) return words.nothing;
  return fill(p >= 0.5 ? words.good : words.bad, { p: Math.round(100 * Math.max(p, 1 - p)) });
}

/** A row: whose vote, a bar to the left for bad and to the right for good, the vote in words. */
function vote(words, name) {
  const kind = name === "together" ? "sc-all" : "";
  const bar = element("i");
  const verdict = element("span", { class: kind });
  const nodes = [element("span", { class: kind }, words[name]), element("div", { class: "sc-well", "aria-hidden": "true" }, bar), verdict];
  const show = (p) => {
    const good = (p ?? 0.5) >= 0.5;
    bar.className = good ? "" : "sc-bad";
    bar.style.left = good ? "50%" : `${100 * (p ?? 0.5)}%`;
    bar.style.width = `${100 * Math.abs((p ?? 0.5) - 0.5)}%`;
    verdict.textContent = told(words, p);
  };
  return { nodes, show };
}

export default { render };
