// The widget's one colour comes from the operator; the text on it must stay readable. Pure.

const LIGHT_TARGET = 4.5; // WCAG 2.2, 1.4.3
const DARK_TARGET = 9; // a colour chosen for paper goes dull on a dark surface: further up, it keeps its character
const WHITE = [255, 255, 255];
const NIGHT = [11, 17, 24]; // 0B1118

/**
 * Return `{accent, onAccent, tint}` as CSS colours: the operator's colour with its lightness moved, only as far as
 * needed, until the text on it and its use as text on the surface are readable. An unreadable value gives the
 * fallback's set.
 */
export function accentSet(wanted, { dark = false, fallback = "#1E5A44" } = {}) {
  const surface = dark ? [21, 29, 38] : WHITE;
  const target = dark ? DARK_TARGET : LIGHT_TARGET;
  const [hue, saturation, lightness] = hsl(rgb(wanted) ?? rgb(fallback));
  const end = dark ? 1 : 0;
  let colour = null;
  for (let step = 0; step <= 100; step += 1) {
    colour = fromHsl(hue, saturation, lightness + ((end - lightness) * step) / 100);
    if (contrast(colour, surface) >= target) break;
  }
  const onAccent = contrast(colour, WHITE) >= LIGHT_TARGET ? WHITE : NIGHT;
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

function hsl([r, g, b]) {
  const [red, green, blue] = [r / 255, g / 255, b / 255];
  const most = Math.max(red, green, blue);
  const range = most - Math.min(red, green, blue);
  const lightness = most - range / 2;
  if (!range) return [0, 0, lightness];
  const turn = most === red ? ((green - blue) / range) % 6 : most === green ? (blue - red) / range + 2 : (red - green) / range + 4;
  return [turn * 60, range / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function fromHsl(hue, saturation, lightness) {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (shift) => {
    const at = (((shift + hue / 30) % 12) + 12) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

function mix(from, to, share) {
  return from.map((value, index) => Math.round(value + (to[index] - value) * share));
}

function hex(colour) {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("").toUpperCase()}`;
}
