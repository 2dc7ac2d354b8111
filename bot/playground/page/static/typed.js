// Slack's written form of a message turned back into what a person types, for editing it.

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Returns "@ana see #asks" for "<@U1> see <#C1|asks>". */
export function toTyped(page, text) {
  return text
    .replace(/<@([^|>]+)(?:\|[^>]*)?>/g, (_, id) => `@${page.person(id)?.name ?? id}`)
    .replace(/<#([^|>]+)(?:\|([^>]*))?>/g, (_, id, name) => `#${name || page.channel(id)?.name || id}`)
    .replace(/<!([a-z]+)(?:[\^|][^>]*)?>/g, (_, name) => `@${name}`)
    .replace(/<([^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}
