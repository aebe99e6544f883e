// A picture, a question, and the answer of a vision-language model that runs in the page.
import { button, choice, element, fill, follow, frame, put, status } from "../runtime/controls.js";
import { softmax } from "../runtime/network.js";
import { bytes } from "../runtime/bytes.js";
import { visionLanguage } from "./network.js";

const STYLE = `
.ap-shelf .live-choice > div { gap: 0.25rem; }
.live-figure .ap-shelf .live-choice label { padding: 0.1875rem; border-color: var(--live-line); background: #fff; line-height: 0; }
.live-figure .ap-shelf .live-choice input:checked + label { border-color: #222; box-shadow: inset 0 0 0 2px #222, 0 0 0 2px var(--live-ink); }
.ap-shelf canvas { width: 2.25rem; height: 2.25rem; }
.ap-middle { display: grid; gap: 1rem 1.5rem; margin: 1.125rem 0; grid-template-columns: minmax(0, 1fr); }
.ap-seen canvas { width: 9rem; height: 9rem; border: 1px solid var(--live-line); border-radius: 0.625rem; background: #fff; image-rendering: pixelated; }
.ap-seen figcaption, .live-figure .ap-seen figcaption { margin: 0.25rem 0 0; color: var(--live-quiet); font-size: 0.8125rem; line-height: 1.3; }
.ap-seen { margin: 0; }
.ap-ask { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem; }
.ap-ask label { flex: 1 1 14rem; display: grid; gap: 0.375rem; margin: 0; }
.ap-ask input { width: 100%; min-height: 2.75rem; padding: 0.25rem 0.75rem; border: 1px solid var(--live-edge); border-radius: 0.625rem; background: transparent; color: inherit; font: inherit; font-size: 1rem; }
.ap-says { min-height: 6rem; font-size: 1.0625rem; }
@container live (min-width: 36rem) { .ap-middle { grid-template-columns: 12rem minmax(0, 1fr); } }`;

const [END, START, FIRST] = [3, 2, 4]; // ids of the marks, and of the first word
const MARK = "?";

function render({ model, el }) {
  const words = model.get("words");
  const vocabulary = model.get("vocabulary");
  const pictures = model.get("pictures");
  const questions = model.get("questions");
  const { layout } = model.get("network");
  const id = new Map(vocabulary.map((word, i) => [word, i + FIRST]));
  const net = visionLanguage(model.get("network"));
  const drawn = pictures.map(({ pixels }) => pixels.map((text) => Float32Array.from(bytes(text), (value) => value / 255)));
  const blindly = new Map(); // question → answer without the picture
  frame(model, el);

  const shelf = choice({
    label: words.picture,
    options: pictures.map(({ name }, i) => [i, paint(element("canvas", { "aria-hidden": "true" }), drawn[i][0], layout.side), name]),
    onChange: (picture) => put(model, { picture, style: 0 }),
  });
  const styles = element("div");
  const seen = element("canvas", { role: "img" });
  const caption = element("figcaption");
  const typed = element("input", {
    type: "text", autocomplete: "off", spellcheck: "false",
    onkeydown: (event) => event.key === "Enter" && ask(),
  });
  const forms = choice({ label: words.forms, options: questions.map((text) => [text, `${text}?`]), onChange: (question) => put(model, { question }) });
  const says = element("div", { class: "ap-says" });
  const line = status();
  says.append(line.node);
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "ap-shelf" }, shelf.node),
    element("div", { class: "ap-middle" },
      element("figure", { class: "ap-seen" }, seen, caption),
      element("div", { class: "live-stack" }, styles, forms.node,
        element("div", { class: "ap-ask" },
          element("label", {}, element("span", { class: "live-quiet" }, `${words.question} “${questions[0] ?? ""}?”`), typed),
          button({ label: words.ask, onPress: ask })))),
    says,
  );
  let row = null; // the styles of the picture that is shown
  let rowOf = -1;

  function ask() {
    put(model, { question: typed.value });
  }

  function show() {
    const [picture, style] = [model.get("picture"), model.get("style")];
    const { name, styles: names } = pictures[picture];
    shelf.show(picture);
    if (rowOf !== picture) {
      row = choice({ label: words.style, options: names.map((text, i) => [i, text]), onChange: (value) => put(model, { style: value }) });
      styles.replaceChildren(row.node);
      rowOf = picture;
    }
    row.show(style);
    paint(seen, drawn[picture][style], layout.side);
    const label = fill(words.seen, { name, style: names[style], side: layout.side });
    seen.setAttribute("aria-label", label);
    caption.textContent = label;
    const question = tidy(model.get("question"));
    forms.show(question.join(" "));
    if (document.activeElement !== typed) typed.value = question.join(" ");
    line.say(reply(question, drawn[picture][style]));
  }

  /** What the line says: the answer with and without the picture, or why there is none. */
  function reply(question, pixels) {
    if (!question.length) return words.empty;
    const strange = [...new Set(question.filter((word) => !id.has(word)))];
    if (strange.length) {
      const listed = strange.map((word) => `“${word}”`).join(", ");
      return fill(strange.length > 1 ? words.unknown_many : words.unknown, { words: listed, count: vocabulary.length });
    }
    const most = layout.longest - 12; // the answer needs room, too
    if (question.length > most) return fill(words.long, { most });
    const text = question.join(" ");
    const { answer, sure } = answered(question, net.see(pixels));
    if (!blindly.has(text)) blindly.set(text, answered(question, []).answer);
    return [
      fill(words.answer, { question: text, answer }),
      fill(words.sure, { percent: Math.round(100 * sure) }),
      fill(words.blind, { answer: blindly.get(text) }),
      ...(questions.includes(text) ? [] : [words.new]),
    ].join(" ");
  }

  /** Greedy: the likeliest next word until the end, and the product of their probabilities. */
  function answered(question, tokens) {
    const ids = [START, ...question.map((word) => id.get(word)), id.get(MARK)];
    const said = [];
    let sure = 1;
    while (ids.length < layout.longest) {
      const p = softmax(Array.from(net.next(tokens, ids)));
      const word = p.indexOf(Math.max(...p));
      sure *= p[word];
      if (word === END) break;
      ids.push(word);
      said.push(vocabulary[word - FIRST] ?? "…");
    }
    return { answer: said.join(" "), sure };
  }

  return follow(model, ["picture", "style", "question"], show);
}

/** The words of a text, as the tokenizer reads them; its question marks are not typed. */
function tidy(text) {
  return text.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}]+(?:['’‘ʼ′][\p{L}\p{N}]+)*/gu) ?? [];
}

/** Three planes of side × side numbers in [0, 1], on a canvas. */
function paint(canvas, pixels, side) {
  canvas.width = canvas.height = side;
  const image = new ImageData(side, side);
  for (let i = 0; i < side * side; i += 1) {
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = Math.round(255 * pixels[c * side * side + i]);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

export default { render };
