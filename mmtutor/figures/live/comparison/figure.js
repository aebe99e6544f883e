// What was measured, covered until the reader has predicted it, then beside the prediction.
import { button, element, fill, frame, prose } from "../runtime/controls.js";
import { inOrder, isRight, legend, look, measuredAs, numberLine, saidBy, shown, verdict } from "../runtime/judged.js";
import { placeOf, recordOf, remember, watch } from "../runtime/memory.js";

const STYLE = `
.cp-what { font-weight: 600; }
.cp-cover { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.875rem; margin-top: 0.5rem; }
.cp-seen { margin-top: 0.5rem; }
@media screen { .cp-covered .cp-seen { display: none; } }
@media print { .live-figure .cp-cover { display: none; } }
.cp-orders { display: flex; flex-wrap: wrap; gap: 0.75rem 3rem; }
.live-figure .cp-orders ol { margin: 0.25rem 0 0; padding-left: 1.5rem; }
.live-figure .cp-verdict { margin-top: 0.5rem; }
`;

function render({ model, el }) {
  const words = model.get("words");
  const asked = model.get("asked");
  const measured = model.get("measured");
  frame(model, el);
  el.classList.add("comparison");
  const cover = element("div", { class: "cp-cover" });
  const seen = element("div", { class: "cp-seen" });
  el.append(
    element("style", {}, STYLE), look(),
    element("p", { class: "cp-what" }, prose(asked.question)),
    cover, seen,
  );

  const draw = () => {
    const record = recordOf(asked);
    // The prediction is made elsewhere; here is where it learns what came out.
    if (record && JSON.stringify(record.measured) !== JSON.stringify(measured)) remember({ ...record, measured });
    el.classList.toggle("cp-covered", !record);
    cover.replaceChildren(...(record ? [] : covered({ asked, words })));
    seen.replaceChildren(...held({ asked, ...record, measured }, words));
  };
  draw();
  return watch(draw);
}

function covered({ asked, words }) {
  const form = document.getElementById(placeOf(asked));
  const go = element("a", { href: `#${placeOf(asked)}`, onclick: (event) => {
    event.preventDefault(); // a notebook is no page to go about in by addresses
    form.scrollIntoView({ block: "center" });
    form.querySelector("input, button").focus({ preventScroll: true });
  } }, words.go);
  const show = button({ label: words.show, onPress: (event) => {
    const figure = event.currentTarget.closest(".live-figure");
    remember({ asked });
    figure.tabIndex = -1;
    figure.focus({ preventScroll: true });
  } });
  return [element("p", { class: "live-quiet" }, words.covered), form ? go : [], show].flat();
}

/** Both, as the kind asks: marks on a line, two words, two orders. */
function held(record, words) {
  const { asked, given } = record;
  const guessed = given !== undefined;
  const said = guessed ? [element("p", { class: "cp-verdict" }, verdict(record, words))] : [];
  if (asked.kind === "ranking") {
    return [element("div", { class: "cp-orders" }, orders(record, words)), ...said];
  }
  const both = element("p", {}, guessed ? fill(words.you_said, { said: saidBy(record, words) }) : "", guessed ? " " : "",
    element("strong", {}, fill(words.it_was, { measured: measuredAs(record) })));
  if (asked.kind === "choice") {
    if (guessed) said[0].classList.add(isRight(record) ? "pr-right" : "pr-wrong");
    return [both, ...said];
  }
  return [both, numberLine(record, words), ...(guessed ? [legend(words)] : []), ...said];
}

function orders({ asked, given, measured }, words) {
  const list = (name, items) => element("div", {}, name, element("ol", {}, items.map((item) => element("li", {}, item))));
  return [
    ...(given === undefined ? [] : [list(words.yours, given.map((i) => asked.options[i]))]),
    list(words.measured, inOrder(measured).map((i) => `${asked.options[i]}: ${shown(measured[i], asked)}`)),
  ];
}

export default { render };
