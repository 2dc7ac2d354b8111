// The open thread, beside the conversation; in a narrow window it takes its place.

import { Composer } from "./composer.js";
import { h, hidden, iconButton, setText } from "./dom.js";
import { PATHS } from "./icons.js";
import { channelName } from "./names.js";
import { Timeline } from "./timeline.js";

export class Thread {
  constructor(page) {
    this._page = page;
    this._where = h("span", { class: "thread-where" });
    this._gone = h("p", { class: "nothing", hidden: true }, "This thread is not here any more.");
    this.timeline = new Timeline(page, { label: "Thread", inThread: true });
    this.composer = new Composer(page, {
      where: () => ({ channelId: page.place.channelId, threadTs: page.place.threadTs }),
      editLast: () => this.timeline.editLast(this._messages()),
      sent: () => this.timeline.followEnd(),
      inThread: true,
    });
    this._foot = h("div", { class: "conversation-foot" }, this.composer.element);
    this.element = h("section", { class: "thread", "aria-label": "Thread", hidden: true,
      onkeydown: (event) => this._pressed(event) },
    h("header", { class: "panel-head" }, h("h2", { tabindex: "-1" }, "Thread ", this._where),
      iconButton(PATHS.close, "Close the thread", () => this.close())),
    this._gone, this.timeline.element, this._foot);
    this._shown = null;
  }

  _messages() {
    const { channelId, threadTs } = this._page.place;
    return this._page.store.messages(channelId)
      .filter((message) => message.ts === threadTs || message.thread_ts === threadTs);
  }

  draw() {
    const { channelId, threadTs, isHome } = this._page.place;
    const channel = this._page.channel(channelId);
    const isOpen = Boolean(threadTs && channel && !isHome);
    this.element.hidden = !isOpen;
    const key = isOpen ? `${this._page.myId}|${channelId}/${threadTs}` : null;
    if (isOpen) this._fill(channel, key);
    if (key !== this._shown) this._changed(key);
  }

  _fill(channel, key) {
    const messages = this._messages();
    setText(this._where, channelName(this._page, channel));
    this._gone.hidden = messages.length > 0;
    this._foot.hidden = channel.is_archived || !(channel.is_member || channel.kind === "im");
    this.composer.draw();
    this.timeline.draw(key, messages);
  }

  _changed(key) {
    const wasOpen = this._shown !== null;
    this._shown = key;
    if (key && !wasOpen) this._returnTo = document.activeElement?.closest?.(".message")?.id;
    if (!key || !this._page.isStarted) return;
    (this._foot.hidden ? this.element.querySelector("h2") : this.composer.area).focus();
  }

  close() {
    const { channelId } = this._page.place;
    this._page.place.go({ channelId });
    const back = this._returnTo && document.getElementById(this._returnTo);
    (back || document.querySelector(".conversation-head h2"))?.focus();
  }

  _pressed(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.close();
  }
}
