// What this person has read: the "New" line in the open conversation, and telling the server.

import { isSystem, isTombstone } from "./message.js";

export class Reading {
  constructor(page) {
    Object.assign(this, { _page: page, _place: null, _told: null });
    this.mark = null;
    document.addEventListener("visibilitychange", () => page.redraw());
  }

  /** Looks at the open conversation (or null). The line stays where it was until the person comes anew. */
  look(channel, messages) {
    const place = channel && `${this._page.myId}|${channel.id}`;
    const isVisible = document.visibilityState === "visible";
    if (place !== this._place) this._come(place);
    if (!isVisible) this._isAway = true;
    if (!channel || !isVisible) return;
    if (channel.unread > 0) this._read(channel, messages);
    this._isAway = false;
  }

  _come(place) {
    this._place = place;
    this.mark = null;
    this._told = null;
    this._isAway = true;
  }

  _read(channel, messages) {
    const last = messages.at(-1)?.ts ?? "none";
    // Whoever watches as a message arrives needs no line before it.
    if (this._isAway) this.mark = this._firstUnread(channel);
    if (this._told === last) return;
    this._told = last;
    this._page.act("mark_read", { channel_id: channel.id }).catch(() => {
      this._told = null;
    });
  }

  /** Returns the ts that the line stands before: of the oldest message that counts as unread and stands here. */
  _firstUnread({ id, unread }) {
    const messages = this._page.store.messages(id);
    const counted = messages.filter((message) => this._counts(message, messages)).slice(-unread);
    return counted.find((message) => message.is_in_channel !== false)?.ts ?? null;
  }

  // The server counts replies only in threads that the person is in.
  _counts(message, messages) {
    if (message.is_ephemeral) return true;
    if (message.user === this._page.myId || isSystem(message) || isTombstone(message)) return false;
    if (message.is_in_channel !== false) return true;
    return messages.some((entry) => entry.user === this._page.myId
      && (entry.ts === message.thread_ts || entry.thread_ts === message.thread_ts));
  }
}
