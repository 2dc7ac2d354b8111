// A list of messages that stays at its end while people write, and is read with the arrow keys.

import { h, icon, keyed } from "./dom.js";
import { PATHS } from "./icons.js";
import { isActedOn, isOwn, openThread, pickReaction, remove } from "./message_acts.js";
import { isSystem, isTombstone, messageRow } from "./message.js";
import { plural } from "./names.js";
import { dateOf, dayKey, dayName } from "./time.js";
import { Toolbar } from "./toolbar.js";

const NEWEST = 200;
const TRIMMED_AT = 500;
const AT_END_PIXELS = 60;
const COMPACT_SECONDS = 300;

export class Timeline {
  /** `label` names the list; `inThread` shows replies one under the other, without buttons to their thread. */
  constructor(page, { label, inThread = false }) {
    Object.assign(this, { _page: page, _inThread: inThread, _editing: null, _from: null, _place: null, _last: null });
    this._list = h("ol", { class: "messages", "aria-label": label });
    this._earlier = h("button", { type: "button", class: "button earlier", onclick: () => this._showEarlier() });
    this._below = h("button", { type: "button", class: "below", hidden: true, onclick: () => this.toEnd() },
      icon(PATHS.down), "New messages");
    this._nothing = h("p", { class: "nothing", hidden: true });
    this._scroller = h("div", { class: "scroller" }, this._earlier, this._nothing, this._list);
    this.element = h("div", { class: "timeline" }, this._scroller, this._below);
    this._toolbar = new Toolbar(page, { edit: (message) => this.edit(message), inThread });
    this._isAtEnd = true;
    this._listen();
  }

  _listen() {
    this._scroller.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this._list.addEventListener("pointerover", (event) => this._attend(event));
    this._list.addEventListener("focusin", (event) => this._attend(event));
    this._list.addEventListener("pointerleave", () => this._toolbar.detach());
    this._list.addEventListener("keydown", (event) => this._pressed(event));
    // Pictures that arrive, a longer composer and a narrower window must not push the newest message out of sight.
    const observer = new ResizeObserver(() => this._isAtEnd && this._jump());
    observer.observe(this._list);
    observer.observe(this._scroller);
  }

  /**
   * Shows the messages of a place (a key); `mark` is the ts that the "New" line stands before, or null. `empty` is what
   * to say where there are none.
   */
  draw(place, messages, mark = null, label = null, empty = "") {
    const isOther = place !== this._place;
    if (isOther) this._enter(place);
    this._messages = messages;
    if (label) this._list.setAttribute("aria-label", label);
    this._nothing.hidden = messages.length > 0 || !empty;
    this._nothing.textContent = empty;
    const before = this._focusedIndex();
    const shown = this._window(messages);
    keyed(this._list, this._rows(shown, mark));
    this._earlier.hidden = shown.length === messages.length;
    this._earlier.textContent = `Show earlier messages (${messages.length - shown.length})`;
    this._rove(before);
    this._settle(isOther, messages.at(-1));
  }

  _enter(place) {
    Object.assign(this, { _place: place, _from: null, _editing: null, _last: null, _isAtEnd: true });
    this._below.hidden = true;
  }

  _window(messages) {
    if (this._from === null || (this._isAtEnd && messages.length - this._start(messages) > TRIMMED_AT))
      this._from = messages[Math.max(0, messages.length - NEWEST)]?.ts ?? null;
    return messages.slice(this._start(messages));
  }

  _start(messages) {
    const at = messages.findIndex((message) => message.ts >= this._from);
    // With less than a full window everything is shown, also what an earlier ts brings later.
    return at < 0 || messages.length <= NEWEST ? 0 : at;
  }

  _rows(messages, mark) {
    const rows = [];
    const [now, tz] = [this._page.now(), this._page.tz()];
    let previous = null;
    for (const message of messages) {
      const day = dayKey(dateOf(message.ts), tz);
      // A thread begins with its first message; only a later day needs naming.
      if (day !== previous?.day && (previous || !this._inThread)) rows.push(dayRow(message, day, now, tz));
      if (message.ts === mark) rows.push({ key: "new", version: 1, draw: drawNewLine });
      const isCompact = day === previous?.day && message.ts !== mark && follows(previous.message, message);
      rows.push(this._messageRow(message, isCompact));
      previous = { day, message };
    }
    return rows;
  }

  _messageRow(message, isCompact) {
    return messageRow(this._page, message, {
      isCompact,
      isEditing: this._editing === message.ts,
      inThread: this._inThread,
      stopEditing: () => this._stopEditing(),
    });
  }

  /** Begins to change a message. */
  edit(message) {
    this._editing = message.ts;
    this._page.redraw();
  }

  /** Begins to change the person's last message. Returns whether there is one. */
  editLast(messages) {
    const last = messages.findLast((message) => isOwn(this._page, message));
    if (last) this.edit(last);
    return Boolean(last);
  }

  _stopEditing() {
    const ts = this._editing;
    this._editing = null;
    this._page.redraw();
    this._item(ts)?.focus();
  }

  toEnd() {
    this._isAtEnd = true;
    this._jump();
    this._items().at(-1)?.focus({ preventScroll: true });
  }

  /** Follows the end as soon as it is drawn: the person has just written. */
  followEnd() {
    this._isAtEnd = true;
    this._jump();
  }

  _jump() {
    this._scroller.scrollTop = this._scroller.scrollHeight;
    this._below.hidden = true;
  }

  _settle(isOther, last) {
    const line = isOther && this._list.querySelector(".new-line");
    if (line) line.scrollIntoView({ block: "center" });
    else if (this._isAtEnd) this._jump();
    else if (last && this._last && last.ts > this._last) this._below.hidden = false;
    if (line) this._scrolled();
    this._last = last?.ts ?? null;
  }

  _scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this._scroller;
    this._isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PIXELS;
    if (this._isAtEnd) this._below.hidden = true;
  }

  _showEarlier() {
    const first = this._items()[0];
    const at = this._messages.findIndex((message) => message.ts === first.dataset.ts);
    this._from = this._messages[Math.max(0, at - NEWEST)].ts;
    this._isAtEnd = false;
    const { scrollHeight, scrollTop } = this._scroller;
    this._page.redraw();
    this._scroller.scrollTop = scrollTop + this._scroller.scrollHeight - scrollHeight;
    first.focus({ preventScroll: true });
    this._page.announce(`${plural(Math.min(at, NEWEST), "earlier message")} shown`);
  }

  _items() {
    return [...this._list.querySelectorAll(":scope > .message")];
  }

  _item(ts) {
    return this._items().find((item) => item.dataset.ts === ts);
  }

  _focusedIndex() {
    const item = document.activeElement?.closest?.(".message");
    return item && this._list.contains(item) ? this._items().indexOf(item) : -1;
  }

  /** Keeps one message in the tab order, and the focus near where it was if its message has gone. */
  _rove(before) {
    const items = this._items();
    if (before >= 0 && document.activeElement === document.body) items[Math.min(before, items.length - 1)]?.focus();
    const current = items.find((item) => item.tabIndex === 0) ?? items.at(-1);
    const isStale = current && current !== items.at(-1) && !this._list.contains(document.activeElement);
    this._makeCurrent(isStale ? items.at(-1) : current);
  }

  _makeCurrent(item) {
    for (const other of this._list.querySelectorAll(":scope > [tabindex='0']")) if (other !== item) other.tabIndex = -1;
    if (item) item.tabIndex = 0;
  }

  _attend(event) {
    const item = event.target.closest(".message");
    const message = item && this._page.message(item.dataset.channel, item.dataset.ts);
    if (!message) return;
    if (event.type === "focusin") this._makeCurrent(item);
    this._toolbar.attach(item, message);
  }

  _pressed(event) {
    const item = event.target;
    if (!item.matches?.(".message") || event.ctrlKey || event.metaKey || event.altKey) return;
    const message = this._page.message(item.dataset.channel, item.dataset.ts);
    const isDone = this._step(event.key, item) || (message && this._use(event.key, item, message));
    if (isDone) event.preventDefault();
  }

  _step(key, item) {
    const items = this._items();
    const at = items.indexOf(item);
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[key];
    if (next === undefined) return false;
    items[Math.max(0, Math.min(items.length - 1, next))].focus();
    return true;
  }

  /** Does what a letter stands for on the focused message: E edit, R react, T thread, Delete. */
  _use(key, item, message) {
    const acts = {
      t: () => isActedOn(message) && !this._inThread && openThread(this._page, message),
      r: () => isActedOn(message) && pickReaction(this._page, message, this._toolbar.element.firstChild),
      e: () => isOwn(this._page, message) && this.edit(message),
      Delete: () => isOwn(this._page, message) && remove(this._page, message),
      Enter: () => item.querySelector("button, a[href], input, [tabindex='0']")?.focus(),
    };
    const act = acts[key.length === 1 ? key.toLowerCase() : key];
    act?.();
    return Boolean(act);
  }
}

function dayRow(message, day, now, tz) {
  const name = dayName(dateOf(message.ts), now, tz);
  return { key: `day ${day}`, version: name, draw: () => h("li", { class: "day" }, h("span", {}, name)) };
}

function drawNewLine() {
  return h("li", { class: "new-line" }, h("span", {}, "New"));
}

/** Tells whether a message continues the one before: same author, shortly after, and nothing out of the ordinary. */
function follows(previous, message) {
  const isPlain = (entry) => !isSystem(entry) && !isTombstone(entry) && !entry.is_ephemeral;
  return previous.user === message.user && isPlain(previous) && isPlain(message)
    && Number(message.ts) - Number(previous.ts) < COMPACT_SECONDS;
}
