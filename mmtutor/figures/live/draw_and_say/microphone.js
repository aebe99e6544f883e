// The microphone: asked for when the reader presses, heard in the page only, and let go at once.

/**
 * Record some seconds; returns samples at `rate`. `onOpen` is called when the microphone hears,
 * `onLevel(share)` some times a second with how loud it is, from 0 to 1.
 */
export async function record({ seconds, rate, onOpen, onLevel }) {
  const media = globalThis.navigator?.mediaDevices;
  if (!media?.getUserMedia || !globalThis.MediaRecorder) throw new DOMException("", "NotSupportedError");
  // As it is: what a browser does for a telephone call would change the sound.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await media.getUserMedia({ audio });
  let context;
  try {
    context = new AudioContext();
    const recorder = new MediaRecorder(stream);
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((done, fail) => {
      recorder.onstop = done;
      recorder.onerror = ({ error }) => fail(error ?? new DOMException("", "UnknownError"));
    });
    recorder.start();
    onOpen();
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(stream).connect(analyser);
    const heard = new Float32Array(1024);
    const watch = setInterval(() => {
      analyser.getFloatTimeDomainData(heard);
      onLevel(Math.min(1, 4 * Math.sqrt(heard.reduce((sum, value) => sum + value * value, 0) / 1024)));
    }, 60);
    setTimeout(() => recorder.state === "recording" && recorder.stop(), 1000 * seconds);
    await ended.finally(() => clearInterval(watch));
    const packed = await new Blob(parts).arrayBuffer();
    return (await new OfflineAudioContext(1, 1, rate).decodeAudioData(packed)).getChannelData(0);
  } finally {
    for (const track of stream.getTracks()) track.stop();
    context?.close();
  }
}

/** Which of the figure's sentences tells why there is no recording. */
export function trouble(error) {
  if (["NotAllowedError", "PermissionDeniedError"].includes(error.name)) return "mic_refused";
  if (error.name === "EncodingError") return "mic_silent"; // it gave nothing at all
  if (["NotFoundError", "OverconstrainedError"].includes(error.name)) return "mic_absent";
  return ["NotSupportedError", "SecurityError", "TypeError"].includes(error.name) ? "mic_unable" : "mic_failed";
}
