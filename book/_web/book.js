// What a page does besides being read: theme, contents on a phone, keyboard, copying code.
"use strict";

const root = document.documentElement;
const $$ = (selector) => [...document.querySelectorAll(selector)];

// Light and dark.
const themeButton = document.querySelector(".theme-button");
function nameThemeButton() {
  const { toDark, toLight } = themeButton.dataset;
  themeButton.setAttribute("aria-label", root.dataset.theme === "dark" ? toLight : toDark);
  themeButton.title = themeButton.getAttribute("aria-label");
}
themeButton.addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept: no harm */ }
  nameThemeButton();
});
nameThemeButton();
// Chosen in another window, or on the page that one comes back from.
function followTheme() {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch { /* closed: each page has its own */ }
  nameThemeButton();
}
addEventListener("storage", followTheme);
addEventListener("pageshow", (event) => event.persisted && followTheme());

// The contents of the book slide in on a narrow window.
const menuButton = document.querySelector(".menu-button");
const contents = document.getElementById("contents");
function openContents(open) {
  menuButton.setAttribute("aria-expanded", String(open));
  contents.classList.toggle("open", open);
}
menuButton.addEventListener("click", () => {
  openContents(menuButton.getAttribute("aria-expanded") !== "true");
});
document.addEventListener("click", (event) => {
  if (!contents.contains(event.target) && !menuButton.contains(event.target)) openContents(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && contents.classList.contains("open")) {
    openContents(false);
    menuButton.focus();
  }
  const search = document.querySelector(".search input");
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && search) {
    event.preventDefault();
    search.focus();
  }
});

// The panel with more ways to run a page closes as menus do.
const moreWays = document.querySelector(".more-ways");
if (moreWays) {
  document.addEventListener("click", (event) => {
    if (!moreWays.contains(event.target)) moreWays.open = false;
  });
  moreWays.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !moreWays.open) return;
    moreWays.open = false;
    moreWays.querySelector("summary").focus();
  });
}

// A box that scrolls can be reached by keyboard; a box that does not is no stop on the way.
const boxes = $$("pre, .scroll, div.math, .output.text_html, .output.image_png, .output.image_svg");
function reach(some) {
  // Measure all, then change all: the browser lays the page out once.
  const wide = some.map((box) => box.scrollWidth > box.clientWidth + 1);
  some.forEach((box, i) => {
    if (wide[i]) box.tabIndex = 0;
    else if (box.hasAttribute("tabindex")) box.removeAttribute("tabindex");
  });
}
// Sections far from the window are not laid out yet (turns.js): their boxes wait their turn.
const laidOut = new Set();
const watch = new ResizeObserver((changes) => {
  changes.forEach(({ target }) => laidOut.add(target));
  reach(changes.map(({ target }) => target));
});
boxes.forEach((box) => watch.observe(box));
// A font that arrives late widens what is in a box, not the box.
document.fonts.addEventListener("loadingdone", () => reach([...laidOut]));

// Copy the code of a cell; of a session with prompts, what was typed.
function codeOf(text) {
  if (!/^>>> /m.test(text)) return text;
  const typed = text.split("\n").filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
  return typed.map((line) => line.slice(4)).join("\n");
}
const words = document.body.dataset;
for (const block of $$(".cell_input .highlight, article > section .highlight")) {
  const pre = block.querySelector("pre");
  if (!pre || block.closest(".output") || block.querySelector(".copy")) continue;
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.textContent = words.copy;
  button.title = words.copyLabel;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(codeOf(pre.textContent));
      button.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = words.copyByHand;
    }
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  });
  block.append(button);
}

// Mark where the reader is in the contents of the page.
const entries = new Map(
  $$(".page-toc a[href^='#']")
    .map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link])
    .filter(([section]) => section),
);
const reading = new IntersectionObserver((seen) => {
  const now = seen.filter((entry) => entry.isIntersecting).at(-1);
  if (!now) return;
  for (const link of entries.values()) link.removeAttribute("aria-current");
  entries.get(now.target.parentElement)?.setAttribute("aria-current", "true");
}, { rootMargin: "-10% 0px -70% 0px" });
for (const section of entries.keys()) {
  const heading = section.querySelector("h1, h2, h3, h4");
  if (heading?.parentElement === section) reading.observe(heading);
}
