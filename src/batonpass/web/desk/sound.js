// One soft sound. It has a visible twin, so a browser that refuses sound before the first click takes nothing away.

let audio = null;

export function chime() {
  try {
    audio ??= new AudioContext();
    if (audio.state !== "running") return;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.setValueAtTime(0.05, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
    tone.frequency.value = 660;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.4);
  } catch {
    // No sound on this machine.
  }
}

/** Sound is allowed after a first touch of the page; then it is ready for the next offer. */
export function readySound() {
  const wake = () => {
    audio ??= new AudioContext();
    audio.resume().catch(() => {});
  };
  addEventListener("pointerdown", wake, { once: true });
  addEventListener("keydown", wake, { once: true });
}
