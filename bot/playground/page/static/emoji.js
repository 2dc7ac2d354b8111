// Emoji by short name, as in :tada: and :wave::skin-tone-3:.

import { el } from "./nodes.js";

const SHORT_NAME = /:([a-z0-9_+'-]+)(?:::skin-tone-([2-6]))?:/iy;
const FIRST_TONE = 0x1f3fb;

const tone = (number) => (number >= 2 ? String.fromCodePoint(FIRST_TONE + Number(number) - 2) : "");

/** The short name that starts at `at`, as {length, name, character}, or null where it is none that is known. */
export function emojiAt(text, at, ctx) {
  SHORT_NAME.lastIndex = at;
  const match = SHORT_NAME.exec(text);
  const character = match && ctx.emoji(match[1].toLowerCase());
  if (!character) return null;
  return { length: match[0].length, name: match[1], character: character + tone(match[2] ?? 0) };
}

/** An emoji that a screen reader calls by its name. */
export function drawEmoji(name, character) {
  const attributes = { role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` };
  return el("span", { class: "emoji", ...attributes }, character);
}

/** The emoji of a rich_text element; a name that is not known stays as it is written. */
export function drawNamedEmoji({ name, unicode, skin_tone: skin }, ctx) {
  const character = fromHex(unicode) ?? ctx.emoji(name);
  if (!character) return document.createTextNode(`:${name}:`);
  return drawEmoji(name, unicode ? character : character + tone(skin ?? 0));
}

function fromHex(unicode) {
  if (!/^[0-9a-f]{1,6}(-[0-9a-f]{1,6})*$/i.test(unicode ?? "")) return null;
  const points = unicode.split("-").map((hex) => Number.parseInt(hex, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}

/** The text with its short names replaced, for places that hold only characters. */
export function withEmoji(text, ctx) {
  return pieces(text, ctx).map((piece) => piece.character ?? piece).join("");
}

/** Append text to a node, line by line, with its emoji drawn. */
export function appendText(parent, text, ctx, { emoji = true } = {}) {
  for (const piece of emoji ? pieces(text, ctx) : [text]) {
    if (typeof piece === "string") appendLines(parent, piece);
    else parent.append(drawEmoji(piece.name, piece.character));
  }
}

/** Append text as it is, with a break for each line end. */
export function appendLines(parent, text) {
  text.split("\n").forEach((line, index) => {
    if (index) parent.append(el("br"));
    if (line) parent.append(line);
  });
}

function pieces(text, ctx) {
  const found = [];
  let from = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    const emoji = at >= from ? emojiAt(text, at, ctx) : null;
    if (!emoji) continue;
    found.push(text.slice(from, at), emoji);
    from = at + emoji.length;
  }
  return [...found, text.slice(from)].filter((piece) => piece !== "");
}
