// Which page belongs to which section.

import { Access } from "./access.js";
import { Agents } from "./agents.js";
import { Alerts } from "./alerts.js";
import { Chats } from "./chats.js";
import { Contacts } from "./contacts.js";
import { HandBack } from "./handback.js";
import { HandOffs } from "./handoffs.js";
import { Insights } from "./insights.js";
import { NewQueue } from "./newqueue.js";
import { Queues } from "./queues.js";
import { Hours, Settings, Workflows } from "./settings.js";
import { Switches } from "./switches.js";
import { Versions } from "./versions.js";
import { Words } from "./words.js";

export const PAGES = {
  __proto__: null, // names come out of addresses
  queues: Queues,
  agents: Agents,
  handoffs: HandOffs,
  conversations: Chats,
  contacts: Contacts,
  insights: Insights,
  alerts: Alerts,
  switches: Switches,
  handback: HandBack,
  workflows: Workflows,
  hours: Hours,
  words: Words,
  settings: Settings,
  versions: Versions,
  access: Access,
  "queue-new": NewQueue,
};

/** Sections of admins: others are not let in there by the server either. */
export const ADMINS = new Set(["handback", "workflows", "hours", "words", "settings", "versions", "access", "queue-new"]);
