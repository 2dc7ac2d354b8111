// Where the entries of select menus come from.

import { nameOfPerson } from "./mentions.js";
import { plainOf } from "./texts.js";

const MOST_SHOWN = 100;
const KINDS = { channel: "public", group: "private", im: "im", mpim: "mpim" };

/** An entry of a menu: `given` is what the gestures take for it, `key` tells it from the others. */
const choice = (given, label, description = "") => ({ given, key: keyOf(given), label, description });

const keyOf = (given) => (typeof given === "object" ? given.value : given);

/**
 * The source of a menu's entries: `load(query)` gives [{label, choices}] for what is typed, `known(state)` the entry of
 * one that is chosen in Slack's state, and `still(entry)` the same entry if it is offered today; both may be null.
 */
export function sourceOf(element, place, ctx) {
  return SOURCES[element.type.replace(/^multi_/, "")](element, place, ctx);
}

const SOURCES = {
  static_select: staticSource,
  external_select: externalSource,
  users_select: (element, place, ctx) => listSource(() => people(ctx)),
  channels_select: (element, place, ctx) => listSource(() => conversations(ctx, { include: ["public"] })),
  conversations_select: (element, place, ctx) => listSource(() => conversations(ctx, element.filter ?? {})),
};

function staticSource(element, place, ctx) {
  const drawn = (option) => choice(option.value, plainOf(option.text, ctx), plainOf(option.description, ctx));
  const groups = () =>
    (element.option_groups ?? [{ options: element.options }]).map((group) => ({
      label: plainOf(group.label, ctx),
      choices: group.options.map(drawn),
    }));
  const find = (key) => groups().flatMap((group) => group.choices).find((entry) => entry.key === key) ?? null;
  return {
    least: 0,
    load: async (query) => matching(groups(), query),
    known: (option) => find(option.value),
    still: (entry) => find(entry.key),
  };
}

function externalSource(element, place, ctx) {
  const drawn = (option) =>
    choice({ text: option.text, value: option.value }, plainOf(option.text, ctx), plainOf(option.description, ctx));
  return {
    least: element.min_query_length ?? 3,
    isRemote: true,
    async load(query) {
      const asked = { block_id: place.block_id, action_id: element.action_id, value: query };
      const answer = (await ctx.suggest(asked)) ?? {};
      const groups = answer.option_groups ?? [{ options: answer.options ?? [] }];
      return groups.map((group) => ({ label: plainOf(group.label, ctx), choices: group.options.map(drawn) }));
    },
    known: drawn,
    still: (entry) => entry,
  };
}

function listSource(list) {
  return {
    least: 0,
    load: async (query) => matching([{ label: "", choices: list() }], query),
    known: (id) => list().find((entry) => entry.key === id) ?? choice(id, id),
    still: (entry) => entry,
  };
}

function people(ctx) {
  return ctx
    .people()
    .filter((person) => !person.is_deleted)
    .map((person) => choice(person.id, nameOfPerson(person), handleOf(person)));
}

const handleOf = ({ name, real_name: realName }) => (name === realName ? "" : `@${name}`);

function conversations(ctx, { include, exclude_external_shared_channels: isOwnOnly }) {
  return ctx
    .channels()
    .filter((channel) => !channel.is_archived && (!include || include.includes(KINDS[channel.kind])))
    .filter((channel) => !(isOwnOnly && channel.is_ext_shared))
    .map((channel) => choice(channel.id, channel.kind === "im" ? channel.name : `#${channel.name}`));
}

function matching(groups, query) {
  const wanted = plainly(query);
  let room = MOST_SHOWN;
  return groups
    .map((group) => {
      const choices = group.choices.filter((entry) => plainly(`${entry.label} ${entry.description}`).includes(wanted));
      const shown = choices.slice(0, room);
      room -= shown.length;
      return { ...group, choices: shown };
    })
    .filter((group) => group.choices.length);
}

/** Text as it is compared: without case and accents. */
const plainly = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
