// What all parts of the page share: who one is and where, what is known, and how to act and speak.

import { actAs, doThis, failure, RefusedError } from "./acts.js";
import { h, iconButton } from "./dom.js";
import { PATHS } from "./icons.js";

const ALERT_SECONDS = 12;

export class Page {
  constructor(store, live, place) {
    this.store = store;
    this.live = live;
    this.place = place;
    this.emoji = {};
    // The words of each composer, by person and conversation: they outlive a walk through other channels.
    this.drafts = new Map();
    this._receivedAt = performance.now();
  }

  get myId() {
    return this.store.get("me")?.id ?? this.place.person;
  }

  get world() {
    return this.store.get("world") ?? {};
  }

  me() {
    return this.person(this.myId);
  }

  tz() {
    return this.me()?.tz ?? "UTC";
  }

  person(id) {
    return this.store.get(`person:${id}`);
  }

  channel(id) {
    return this.store.get(`channel:${id}`);
  }

  message(channelId, ts) {
    return this.store.get(`message:${channelId}:${ts}`);
  }

  appName() {
    const name = this.person(this.world.bot_id)?.real_name ?? this.world.bot_name ?? "the app";
    return name[0].toUpperCase() + name.slice(1);
  }

  /** Returns one's conversation with the app; people of other companies have none. */
  direct() {
    return this.store.all("channel").find((channel) => channel.kind === "im");
  }

  offers(name) {
    return this.world.offers?.includes(name) ?? false;
  }

  noteClock() {
    this._receivedAt = performance.now();
  }

  /** Returns the business time: what the server said last, and the real time that went by since. */
  now() {
    const said = this.store.get("clock")?.now;
    return said ? new Date(Date.parse(said) + performance.now() - this._receivedAt) : new Date();
  }

  emojiOf(name) {
    return Object.hasOwn(this.emoji, name) ? this.emoji[name] : undefined;
  }

  /** Does something as this person. Throws RefusedError. */
  act(name, given = {}) {
    return actAs(this.myId, name, given);
  }

  do(name, given = {}) {
    return doThis(name, given);
  }

  /** Waits for an act. A refusal is said aloud, and so is `done` if all went well. Returns whether it did. */
  async say(promise, done) {
    try {
      await promise;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.alert(error.message);
      return false;
    }
    if (done) this.announce(done);
    return true;
  }

  /** Waits for a gesture that the app answers, and says what Slack says if the app did not. */
  async ask(promise, what) {
    try {
      const outcome = await promise;
      const words = failure(outcome, what);
      if (words) this.alert(words);
      return words ? null : outcome;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.alert(error.message);
      return null;
    }
  }

  /** Tells screen readers, politely. */
  announce(text) {
    const region = document.getElementById("polite");
    region.append(h("p", {}, text));
    while (region.childElementCount > 3) region.firstElementChild.remove();
  }

  /** Shows a trouble until it is closed or some time has passed, and tells screen readers at once. */
  alert(text) {
    const region = document.getElementById("alerts");
    const close = () => box.remove();
    const box = h("div", { class: "alert", role: "alert" }, h("p", {}, text),
      iconButton(PATHS.close, "Close this notice", close));
    for (const old of region.children) if (old.firstChild.textContent === text) old.remove();
    // A modal covers the page: the notice stands in it as long as one is open.
    (document.querySelector("dialog[open] .dialog-alerts") ?? region).append(box);
    setTimeout(close, ALERT_SECONDS * 1000);
  }
}
