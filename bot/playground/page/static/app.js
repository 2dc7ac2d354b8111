// Puts the page together and keeps it in step with the server.

import { Clock } from "./clock.js";
import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Listener } from "./listener.js";
import { Live } from "./live.js";
import { Modal } from "./modal.js";
import { Page } from "./page.js";
import { People } from "./people.js";
import { Place } from "./place.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Thread } from "./thread.js";
import { Topbar } from "./topbar.js";
import { Tour } from "./tour.js";

class App {
  constructor() {
    this.store = new Store();
    this.live = new Live(this.store, (status) => this._status(status));
    this.place = new Place(() => this._arrive());
    this.page = new Page(this.store, this.live, this.place);
    this.page.redraw = () => this.draw();
    this._build();
  }

  _build() {
    const { page } = this;
    const become = (userId) => this.become(userId);
    this.people = new People(page, become);
    this.clock = new Clock(page);
    this.sidebar = new Sidebar(page);
    this.conversation = new Conversation(page);
    this.thread = new Thread(page);
    this.modal = new Modal(page);
    this.tour = new Tour(page, {
      become,
      goTo: (channelId) => this._goToEnd(channelId),
      putInBox: (step) => this._putInBox(step),
      move: (given) => this.clock.move(given),
    });
    this.inspector = new Inspector(page, () => this.topbar.draw());
    this.topbar = new Topbar(page, this);
    this.listener = new Listener(page);
    this.parts = [this.topbar, this.people, this.clock, this.sidebar, this.conversation, this.thread, this.tour,
      this.inspector, this.modal];
  }

  async start() {
    await Promise.all([this.live.start(this.place.person), this._fetchEmoji()]);
    this.element = h("div", { class: "app" }, this.topbar.element, this.topbar.notices, h("div", { class: "work" },
      this.sidebar.element, h("main", { class: "conversations" }, this.conversation.element, this.thread.element),
      this.tour.element), this.inspector.element);
    this._settle();
    this.draw();
    document.getElementById("page").replaceChildren(this.element, this.modal.element);
    // Only now do things have a size: lists go to their end, boxes to their height, forms to the top.
    this.draw();
    this._bindSkips();
    this.page.isStarted = true;
    performance.mark("started");
    this.store.listen((changed) => this._changed(changed));
  }

  async _fetchEmoji() {
    try {
      this.page.emoji = await (await fetch("/page/emoji.json")).json();
    } catch {
      // Without pictures the short names are shown.
    }
  }

  _bindSkips() {
    const skip = (id, target) => document.getElementById(id).addEventListener("click", (event) => {
      event.preventDefault();
      target()?.focus();
    });
    skip("skip-to-main", () => document.querySelector(".conversation-head h2"));
    const boxes = ".thread:not([hidden]) textarea, .conversation-foot textarea";
    skip("skip-to-composer", () => document.querySelector(boxes));
  }

  _changed(changed) {
    if (changed.has("clock")) this.page.noteClock();
    this._settle();
    this.draw();
    this.listener.hear(changed);
  }

  draw() {
    if (!this.element) return;
    // The columns come first: what stands in them is measured while it is drawn.
    this.element.classList.toggle("has-thread", Boolean(this.place.threadTs));
    for (const part of this.parts) part.draw();
    this._name();
  }

  _name() {
    const channel = this.page.channel(this.place.channelId);
    const where = channel && channel.kind !== "im" ? `#${channel.name}` : this.page.appName();
    const unread = this.store.all("channel").reduce((sum, entry) => sum + (entry.unread ?? 0), 0);
    const title = `${unread ? `(${unread}) ` : ""}${where} – ${this.page.me()?.real_name ?? ""} – Nugget playground`;
    if (document.title !== title) document.title = title;
  }

  /** Stays where one is if this person may be there; else goes where they land. */
  _settle() {
    const { page, place } = this;
    // The person was asked for and is not here yet: until then the place is theirs already.
    if (page.myId !== this.live.person) return;
    const isBlind = place.isHome ? !page.direct() : !page.channel(place.channelId);
    if (place.person === page.myId && !isBlind) return;
    const wasWithApp = place.channelId?.startsWith("D") && page.direct();
    const to = isBlind ? (wasWithApp ? { channelId: page.direct().id } : this._landing()) : place;
    place.go(to, { person: page.myId, isQuiet: true });
  }

  _landing() {
    const channels = this.store.all("channel").filter((channel) => channel.kind !== "im" && channel.is_member);
    if (channels.length) return { channelId: channels[0].id };
    return this.page.direct() ? { isHome: true } : {};
  }

  _arrive() {
    if (this.place.person && this.place.person !== this.page.myId) this.live.become(this.place.person);
    this.draw();
    if (!this.page.isStarted || this.place.threadTs) return;
    this.topbar.closeSidebar();
    const { activeElement } = document;
    // Whoever followed a link in the list of channels goes on from the conversation that it led to.
    if (activeElement === document.body || activeElement?.closest(".sidebar, .tabs")) this._enter();
  }

  _enter() {
    const box = document.querySelector(".conversation-foot textarea");
    (box && !this.place.isHome ? box : document.querySelector(".conversation-head h2"))?.focus();
  }

  /** Becomes somebody else, in the same place if they can be there. */
  become(userId) {
    const name = this.page.person(userId)?.real_name;
    this.place.go(this.place, { person: userId });
    this.page.announce(`You are now ${name}`);
  }

  /** Goes where the tour's newest card stands, whatever else is unread there. */
  _goToEnd(channelId) {
    this.place.go({ channelId });
    this.conversation.timeline.followEnd();
  }

  _putInBox(step) {
    if (step.channel_id && this.place.channelId !== step.channel_id) this._goToEnd(step.channel_id);
    if (this.place.isHome) this.place.go(this._landing());
    this.conversation.composer.fill(step.try);
  }

  _status(status, error) {
    if (!this.element && status === "broken")
      document.querySelector(".starting").textContent = "The playground does not answer yet. Trying again…";
    if (error) {
      this.live.person = this.page.myId;
      this.place.go(this.place, { person: this.page.myId, isQuiet: true });
      this.page.alert(error);
    }
    this.topbar.draw();
  }
}

new App().start();
