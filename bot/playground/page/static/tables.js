// The table block, and the tables of charts and Markdown.

import { appendLines } from "./emoji.js";
import { cannotDraw, el } from "./nodes.js";
import { drawRichText } from "./rich_text.js";

const ALIGNED = new Set(["left", "center", "right"]);

const CELLS = {
  raw_text: ({ text }) => lines(text),
  raw_number: ({ value, text }) => lines(text ?? String(value)),
  rich_text: (cell, ctx) => drawRichText(cell, ctx),
};

function lines(text) {
  const fragment = document.createDocumentFragment();
  appendLines(fragment, text);
  return fragment;
}

/** Draw a table block: its first row names the columns. */
export function drawTable({ rows, column_settings: settings = [] }, ctx) {
  const drawn = rows.map((cells) => cells.map((cell) => CELLS[cell?.type]?.(cell, ctx) ?? cannotDraw(cell?.type)));
  return tableOf(drawn, settings.map((column) => ({ align: column.align, isWrapped: column.is_wrapped })));
}

/**
 * A table of nodes that scrolls sideways where it has to. `columns` are {align, isWrapped}; a table of one row has no
 * heading, since there is nothing below it.
 */
export function tableOf(rows, columns = [], name = "Table") {
  const [heading, ...body] = rows.length > 1 ? rows : [null, ...rows];
  const cellsOf = (tag) => (nodes) => el("tr", {}, ...nodes.map((node, index) => cell(tag, node, columns[index])));
  const table = el(
    "table",
    { "aria-label": name },
    heading && el("thead", {}, cellsOf("th")(heading)),
    el("tbody", {}, ...body.map(cellsOf("td"))),
  );
  return el("div", { class: "bk-table-frame", tabindex: "0", role: "group", "aria-label": name }, table);
}

function cell(tag, node, { align, isWrapped } = {}) {
  const classes = [ALIGNED.has(align) && `bk-align-${align}`, isWrapped && "bk-is-wrapped"].filter(Boolean);
  return el(tag, { class: classes.join(" ") || null, scope: tag === "th" ? "col" : null }, node);
}
