// Words of the bar.

export const BAR = {
  presence: "Presence",
  available: "Available",
  away: "Away",
  offline: "Offline",
  missed: "Away, missed one",
  slots: (used, capacity, offered) => `${used + offered} of ${capacity} slots${offered ? `, ${offered} offered` : ""}`,
  slotsTitle: "Filled is a chat, half a wrap-up, dashed an offer, empty a free slot.",
};
