// A picture to move or to draw, the maps of two layers of filters, and what one cell can see.
import { paint, ramp } from "../runtime/canvas.js";
import { button, choice, element, fill, follow, frame, number, put, slider, status } from "../runtime/controls.js";
import { board } from "./board.js";
import { mapsOf, moved, seen, SIDE } from "./maps.js";

const STYLE = `
.fm-dials { display: grid; gap: 0.25rem 1.25rem; margin: 0.75rem 0; }
.fm-views { display: grid; gap: 1rem; }
.live-figure .fm-title { margin: 0 0 0.375rem; font-weight: 600; font-size: 0.875rem; }
.fm-board { position: relative; max-width: 20rem; aspect-ratio: 1; border: 1px solid var(--live-edge); touch-action: none; cursor: crosshair; }
.fm-board canvas, .fm-all canvas { display: block; width: 100%; height: 100%; image-rendering: pixelated; }
.fm-board i { position: absolute; pointer-events: none; }
.fm-cursor { outline: 3px solid #d55e00; outline-offset: -2px; box-shadow: inset 0 0 0 4px #fff; }
.fm-field { outline: 3px solid #0072b2; outline-offset: -1px; background: rgb(86 180 233 / 0.28); }
.fm-all { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.5rem; max-width: 20rem; }
.fm-all div { aspect-ratio: 1; border: 1px solid var(--live-edge); }
.fm-all div.fm-chosen { outline: 3px solid #d55e00; }
@container live (min-width: 34rem) {
  .fm-dials { grid-template-columns: 1fr 1fr 1fr; }
  .fm-views { grid-template-columns: 1fr 1fr 1fr; }
}`;

const INK = (value) => Array(3).fill(255 - 255 * value);
/** From dark to light, the same for all maps of a layer. */
const heat = (most) => (value) => ramp(value / most);
const hex = (pixels) => pixels.map((value) => Math.round(15 * value).toString(16)).join("");

function render({ model, el }) {
  const words = model.get("words");
  const layers = model.get("layers");
  const pictures = model.get("pictures");
  const names = ["picture", "right", "down", "block", "filter", "row", "column", "drawing"];
  frame(model, el);

  const get = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const still = ({ picture, drawing }) =>
    pictures[picture]?.pixels ?? Array.from(drawing, (digit) => parseInt(digit, 16) / 15);
  const input = (at) => moved(still(at), at.right, at.down);
  const draw = (change) =>
    put(model, { drawing: hex(change(input(get()))), picture: pictures.length, right: 0, down: 0 });

  // ------------------------------------------------------------ controls
  const options = [...pictures.map(({ name }, i) => [i, name]), [pictures.length, words.own]];
  const which = choice({ label: words.picture, options, onChange: (picture) => put(model, { picture }) });
  const layer = choice({
    label: words.block, options: [[1, words.first], [2, words.second]],
    onChange: (block) => put(model, { block, row: middle(block), column: middle(block) }),
  });
  const dial = (name, min, max, say) => ({
    name, ...slider({ label: words[name], min, max, step: 1, say, onInput: (value) => put(model, { [name]: value }) }),
  });
  const by = (n) => fill(words.pixels, { n: number(n, 0) });
  const dials = [dial("right", -4, 4, by), dial("down", -4, 4, by), dial("filter", 1, layers[0].bias.length, String)];
  const clear = button({ label: words.clear, onPress: () => draw((pixels) => pixels.map(() => 0)) });

  // ------------------------------------------------------------ views
  let ink = 1; // what a stroke of the pen leaves behind
  const paper = board({
    help: fill(words.board, { side: SIDE }),
    onPress: (row, column, dragged) => draw((pixels) => {
      if (!dragged) ink = pixels[SIDE * row + column] > 0.5 ? 0 : 1;
      return pixels.map((value, i) => (i === SIDE * row + column ? ink : value));
    }),
    tell: (row, column) => fill(words.cell, { row: row + 1, column: column + 1, value: number(input(get())[SIDE * row + column]) }),
  });
  const chart = board({
    help: "",
    onMove: (row, column) => put(model, { row: row + 1, column: column + 1 }),
    tell: () => "",
  });
  const all = layers[0].bias.map(() => element("canvas", { "aria-hidden": "true" }));
  const frames = all.map((canvas) => element("div", {}, canvas));
  const view = (title, node) => element("div", {}, element("p", { class: "fm-title" }, title), node);
  const line = status();
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "live-row" }, which.node, layer.node, clear),
    element("div", { class: "fm-dials" }, dials.map(({ node }) => node)),
    element("div", { class: "fm-views" },
      view(words.input, paper.node), view(words.map, chart.node), view(words.all, element("div", { class: "fm-all" }, frames))),
    line.node,
  );

  return follow(model, names, () => {
    const at = get();
    which.show(at.picture);
    layer.show(at.block);
    for (const { name, show } of dials) show(at[name]);
    const cells = SIDE >> at.block;
    const [row, column] = [at.row, at.column].map((place) => Math.min(cells, place) - 1);
    const [rows, columns] = [seen(row, at.block), seen(column, at.block)];
    const size = ([first, last]) => last - first + 1;
    const pixels = input(at);
    const maps = mapsOf(pixels, layers, at.block);
    const before = mapsOf(still(at), layers, at.block);
    const colour = heat(Math.max(...maps.flat(), 1e-9));
    paper.show({ values: pixels, colour: INK, cells: SIDE, box: [rows[0], columns[0], size(rows), size(columns)] });
    chart.show({ values: maps[at.filter - 1], colour, cells, at: [row, column] });
    chart.node.firstChild.setAttribute("aria-label", fill(words.map_board, { side: cells }));
    all.forEach((canvas, k) => {
      paint(canvas, maps[k], cells, cells, colour);
      frames[k].className = k === at.filter - 1 ? "fm-chosen" : "";
    });
    const value = (found) => number(found[at.filter - 1][cells * row + column]);
    line.say(fill(words.said, {
      layer: at.block, filter: at.filter, row: row + 1, column: column + 1, value: value(maps),
      tall: size(rows), wide: size(columns), top: rows[0] + 1, bottom: rows[1] + 1,
      left: columns[0] + 1, right: columns[1] + 1,
      moved: at.right || at.down ? fill(words.said_moved, { before: value(before) }) : words.said_still,
    }));
  });
}

/** The cell that a new layer marks. */
function middle(block) {
  return block === 1 ? 4 : 2;
}

export default { render };
