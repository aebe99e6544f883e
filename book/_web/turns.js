// A long page takes turns: what is far from the window is laid out, and a live figure is fetched and
// drawn, as it comes near, and from the reader's first move on piece by piece while the browser
// rests. All of it at once for who goes to a place on the page, searches it, presses a key or prints,
// and where a page was not opened at its top (the page's first script says which: data-late).
"use strict";

(() => {
  const figures = {}; // what the scripts of figures leave, by the names of their files
  globalThis.bookFigures = figures;
  const waiting = new Map(); // the place of a figure that is not drawn yet → its scripts
  const arrivals = new Map(); // address of a script → its arrival
  const LOT = 300;
  const PATIENCE = 20_000;
  const isLate = () => root.dataset.late === "";

  for (const template of $$("template[data-draws]")) {
    const places = $$(`.live-figure[data-figure="${template.dataset.draws}"]:empty`);
    const place = places.find((one) => !waiting.has(one)); // of two equal figures the next one
    if (place) waiting.set(place, [...template.content.querySelectorAll("script")]);
  }

  /** Fetch a script once. The page allows no script by its address, but copies of its own. */
  function arrival(script) {
    const address = script.getAttribute("src");
    if (!arrivals.has(address)) arrivals.set(address, new Promise((done, fail) => {
      const copy = document.importNode(script, true);
      copy.async = false; // they run in the order in which they were asked for
      copy.onload = done;
      copy.onerror = () => {
        arrivals.delete(address); // who comes back asks again
        fail(new Error(`${address} did not arrive`));
      };
      document.head.append(copy);
    }));
    return arrivals.get(address);
  }

  async function draw(place) {
    const scripts = waiting.get(place);
    if (!scripts) return;
    waiting.delete(place);
    try {
      await Promise.all(scripts.map(arrival));
    } catch (error) {
      waiting.set(place, scripts);
      reportError(error);
      return;
    }
    const [name] = scripts.at(-1).getAttribute("src").match(/[^/]+(?=\.js$)/);
    try { figures[name](place); } catch (error) { reportError(error); } // the others are drawn all the same
  }

  async function allAtOnce() {
    if (isLate()) delete root.dataset.late;
    if (!waiting.size) return;
    await Promise.all([...waiting.keys()].map(draw));
    const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (goal?.matches(".live-figure")) goal.scrollIntoView(); // it gets its name as it is drawn
  }
  for (const event of ["click", "keydown", "hashchange", "beforeprint"]) addEventListener(event, allAtOnce, { capture: true });

  const near = isLate() && new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      target.classList.add("near");
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
        await draw(place);
      }
      await frame();
      await document.fonts.ready; // letters that arrive late are wider or higher
      await frame();
    }
    open.forEach(close);
    const others = [...waiting.keys()]; // a copy: what did not arrive waits again
    for (const place of others) {
      await rest();
      await draw(place);
    }
    if (isLate()) root.dataset.late = "known";
  }
  // Until somebody moves, hardly anybody waits for what is far away, and a phone has enough to do.
  const moves = ["scroll", "pointermove", "pointerdown", "touchstart", "wheel", "focusin"];
  function begin() {
    for (const event of moves) removeEventListener(event, begin);
    if (isLate()) inTurns();
  }
  for (const event of moves) addEventListener(event, begin, { passive: true });
  setTimeout(begin, PATIENCE); // a program that reads aloud may move nothing
  let width = innerWidth;
  addEventListener("resize", () => { // lines break elsewhere now: all heights are others
    if (innerWidth === width || root.dataset.late !== "known") return;
    width = innerWidth;
    root.dataset.late = "";
    inTurns();
  });

  if (isLate()) for (const place of [...waiting.keys(), ...$$(".ask")]) near.observe(place);
  else allAtOnce();
})();
