// What the robot sees, as a strip of eleven columns; and the map from above with ways through it.
import { element, shape } from "../runtime/controls.js";

/** The camera's picture: a column for each ray, taller and darker the nearer. `show(rays)`. */
export function camera() {
  const columns = Array.from({ length: 11 }, (_, k) => ({
    wall: shape("rect", { class: "fs-wall", x: 20 * k, width: 20.4 }),
    sheep: shape("rect", { class: "fs-sheep", x: 20 * k + 1, width: 18, rx: 6 }),
  }));
  const node = shape("svg", { viewBox: "0 0 220 120", class: "fs-camera", "aria-hidden": "true" },
    shape("rect", { class: "fs-sky", width: 220, height: 60 }),
    shape("rect", { class: "fs-floor", y: 60, width: 220, height: 60 }),
    columns.map(({ wall, sheep }) => [wall, sheep]));
  const show = (rays) => rays.forEach(({ distance, sheep }, k) => {
    const tall = Math.min(118, 60 / distance);
    const { wall, sheep: animal } = columns[k];
    wall.setAttribute("y", 60 - tall / 2);
    wall.setAttribute("height", sheep ? 0 : tall);
    wall.style.opacity = Math.max(0.35, 1 - distance / 12);
    animal.setAttribute("y", 60);
    animal.setAttribute("height", sheep ? Math.max(tall / 2, 4) : 0);
  });
  return { node, show };
}

/** The map from above. `show(map, ways)` draws it with ways: {way, class} each. */
export function plan(label) {
  const node = shape("svg", { class: "fs-plan", role: "img", "aria-label": label });
  const show = (map, ways, robot) => {
    const [tall, wide] = [map.walls.length, map.walls[0].length];
    node.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    const cells = map.walls.flatMap((row, r) => row.flatMap((wall, c) => {
      const kind = map.sheep[r][c];
      if (wall) return [shape("rect", { class: "fs-wall", x: c, y: r, width: 1.02, height: 1.02 })];
      if (!kind) return [];
      const parts = [shape("circle", { class: kind === 2 ? "fs-goal" : "fs-silent", cx: c + 0.5, cy: r + 0.5, r: 0.34 })];
      if (kind === 2) parts.push(shape("path", { class: "fs-waves", d: `M${c + 0.1} ${r + 0.1}q-.2 .4 0 .8M${c + 0.9} ${r + 0.1}q.2 .4 0 .8` }));
      return parts;
    }));
    const lines = ways.map(({ way, name }, i) => shape("path", {
      class: `fs-way fs-way-${name}`, d: `M${way.map(({ row, column }) => `${column + 0.5 + 0.08 * (i - 0.5)} ${row + 0.5 + 0.08 * (i - 0.5)}`).join("L")}`,
    }));
    const { row, column, heading } = robot;
    const arrow = shape("path", { class: "fs-robot", d: "M0 -.4L.32 .34L0 .16L-.32 .34Z", transform: `translate(${column + 0.5} ${row + 0.5}) rotate(${90 * heading})` });
    node.replaceChildren(...cells, ...lines, arrow);
  };
  return { node, show };
}

/** Two bars, one an ear. `show(left, right)` in dB. */
export function meters(words) {
  const bars = [words.left_ear, words.right_ear].map((name) => {
    const bar = element("i", {});
    const value = element("span", { class: "live-quiet" });
    return { bar, value, node: element("div", { class: "fs-ear" }, element("span", { class: "live-quiet" }, name), element("div", { class: "fs-meter" }, bar), value) };
  });
  const show = (left, right) => [left, right].forEach((db, i) => {
    bars[i].bar.style.width = `${Math.min(100, (100 * db) / 70)}%`;
    bars[i].value.textContent = `${Math.round(db)} dB`;
  });
  return { node: element("div", { class: "fs-ears", "aria-hidden": "true" }, bars.map(({ node }) => node)), show };
}
