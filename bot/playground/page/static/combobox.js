// An editable combobox with a list, after the pattern of WAI-ARIA: for select menus of all kinds.

import { Floating } from "./floating.js";
import { el, freshId, icon } from "./nodes.js";

const REMOTE_PAUSE_MS = 150;
const PAGE = 10;
const CROSS = "M5 5l10 10M15 5L5 15";

/**
 * `settings`: source (choices.js), label (what a screen reader calls it), placeholder, isMany, most (entries that may
 * be chosen), canClear, chosen (entries at first), attributes (of the input), focusOf (the key of a part), onChange.
 */
export class Combobox {
  constructor(settings) {
    Object.assign(this, { most: Infinity, ...settings });
    this.chosen = [...settings.chosen];
    this.entries = [];
    this.active = -1;
    this.turn = 0;
    this.build();
    this.floating = new Floating(this.frame, this.box, { isAsWide: true, onClose: () => this.closed() });
    this.show();
  }

  build() {
    this.buildBox();
    this.input = this.builtInput();
    this.chips = el("ul", { class: "bk-chips", role: "list", "aria-label": `Chosen: ${this.label}` });
    this.clear = this.builtClear();
    this.status = el("span", { class: "bk-only-heard", role: "status" });
    const parts = this.isMany ? [this.chips, this.input] : [this.input, this.clear];
    const arrow = el("span", { class: "bk-combobox-arrow", "aria-hidden": "true" });
    this.frame = el("div", { class: `bk-combobox-frame${this.isMany ? " bk-has-chips" : ""}` }, ...parts, arrow);
    this.frame.addEventListener("click", (event) => event.target === this.frame && this.input.focus());
    this.node = el("div", { class: "bk-combobox" }, this.frame, this.box, this.status);
  }

  buildBox() {
    this.list = el("div", { role: "listbox", id: freshId("choices"), "aria-label": this.label, hidden: true });
    if (this.isMany) this.list.setAttribute("aria-multiselectable", "true");
    this.note = el("p", { class: "bk-choices-note", hidden: true });
    const stay = { mousedown: (event) => event.preventDefault() };
    this.box = el("div", { class: "bk-choices-box", on: stay }, this.list, this.note);
  }

  builtInput() {
    const on = {
      keydown: (event) => this.pressed(event),
      input: () => this.searched(),
      click: () => this.open(),
      focus: () => !this.isMany && this.input.select(),
      blur: () => this.left(),
    };
    return el("input", {
      type: "text",
      class: "bk-combobox-input",
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      ...this.attributes,
      on,
    });
  }

  builtClear() {
    const attributes = {
      type: "button",
      class: "bk-combobox-clear",
      "aria-label": `Clear ${this.label}`,
      data: { focus: this.focusOf("clear") },
      on: { click: () => this.emptied() },
    };
    return el("button", attributes, icon(CROSS));
  }

  emptied() {
    this.choose([]);
    this.input.focus();
  }

  /** Show what is chosen. */
  show() {
    const first = this.chosen[0];
    if (this.isMany) this.chips.replaceChildren(...this.chosen.map((entry) => this.chip(entry)));
    this.chips.hidden = this.chosen.length === 0;
    this.input.value = this.isMany || !first ? "" : first.label;
    this.input.placeholder = this.isMany && first ? "" : this.placeholder;
    this.clear.hidden = !(this.canClear && first);
    this.query = "";
  }

  chip(entry) {
    const remove = () => {
      this.choose(this.chosen.filter((other) => other.key !== entry.key));
      this.input.focus();
    };
    const button = {
      type: "button",
      "aria-label": `Remove ${entry.label}`,
      data: { focus: this.focusOf(entry.key) },
      on: { click: remove },
    };
    return el("li", { class: "bk-chip" }, el("span", {}, entry.label), el("button", button, icon(CROSS)));
  }

  choose(chosen) {
    this.chosen = chosen;
    this.show();
    this.onChange();
  }

  pick(entry) {
    const isChosen = this.chosen.some((other) => other.key === entry.key);
    if (!this.isMany) {
      this.floating.close();
      if (isChosen) this.show();
      else this.choose([entry]);
    } else if (isChosen || this.chosen.length < this.most) {
      this.choose(isChosen ? this.chosen.filter((other) => other.key !== entry.key) : [...this.chosen, entry]);
      this.load();
    }
  }

  /** Open the list; `towards` (1 or -1) goes to its first or last entry if none is chosen. */
  open(towards = 0) {
    if (this.floating.isOpen) return;
    this.floating.open();
    this.towards = towards;
    this.input.setAttribute("aria-expanded", "true");
    this.load();
  }

  closed() {
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
    this.turn += 1;
  }

  left() {
    this.floating.close();
    if (this.query !== "" || this.input.value !== (this.isMany ? "" : (this.chosen[0]?.label ?? ""))) this.show();
  }

  searched() {
    this.query = this.input.value;
    if (this.floating.isOpen) this.load();
    else this.open();
  }

  /** Fill the list for what is typed; an answer that a later one overtook is dropped. */
  async load() {
    this.turn += 1;
    const { turn, query, source } = this;
    if (this.chosen.length >= this.most && this.isMany) this.tell(`You can choose ${this.most} at most.`);
    const missing = source.least - [...query.trim()].length;
    if (missing > 0) {
      this.fill([], `Type ${missing === 1 ? "one more character" : `${missing} more characters`} to search.`);
      return;
    }
    if (source.isRemote) {
      this.fill([], "Loading…");
      await new Promise((done) => setTimeout(done, REMOTE_PAUSE_MS));
      if (turn !== this.turn) return;
    }
    try {
      const groups = await source.load(query);
      if (turn === this.turn) this.fill(groups, "Nothing matches.");
    } catch {
      if (turn === this.turn) this.fill([], "The choices could not be loaded. Type again to try once more.");
    }
  }

  fill(groups, emptyNote) {
    const before = this.entries[this.active]?.key;
    this.entries = [];
    this.list.replaceChildren(...groups.map((group) => this.group(group)));
    const count = this.entries.length;
    this.list.hidden = count === 0;
    this.note.hidden = count > 0;
    this.note.textContent = emptyNote;
    this.tell(count ? `${count} ${count === 1 ? "choice" : "choices"}` : emptyNote);
    const again = this.entries.findIndex((entry) => entry.key === before);
    this.activate(again !== -1 ? again : this.query ? 0 : this.entries.findIndex((entry) => this.isChosen(entry)));
    if (this.active === -1 && this.towards) this.move(this.towards);
    if (count) this.towards = 0;
    if (this.floating.isOpen) this.floating.place();
  }

  tell(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  group({ label, choices }) {
    const options = choices.map((entry) => this.option(entry));
    if (!label) return el("div", { class: "bk-choices-group", role: "presentation" }, ...options);
    const title = el("div", { class: "bk-choices-title", id: freshId("group"), role: "presentation" }, label);
    return el("div", { class: "bk-choices-group", role: "group", "aria-labelledby": title.id }, title, ...options);
  }

  option(entry) {
    const index = this.entries.push(entry) - 1;
    const isChosen = this.isChosen(entry);
    const isFull = this.isMany && !isChosen && this.chosen.length >= this.most;
    return el(
      "div",
      {
        role: "option",
        id: freshId("choice"),
        class: "bk-choice",
        "aria-selected": String(isChosen),
        "aria-disabled": isFull ? "true" : null,
        on: { click: () => this.pick(this.entries[index]) },
      },
      el("span", { class: "bk-choice-label" }, entry.label),
      entry.description && el("span", { class: "bk-choice-description" }, entry.description),
    );
  }

  isChosen(entry) {
    return this.chosen.some((other) => other.key === entry.key);
  }

  activate(index) {
    this.active = index;
    const options = this.list.querySelectorAll("[role=option]");
    options.forEach((option, at) => option.classList.toggle("bk-is-active", at === index));
    const option = options[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    return option.scrollIntoView({ block: "nearest" });
  }

  move(by) {
    const last = this.entries.length - 1;
    if (last < 0) return;
    const isAtEnd = this.active + by > last || this.active + by < 0;
    const far = by > 0 ? last : 0;
    if (this.active === -1) this.activate(by > 0 ? 0 : last);
    else if (isAtEnd) this.activate(Math.abs(by) > 1 && this.active !== far ? far : last - far);
    else this.activate(this.active + by);
  }

  pressed(event) {
    if (event.isComposing) return;
    if (this.floating.isOpen ? this.pressedOpen(event) : this.pressedClosed(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Whether the key was meant for the closed menu, and is dealt with. */
  pressedClosed({ key }) {
    if (!["ArrowDown", "ArrowUp", "Enter"].includes(key)) return this.pressedBackspace(key);
    this.open({ ArrowDown: 1, ArrowUp: -1 }[key]);
    return true;
  }

  pressedBackspace(key) {
    if (key !== "Backspace" || !this.isMany || this.input.value || !this.chosen.length) return false;
    this.choose(this.chosen.slice(0, -1));
    if (this.floating.isOpen) this.load();
    return true;
  }

  pressedOpen({ key, altKey }) {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
    if (key === "Escape" || (altKey && key === "ArrowUp")) {
      this.floating.close();
      this.show();
      return true;
    }
    if (key in moves) {
      this.move(moves[key]);
      return true;
    }
    if (key === "Enter") {
      if (this.entries[this.active]) this.pick(this.entries[this.active]);
      return true;
    }
    return this.pressedBackspace(key);
  }

  snapshot() {
    return { chosen: this.chosen, typed: this.input.value, query: this.query };
  }

  /** Show a former state; entries that are no longer offered are left out. */
  restore({ chosen, typed, query }) {
    this.chosen = chosen.map((entry) => this.source.still(entry)).filter(Boolean);
    this.show();
    if (!query) return;
    this.query = query;
    this.input.value = typed;
  }
}
