// What the keys do.

import { action } from "./keys.js";
import { mine } from "./lists.js";
import { backToBot, resolve } from "./talks.js";
import { details } from "./thread.js";

/** Listen for the desk's keys; returns what ends it. */
export function listen(desk) {
  const press = (event) => pressed(desk, event);
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

function pressed(desk, event) {
  if (!desk.agent.value || desk.view.dialog.value || event.defaultPrevented) return;
  const wanted = action(event, { keys: desk.keyboard.keys.value, inField: inField(event.target) });
  if (!wanted || ACTIONS[wanted](desk, desk.current) === false) return;
  event.preventDefault();
}

function inField(target) {
  return target instanceof Element && Boolean(target.closest("input, textarea, select, [contenteditable]"));
}

const ACTIONS = {
  accept: (desk) => answer(desk, "accept"),
  decline: (desk) => answer(desk, "decline"),
  next: (desk) => step(desk, 1),
  previous: (desk) => step(desk, -1),
  longest: (desk) => select(desk, mine(desk)[0]),
  reply: (desk, conversation) => write(desk, conversation, "reply"),
  note: (desk, conversation) => write(desk, conversation, "note"),
  transfer: (desk, conversation) => dialog(desk, conversation?.holds, "transfer"),
  handBack: (desk, conversation) => Boolean(conversation?.holds) && void backToBot(desk, conversation),
  hold: (desk, conversation) => dialog(desk, conversation?.holds, "hold"),
  resolve: (desk, conversation) => Boolean(conversation?.holds) && void resolve(desk, conversation),
  details: (desk, conversation) => Boolean(conversation) && details(desk),
  search: (desk) => void desk.search.show(),
  help: (desk) => dialog(desk, true, "help"),
};

function dialog(desk, may, name) {
  if (!may) return false;
  desk.view.dialog.value = name;
  return true;
}

function answer(desk, what) {
  const one = desk.offers.list.value.find((known) => known.state === "open");
  if (!one) return false;
  void desk.offers[what](one.offer.offer_id);
  return true;
}

/** The next of the list that is shown; of Mine when another list is. */
function step(desk, by) {
  const rows = mine(desk);
  const at = rows.findIndex(({ id }) => id === desk.view.selected.value);
  if (at === -1) return select(desk, rows.at(by > 0 ? 0 : -1));
  return select(desk, rows[(at + by + rows.length) % rows.length]);
}

function select(desk, row) {
  if (!row) return false;
  desk.select(row.id);
  return true;
}

function write(desk, conversation, mode) {
  if (!conversation) return false;
  desk.view.mode.value = mode;
  requestAnimationFrame(() => document.getElementById("composer")?.focus());
  return true;
}
