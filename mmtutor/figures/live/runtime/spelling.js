// A text as words are compared, as mmtutor/datasets/tokens.py spells it.

/** One form for what looks alike: composed letters, half width, lower case, one apostrophe. */
export const spelling = (text) => text.replace(/[\ufe00-\ufe0f]/g, "")
  .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  .normalize("NFC").replace(/[’‘ʼ′]/g, "'").toLowerCase();
