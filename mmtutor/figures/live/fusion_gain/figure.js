// Dials for what two senses know: the Bayes limits, and where each rule that joins decisions lands.
import { element, fill, follow, frame, number, put, slider, status } from "../runtime/controls.js";
import { gain } from "./gain.js";

const STYLE = `
.fg-dials { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 1.75rem; margin-bottom: 0.75rem; }
.fg-rows { display: grid; gap: 0.5rem; margin: 0.5rem 0 0.75rem; }
.fg-row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 0.75rem; align-items: center; }
.fg-row b { font-variant-numeric: tabular-nums; }
.fg-track { position: relative; grid-column: 1 / -1; height: 1rem; border: 1px solid var(--live-edge); border-radius: 0.25rem; }
.fg-fill { position: absolute; inset: 0 auto 0 0; border-radius: 0.1875rem; background: var(--live-blue); }
.fg-limit .fg-fill { background: var(--live-green); }
.fg-rule .fg-fill { background: var(--live-red); }
.fg-mark { position: absolute; top: -0.3125rem; bottom: -0.3125rem; width: 0.25rem; margin-left: -0.125rem; border-radius: 0.125rem; background: var(--live-ink); outline: 2px solid var(--live-paper); }
@container live (min-width: 36rem) {
  .fg-dials { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .fg-row { grid-template-columns: 13rem minmax(0, 1fr) 4rem; }
  .fg-track { grid-column: 2; grid-row: 1; }
  .fg-row b { text-align: right; }
}`;

const SHARES = ["redundancy", "unique_1", "unique_2", "synergy"];
const DIALS = [...SHARES, "signal", "shared_noise"];
const ROWS = [["first", ""], ["second", ""], ["both", "fg-limit"], ["product", "fg-rule"], ["logits", "fg-rule"], ["probabilities", "fg-rule"], ["vote", "fg-rule"]];

function render({ model, el }) {
  const words = model.get("words");
  const percent = (value) => `${number(100 * value, 1)}\u00a0%`;
  const state = () => Object.fromEntries(DIALS.map((name) => [name, model.get(name)]));
  frame(model, el);

  /** Turn a dial; shares that no longer fit make room in proportion. */
  function turn(name, value) {
    const now = { ...state(), [name]: value };
    const others = SHARES.filter((share) => share !== name);
    const sum = others.reduce((total, share) => total + now[share], 0);
    if (SHARES.includes(name) && sum > 1 - value) for (const share of others) now[share] *= (1 - value) / sum;
    put(model, now);
  }
  const dials = DIALS.map((name) => slider({
    label: words[name], min: 0, max: name === "signal" ? 3 : 1, step: name === "signal" ? 0.1 : 0.05,
    say: (value) => (SHARES.includes(name) ? fill(words.share, { p: number(100 * value, 0) }) : number(value, name === "signal" ? 1 : 2)),
    onInput: (value) => turn(name, value),
  }));
  const rows = ROWS.map(([name, kind]) => {
    const [bar, mark, value] = [element("i", { class: "fg-fill" }), element("i", { class: "fg-mark" }), element("b")];
    const track = element("div", { class: "fg-track", role: "img" }, bar, mark);
    const node = element("div", { class: `fg-row ${kind}` }, element("span", {}, words[name]), value, track);
    const show = (right, believes) => {
      bar.style.width = `${200 * (right - 0.5)}%`;
      mark.hidden = believes === null;
      mark.style.left = `${200 * ((believes ?? 0.5) - 0.5)}%`;
      value.textContent = percent(right);
      const told = { name: words[name], right: percent(right), believes: percent(believes ?? 0) };
      track.setAttribute("aria-label", fill(believes === null ? words.row_plain : words.row, told));
    };
    return { name, node, show };
  });
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "fg-dials" }, dials.map((dial) => dial.node)),
    element("p", { class: "live-quiet" }, words.legend),
    element("div", { class: "fg-rows" }, rows.map((row) => row.node)),
    line.node,
  );

  return follow(model, DIALS, () => {
    const now = state();
    DIALS.forEach((name, i) => dials[i].show(now[name]));
    const { right, believes, bits, redundant } = gain(now);
    for (const { name, show } of rows) show(right[name], believes[name]);
    const more = right.both - Math.max(right.first, right.second);
    line.say(fill(words.said, {
      both: percent(right.both), more: number(100 * more, 1), out: number(100 * (right.both - right.product), 1),
      first: number(bits[0]), second: number(bits[1]), together: number(bits[2]),
      low: number(redundant[0]), high: number(redundant[1]),
    }));
  });
}

export default { render };
