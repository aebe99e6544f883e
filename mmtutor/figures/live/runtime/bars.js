// What a model believes: a row of bars for each sense, a bar for each class.
import { element, fill } from "./controls.js";

/** The most probable class and its probability in per cent. */
export function best(belief) {
  const digit = belief.indexOf(Math.max(...belief));
  return { digit, p: Math.round(100 * belief[digit]) };
}

/**
 * One row of bars: whose belief, how much for each class, and the verdict. `show(belief, truth)`
 * marks the true class, if it is known; without a belief it says `otherwise`.
 */
export function bars({ kind, name, classes, words }) {
  const cells = Array.from({ length: classes }, (_, digit) => {
    const bar = element("i");
    return { bar, node: element("div", { class: "live-cell" }, element("div", { class: "live-well" }, bar), digit) };
  });
  const chart = element("div", { class: "live-bars", role: "img", style: `--live-classes: ${classes}` }, cells.map((cell) => cell.node));
  const verdict = element("div", { class: "live-verdict" });
  const node = element("div", { class: `live-belief live-${kind}` },
    element("div", {}, element("span", { class: "live-swatch" }), name), verdict, chart);
  const show = (belief, truth, otherwise) => {
    cells.forEach((cell, digit) => {
      cell.bar.style.height = belief ? `${100 * belief[digit]}%` : "0";
      cell.node.classList.toggle("live-true", digit === truth);
    });
    const said = belief ? fill(words.verdict, best(belief)) : otherwise;
    const mark = belief && truth !== undefined ? (best(belief).digit === truth ? " ✓" : " ✗") : "";
    verdict.textContent = said + mark;
    const second = belief && fill(words.verdict, best(belief.map((p, digit) => (digit === best(belief).digit ? 0 : p))));
    chart.setAttribute("aria-label", belief ? fill(words.row, { name, first: said, second }) : `${name}: ${said}`);
  };
  return { node, show };
}
