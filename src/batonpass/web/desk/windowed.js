// A list of which only what is in sight is drawn: rows of one height, placed by their number, so that two hundred cost as
// much as ten. One stop for the keyboard, arrows inside.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "./ui.js";

const BEYOND = 4; // rows drawn above and below what is in sight

/**
 * @param {object} parts
 * @param {Array<{id: string}>} parts.rows
 * @param {(row: object, place: object) => any} parts.draw  `place`: `{stop}` whether the keyboard stops here
 * @param {string} parts.label
 * @param {string|null} parts.chosen  id of the row that is open
 * @param {() => void} [parts.atEnd]  the end is in sight
 */
export function Windowed({ rows, draw, label, chosen, atEnd = null }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, height: 800, row: 80 });
  const [stop, setStop] = useState(null);
  const wanted = useRef(null); // the row that takes the focus once it is drawn
  useLayoutEffect(() => measure(box.current, setView), []);
  useEffect(() => {
    const watch = new ResizeObserver(() => measure(box.current, setView));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    const row = box.current.querySelector(`[data-id="${CSS.escape(wanted.current)}"] .row-open`);
    row?.focus({ preventScroll: true });
    if (row) wanted.current = null; // else it is drawn once the list has scrolled there
  });
  const from = Math.max(0, Math.floor(view.top / view.row) - BEYOND);
  const to = Math.min(rows.length, Math.ceil((view.top + view.height) / view.row) + BEYOND);
  useEffect(() => {
    if (atEnd && to >= rows.length && rows.length) atEnd();
  }, [to, rows.length]);
  const known = (id) => id !== null && rows.some((row) => row.id === id);
  const current = known(stop) ? stop : known(chosen) ? chosen : rows[0]?.id;
  const go = (index) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    wanted.current = row.id;
    setStop(row.id);
    reveal(box.current, rows.indexOf(row), view);
  };
  const key = (event) => {
    const at = rows.findIndex((row) => row.id === current);
    const page = Math.max(1, Math.floor(view.height / view.row) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || !rows.length) return;
    event.preventDefault();
    go(to);
  };
  const scrolled = ({ currentTarget }) => setView((before) => ({ ...before, top: currentTarget.scrollTop }));
  return html`<div class="rows" ref=${box} onScroll=${scrolled} onKeyDown=${key}>
    <ul aria-label=${label} ref=${(list) => list?.style.setProperty("block-size", `${rows.length * view.row}px`)}>
      ${rows.slice(from, to).map((row, index) => html`<li class="row-place" key=${row.id} data-id=${row.id} aria-setsize=${rows.length} aria-posinset=${from + index + 1}
        ref=${(place) => place?.style.setProperty("transform", `translateY(${(from + index) * view.row}px)`)} onFocusIn=${() => setStop(row.id)}>${draw(row, { stop: row.id === current })}</li>`)}
    </ul>
  </div>`;
}

function measure(box, setView) {
  if (!box) return; // gone meanwhile
  const row = parseFloat(getComputedStyle(box).getPropertyValue("--row-size")) || 80;
  setView({ top: box.scrollTop, height: box.clientHeight, row });
}

function reveal(box, index, { row }) {
  const top = index * row;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + row > box.scrollTop + box.clientHeight) box.scrollTop = top + row - box.clientHeight;
}
