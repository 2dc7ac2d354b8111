// What this person sees, replicated from the server key by key.

const byTs = (one, other) => (one.ts < other.ts ? -1 : 1);

export class Store {
  constructor() {
    this._values = new Map();
    this._kinds = new Map();
    this._channels = new Map();
    this._listeners = new Set();
    // Grows when a name changes: whatever shows names is drawn again, and nothing else is.
    this.names = 0;
  }

  get(key) {
    return this._values.get(key);
  }

  /** Returns all values of a kind such as "channel", by their order. */
  all(kind) {
    return [...(this._kinds.get(kind)?.values() ?? [])].sort((one, other) => (one.order ?? 0) - (other.order ?? 0));
  }

  /** Returns the messages of a conversation, oldest first. */
  messages(channelId) {
    const held = this._channels.get(channelId);
    if (!held) return [];
    held.sorted ??= [...held.byTs.values()].sort(byTs);
    return held.sorted;
  }

  listen(listener) {
    this._listeners.add(listener);
  }

  /** Takes a difference in and tells the listeners which keys have changed. */
  apply({ set = {}, gone = [] }) {
    const changed = new Set();
    for (const [key, value] of Object.entries(set)) if (this._put(key, value)) changed.add(key);
    for (const key of gone) if (this._drop(key)) changed.add(key);
    if (changed.size) for (const listener of this._listeners) listener(changed);
  }

  /** Takes everything in: what is not in `set` is gone. What is the same as before counts as unchanged. */
  replace(set) {
    this.apply({ set, gone: [...this._values.keys()].filter((key) => !(key in set)) });
  }

  _put(key, value) {
    const before = this._values.get(key);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(value)) return false;
    this._values.set(key, value);
    const [kind, id] = split(key);
    if (id) bucket(this._kinds, kind).set(id, value);
    if (kind === "message") this._index(value.channel_id, (held) => held.set(value.ts, value));
    if (changesNames(kind, before, value)) this.names += 1;
    return true;
  }

  _drop(key) {
    const before = this._values.get(key);
    if (!this._values.delete(key)) return false;
    const [kind, id] = split(key);
    if (id) this._kinds.get(kind)?.delete(id);
    if (kind === "message") this._index(before.channel_id, (held) => held.delete(before.ts));
    return true;
  }

  _index(channelId, change) {
    if (!this._channels.has(channelId)) this._channels.set(channelId, { byTs: new Map(), sorted: null });
    const held = this._channels.get(channelId);
    change(held.byTs);
    held.sorted = null;
  }
}

function changesNames(kind, before, value) {
  return kind === "me" || kind === "person" || (kind === "channel" && before?.name !== value.name);
}

function split(key) {
  const at = key.indexOf(":");
  return at < 0 ? [key, ""] : [key.slice(0, at), key.slice(at + 1)];
}

function bucket(map, name) {
  if (!map.has(name)) map.set(name, new Map());
  return map.get(name);
}
