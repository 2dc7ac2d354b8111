// The modal on top: the app's form in front of this person.

import { failure, RefusedError } from "./acts.js";
import { focusFirst } from "./blocks.js";
import { contextFor } from "./context.js";
import { h, iconButton, replaceChildren, setAttribute, setText } from "./dom.js";
import { PATHS } from "./icons.js";
import { drawPlain } from "./mrkdwn.js";
import { ViewBody } from "./view.js";

const CLOSE = { text: "Close" };

export class Modal {
  constructor(page) {
    this._page = page;
    this._view = null;
    this._errors = {};
    this._body = new ViewBody(page, "modal", {
      act: (given) => page.ask(page.act("click_in_view", { view_id: this._view.id, ...given }), "That"),
      suggest: (given) => page.act("suggest", { view_id: this._view.id, ...given }),
    });
    this._title = h("h2", { id: "modal-title", tabindex: "-1" });
    this._head = h("header", { class: "dialog-head" });
    this._foot = h("footer", { class: "dialog-foot" });
    this._trouble = h("p", { class: "dialog-trouble", role: "alert" });
    this._form = h("form", { novalidate: true, class: "dialog-form", onsubmit: (event) => this._submit(event) },
      h("div", { class: "dialog-body" }, this._body.element), this._trouble, this._foot);
    this.element = h("dialog", { class: "dialog", "aria-labelledby": "modal-title",
      oncancel: (event) => this._cancel(event) },
    this._head, h("div", { class: "dialog-alerts" }), this._form);
  }

  draw() {
    const view = this._page.store.get("view");
    if (!view) {
      if (this._view) this._hide();
      return;
    }
    const isOther = view.id !== this._view?.id;
    const isNew = isOther || view.hash !== this._view.hash;
    // What was wrong with the form before says nothing of the one that came in its place.
    if (isNew) this._errors = {};
    this._view = view;
    if (isNew) this._frame(view);
    this._body.draw(view, this._errors);
    if (!this.element.open) this._show();
    else if (isOther) this._enter();
  }

  _frame(view) {
    setText(this._trouble, "");
    const context = contextFor(this._page, "modal");
    const words = (object) => drawPlain(object.text, context, { emoji: true });
    const isPushed = Boolean(view.previous_view_id);
    const name = isPushed ? "Back" : "Close";
    this._title.replaceChildren(words(view.title));
    replaceChildren(this._head, isPushed && this._closeButton("back", name), this._title,
      !isPushed && this._closeButton("close", name));
    replaceChildren(this._foot,
      h("button", { type: "button", class: "button", onclick: () => this.close() }, words(view.close ?? CLOSE)),
      view.submit && h("button", { type: "submit", class: "button primary" }, words(view.submit)));
  }

  _closeButton(path, name) {
    return iconButton(PATHS[path], name, () => this.close());
  }

  _show() {
    this._before = document.activeElement;
    this.element.showModal();
    this._enter();
  }

  _enter() {
    this._form.querySelector(".dialog-body").scrollTop = 0;
    if (!focusFirst(this._body.element)) (this._body.element.querySelector(FIELDS) ?? this._title).focus();
  }

  _hide() {
    this._view = null;
    this._errors = {};
    this.element.close();
    this._body.clear();
    const before = this._before?.isConnected && this._before !== document.body ? this._before : null;
    (before ?? document.querySelector(".conversation-foot textarea"))?.focus();
  }

  _cancel(event) {
    if (event.target !== this.element) return;
    event.preventDefault();
    this.close();
  }

  close() {
    if (this._view) this._page.say(this._page.act("close_view", { view_id: this._view.id }));
  }

  async _submit(event) {
    event.preventDefault();
    if (!this._view?.submit || this.element.hasAttribute("aria-busy")) return;
    this._busy(true);
    setText(this._trouble, "");
    try {
      const values = this._body.values();
      this._follow(await this._page.act("submit", { view_id: this._view.id, values }));
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      setText(this._trouble, error.message);
    } finally {
      this._busy(false);
    }
  }

  _follow(outcome) {
    const errors = outcome.errors ?? {};
    if (outcome.error) setText(this._trouble, failure(outcome, "Sending the form") ?? outcome.error);
    if (!Object.keys(errors).length || !this._view) {
      if (!outcome.error) this._page.announce("Sent");
      return;
    }
    this._errors = errors;
    this._body.draw(this._view, errors);
    const count = Object.keys(errors).length;
    setText(this._trouble, count === 1 ? "One field needs another look." : `${count} fields need another look.`);
    focusFirst(this._body.element);
  }

  _busy(isBusy) {
    setAttribute(this.element, "aria-busy", isBusy ? "true" : null);
    this._foot.querySelector("[type=submit]")?.classList.toggle("waiting", isBusy);
  }
}

const FIELDS = "input:not([type=hidden]), textarea, select, [role=combobox], [contenteditable=true], button, a[href]";
