// Draw a digit, say it, and watch two networks make up their mind.
import { bars, best } from "../runtime/bars.js";
import { drawSpectrogram } from "../runtime/canvas.js";
import { button, choice, element, fill, follow, frame, number, put, slider, status } from "../runtime/controls.js";
import { network, softmax } from "../runtime/network.js";
import { gaussian, logMel, noisy, player } from "../runtime/sound.js";
import { unpackVoice } from "../runtime/voices.js";
import { record, trouble } from "./microphone.js";
import { cells, packDots, pad, unpackDots } from "./pad.js";
import { word } from "./word.js";

const STYLE = `
.ds-all { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem 2.25rem; }
.ds-all > .live-eyes { order: -1; }
.ds-sense { display: grid; align-content: start; gap: 0.625rem; min-width: 0; }
.ds-head { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; min-height: 2.75rem; }
.ds-head b { white-space: nowrap; }
.ds-head div { display: flex; gap: 0.375rem; }
.ds-pad, .ds-view { position: relative; width: 100%; overflow: hidden; border-radius: 0.625rem; }
.ds-view { height: 9rem; }
.ds-pad { max-width: min(16rem, 100% - 2.5rem); margin: 0 auto; aspect-ratio: 1; cursor: crosshair; touch-action: pinch-zoom; user-select: none; -webkit-user-select: none; }
.ds-pad canvas, .ds-view canvas { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; }
.ds-pad canvas + canvas { opacity: 0; transition: opacity 0.4s; }
.ds-wet canvas + canvas { opacity: 1; transition: none; }
.ds-pad::before { content: ""; position: absolute; inset: 0; z-index: 1; background: linear-gradient(#0003 1px, transparent 1px) 0 -1px / 12.5% 12.5%, linear-gradient(to right, #0003 1px, transparent 1px) -1px 0 / 12.5% 12.5%; }
.ds-pad::after, .ds-view::after { content: ""; position: absolute; inset: 0; z-index: 1; border: 1px solid var(--live-edge); border-radius: inherit; }
.ds-view.ds-none canvas { visibility: hidden; }
.ds-view span { display: none; position: absolute; inset: 0; place-content: center; padding: 1rem; color: var(--live-quiet); text-align: center; }
.ds-view.ds-none span { display: grid; }
.ds-cursor { display: none; position: absolute; z-index: 2; width: 12.5%; height: 12.5%; border: 3px solid #d55e00; border-radius: 0.25rem; box-shadow: 0 0 0 2px #fff; }
.ds-pad:focus-visible .ds-cursor { display: block; }
.live-figure .ds-pad:focus-visible { outline-offset: 3px; }
.ds-level { position: absolute; inset: auto 0 0; z-index: 2; height: 0.5rem; background: var(--live-red); transform: scaleX(var(--ds-level, 0)); transform-origin: left; }
.ds-voice { display: flex; align-items: center; gap: 0.625rem; }
.ds-voice label { flex: none; margin: 0; }
.live-figure .ds-voice select { flex: 1; min-width: 0; min-height: 2.75rem; padding: 0.25rem 0.5rem; border: 1px solid var(--live-edge); border-radius: 0.625rem; background: var(--live-paper); color: inherit; font: inherit; }
.ds-digits legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.live-figure .ds-digits .live-choice > div { display: grid; grid-template-columns: repeat(5, 1fr); gap: 0.25rem; }
.live-figure .ds-digits .live-choice label { min-width: 0; padding: 0.25rem 0; }
.ds-all .live-well { height: 2.25rem; }
.ds-sense.live-ears { margin-top: 1rem; }
@container live (min-width: 36rem) {
  .ds-all { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem 2.25rem; }
  .ds-all > .live-eyes { order: 0; }
  .ds-all > .live-belief { grid-column: 1 / -1; }
  .ds-sense.live-ears { margin-top: 0; }
  .live-figure .ds-digits .live-choice > div { grid-template-columns: repeat(10, 1fr); }
  .ds-text { min-height: 3em; }
}`;

const SECONDS = 2; // of a recording

function render({ model, el }) {
  const words = model.get("words");
  const net = network(model.get("network"));
  const settings = model.get("network").audio;
  const rate = settings.sample_rate;
  const spectrogram = logMel(settings);
  const voices = model.get("voices");
  const unpacked = new Map(); // voice → its ten digits, each in one second
  const sound = player();
  const gone = new AbortController();
  const now = { own: null, busy: false }; // what was computed last; `own` is the reader's voice
  frame(model, el);

  // ------------------------------------------------------------ drawing
  const board = pad({
    words, example: true,
    onDraw: (dots) => put(model, { drawing: packDots(dots) }),
  });
  const clear = button({ label: words.clear, onPress: board.clear });

  // ------------------------------------------------------------ sound
  const canvas = element("canvas", { role: "img" });
  const level = element("i", { class: "ds-level", hidden: true });
  const view = element("div", { class: "ds-view" }, canvas, element("span", { "aria-hidden": "true" }, words.nothing_said), level);
  const play = button({ label: words.listen, icon: "M3 1.5V14.5L14 8Z", onPress: () => now.wave && sound.play(now.wave, rate) });
  const speak = button({ label: words.speak, icon: "M8 0A2.5 2.5 0 0 0 5.5 2.5V7a2.5 2.5 0 0 0 5 0V2.5A2.5 2.5 0 0 0 8 0ZM3 6.5V7a5 5 0 0 0 4.2 4.9V14H5v1.5h6V14H8.8V11.9A5 5 0 0 0 13 7V6.5H11.5V7a3.5 3.5 0 0 1-7 0V6.5Z", onPress: hear });
  const mic = element("p", { class: "live-quiet ds-text", role: "status" }, words.mic);
  const voice = picker({ label: words.voice, options: voices.map(({ name }) => name), onChange: (value) => put(model, { voice: value, word: Math.max(0, model.get("word")) }) });
  const digits = choice({
    label: words.word, options: Array.from({ length: 10 }, (_, d) => [d, d, fill(words.word_name, { digit: d })]),
    onChange: (value) => put(model, { word: value }),
  });

  async function hear() {
    if (now.busy) return;
    now.busy = true;
    speak.setAttribute("aria-pressed", "true");
    const tell = (key, more = {}) => gone.signal.aborted || (mic.textContent = fill(words[key], more));
    try {
      const recording = await record({
        seconds: SECONDS, rate,
        onOpen: () => {
          level.hidden = false;
          speak.lastChild.textContent = words.speaking;
          tell("mic_open");
        },
        onLevel: (share) => level.style.setProperty("--ds-level", share),
      });
      const heard = word(recording);
      tell(heard.wave ? (heard.clipped ? "mic_clipped" : "mic_done") : `mic_${heard.trouble}`);
      if (heard.wave) {
        // The example's noise goes with the example; a new seed draws the same sound anew.
        const quiet = now.own ? {} : { audio_noise: 0 };
        now.own = heard.wave;
        put(model, { word: -1, seed: model.get("seed") + 1, ...quiet });
      }
    } catch (error) {
      tell(trouble(error), { error: error.message || error.name });
    }
    now.busy = false;
    level.hidden = true;
    speak.setAttribute("aria-pressed", "false");
    speak.lastChild.textContent = words.speak;
  }

  // ------------------------------------------------------------ controls and rows
  const dials = ["image_noise", "audio_noise"].map((name) => slider({
    label: words.noise, min: 0, max: model.get("ranges")[name], step: model.get("ranges")[name] / 40,
    say: (value) => number(value), onInput: (value) => put(model, { [name]: value }),
  }));
  const head = (sense, ...buttons) => element("div", { class: "ds-head" },
    element("b", {}, element("span", { class: "live-swatch" }), words[sense]), element("div", {}, buttons));
  const rows = ["eyes", "ears", "both"].map((kind) =>
    bars({ kind, name: words[kind === "both" ? kind : `${kind}_alone`], classes: 10, words }));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "ds-all" },
      element("div", { class: "ds-sense live-eyes" }, head("eyes", clear), board.node, dials[0].node,
        element("p", { class: "live-quiet ds-text", "aria-hidden": "true" }, words.pad_help)),
      element("div", { class: "ds-sense live-ears" }, head("ears", speak, play), view, dials[1].node,
        mic, voice.node, element("div", { class: "ds-digits" }, digits.node)),
      rows.map((row) => row.node)),
    line.node,
  );

  // ------------------------------------------------------------ compute and draw
  function look(dots, seed) {
    const sigma = model.get("image_noise");
    const clean = cells(dots);
    const pixels = noisy(clean, gaussian(2 * seed, clean.length), sigma);
    board.show(dots, pixels, sigma);
    return clean.some((share) => share > 0) ? net.evidence.image({ data: pixels, channels: 1, rows: 8, columns: 8 }) : null;
  }

  function listen(clean, seed) {
    const sigma = model.get("audio_noise");
    const [digit, who] = [model.get("word"), voices[model.get("voice")].name];
    const what = !clean ? words.sound_none : fill(digit < 0 ? words.sound_own : words.sound_voice, { voice: who, digit, sigma: number(sigma) });
    canvas.setAttribute("aria-label", fill(words.sound, { what }));
    view.classList.toggle("ds-none", !clean);
    play.disabled = !clean;
    now.wave = clean && noisy(clean, gaussian(2 * seed + 1, clean.length), sigma);
    if (!clean) return null;
    const grid = spectrogram(now.wave);
    drawSpectrogram(canvas, grid, sigma);
    return net.evidence.audio({ ...grid, channels: 1 });
  }

  function draw() {
    const seed = model.get("seed");
    const drawn = [model.get("drawing"), model.get("image_noise"), seed].join();
    if (now.drawn !== drawn) [now.drawn, now.image] = [drawn, look(unpackDots(model.get("drawing")), seed)];
    const [who, digit] = [model.get("voice"), model.get("word")];
    const clean = digit < 0 ? now.own : unpacked.get(who)?.[digit] ?? null;
    const said = [who, digit, model.get("audio_noise"), seed, Boolean(clean)].join();
    if (now.said !== said) [now.said, now.audio] = [said, listen(clean, seed)];

    dials.forEach((dial, i) => dial.show(model.get(["image_noise", "audio_noise"][i])));
    voice.show(who);
    digits.show(digit);
    const parts = [[now.image], [now.audio], [now.image, now.audio]].map((some) => some.filter(Boolean));
    const beliefs = parts.map((some) => (some.length ? softmax(net.logits(some)) : null));
    rows.forEach((row, i) => row.show(beliefs[i], undefined, [words.nothing_drawn, words.nothing_said, words.nothing][i]));
    line.say(verdict(beliefs));
  }

  function verdict(beliefs) {
    const tops = beliefs.map((belief) => belief && best(belief));
    const [eyes, ears, both] = tops;
    if (eyes && ears && eyes.digit === ears.digit) return fill(words.said_agree, { digit: eyes.digit, eyes: eyes.p, ears: ears.p, both: both.p });
    const [first, second, third] = tops.map((top) => top && fill(words.verdict, top));
    const text = eyes ? (ears ? words.said_differ : words.said_eyes) : ears ? words.said_ears : words.said_nothing;
    return fill(text, { first, second, third });
  }

  const names = ["drawing", "voice", "word", "image_noise", "audio_noise", "seed"];
  const stop = follow(model, names, () => {
    draw();
    const who = model.get("voice");
    if (model.get("word") < 0 || unpacked.has(who)) return;
    unpackVoice(voices[who], rate).then((seconds) => {
      unpacked.set(who, seconds);
      setTimeout(() => gone.signal.aborted || draw()); // a task of its own: a phone answers between two
    }).catch((error) => (mic.textContent = fill(words.no_sound, { error: error.message ?? error })));
  });
  return () => {
    gone.abort();
    stop();
    sound.close();
  };
}

/** One of several, as a list that drops down. */
function picker({ label, options, onChange }) {
  const id = `voice-${Math.random().toString(36).slice(2)}`;
  const list = element("select", { id, onchange: () => onChange(Number(list.value)) },
    options.map((name, i) => element("option", { value: i }, name)));
  const node = element("div", { class: "ds-voice" }, element("label", { for: id, class: "live-quiet" }, label), list);
  return { node, show: (value) => (list.value = value) };
}

export default { render };
