// Where one can go: channels and the app.

import { h, hidden, icon, keyed } from "./dom.js";
import { PATHS } from "./icons.js";
import { avatar, channelMark, unreadBadge } from "./names.js";

export class Sidebar {
  constructor(page) {
    this._page = page;
    this._own = h("ul", { class: "places" });
    this._app = h("ul", { class: "places" });
    this._others = h("ul", { class: "places" });
    this._appPart = part("Apps", this._app);
    this._otherPart = part("More channels", this._others);
    this.element = h("nav", { class: "sidebar", "aria-label": "Channels and apps", id: "sidebar" },
      part("Channels", this._own), this._appPart, this._otherPart);
  }

  draw() {
    const channels = this._page.store.all("channel");
    const direct = this._page.direct();
    const named = channels.filter((channel) => channel.kind !== "im");
    keyed(this._own, named.filter((channel) => channel.is_member).map((channel) => this._channelRow(channel)));
    keyed(this._others, named.filter((channel) => !channel.is_member).map((channel) => this._channelRow(channel)));
    keyed(this._app, direct ? [this._appRow(direct)] : []);
    this._appPart.hidden = !direct;
    this._otherPart.hidden = this._others.childElementCount === 0;
  }

  _channelRow(channel) {
    const { place, myId } = this._page;
    const isCurrent = !place.isHome && place.channelId === channel.id;
    const content = () => [
      channelMark(channel),
      h("span", { class: "place-name" }, channel.name),
      channel.is_ext_shared && h("span", { class: "mark", title: "Shared with another company" },
        icon(PATHS.shared), hidden("shared with another company")),
      channel.is_archived && h("small", {}, "archived"),
    ];
    return {
      key: channel.id,
      version: [channel.name, channel.unread, channel.is_archived, isCurrent, myId],
      draw: () => this._link({ channelId: channel.id }, content(), channel.unread, isCurrent),
    };
  }

  _appRow(direct) {
    const page = this._page;
    const isCurrent = page.place.isHome || page.place.channelId === direct.id;
    const content = () => [avatar(page, page.world.bot_id, "tiny"), h("span", { class: "place-name" }, page.appName())];
    // What is new for a person is in the messages: the Home is one step away from there.
    const hasHome = Boolean(page.store.get("home"));
    const place = direct.unread > 0 || !hasHome ? { channelId: direct.id } : { isHome: true };
    return {
      key: "app",
      version: [page.store.names, direct.unread, isCurrent, page.myId, hasHome],
      draw: () => this._link(place, content(), direct.unread, isCurrent),
    };
  }

  _link(place, content, unread, isCurrent) {
    const link = h("a", { class: unread > 0 ? "place unread" : "place", "aria-current": isCurrent ? "page" : null,
      href: this._page.place.address(this._page.myId, place), "data-action-id": "place" }, ...content,
    unreadBadge(unread));
    return h("li", {}, link);
  }
}

let count = 0;

function part(name, list) {
  const id = `places-${(count += 1)}`;
  list.setAttribute("aria-labelledby", id);
  return h("section", {}, h("h2", { id }, name), list);
}
