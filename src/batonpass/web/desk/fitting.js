// Which saved replies fit. Pure.

/** The replies that fit what was typed behind the stroke: by shortcut first, then by name and words. Pure. */
export function fitting(replies, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = ({ shortcut, name, text }) => {
    if (!wanted) return 1;
    if (shortcut.toLowerCase().startsWith(wanted)) return 3;
    if (name.toLowerCase().includes(wanted)) return 2;
    return text.toLowerCase().includes(wanted) ? 1 : 0;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((one) => one.rank)
    .sort((a, b) => b.rank - a.rank)
    .map(({ reply }) => reply);
}
