// The markdown block: real Markdown, unlike mrkdwn. HTML in it is only text.

import { appendText } from "./emoji.js";
import { anchor, el, safeHref } from "./nodes.js";
import { tableOf } from "./tables.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)\s*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^(\s*)([-*+]|(\d{1,9})[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+/;
const DASHES = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const PIECES = [
  /\\(?<escaped>[!-/:-@[-`{-~])/,
  /(?<ticks>`+)(?<code>[\s\S]*?[^`])\k<ticks>(?!`)/,
  /(?<isImage>!?)\[(?<label>(?:[^[\]]|\[[^[\]]*\])*)\]\(\s*<?(?<url>[^\s<>]*?)>?(?:\s+"[^"]*")?\s*\)/,
  /<(?<direct>(?:https?|mailto):[^<>\s]+)>/,
  /(?<heavy>\*\*|__)(?=\S)(?<bold>[\s\S]*?\S)\k<heavy>/,
  /~~(?=\S)(?<struck>[\s\S]*?\S)~~/,
  /(?<![\p{L}\p{N}])(?<light>[*_])(?=\S)(?<leaning>[\s\S]*?\S)\k<light>(?![\p{L}\p{N}])/u,
  /(?<bare>https?:\/\/[^\s<>)]+[^\s<>).,;:!?'"])/,
];
const INLINE = new RegExp(PIECES.map((piece) => piece.source).join("|"), "gu");

/** Draw the text of a markdown block. */
export function drawMarkdown(text, ctx) {
  const root = el("div", { class: "bk-markdown" });
  drawLines(root, text.replaceAll("\r\n", "\n").replaceAll("\t", "    ").split("\n"), ctx);
  return root;
}

function drawLines(parent, lines, ctx) {
  while (lines.length) {
    const node = takeBlock(lines, ctx);
    if (node) parent.append(node);
  }
}

const BLOCKS = [takeBlank, takeFence, takeHeading, takeRule, takeQuote, takeList, takeTable];

function takeBlock(lines, ctx) {
  for (const take of BLOCKS) {
    const node = take(lines, ctx);
    if (node !== undefined) return node;
  }
  return takeParagraph(lines, ctx);
}

/** Each of these takes what it knows from the lines and returns its node, or undefined where something else begins. */
function takeBlank(lines) {
  if (lines[0].trim()) return undefined;
  lines.shift();
  return null;
}

function takeFence(lines) {
  const match = FENCE.exec(lines[0]);
  if (!match) return undefined;
  lines.shift();
  const end = lines.findIndex((line) => line.trim().startsWith(match[1]));
  const code = lines.splice(0, end === -1 ? lines.length : end + 1);
  return el("pre", { data: { language: match[2] || undefined } }, (end === -1 ? code : code.slice(0, -1)).join("\n"));
}

function takeHeading(lines, ctx) {
  const match = HEADING.exec(lines[0]);
  if (!match) return undefined;
  lines.shift();
  const level = Math.min(6, (ctx.heading ?? 3) + match[1].length - 1);
  return inline(el(`h${level}`, { class: `bk-markdown-heading bk-level-${match[1].length}` }), match[2], ctx);
}

function takeRule(lines) {
  if (!RULE.test(lines[0])) return undefined;
  lines.shift();
  return el("hr");
}

function takeQuote(lines, ctx) {
  if (!QUOTE.test(lines[0])) return undefined;
  const end = lines.findIndex((line) => !QUOTE.test(line));
  const quoted = lines.splice(0, end === -1 ? lines.length : end).map((line) => line.replace(QUOTE, ""));
  const quote = el("blockquote");
  drawLines(quote, quoted, ctx);
  return quote;
}

function takeList(lines, ctx) {
  const first = ITEM.exec(lines[0]);
  if (!first) return undefined;
  const isOrdered = first[3] !== undefined;
  const start = isOrdered && first[3] !== "1" ? first[3] : null;
  const list = el(isOrdered ? "ol" : "ul", { class: "bk-rich-list", start });
  while (lines.length) {
    const match = ITEM.exec(lines[0]);
    if (!match || match[1].length > first[1].length + 1 || match[1].length < first[1].length) break;
    if ((match[3] !== undefined) !== isOrdered) break;
    list.append(takeItem(lines, match, ctx));
  }
  return list;
}

function takeItem(lines, [, indent, mark, , text], ctx) {
  lines.shift();
  const task = TASK.exec(text);
  const item = el("li", { class: task ? "bk-task" : null });
  if (task) item.append(taskMark(task[1] !== " "));
  const width = indent.length + mark.length + 1;
  const below = [];
  while (lines.length && indentOf(lines[0]) > indent.length) {
    below.push(lines[0].slice(Math.min(width, indentOf(lines[0]))));
    lines.shift();
  }
  inline(item, task ? text.slice(task[0].length) : text, ctx);
  drawLines(item, below, ctx);
  return item;
}

/** The blanks before the words of a line; a blank line has none. */
const indentOf = (line) => (line.trim() ? line.length - line.trimStart().length : 0);

function taskMark(isDone) {
  return el("span", { class: "bk-task-mark", role: "img", "aria-label": isDone ? "done" : "open" }, isDone ? "☑" : "☐");
}

function takeTable(lines, ctx) {
  if (!lines[0].includes("|") || !DASHES.test(lines[1] ?? "") || !lines[1].includes("-")) return undefined;
  const heading = cellsOf(lines.shift());
  const columns = cellsOf(lines.shift()).map((dashes) => ({ align: alignmentOf(dashes), isWrapped: true }));
  const rows = [heading];
  while (lines.length && lines[0].includes("|")) {
    const cells = cellsOf(lines.shift());
    rows.push(heading.map((_, index) => cells[index] ?? ""));
  }
  return tableOf(rows.map((row) => row.map((words) => inline(el("span"), words, ctx))), columns);
}

function alignmentOf(dashes) {
  if (dashes.startsWith(":") && dashes.endsWith(":")) return "center";
  return dashes.endsWith(":") ? "right" : "left";
}

function cellsOf(line) {
  const cells = line.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/);
  return cells.map((words) => words.trim().replaceAll("\\|", "|"));
}

function takeParagraph(lines, ctx) {
  const taken = [lines.shift()];
  const isNext = (line) => line.trim() && ![FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line));
  while (lines.length && isNext(lines[0])) taken.push(lines.shift());
  return inline(el("p"), taken.map((line) => line.trim()).join("\n"), ctx);
}

/** Append a line of Markdown to a node and return the node. */
function inline(parent, text, ctx) {
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    appendText(parent, text.slice(from, match.index), ctx);
    parent.append(pieceOf(match, ctx));
    from = match.index + match[0].length;
  }
  appendText(parent, text.slice(from), ctx);
  return parent;
}

function pieceOf({ 0: whole, groups }, ctx) {
  const { escaped, code, url, bold, struck, leaning } = groups;
  const address = groups.direct ?? groups.bare;
  if (escaped) return document.createTextNode(escaped);
  if (code) return el("code", {}, code);
  if (url !== undefined) return linked(whole, groups, ctx);
  if (address) return anchor(address, address.replace(/^mailto:/, ""));
  if (bold) return inline(el("strong"), bold, ctx);
  return struck ? inline(el("s"), struck, ctx) : inline(el("em"), leaning, ctx);
}

/** A link; a picture is one to it with its text, as Slack shows it; what may not be followed stays as it is written. */
function linked(whole, { isImage, label, url }, ctx) {
  if (safeHref(url) === null) return document.createTextNode(whole);
  return isImage ? anchor(url, label || url) : inline(anchor(url), label || url, ctx);
}
