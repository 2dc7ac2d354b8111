// The rich_text block: its words are never parsed.

import { drawMoment } from "./dates.js";
import { appendLines, drawNamedEmoji } from "./emoji.js";
import { drawBroadcast, drawChannel, drawUser, drawUsergroup } from "./mentions.js";
import { anchor, cannotDraw, el } from "./nodes.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };
const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

const INLINE = {
  text: ({ text }) => lines(text),
  link: ({ url, text, unsafe }) => (unsafe ? lines(text || url) : anchor(url, lines(text || url))),
  emoji: (element, ctx) => drawNamedEmoji(element, ctx),
  user: ({ user_id: id }, ctx) => drawUser(id, "", ctx),
  usergroup: ({ usergroup_id: id }) => drawUsergroup(id, ""),
  channel: ({ channel_id: id }, ctx) => drawChannel(id, "", ctx),
  team: ({ team_id: id }) => drawUsergroup(id, ""),
  broadcast: ({ range }) => drawBroadcast(range),
  color: ({ value }) => drawColour(value),
  date: drawDate,
};

function lines(text) {
  const fragment = document.createDocumentFragment();
  appendLines(fragment, text);
  return fragment;
}

function drawColour(value) {
  const swatch = el("span", { class: "bk-colour-swatch", "aria-hidden": "true" });
  if (COLOUR.test(value)) swatch.style.backgroundColor = value;
  return el("span", { class: "bk-colour" }, swatch, value);
}

function drawDate({ timestamp, format, url, fallback }, ctx) {
  const drawn = drawMoment(timestamp, format, fallback ?? String(timestamp), ctx);
  return url ? anchor(url, drawn) : drawn;
}

function drawInline(element, ctx) {
  const draw = INLINE[element?.type];
  if (!draw) return cannotDraw(element?.type);
  let node = draw(element, ctx);
  for (const [name, tag] of Object.entries(STYLES)) if (element.style?.[name]) node = el(tag, {}, node);
  return node;
}

const inlines = (part, ctx) => part.elements.map((element) => drawInline(element, ctx));
const bordered = (part) => (part.border ? " bk-bordered" : "");

const PARTS = {
  rich_text_section: (part, ctx) => el("div", { class: "bk-rich-section" }, ...inlines(part, ctx)),
  rich_text_quote: (part, ctx) => el("blockquote", { class: `bk-rich-quote${bordered(part)}` }, ...inlines(part, ctx)),
  rich_text_preformatted: (part, ctx) =>
    el("pre", { class: `bk-rich-code${bordered(part)}`, data: { language: part.language } }, ...inlines(part, ctx)),
};

/** Draw a rich_text block, or a value that has its form. */
export function drawRichText(block, ctx) {
  const root = el("div", { class: "bk-rich-text" });
  const open = [];
  for (const part of block.elements) {
    if (part?.type === "rich_text_list") appendList(root, open, part, ctx);
    else {
      open.length = 0;
      root.append(PARTS[part?.type]?.(part, ctx) ?? cannotDraw(part?.type));
    }
  }
  return root;
}

/** Append a list below the entry that it is indented under; `open` are the lists that may go on, outermost first. */
function appendList(root, open, part, ctx) {
  const indent = part.indent ?? 0;
  while (open.length && open.at(-1).indent > indent) open.pop();
  if (open.at(-1)?.indent === indent && !continues(open.at(-1), part)) open.pop();
  if (open.at(-1)?.indent !== indent) open.push(begin(root, open, part, indent));
  const list = open.at(-1);
  for (const entry of part.elements) list.node.append(el("li", {}, ...entryOf(entry, ctx)));
}

const entryOf = (entry, ctx) => (entry?.type === "rich_text_section" ? inlines(entry, ctx) : [cannotDraw(entry?.type)]);

function continues(list, part) {
  const isNumberedOn = part.offset === undefined || part.offset === list.first + list.node.children.length;
  return list.style === part.style && isNumberedOn && list.border === (part.border ?? 0);
}

function begin(root, open, part, indent) {
  const first = part.offset ?? 0;
  const isOrdered = part.style === "ordered";
  const start = isOrdered && first ? first + 1 : null;
  const depth = Math.min(indent, 8);
  const node = el(isOrdered ? "ol" : "ul", { class: `bk-rich-list bk-depth-${depth % 3}${bordered(part)}`, start });
  const above = open.at(-1);
  if (above) above.node.lastElementChild.append(node);
  else {
    if (depth) node.classList.add(`bk-indent-${depth}`);
    root.append(node);
  }
  return { indent, node, style: part.style, first, border: part.border ?? 0 };
}
