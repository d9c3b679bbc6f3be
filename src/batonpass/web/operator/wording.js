// Words with variables in braces: which of them are unknown, and a draft as a merge patch. Pure.

/** The names in single braces that are not among `params`; a doubled brace is a brace. */
export function unknownIn(text, params) {
  const named = text.replaceAll("{{", "").replaceAll("}}", "").match(/\{[^{}]*\}/g) ?? [];
  return [...new Set(named.map((name) => name.slice(1, -1)))].filter((name) => !params.includes(name));
}

/** `{code: word}` of a locale as a patch of a `words` table; a word that is undefined is removed. */
export function wordsPatch(draft, locale) {
  const patch = Object.fromEntries(Object.entries(draft).map(([code, word]) => [code, word === undefined ? null : word]));
  return locale === "en" ? patch : { [locale]: patch };
}
