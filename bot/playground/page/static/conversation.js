// The middle of the page: a channel, or the app's Home and messages.

import { Composer } from "./composer.js";
import { h, hidden, icon, keyed, setAttribute } from "./dom.js";
import { Home } from "./home.js";
import { PATHS } from "./icons.js";
import { avatar, badge, channelMark, channelName, personLabel, plural, unreadBadge } from "./names.js";
import { showPopover } from "./popover.js";
import { Reading } from "./reading.js";
import { Timeline } from "./timeline.js";

export class Conversation {
  constructor(page) {
    this._page = page;
    this._head = h("header", { class: "conversation-head" });
    this.timeline = new Timeline(page, { label: "Messages" });
    this._reading = new Reading(page);
    this.composer = new Composer(page, {
      where: () => ({ channelId: page.place.channelId }),
      editLast: () => this.timeline.editLast(this._messages()),
      sent: () => this.timeline.followEnd(),
    });
    this._home = new Home(page);
    this._foot = h("div", { class: "conversation-foot" });
    this.element = h("section", { class: "conversation", "aria-label": "Conversation" },
      this._head, this.timeline.element, this._home.element, this._foot);
  }

  _messages() {
    return this._page.store.messages(this._page.place.channelId).filter((message) => message.is_in_channel !== false);
  }

  draw() {
    const { place } = this._page;
    const channel = this._page.channel(place.channelId);
    this.timeline.element.hidden = place.isHome || !channel;
    this._home.element.hidden = !place.isHome;
    this._drawHead(channel);
    this._home.draw();
    if (place.isHome || !channel) this._reading.look(null, []);
    else this._drawMessages(channel);
    this._drawFoot(place.isHome ? null : channel);
  }

  _drawMessages(channel) {
    const messages = this._messages();
    this._reading.look(channel, messages);
    const label = `Messages in ${channelName(this._page, channel)}`;
    const empty = channel.kind === "im"
      ? `Nothing from ${this._page.appName()} yet. What it has for you alone comes here.`
      : "Nobody has written here yet.";
    this.timeline.draw(`${this._page.myId}|${channel.id}`, messages, this._reading.mark, label, empty);
  }

  _drawHead(channel) {
    const { place, store } = this._page;
    if (place.isHome || channel?.kind === "im") {
      const version = ["app", place.isHome, store.names, channel?.unread ?? this._page.direct()?.unread];
      keyed(this._head, [{ key: "app", version, draw: () => this._appHead() }]);
      return;
    }
    const version = channel
      ? [channel.id, channel.topic, channel.members?.length, channel.is_member, channel.is_archived, store.names]
      : ["none"];
    keyed(this._head, [{ key: channel?.id ?? "none", version, draw: () => this._channelHead(channel) }]);
  }

  _appHead() {
    const page = this._page;
    const direct = page.direct();
    const { isHome } = page.place;
    const tab = (name, place, isCurrent, unread) => h("a", {
      href: page.place.address(page.myId, place), class: "tab", "aria-current": isCurrent ? "page" : null,
    }, name, unreadBadge(unread));
    return h("div", { class: "head-row" },
      h("h2", { tabindex: "-1" }, avatar(page, page.world.bot_id, "small"), page.appName()),
      h("nav", { class: "tabs", "aria-label": `${page.appName()} tabs` },
        tab("Home", { isHome: true }, isHome, 0),
        direct && tab("Messages", { channelId: direct.id }, !isHome, isHome ? direct.unread : 0)));
  }

  _channelHead(channel) {
    if (!channel) return h("div", { class: "head-row" }, h("h2", { tabindex: "-1" }, "Nothing to see here"));
    const members = h("button", { type: "button", class: "quiet", "aria-haspopup": "dialog",
      onclick: () => this._showMembers(members, channel) },
    icon(PATHS.people), String(channel.members?.length ?? 0), hidden(" members"));
    return h("div", { class: "head-row" },
      h("h2", { tabindex: "-1" }, channelMark(channel), channel.name),
      channel.is_ext_shared && h("span", { class: "badge" }, icon(PATHS.shared), "Shared with another company"),
      channel.is_archived && h("span", { class: "badge" }, "Archived"),
      h("p", { class: "topic" }, channel.topic || ""),
      members,
      channel.is_member && !channel.is_archived && h("button", { type: "button", class: "quiet",
        onclick: () => this._leave(channel) }, "Leave", hidden(` #${channel.name}`)));
  }

  _leave(channel) {
    this._page.say(this._page.act("leave", { channel_id: channel.id }), `You have left #${channel.name}`);
  }

  _showMembers(anchor, channel) {
    const people = (channel.members ?? []).map((id) => this._page.person(id)).filter(Boolean);
    const rows = people.map((person) => h("li", {}, avatar(this._page, person.id, "small"),
      h("span", {}, personLabel(person)), badge(person)));
    const label = plural(people.length, "member");
    const list = h("ul", { class: "people-list", tabindex: "0", "aria-label": label }, ...rows);
    if (showPopover(anchor, list, { label: `Members of #${channel.name}` })) list.focus();
  }

  _drawFoot(channel) {
    const canWrite = channel && !channel.is_archived && (channel.is_member || channel.kind === "im");
    const rows = [];
    if (canWrite) rows.push({ key: "composer", version: 1, draw: () => this.composer.element });
    else if (channel) rows.push(this._onlooker(channel));
    keyed(this._foot, rows);
    setAttribute(this._foot, "hidden", rows.length === 0);
    if (canWrite) this.composer.draw();
  }

  _onlooker(channel) {
    if (channel.is_archived) {
      const draw = () => h("p", { class: "onlooker" }, "This channel is archived. What was written stays readable.");
      return { key: "archived", version: 1, draw };
    }
    const words = `You are now in #${channel.name}`;
    const join = () => this._page.say(this._page.act("join", { channel_id: channel.id }), words);
    const draw = () => h("div", { class: "onlooker" },
      h("p", {}, `You are looking into #${channel.name}.`),
      h("button", { type: "button", class: "button primary", onclick: join }, `Join #${channel.name}`));
    return { key: "join", version: channel.id, draw };
  }
}
