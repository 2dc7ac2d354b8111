// Slack's mrkdwn and plain text, drawn node by node.

import { appendText, emojiAt, drawEmoji, appendLines } from "./emoji.js";
import { drawMoment } from "./dates.js";
import { drawBroadcast, drawChannel, drawUser, drawUsergroup } from "./mentions.js";
import { anchor, el, safeHref } from "./nodes.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const FENCE = /```\n?([\s\S]+?)\n?```/g;
const QUOTED = /^(?:&gt;|>) ?/;
const QUOTED_TO_THE_END = /^(?:&gt;|>){3} ?/;
const TOKEN = /<([^<>\n]+)>/y;
const BARE_URL = /https?:\/\/[^\s<>|`"]+/iy;
const AFTER_URL = /(?:&gt;|&lt;|[.,;:!?)\]}'*_~])+$/;
const NAMED = /[@#]([a-z0-9][a-z0-9._-]*)/iy;
const BROADCASTS = new Set(["here", "channel", "everyone"]);

/** Draw plain text: nothing in it is read but line ends and, unless told otherwise, emoji by short name. */
export function drawPlain(text, ctx, { emoji = true } = {}) {
  const fragment = document.createDocumentFragment();
  appendText(fragment, text, ctx, { emoji });
  return fragment;
}

/**
 * Draw mrkdwn as it is sent, that is with `&`, `<` and `>` escaped.
 * `verbatim` leaves bare addresses alone; `names` makes mentions of `#channel` and `@here` as Slack does in blocks.
 */
export function drawMrkdwn(text, ctx, { verbatim = false, names = false } = {}) {
  return new Drawing(ctx, { verbatim, names: names && !verbatim }).whole(text);
}

/** Turn the three entities that Slack knows into their characters. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

class Drawing {
  constructor(ctx, reading) {
    this.ctx = ctx;
    this.reading = reading;
  }

  whole(text) {
    const fragment = document.createDocumentFragment();
    let from = 0;
    for (const match of text.matchAll(FENCE)) {
      this.lines(fragment, text.slice(from, match.index).replace(/\n$/, ""), from > 0);
      fragment.append(el("pre", {}, this.code(match[1])));
      from = match.index + match[0].length;
    }
    this.lines(fragment, text.slice(from), from > 0);
    return fragment;
  }

  /** Append lines and quotations; `isAfterBlock` says that the first line end is already drawn, by a box above it. */
  lines(parent, text, isAfterBlock) {
    const lines = (isAfterBlock ? text.replace(/^\n/, "") : text).split("\n");
    if (lines.length === 1 && lines[0] === "") return;
    let plain = [];
    const flush = () => {
      if (plain.length) this.inline(parent, plain.join("\n"));
      plain = [];
    };
    while (lines.length) {
      const quoted = takeQuotation(lines);
      if (quoted === null) plain.push(lines.shift());
      else {
        flush();
        const quote = el("blockquote");
        this.inline(quote, quoted);
        parent.append(quote);
      }
    }
    flush();
  }

  inline(parent, text) {
    const outer = this.unclosed;
    this.unclosed = {};
    this.pieces(parent, text);
    this.unclosed = outer;
  }

  pieces(parent, text) {
    let plain = "";
    const flush = () => {
      if (plain) appendLines(parent, unescape(plain));
      plain = "";
    };
    for (let at = 0; at < text.length; ) {
      const found = this.pieceAt(text, at);
      if (found) {
        flush();
        parent.append(found.node);
        at += found.length;
      } else {
        plain += text[at];
        at += 1;
      }
    }
    flush();
  }

  /** What is more than characters at this place, as {node, length}, or null. */
  pieceAt(text, at) {
    switch (text[at]) {
      case "<":
        return this.tokenAt(text, at);
      case "`":
        return this.codeAt(text, at);
      case ":":
        return this.emojiAt(text, at);
      case "*":
      case "_":
      case "~":
        return this.styledAt(text, at);
      default:
        return this.bareAt(text, at);
    }
  }

  tokenAt(text, at) {
    const match = matchAt(TOKEN, text, at);
    const node = match && this.token(match[1]);
    return node ? { node, length: match[0].length } : null;
  }

  token(inner) {
    const bar = inner.indexOf("|");
    const target = bar === -1 ? inner : inner.slice(0, bar);
    const label = bar === -1 ? "" : unescape(inner.slice(bar + 1));
    if (target.startsWith("@")) return drawUser(target.slice(1), label, this.ctx);
    if (target.startsWith("#")) return drawChannel(target.slice(1), label, this.ctx);
    if (target.startsWith("!")) return this.command(target.slice(1), label);
    const url = unescape(target);
    if (safeHref(url) === null) return null;
    return anchor(url, drawPlain(label || url.replace(/^mailto:/, ""), this.ctx, { emoji: label !== "" }));
  }

  command(command, label) {
    const [name, ...rest] = command.split("^");
    if (BROADCASTS.has(name)) return drawBroadcast(name);
    if (name === "subteam") return drawUsergroup(rest[0] ?? "", label);
    if (name === "date") return this.date(rest, label);
    return document.createTextNode(label || `<!${command}>`);
  }

  date([seconds, format, url], fallback) {
    if (!/^-?\d+$/.test(seconds ?? "") || !format) return document.createTextNode(fallback);
    const drawn = drawMoment(Number(seconds), unescape(format), fallback, this.ctx);
    return url ? anchor(unescape(url), drawn) : drawn;
  }

  codeAt(text, at) {
    const end = text.indexOf("`", at + 1);
    const inner = text.slice(at + 1, end);
    if (end === -1 || !inner.trim() || inner.includes("\n")) return null;
    return { node: el("code", {}, this.code(inner)), length: end + 1 - at };
  }

  /** Code: nothing is styled, but Slack still makes links and mentions of its tokens. */
  code(text) {
    const fragment = document.createDocumentFragment();
    let from = 0;
    for (const match of text.matchAll(/<([^<>\n]+)>/g)) {
      const node = this.token(match[1]);
      if (!node) continue;
      fragment.append(unescape(text.slice(from, match.index)), node);
      from = match.index + match[0].length;
    }
    fragment.append(unescape(text.slice(from)));
    return fragment;
  }

  emojiAt(text, at) {
    const found = emojiAt(text, at, this.ctx);
    return found && { node: drawEmoji(found.name, found.character), length: found.length };
  }

  styledAt(text, at) {
    const mark = text[at];
    if (isWord(text, at - 1) || text[at - 1] === mark || !text[at + 1]?.trim() || text[at + 1] === mark) return null;
    if (at < (this.unclosed[mark] ?? 0)) return null;
    const end = this.endOf(mark, text, at + 1);
    if (end === -1) return null;
    const node = el(STYLES[mark]);
    this.inline(node, text.slice(at + 1, end));
    return { node, length: end + 1 - at };
  }

  /**
   * Where the style that starts before `from` ends in the same line, or -1; marks inside tokens and code are none.
   * That a line has no end for a mark is kept, or a line of a thousand stars would be read a thousand times.
   */
  endOf(mark, text, from) {
    let at = from;
    while (at < text.length && text[at] !== "\n") {
      if (text[at] === mark && text[at - 1].trim() && !isWord(text, at + 1) && text[at + 1] !== mark) return at;
      const whole = text[at] === "<" ? matchAt(TOKEN, text, at)?.[0].length : this.codeLength(text, at);
      at += whole || 1;
    }
    this.unclosed[mark] = at;
    return -1;
  }

  codeLength(text, at) {
    return text[at] === "`" ? (this.codeAt(text, at)?.length ?? 0) : 0;
  }

  /** A bare address, or a name that Slack makes a mention of. */
  bareAt(text, at) {
    if (this.reading.verbatim || isWord(text, at - 1)) return null;
    const url = matchAt(BARE_URL, text, at)?.[0].replace(AFTER_URL, "");
    if (url?.length > "https://".length) return { node: anchor(unescape(url), unescape(url)), length: url.length };
    const named = this.reading.names && matchAt(NAMED, text, at);
    return named ? this.named(named[0], named[1]) : null;
  }

  named(whole, name) {
    const isBroadcast = whole.startsWith("@") && BROADCASTS.has(name);
    if (isBroadcast) return { node: drawBroadcast(name), length: whole.length };
    const channel = whole.startsWith("#") && this.ctx.channels().find((entry) => entry.name === name);
    return channel ? { node: drawChannel(channel.id, name, this.ctx), length: whole.length } : null;
  }
}

/** Take the quotation at the start of the lines away and return its text, or null if they start with none. */
function takeQuotation(lines) {
  if (QUOTED_TO_THE_END.test(lines[0])) {
    return lines.splice(0).join("\n").replace(QUOTED_TO_THE_END, "");
  }
  const end = lines.findIndex((line) => !QUOTED.test(line));
  const quoted = lines.splice(0, end === -1 ? lines.length : end);
  return quoted.length ? quoted.map((line) => line.replace(QUOTED, "")).join("\n") : null;
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const isWord = (text, at) => at >= 0 && at < text.length && WORD.test(text[at]);
