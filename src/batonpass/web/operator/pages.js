// Which page belongs to which section.

import { HandOffs } from "./handoffs.js";
import { Queues } from "./queues.js";

export const PAGES = {
  queues: Queues,
  handoffs: HandOffs,
};
