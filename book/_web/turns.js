// A long page takes turns: what is far from the window is laid out, and a live figure is drawn, as
// it comes near, and from the reader's first move on piece by piece while the browser rests. All of
// it at once for who goes to a place on the page, searches it, presses a key or prints, and where a
// page was not opened at its top (the page's first script says which: data-late).
"use strict";

globalThis.bookFigures = (() => {
  const waiting = new Map(); // the place of a figure that is not drawn yet → what draws it there
  const LOT = 300;
  const isLate = () => root.dataset.late === "";

  function draw(place) {
    const render = waiting.get(place);
    waiting.delete(place);
    try { render?.(place); } catch (error) { reportError(error); } // the others are drawn all the same
  }

  function allAtOnce() {
    if (isLate()) delete root.dataset.late;
    [...waiting.keys()].forEach(draw);
  }
  for (const event of ["click", "keydown", "hashchange", "beforeprint"]) addEventListener(event, allAtOnce, { capture: true });

  const near = isLate() && new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      setTimeout(draw, 0, target); // each in a task of its own: between two, the page answers
    }
  }, { rootMargin: "150% 0px" });

  const rest = () => new Promise(window.requestIdleCallback ?? ((done) => setTimeout(done, 50)));
  const frame = () => new Promise(requestAnimationFrame);

  /** Lay out a section that is not seen, some hundred elements a frame. */
  async function layOut(section) {
    const parts = [...section.children].filter((part) => part.tagName !== "SECTION");
    const isSeen = parts[0]?.checkVisibility?.({ contentVisibilityAuto: true }) ?? true;
    if (!isSeen) for (const part of parts) part.classList.add("waits");
    section.style.contentVisibility = "visible";
    let room = 0;
    for (const part of parts) {
      const size = part.getElementsByTagName("*").length;
      if (size > room && !isSeen) {
        await frame();
        room = LOT;
      }
      room -= size;
      part.classList.remove("waits");
    }
  }

  /** Lay out each section once: the browser then knows its height, and skips it until it is near. */
  async function inTurns() {
    await frame();
    await frame(); // what is near the window is laid out now, and not touched below
    let open = [];
    const close = (section) => { section.style.contentVisibility = ""; };
    for (const section of $$("article > section section")) {
      await rest();
      open.filter((one) => !one.contains(section)).forEach(close);
      open = [...open.filter((one) => one.contains(section)), section];
      if (!isLate()) break;
      await layOut(section);
      for (const place of [...waiting.keys()].filter((one) => one.closest("section") === section)) {
        await rest();
        draw(place);
      }
      await frame();
      await document.fonts.ready; // letters that arrive late are wider or higher
      await frame();
    }
    open.forEach(close);
    for (const place of waiting.keys()) {
      await rest();
      draw(place);
    }
    if (isLate()) root.dataset.late = "known";
  }
  // Until somebody moves, nobody waits for what is far away, and a phone has enough to do.
  const moves = ["scroll", "pointermove", "pointerdown", "touchstart", "wheel", "focusin"];
  function begin() {
    for (const event of moves) removeEventListener(event, begin);
    if (isLate()) inTurns();
  }
  for (const event of moves) addEventListener(event, begin, { passive: true });
  let width = innerWidth;
  addEventListener("resize", () => { // lines break elsewhere now: all heights are others
    if (innerWidth === width || root.dataset.late !== "known") return;
    width = innerWidth;
    root.dataset.late = "";
    inTurns();
  });

  return {
    /** Draw a figure in the first free place of this name, in its turn. */
    inTurn(name, render) {
      const places = $$(`.live-figure[data-figure="${name}"]:empty`);
      const place = places.find((one) => !waiting.has(one));
      waiting.set(place, render);
      if (isLate()) near.observe(place);
      else draw(place);
    },
  };
})();
