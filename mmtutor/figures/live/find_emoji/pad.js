// A grid of cells to paint in eight colours with mouse, finger or keys.
import { choice, element, fill } from "../runtime/controls.js";

export const COLOURS = [
  ["white", 255, 255, 255], ["black", 35, 35, 40], ["red", 220, 47, 52], ["orange", 245, 140, 30],
  ["yellow", 253, 205, 60], ["green", 95, 160, 60], ["blue", 70, 150, 220], ["brown", 125, 80, 55],
];

/** Planes of numbers in [0, 1] from a digit a cell. */
export function pixels(cells) {
  const planes = new Float32Array(3 * cells.length);
  [...cells].forEach((digit, i) => {
    for (let c = 0; c < 3; c += 1) planes[c * cells.length + i] = COLOURS[digit][c + 1] / 255;
  });
  return planes;
}

/** The pad. `onDraw(cells)` gets every change; `show(cells)` draws them. */
export function pad({ words, side, onDraw }) {
  const seen = element("canvas", { "aria-hidden": "true" });
  const cursor = element("i", { class: "fe-cursor" });
  const told = element("p", { class: "live-hidden", role: "status" });
  const help = element("p", { class: "live-hidden", id: `pad-${Math.random().toString(36).slice(2)}` }, words.pad_help);
  const board = element("div", {
    class: "fe-pad", role: "application", tabindex: 0, "aria-label": fill(words.pad, { side }),
    "aria-roledescription": words.pad_role, "aria-describedby": help.id,
  }, seen, cursor);
  let colour = 2;
  const brush = choice({
    label: words.colour,
    options: COLOURS.map(([name, ...rgb], i) => [i, element("span", { class: "fe-ink", style: `background: rgb(${rgb})` }), words[name]]),
    onChange: (value) => brush.show((colour = value)),
  });
  brush.show(colour);
  let cells = "";
  let [column, row] = [side >> 1, side >> 1];

  const dab = (x, y, size) => {
    const now = [...cells];
    for (let dy = 0; dy < size; dy += 1) {
      for (let dx = 0; dx < size; dx += 1) {
        if (x + dx >= 0 && x + dx < side && y + dy >= 0 && y + dy < side) now[(y + dy) * side + x + dx] = colour;
      }
    }
    cells = now.join("");
  };
  const moveTo = (x, y) => {
    column = Math.min(side - 1, Math.max(0, x));
    row = Math.min(side - 1, Math.max(0, y));
    cursor.style.left = `${(100 * column) / side}%`;
    cursor.style.top = `${(100 * row) / side}%`;
    cursor.style.width = cursor.style.height = `${100 / side}%`;
  };
  moveTo(column, row);
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  board.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey || !(way || event.key === " ")) return;
    if (!way || event.shiftKey) dab(column, row, 1);
    if (way) moveTo(column + way[0], row + way[1]);
    if (way && event.shiftKey) dab(column, row, 1);
    event.preventDefault();
    event.stopPropagation();
    onDraw(cells);
    told.textContent = fill(words.cell, { row: row + 1, column: column + 1, colour: words[COLOURS[cells[row * side + column]][0]] });
  });

  let last = null; // where the pointer was, while it draws
  const go = (event) => {
    const box = board.getBoundingClientRect();
    const to = [(side * (event.clientX - box.left)) / box.width - 1, (side * (event.clientY - box.top)) / box.height - 1];
    const from = last ?? to;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let s = 0; s <= steps; s += 1) {
      const [x, y] = [0, 1].map((i) => Math.round(from[i] + (s / steps) * (to[i] - from[i])));
      dab(x, y, 2);
    }
    last = to;
    onDraw(cells);
  };
  board.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return; // a second finger enlarges the page
    board.setPointerCapture(event.pointerId);
    board.focus({ focusVisible: false });
    last = null;
    go(event);
    event.preventDefault();
  });
  board.addEventListener("pointermove", (event) => board.hasPointerCapture(event.pointerId) && go(event));

  const show = (now) => {
    cells = now;
    seen.width = seen.height = side;
    const picture = new ImageData(side, side);
    [...cells].forEach((digit, i) => picture.data.set([...COLOURS[digit].slice(1), 255], 4 * i));
    seen.getContext("2d").putImageData(picture, 0, 0);
  };
  return { node: element("div", { class: "live-stack" }, board, help, told, brush.node), show };
}
