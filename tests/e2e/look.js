// Read from any page, whatever stands on it: did anything run, is anything wider than the screen, does anything scroll
// sideways. Answers with what is wrong. Reads into shadow roots; a fixed box is measured, what is clipped is not.

() => {
  const found = [];
  if (globalThis.owned !== undefined) found.push(`ran: ${globalThis.owned}`);
  const page = document.documentElement;
  const all = inside(document);
  for (const one of all) {
    suspicious(one);
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const beyond = box.right > page.clientWidth + 1 || box.left < -1;
    if (beyond && !clipped(one)) found.push(`${said(one)} reaches ${Math.round(box.left)}..${Math.round(box.right)}`);
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    // A table of many columns may, in a box of its own: the page beside it stands still.
    if (one.querySelector(":scope > table")) continue;
    const widest = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 100;
    if (scrolls && widest) found.push(`${said(one)} scrolls sideways, ${one.scrollWidth} of ${one.clientWidth}`);
  }
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide of ${page.clientWidth}`);
  return found;

  function inside(root) {
    return [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
  }

  function suspicious(one) {
    for (const { name } of one.attributes) if (/^on/i.test(name)) found.push(`${said(one)} has ${name}`);
    if (/^\s*(javascript|data|vbscript):/i.test(one.getAttribute("href") ?? "")) found.push(`${said(one)} leads to code`);
    if (["IFRAME", "OBJECT", "EMBED", "BASE"].includes(one.tagName)) found.push(`a ${said(one)}`);
  }

  function clipped(one) {
    const box = (at) => at.getBoundingClientRect();
    for (let at = above(one); at && at !== page; at = above(at)) {
      const inView = box(at).right <= page.clientWidth + 1 && box(at).left >= -1;
      if (getComputedStyle(at).overflowX !== "visible" && inView) return true;
    }
    return false;
  }

  function above(one) {
    return one.parentElement ?? one.getRootNode().host ?? null;
  }

  function said(one) {
    return `${one.tagName}.${one.getAttribute("class") ?? ""}`;
  }
}
