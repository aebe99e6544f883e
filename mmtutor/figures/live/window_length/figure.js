// A spectrogram whose window the reader makes longer and shorter.
import { bytes } from "../runtime/bytes.js";
import { ramp, paint } from "../runtime/canvas.js";
import { button, choice, element, fill, follow, frame, number, put, slider, status } from "../runtime/controls.js";
import { player } from "../runtime/sound.js";
import { least, pairs, spectrogram } from "./windows.js";

const STYLE = `
.wl-dials { display: grid; gap: 0.25rem 1.25rem; margin: 0.75rem 0; }
.wl-view { position: relative; margin-left: 4.25rem; border: 1px solid var(--live-line); }
.wl-view canvas { display: block; width: 100%; height: 15rem; image-rendering: pixelated; }
.wl-view span { position: absolute; right: calc(100% + 0.375rem); color: var(--live-quiet); font-size: 0.8125rem; line-height: 1; transform: translateY(50%); white-space: nowrap; }
.wl-frame { position: absolute; top: -0.5rem; height: 0.375rem; border-radius: 0.25rem; background: var(--live-red); }
.wl-times { display: flex; justify-content: space-between; margin-left: 4.25rem; color: var(--live-quiet); font-size: 0.8125rem; }
@container live (min-width: 34rem) { .wl-dials { grid-template-columns: 1fr 1fr 1fr; } }`;

const [TOP, ROWS, COLUMNS] = [2000, 160, 240];
const RANGE = 45; // decibels from dark to light

function render({ model, el }) {
  const words = model.get("words");
  const [rate, stops, ranges, spoken] = ["rate", "stops", "ranges", "spoken"].map((name) => model.get(name));
  const { wave, length, pitch } = spoken;
  const names = ["sound", "window", "tones", "clicks"];
  const voice = new Float32Array(length);
  voice.set(Float32Array.from(new Int8Array(bytes(wave).buffer), (value) => value / 127));
  const sound = player();
  frame(model, el);

  const which = choice({
    label: words.sound, options: ["pairs", "voice"].map((key) => [key, words[key]]),
    onChange: (value) => put(model, { sound: value }),
  });
  const ms = (n) => number((1000 * n) / rate, n < 80 ? 1 : 0);
  const long = slider({
    label: words.window, min: 0, max: stops.length - 1, step: 1,
    say: (i) => fill(words.samples, { n: stops[i], ms: ms(stops[i]) }), onInput: (i) => put(model, { window: stops[i] }),
  });
  const dial = (name, step, say) => slider({
    label: words[name], min: ranges[name][0], max: ranges[name][1], step, say, onInput: (value) => put(model, { [name]: value }),
  });
  const tones = dial("tones", 10, (f) => fill(words.hertz, { f }));
  const clicks = dial("clicks", 5, (t) => fill(words.ms, { t }));
  const listen = button({ label: words.listen, icon: "M3 1.5V14.5L14 8Z", onPress: () => sound.play(heard(get()), rate) });

  const canvas = element("canvas", { role: "img" });
  const bar = element("i", { class: "wl-frame", "aria-hidden": "true" });
  const heights = [500, 1000, 1500].map((f) =>
    element("span", { style: `bottom: ${(100 * f) / TOP}%` }, fill(words.hertz, { f: f.toLocaleString("en") })));
  const times = [0, 0.5, 1].map((share) => element("span", {}, fill(words.ms, { t: number((1000 * share * length) / rate, 0) })));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "live-row" }, which.node, listen),
    element("div", { class: "wl-dials" }, long.node, tones.node, clicks.node),
    element("div", { class: "wl-view" }, canvas, bar, heights),
    element("div", { class: "wl-times" }, times),
    line.node,
  );

  const get = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const heard = (at) => (at.sound === "voice" ? voice : pairs({ ...at, rate, length }));
  const stop = follow(model, names, () => {
    const at = get();
    which.show(at.sound);
    long.show(stops.indexOf(at.window));
    tones.show(at.tones);
    clicks.show(at.clicks);
    tones.node.hidden = clicks.node.hidden = at.sound === "voice";
    const data = spectrogram(heard(at), { n: at.window, rate, rows: ROWS, columns: COLUMNS, top: TOP });
    const upward = data.map((_, i) => data[(ROWS - 1 - Math.floor(i / COLUMNS)) * COLUMNS + (i % COLUMNS)]);
    paint(canvas, upward, ROWS, COLUMNS, (value) => ramp(1 + value / RANGE));
    bar.style.width = `${(100 * at.window) / length}%`;
    const text = told({ ...at, pitch }, words, rate);
    canvas.setAttribute("aria-label", fill(words.alt, { top: TOP.toLocaleString("en"), said: text }));
    line.say(text);
  });
  return () => {
    stop();
    sound.close();
  };
}

function told({ sound, window: n, tones, clicks, pitch }, words, rate) {
  const from = least(n, rate);
  const digits = (value) => number(value, value < 10 && value % 1 ? 1 : 0);
  const known = { ms: digits((1000 * n) / rate), least_tones: digits(from.tones), least_clicks: digits(from.clicks) };
  if (sound === "voice") {
    const [level, upright] = [pitch >= from.tones, 1000 / pitch >= from.clicks];
    const look = words[`look_${level && upright ? "both" : level ? "long" : upright ? "short" : "none"}`];
    return fill(words.said_voice, { ...known, look, pitch: number(pitch, 0), period: number(1000 / pitch, 1) });
  }
  const count = (apart, needed) => (apart >= needed ? words.seen : words.hidden);
  return fill(words.said_pairs, {
    ...known, tones, clicks, tones_seen: count(tones, from.tones), clicks_seen: count(clicks, from.clicks),
  });
}

export default { render };
