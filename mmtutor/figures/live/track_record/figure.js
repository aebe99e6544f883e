// The reader's own predictions against what was measured, and how well calibrated they are.
import { button, element, fill, frame, shape } from "../runtime/controls.js";
import { bet, isRight, legend, look, measuredAs, numberLine, saidBy, verdict } from "../runtime/judged.js";
import { forget, recall, remembers, watch } from "../runtime/memory.js";

const STYLE = `
.tr-list { display: grid; gap: 1rem; margin: 0.75rem 0; }
.tr-row { padding-top: 0.75rem; border-top: 1px solid var(--live-line); }
.tr-what { font-weight: 600; }
.tr-chapter { color: var(--live-quiet); font-weight: 400; }
.tr-calibration { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem 1.5rem; align-items: center; margin: 1rem 0; padding-top: 1rem; border-top: 1px solid var(--live-line); }
@container live (min-width: 36rem) { .tr-calibration { grid-template-columns: 17rem minmax(0, 1fr); } }
.live-figure svg.tr-plot { max-width: 17rem; }
.tr-plot .tr-frame { fill: none; stroke: var(--live-edge); }
.tr-plot .tr-diagonal { stroke: var(--live-edge); stroke-dasharray: 4 4; }
.tr-plot .tr-stem { stroke: var(--live-blue); stroke-width: 2; opacity: 0.5; }
.tr-plot .tr-dot { fill: var(--live-blue); stroke: var(--live-paper); stroke-width: 2; }
`;

function render({ model, el }) {
  const words = model.get("words");
  const chapter = model.get("chapter");
  frame(model, el);
  el.classList.add("track-record");
  const body = element("div", {});
  const told = element("p", { class: "live-quiet", role: "status" });
  el.append(element("style", {}, STYLE), look(), body, told);

  const mine = ({ asked }) => !chapter || asked.chapter === chapter;
  let sure = false;
  const draw = () => {
    const records = [...recall().values()].filter(mine);
    const made = records.filter(({ given }) => given !== undefined);
    const clear = button({
      label: sure ? fill(words.forget_sure, { count: records.length }) : words.forget,
      onPress: () => {
        if (sure) forget(mine);
        sure = !sure;
        told.textContent = sure ? "" : words.forgotten;
        draw();
        el.querySelector("button")?.focus({ preventScroll: true });
      },
    });
    body.replaceChildren(
      element("p", {}, made.length ? fill(words.made, { made: made.length, shown: records.length - made.length }) : chapter ? words.none_here : words.none),
      ...(made.length ? [legend(words), element("div", { class: "tr-list" }, made.sort(byChapter).map((record) => row(record, words, chapter)))] : []),
      ...calibration(made.map(bet).filter(Boolean), words),
      element("div", { class: "live-row" }, clear, sure ? button({ label: words.keep, onPress: () => {
        sure = false;
        draw();
        el.querySelector("button")?.focus({ preventScroll: true });
      } }) : []),
    );
    if (!remembers()) told.textContent = words.not_kept;
  };
  draw();
  return watch(draw);
}

const place = ({ asked }) => (/^\d+$/.test(asked.chapter) ? asked.chapter.padStart(3, "0") : `A${asked.chapter}`);
const byChapter = (one, other) => place(one).localeCompare(place(other));

function row(record, words, chapter) {
  const { asked, measured } = record;
  const waits = measured === undefined;
  const name = element("p", { class: "tr-what" }, chapter ? [] : element("span", { class: "tr-chapter" }, `${asked.chapter} · `), asked.what);
  if (waits) return element("div", { class: "tr-row" }, name, element("p", {}, fill(words.waits, { said: saidBy(record, words) })));
  const line = asked.kind === "number" ? [numberLine(record, words)] : [];
  const mark = asked.kind === "choice" ? { class: isRight(record) ? "pr-right" : "pr-wrong" } : {};
  return element("div", { class: "tr-row" }, name, line,
    element("p", { class: "live-quiet" }, fill(words.row, { said: saidBy(record, words), measured: measuredAs(record) })),
    element("p", mark, verdict(record, words)));
}

/** Of bets [probability, came true], what the reader expected and what came, and what chance would do. */
function summary(bets) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / bets.length;
  const said = mean(bets.map(([p]) => p));
  const came = mean(bets.map(([, hit]) => hit));
  const chance = (1.96 * Math.sqrt(mean(bets.map(([p]) => p * (1 - p))))) / Math.sqrt(bets.length);
  return { said, came, chance, verdict: Math.abs(said - came) <= chance ? "calibrated" : said > came ? "too_sure" : "not_sure_enough" };
}

function calibration(bets, words) {
  if (!bets.length) return [];
  const { said, came, chance, verdict: which } = summary(bets);
  const percent = (value) => `${Math.round(100 * value)}\u00a0%`;
  const gaps = { bets: bets.length, said: percent(said), came: percent(came), chance: Math.round(100 * chance) };
  return [element("div", { class: "tr-calibration" }, reliability(bets, words, percent),
    element("div", { class: "live-stack" }, element("p", {}, fill(words.calibration, gaps)), element("p", {}, words[which]), element("p", { class: "live-quiet" }, words.how_to_read)))];
}

/** Said against come true: one dot for each probability that was said. */
function reliability(bets, words, percent) {
  const [left, top, size] = [44, 12, 196];
  const x = (p) => left + size * p;
  const y = (p) => top + size * (1 - p);
  const groups = new Map();
  for (const one of bets) groups.set(one[0], [...(groups.get(one[0]) ?? []), one]);
  const rate = (group) => group.reduce((sum, [, hit]) => sum + hit, 0) / group.length;
  const dots = [...groups].map(([p, group]) => [
    shape("line", { class: "tr-stem", x1: x(p), x2: x(p), y1: y(p), y2: y(rate(group)) }),
    shape("circle", { class: "tr-dot", cx: x(p), cy: y(rate(group)), r: 5 + 2 * Math.sqrt(group.length) }),
  ]);
  const ticks = [0, 0.5, 1].flatMap((p) => [
    shape("text", { x: x(p), y: top + size + 18, "text-anchor": "middle" }, percent(p)),
    shape("text", { x: left - 6, y: y(p) + 4, "text-anchor": "end" }, percent(p)),
  ]);
  const label = [...groups].sort(([p], [q]) => p - q).map(([p, group]) => fill(words.dot, { p: percent(p), came: percent(rate(group)), count: group.length }));
  return shape("svg", { class: "live-drawing tr-plot", viewBox: `0 0 ${left + size + 14} ${top + size + 42}`, role: "img", "aria-label": [words.plot, ...label].join(" ") },
    shape("rect", { class: "tr-frame", x: left, y: top, width: size, height: size }),
    shape("line", { class: "tr-diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    ticks, shape("text", { x: left + size / 2, y: top + size + 36, "text-anchor": "middle" }, words.axis_said),
    shape("text", { x: left + 6, y: top + 16 }, words.axis_came), dots);
}

export default { render };
