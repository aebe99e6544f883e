// Live figures take turns: one is drawn as it comes near the window, else, one by one, while the
// browser rests. All at once where a page is laid out at once (see book.js), and for paper.
"use strict";

globalThis.bookFigures = (() => {
  const waiting = new Map(); // the place of a figure that is not drawn yet → what draws it there

  function draw(place) {
    const render = waiting.get(place);
    waiting.delete(place);
    try { render?.(place); } catch (error) { reportError(error); } // the others are drawn all the same
  }
  const drawAll = () => [...waiting.keys()].forEach(draw);

  function drawNext() {
    const [place] = waiting.keys();
    if (!place) return;
    draw(place);
    whenIdle(drawNext);
  }

  const near = globalThis.IntersectionObserver && new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      setTimeout(draw, 0, target); // each in a task of its own: between two, the page answers
    }
  }, { rootMargin: "150% 0px" });

  for (const event of ["click", "keydown", "hashchange", "beforeprint"]) addEventListener(event, drawAll, { capture: true });
  addEventListener("load", () => whenIdle(drawNext));

  return {
    /** Draw a figure in the first free place of this name, in its turn. */
    inTurn(name, render) {
      const places = $$(`.live-figure[data-figure="${name}"]:empty`);
      const place = places.find((one) => !waiting.has(one));
      waiting.set(place, render);
      if ("late" in root.dataset) near?.observe(place);
      else draw(place);
    },
  };
})();
