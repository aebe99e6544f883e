// A spoken word: hear it, see its wave and its spectrogram, and let the room grow loud.
import { drawSpectrogram } from "../runtime/canvas.js";
import { button, choice, element, fill, follow, frame, number, put, shape, slider, status } from "../runtime/controls.js";
import { gaussian, logMel, noisy, player } from "../runtime/sound.js";
import { unpackVoice } from "../runtime/voices.js";

const STYLE = `
.sp-views { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr); gap: 0.5rem 0.5rem; margin: 1rem 0 0.25rem; }
.sp-axis { position: relative; color: var(--live-quiet); font-size: 0.8125rem; line-height: 1; text-align: right; }
.sp-axis b { position: absolute; inset: 0 0 auto auto; font-weight: 600; color: var(--live-ink); }
.sp-axis span { position: absolute; right: 0; bottom: calc(100% * var(--sp-at)); transform: translateY(50%); white-space: nowrap; }
.sp-view { position: relative; overflow: hidden; border: 1px solid var(--live-line); border-radius: 0.5rem; }
.sp-view svg, .sp-view canvas { display: block; width: 100%; }
.sp-view svg { height: 6.5rem; }
.sp-view canvas { height: 11rem; image-rendering: pixelated; }
.sp-hiss, .sp-speech { fill: none; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.sp-hiss { stroke: var(--live-edge); stroke-width: 1.4; }
.sp-speech { stroke: var(--live-red); stroke-width: 1.6; }
.sp-now { position: absolute; inset: 0 auto 0 0; width: 2px; background: var(--live-both); box-shadow: 0 0 0 1px var(--live-paper); }
.sp-times { grid-column: 2; display: flex; justify-content: space-between; color: var(--live-quiet); font-size: 0.8125rem; }
.sp-foot { display: grid; grid-template-columns: auto minmax(10rem, 1fr); gap: 0.5rem 1.5rem; align-items: center; margin-top: 0.75rem; }
@container live (max-width: 30rem) { .sp-foot { grid-template-columns: minmax(0, 1fr); } }`;

const COLUMNS = 500; // of the drawn wave: one stroke from the lowest to the highest sample each

function render({ model, el }) {
  const words = model.get("words");
  const settings = model.get("spectrogram");
  const rate = settings.sample_rate;
  const transform = logMel(settings);
  const unpacked = new Map(); // voice → its words, each set in one second
  const sound = player();
  frame(model, el);

  // ------------------------------------------------------------ controls
  const names = model.get("names");
  const voices = model.get("voices");
  const wordChoice = choice({
    label: words.choose, options: names.map((name, i) => [i, name, name]), onChange: (word) => put(model, { word }),
  });
  const voiceChoice = choice({
    label: words.voice, options: voices.map(({ name }, i) => [i, name, name]), onChange: (voice) => put(model, { voice }),
  });
  const listen = button({ label: words.listen, icon: "M3 1.5V14.5L14 8Z", onPress: () => now.wave && play() });
  const dial = slider({
    label: words.noise, min: 0, max: model.get("most_noise"), step: 0.25, say: (value) => number(value),
    onInput: (noise) => put(model, { noise }),
  });

  // ------------------------------------------------------------ views
  const hiss = shape("path", { class: "sp-hiss" });
  const speech = shape("path", { class: "sp-speech" });
  const drawing = shape("svg", { viewBox: `0 -1 ${COLUMNS} 2`, preserveAspectRatio: "none", role: "img" }, hiss, speech);
  const canvas = element("canvas", { role: "img" });
  const cursors = [0, 1].map(() => element("div", { class: "sp-now", hidden: true }));
  const ticks = [500, 1000, 2000].filter((f) => f < rate / 2).map((f) =>
    element("span", { style: `--sp-at: ${height(f, settings)}` }, fill(words.hertz, { f: f.toLocaleString("en") })));
  const times = [0, 0.25, 0.5, 0.75, 1].map((t) => element("span", {}, fill(words.seconds, { t })));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "live-stack" }, wordChoice.node, voiceChoice.node),
    element("div", { class: "sp-views" },
      element("div", { class: "sp-axis", "aria-hidden": "true" }, element("b", {}, words.wave)),
      element("div", { class: "sp-view" }, drawing, cursors[0]),
      element("div", { class: "sp-axis", "aria-hidden": "true" }, element("b", {}, words.spectrogram), ticks),
      element("div", { class: "sp-view" }, canvas, cursors[1]),
      element("div", { class: "sp-times", "aria-hidden": "true" }, times)),
    element("div", { class: "sp-foot" }, listen, dial.node),
    line.node,
  );

  // ------------------------------------------------------------ compute and draw
  const now = {}; // what is shown, so that it can be played
  const gone = new AbortController();

  function draw(clean) {
    const [word, voice, noise] = ["word", "voice", "noise"].map((name) => model.get(name));
    const dust = gaussian(model.get("seed"), rate);
    now.wave = noisy(clean, dust, noise);
    // The picture's height grows with the noise: the voice does not shrink, the room outgrows it.
    const top = Math.max(6, 4.5 * noise);
    hiss.setAttribute("d", noise > 0 ? outline(now.wave, top) : "");
    speech.setAttribute("d", outline(clean, top));
    now.grid = transform(now.wave);
    drawSpectrogram(canvas, now.grid, noise);

    const name = names[word];
    const state = noise > 0 ? fill(words.noisy, { sigma: number(noise) }) : words.silent;
    drawing.setAttribute("aria-label", fill(words.wave_alt, { name, state }));
    canvas.setAttribute("aria-label", fill(words.spectrogram_alt, { name, state }));
    const count = voices[voice].lengths[word];
    const db = Math.round(20 * Math.log10(noise));
    const loud = noise <= 0 ? words.said_silent : db > 0 ? words.said_louder : db < 0 ? words.said_softer : words.said_equal;
    line.say(fill(words.said, {
      name, voice: voices[voice].name, seconds: number(count / rate), count: count.toLocaleString("en"),
      noise: fill(loud, { db: Math.abs(db) }),
    }));
  }

  const stop = follow(model, ["word", "voice", "noise", "seed"], () => {
    const [word, voice] = [model.get("word"), model.get("voice")];
    wordChoice.show(word);
    voiceChoice.show(voice);
    dial.show(model.get("noise"));
    const there = unpacked.get(voice);
    if (there) return draw(there[word]);
    unpackVoice(voices[voice], rate).then((seconds) => {
      unpacked.set(voice, seconds);
      const chosen = unpacked.get(model.get("voice")); // the reader may have chosen another by now
      if (chosen && !gone.signal.aborted) draw(chosen[model.get("word")]);
    }).catch((error) => line.say(fill(words.no_sound, { error: error.message ?? error })));
  });

  /** Play, and let a line run over both views. */
  function play() {
    sound.play(now.wave, rate);
    const start = performance.now();
    now.played = start;
    const step = () => {
      const share = (performance.now() - start) / 1000;
      const runs = now.played === start && share < 1 && !gone.signal.aborted;
      if (now.played === start) cursors.forEach((cursor) => {
        cursor.hidden = !runs;
        cursor.style.left = `${100 * share}%`;
      });
      if (runs) requestAnimationFrame(step);
    };
    step();
  }

  return () => {
    gone.abort();
    stop();
    sound.close();
  };
}

/** Where a frequency lies in the spectrogram, from 0 at its bottom to 1 at its top. */
function height(f, { n_mels: bands, sample_rate: rate }) {
  const mel = (frequency) => Math.log10(1 + frequency / 700);
  // Band m (from 0) is centred on corner m + 1 of bands + 1 equal parts.
  return ((mel(f) / mel(rate / 2)) * (bands + 1) - 0.5) / bands;
}

/** The path of a wave: for each column from its lowest to its highest sample. */
function outline(wave, top) {
  const width = wave.length / COLUMNS;
  const y = (value) => (-Math.max(-1, Math.min(1, value / top))).toFixed(3);
  return Array.from({ length: COLUMNS }, (_, i) => {
    const part = wave.subarray(Math.floor(i * width), Math.floor((i + 1) * width) + 1);
    return `M${i + 0.5} ${y(Math.min(...part))}V${y(Math.max(...part))}`;
  }).join("");
}

export default { render };
