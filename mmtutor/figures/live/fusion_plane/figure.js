// Two features to drag, a choice of ⊕, and h: what does each ⊕ keep, what does it throw away?
import { arrow, button, choice, element, fill, follow, frame, handle, maths, number, numberField, pair, plain, prose, put, shape, slider, status, toggle } from "../runtime/controls.js";
import { GATE, fuse, gate, lossy, twin } from "./fusion.js";

const LIMIT = 2; // the plane shows −2 … 2
const UNIT = 70;
const CENTRE = 165;
const at = ([a, b]) => [CENTRE + UNIT * a, CENTRE - UNIT * b];
const meant = (left, top) => [(left - CENTRE) / UNIT, (CENTRE - top) / UNIT];

const STYLE = `
.fp-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; margin: 1.125rem 0; }
.fp-plane { width: 100%; max-width: 22rem; margin: 0 auto; }
.fp-x1 { color: var(--live-blue); }
.fp-x2 { color: var(--live-red); }
.fp-h { color: var(--live-green); }
.fp-absent { opacity: 0.45; stroke-dasharray: 5 6; }
.fp-equations { display: grid; gap: 0.875rem; }
.fp-line { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem; }
.fp-line:first-child { font-size: 1.16em; }
.fp-vector {
  display: inline-grid; gap: 0 0.625rem; padding: 0.125rem 0.3125rem; line-height: 1.35; text-align: right;
  border: solid var(--live-ink); border-width: 0 1.5px; border-radius: 0.375rem; font-size: 0.9375rem;
}
.fp-vector.fp-x1, .fp-vector.fp-x2 { border-color: currentColor; }
.fp-vector span { color: var(--live-ink); }
.live-figure .fp-cells { width: auto; border-collapse: separate; border-spacing: 0.25rem; font: inherit; }
.live-figure .fp-cells :is(th, td) {
  min-width: 3.5rem; height: 2.5rem; padding: 0 0.375rem; border: 0; text-align: center;
  vertical-align: middle; font-weight: 400; background: transparent;
}
.live-figure .fp-cells td { border-radius: 0.4375rem; box-shadow: inset 0 0 0 1px var(--live-line); font-weight: 600; }
.live-figure .fp-cells th { color: var(--live-quiet); }
.live-figure .fp-cells thead th { height: 1.875rem; box-shadow: inset 0 -2px var(--live-red); }
.live-figure .fp-cells thead th.fp-x1 { box-shadow: inset 0 -2px var(--live-blue); }
.live-figure .fp-cells tbody th { box-shadow: inset -2px 0 var(--live-blue); }
.live-figure .fp-cells .fp-corner { box-shadow: none; }
.fp-pairs { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; justify-content: center; margin-top: 0.625rem; }
.fp-pairs > div { display: flex; align-items: center; gap: 0.375rem; }
.fp-pairs .live-maths { font-size: 1.2em; }
.fp-pairs svg { width: 1.125rem; height: 1.125rem; }
@container live (min-width: 38rem) {
  .fp-body { grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); gap: 1.75rem; }
  .fp-right { min-height: 27rem; }
}`;

function render({ model, el }) {
  const words = model.get("words");
  frame(model, el);

  // ------------------------------------------------------------ controls
  const names = ["concat", "weighted", "gated", "product", "tensor"];
  const operator = choice({
    label: words.choose,
    options: names.map((name) => [name, words[name]]),
    onChange: (value) => act({ operator: value }),
  });
  const alpha = slider({
    label: words.alpha, min: 0, max: 1, step: 0.05, say: (value) => number(value),
    onInput: (value) => act({ alpha: value }),
  });
  const absent = toggle({ label: words.absent, onChange: (value) => act({ absent: value }) });
  const other = toggle({ label: words.twin, onChange: (value) => act({ twin: value }) });
  const swap = button({ label: words.swap, icon: "M4 1L0 5L4 9V6H15V4H4ZM12 7V10H1V12H12V15L16 11Z", onPress: exchange });

  const plane = drawPlane(words, (values) => act(values));
  const fields = ["x_1", "x_2"].map((name) => [0, 1].map((i) => numberField({
    label: plain(fill(words.coordinate, { name, i: i + 1 })), min: -LIMIT, max: LIMIT, step: 0.1,
    onInput: (value) => act({ [name]: model.get(name).map((old, k) => (k === i ? value : old)) }),
  })));
  const pairs = fields.map((row, i) => element("div", {},
    shape("svg", { viewBox: "-10 -10 20 20", "aria-hidden": "true" }, mark(i)),
    maths(`x_${i + 1} =`), row.map((field) => field.node)));

  const equations = element("div", { class: "fp-equations" });
  const keeps = element("p", {});
  const price = element("p", { class: "live-quiet" });
  const line = status();
  el.append(
    element("style", {}, STYLE),
    operator.node,
    element("div", { class: "fp-body" },
      element("div", {}, element("div", { class: "fp-plane" }, plane.node), element("div", { class: "fp-pairs" }, pairs)),
      element("div", { class: "live-stack fp-right" }, equations, alpha.node, keeps, price)),
    element("div", { class: "live-row" }, swap, other.node, absent.node),
    line.node,
  );

  // ------------------------------------------------------------ what the reader does
  let swapped = null; // what the last exchange did to h, until the next act
  function act(values) {
    swapped = null;
    put(model, values);
  }
  function exchange() {
    const before = now().h;
    put(model, { x_1: model.get("x_2"), x_2: model.get("x_1") });
    const after = now().h;
    const kept = before.every((value, i) => Math.abs(value - after[i]) < 1e-9);
    swapped = fill(kept ? words.swap_same : words.swap_changed, { before: listed(before), after: listed(after) });
    line.say(swapped);
  }
  function now() {
    const [x1, x2] = [model.get("x_1"), model.get("x_2")];
    const state = { name: model.get("operator"), alpha: model.get("alpha"), present: !model.get("absent"), x1, x2 };
    return { ...state, h: fuse(state.name, x1, x2, state) };
  }

  // ------------------------------------------------------------ drawing
  const stop = follow(model, ["x_1", "x_2", "operator", "alpha", "absent", "twin"], () => {
    const state = now();
    const { name, present, x1, x2 } = state;
    const others = model.get("twin") && present ? twin(name, x1, x2, { alpha: state.alpha, limit: LIMIT }) : null;
    operator.show(name);
    alpha.show(state.alpha);
    alpha.node.hidden = name !== "weighted";
    absent.show(!present);
    other.show(model.get("twin"));
    fields.forEach((row, k) => row.forEach((field, i) => field.show([x1, x2][k][i])));
    plane.show(state, others);
    equations.replaceChildren(...formulas(state, words));
    keeps.replaceChildren(...prose(present ? words[`${name}_keeps`] : words[`${name}_absent`]));
    const count = model.get("parameters")[name];
    price.replaceChildren(...prose(fill(words.price, { count: count.toLocaleString("en") })));
    line.say(swapped ?? told(state, others));
  });

  function told(state, other) {
    if (!state.present) return fill(words.said_absent, { h: listed(state.h) });
    if (other) return fill(words.said_twin, { a: pair(other[0]), b: pair(other[1]) });
    if (model.get("twin")) return lossy(state.name) ? words.said_no_twin_here : words.said_no_twin;
    return fill(words.said, { a: pair(state.x1, 1), b: pair(state.x2, 1), h: listed(state.h) });
  }
  return stop;
}

/** What x_1 (a disc) and x_2 (a square) are known by, in the plane and beside their numbers. */
const mark = (i) => [
  () => shape("circle", { r: 8, fill: "var(--live-blue)", stroke: "var(--live-paper)", "stroke-width": 2 }),
  () => shape("rect", { x: -7.5, y: -7.5, width: 15, height: 15, rx: 2, fill: "var(--live-red)", stroke: "var(--live-paper)", "stroke-width": 2 }),
][i]();

const listed = (h) => (h.length === 9 ? [0, 3, 6].map((i) => pair(h.slice(i, i + 3))).join(", ") : pair(h));

/** The plane with both handles, h where it lives in the same plane, and the other pair. */
function drawPlane(words, act) {
  const grid = [];
  for (let i = -LIMIT; i <= LIMIT; i += 1) {
    const [[left, top], [right, bottom]] = [at([-LIMIT, LIMIT]), at([LIMIT, -LIMIT])];
    const [x, y] = at([i, i]);
    const strong = i === 0 ? "var(--live-edge)" : "var(--live-line)";
    grid.push(shape("path", { d: `M${x} ${top}V${bottom}M${left} ${y}H${right}`, stroke: strong, fill: "none" }));
    if (i === 0) continue;
    const digit = number(i, 0);
    grid.push(shape("text", { x, y: CENTRE + 17, "text-anchor": "middle", class: "live-tick" }, digit));
    grid.push(shape("text", { x: CENTRE - 8, y: y + 4.5, "text-anchor": "end", class: "live-tick" }, digit));
  }
  const chord = shape("line", { stroke: "var(--live-edge)", "stroke-width": 1.5, "stroke-dasharray": "2 5" });
  const rays = ["fp-x1", "fp-x2"].map((name) => arrow({ class: name, headless: true }));
  const result = arrow({ class: "fp-h", "stroke-width": 6 });
  const ghosts = ["fp-x1", "fp-x2"].map((name) => arrow({ class: name, "stroke-width": 2, "stroke-dasharray": "6 5" }));
  const labels = [["x", "1"], ["x", "2"], ["h", ""], ["x′", "1"], ["x′", "2"]].map(([letter, index]) =>
    shape("text", { class: "live-name", "text-anchor": "middle", "dominant-baseline": "central" },
      letter, shape("tspan", { dy: 5, class: "live-index" }, index)));
  const marks = [mark(0), mark(1)];
  const handles = ["x_1", "x_2"].map((name, i) => handle({
    mark: marks[i], name: plain(name), at, meant, step: 0.1, limit: LIMIT,
    say: (point) => plain(fill(words.point, { name, a: number(point[0], 1), b: number(point[1], 1) })),
    onMove: (point) => act({ [name]: point }),
  }));
  const size = 2 * CENTRE;
  const node = shape("svg", { class: "live-drawing", viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": words.plane },
    shape("style", {}, ".live-tick { fill: var(--live-quiet) !important; } .live-figure .live-name { font-size: 17px; font-style: italic; font-weight: 600; font-family: KaTeX_Math, 'STIX Two Text', Cambria, 'Times New Roman', serif; paint-order: stroke; stroke: var(--live-paper); stroke-width: 4px; } .live-figure .live-index { font: 11px KaTeX_Main, serif; }"),
    grid, chord, ghosts.map((ghost) => ghost.node), rays.map((ray) => ray.node), result.node, labels, handles.map((one) => one.node));

  /** Put a label just beyond the tip of its arrow, inside the drawing. */
  function name(label, point, shown) {
    label.style.display = shown ? "" : "none";
    const [x, y] = at(point);
    const far = Math.hypot(x - CENTRE, y - CENTRE) || 1;
    const way = far < 12 ? [0.7, 0.7] : [(x - CENTRE) / far, (y - CENTRE) / far];
    label.setAttribute("x", Math.min(size - 12, Math.max(12, x + 24 * way[0])));
    label.setAttribute("y", Math.min(size - 10, Math.max(10, y + 24 * way[1])));
  }

  function show({ name: operator, present, x1, x2, h }, others) {
    [x1, x2].forEach((x, i) => {
      rays[i].show(at([0, 0]), at(x));
      handles[i].show(x);
      name(labels[i], x, true);
      ghosts[i].node.style.display = others ? "" : "none";
      if (others) ghosts[i].show(at([0, 0]), at(others[i]));
      name(labels[3 + i], others?.[i] ?? x, others);
    });
    rays[1].node.classList.toggle("fp-absent", !present);
    marks[1].setAttribute("fill-opacity", present ? 1 : 0.35);
    const flat = h.length === 2;
    result.node.style.display = flat ? "" : "none";
    if (flat) result.show(at([0, 0]), at(h.map((value) => Math.min(2.3, Math.max(-2.3, value)))));
    name(labels[2], h, flat);
    const ends = operator === "weighted" && present ? [...at(x1), ...at(x2)] : [0, 0, 0, 0];
    ["x1", "y1", "x2", "y2"].forEach((key, i) => chord.setAttribute(key, ends[i]));
  }
  return { node, show };
}

/** The equation of the chosen ⊕, then the same with the present numbers. */
function formulas({ name, alpha, present, x1, x2, h }, words) {
  const zeros = present ? x2 : [0, 0];
  const one = vector(x1, "fp-x1");
  const two = vector(zeros, "fp-x2");
  const row = (...parts) => element("div", { class: "fp-line" }, parts.map((part) => (typeof part === "string" ? maths(part) : part)));
  const result = cells([h], present ? words.h : words.h_absent);
  switch (name) {
    case "concat":
      return [row("h = [ x_1 ; x_2 ]"), row("= [", one, ";", two, "]"),
        cells([h], words.h, ["x_1", "x_2"])];
    case "weighted":
      return [row("h = α x_1 + (1 − α) x_2"),
        present ? row(`= ${number(alpha)} ·`, one, `+ ${number(1 - alpha)} ·`, two) : row("= 1 ·", one), result];
    case "gated": {
      const z = gate(x1, zeros, present);
      const first = present
        ? row("z = σ(", vector(GATE, "", 0, 4), "[ x_1 ; x_2 ] ) =", vector(z))
        : row("z =", vector(z, "", 0));
      return [row("h = z ∘ tanh x_1 + (1 − z) ∘ tanh x_2"), first,
        row("=", vector(z), "∘", vector(x1.map(Math.tanh), "fp-x1"), "+", vector(z.map((value) => 1 - value)), "∘",
          vector(zeros.map(Math.tanh), "fp-x2")), result];
    }
    case "product":
      return [row("h = x_1 ∘ x_2"), row("=", one, "∘", two), result];
    case "tensor":
      return [row("h = [ x_1 ; 1 ] ⊗ [ x_2 ; 1 ]"),
        cells([0, 3, 6].map((i) => h.slice(i, i + 3)), words.h, [...zeros, 1], [...x1, 1])];
  }
}

/** A column (or a matrix of `width` columns) in brackets. */
function vector(values, kind = "", digits = 2, width = 1) {
  const flat = Array.from(values).flat();
  const spoken = flat.map((value) => number(value, digits)).join(", ");
  return element("span", {
    class: `fp-vector ${kind}`, role: "img", "aria-label": `(${spoken})`, style: `grid-template-columns: repeat(${width}, auto)`,
  }, flat.map((value) => element("span", {}, number(value, digits))));
}

/** h as a table: the sign as colour and as sign, the size as depth of colour and as number. */
function cells(rows, name, head = [], side = null) {
  const tint = (value) => {
    const depth = value === 0 ? 0 : Math.min(46, 4 + 14 * Math.abs(value));
    return `background: color-mix(in srgb, var(--live-${value < 0 ? "purple" : "green"}) ${depth}%, transparent)`;
  };
  const digits = (value) => number(value, value === 1 ? 0 : 2);
  const above = head.map((value) => side
    ? element("th", { scope: "col" }, digits(value))
    : element("th", { scope: "colgroup", colspan: 2, class: value === "x_1" && "fp-x1" }, maths(value)));
  const corner = side ? [element("td", { class: "fp-corner", "aria-hidden": "true" })] : [];
  const body = rows.map((row, i) => element("tr", {},
    side ? [element("th", { scope: "row" }, digits(side[i]))] : [],
    row.map((value) => element("td", { style: tint(value) }, number(value)))));
  const table = element("table", { class: "fp-cells", "aria-label": name },
    head.length ? [element("thead", {}, element("tr", {}, corner, above))] : [], element("tbody", {}, body));
  return element("div", { class: "fp-line" }, maths("="), table);
}

export default { render };
