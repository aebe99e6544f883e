// A page on paper. What is folded on the screen stands at the end of its page, open and with a
// number: an answer is not seen beside its question, and the code of a drawing not before it.
"use strict";

(() => {
  const words = document.body.dataset;
  const back = []; // how each fold gets to where it was

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function nameOf(fold) {
    const summary = fold.querySelector("summary");
    return (summary.querySelector(".collapsed") ?? summary).textContent.trim();
  }

  function titleOf(fold) {
    const summary = nameOf(fold);
    if (fold.classList.contains("hide")) return summary;
    const heading = fold.closest("section")?.querySelector(":is(h1, h2, h3, h4)").cloneNode(true);
    heading?.querySelector(".headerlink")?.remove();
    return heading ? `${heading.textContent.trim()}: ${summary}` : summary;
  }

  function toPaper() {
    if (back.length) return;
    delete document.documentElement.dataset.late;
    const article = document.querySelector("article");
    const folds = [...article.querySelectorAll("details")].filter(
      (fold) => !fold.parentElement.closest("details, form"),
    );
    if (!folds.length) return;
    const end = make("section", { class: "unfolded" }, make("h2", {}, words.unfolded));
    folds.forEach((fold, i) => {
      const [name, title, wasOpen] = [`unfolded-${i + 1}`, titleOf(fold), fold.open];
      const link = make("a", { href: `#${name}` }, words.unfoldedAt.replace("{n}", i + 1));
      const note = make("p", { class: "unfolded-note" });
      fold.before(note);
      note.append(nameOf(fold), " ", link);
      end.append(make("h3", { id: name }, `${i + 1} · ${title}`), fold);
      fold.open = true;
      back.push(() => {
        note.replaceWith(fold);
        fold.open = wasOpen;
      });
    });
    article.append(end);
    back.push(() => end.remove());
  }

  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", () => back.splice(0).forEach((undo) => undo()));
})();
