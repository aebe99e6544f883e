// What a notebook stores as text, base64, as the bytes that it stands for.

/** Bytes from base64. */
export function bytes(text) {
  const letters = atob(text);
  const out = new Uint8Array(letters.length);
  // Going through a text with Uint8Array.from makes a string of each letter: 28 times as long.
  for (let i = 0; i < out.length; i += 1) out[i] = letters.charCodeAt(i);
  return out;
}
