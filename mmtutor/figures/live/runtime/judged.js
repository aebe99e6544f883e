// A prediction held against what was measured: how near, how sure, how it is drawn.
import { element, fill, shape } from "./controls.js";

/** A value with its unit, as exact as a reader compares it. */
export function shown(value, { unit }) {
  const places = ["%", "points"].includes(unit) ? 1 : Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(Math.abs(value) || 1))));
  const text = value.toLocaleString("en-US", { maximumFractionDigits: places }).replace("-", "−");
  return unit ? `${text}\u00a0${unit}` : text;
}

/** How far apart two values are: two shares in per cent, so many points. */
const apart = (value, asked) => shown(value, asked.unit === "%" ? { ...asked, unit: "points" } : asked);

/** What the reader was sure of, and whether it came true: [probability, 0 or 1], or nothing. */
export function bet({ asked, given, take, sure, measured }) {
  if (measured === undefined || given === undefined) return undefined;
  if (asked.kind === "number") return take === undefined ? undefined : [asked.sure, Number(Math.abs(given - measured) <= take + 1e-9)];
  return sure === undefined ? undefined : [sure, Number(isRight({ asked, given, measured }))];
}

/** Whether a choice, or a whole order, is the measured one. */
export function isRight({ asked, given, measured }) {
  if (asked.kind === "choice") return given === measured;
  const [right, all] = pairsInOrder(given, measured);
  return right === all;
}

/** How many of all pairs stand in the measured order; two that measured the same may stand either way. */
export function pairsInOrder(given, measured) {
  let right = 0;
  let all = 0;
  given.forEach((one, i) => given.slice(i + 1).forEach((other) => {
    all += 1;
    right += Number(measured[one] >= measured[other]);
  }));
  return [right, all];
}

/** The items of a ranking from most to least. */
export const inOrder = (measured) => measured.map((_, i) => i).sort((a, b) => measured[b] - measured[a] || a - b);

/** What the reader said, in words. */
export function saidBy({ asked, given, take, sure }, words) {
  if (asked.kind === "number") {
    return take === undefined ? shown(given, asked) : fill(words.give_or_take, { given: shown(given, asked), take: apart(take, asked) });
  }
  const text = asked.kind === "choice" ? asked.options[given] : given.map((i) => asked.options[i]).join(" > ");
  return sure === undefined ? text : fill(words.said_sure, { text, sure: Math.round(100 * sure) });
}

/** What was measured, in words. */
export function measuredAs({ asked, measured }) {
  if (asked.kind === "number") return shown(measured, asked);
  if (asked.kind === "choice") return asked.options[measured];
  return inOrder(measured).map((i) => `${asked.options[i]} (${shown(measured[i], asked)})`).join(" > ");
}

/** How the two compare, in words. */
export function verdict(record, words) {
  const { asked, given, take, measured } = record;
  if (asked.kind === "choice") return isRight(record) ? words.right : words.wrong;
  if (asked.kind === "ranking") {
    const [right, all] = pairsInOrder(given, measured);
    return fill(right === all ? words.order_right : words.order_some, { right, all });
  }
  const off = apart(Math.abs(given - measured), asked);
  const how = off === apart(0, asked) ? words.exact : fill(given < measured ? words.under : words.over, { off });
  if (take === undefined) return how;
  return `${how} ${bet(record)[1] ? words.inside : words.outside}`;
}

const WIDE = 640;
const ENDS = 8;

/** A number and its guess on the line of what was possible. */
export function numberLine({ asked, given, take, measured }, words) {
  const x = (value) => ENDS + ((WIDE - 2 * ENDS) * (Math.min(asked.high, Math.max(asked.low, value)) - asked.low)) / (asked.high - asked.low);
  const node = shape("svg", { class: "pr-line", viewBox: `0 0 ${WIDE} 36`, preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("line", { class: "pr-axis", x1: ENDS, x2: WIDE - ENDS, y1: 18, y2: 18 }));
  const at = (value, name) => element("span", { class: name, style: `left: ${(100 * x(value)) / WIDE}%` });
  if (take !== undefined && given !== undefined) {
    node.append(shape("line", { class: "pr-take", x1: x(given - take), x2: x(given + take), y1: 18, y2: 18 }));
  }
  const marks = [given === undefined ? [] : at(given, "pr-given"), measured === undefined ? [] : at(measured, "pr-measured")].flat();
  const ends = element("div", { class: "pr-ends live-quiet" }, element("span", {}, shown(asked.low, asked)), element("span", {}, shown(asked.high, asked)));
  return element("div", { class: "pr-drawn", role: "img", "aria-label": fill(words.drawn, {
    given: given === undefined ? words.nothing : saidBy({ asked, given, take }, words), measured: measuredAs({ asked, measured }),
    low: shown(asked.low, asked), high: shown(asked.high, asked),
  }) }, element("div", { class: "pr-marks" }, node, marks), ends);
}

/** What the marks of a line mean. */
export function legend(words) {
  return element("p", { class: "pr-legend live-quiet" },
    element("span", {}, element("span", { class: "pr-given" }), words.yours), element("span", {}, element("span", { class: "pr-measured" }), words.measured));
}

const JUDGED_STYLE = `
.pr-marks { position: relative; height: 2.25rem; }
.live-figure svg.pr-line { display: block; width: 100%; height: 2.25rem; }
.pr-axis { stroke: var(--live-edge); stroke-width: 2; vector-effect: non-scaling-stroke; }
.pr-take { stroke: var(--live-blue); stroke-width: 8; opacity: 0.45; vector-effect: non-scaling-stroke; }
.pr-marks .pr-given, .pr-marks .pr-measured { position: absolute; top: 50%; transform: translate(-50%, -50%); }
.pr-marks .pr-measured { transform: translate(-50%, -50%) rotate(45deg); }
.pr-given { display: inline-block; flex: none; width: 1rem; height: 1rem; border: 3px solid var(--live-blue); border-radius: 50%; background: var(--live-paper); }
.pr-measured { display: inline-block; flex: none; width: 0.75rem; height: 0.75rem; border: 1px solid var(--live-paper); background: var(--live-red); transform: rotate(45deg); }
.pr-ends { display: flex; justify-content: space-between; gap: 1rem; }
.live-figure .pr-legend, .pr-legend > span { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; }
.live-figure .pr-legend { gap: 0.25rem 1.5rem; }
.pr-right::before { content: "✓ "; content: "✓ " / ""; color: var(--live-green); font-weight: 700; }
.pr-wrong::before { content: "✗ "; content: "✗ " / ""; color: var(--live-red); font-weight: 700; }
@media (forced-colors: active) { .pr-measured { background: Highlight; forced-color-adjust: none; } .pr-take { stroke: Highlight; } }
`;

/** The style of lines, marks and verdicts. */
export const look = () => element("style", {}, JUDGED_STYLE);
