// What can be completed while typing: commands, people, channels and emoji.

const MOST = 8;
const TOKEN = /(^|[\s(])([@#:])([\w.+-]*)$/;
const SHORTEST_EMOJI = 2;

/**
 * Returns {start, label, options: [{name, note, mark, insert}]} for the words before the caret, or null.
 * `start` is where the word begins that a choice replaces.
 */
export function completionsFor(page, before, { hasCommands }) {
  const slash = hasCommands && /^\/(\S*)$/.exec(before);
  if (slash) return found(0, "Commands", commands(page, slash[1]));
  const match = TOKEN.exec(before);
  if (!match) return null;
  const [, , sign, words] = match;
  const start = before.length - words.length - 1;
  if (sign === "@") return found(start, "People", people(page, words.toLowerCase()));
  if (sign === "#") return found(start, "Channels", channels(page, words.toLowerCase()));
  return words.length < SHORTEST_EMOJI ? null : found(start, "Emoji", emoji(page, words.toLowerCase()));
}

const found = (start, label, options) => (options.length ? { start, label, options } : null);

function commands(page, words) {
  return (page.world.commands ?? [])
    .filter((command) => command.name.slice(1).startsWith(words.toLowerCase()))
    .map((command) => ({
      name: command.name,
      hint: command.usage_hint,
      note: command.description,
      insert: `${command.name} `,
    }));
}

function people(page, words) {
  const members = new Set(page.channel(page.place.channelId)?.members);
  // Whoever is here comes first, and apps come last.
  const rank = (person) => (person.is_bot ? 2 : members.has(person.id) ? 0 : 1);
  return page.store.all("person")
    .filter((person) => !person.is_deleted && matches(words, person.name, person.real_name))
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, MOST)
    .map(({ id, name, real_name }) => ({ name: real_name, note: `@${name}`, insert: `@${name} `, user: id }));
}

function channels(page, words) {
  return page.store.all("channel")
    .filter((channel) => channel.kind !== "im" && !channel.is_archived && matches(words, channel.name))
    .slice(0, MOST)
    .map((channel) => ({ name: `#${channel.name}`, note: channel.topic, insert: `#${channel.name} ` }));
}

function matches(words, ...names) {
  return names.some((name) => name?.toLowerCase().split(/[\s._-]+/).some((part) => part.startsWith(words))
    || name?.toLowerCase().startsWith(words));
}

function emoji(page, words) {
  return searchEmoji(page, words, MOST)
    .map((name) => ({ name: `:${name}:`, mark: page.emojiOf(name), insert: `:${name}: ` }));
}

/** Returns up to `most` names of emoji: first those that start with the words, then those that hold them. */
export function searchEmoji(page, words, most) {
  const wanted = words.trim().toLowerCase().replace(/[\s-]+/g, "_").replace(/^:|:$/g, "");
  const starting = [];
  const holding = [];
  for (const name of Object.keys(page.emoji)) {
    // Skin tones make six of each hand; they are offered to those who ask for them.
    if (name.includes("skin_tone") && !wanted.includes("skin")) continue;
    if (name.startsWith(wanted)) starting.push(name);
    else if (name.includes(wanted)) holding.push(name);
  }
  return [...starting.sort((one, other) => one.length - other.length), ...holding].slice(0, most);
}
