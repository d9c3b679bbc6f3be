// Line icons on a 16 px grid, drawn with the text's own colour. Own drawings; each is a list of SVG path data. Here are
// those that the widget and the baton need; every other goes to desk/icons.js, so that customers do not load it.

const PATHS = {
  alert: ["M8 2.5 14.5 13.5 H1.5 Z", "M8 6.5 V9.5", "M8 11.4 V11.6"],
  arrow: ["M2.5 8 H13", "M9 4 13 8 9 12"],
  attach: ["M13.2 7.4 L7.7 12.9 A3.3 3.3 0 0 1 3 8.2 L8.7 2.5 A2.2 2.2 0 0 1 11.8 5.6 L6.3 11.1 A1.1 1.1 0 0 1 4.7 9.5 L9.8 4.4"],
  back: ["M6 3 2.5 6.5 6 10", "M2.5 6.5 H10 A3.5 3.5 0 0 1 10 13.5 H6"],
  bot: ["M4 5.5 H12 A1.5 1.5 0 0 1 13.5 7 V11.5 A1.5 1.5 0 0 1 12 13 H4 A1.5 1.5 0 0 1 2.5 11.5 V7 A1.5 1.5 0 0 1 4 5.5 Z", "M8 5.5 V3", "M5.8 8.8 V10", "M10.2 8.8 V10"],
  chat: ["M2.5 3.5 H13.5 V11 H8 L4.5 13.5 V11 H2.5 Z"],
  clock: ["M8 2 A6 6 0 1 1 7.99 2 Z", "M8 5 V8.3 L10.2 9.6"],
  close: ["M4 4 12 12", "M12 4 4 12"],
  down: ["M4 6.5 8 10.5 12 6.5"],
  file: ["M4 2.5 H9.5 L12.5 5.5 V13.5 H4 Z", "M9.5 2.5 V5.5 H12.5"],
  minimise: ["M3 8 H13"],
  more: ["M3.5 7.5 A.5 .5 0 1 1 3.49 7.5 Z", "M8 7.5 A.5 .5 0 1 1 7.99 7.5 Z", "M12.5 7.5 A.5 .5 0 1 1 12.49 7.5 Z"],
  offline: ["M2.5 2.5 13.5 13.5", "M2 6.4 A9 9 0 0 1 4.6 4.7", "M7 3.7 A9 9 0 0 1 14 6.4", "M4.6 9 A5.4 5.4 0 0 1 7 7.5", "M8 12.4 V12.6"],
  pause: ["M5.5 4 V12", "M10.5 4 V12"],
  person: ["M8 2.5 A2.75 2.75 0 1 1 7.99 2.5 Z", "M3 13.5 C3 10.8 5.2 9.6 8 9.6 C10.8 9.6 13 10.8 13 13.5"],
  send: ["M8 13.5 V3", "M3.5 7.5 8 3 12.5 7.5"],
};

const SVG = "http://www.w3.org/2000/svg";

/** Make more icons known: `{name: [path data]}`. */
export function addIcons(more) {
  Object.assign(PATHS, more);
}

/** The path data of an icon, for those who draw it another way. */
export function paths(name) {
  return PATHS[name] ?? [];
}

/** Return an icon as an SVG element; it is decoration, so words beside it say what it means. */
export function icon(name, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { class: "icon", viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const data of paths(name)) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  return svg;
}
