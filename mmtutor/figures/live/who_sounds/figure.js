// A clip to scrub and hear: which object the model believes, and what a shift of the sound does.
import { bytes } from "../runtime/bytes.js";
import { paint } from "../runtime/canvas.js";
import { button, choice, element, fill, follow, frame, put, slider, status, toggle } from "../runtime/controls.js";
import { player } from "../runtime/sound.js";

const SIDE = 32;
const FRAMES = 32;
const NAMES = ["left", "middle", "right", "none"];
const STYLE = `
.ws-top { display: grid; gap: 0.75rem; margin-bottom: 1rem; }
.ws-main { display: grid; grid-template-columns: minmax(0, 18rem) minmax(10rem, 1fr); gap: 1rem 1.5rem; align-items: start; margin-bottom: 0.75rem; }
@media (max-width: 600px) { .ws-main { grid-template-columns: minmax(0, 1fr); } }
.ws-screen { position: relative; aspect-ratio: 1; width: 100%; max-width: 18rem; }
.ws-screen canvas { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; border-radius: 0.25rem; }
.ws-rows { display: grid; gap: 0.625rem; }
.ws-row { display: grid; gap: 0.125rem; }
.ws-well { height: 0.875rem; border: 1px solid var(--live-edge); border-radius: 0.25rem; overflow: hidden; }
.ws-well i { display: block; height: 100%; background: var(--live-blue); }
.ws-loud { display: flex; align-items: end; gap: 1px; height: 2.5rem; margin-top: 0.5rem; max-width: 18rem; border-bottom: 1px solid var(--live-edge); }
.ws-loud i { flex: 1; background: var(--live-quiet); min-height: 1px; }
.ws-loud i.ws-now { background: var(--live-red); }`;

function render({ model, el }) {
  const words = model.get("words");
  const [rate, beat, farthest] = ["rate", "beat", "farthest"].map((name) => model.get(name));
  const clips = model.get("clips").map(unpackClip);
  const sound = player();
  let playing = 0;
  frame(model, el);

  const when = (n) => (n === 0 ? words.in_time : fill(n > 0 ? words.late : words.early, { n: Math.abs(n) }));
  const at = (n) => fill(words.at, { frame: n, seconds: (n / rate).toFixed(2) });
  const clip = choice({
    label: words.clip, options: clips.map((one, i) => [i, one.name, one.name]),
    onChange: (value) => put(model, { clip: Number(value) }),
  });
  const time = slider({ label: words.frame, min: 0, max: FRAMES - 1, step: 1, say: at, onInput: (value) => put(model, { frame: value }) });
  const shift = slider({ label: words.shift, min: -farthest, max: farthest, step: 1, say: when, onInput: (value) => put(model, { shift: value }) });
  const mute = toggle({ label: words.mute, onChange: (value) => put(model, { muted: value }) });
  const look = toggle({ label: words.look, onChange: (value) => put(model, { look: value }) });
  const play = button({ label: words.play, icon: "M3 1.5V14.5L14 8Z", onPress: () => {
    cancelAnimationFrame(playing);
    const wave = heard(clips[model.get("clip")], model, beat);
    if (!model.get("muted")) sound.play(wave, rate * beat);
    const start = performance.now();
    const step = () => {
      const n = Math.floor(((performance.now() - start) / 1000) * rate);
      put(model, { frame: Math.min(FRAMES - 1, n) });
      if (n < FRAMES) playing = requestAnimationFrame(step);
    };
    playing = requestAnimationFrame(step);
  } });

  const picture = element("canvas", { role: "img" });
  const glow = element("canvas", { "aria-hidden": "true" });
  const loud = element("div", { class: "ws-loud", role: "img", "aria-label": words.loudness }, Array.from({ length: FRAMES }, () => element("i")));
  const rows = NAMES.map((name) => row(words, name));
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "ws-top" }, clip.node, element("div", { class: "live-row" }, play, mute.node, look.node), time.node, shift.node),
    element("div", { class: "ws-main" },
      element("div", {}, element("div", { class: "ws-screen" }, picture, glow), loud),
      element("div", { class: "ws-rows" }, rows.map((one) => one.node))),
    line.node,
  );

  const stop = follow(model, ["clip", "frame", "shift", "muted", "look"], () => {
    const [which, now, by, muted] = ["clip", "frame", "shift", "muted"].map((name) => model.get(name));
    const one = clips[which];
    const place = muted ? 2 * farthest + 1 : by + farthest;
    const belief = one.beliefs[place];
    clip.show(which);
    time.show(now);
    shift.show(by);
    mute.show(muted);
    look.show(model.get("look"));
    picture.setAttribute("aria-label", fill(words.picture, { frame: now, clip: one.name }));
    paint(picture, one.pixels.subarray(now * SIDE * SIDE, (now + 1) * SIDE * SIDE), SIDE, SIDE, (grey) => [grey, grey, grey]);
    drawGlow(glow, one, place, model.get("look"));
    const levels = loudness(heard(one, model, beat), beat);
    const most = Math.max(...levels, 0.05);
    [...loud.children].forEach((bar, t) => {
      bar.style.height = muted ? "0" : `${(100 * levels[t]) / most}%`;
      bar.className = t === now ? "ws-now" : "";
    });
    rows.forEach((part, k) => part.show(belief[k]));
    const best = belief.indexOf(Math.max(...belief));
    line.say(fill(words.said, {
      frame: now, sound: muted ? words.muted : fill(words.comes, { when: when(by) }),
      best: words[NAMES[best]], p: Math.round(100 * belief[best]), true: words[NAMES[one.true]],
    }));
  });
  return () => {
    stop();
    cancelAnimationFrame(playing);
    sound.close();
  };
}

function unpackClip({ pixels, sound, maps, ...rest }) {
  return { ...rest, pixels: bytes(pixels), wave: Float32Array.from(new Int8Array(bytes(sound).buffer), (v) => v / 127), maps: new Int8Array(bytes(maps).buffer) };
}

/** The wave as it is shifted now: what leaves at one end comes in at the other. */
function heard(one, model, beat) {
  const [n, by] = [one.wave.length, model.get("shift") * beat];
  return one.wave.map((_, i) => one.wave[(((i - by) % n) + n) % n]);
}

function loudness(wave, beat) {
  return Array.from({ length: FRAMES }, (_, t) => {
    const part = wave.subarray(t * beat, (t + 1) * beat);
    return Math.sqrt(part.reduce((sum, v) => sum + v * v, 0) / beat);
  });
}

/** Where the model looks: the more alike the stories of place and sound, the redder. */
function drawGlow(canvas, { maps, side }, place, shown) {
  canvas.width = side;
  canvas.height = side;
  const picture = new ImageData(side, side);
  for (let i = 0; shown && i < side * side; i += 1) {
    const alike = Math.max(0, maps[place * side * side + i] / 127);
    picture.data.set([213, 94, 0, 200 * alike * alike], 4 * i);
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** How much the model believes of one answer, as a bar and in words. */
function row(words, name) {
  const bar = element("i");
  const text = element("span");
  const node = element("div", { class: "ws-row" }, text, element("div", { class: "ws-well", "aria-hidden": "true" }, bar));
  const show = (p) => {
    bar.style.width = `${100 * p}%`;
    text.textContent = fill(words.belief, { who: words[name], p: Math.round(100 * p) });
  };
  return { node, show };
}

export default { render };
