// A square of cells to walk over by arrow keys, and to press with space, mouse or finger.
import { element } from "../runtime/controls.js";
import { paint } from "../runtime/canvas.js";

const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * `onPress(row, column, dragged)` gets what is pressed; `onMove(row, column)` where the cursor
 * goes; `tell(row, column)` is read aloud. `show` draws values from `low` to `high`.
 */
export function board({ help, onPress, onMove, tell }) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const cursor = element("i", { class: "fm-cursor" });
  const field = element("i", { class: "fm-field", hidden: true });
  const told = element("p", { class: "live-hidden", role: "status" });
  const node = element("div", { class: "fm-board", role: "application", tabindex: 0, "aria-label": help }, canvas, field, cursor);
  let [side, row, column] = [1, 0, 0];

  const put = (style, top, left, tall, wide) => {
    const shares = { top, left, height: tall, width: wide };
    for (const [name, value] of Object.entries(shares)) style[name] = `${(100 * value) / side}%`;
  };
  const go = (r, c) => {
    [row, column] = [r, c].map((value) => Math.min(side - 1, Math.max(0, value)));
    put(cursor.style, row, column, 1, 1);
    onMove?.(row, column);
  };
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const way = WAYS[event.key];
    if (way) go(row + way[0], column + way[1]);
    else if (event.key === " " && onPress) onPress(row, column, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
    requestAnimationFrame(() => requestAnimationFrame(() => (told.textContent = tell(row, column))));
  });
  const press = (event, dragged) => {
    const box = node.getBoundingClientRect();
    const at = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    const [r, c] = at.map((share) => Math.floor(share * side));
    if (dragged && r === row && c === column) return;
    go(r, c);
    onPress?.(row, column, dragged);
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    node.setPointerCapture(event.pointerId);
    node.focus({ focusVisible: false });
    press(event, false);
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => node.hasPointerCapture(event.pointerId) && press(event, true));

  /** `box` is [top, left, rows, columns] to outline; `at` is where the cursor stands. */
  const show = ({ values, colour, cells, at, box }) => {
    side = cells;
    paint(canvas, values, side, side, colour);
    if (at) [row, column] = at;
    put(cursor.style, row, column, 1, 1);
    field.hidden = !box;
    if (box) put(field.style, ...box);
  };
  return { node: element("div", {}, node, told), show };
}
