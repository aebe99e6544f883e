// In a page: outputs that would give a measured value away are covered until it was predicted.
import { placeOf, recall, watch } from "./memory.js";

const covers = [...document.querySelectorAll(".covered")].map((node) => ({ node, names: JSON.parse(node.dataset.predictions) }));

function uncover() {
  const made = recall();
  for (const { node, names } of covers) {
    const done = names.every((name) => made.has(name));
    if (done) node.dataset.open = "predicted";
    else if (node.dataset.open === "predicted") delete node.dataset.open;
  }
}

/** Who follows a link into what is covered wants to see it. */
function uncoverTarget() {
  let target = null;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch { /* no name of a place */ }
  const cover = target?.closest(".covered:not([data-open])");
  if (!cover) return;
  cover.dataset.open = "linked";
  target.scrollIntoView();
}

for (const { node, names } of covers) {
  node.querySelector(".cover-note button").addEventListener("click", () => {
    node.dataset.open = "shown";
    // The question itself says that it was shown, and uncovers whatever else waits for it.
    for (const name of names) document.getElementById(placeOf({ name }))?.querySelector(".pr-skip")?.click();
    const content = node.querySelector(".covered-content");
    content.tabIndex = -1;
    content.focus({ preventScroll: true });
  });
}
watch(uncover);
uncover();
addEventListener("hashchange", uncoverTarget);
addEventListener("load", uncoverTarget);
document.documentElement.dataset.covering = "ready";
