// Words of the details.

export const DETAILS = {
  maker: {
    ok: "By rules",
    fallback: "Model failed, by rules",
    too_short: "Too short",
    failed: "No summary could be made",
  },
  outcomes: { yes: "Solved", partly: "Partly solved", no: "Not solved" },
  noteFrom: (who) => `Note from ${who}`,
};
