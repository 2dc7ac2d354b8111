// The value of a rich_text_input, typed as text: lists, quotations, fences and styles are written with Slack's marks.

const ORDERED = /^\s*\d+[.)] /;
const BULLET = /^\s*[-•*] /;
const QUOTE = /^> ?/;
const FENCE = "```";
const MARKS = { "*": "bold", _: "italic", "~": "strike", "`": "code" };
const STYLED = /(?<![\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])|(https?:\/\/[^\s<>]+)/gu;

const KINDS = [
  [ORDERED, (lines) => list("ordered", lines, ORDERED)],
  [BULLET, (lines) => list("bullet", lines, BULLET)],
  [QUOTE, (lines) => part("rich_text_quote", lines.map((line) => line.replace(QUOTE, "")).join("\n"))],
];

/** The rich_text value of what is typed, or null if there is nothing but blanks. */
export function richTextOf(typed) {
  if (!typed.trim()) return null;
  const elements = [];
  const lines = typed.replace(/\s+$/, "").split("\n");
  while (lines.length) elements.push(takePart(lines));
  return { type: "rich_text", elements };
}

function takePart(lines) {
  const end = lines[0] === FENCE ? lines.indexOf(FENCE, 1) : -1;
  if (end > 1) {
    const code = lines.splice(0, end + 1).slice(1, -1).join("\n");
    if (code) return { type: "rich_text_preformatted", elements: [{ type: "text", text: code }] };
    return part("rich_text_section", `${FENCE}\n${FENCE}`);
  }
  const [kind, build] = KINDS.find(([pattern]) => pattern.test(lines[0])) ?? [null, sectionOf];
  return build(takeWhile(lines, kind));
}

function takeWhile(lines, kind) {
  const taken = [lines.shift()];
  const isPlain = (line) => line !== FENCE && !KINDS.some(([other]) => other.test(line));
  while (lines.length && (kind ? kind.test(lines[0]) : isPlain(lines[0]))) taken.push(lines.shift());
  return taken;
}

const sectionOf = (lines) => part("rich_text_section", lines.join("\n"));
const part = (type, text) => ({ type, elements: inline(text) });

function list(style, lines, mark) {
  const elements = lines.map((line) => part("rich_text_section", line.replace(mark, "")));
  return { type: "rich_text_list", style, indent: 0, elements };
}

function inline(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(STYLED)) {
    if (match.index > from) found.push({ type: "text", text: text.slice(from, match.index) });
    found.push(match[3] ? { type: "link", url: match[3] } : styled(match[1], match[2]));
    from = match.index + match[0].length;
  }
  // Slack has no empty text, so an empty line of a list or a quotation holds a blank.
  if (from < text.length || !found.length) found.push({ type: "text", text: text.slice(from) || " " });
  return found;
}

const styled = (mark, text) => ({ type: "text", text, style: { [MARKS[mark]]: true } });

/** A rich_text value as text that can be typed on. */
export function typedOf(value) {
  return (value?.elements ?? []).map(typedPart).join("\n");
}

function typedPart(element) {
  if (element.type === "rich_text_list") {
    const mark = (index) => (element.style === "ordered" ? `${(element.offset ?? 0) + index + 1}. ` : "- ");
    const indent = "  ".repeat(element.indent ?? 0);
    return element.elements.map((entry, index) => indent + mark(index) + typedInline(entry.elements)).join("\n");
  }
  const text = typedInline(element.elements);
  if (element.type === "rich_text_quote") return text.split("\n").map((line) => `> ${line}`).join("\n");
  if (element.type === "rich_text_preformatted") return `${FENCE}\n${text}\n${FENCE}`;
  return text;
}

const typedInline = (elements) => elements.map(typedPiece).join("");

function typedPiece(element) {
  const words = { link: element.text || element.url, emoji: `:${element.name}:`, color: element.value }[element.type];
  const named = element.user_id ?? element.channel_id ?? element.usergroup_id ?? element.range ?? element.fallback;
  const text = words ?? element.text ?? named ?? "";
  const marks = Object.entries(MARKS).filter(([, style]) => element.style?.[style] && text.trim() === text);
  return marks.reduce((inner, [mark]) => mark + inner + mark, text);
}
