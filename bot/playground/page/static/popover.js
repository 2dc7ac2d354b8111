// Small windows at a button: menus, the emoji picker, lists of people.

import { h, icon, moveFocus } from "./dom.js";

let open = null;
const GAP = 4;

/**
 * Shows `content` at `anchor` until Escape, a press elsewhere, or `close()`. A press on its own button closes it too.
 * The focus returns to the anchor unless it has gone elsewhere. Returns {element, close}, or null if it was closed.
 */
export function showPopover(anchor, content, { label, role = "dialog", className = "", onclose } = {}) {
  const wasOwn = open?.anchor === anchor;
  open?.close();
  if (wasOwn) return null;
  const element = h("div", { class: `popover ${className}`, popover: "manual", role, "aria-label": label }, content);
  // It belongs to the part of the page that its button is in, for those who go by landmarks.
  (anchor.closest("dialog, section, aside, header") ?? document.body).append(element);
  element.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  const shown = { anchor, element, close: () => closeIt(shown, onclose) };
  open = shown;
  place(element, anchor);
  element.addEventListener("keydown", (event) => event.key === "Escape" && escape(event, shown));
  element.addEventListener("focusout", (event) => leave(event, shown));
  return shown;
}

function escape(event, shown) {
  event.preventDefault();
  event.stopPropagation();
  shown.close();
}

function leave(event, shown) {
  const next = event.relatedTarget;
  if (next && !shown.element.contains(next) && next !== shown.anchor) shown.close();
}

function closeIt(shown, onclose) {
  if (open !== shown) return;
  open = null;
  const hadFocus = shown.element.contains(document.activeElement) || document.activeElement === document.body;
  shown.anchor.setAttribute("aria-expanded", "false");
  if (hadFocus && shown.anchor.isConnected) shown.anchor.focus();
  shown.element.remove();
  onclose?.();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.element.contains(event.target) && !open.anchor.contains(event.target)) open.close();
}, true);
addEventListener("resize", () => open && place(open.element, open.anchor));

/** Tells whether a small window is open at something inside `element`. */
export const isOpenAt = (element) => Boolean(open && element.contains(open.anchor));

function place(element, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const below = innerHeight - at.bottom - GAP;
  const top = height <= below || below > at.top ? at.bottom + GAP : at.top - GAP - height;
  element.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  element.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
}

/**
 * Shows a menu at `anchor`. `items` are {name, act, path?, isDanger?, note?} or {heading}; their act runs after the
 * menu is closed.
 */
export function showMenu(anchor, items, { label, onclose } = {}) {
  const list = h("div", { class: "menu" });
  const shown = showPopover(anchor, list, { label, role: "menu", onclose });
  if (!shown) return;
  list.setAttribute("role", "presentation");
  list.append(...items.map((item) => menuItem(item, shown)));
  place(shown.element, anchor);
  const entries = [...list.querySelectorAll("[role=menuitem]")];
  entries[0]?.focus();
  list.addEventListener("keydown", (event) => {
    if (event.key === "Tab") shown.close();
    else if (!moveFocus(event, entries)) typeAhead(event, entries);
  });
}

function menuItem(item, shown) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const act = () => {
    shown.close();
    item.act();
  };
  return h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: act,
    class: item.isDanger ? "menu-item danger" : "menu-item" },
  item.path && icon(item.path), h("span", {}, item.name), item.note && h("small", {}, item.note));
}

function typeAhead(event, entries) {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
  const at = entries.indexOf(document.activeElement);
  const turned = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
  turned.find((entry) => entry.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
}
