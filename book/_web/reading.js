// What helps who reads for long: the place where they stopped, and keys to turn pages.
"use strict";

(() => {
  const home = new URL(root.dataset.content_root, location.href).pathname;
  const here = location.pathname.slice(home.length);
  const KEY = "mmtutor-places"; // by page: place, title, page's title, when; stays on this computer

  function stored(name, otherwise) {
    try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
  }
  // Of what is stored, only what leads to a page of this book: another release may have written it.
  const pages = new Set($$(".contents a").map((link) => link.pathname.slice(home.length)));
  function storedPlaces() {
    const whole = ([page, told]) => pages.has(page) && Number.isFinite(told?.when)
      && [told.place, told.title, told.page].every((text) => typeof text === "string");
    return Object.fromEntries(Object.entries(stored(KEY, {})).filter(whole));
  }
  function store(name, value) {
    try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* closed or full: not kept */ }
  }

  // ---- the place
  const sections = $$("article > section section[id]");
  const textOf = (heading) => heading?.firstChild.textContent.trim() ?? "";
  const titleOf = (section) => textOf(section.querySelector("h2, h3, h4"));

  function keepPlace() {
    const places = storedPlaces();
    const read = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
    const atEnd = scrollY + innerHeight > root.scrollHeight - 200;
    if (!read.length && !places[here]) return;
    if (!read.length || atEnd) delete places[here];
    else {
      places[here] = {
        place: read.at(-1).id, title: titleOf(read.at(-1)),
        page: textOf(document.querySelector("main h1")), when: Date.now(),
      };
    }
    store(KEY, places);
  }

  // Where to go on: on this page; from the first page, to the page that was read last.
  function lastPlace() {
    const places = storedPlaces();
    if (places[here]) return { ...places[here], href: `#${places[here].place}` };
    if (!document.body.hasAttribute("data-first-page")) return null;
    const last = Object.entries(places).sort(([, a], [, b]) => b.when - a.when)[0];
    if (!last) return null;
    const [page, { place, title, page: chapter }] = last;
    return { href: `${root.dataset.content_root}${page}#${place}`, title: `${chapter}, ${title}` };
  }

  function offerPlace() {
    const last = lastPlace();
    if (!last || location.hash || scrollY > 0) return;
    if (last.href[0] === "#" && !document.getElementById(last.place)) return;
    const offer = document.querySelector(".go-on");
    const link = offer.querySelector("a");
    link.href = last.href;
    link.append(` ${last.title}`);
    offer.hidden = false;
    const close = () => { offer.hidden = true; };
    link.addEventListener("click", close);
    offer.querySelector("button").addEventListener("click", close);
    addEventListener("scroll", () => { if (scrollY > innerHeight) close(); }, { passive: true });
  }

  offerPlace();
  let waiting = 0;
  addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keepPlace, 400);
  }, { passive: true });

  // ---- the keys; whoever speaks or types with one switch can turn them off
  const help = document.querySelector(".keys");
  const useKeys = help.querySelector("input");
  useKeys.checked = stored("mmtutor-keys", true);
  useKeys.addEventListener("change", () => store("mmtutor-keys", useKeys.checked));
  document.querySelector(".keys-button").addEventListener("click", () => help.showModal());

  const turn = (where) => document.querySelector(`link[rel=${where}]`)?.href;
  const DOES = {
    n: () => turn("next"), ArrowRight: () => turn("next"),
    p: () => turn("prev"), ArrowLeft: () => turn("prev"),
    "/": () => document.querySelector(".search input").focus(),
    "?": () => help.showModal(),
  };

  const BUSY = "input, textarea, select, [contenteditable], form, audio, .live-figure, [role=slider], [tabindex='0']";
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (help.open || event.isComposing || !(key in DOES) || !useKeys.checked) return;
    // Shift with an arrow marks text; a key held down would turn page after page.
    if (target.closest?.(BUSY) || event.repeat || (event.shiftKey && key.startsWith("Arrow"))) return;
    event.preventDefault();
    const address = DOES[key]();
    if (address) location.assign(address);
  });
})();
