// Buttons of all kinds, overflow menus and pictures, and any element at its place.

import { send } from "./controls.js";
import { drawField, focusKey } from "./fields.js";
import { Floating } from "./floating.js";
import { cannotDraw, el, freshId, icon, ownImage, safeHref } from "./nodes.js";
import { drawText } from "./texts.js";

const DOTS = "M4 10h.01M10 10h.01M16 10h.01";
const TRASH = ["M4 6h12", "M8 6V4h4v2", "M6 6l.8 10h6.4L14 6", "M8.6 9v4.5", "M11.4 9v4.5"];
const THUMB = [
  "M7 9l3-6c1.5 0 2.2 1 2 2.5L11.5 8H16c.8 0 1.3.7 1.1 1.5l-1.3 5.5c-.2.6-.7 1-1.3 1H7",
  "M7 9H3.5v7H7",
];
const WORKFLOW_NOTE = "A workflow would start here. The playground runs none.";
const FILES_NOTE = "Files stay on this computer: the playground sends none.";

export const NOT_LOADED = "not loaded: this page loads nothing from elsewhere";

/** Draw any element; `place` is described in fields.js. */
export function drawElement(element, place, ctx) {
  const draw = Object.hasOwn(ELEMENTS, element?.type) ? ELEMENTS[element.type] : null;
  return draw ? draw(element, place, ctx) : (drawField(element, place, ctx) ?? cannotDraw(element?.type));
}

const ELEMENTS = {
  button: drawButton,
  workflow_button: drawWorkflowButton,
  overflow: drawOverflow,
  feedback_buttons: drawFeedback,
  icon_button: drawIconButton,
  image: (element, place, ctx) => drawImage(element, ctx, { isSmall: true }),
  file_input: drawFileInput,
};

const styleOf = ({ style }) => (style === "primary" || style === "danger" ? ` bk-${style}` : "");

/** Press an element: ask first if it wants that. Resolves to whether it was pressed. */
async function press(element, place, ctx, node, value) {
  if (element.confirm && !(await ctx.confirm(element.confirm))) return false;
  await send(ctx, { block_id: place.block_id, action_id: element.action_id, value }, node);
  return true;
}

function drawButton(element, place, ctx) {
  const href = element.url ? safeHref(element.url) : null;
  const attributes = {
    class: `bk-button${styleOf(element)}`,
    "aria-label": element.accessibility_label,
    data: { focus: focusKey(element, place, element.value ?? "") },
  };
  const pressed = () => press(element, place, ctx, node, element.value);
  const node = href
    ? el("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer", on: { click: followed } })
    : el("button", { ...attributes, type: "button", on: { click: pressed } });
  node.append(drawText(element.text, ctx));
  return node;

  /** Slack opens the address at once and tells the app as well; with a question it opens after the answer. */
  async function followed(event) {
    if (!element.confirm) return pressed();
    event.preventDefault();
    if (await ctx.confirm(element.confirm)) {
      window.open(href, "_blank", "noopener,noreferrer");
      await send(ctx, { block_id: place.block_id, action_id: element.action_id, value: element.value }, node);
    }
    return undefined;
  }
}

/** A workflow is run by Slack, never by the app: the button says that here is none. */
function drawWorkflowButton(element, place, ctx) {
  const note = el("span", { class: "bk-element-note", role: "status" });
  const pressed = () => (note.textContent = WORKFLOW_NOTE);
  const attributes = {
    type: "button",
    class: `bk-button${styleOf(element)}`,
    "aria-label": element.accessibility_label,
    on: { click: pressed },
  };
  const button = el("button", attributes, drawText(element.text, ctx));
  return el("span", { class: "bk-noted" }, button, note);
}

function drawFeedback(element, place, ctx) {
  const group = el("span", { class: "bk-feedback", role: "group", "aria-label": "Feedback" });
  const choices = [element.positive_button, element.negative_button];
  choices.forEach((choice, index) => {
    const pressed = async () => {
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
      await press(element, place, ctx, button, choice.value);
    };
    const button = el(
      "button",
      {
        type: "button",
        class: `bk-icon-button${index ? " bk-thumb-down" : ""}`,
        "aria-label": choice.accessibility_label,
        "aria-pressed": "false",
        data: { focus: focusKey(element, place, choice.value) },
        on: { click: pressed },
      },
      icon(...THUMB),
      el("span", {}, drawText(choice.text, ctx)),
    );
    group.append(button);
  });
  return group;
}

function drawIconButton(element, place, ctx) {
  if (element.icon !== "trash") return cannotDraw(`icon ${element.icon}`);
  const seenBy = element.visible_to_user_ids;
  if (seenBy && ctx.me !== undefined && !seenBy.includes(ctx.me)) return el("span", { hidden: true });
  const button = el(
    "button",
    {
      type: "button",
      class: "bk-icon-button",
      "aria-label": element.accessibility_label,
      data: { focus: focusKey(element, place, element.value ?? "") },
      on: { click: () => press(element, place, ctx, button, element.value) },
    },
    icon(...TRASH),
    el("span", {}, drawText(element.text, ctx)),
  );
  return button;
}

/** An overflow menu: a button with a menu that arrow keys move in. */
function drawOverflow(element, place, ctx) {
  const id = freshId("menu");
  const entries = element.options.map((option) => menuEntry(option, element, ctx));
  const menu = el("div", { class: "bk-menu", role: "menu", id, "aria-label": "More actions" }, ...entries);
  const button = el(
    "button",
    {
      type: "button",
      class: "bk-icon-button bk-overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-controls": id,
      data: { focus: focusKey(element, place, "") },
    },
    icon(DOTS),
  );
  const floating = new Floating(button, menu, { onClose: () => button.setAttribute("aria-expanded", "false") });
  const open = (index) => {
    floating.open();
    button.setAttribute("aria-expanded", "true");
    entries.at(index).focus();
  };
  const pick = async (option) => {
    floating.close();
    button.focus();
    if (element.confirm && !(await ctx.confirm(element.confirm))) return;
    await send(ctx, { block_id: place.block_id, action_id: element.action_id, selected: option.value }, button);
  };
  button.addEventListener("click", () => (floating.isOpen ? floating.close() : open(0)));
  button.addEventListener("keydown", (event) => {
    const index = { ArrowDown: 0, ArrowUp: -1 }[event.key];
    if (index === undefined) return;
    event.preventDefault();
    open(index);
  });
  entries.forEach((entry, index) => entry.addEventListener("click", () => pick(element.options[index])));
  menu.addEventListener("keydown", (event) => movedInMenu(event, entries, floating, button));
  return el("span", { class: "bk-overflow-menu" }, button, menu);
}

function menuEntry(option, element, ctx) {
  const href = option.url ? safeHref(option.url) : null;
  const attributes = { class: "bk-menu-entry", role: "menuitem", tabindex: "-1" };
  const node = href
    ? el("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" })
    : el("button", { ...attributes, type: "button" });
  node.append(el("span", {}, drawText(option.text, ctx)));
  const { description } = option;
  if (description) node.append(el("span", { class: "bk-choice-description" }, drawText(description, ctx)));
  return node;
}

function movedInMenu(event, entries, floating, button) {
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    floating.close();
    button.focus();
  } else if (to !== undefined) entries.at(to % entries.length).focus();
  else if (event.key.length === 1 && event.key !== " ") startingWith(event.key, at, entries)?.focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

function startingWith(letter, at, entries) {
  const inOrder = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
  return inOrder.find((entry) => entry.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
}

/** A picture of this page; any other one is a box that says what would be seen. */
export function drawImage({ image_url: url, slack_file: file, alt_text: alt }, ctx, { isSmall = false } = {}) {
  const found = ownImage(url ?? file?.url ?? "about:blank");
  const small = isSmall ? " bk-small" : "";
  if (found) return el("img", { class: `bk-picture${small}`, src: found, alt, loading: "lazy" });
  const note = el("span", { class: "bk-picture-note" }, NOT_LOADED);
  return el("span", { class: `bk-picture-box${small}`, title: NOT_LOADED }, el("span", {}, alt), note);
}

/** Files are chosen but stay on the computer: the stand-in takes none. */
function drawFileInput(element, place) {
  const types = (element.filetypes ?? []).map((type) => `.${type.replace(/^\./, "")}`).join(",");
  const note = el("p", { class: "bk-field-hint", id: freshId("note") }, FILES_NOTE);
  const input = el("input", {
    type: "file",
    class: "bk-file-field",
    id: place.inputId,
    accept: types || null,
    multiple: (element.max_files ?? 10) > 1,
    "aria-describedby": [place.described, note.id].filter(Boolean).join(" "),
    data: { focus: focusKey(element, place, "input") },
  });
  return el("div", {}, input, note);
}
