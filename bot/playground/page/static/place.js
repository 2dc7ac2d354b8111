// Where the person is. It stands in the address, so that a reload keeps it and a second window can be somebody else.

/** A place is {channelId, threadTs} or {isHome: true}; with neither it is wherever the person lands. */
export class Place {
  constructor(tell) {
    this._tell = tell;
    this._read();
    for (const name of ["popstate", "hashchange"]) addEventListener(name, () => this._follow());
  }

  _read() {
    this.person = new URL(location.href).searchParams.get("as");
    const [first, threadTs] = decodeURIComponent(location.hash.slice(1)).split("/");
    this.isHome = first === "home";
    this.channelId = first && !this.isHome ? first : null;
    this.threadTs = threadTs || null;
  }

  _follow() {
    const before = this.address();
    this._read();
    if (this.address() !== before) this._tell();
  }

  address(person = this.person, place = this) {
    return addressOf(person, place);
  }

  /** Goes to a place. `isQuiet` leaves no step to go back to: for places that the page chose by itself. */
  go(place, { person = this.person, isQuiet = false } = {}) {
    const address = addressOf(person, place);
    if (address === this.address()) return;
    history[isQuiet ? "replaceState" : "pushState"](null, "", address);
    this._read();
    this._tell();
  }
}

export function addressOf(person, { isHome, channelId, threadTs }) {
  const where = isHome ? "home" : [channelId, threadTs].filter(Boolean).join("/");
  return `/${person ? `?as=${encodeURIComponent(person)}` : ""}${where ? `#${where}` : ""}`;
}
