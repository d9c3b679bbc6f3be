// The widget's one colour comes from the operator; the text on it must stay readable. Pure.

const TARGET = 4.5; // WCAG 2.2, 1.4.3
const WHITE = [255, 255, 255];
const NIGHT = [11, 17, 24]; // 0B1118

/**
 * Return `{accent, onAccent, tint}` as CSS colours: the operator's colour moved, only as far as needed, until its
 * text and its use as text on the surface both reach 4.5:1. An unreadable value gives the fallback's set.
 */
export function accentSet(wanted, { dark = false, fallback = "#1E5A44" } = {}) {
  const start = rgb(wanted) ?? rgb(fallback);
  const surface = dark ? [21, 29, 38] : WHITE;
  const towards = dark ? WHITE : [0, 0, 0];
  let colour = start;
  for (let step = 0; step <= 100; step += 1) {
    colour = mix(start, towards, step / 100);
    if (contrast(colour, surface) >= TARGET) break;
  }
  const onAccent = contrast(colour, WHITE) >= TARGET ? WHITE : NIGHT;
  return { accent: hex(colour), onAccent: hex(onAccent), tint: hex(mix(surface, colour, dark ? 0.16 : 0.1)) };
}

/** The contrast ratio of two colours `[r, g, b]`, 1 to 21. */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** `#RGB` or `#RRGGBB` as numbers, or null. */
export function rgb(text) {
  const short = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text ?? "");
  const digits = short ? short.slice(1).map((digit) => digit + digit).join("") : /^#?([0-9a-f]{6})$/i.exec(text ?? "")?.[1];
  return digits ? [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) : null;
}

function luminance(colour) {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mix(from, to, share) {
  return from.map((value, index) => Math.round(value + (to[index] - value) * share));
}

function hex(colour) {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("").toUpperCase()}`;
}
