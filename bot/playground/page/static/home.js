// The app's Home of this person.

import { h } from "./dom.js";
import { ViewBody } from "./view.js";

export class Home {
  constructor(page) {
    this._page = page;
    this._body = new ViewBody(page, "home", {
      act: (given) => page.ask(page.act("click_in_home", given), "That"),
      suggest: (given) => page.act("suggest", { home: true, ...given }),
    });
    this._empty = h("p", { class: "nothing" });
    this.element = h("div", { class: "home scroller", hidden: true, tabindex: "0", role: "region" },
      h("div", { class: "home-page" }, this._empty, this._body.element));
    this._opened = null;
  }

  draw() {
    const { place, myId, store } = this._page;
    this._tell();
    if (!place.isHome) return;
    const view = store.get("home");
    this._empty.hidden = Boolean(view);
    this._empty.textContent = `${this._page.appName()} has drawn nothing here yet.`;
    this._body.element.hidden = !view;
    if (view) this._body.draw(view);
    else this._body.clear();
    this.element.setAttribute("aria-label", `Home of ${this._page.me()?.real_name ?? myId}`);
  }

  /** Tells the app which of its tabs this person has opened, once for each time they come. */
  _tell() {
    const { place, myId } = this._page;
    const isDirect = this._page.channel(place.channelId)?.kind === "im";
    const tab = place.isHome ? "home" : isDirect ? "messages" : null;
    const key = tab && `${myId}|${tab}|${this._page.live.opened}`;
    if (key === this._opened) return;
    this._opened = key;
    if (tab) this._page.say(this._page.act("open_home", { tab }));
  }
}
