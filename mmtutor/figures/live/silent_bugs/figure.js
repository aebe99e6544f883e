// Bugs to switch on and off: the loss curve and the two accuracies of a training that was run.
import { button, element, fill, follow, frame, number, put, shape, status, toggle } from "../runtime/controls.js";

const BOX = { left: 36, right: 352, top: 16, bottom: 226 };
const ROOM = 22; // below the lowest curve, for its name
const APART = 16; // from one line of words to the next

const STYLE = `
.sb-bugs { display: grid; gap: 0.25rem 1.75rem; grid-template-columns: minmax(0, 1fr); }
.sb-group { min-width: 0; padding: 0; border: 0; }
.live-figure .sb-group legend { float: none; width: auto; margin: 0; padding: 0; font: inherit; }
.sb-group > div { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 1.75rem; }
.sb-plots { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 2rem; margin-top: 0.75rem; }
.sb-line { fill: none; stroke-width: 3; stroke-linejoin: round; }
.sb-sound { stroke: var(--live-edge); stroke-dasharray: 7 4; }
.sb-chosen { stroke: var(--live-red); }
.live-figure .sb-tick { fill: var(--live-quiet); font-size: 12px; paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; }
.live-figure .sb-key { font-weight: 600; paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; }
.live-figure .sb-key.sb-chosen { fill: var(--live-red); }
.sb-bars { display: grid; gap: 0.75rem; }
.sb-bar { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.125rem 0.75rem; }
.sb-bar b { font-weight: 600; }
.sb-well { position: relative; grid-column: 1 / -1; height: 1.75rem; border-radius: 0.25rem; background: var(--live-wash); box-shadow: inset 0 0 0 1px var(--live-line); }
.sb-well i { display: block; height: 100%; border-radius: 0.25rem 0 0 0.25rem; transition: width 0.15s; }
.sb-reported i { background: var(--live-red); }
.sb-true i { background: var(--live-blue); }
.sb-whisker { position: absolute; top: 50%; height: 3px; margin-top: -1.5px; background: var(--live-ink); }
.sb-mark { position: absolute; top: -0.25rem; bottom: -0.25rem; width: 0; border-left: 2px dashed var(--live-ink); }
.sb-legend { display: flex; flex-wrap: wrap; gap: 0 1rem; }
@container live (min-width: 38rem) {
  .sb-group > div { grid-template-columns: 1fr 1fr; }
}
.live-figure svg.sb-plot { max-width: 30rem; }
@container live (min-width: 40rem) {
  .sb-plots { grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); align-items: center; }
}`;

function render({ model, el }) {
  const words = model.get("words");
  const told = model.get("told");
  const groups = ["in_training", "in_judging"];
  frame(model, el);

  const switched = (name, value) => {
    const others = model.get("on").filter((bug) => bug !== name);
    put(model, { on: value ? [...others, name] : others });
  };
  const toggles = new Map(groups.flatMap((group) => told[group]).map((name) =>
    [name, toggle({ label: words[name], onChange: (value) => switched(name, value) })]));
  const sets = groups.map((group) => element("fieldset", { class: "sb-group" },
    element("legend", { class: "live-quiet" }, words[group]),
    element("div", {}, told[group].map((name) => toggles.get(name).node))));
  const clear = button({ label: words.clear, onPress: () => put(model, { on: [] }) });
  const plot = lossPlot(told, words);
  const bars = accuracyBars(told, words);
  const line = status();
  const source = fill(words.source, {
    seeds: told.seeds, epochs: told.epochs, train: told.samples.train.toLocaleString("en"),
    test: told.samples.test.toLocaleString("en"), combinations: 2 ** toggles.size,
    trainings: 2 ** told.in_training.length, ways: 2 ** told.in_judging.length,
  });
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "sb-bugs" }, sets),
    element("div", { class: "live-row", style: "margin-top: 0.375rem" }, clear),
    element("div", { class: "sb-plots" }, plot.node, bars.node),
    line.node,
    element("p", { class: "live-quiet", style: "margin-top: 0.875rem" }, source),
  );

  const stop = follow(model, ["on"], () => {
    const on = model.get("on");
    for (const [name, { show }] of toggles) show(on.includes(name));
    const now = outcome(told, on);
    plot.show(now, on.length > 0);
    bars.show(now);
    line.say(inWords(now, words, on));
  });
  return stop;
}

/** What a choice of bugs led to: losses, and [mean, least, greatest] of the accuracies. */
function outcome(told, on) {
  const named = (group) => told[group].filter((name) => on.includes(name)).join(" ");
  const row = told.rows[named("in_training")];
  return {
    loss: row.loss, true: row.accuracy[""], reported: row.accuracy[named("in_judging")],
    soundLoss: told.rows[""].loss, sound: told.rows[""].accuracy[""],
  };
}

function inWords(now, words, on) {
  const percent = ([mean]) => fill(words.percent, { p: number(100 * mean, 1) });
  const values = {
    loss: number(now.loss.at(-1)), sound_loss: number(now.soundLoss.at(-1)),
    reported: percent(now.reported), true: percent(now.true), sound: percent(now.sound),
  };
  if (!on.length) return fill(words.said_none, values);
  const off = 100 * (now.reported[0] - now.true[0]);
  const points = { points: number(Math.abs(off), 1) };
  return [
    fill(words.said, values),
    off > 1 ? fill(words.flatters, points) : off < -1 ? fill(words.modest, points) : "",
    now.loss.at(-1) < now.soundLoss.at(-1) - 0.05 ? words.prettier : "",
  ].filter(Boolean).join(" ");
}

/** Two curves on a logarithmic scale: no bug, and the reader's choice. */
function lossPlot(told, words) {
  const grid = shape("g", {});
  const sound = shape("polyline", { class: "sb-line sb-sound" });
  const chosen = shape("polyline", { class: "sb-line sb-chosen" });
  const names = shape("g", {});
  const node = shape("svg", { class: "live-drawing sb-plot", role: "img", viewBox: `0 0 ${BOX.right + 8} 264` }, grid, sound, chosen, names);

  const show = (now, any) => {
    const values = [...now.loss, ...now.soundLoss, Math.log(told.classes)];
    const low = Math.log10(Math.min(...values));
    const high = Math.log10(Math.max(...values) * 1.15);
    const x = (i) => BOX.left + 8 + ((BOX.right - BOX.left - 16) * i) / (told.epochs - 1);
    const floor = BOX.bottom - ROOM;
    const y = (value) => floor - ((floor - BOX.top) * (Math.log10(value) - low)) / (high - low);
    const points = (losses) => losses.map((value, i) => `${x(i)},${y(value)}`).join(" ");
    sound.setAttribute("points", points(now.soundLoss));
    chosen.setAttribute("points", points(now.loss));
    grid.replaceChildren(...scales({ told, words, x, y, low, high }));
    names.replaceChildren(...keys({ now, words, y, guess: Math.log(told.classes), any }));
    node.setAttribute("aria-label", fill(words.plot, {
      first: number(now.loss[0]), last: number(now.loss.at(-1)),
      sound_first: number(now.soundLoss[0]), sound_last: number(now.soundLoss.at(-1)),
    }));
  };
  return { node, show };
}

/** Losses to the left, epochs below, and a line at the loss of one who guesses. */
function scales({ told, words, x, y, low, high }) {
  const { right } = BOX;
  const parts = [];
  const guess = Math.log(told.classes);
  for (let k = Math.floor(low); k <= high; k += 1) {
    for (const digit of [1, 2, 5]) {
      const value = digit * 10 ** k;
      if (Math.log10(value) < low || Math.log10(value) > high) continue;
      parts.push(shape("path", { d: `M${BOX.left} ${y(value)}H${right}`, stroke: "var(--live-line)" }));
      parts.push(shape("text", { x: BOX.left - 6, y: y(value) + 4, "text-anchor": "end", class: "sb-tick" }, String(Number(value.toPrecision(1)))));
    }
  }
  for (let i = 0; i < told.epochs; i += 1) {
    parts.push(shape("text", { x: x(i), y: BOX.bottom + 16, "text-anchor": "middle", class: "sb-tick" }, i + 1));
  }
  parts.push(shape("path", { d: `M${BOX.left} ${y(guess)}H${right}`, stroke: "var(--live-edge)", "stroke-dasharray": "2 4" }));
  parts.push(shape("text", { x: right - 4, y: aboveGuess(y(guess)), "text-anchor": "end", class: "sb-tick sb-guess" },
    fill(words.guessing, { classes: told.classes, loss: number(guess, 1) })));
  parts.push(shape("text", { x: (BOX.left + right) / 2, y: BOX.bottom + 35, "text-anchor": "middle" }, words.loss));
  return parts;
}

/** The names of the two curves at their ends, kept apart; one name where the curves are one. */
function keys({ now, words, y, guess, any }) {
  const name = (text, height, kind) => shape("text", { x: BOX.right - 4, y: height, "text-anchor": "end", class: `sb-key ${kind}` }, text);
  const [a, b] = [y(now.soundLoss.at(-1)), y(now.loss.at(-1))];
  if (now.loss === now.soundLoss) return [name(any ? words.both : words.sound, a + 18, "")];
  const sound = b > a ? a - 14 : a + 18;
  const taken = [sound, aboveGuess(y(guess))];
  const free = (height) => taken.every((other) => Math.abs(height - other) >= APART);
  const chosen = (b > a ? [b + 18, b - 12] : [b - 12, b + 18]).find(free) ?? b + 18;
  return [name(words.sound, sound, ""), name(words.chosen, chosen, "sb-chosen")];
}

/** Where the words about guessing stand: above their line. */
function aboveGuess(line) {
  return line - 5;
}

/** What the program says, and what is true, with whiskers from the worst run to the best. */
function accuracyBars(told, words) {
  const rows = ["reported", "true"].map((kind) => {
    const bar = element("i");
    const whisker = element("span", { class: "sb-whisker" });
    const mark = element("span", { class: "sb-mark" });
    const value = element("b");
    const node = element("div", { class: `sb-bar sb-${kind}` }, element("span", {}, words[kind]), value,
      element("div", { class: "sb-well" }, bar, whisker, mark));
    return { kind, bar, whisker, mark, value, node };
  });
  const key = element("div", { class: "live-quiet sb-legend", "aria-hidden": "true" },
    element("span", {}, `┆ ${words.sound}`), element("span", {}, `${words.always}: ${fill(words.percent, { p: number(100 * told.commonest, 1) })}`));
  const node = element("div", { class: "sb-bars", role: "img" }, rows.map((row) => row.node), key);
  const show = (now) => {
    const percent = ([mean]) => fill(words.percent, { p: number(100 * mean, 1) });
    for (const { kind, bar, whisker, mark, value } of rows) {
      const [mean, least, greatest] = now[kind];
      bar.style.width = `${100 * mean}%`;
      whisker.style.left = `${100 * least}%`;
      whisker.style.width = `${100 * (greatest - least)}%`;
      mark.style.left = `${100 * now.sound[0]}%`;
      value.textContent = percent(now[kind]);
    }
    node.setAttribute("aria-label", fill(words.bars, {
      reported: percent(now.reported), true: percent(now.true), sound: percent(now.sound),
    }));
  };
  return { node, show };
}

export default { render };
