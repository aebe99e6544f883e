// What the trained model believes about one sample, while the reader makes its senses worse.
import { bytes } from "../runtime/bytes.js";
import { bars, best } from "../runtime/bars.js";
import { drawInk, drawSpectrogram } from "../runtime/canvas.js";
import { button, choice, element, fill, follow, frame, number, put, slider, status, toggle } from "../runtime/controls.js";
import { network, softmax } from "../runtime/network.js";
import { gaussian, logMel, noisy, player, unpackWave } from "../runtime/sound.js";

const STYLE = `
.bf-senses { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; margin: 1.125rem 0 1.375rem; }
.bf-sense { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 0.875rem; align-items: center; }
.bf-head { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; min-height: 2.75rem; margin-bottom: 0.375rem; font-weight: 600; }
.bf-head > span { white-space: nowrap; }
.live-figure .bf-head .live-button { padding: 0.375rem 0.75rem; font-weight: 400; }
.bf-view { position: relative; }
.bf-view canvas { display: block; width: 100%; aspect-ratio: 1; border-radius: 0.5rem; image-rendering: pixelated; }
.bf-view::after { content: ""; position: absolute; inset: 0; border: 1px solid var(--live-edge); border-radius: 0.5rem; pointer-events: none; }
.bf-muted canvas { visibility: hidden; }
.bf-muted::after { background: repeating-linear-gradient(135deg, var(--live-line) 0 2px, transparent 2px 10px); }
.bf-view span { display: none; position: absolute; inset: 0; z-index: 1; place-content: center; }
.bf-muted span { display: grid; }
.bf-muted span b { padding: 0.125rem 0.5rem; border-radius: 0.375rem; background: var(--live-paper); font-weight: 400; }
@container live (min-width: 36rem) {
  .bf-senses { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; }
}`;

const SENSES = ["eyes", "ears"];

function render({ model, el }) {
  const words = model.get("words");
  const net = network(model.get("network"));
  const settings = model.get("network").audio;
  const spectrogram = logMel(settings);
  const samples = model.get("samples").map(unpack);
  const [usualImage, mostImage] = model.get("ranges").image_noise;
  const [usualAudio, mostAudio] = model.get("ranges").audio_noise;
  const sound = player();
  frame(model, el);

  // ------------------------------------------------------------ controls
  const samplesChoice = choice({
    label: words.choose,
    options: samples.map(({ digit }, i) => [i, digit, fill(words.sample, { i: i + 1, digit })]),
    onChange: (value) => put(model, { sample: value }),
  });
  const dial = (name, usual, most) => slider({
    label: words.noise, min: 0, max: most, step: most / 60, say: (value) => number(value),
    mark: usual > 0 && { at: usual, text: words.trained },
    onInput: (value) => put(model, { [name]: value }),
  });
  const dials = [dial("image_noise", usualImage, mostImage), dial("audio_noise", usualAudio, mostAudio)];
  const mutes = [
    toggle({ label: words.close_eyes, onChange: (value) => put(model, { eyes_closed: value }) }),
    toggle({ label: words.cover_ears, onChange: (value) => put(model, { ears_covered: value }) }),
  ];
  const listen = button({ label: words.listen, icon: "M3 1.5V14.5L14 8Z", onPress: () => sound.play(now.wave, settings.sample_rate) });
  const renew = button({ label: words.new_noise, icon: "M8 2V0L12.5 3.5L8 7V5A4 4 0 1 0 12 9H15A7 7 0 1 1 8 2Z", onPress: () => put(model, { seed: model.get("seed") + 1 }) });

  const canvases = SENSES.map(() => element("canvas", { role: "img" }));
  const views = canvases.map((canvas, i) => element("div", { class: "bf-view" }, canvas,
    element("span", { "aria-hidden": "true" }, element("b", {}, [words.eyes_closed, words.ears_covered][i]))));
  const cards = SENSES.map((sense, i) => element("div", { class: "bf-sense" }, views[i],
    element("div", {},
      element("div", { class: `bf-head live-${sense}` },
        element("span", {}, element("span", { class: "live-swatch" }), words[sense]), i === 1 ? listen : []),
      dials[i].node, mutes[i].node)));
  const rows = [...SENSES, "both"].map((kind) =>
    bars({ kind, name: words[kind === "both" ? kind : `${kind}_alone`], classes: model.get("network").classes, words }));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "live-row", style: "justify-content: space-between; align-items: end" }, samplesChoice.node, renew),
    element("div", { class: "bf-senses" }, cards),
    element("div", { class: "live-beliefs" }, rows.map((row) => row.node)),
    element("p", { class: "live-quiet", style: "margin-top: 0.75rem" }, words.truth),
    line.node,
  );

  // ------------------------------------------------------------ compute and draw
  const now = {}; // what was computed last, so that a dial recomputes its own sense alone
  function compute() {
    const [sample, seed] = [samples[model.get("sample")], model.get("seed")];
    const drawn = now.sample !== sample || now.seed !== seed;
    if (drawn) {
      now.dots = gaussian(2 * seed, sample.pixels.length);
      now.hiss = gaussian(2 * seed + 1, sample.wave.length);
    }
    if (drawn || now.imageNoise !== model.get("image_noise")) {
      now.imageNoise = model.get("image_noise");
      now.pixels = noisy(sample.pixels, now.dots, now.imageNoise);
      now.image = net.evidence.image({ data: now.pixels, channels: 1, rows: sample.rows, columns: sample.columns });
      drawInk(canvases[0], now.pixels, sample, now.imageNoise);
    }
    if (drawn || now.audioNoise !== model.get("audio_noise")) {
      now.audioNoise = model.get("audio_noise");
      now.wave = noisy(sample.wave, now.hiss, now.audioNoise);
      const grid = spectrogram(now.wave);
      now.audio = net.evidence.audio({ ...grid, channels: 1 });
      drawSpectrogram(canvases[1], grid, now.audioNoise);
    }
    Object.assign(now, { sample, seed });
  }

  const names = ["sample", "image_noise", "audio_noise", "eyes_closed", "ears_covered", "seed"];
  const stop = follow(model, names, () => {
    compute();
    const muted = [model.get("eyes_closed"), model.get("ears_covered")];
    const [image, audio] = [muted[0] ? null : now.image, muted[1] ? null : now.audio];
    const believe = (parts) => (parts.length ? softmax(net.logits(parts)) : null);
    const beliefs = [[image], [audio], [image, audio]].map((parts) => believe(parts.filter(Boolean)));

    samplesChoice.show(model.get("sample"));
    [now.imageNoise, now.audioNoise].forEach((value, i) => dials[i].show(value));
    muted.forEach((value, i) => {
      mutes[i].show(value);
      views[i].classList.toggle("bf-muted", value);
    });
    canvases[0].setAttribute("aria-label", fill(words.image, { sigma: number(now.imageNoise) }));
    canvases[1].setAttribute("aria-label", fill(words.sound, { sigma: number(now.audioNoise) }));
    rows.forEach((row, i) => row.show(beliefs[i], now.sample.digit, [words.eyes_closed, words.ears_covered, words.nothing][i]));
    const [eyes, ears, both] = beliefs.map((belief) => belief && fill(words.verdict, best(belief)));
    const text = muted[0] ? (muted[1] ? words.said_nothing : words.said_eyes_closed)
      : muted[1] ? words.said_ears_covered : words.said;
    line.say(fill(text, { eyes, ears, both, digit: now.sample.digit }));
  });
  return () => {
    stop();
    sound.close();
  };
}

/** A sample as arrays of numbers. */
function unpack(sample) {
  return {
    ...sample,
    pixels: Float32Array.from(bytes(sample.pixels), (value) => value / 240),
    wave: unpackWave(sample, sample.length),
  };
}

export default { render };
