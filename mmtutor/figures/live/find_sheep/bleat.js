// A bleat in stereo: a row of harmonics for each ear, louder and sooner where the sheep is.

/** Plays what the two ears hear. Decibels are halved, or most of a map would be silence. */
export function bleater({ harmonics, octaves, power }) {
  let context = null;
  const gone = { bleat: null };

  const wave = (heard) => {
    const base = harmonics[0][0];
    const imag = new Float32Array(harmonics.length + 1);
    harmonics.forEach(([hertz, amplitude], k) => {
      const b = octaves.findIndex((end, i) => hertz >= end && hertz < octaves[i + 1]);
      imag[k + 1] = b < 0 || !power[b] ? 0 : amplitude * Math.sqrt(Math.sqrt(heard[b] / power[b]));
    });
    return { base, made: context.createPeriodicWave(new Float32Array(imag.length), imag, { disableNormalization: true }) };
  };

  return {
    play({ left, right, delay }) {
      context ??= new AudioContext();
      gone.bleat?.();
      const merger = context.createChannelMerger(2);
      const loud = context.createGain();
      const [start, length] = [context.currentTime + 0.01, 0.45];
      loud.gain.setValueAtTime(0, start);
      for (let k = 0; k <= 18; k += 1) { // seven trembles a second
        const swell = Math.sin((Math.PI * k) / 18) * (0.75 + 0.25 * Math.cos((2 * Math.PI * 7 * k * length) / 18));
        loud.gain.linearRampToValueAtTime(0.35 * swell, start + (k * length) / 18);
      }
      const voices = [left, right].map((heard, ear) => {
        const { base, made } = wave(heard);
        const voice = context.createOscillator();
        voice.setPeriodicWave(made);
        voice.frequency.value = base;
        const later = context.createDelay(0.01);
        later.delayTime.value = Math.max(0, (ear === 0 ? delay : -delay) / 1000);
        voice.connect(later).connect(merger, 0, ear);
        voice.start(start);
        voice.stop(start + length);
        return voice;
      });
      merger.connect(loud).connect(context.destination);
      gone.bleat = () => voices.forEach((voice) => voice.disconnect());
    },
    close: () => context?.close(),
  };
}
