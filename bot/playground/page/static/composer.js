// Where people write: messages, replies and slash commands.

import { failure, RefusedError } from "./acts.js";
import { h, icon, iconButton, setAttribute, setText } from "./dom.js";
import { PATHS } from "./icons.js";
import { channelName } from "./names.js";
import { openPicker } from "./picker.js";
import { showMenu } from "./popover.js";
import { Suggestions } from "./suggestions.js";

let count = 0;

export class Composer {
  /** `where()` returns {channelId, threadTs} of what is open now; `editLast()` edits the person's last message. */
  constructor(page, { where, editLast, sent = () => {}, inThread = false }) {
    Object.assign(this, { _page: page, _where: where, _editLast: editLast, _sent: sent, _inThread: inThread });
    this._id = `composer-${(count += 1)}`;
    this._build();
    this._key = null;
    this._width = 0;
    // Words wrap otherwise in a wider or narrower box; its own growing is no reason to measure again.
    new ResizeObserver(([entry]) => this._fit(entry.contentRect.width)).observe(this.element);
  }

  _fit(width) {
    if (width !== this._width) this._grow();
    this._width = width;
  }

  _build() {
    this.area = h("textarea", { class: "composer-text", rows: "1", id: this._id, "aria-describedby": `${this._id}-hint`,
      onkeydown: (event) => this._pressed(event), oninput: () => this._changed() });
    this._hint = h("p", { class: "composer-hint", id: `${this._id}-hint` });
    this._trouble = h("p", { class: "composer-trouble", role: "alert" });
    this._suggestions = new Suggestions(this._page, this.area, { hasCommands: !this._inThread, hint: this._hint });
    this._button = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" },
      icon(PATHS.send));
    this.element = h("form", { class: "composer", onsubmit: (event) => this._submit(event) },
      this._suggestions.element,
      h("div", { class: "composer-box" }, this.area,
        h("div", { class: "composer-tools" }, ...this._tools(), this._button)),
      this._hint, this._trouble);
  }

  _tools() {
    const emoji = iconButton(PATHS.smile, "Emoji", () => this._pickEmoji(emoji), { "aria-haspopup": "dialog" });
    if (this._inThread) return [emoji];
    const slash = iconButton(PATHS.slash, "Slash commands", () => this._listCommands());
    const bolt = iconButton(PATHS.bolt, "Shortcuts", () => this._listShortcuts(bolt), { "aria-haspopup": "menu" });
    this._bolt = bolt;
    return [emoji, slash, bolt];
  }

  /** Fits the composer to the person and place; each has words of its own. */
  draw() {
    const { channelId, threadTs } = this._where();
    const key = [this._page.myId, channelId, threadTs ?? ""].join("|");
    const name = channelName(this._page, this._page.channel(channelId));
    const label = this._inThread ? `Reply in the thread in ${name}` : `Message ${name}`;
    setAttribute(this.area, "aria-label", label);
    setAttribute(this.area, "placeholder", this._inThread ? "Reply…" : `Message ${name}, or / for commands`);
    if (this._bolt) this._bolt.hidden = !this._page.world.global_shortcuts?.length;
    if (key === this._key) return;
    this._key = key;
    setText(this._trouble, "");
    this._show(this._page.drafts.get(key) ?? "");
  }

  /** Puts words into the box, ready to be sent. */
  fill(text) {
    this._page.drafts.set(this._key, text);
    this._show(text);
    this.area.focus();
  }

  _show(text) {
    this.area.value = text;
    this._suggestions.close();
    this._suggestions.showHint();
    this._grow();
  }

  _changed() {
    this._page.drafts.set(this._key, this.area.value);
    setText(this._trouble, "");
    this._grow();
  }

  _grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight}px`;
    this._button.classList.toggle("ready", this.area.value.trim() !== "");
  }

  _pressed(event) {
    if (event.isComposing || this._suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this._submit(event);
    else if (event.key === "ArrowUp" && this.area.value === "" && this._editLast()) event.preventDefault();
  }

  _submit(event) {
    event.preventDefault();
    const text = this.area.value;
    if (!text.trim()) return;
    const refusal = this._unsendable(text);
    if (refusal) setText(this._trouble, refusal);
    else this._send(text);
  }

  _unsendable(text) {
    const command = commandOf(text);
    if (!command) return null;
    if (this._inThread) return `${command.name} does not work in threads. Use it beside, or put a blank in front.`;
    if (this._page.world.commands?.some((entry) => entry.name === command.name)) return null;
    return `There is no command ${command.name} here. To send it as a message, put a blank in front.`;
  }

  /** Sends, and brings the words back if that fails, unless the person has begun to write anew. */
  async _send(text) {
    const key = this._key;
    this._keep(key, "");
    const trouble = await this._deliver(text, this._where());
    if (!trouble) return;
    if (!this._page.drafts.get(key)) this._keep(key, text);
    if (key === this._key) setText(this._trouble, trouble);
    else this._page.alert(trouble);
  }

  _keep(key, text) {
    this._page.drafts.set(key, text);
    if (key === this._key) this._show(text);
    if (key === this._key) setText(this._trouble, "");
  }

  /** Returns null, or what went wrong in words for the person. */
  async _deliver(text, { channelId, threadTs }) {
    const command = this._inThread ? null : commandOf(text);
    try {
      if (command) {
        const given = { channel_id: channelId, command: command.name, text: command.text };
        // Its answer comes as a message at the end, a moment later.
        this._sent();
        return failure(await this._page.act("command", given), command.name);
      }
      await this._page.act("say", { channel_id: channelId, text, ...(threadTs && { thread_ts: threadTs }) });
      this._sent();
      this._page.announce("Sent");
      return null;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return error.message;
    }
  }

  _pickEmoji(anchor) {
    openPicker(this._page, anchor, (name) => {
      this.area.setRangeText(`:${name}: `, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.focus();
      this._changed();
    });
  }

  _listCommands() {
    if (!this.area.value.startsWith("/")) this.area.value = `/${this.area.value}`;
    this.area.focus();
    this.area.setSelectionRange(1, 1);
    this.area.dispatchEvent(new Event("input"));
  }

  _listShortcuts(anchor) {
    const shortcuts = this._page.world.global_shortcuts ?? [];
    const run = ({ callback_id, name }) => this._page.ask(this._page.act("global_shortcut", { callback_id }), name);
    const items = shortcuts.map((entry) => ({ name: entry.name, path: PATHS.bolt, act: () => run(entry) }));
    showMenu(anchor, items, { label: "Shortcuts" });
  }
}

/** Returns the slash command that a text starts with, or null. A blank in front makes it a message. */
function commandOf(text) {
  const match = /^(\/[a-z][\w-]*)(?:\s+([\s\S]*))?$/i.exec(text.trimEnd());
  return match && { name: match[1].toLowerCase(), text: match[2] ?? "" };
}
