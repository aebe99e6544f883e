// What one page of the book shows on paper, as HTML that needs no script: pdf.py calls this in the
// opened page, with the page's name, and joins what comes back. Formulas are drawn already; a
// drawing on a canvas becomes a picture, a dial stays where it stands. Places, and what refers to
// them, get the page's name in front: two pages may have a place of one name.
"use strict";

// eslint-disable-next-line no-unused-expressions -- the value of this file is this function
async (name) => {
  const article = document.querySelector("article");
  const home = new URL(document.documentElement.dataset.content_root, location.href).href;
  const all = (selector) => [...article.querySelectorAll(selector)];
  const prefix = (page) => `${page.replaceAll("/", ".")}--`;
  const here = (place) => prefix(name) + place;
  const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

  // What loads or draws itself when it comes near the window.
  for (const picture of all("img")) picture.loading = "eager";
  for (let y = 0; y < document.body.scrollHeight; y += 4 * innerHeight) {
    scrollTo(0, y);
    await wait(20);
  }
  await document.fonts.ready;
  await Promise.all(all("img").map((picture) => picture.decode().catch(() => 0)));

  dispatchEvent(new Event("beforeprint"));
  for (const canvas of all("canvas")) {
    const picture = new Image(canvas.clientWidth);
    picture.src = canvas.toDataURL();
    picture.className = canvas.className;
    picture.style.cssText = canvas.style.cssText;
    picture.alt = canvas.getAttribute("aria-label") ?? "";
    canvas.replaceWith(picture);
  }
  for (const part of all("script, noscript, .copy, .headerlink, audio")) part.remove();
  for (const field of all("input")) {
    field.setAttribute("value", field.value);
    field.toggleAttribute("checked", field.checked);
  }
  for (const option of all("option")) option.toggleAttribute("selected", option.selected);
  for (const picture of all("img")) picture.setAttribute("src", picture.src);

  for (const link of all("a[href]")) {
    const [file, place = ""] = link.href.split("#");
    if (!file.startsWith(home)) continue;
    const [, page] = file.slice(home.length).match(/^(.*)\.html$/) ?? [];
    if (page) link.setAttribute("href", `#${prefix(page)}${place}`);
    else link.removeAttribute("href"); // a file beside the pages is not in the PDF
  }
  const NAMES = /^(id|for|list|name|aria-(labelledby|describedby|controls|owns|details))$/;
  for (const part of all("*")) {
    for (const { name: attribute, value } of part.attributes) {
      let renamed = value.replaceAll("url(#", `url(#${here("")}`);
      if (NAMES.test(attribute)) renamed = value.split(" ").filter(Boolean).map(here).join(" ");
      if (/^(xlink:)?href$/.test(attribute) && part.closest("svg")) renamed = value.replace(/^#/, `#${here("")}`);
      if (renamed !== value) part.setAttribute(attribute, renamed);
    }
  }
  article.id = here("");
  return article.outerHTML;
};
