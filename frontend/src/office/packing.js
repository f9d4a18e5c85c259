/** The scanner's places: what it types always lands in the field, a stop is heard and felt, a good scan ticks. */
const field = document.querySelector("[data-scan] input[name=code], [data-scan] input[name=scan]");
if (field) {
  field.focus({ preventScroll: true });
  document.addEventListener("keydown", (event) => {
    const busy = document.activeElement?.matches("input, select, textarea, button, a, summary");
    if (!busy && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.focus();
  });
}

/** Tones as [hertz, seconds]; silent where the browser lets no page begin with sound. */
function sound(tones) {
  try {
    const context = new AudioContext();
    let at = context.currentTime;
    for (const [hertz, seconds] of tones) {
      const tone = context.createOscillator();
      const loudness = context.createGain();
      tone.type = "square";
      tone.frequency.value = hertz;
      loudness.gain.value = 0.15;
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + seconds);
      at += seconds + 0.06;
    }
  } catch {
    // no sound on this machine: the colour and the words remain
  }
}

if (document.querySelector("[data-stop]")) {
  sound([[220, 0.25], [180, 0.4]]);
  navigator.vibrate?.([200, 100, 300]);
} else if (document.querySelector("[data-scanned], [data-here]")) {
  sound([[1320, 0.07]]);
}
document.querySelector("[data-here]")?.scrollIntoView({ block: "center" });
