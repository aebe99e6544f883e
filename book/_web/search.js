// Sphinx's search finds words however they are accented: "Gomez" is Gómez, and the other way round.
"use strict";

const unaccented = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");

const { setIndex, _parseQuery: parseQuery } = Search;
Search._parseQuery = (query) => parseQuery(unaccented(query));
Search.setIndex = (index) => {
  for (const found of [index.terms, index.titleterms]) {
    for (const [word, pages] of Object.entries(found)) {
      const bare = unaccented(word);
      if (bare === word) continue;
      const before = Object.hasOwn(found, bare) ? found[bare] : [];
      found[bare] = [...new Set([before, pages].flat())];
    }
    // What every object has is no word of the book; Sphinx would wait for it for ever.
    for (const name of ["constructor", "__proto__"]) {
      if (!Object.hasOwn(found, name)) Object.defineProperty(found, name, { value: undefined });
    }
  }
  setIndex(index);
};
