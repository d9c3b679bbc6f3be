// What the entries of a timeline say about who held the baton, and when. Pure: entries in, values out. The widget
// and the desk both read it; an entry is an event with its Socket.IO name:
// `{event, seq | public_seq, at, epoch, actor, data}`.

const PARKED = ["on_hold", "on_hold_silent"];
const NOBODY = { kind: "nobody", name: "", agent_id: null };

/**
 * Who holds the baton after a row of entries.
 *
 * `parts` are the parts of the baton in time order, `{kind, name, agent_id, started_at, ended_at}` with `kind` one of
 * "bot", "representative", "nobody"; a wait of no length is no part. `closed` is true after the end.
 */
export class Story {
  constructor() {
    this.parts = [];
    this.closed = false;
    this.holderStint = null;
    this.held = false; // parked: nobody holds it, and nobody is looked for
  }

  /** The holder now, `{kind, name, agent_id}`, or null when nobody holds it. */
  get holder() {
    const last = this.parts[this.parts.length - 1];
    return !this.closed && last && last.kind !== "nobody" ? last : null;
  }

  /** Take one more entry. Returns what it changed: "taken", "left", "closed", or null. */
  take(event) {
    if (!this.parts.length) this.#begin({ ...NOBODY }, event.at);
    switch (event.event) {
      case "conversation.agent_added":
        return event.data.role === "holder" ? this.#taken(event) : null;
      case "conversation.agent_removed":
        return event.data.role === "holder" ? this.#left(event) : null;
      case "notice.posted":
        return this.#noticed(event);
      case "conversation.closed":
        return this.#close(event.at);
      default:
        return null;
    }
  }

  #taken({ at, data }) {
    this.#begin({ kind: data.agent.kind, name: data.agent.name, agent_id: data.agent.id ?? null }, at);
    this.holderStint = data.stint_id ?? null;
    return "taken";
  }

  #left({ at, data }) {
    // Several removed entries may stand in one commit; only the holder's own makes the baton free.
    if (!this.holder || (data.stint_id && this.holderStint && data.stint_id !== this.holderStint)) return null;
    this.#begin({ ...NOBODY }, at);
    this.held = PARKED.includes(data.notice?.code);
    return "left";
  }

  /** A parked chat goes on, or a closed one is open again. */
  #noticed({ at, data }) {
    const code = data.notice?.code;
    if (code === "hold_over") this.held = false;
    if (code !== "reopened" || !this.closed) return null;
    this.#begin({ ...NOBODY }, at);
    return "reopened";
  }

  #close(at) {
    this.#end(at);
    this.closed = true;
    return "closed";
  }

  #begin(part, at) {
    this.#end(at);
    this.closed = this.held = false;
    this.parts = [...this.parts, { ...part, started_at: at, ended_at: null }];
  }

  #end(at) {
    const last = this.parts[this.parts.length - 1];
    if (!last) return;
    if (last.kind === "nobody" && last.started_at === at) this.parts = this.parts.slice(0, -1);
    else if (last.ended_at === null) this.parts = [...this.parts.slice(0, -1), { ...last, ended_at: at }];
  }
}

/** The story of a whole list of entries. */
export function tell(entries) {
  const story = new Story();
  for (const entry of entries) story.take(entry);
  return story;
}
