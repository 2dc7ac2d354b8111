// Making nodes without ever reading a string as markup.

const SVG = "http://www.w3.org/2000/svg";
const FOLLOWED = new Set(["http:", "https:", "mailto:", "tel:"]);

let lastId = 0;

/** An id that no other node of the page has. */
export function freshId(stem) {
  lastId += 1;
  return `${stem}-${lastId}`;
}

/**
 * A node with attributes, listeners and children.
 * `on` holds listeners and `data` the dataset; true is an empty attribute; false, null and undefined are none.
 */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for a node of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, { on = {}, data = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  for (const [name, value] of Object.entries(data)) if (value !== undefined) node.dataset[name] = value;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** What stands in the place of something that this page has no drawing for. */
export function cannotDraw(type) {
  return el("div", { class: "cannot-draw", role: "alert" }, `Cannot draw: ${type ?? "something without a type"}`);
}

/** The address if a press on it may be followed, else null: `javascript:` and the like are never links. */
export function safeHref(url) {
  try {
    return FOLLOWED.has(new URL(url).protocol) ? url : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere; an address that may not be followed is only text. */
export function anchor(url, ...children) {
  const href = safeHref(url);
  if (href === null) return el("span", { class: "bk-not-a-link" }, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** The address of a picture that may be loaded (of this page, or holding its own bytes), else null. */
export function ownImage(url) {
  try {
    const found = new URL(url, location.href);
    if (found.protocol === "data:") return /^data:image\//i.test(url) ? url : null;
    return found.origin === location.origin ? found.href : null;
  } catch {
    return null;
  }
}

/** A small line drawing in the colour of the text around it; `paths` are the `d` of its strokes. */
export function icon(...paths) {
  const strokes = paths.map((d) => svg("path", { d }));
  return svg("svg", { class: "bk-icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" }, ...strokes);
}

/** Space-separated ids for an aria attribute, or undefined if there are none. */
export function ids(...nodes) {
  const found = nodes.filter(Boolean).map((node) => node.id);
  return found.length ? found.join(" ") : undefined;
}
