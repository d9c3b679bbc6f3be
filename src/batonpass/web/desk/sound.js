// Soft sounds, made here. Each has a visible twin, so a browser that refuses sound before the first click takes nothing
// away.

let audio = null;

/** An offer came: two notes that rise. */
export function ring() {
  tone(523, 0);
  tone(659, 0.18);
}

/** Its time is nearly over: one note. */
export function chime() {
  tone(660, 0);
}

function tone(pitch, after) {
  try {
    audio ??= new AudioContext();
    if (audio.state !== "running") return;
    const from = audio.currentTime + after;
    const note = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.05, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0005, from + 0.4);
    note.frequency.value = pitch;
    note.connect(volume).connect(audio.destination);
    note.start(from);
    note.stop(from + 0.45);
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
