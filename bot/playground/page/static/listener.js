// Says aloud what arrives in the open conversation and thread, and what befalls the playground.

import { nameOf } from "./names.js";

const LONGEST = 240;
// Whatever comes by the dozen is counted and not read out.
const MOST_READ_OUT = 3;

export class Listener {
  constructor(page) {
    this._page = page;
    this._last = null;
    this._busy = undefined;
  }

  hear(changed) {
    const fresh = [...changed].filter((key) => key.startsWith("message:")).map((key) => this._page.store.get(key))
      .filter((message) => message && this._isNews(message));
    for (const message of fresh) if (message.ts > (this._last ?? "")) this._last = message.ts;
    if (fresh.length > MOST_READ_OUT) this._page.announce(`${fresh.length} new messages`);
    else for (const message of fresh) this._page.announce(this._words(message));
    if (changed.has("busy")) this._hearBusy(this._page.store.get("busy"));
  }

  _isNews(message) {
    const { place, myId } = this._page;
    this._start(place);
    const isThere = message.channel_id === place.channelId
      && (message.is_in_channel !== false || (place.threadTs && message.thread_ts === place.threadTs));
    return isThere && message.user !== myId && message.ts > this._last;
  }

  /** Takes what is there on arrival as heard: it is read in the list. */
  _start(place) {
    const key = `${this._page.myId}|${place.address()}`;
    if (key === this._key) return;
    this._key = key;
    this._last = String(this._page.now() / 1000 - 2);
  }

  _words(message) {
    const kind = message.is_ephemeral ? " (only to you)" : "";
    const text = plainWords(this._page, message);
    return `${nameOf(this._page, message.user)}${kind}: ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
  }

  _hearBusy(busy) {
    if (busy?.what !== this._busy) this._page.announce(busy ? `${busy.what}…` : "Done");
    this._busy = busy?.what;
  }
}

function plainWords(page, message) {
  const drawn = document.querySelector(`[data-ts="${message.ts}"][data-channel="${message.channel_id}"] .message-body`);
  return (drawn?.innerText ?? message.text).replace(/\s+/g, " ").trim();
}
