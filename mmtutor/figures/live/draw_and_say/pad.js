// A grid of 8 × 8 cells to draw on with mouse, finger or keys. Ink lies on 32 × 32 finer dots.
import { drawInk } from "../runtime/canvas.js";
import { element, fill, number } from "../runtime/controls.js";

const DOTS = 32;
const CELLS = 8;
const BRUSH = 2.4; // its radius in dots

/** 1,024 dots from 256 hexadecimal digits, and back. */
export const unpackDots = (text) =>
  Uint8Array.from({ length: DOTS * DOTS }, (_, i) => (parseInt(text[i >> 2], 16) >> (3 - (i & 3))) & 1);
export const packDots = (dots) =>
  Array.from({ length: 256 }, (_, i) => (8 * dots[4 * i] + 4 * dots[4 * i + 1] + 2 * dots[4 * i + 2] + dots[4 * i + 3]).toString(16)).join("");

/** The share of ink in each cell, row by row. */
export function cells(dots) {
  const shares = new Float32Array(CELLS * CELLS);
  dots.forEach((dot, i) => (shares[cellOf(i % DOTS, Math.floor(i / DOTS))] += dot / 16));
  return shares;
}

const cellOf = (x, y) => CELLS * (y >> 2) + (x >> 2);

/** Ink every dot within the brush's radius of the way from one point to another. */
export function stroke(dots, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy || 1;
  return dots.map((dot, i) => {
    const [px, py] = [(i % DOTS) + 0.5 - x0, Math.floor(i / DOTS) + 0.5 - y0];
    const t = Math.min(1, Math.max(0, (px * dx + py * dy) / length));
    return dot || Math.hypot(px - t * dx, py - t * dy) <= BRUSH ? 1 : 0;
  });
}

/**
 * The pad. `onDraw(dots)` gets every change; an example that was there at first goes with the
 * first of them. `show(dots, pixels, sigma)` draws what the network sees.
 */
export function pad({ words, example, onDraw }) {
  const [seen, wet] = [0, 1].map(() => element("canvas", { "aria-hidden": "true" }));
  const cursor = element("i", { class: "ds-cursor" });
  const help = element("p", { class: "live-hidden", id: `pad-${Math.random().toString(36).slice(2)}` }, words.pad_help);
  const told = element("p", { class: "live-hidden", role: "status" });
  const board = element("div", {
    class: "ds-pad", role: "application", tabindex: 0, "aria-label": words.pad,
    "aria-roledescription": words.pad_role, "aria-describedby": help.id,
  }, seen, wet, cursor);
  let dots = new Uint8Array(DOTS * DOTS);
  let untouched = example;
  let [column, row] = [3, 3];

  const change = (to) => {
    if (untouched) [untouched, dots] = [false, new Uint8Array(DOTS * DOTS)];
    dots = to(dots);
    onDraw(dots);
  };
  const here = () => cells(dots)[CELLS * row + column];
  const tell = () => {
    const ink = here() > 0.75 ? words.inked : here() > 0 ? words.half : words.blank;
    told.textContent = fill(words.cell, { row: row + 1, column: column + 1, ink });
  };
  const fillCell = (value) => change((old) => old.map((dot, i) =>
    (cellOf(i % DOTS, Math.floor(i / DOTS)) === CELLS * row + column ? value : dot)));
  const moveTo = (x, y) => {
    column = Math.min(CELLS - 1, Math.max(0, x));
    row = Math.min(CELLS - 1, Math.max(0, y));
    cursor.style.left = `${12.5 * column}%`;
    cursor.style.top = `${12.5 * row}%`;
  };
  moveTo(3, 3);

  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  board.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (way) {
      if (event.shiftKey) fillCell(1);
      moveTo(column + way[0], row + way[1]);
      if (event.shiftKey) fillCell(1);
    } else if (event.key === " ") fillCell(untouched || here() <= 0.5 ? 1 : 0);
    else return;
    event.preventDefault();
    event.stopPropagation();
    tell();
  });

  let last = null; // where the pointer was, while it draws
  const place = (event) => {
    const box = board.getBoundingClientRect();
    return [(DOTS * (event.clientX - box.left)) / box.width, (DOTS * (event.clientY - box.top)) / box.height];
  };
  const go = (event) => {
    const points = (event.getCoalescedEvents?.() ?? []).map(place);
    const way = points.length ? points : [place(event)];
    change((old) => way.reduce((ink, point) => {
      const from = last ?? point;
      last = point;
      return stroke(ink, from, point);
    }, old));
  };
  board.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return; // a second finger enlarges the page
    board.setPointerCapture(event.pointerId);
    board.focus({ focusVisible: false });
    board.classList.add("ds-wet");
    last = null;
    go(event);
    event.preventDefault();
  });
  board.addEventListener("pointermove", (event) => board.hasPointerCapture(event.pointerId) && go(event));
  board.addEventListener("lostpointercapture", () => board.classList.remove("ds-wet"));

  const show = (now, pixels, sigma) => {
    dots = now;
    drawInk(seen, pixels, { rows: CELLS, columns: CELLS }, sigma);
    paintWet(wet, dots);
    board.setAttribute("aria-label", `${words.pad}. ${fill(words.image, { cells: cells(dots).filter((share) => share > 0).length, sigma: number(sigma) })}`);
  };
  const clear = () => {
    untouched = false;
    change(() => new Uint8Array(DOTS * DOTS));
  };
  return { node: element("div", {}, board, help, told), show, clear };
}

/** The fine ink under the hand, while it draws. */
function paintWet(canvas, dots) {
  canvas.width = canvas.height = DOTS;
  const picture = new ImageData(DOTS, DOTS);
  dots.forEach((dot, i) => picture.data.set([0, 114, 178, dot ? 150 : 0], 4 * i));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
