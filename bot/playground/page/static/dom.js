// Building elements and changing only what differs, so that focus, selections and open menus outlive a redraw.

const SVG = "http://www.w3.org/2000/svg";
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

/** Builds an element. `on…` properties are listeners; true sets a bare attribute; null and false set none. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

function setProperty(element, name, value) {
  if (value == null || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** Sets an attribute only if it differs: a write of the same value makes some screen readers speak again. */
export function setAttribute(element, name, value) {
  if (value == null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Replaces the children of `element`, and puts the focus back on what took the place of the focused one. */
export function replaceChildren(element, ...children) {
  const wanted = children.flat().filter(Boolean);
  const isAlready = isSame([...element.childNodes], wanted);
  // What already stands there is not taken out and put back: that would cost it the focus.
  if (!isAlready) keepFocus(element, () => element.replaceChildren(...wanted));
}

/** Returns an icon of 16 × 16 from SVG path data. Screen readers skip it: its button has a name of its own. */
export function icon(path, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 16 16"], ["class", className], ["aria-hidden", "true"]])
    svg.setAttribute(name, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const hidden = (text) => h("span", { class: "hidden-text" }, text);

/** Returns a button with an icon, whose name is also its tooltip. */
export function iconButton(path, name, onclick, properties = {}) {
  return h("button", { type: "button", class: "icon-button", title: name, "aria-label": name, onclick, ...properties },
    icon(path));
}

const drawn = new WeakMap();

/**
 * Makes the children of `parent` those of `rows`: [{key, version, draw(), update?(element)}].
 * An element stays as it is while its version (compared entry by entry) is the same.
 */
export function keyed(parent, rows) {
  const before = drawn.get(parent) ?? new Map();
  const after = new Map(rows.map((row) => [row.key, brought(before.get(row.key), row)]));
  for (const [key, entry] of before) if (!after.has(key)) entry.element.remove();
  let cursor = parent.firstChild;
  for (const { element } of after.values()) {
    if (element === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(element, cursor);
  }
  drawn.set(parent, after);
}

function brought(old, row) {
  if (!old) return { element: row.draw(), version: row.version };
  if (isSame(old.version, row.version)) return old;
  if (row.update) {
    row.update(old.element);
    return { element: old.element, version: row.version };
  }
  const element = row.draw();
  exchange(old.element, element);
  return { element, version: row.version };
}

function exchange(old, element) {
  const mark = focusMark(old);
  old.replaceWith(element);
  restoreFocus(element, mark);
}

function isSame(one, other) {
  if (!Array.isArray(one)) return one === other;
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

/** Does `change` inside `root`, and afterwards focuses what stands where the focus was. */
export function keepFocus(root, change) {
  const mark = focusMark(root);
  change();
  restoreFocus(root, mark);
}

function focusMark(root) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  const mark = { id: active.id, action: active.closest("[data-action-id]")?.dataset.actionId };
  mark.index = focusables(root).indexOf(active);
  if (typeof active.selectionStart === "number") mark.selection = [active.selectionStart, active.selectionEnd];
  return mark;
}

function restoreFocus(root, mark) {
  if (!mark || root.contains(document.activeElement)) return;
  const target = successor(root, mark);
  target?.focus({ preventScroll: true });
  if (mark.selection && typeof target?.selectionStart === "number") target.setSelectionRange(...mark.selection);
}

function successor(root, mark) {
  const byId = mark.id && document.getElementById(mark.id);
  if (byId && root.contains(byId)) return byId;
  const holder = mark.action && root.querySelector(`[data-action-id="${CSS.escape(mark.action)}"]`);
  if (holder) return holder.matches(FOCUSABLE) ? holder : holder.querySelector(FOCUSABLE);
  return focusables(root)[mark.index] ?? (root.matches(FOCUSABLE) ? root : null);
}

export function focusables(root) {
  return [...root.querySelectorAll(FOCUSABLE)].filter((entry) => !entry.disabled);
}

/** Moves the focus among `items` as arrow keys, Home and End ask for. Returns whether the key was one of them. */
export function moveFocus(event, items, { columns = 1 } = {}) {
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 };
  let next = at + (steps[event.key] ?? 0);
  if (event.key === "Home") next = 0;
  else if (event.key === "End") next = items.length - 1;
  else if (!(event.key in steps)) return false;
  event.preventDefault();
  items[Math.max(0, Math.min(items.length - 1, next))]?.focus();
  return true;
}
