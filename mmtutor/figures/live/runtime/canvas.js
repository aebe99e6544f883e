// Tables of numbers as pictures: a pixel a number.

// Cividis (Nuñez, Anderton and Renslow 2018, https://doi.org/10.1371/journal.pone.0199239).
const CIVIDIS = [[0, 34, 78], [26, 56, 111], [67, 78, 108], [97, 101, 111], [125, 124, 120], [155, 148, 118], [188, 174, 108], [222, 201, 88], [254, 232, 56]];

/** Low frequencies at the bottom; the range rises with the noise, which stays in the middle of it. */
export function drawSpectrogram(canvas, { data, rows, columns }, sigma) {
  const [low, high] = [Math.log(0.0025 + 0.35 * sigma ** 2), Math.log(200 + 20 * sigma ** 2)];
  const upward = data.map((_, i) => data[(rows - 1 - Math.floor(i / columns)) * columns + (i % columns)]);
  paint(canvas, upward, rows, columns, (value) => ramp((value - low) / (high - low)));
}

/** The colour of a share, from dark (0) to light (1). */
export function ramp(share) {
  const place = Math.min(7.999, Math.max(0, 8 * share));
  const [a, b] = [CIVIDIS[Math.floor(place)], CIVIDIS[Math.floor(place) + 1]];
  return a.map((part, i) => part + (place % 1) * (b[i] - part));
}

export function paint(canvas, values, rows, columns, colour) {
  canvas.width = columns;
  canvas.height = rows;
  const picture = new ImageData(columns, rows);
  picture.data.fill(255);
  values.forEach((value, i) => picture.data.set(colour(value), 4 * i));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** Pixels from paper to ink; the range grows with the noise, so that nothing is cut off. */
export function drawInk(canvas, pixels, { rows, columns }, sigma) {
  paint(canvas, pixels, rows, columns, (value) => {
    const grey = 255 - (255 * (value + sigma)) / (1 + 2 * sigma);
    return [grey, grey, grey];
  });
}
