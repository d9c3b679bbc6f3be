// Words of the search.

export const SEARCH = {
  label: "Search conversations, orders, people",
  open: "Search",
  close: "Close the search",
  results: "Found",
  looking: "Looking",
  recent: "Chats you were in",
  noRecent: "Chats that you were in stand here once your part is over.",
  found: (count, more) => (more ? `The first ${count} chats` : count === 1 ? "1 chat" : `${count} chats`),
  nothing: (words) => `Nothing found for “${words}”`,
  where: "The search looks at names, context, messages and notes of your chats and of what waits in your queues.",
  failed: "The search could not be made.",
  hits: { context: "Context:", message: "Said:", note: "Note:", id: "Number:" },
};
