// Made by `batonpass protocol --write docs`. Change the classes in src/batonpass/protocol/ instead.
//
//   import { io, Socket } from "socket.io-client";
//   import type { CustomerClientToServerEvents, CustomerServerToClientEvents } from "./protocol";
//   const socket: Socket<CustomerServerToClientEvents, CustomerClientToServerEvents> =
//     io("https://chat.example.com/customer", { auth: { token } });

/** A client event answers with its reply, or with a refusal. */
export type Acknowledge<Reply> = (reply: Reply | Refusal) => void;

export type Content = TextContent | ChoicesContent | CardContent | AttachmentContent;

export type ErrorCode =
  | "bad_request"
  | "bad_token"
  | "not_found"
  | "bad_json"
  | "bad_cursor"
  | "cross_site"
  | "bad_sign_in"
  | "bad_identity"
  | "bad_code"
  | "too_many_attempts"
  | "too_busy"
  | "name_taken"
  | "set_up_done"
  | "last_admin"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "precondition_failed"
  | "precondition_required"
  | "idempotency_conflict"
  | "secret_shown"
  | "attachment_type"
  | "attachment_empty"
  | "attachments_full"
  | "customer_erased"
  | "config_invalid"
  | "config_from_file"
  | "config_from_store"
  | "too_many_keys"
  | "delivery_pending"
  | "not_allowed"
  | "stint_ended"
  | "offer_ended"
  | "conversation_closed"
  | "handoff_pending"
  | "bad_transition"
  | "unavailable"
  | "refused"
  | "somebody_is_here"
  | "already_in"
  | "already_taken"
  | "already_given"
  | "disposition_required"
  | "too_many_conversations"
  | "too_many_variables"
  | "unknown_namespace"
  | "unknown_event"
  | "rate_limited"
  | "too_many_requests"
  | "too_many_connections"
  | "too_large"
  | "too_slow"
  | "malformed"
  | "binary_refused"
  | "slow_reader"
  | "store_unavailable"
  | "shutting_down"
  | "internal";

export interface Accepted {
  ok: true;
  stint_id: string;
  conversation_id: string;
}

/** `stint_id`: whoever the act brought in. `over_capacity`: above its capacity. */
export interface ActDone {
  ok: true;
  handoff_id: string;
  state: string;
  stint_id?: string;
  over_capacity: boolean;
}

/** Who did it. Customers get the public name and never an id. */
export interface Actor {
  type: "customer" | "bot" | "person" | "system";
  name: string;
  id?: string;
}

/** An agent came in. As an entry it has a seq; without one it is the first packet of a join (law 4). */
export interface AgentAdded {
  agent: AgentRef;
  role: string;
  stint_id?: string;
  notice?: Notice;
}

/** Ask for the entries after a number, up to the end of your last stint. Emitted in order, then acknowledged. */
export interface AgentRead {
  conversation_id: string;
  after: number;
  limit?: number;
}

/** Say up to which `seq` you have seen the chat. */
export interface AgentReceipt {
  conversation_id: string;
  stint_id: string;
  read: number;
}

/** An agent by public name and kind; the id only to agents. */
export interface AgentRef {
  name: string;
  kind: "bot" | "representative";
  id?: string;
}

/** An agent's live time is over. */
export interface AgentRemoved {
  agent: AgentRef;
  role: string;
  reason: string;
  stint_id?: string;
  notice?: Notice;
}

/** Say something in a stint. Stored only if the stint is live and may speak; else kept as a discarded draft. */
export interface AgentSend {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  content: Content;
  sensitive?: boolean;
}

export interface AgentSent {
  ok: true;
  message_id: string;
  seq: number;
  public_seq?: number;
  at: string;
}

/** First event after connecting to `/agent`: everything the agent has, with cursors and time left. */
export interface AgentSnapshot {
  agent: AgentRef;
  presence: "available" | "away" | "missed";
  capacity?: number;
  slots_used: number;
  stints: StintInfo[];
  offers: OfferInfo[];
  handoffs: HandoffInfo[];
  turns: TurnInfo[];
  queues: QueueInfo[];
  held: HoldInfo[];
  counts?: Counts;
}

/** Say that you write, or have stopped. Nothing is stored. */
export interface AgentTyping {
  conversation_id: string;
  stint_id: string;
  on: boolean;
}

/** Something to look at: `webhook_dead`, a webhook's delivery was given up; `hop_limit`, it was passed on very often; `cool_down`, it would go to and fro; `contact_left`, a customer left an address instead (`contact_id` in `params`, see `contact.list`). */
export interface AlertRaised {
  code: string;
  params: Record<string, string>;
}

/** What a hand-off request meets: `offered` (named agents only), `queued`, `accepted` (a consulted bot of a warm transfer), `completed` or `already`. `warning`: `hop_limit`, it was passed on very often. */
export interface Answer {
  type: "offered" | "queued" | "accepted" | "completed" | "already";
  warning?: string;
  position?: number;
  wait?: Wait;
  agent?: AgentRef;
}

/** Give the conversation to an agent. A representative gets an offer; with `force` it holds at once, also away or over capacity. A bot, and who is in the conversation already, holds at once. */
export interface Assign {
  conversation_id: string;
  client_id: string;
  agent_id: string;
  reason: string;
  force?: boolean;
}

/** A file by reference; the bytes travel elsewhere. */
export interface AttachmentContent {
  type: "attachment";
  attachment_id: string;
  name: string;
  media_type: string;
  size: number;
}

/** `available`: somebody could take it; `free`: how many could now; `position`: its place, were it queued. `opens_at`: it is not, because the queue is closed until then. */
export interface Availability {
  ok: true;
  available: boolean;
  free: number;
  position?: number;
  reason?: string;
  opens_at?: string;
}

/** Ask before you promise: who could take this conversation there? */
export interface AvailabilityAsk {
  conversation_id: string;
  stint_id: string;
  kind?: "escalation" | "hand_back" | "transfer" | "invitation" | "consultation";
  target?: TargetShape;
  seeks?: "any" | "bot" | "representative";
}

/** The bot that the customer may go back to instead of waiting (`bot.request`), by its public name. */
export interface BackTo {
  name: string;
}

/** One part of the baton: a holder, or nobody (`kind` is `nobody`), and how long. */
export interface BatonPart {
  kind: "bot" | "representative" | "nobody";
  name: string;
  agent_id?: string;
  started_at: string;
  ended_at?: string;
}

/** Go back to the bot that held before, instead of waiting for a person any longer. */
export interface BotRequest {
  conversation_id: string;
  client_id: string;
}

/** What a person tells the bot it hands back to: what was settled, what was promised, what not to ask again. */
export interface Brief {
  settled?: string;
  promised?: string;
  avoid?: string;
}

/** What a hand-back tells the bot: what was settled, what was promised, what not to ask again. */
export interface BriefShape {
  settled: string;
  promised: string;
  avoid: string;
}

/** A reply that is ready, filled in for this chat. `missing`: variables without a value, in the text as `[name]`. */
export interface CannedInfo {
  name: string;
  shortcut: string;
  text: string;
  missing: string[];
}

/** The replies that are ready for a chat of yours, in its customer's language. */
export interface CannedList {
  conversation_id: string;
}

export interface CannedListed {
  ok: true;
  replies: CannedInfo[];
}

/** A titled card with an optional picture and buttons that open a link or send a text. */
export interface CardContent {
  type: "card";
  title: string;
  text: string;
  image_url?: string;
  link_url?: string;
  choices?: Choice[];
}

/** Nothing to say but that it is stored. */
export interface CareDone {
  ok: true;
}

/** One button: what it says, and the text it sends. */
export interface Choice {
  label: string;
  value: string;
}

/** A question with up to ten answers to press; the text stands for clients that show no buttons. */
export interface ChoicesContent {
  type: "choices";
  text: string;
  choices: Choice[];
}

/** Close the conversation, whatever is pending. */
export interface Close {
  conversation_id: string;
  reason: string;
}

/** `closed`: by this act; false when it was closed before. */
export interface CloseDone {
  ok: true;
  closed: boolean;
}

/** Another version of the configuration is in force: agents and queues as they are now follow. Queues that it does not have are gone. */
export interface ConfigurationUpdated {
  version: number;
  queues: string[];
}

/** Say that this customer has an answer; with `done` false, that there is none after all. */
export interface ContactFinish {
  contact_id: string;
  done?: boolean;
}

export interface ContactFinished {
  ok: true;
  contact: ContactInfo;
}

/** Where to reach a customer whom nobody could answer. `done_at`: somebody has. */
export interface ContactInfo {
  contact_id: string;
  conversation_id: string;
  queue: string;
  at: string;
  name: string;
  email: string;
  phone: string;
  message: string;
  done_at?: string;
  done_by?: string;
}

export interface ContactKept {
  ok: true;
  contact_id: string;
}

/** Nobody is there: leave an address (`email` or `phone`) and what it is about. The chat closes (`contact_left`). Also after a chat that closed unanswered. While a person holds it, it is refused (`somebody_is_here`). */
export interface ContactLeave {
  conversation_id: string;
  client_id: string;
  message: string;
  name?: string;
  email?: string;
  phone?: string;
}

/** Contacts of your queues, or of one, that were answered or (`done` false) were not; `cursor`: the page after. */
export interface ContactList {
  queue_id?: string;
  done?: boolean;
  cursor?: string;
  limit?: number;
}

/** A customer has left an address in a queue of yours, or somebody has answered one. */
export interface ContactUpdated {
  contact: ContactInfo;
}

/** The newest first; `cursor` asks for the page after this one. */
export interface ContactsListed {
  ok: true;
  contacts: ContactInfo[];
  cursor?: string;
}

/** Set or overwrite variables of the conversation. */
export interface ContextSet {
  conversation_id: string;
  stint_id: string;
  variables: Record<string, string>;
}

/** The chat is over. */
export interface ConversationClosed {
  reason: string;
  notice?: Notice;
}

/** Second packet of a join: the story. `transcript` holds the entry events up to `boundary_seq`. */
export interface ConversationContext {
  stint_id: string;
  variables: Record<string, string>;
  handoff: HandoffInfo;
  boundary_seq: number;
  transcript: Record<string, unknown>[];
  truncated_before?: number;
}

/** Read the conversation around the timeline. */
export interface ConversationDetails {
  conversation_id: string;
}

/** End the chat. Always wins; ending it again is the same. */
export interface ConversationEnd {
  conversation_id: string;
}

/** Third packet, for a bot's holder stint: greet once, under the client id `greet:{stint}`. */
export interface ConversationGreet {
  stint_id: string;
  client_id: string;
  turn: TurnInfo;
}

/** Park the conversation you hold: your slot is free, and the customer is told. It ends after `for_s` seconds, or at `until`, or after the queue's longest hold: then you are asked first to go on. It also ends by what the customer writes, unless the queue says otherwise. */
export interface ConversationHold {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  reason?: string;
  for_s?: number;
  until?: string;
}

/** A conversation at a glance. `others` are in it beside the holder; `baton` is who held it, in order of time. */
export interface ConversationInfo {
  conversation_id: string;
  status: "open" | "active" | "held" | "closed";
  queue: string;
  customer: string;
  epoch: number;
  head: number;
  hops: number;
  started_at: string;
  waiting_since?: string;
  holder?: AgentRef;
  held?: HoldInfo;
  others: ParticipantInfo[];
  pending: PendingInfo[];
  baton: BatonPart[];
}

/** Go; the chat goes on for whoever is left. With `resolved` it closes when nobody is. */
export interface ConversationLeave {
  conversation_id: string;
  stint_id: string;
  resolved?: boolean;
}

/** Take what waits, or is on hold, in a queue of yours; also after you declined it, and while it is offered to somebody else. The first commit wins. Without `handoff_id` the pass is meant, else the oldest invitation. */
export interface ConversationPickUp {
  conversation_id: string;
  client_id: string;
  handoff_id?: string;
}

/** The holder says it is solved: the conversation closes, or goes to a bot where the queue's policy says so. */
export interface ConversationResolve {
  conversation_id: string;
  stint_id: string;
}

/** Go on with a conversation that is on hold. It takes a slot of yours; without a free one it stays on hold. */
export interface ConversationResume {
  conversation_id: string;
  client_id: string;
}

/** A chat as a line of a list. `customer` is its name, `queue` the queue's; of the baton the last parts, after `earlier` others. `waiting_since`: nobody holds it, and all its waiting counts; `unanswered_since`: the customer wrote, and has no answer. `may`: what this reader can do now. Of a chat that it has left, `recent` shows the state at that moment. */
export interface ConversationRow {
  conversation_id: string;
  customer: string;
  queue: string;
  queue_id: string;
  state: "open" | "active" | "held" | "closed";
  baton: BatonPart[];
  earlier: number;
  holder?: AgentRef;
  others: RowOther[];
  started_at: string;
  waiting_since?: string;
  unanswered_since?: string;
  last?: RowLine;
  handoff?: RowHandoff;
  hold?: HoldInfo;
  outcome?: RowOutcome;
  hit?: RowHit;
  may: ("read" | "pick_up" | "resume")[];
}

/** Find chats of yours, and those that wait in your queues, that hold all these words as far as you may read them. */
export interface ConversationSearch {
  text: string;
  limit?: number;
}

/** Open a chat, or get the open one again: a double click is one conversation. Writes no entry. */
export interface ConversationStart {
  client_id: string;
  context?: Record<string, string>;
  locale?: string;
}

/** A conversation has changed hands, participants or state. Once a second at most. */
export interface ConversationUpdated {
  conversation: ConversationInfo;
}

/** The best first: rows with what was found (`hit`). `more`: there are others, or older ones were not looked at. */
export interface ConversationsFound {
  ok: true;
  conversations: ConversationRow[];
  more: boolean;
}

/** Read the rows of a list: what waits in your queues (`queue`), what is not over there (`all`), what is on hold there or by you (`held`), or the chats you were in (`recent`). Without the words that you may not read. */
export interface ConversationsList {
  scope: "queue" | "all" | "held" | "recent";
  cursor?: string;
  limit?: number;
}

/** `cursor` asks for the rows after these. `counts` come with the first page. */
export interface ConversationsListed {
  ok: true;
  conversations: ConversationRow[];
  cursor?: string;
  counts?: Counts;
}

/** How many rows a representative's lists have: what waits in its queues, what is not over there, what is on hold. */
export interface Counts {
  queue: number;
  all: number;
  held: number;
}

/** The part of a person has ended in a close or a hand-back: ask the customer how it was, once. No entry. */
export interface CsatAsked {
  question: QuestionInfo;
}

/** Answer the question about one person's part: 1 (bad) to 5 (good). Once; it cannot be changed. */
export interface CsatGive {
  question_id: string;
  score: number;
  comment?: string;
}

/** One of the customer's open conversations; `head` is its last public_seq. `contacts`: an address may be left. `back_to`: the bot that it may go back to while it waits for a person. */
export interface CustomerConversation {
  conversation_id: string;
  status: "open" | "active" | "held" | "closed";
  epoch: number;
  head: number;
  holder?: AgentRef;
  position?: number;
  wait?: Wait;
  back_to?: BackTo;
  human_pending: boolean;
  reopen_s: number;
  contacts: boolean;
  seen: SeenInfo;
}

/** Read the rows of the other chats of this customer, the newest first: without words, unless you were in them. */
export interface CustomerHistory {
  conversation_id: string;
  limit?: number;
}

/** Ask for the entries after a number. They are emitted to this connection in order, before the acknowledgement. */
export interface CustomerRead {
  conversation_id: string;
  after: number;
  limit?: number;
}

/** Say up to which `public_seq` the customer has seen the chat, and what has come. Cursors never go back. */
export interface CustomerReceipt {
  conversation_id: string;
  read: number;
  delivered?: number;
}

/** Say something. The same `client_id` is one message however often it is sent. */
export interface CustomerSend {
  conversation_id: string;
  client_id: string;
  content: Content;
}

export interface CustomerSent {
  ok: true;
  message_id: string;
  public_seq: number;
  at: string;
}

/** First event after connecting to `/customer`. `questions`: what may still be answered (`csat.give`). */
export interface CustomerSnapshot {
  customer_id: string;
  conversations: CustomerConversation[];
  questions: QuestionInfo[];
}

/** Say that the customer writes, or has stopped. Nothing is stored. */
export interface CustomerTyping {
  conversation_id: string;
  on: boolean;
}

/** Ask why a conversation went where it did, and who would get it now. */
export interface DecisionExplain {
  conversation_id: string;
}

/** The conversation around the timeline: variables, baton, stints, hand-offs. `back_to` is for its holder, where the queue hands back by command and a bot can take it. */
export interface Details {
  ok: true;
  conversation_id: string;
  status: string;
  customer: string;
  epoch: number;
  head: number;
  holder?: AgentRef;
  variables: Record<string, string>;
  baton: BatonPart[];
  stints: StintInfo[];
  handoffs: HandoffInfo[];
  seen: SeenInfo;
  back_to?: HandBackTo;
}

export interface DispositionInfo {
  code: string;
  label: string;
}

/** Nothing to say but that it is stored. */
export interface Done {
  ok: true;
}

/** A send of an ended stint: refused, kept for the audit, never seen by the customer (law 1). */
export interface DraftDiscarded {
  stint_id: string;
  client_id: string;
  content: Content;
  reason: string;
}

/** Holds the place of an entry this reader may not see, so that a gap is always a loss. */
export interface EntryHidden {
  hidden: true;
}

/** Around every server event. Entries of the timeline carry `seq` (agents) or `public_seq` (customers), both dense; for agents what the customer reads carries both, as receipts speak in the customer's numbers. */
export interface Envelope<Data> {
  event_id: string;
  conversation_id?: string;
  seq?: number;
  public_seq?: number;
  epoch?: number;
  at: string;
  actor?: Actor;
  data: Data;
}

/** The `error` of a refused acknowledgement. */
export interface Error {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retry_after_ms?: number;
  handoff_id?: string;
  reason?: string;
  opens_at?: string;
}

/** `handoff` is the pending one, or the last, and `why` its decision. `now` is who would get the conversation now: by that hand-off, or, when nothing waits (`hypothetical`), were its holder to transfer it to `next`. Nothing stands there for a closed conversation. */
export interface Explained {
  ok: true;
  conversation_id: string;
  status: "open" | "active" | "held" | "closed";
  handoff?: HandoffInfo;
  why?: Why;
  hypothetical: boolean;
  queue: string;
  now?: Why;
  members: MemberInfo[];
}

export interface FactShape {
  name: string;
  value: string;
  seq: number;
}

/** Where a hand-back without a target goes now: a bot's public name, or the queue's where it would wait for one. */
export interface HandBackTo {
  name: string;
  kind: "bot" | "queue";
}

export interface HandoffAsked {
  ok: true;
  handoff_id: string;
  answer: Answer;
}

/** Call off a pass, an invitation or a consultation while you are still there. */
export interface HandoffCancel {
  conversation_id: string;
  handoff_id: string;
}

/** Warm transfer: you have talked with the receiver, who holds from now on. */
export interface HandoffComplete {
  conversation_id: string;
  handoff_id: string;
}

/** A hand-off as agents see it. `summary_text` is the giver's own text of the summary, `summary` the made one. Of two made ones the higher `summary_version` counts; `summary_flagged`: an agent called it wrong. `boundary_seq` is the end of the giver's stint, once it has ended. `ends_in_ms`: what is left of the open offer, which `offered_to` has, or of the talk before a warm transfer is complete. `model_pending`: a slow summarizer has still to tell its story. */
export interface HandoffInfo {
  handoff_id: string;
  conversation_id: string;
  kind: string;
  state: string;
  queue: string;
  seeks: string;
  reason: string;
  note: string;
  giver?: AgentRef;
  receiver?: AgentRef;
  leave: string;
  target: string;
  skills: string[];
  workflow?: WorkflowShape;
  summary?: SummaryShape;
  summary_version: number;
  summary_flagged: boolean;
  summary_text?: string;
  brief?: BriefShape;
  boundary_seq: number;
  outcome?: string;
  offered_to?: AgentRef;
  ends_in_ms?: number;
  model_pending: boolean;
}

/** Pass the baton on (`escalation` to a person, `hand_back` to a bot, `transfer`), or let somebody in beside you (`invitation` as a helper, `consultation` unseen by the customer). `leave` says when a giver goes: `now`, `on_accept` (a transfer's default), or `on_complete`, after `handoff.complete`. `summary_text` is your own text of the summary. `replace` calls off a pending pass. `skills` are asked of the receiver, unless you name it; without the field, those that the chat's entry asks for. */
export interface HandoffRequest {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  kind: "escalation" | "hand_back" | "transfer" | "invitation" | "consultation";
  target?: TargetShape;
  leave?: "now" | "on_accept" | "on_complete";
  seeks?: "any" | "bot" | "representative";
  skills?: string[];
  reason?: string;
  note?: string;
  summary_text?: string;
  brief?: Brief;
  replace?: boolean;
  context?: Record<string, string>;
}

export interface HandoffState {
  ok: true;
  handoff_id: string;
  state: string;
}

/** A hand-off you gave, or of a conversation you are in, moved on. */
export interface HandoffUpdated {
  handoff: HandoffInfo;
}

export interface HoldDone {
  ok: true;
  hold: HoldInfo;
}

/** A hold is over: `how` is `resumed`, `picked_up`, `customer_wrote`, `customer_asked`, `hold_limit`, `supervisor` or `closed`. */
export interface HoldEnded {
  hold_id: string;
  how: string;
}

/** A parked conversation: who held it, since when, and when its hold ends by itself. `silent`: the customer's silence parked it. `closes`: at its end the chat is closed instead of going on. */
export interface HoldInfo {
  hold_id: string;
  conversation_id: string;
  agent: AgentRef;
  queue: string;
  customer: string;
  reason: string;
  silent: boolean;
  closes: boolean;
  started_at: string;
  until: string;
  ends_in_ms: number;
}

/** A conversation of yours, or of a queue of yours, was put on hold. */
export interface HoldStarted {
  hold: HoldInfo;
}

/** Ask for a person. */
export interface HumanRequest {
  conversation_id: string;
  client_id: string;
  reason?: string;
}

/** What the slow summarizer says to your `summary.preview`; without a summary, why there is none. */
export interface LatePreview {
  stint_id: string;
  summary?: SummaryShape;
  reason: string;
}

export interface MakerShape {
  name: string;
  version: string;
  model: string;
}

/** A member of a queue. `removed`: why it could not get the conversation that was asked about. `live` and `wrap_up` are its chats and its after-work, of all queues; `here` its chats of this one. `offered`: open offers, the first of which ends at `offered_until`. `idle_since`: of people who take chats, by whom routing goes. */
export interface MemberInfo {
  agent: AgentRef;
  capacity_priority: number;
  presence: "available" | "away" | "missed";
  reachable: boolean;
  slots_used: number;
  capacity?: number;
  removed?: string;
  live: number;
  here: number;
  wrap_up: number;
  offered: number;
  offered_until?: string;
  idle_since?: string;
  skills: string[];
}

/** A message. `to` other than `all` is a whisper: no customer gets it. Of a `sensitive` one a representative gets no words, unless they are its own. */
export interface MessageCreated {
  message_id: string;
  client_id?: string;
  stint_id?: string;
  to?: "all" | "representatives" | string[] | null;
  sensitive: boolean;
  content: Content;
}

/** Mark a message as sensitive: from now on only bots and its author read it, and no summary repeats it. */
export interface MessageMark {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  seq: number;
}

/** A message was marked as sensitive: representatives do not see its words any more. */
export interface MessageMarked {
  message_id: string;
  marked_seq: number;
  client_id?: string;
  stint_id?: string;
}

/** Join as an observer, unseen by the customer and without a slot. Leave on `/agent` with `conversation.leave`. */
export interface Monitor {
  conversation_id: string;
  client_id: string;
  reason: string;
}

/** Write a note for agents only. */
export interface NoteAdd {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  text: string;
}

/** Words for agents only. Another `version` of a note takes the place of the one before. */
export interface NoteAdded {
  note_id: string;
  version: number;
  client_id?: string;
  stint_id?: string;
  text: string;
}

/** Write a note of yours anew. The earlier versions stay in the timeline. */
export interface NoteEdit {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  note_id: string;
  text: string;
}

/** Find notes, of conversations and of hand-offs, that hold all these words; only of chats that you may read. */
export interface NoteSearch {
  text: string;
  conversation_id?: string;
  limit?: number;
}

/** A note that was found. Without a `seq` it came with the hand-off `note_id`. */
export interface NoteShape {
  conversation_id: string;
  note_id: string;
  seq?: number;
  version: number;
  at: string;
  author: string;
  text: string;
}

/** The newest first. `more`: there are others, or older ones were not looked at. */
export interface NotesFound {
  ok: true;
  notes: NoteShape[];
  more: boolean;
}

/** A line for the customer: `text` is what to show; `code` and `params` are for clients with words of their own. A muted notice has no text: show nothing. */
export interface Notice {
  code: string;
  params: Record<string, string>;
  text: string;
  locale: string;
  muted: boolean;
}

/** A line for the customer that no other entry carries. */
export interface NoticePosted {
  notice: Notice;
}

/** Take the offer. Taking it twice is one accept; an accept wins until the expiry is stored. */
export interface OfferAccept {
  offer_id: string;
}

/** Leave the offer to somebody else. */
export interface OfferDecline {
  offer_id: string;
  reason?: string;
}

/** The offer is over: accepted, declined, expired or withdrawn. */
export interface OfferEnded {
  offer_id: string;
  handoff_id: string;
  state: "accepted" | "declined" | "expired" | "withdrawn";
  reason?: string;
}

/** An offer with the story: what a representative sees before accepting. Variables, texts of the hand-off and the transcript's tail as far as they fit; who accepts gets all of them. */
export interface OfferInfo {
  offer_id: string;
  handoff: HandoffInfo;
  conversation_id: string;
  customer: string;
  variables: Record<string, string>;
  transcript_tail: Record<string, unknown>[];
  baton: BatonPart[];
  why?: Why;
  waited_ms: number;
  deadline_at: string;
  ends_in_ms: number;
}

/** A chance to take the baton, with the story, before accepting. */
export interface OfferMade {
  offer: OfferInfo;
}

/** `upto` is the last number sent, `head` the last there is; `more` says to read again after `upto`. */
export interface Page {
  ok: true;
  head: number;
  upto: number;
  more: boolean;
}

export interface ParticipantInfo {
  agent: AgentRef;
  role: string;
  stint_id: string;
}

/** The holder takes a helper, a consulted agent or an observer out. */
export interface ParticipantRemove {
  conversation_id: string;
  stint_id: string;
  removed_stint_id: string;
}

/** A hand-off on its way. `offered_to` has its open offer, until `offered_until`. */
export interface PendingInfo {
  handoff_id: string;
  kind: string;
  state: string;
  queue: string;
  seeks: string;
  target: string;
  workflow?: WorkflowShape;
  leave: string;
  giver?: AgentRef;
  offered_to?: AgentRef;
  offered_until?: string;
  created_at: string;
}

export interface PickedUp {
  ok: true;
  stint_id: string;
  conversation_id: string;
}

/** Say whether you take new conversations. Coming back clears missed offers. */
export interface PresenceSet {
  presence: "available" | "away";
}

/** Presence of an agent: its intent, and whether it can be reached. */
export interface PresenceUpdated {
  agent: AgentRef;
  presence: "available" | "away" | "missed";
  reachable: boolean;
  slots_used: number;
  capacity?: number;
}

/** A question that is open: how was the part of this person? */
export interface QuestionInfo {
  question_id: string;
  conversation_id: string;
  agent: AgentRef;
  until: string;
}

/** A queue this agent is a member of. */
export interface QueueInfo {
  queue_id: string;
  name: string;
  waiting: number;
}

/** Read what waits in a queue of yours. */
export interface QueueList {
  queue_id: string;
  limit?: number;
}

/** `more`: there are others behind these. */
export interface QueueListed {
  ok: true;
  waiting: WaitingInfo[];
  more: boolean;
}

/** A queue: how many wait, and its ladder, the highest capacity priority first. `waiting_since`: since when the longest wait goes on; `wait`: how long one who came now may wait for a person. `changes_at`: when the queue opens or closes next, where it has opening hours. */
export interface QueueOverview {
  queue_id: string;
  name: string;
  waiting: number;
  members: MemberInfo[];
  waiting_since?: string;
  wait?: Wait;
  open: boolean;
  changes_at?: string;
}

/** The customer's place, from the matcher's own order; 1 is next. */
export interface QueuePosition {
  position: number;
  wait?: Wait;
  back_to?: BackTo;
}

/** How many wait in a queue now, and `queue`, its ladder. Once a second at most. */
export interface QueueUpdated {
  queue_id: string;
  name: string;
  waiting: number;
  queue?: QueueOverview;
}

/** Somebody has read on, in the customer's numbers. `by` has an id only for agents; a hint, the cursor is stored. */
export interface ReceiptUpdated {
  by: "customer" | "agent";
  agent_id?: string;
  delivered: number;
  read: number;
}

/** The acknowledgement of a refused client event. */
export interface Refusal {
  ok: false;
  error: Error;
}

/** What became of a step of a workflow, counted from 1. */
export interface RouteStepShape {
  step: number;
  outcome: string;
}

/** The hand-off that is pending. `target` is a name: an agent's, a queue's. `ends_in_ms`: of its open offer. */
export interface RowHandoff {
  handoff_id: string;
  kind: string;
  state: string;
  target: string;
  offered_to?: AgentRef;
  ends_in_ms?: number;
}

/** What was found in a chat: where, and the words around it; of a line its `seq`. */
export interface RowHit {
  where: "customer" | "context" | "message" | "note" | "id";
  text: string;
  seq?: number;
}

/** The last line of a chat that its customer reads. Without a `text` this reader may not read it. */
export interface RowLine {
  at: string;
  by: "customer" | "bot" | "person" | "you";
  name: string;
  text: string;
  kind: "text" | "choices" | "card" | "attachment";
}

/** Somebody beside the holder. */
export interface RowOther {
  agent: AgentRef;
  role: string;
}

/** What came of it: why it ended, or your part in it; the code that the after-work was closed with, and the issue. */
export interface RowOutcome {
  reason: string;
  disposition?: string;
  summary_issue?: string;
}

/** How far both sides have come, in the customer's numbers: `delivered` and `read` by the customer, `theirs` read by those who may speak. */
export interface SeenInfo {
  delivered: number;
  read: number;
  theirs: number;
}

export interface Started {
  ok: true;
  conversation_id: string;
  created: boolean;
  status: "open" | "active" | "held" | "closed";
  head: number;
  position?: number;
  wait?: Wait;
  contacts: boolean;
  reopen_s: number;
  back_to?: BackTo;
}

export interface StepShape {
  by: string;
  text: string;
  seq: number;
}

/** One of the agent's stints with its cursor: `head` is the last seq it may read now. `summary`: in wrap-up what was done, once that is told; in a snapshot of a live one the newest of its hand-off. `disposition`: the code that its after-work was closed with. `row`: the chat as a line of a representative's list. */
export interface StintInfo {
  stint_id: string;
  conversation_id: string;
  agent: AgentRef;
  role: string;
  state: string;
  epoch: number;
  boundary_seq: number;
  ready: boolean;
  head: number;
  started_at: string;
  ends_in_ms?: number;
  reason?: string;
  handoff_id?: string;
  summary?: SummaryShape;
  summary_version: number;
  disposition?: string;
  row?: ConversationRow;
}

/** The joining packets are here. The entries after the boundary follow, then the live stream. */
export interface StintReady {
  stint_id: string;
  conversation_id?: string;
}

/** A stint of yours changed its state. */
export interface StintUpdated {
  stint: StintInfo;
}

/** Call the summary of a hand-off wrong, for those who read it after you and for whoever improves it. */
export interface SummaryFlag {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  handoff_id: string;
  reason?: string;
}

/** An agent called version `version` of a hand-off's summary wrong. */
export interface SummaryFlagged {
  handoff_id: string;
  version: number;
  reason: string;
  client_id?: string;
  stint_id?: string;
}

/** See the summary a receiver would get now, before you ask for a hand-off. `later` asks the slow summarizer too. */
export interface SummaryPreview {
  conversation_id: string;
  stint_id: string;
  kind?: "escalation" | "hand_back" | "transfer" | "invitation" | "consultation";
  later?: boolean;
}

/** `later`: another one comes, as `summary.previewed`. */
export interface SummaryPreviewed {
  ok: true;
  summary?: SummaryShape;
  later: boolean;
}

/** A transfer summary, as its maker returned it; empty fields stay empty. `v` is the format's version. */
export interface SummaryShape {
  v: number;
  maker: MakerShape;
  status: string;
  status_reason: string;
  transfer_reason: string;
  issue: string;
  intent: string;
  facts: FactShape[];
  steps: StepShape[];
  outcome: string;
  sentiment: string;
  next_step: string;
  language: string;
  prose: string;
  first_seq: number;
  last_seq: number;
}

/** Another summary of a hand-off, or of a stint of yours that ended. The higher `version` counts. */
export interface SummaryUpdated {
  handoff_id?: string;
  stint_id?: string;
  version: number;
  summary: SummaryShape;
}

/** A supervisor did something here: who is the actor, `act` says what, `reason` why. `over_capacity`: by this act an agent has more chats than its capacity. */
export interface SupervisorActed {
  act: "monitor" | "whisper" | "take_over" | "assign" | "close";
  reason: string;
  over_capacity?: true;
}

/** As agents say it, of any queue. */
export interface SupervisorContactFinish {
  contact_id: string;
  done?: boolean;
}

/** Contacts of all queues, or of one. */
export interface SupervisorContactList {
  queue_id?: string;
  done?: boolean;
  cursor?: string;
  limit?: number;
}

/** Read any conversation around the timeline. */
export interface SupervisorDetails {
  conversation_id: string;
}

/** Find notes, of conversations and of hand-offs, that hold all these words; of any conversation. */
export interface SupervisorNoteSearch {
  text: string;
  conversation_id?: string;
  limit?: number;
}

/** Ask for the entries of any conversation after a number. Emitted in order, then acknowledged. */
export interface SupervisorRead {
  conversation_id: string;
  after: number;
  limit?: number;
}

/** First event after connecting to `/supervisor`. `more`: there are more live conversations than are listed. `agent` is left out for an admin who is no agent, and who reads and does not act. */
export interface SupervisorSnapshot {
  agent?: AgentRef;
  queues: QueueOverview[];
  conversations: ConversationInfo[];
  more: boolean;
  switches: Record<string, boolean>;
}

/** Say something to agents only without being in: to those in `to`, else to all representatives there. */
export interface SupervisorWhisper {
  conversation_id: string;
  client_id: string;
  content: Content;
  to?: string[];
  reason?: string;
}

/** Turn a switch off or on; without `on` it stands as the configuration says. It takes effect at once. */
export interface SwitchSet {
  name: "transfers" | "cold" | "multi_participant" | "notes" | "automatic_summary";
  on?: boolean;
  reason: string;
}

export interface SwitchesDone {
  ok: true;
  switches: Record<string, boolean>;
}

/** How the switches stand now. */
export interface SwitchesUpdated {
  switches: Record<string, boolean>;
}

/** Hold the conversation at once; a pending pass is called off. `force`: also when you have no free slot. */
export interface TakeOver {
  conversation_id: string;
  client_id: string;
  reason: string;
  force?: boolean;
}

/** An agent as somewhere to pass a chat to. `queues` are names. `suggested`: it held this chat before (`previous`), or served this customer in another one (`customer_knows`). Without a `capacity` it has no limit. */
export interface TargetAgent {
  agent: AgentRef;
  presence: "available" | "away" | "missed";
  reachable: boolean;
  slots_used: number;
  capacity?: number;
  queues: string[];
  skills: string[];
  suggested?: "previous" | "customer_knows";
  refused?: TargetRefusal;
}

/** Ask where a chat of yours can go: agents, queues and workflows whose name, queue or skill holds `text`. */
export interface TargetList {
  conversation_id: string;
  kind?: "transfer" | "invitation" | "consultation" | "hand_back" | "escalation";
  text?: string;
  limit?: number;
}

/** A queue as somewhere to pass a chat to. `available` people, and `bots`, could take one now; `waiting` are before it; `wait` is told where the last waits there tell. */
export interface TargetQueue {
  queue_id: string;
  name: string;
  available: number;
  bots: number;
  waiting: number;
  wait?: Wait;
  open: boolean;
  opens_at?: string;
  refused?: TargetRefusal;
}

/** Why this cannot be asked for now. `code` is one of `full`, `away`, `offline`, `closed` (until `opens_at`), `in_conversation`, `empty`, `skills`, `passed_on`, `crowded` (as many wait there as may), `unknown`; of the whole list also `switched_off`, `handoff_pending` (`handoff_id` says which), `not_holder`, `conversation_closed`. `message` says it in a sentence. */
export interface TargetRefusal {
  code: string;
  message: string;
  opens_at?: string;
  handoff_id?: string;
}

/** Where to: a queue, agent or workflow by id, the agent who held before, or the next on the ladder. */
export interface TargetShape {
  type: "agent" | "queue" | "workflow" | "previous" | "next";
  id?: string;
}

/** A workflow as somewhere to pass a chat to: `name` is its id, `steps` are the names of whom it asks, in order. */
export interface TargetWorkflow {
  name: string;
  title: string;
  steps: string[];
  refused?: TargetRefusal;
}

/** Who can be asked comes first; who cannot stays listed with the reason. `previous` held before you. `falls_to`: the queue that an agent's refusal or silence goes on to. `offer_s`: so long an offer of your queue stands; `completion_s`: so long a warm transfer may take. `refused`: nothing of this kind can be asked for now. `more`: there are others, to be found by their names. */
export interface TargetsListed {
  ok: true;
  agents: TargetAgent[];
  queues: TargetQueue[];
  workflows: TargetWorkflow[];
  previous?: AgentRef;
  falls_to?: string;
  offer_s: number;
  completion_s: number;
  refused?: TargetRefusal;
  more: boolean;
}

/** Plain text with a small safe markdown: `**bold**`, `*italic*`, `` `code` ``, links, line breaks. */
export interface TextContent {
  type: "text";
  text: string;
}

/** The customer's own lines and what was said to it: `text`, or the events of `timeline.read` in `entries`. `upto` is the last number in it, `head` the last there is; ask again with `after` when it is less. */
export interface Transcript {
  ok: true;
  conversation_id: string;
  head: number;
  upto: number;
  text?: string;
  entries?: Record<string, unknown>[];
}

/** The chat to keep: what the customer may read, as text or as JSON. */
export interface TranscriptGet {
  conversation_id: string;
  format?: "text" | "json";
  after?: number;
}

/** Nothing more to say in this turn: a silent bot is not a hung one. */
export interface TurnDone {
  turn_id: string;
  conversation_id?: string;
}

/** Nothing is owed any more for this turn. */
export interface TurnEnded {
  turn_id: string;
  stint_id: string;
  reason: string;
}

/** What a bot owes now, and until when. */
export interface TurnInfo {
  turn_id: string;
  stint_id: string;
  conversation_id: string;
  kind: "greet" | "message";
  from_seq: number;
  to_seq: number;
  deadline_at: string;
  ends_in_ms: number;
}

/** A bot owes an answer to the customer's messages `from_seq` to `to_seq`. */
export interface TurnStarted {
  turn: TurnInfo;
}

/** Still at it: the deadline starts anew, a bounded number of times. */
export interface TurnWorking {
  turn_id: string;
  conversation_id?: string;
}

/** Somebody writes. It expires by itself after `expires_ms`. */
export interface TypingUpdated {
  on: boolean;
  expires_ms: number;
}

/** A range of seconds, whole minutes; left out while there is too little to estimate from. */
export interface Wait {
  low_s: number;
  high_s: number;
}

/** A line of a queue's list: what waits there, in the matcher's order. */
export interface WaitingInfo {
  handoff_id: string;
  conversation_id: string;
  kind: string;
  customer: string;
  reason: string;
  priority: number;
  waited_ms: number;
  seeks: string;
  offered_to?: AgentRef;
}

/** Say something to agents only: to those named in `to`, else to all representatives in the conversation. */
export interface WhisperSend {
  conversation_id: string;
  stint_id: string;
  client_id: string;
  content: Content;
  to?: string[];
}

/** The trace of a routing decision: the winner, the key it won by, removals by first reason, up to 20 names, and how many were left to choose from. */
export interface Why {
  winner?: string;
  key: string;
  removed: Record<string, number>;
  names: Record<string, string[]>;
  flags: string[];
  left?: number;
}

/** How far a hand-off is in its workflow: at which step, from 1, None past the last; and what became of others. */
export interface WorkflowShape {
  name: string;
  step?: number;
  path: RouteStepShape[];
}

/** Ask which codes the after-work of a stint of yours may be closed with. */
export interface WrapUpAsk {
  stint_id: string;
}

/** Done with the after-work: the slot is free. `summary_text`: your own text of what was done, kept beside the made one. `disposition`: the code of what it was about (`wrapup.options`). */
export interface WrapUpFinish {
  stint_id: string;
  summary_text?: string;
  disposition?: string;
  conversation_id?: string;
}

/** What the after-work of a stint may be closed with. `required`: not without one. */
export interface WrapUpOptions {
  ok: true;
  dispositions: DispositionInfo[];
  required: boolean;
  chosen?: string;
}

/** The envelope of an entry of the timeline: agents get `seq`, customers `public_seq`. */
export type Entry<Data, Number extends "seq" | "public_seq"> =
  Envelope<Data> & Required<Pick<Envelope<Data>, "conversation_id" | Number>>;

/** What the server says on `/customer`. */
export interface CustomerServerToClientEvents {
  "message.created": (event: Entry<MessageCreated, "public_seq">) => void;
  "conversation.agent_added": (event: Entry<AgentAdded, "public_seq">) => void;
  "conversation.agent_removed": (event: Entry<AgentRemoved, "public_seq">) => void;
  "notice.posted": (event: Entry<NoticePosted, "public_seq">) => void;
  "conversation.closed": (event: Entry<ConversationClosed, "public_seq">) => void;
  "session.snapshot": (event: Envelope<CustomerSnapshot>) => void;
  "typing.updated": (event: Envelope<TypingUpdated>) => void;
  "queue.position": (event: Envelope<QueuePosition>) => void;
  "csat.asked": (event: Envelope<CsatAsked>) => void;
  "receipt.updated": (event: Envelope<ReceiptUpdated>) => void;
}

/** What a client says on `/customer`. */
export interface CustomerClientToServerEvents {
  "conversation.start": (payload: ConversationStart, acknowledge: Acknowledge<Started>) => void;
  "message.send": (payload: CustomerSend, acknowledge: Acknowledge<CustomerSent>) => void;
  "human.request": (payload: HumanRequest, acknowledge: Acknowledge<HandoffAsked>) => void;
  "bot.request": (payload: BotRequest, acknowledge: Acknowledge<HandoffAsked>) => void;
  "conversation.end": (payload: ConversationEnd, acknowledge: Acknowledge<Done>) => void;
  "timeline.read": (payload: CustomerRead, acknowledge: Acknowledge<Page>) => void;
  "typing.set": (payload: CustomerTyping, acknowledge: Acknowledge<Done>) => void;
  "contact.leave": (payload: ContactLeave, acknowledge: Acknowledge<ContactKept>) => void;
  "csat.give": (payload: CsatGive, acknowledge: Acknowledge<CareDone>) => void;
  "receipt.set": (payload: CustomerReceipt, acknowledge: Acknowledge<CareDone>) => void;
  "transcript.get": (payload: TranscriptGet, acknowledge: Acknowledge<Transcript>) => void;
}

/** What the server says on `/agent`. */
export interface AgentServerToClientEvents {
  "message.created": (event: Entry<MessageCreated, "seq">) => void;
  "conversation.agent_added": (event: Envelope<AgentAdded>) => void;
  "conversation.agent_removed": (event: Entry<AgentRemoved, "seq">) => void;
  "notice.posted": (event: Entry<NoticePosted, "seq">) => void;
  "draft.discarded": (event: Entry<DraftDiscarded, "seq">) => void;
  "note.added": (event: Entry<NoteAdded, "seq">) => void;
  "summary.flagged": (event: Entry<SummaryFlagged, "seq">) => void;
  "message.marked": (event: Entry<MessageMarked, "seq">) => void;
  "supervisor.acted": (event: Entry<SupervisorActed, "seq">) => void;
  "conversation.closed": (event: Entry<ConversationClosed, "seq">) => void;
  "entry.hidden": (event: Entry<EntryHidden, "seq">) => void;
  "session.snapshot": (event: Envelope<AgentSnapshot>) => void;
  "conversation.context": (event: Envelope<ConversationContext>) => void;
  "conversation.greet": (event: Envelope<ConversationGreet>) => void;
  "turn.started": (event: Envelope<TurnStarted>) => void;
  "turn.ended": (event: Envelope<TurnEnded>) => void;
  "offer.made": (event: Envelope<OfferMade>) => void;
  "offer.ended": (event: Envelope<OfferEnded>) => void;
  "stint.updated": (event: Envelope<StintUpdated>) => void;
  "handoff.updated": (event: Envelope<HandoffUpdated>) => void;
  "summary.updated": (event: Envelope<SummaryUpdated>) => void;
  "summary.previewed": (event: Envelope<LatePreview>) => void;
  "hold.started": (event: Envelope<HoldStarted>) => void;
  "hold.ended": (event: Envelope<HoldEnded>) => void;
  "presence.updated": (event: Envelope<PresenceUpdated>) => void;
  "typing.updated": (event: Envelope<TypingUpdated>) => void;
  "contact.updated": (event: Envelope<ContactUpdated>) => void;
  "receipt.updated": (event: Envelope<ReceiptUpdated>) => void;
}

/** What a client says on `/agent`. */
export interface AgentClientToServerEvents {
  "presence.set": (payload: PresenceSet, acknowledge: Acknowledge<Done>) => void;
  "offer.accept": (payload: OfferAccept, acknowledge: Acknowledge<Accepted>) => void;
  "offer.decline": (payload: OfferDecline, acknowledge: Acknowledge<Done>) => void;
  "stint.ready": (payload: StintReady, acknowledge: Acknowledge<Page>) => void;
  "message.send": (payload: AgentSend, acknowledge: Acknowledge<AgentSent>) => void;
  "note.add": (payload: NoteAdd, acknowledge: Acknowledge<AgentSent>) => void;
  "note.edit": (payload: NoteEdit, acknowledge: Acknowledge<AgentSent>) => void;
  "note.search": (payload: NoteSearch, acknowledge: Acknowledge<NotesFound>) => void;
  "turn.done": (payload: TurnDone, acknowledge: Acknowledge<Done>) => void;
  "turn.working": (payload: TurnWorking, acknowledge: Acknowledge<Done>) => void;
  "handoff.request": (payload: HandoffRequest, acknowledge: Acknowledge<HandoffAsked>) => void;
  "handoff.complete": (payload: HandoffComplete, acknowledge: Acknowledge<HandoffState>) => void;
  "handoff.cancel": (payload: HandoffCancel, acknowledge: Acknowledge<HandoffState>) => void;
  "conversation.leave": (payload: ConversationLeave, acknowledge: Acknowledge<Done>) => void;
  "participant.remove": (payload: ParticipantRemove, acknowledge: Acknowledge<Done>) => void;
  "whisper.send": (payload: WhisperSend, acknowledge: Acknowledge<AgentSent>) => void;
  "summary.preview": (payload: SummaryPreview, acknowledge: Acknowledge<SummaryPreviewed>) => void;
  "summary.flag": (payload: SummaryFlag, acknowledge: Acknowledge<AgentSent>) => void;
  "message.mark": (payload: MessageMark, acknowledge: Acknowledge<AgentSent>) => void;
  "availability.ask": (payload: AvailabilityAsk, acknowledge: Acknowledge<Availability>) => void;
  "context.set": (payload: ContextSet, acknowledge: Acknowledge<Done>) => void;
  "conversation.resolve": (payload: ConversationResolve, acknowledge: Acknowledge<Done>) => void;
  "wrapup.finish": (payload: WrapUpFinish, acknowledge: Acknowledge<Done>) => void;
  "timeline.read": (payload: AgentRead, acknowledge: Acknowledge<Page>) => void;
  "typing.set": (payload: AgentTyping, acknowledge: Acknowledge<Done>) => void;
  "conversation.details": (payload: ConversationDetails, acknowledge: Acknowledge<Details>) => void;
  "conversation.hold": (payload: ConversationHold, acknowledge: Acknowledge<HoldDone>) => void;
  "conversation.resume": (payload: ConversationResume, acknowledge: Acknowledge<PickedUp>) => void;
  "conversation.pick_up": (payload: ConversationPickUp, acknowledge: Acknowledge<PickedUp>) => void;
  "queue.list": (payload: QueueList, acknowledge: Acknowledge<QueueListed>) => void;
  "contact.list": (payload: ContactList, acknowledge: Acknowledge<ContactsListed>) => void;
  "contact.done": (payload: ContactFinish, acknowledge: Acknowledge<ContactFinished>) => void;
  "receipt.set": (payload: AgentReceipt, acknowledge: Acknowledge<CareDone>) => void;
  "wrapup.options": (payload: WrapUpAsk, acknowledge: Acknowledge<WrapUpOptions>) => void;
  "canned.list": (payload: CannedList, acknowledge: Acknowledge<CannedListed>) => void;
  "target.list": (payload: TargetList, acknowledge: Acknowledge<TargetsListed>) => void;
  "conversation.list": (payload: ConversationsList, acknowledge: Acknowledge<ConversationsListed>) => void;
  "conversation.search": (payload: ConversationSearch, acknowledge: Acknowledge<ConversationsFound>) => void;
  "customer.history": (payload: CustomerHistory, acknowledge: Acknowledge<ConversationsFound>) => void;
}

/** What the server says on `/supervisor`. */
export interface SupervisorServerToClientEvents {
  "message.created": (event: Entry<MessageCreated, "seq">) => void;
  "conversation.agent_added": (event: Entry<AgentAdded, "seq">) => void;
  "conversation.agent_removed": (event: Entry<AgentRemoved, "seq">) => void;
  "notice.posted": (event: Entry<NoticePosted, "seq">) => void;
  "draft.discarded": (event: Entry<DraftDiscarded, "seq">) => void;
  "note.added": (event: Entry<NoteAdded, "seq">) => void;
  "summary.flagged": (event: Entry<SummaryFlagged, "seq">) => void;
  "message.marked": (event: Entry<MessageMarked, "seq">) => void;
  "supervisor.acted": (event: Entry<SupervisorActed, "seq">) => void;
  "conversation.closed": (event: Entry<ConversationClosed, "seq">) => void;
  "session.snapshot": (event: Envelope<SupervisorSnapshot>) => void;
  "alert.raised": (event: Envelope<AlertRaised>) => void;
  "presence.updated": (event: Envelope<PresenceUpdated>) => void;
  "queue.updated": (event: Envelope<QueueUpdated>) => void;
  "handoff.updated": (event: Envelope<HandoffUpdated>) => void;
  "conversation.updated": (event: Envelope<ConversationUpdated>) => void;
  "switches.updated": (event: Envelope<SwitchesUpdated>) => void;
  "config.updated": (event: Envelope<ConfigurationUpdated>) => void;
}

/** What a client says on `/supervisor`. */
export interface SupervisorClientToServerEvents {
  "contact.list": (payload: SupervisorContactList, acknowledge: Acknowledge<ContactsListed>) => void;
  "contact.done": (payload: SupervisorContactFinish, acknowledge: Acknowledge<ContactFinished>) => void;
  "conversation.monitor": (payload: Monitor, acknowledge: Acknowledge<ActDone>) => void;
  "conversation.take_over": (payload: TakeOver, acknowledge: Acknowledge<ActDone>) => void;
  "conversation.assign": (payload: Assign, acknowledge: Acknowledge<ActDone>) => void;
  "conversation.close": (payload: Close, acknowledge: Acknowledge<CloseDone>) => void;
  "whisper.send": (payload: SupervisorWhisper, acknowledge: Acknowledge<AgentSent>) => void;
  "switch.set": (payload: SwitchSet, acknowledge: Acknowledge<SwitchesDone>) => void;
  "timeline.read": (payload: SupervisorRead, acknowledge: Acknowledge<Page>) => void;
  "conversation.details": (payload: SupervisorDetails, acknowledge: Acknowledge<Details>) => void;
  "note.search": (payload: SupervisorNoteSearch, acknowledge: Acknowledge<NotesFound>) => void;
  "decision.explain": (payload: DecisionExplain, acknowledge: Acknowledge<Explained>) => void;
}
