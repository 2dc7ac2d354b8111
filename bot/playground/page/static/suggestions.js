// The list over a composer: it follows what is typed, and is used with arrows, Enter, Tab and the mouse.

import { h, hidden, setAttribute } from "./dom.js";
import { avatar } from "./names.js";
import { completionsFor } from "./completions.js";

let count = 0;

export class Suggestions {
  /** `area` is the text field; `hasCommands` tells whether slash commands are offered in it. */
  constructor(page, area, { hasCommands = false, hint = null } = {}) {
    this._page = page;
    this._area = area;
    this._hint = hint;
    this._settings = { hasCommands };
    this._id = `suggestions-${(count += 1)}`;
    this.element = h("div", { class: "suggestions", id: this._id, role: "listbox", hidden: true });
    this._shown = null;
    this._at = 0;
    setAttribute(area, "aria-autocomplete", "list");
    area.addEventListener("input", () => this.refresh());
    area.addEventListener("click", () => this.refresh());
    area.addEventListener("blur", () => this.close());
    this.element.addEventListener("pointerdown", (event) => this._press(event));
  }

  get isOpen() {
    return this._shown !== null;
  }

  refresh() {
    const { value, selectionStart, selectionEnd } = this._area;
    const before = value.slice(0, selectionStart);
    const shown = selectionStart === selectionEnd ? completionsFor(this._page, before, this._settings) : null;
    this.showHint();
    if (!shown) {
      this.close();
      return;
    }
    if (shown.label !== this._shown?.label) this._page.announce(`${shown.label}: arrow keys choose, Tab takes`);
    this._shown = shown;
    this._at = 0;
    this._draw();
  }

  close() {
    this._shown = null;
    this.element.hidden = true;
    setAttribute(this._area, "aria-activedescendant", null);
    setAttribute(this._area, "aria-controls", null);
  }

  /** Handles a key while the list is open. Returns whether it was one of the list's. */
  key(event) {
    if (!this._shown) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this._move(steps[event.key]);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this._take(this._at);
    else if (event.key === "Enter" && !event.shiftKey && !this._isWhole()) this._take(this._at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  // A command that stands there in full is run by Enter: nobody has to press it twice.
  _isWhole() {
    const typed = this._area.value.slice(this._shown.start).trim();
    return this._shown.options[this._at].insert.trim() === typed;
  }

  _move(step) {
    const { length } = this._shown.options;
    this._at = (this._at + step + length) % length;
    this._mark();
  }

  _take(index) {
    const { start, options } = this._shown;
    this._area.setRangeText(options[index].insert, start, this._area.selectionStart, "end");
    this.close();
    this._area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  _press(event) {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) this._take([...this.element.querySelectorAll("[role=option]")].indexOf(option));
    this._area.focus();
  }

  _draw() {
    this.element.setAttribute("aria-label", this._shown.label);
    this.element.replaceChildren(...this._shown.options.map((option, index) => this._option(option, index)));
    this.element.hidden = false;
    setAttribute(this._area, "aria-controls", this._id);
    this._mark();
  }

  _option(option, index) {
    return h("div", { class: "suggestion", role: "option", id: `${this._id}-${index}` },
      option.user && avatar(this._page, option.user, "tiny"),
      option.mark && h("span", { class: "suggestion-mark", "aria-hidden": "true" }, option.mark),
      h("span", { class: "suggestion-name" }, option.name, option.hint && h("code", {}, option.hint)),
      option.note && h("small", {}, hidden(", "), option.note));
  }

  _mark() {
    [...this.element.children].forEach((entry, index) => {
      setAttribute(entry, "aria-selected", String(index === this._at));
    });
    const marked = this.element.children[this._at];
    marked?.scrollIntoView({ block: "nearest" });
    setAttribute(this._area, "aria-activedescendant", marked?.id);
  }

  /** Shows how the command that is being typed is used. */
  showHint() {
    if (!this._hint) return;
    const name = /^(\/\S+)\s/.exec(this._area.value)?.[1];
    const command = this._settings.hasCommands && this._page.world.commands?.find((entry) => entry.name === name);
    const words = command ? [command.usage_hint, command.description].filter(Boolean).join(" · ") : "";
    this._hint.textContent = words ? `${command.name} ${words}` : "";
  }
}
