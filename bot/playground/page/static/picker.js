// The emoji picker: a grid with a search field, for mouse and keyboard alike.

import { h, keyed, moveFocus } from "./dom.js";
import { searchEmoji } from "./completions.js";
import { showPopover } from "./popover.js";

const COLUMNS = 8;
const MOST = 96;
// Slack's picker begins with what people use; so does this one. Everything else is found by its name.
const OFTEN = `gem memo eyes white_check_mark speech_balloon heavy_plus_sign +1 tada
  heart raised_hands rocket joy thinking_face fire pray clap
  smile grin sweat_smile wink blush slightly_smiling_face upside_down_face sunglasses
  neutral_face confused cry sob scream angry sleeping face_with_rolling_eyes
  wave ok_hand v muscle point_up point_right -1 handshake
  sparkles star zap bulb boom dart trophy medal
  warning x question exclamation no_entry hourglass bell mega
  lock key mag pushpin link paperclip calendar chart_with_upwards_trend
  moneybag dollar credit_card telephone_receiver email package hammer_and_wrench gear
  shushing_face zipper_mouth_face seedling coffee beer pizza cake herb`.split(/\s+/);

/** Opens the picker at a button; `choose` gets the short name of what was picked. */
export function openPicker(page, anchor, choose) {
  const grid = h("div", { class: "emoji-grid", role: "grid", "aria-label": "Emoji" });
  const preview = h("p", { class: "emoji-name", "aria-hidden": "true" });
  const search = h("input", { type: "search", class: "field", placeholder: "Search emoji", "aria-label": "Search emoji",
    autocomplete: "off" });
  const shown = showPopover(anchor, h("div", { class: "picker" }, search, grid, preview), { label: "Pick an emoji" });
  if (!shown) return;
  const pick = (name) => {
    shown.close();
    choose(name);
  };
  const draw = () => drawGrid(page, grid, search.value, pick);
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => fromSearch(event, grid));
  grid.addEventListener("keydown", (event) => inGrid(event, grid, search));
  for (const kind of ["focusin", "pointerover"])
    grid.addEventListener(kind, (event) => name(event, preview));
  draw();
  search.focus();
}

function drawGrid(page, grid, words, pick) {
  const names = words.trim() ? searchEmoji(page, words, MOST) : OFTEN;
  const known = names.filter((name) => page.emojiOf(name));
  const rows = [];
  for (let at = 0; at < known.length; at += COLUMNS) rows.push(known.slice(at, at + COLUMNS));
  keyed(grid, rows.map((row, index) => ({
    key: index,
    version: row.join(),
    draw: () => h("div", { role: "row" }, ...row.map((entry) => cell(page, entry, pick))),
  })));
  if (!known.length) keyed(grid, [{ key: "none", version: words, draw: () => nothing(words) }]);
  const first = grid.querySelector("button");
  if (first) first.tabIndex = 0;
}

function nothing(words) {
  const text = `No emoji is called “${words}”.`;
  return h("div", { role: "row" }, h("div", { role: "gridcell", class: "emoji-none" }, text));
}

function cell(page, name, pick) {
  return h("div", { role: "gridcell" }, h("button", {
    type: "button", class: "emoji-cell", tabindex: "-1", "aria-label": name.replaceAll("_", " "), "data-name": name,
    onclick: () => pick(name),
  }, page.emojiOf(name)));
}

function name(event, preview) {
  const found = event.target.closest?.("[data-name]")?.dataset.name;
  if (found) preview.textContent = `:${found}:`;
}

function fromSearch(event, grid) {
  const first = grid.querySelector("button");
  if (event.key === "ArrowDown" && first) first.focus();
  else if (event.key === "Enter" && first) first.click();
  else return;
  event.preventDefault();
}

function inGrid(event, grid, search) {
  const buttons = [...grid.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "ArrowUp" && at < COLUMNS) {
    event.preventDefault();
    search.focus();
    return;
  }
  moveFocus(event, buttons, { columns: COLUMNS });
  for (const button of buttons) button.tabIndex = button === document.activeElement ? 0 : -1;
}
