// Voices in the page: spoken words in one FLAC file.
import { bytes } from "./bytes.js";

/**
 * The words of a voice, each in the middle of one second and with a mean square of 1; what lasts
 * longer than a second stays as it is. In the file
 * they follow one another, unless `starts` says where each begins.
 */
export async function unpackVoice({ flac, lengths, starts }, rate) {
  // At the file's own rate nothing is resampled: what comes out are the samples that went in.
  const decoder = new OfflineAudioContext(1, 1, rate);
  const samples = (await decoder.decodeAudioData(bytes(flac).buffer)).getChannelData(0);
  let next = 0;
  return lengths.map((length, i) => {
    const first = starts ? starts[i] : next;
    next = first + length;
    const speech = samples.subarray(first, next);
    const size = Math.sqrt(speech.reduce((sum, value) => sum + value * value, 0) / length);
    const second = new Float32Array(Math.max(rate, length));
    second.set(speech.map((value) => value / size), (second.length - length) >> 1);
    return second;
  });
}
