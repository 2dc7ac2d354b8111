// The line to the server: differences come in, and it is built up again by itself when it breaks.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 4000;

export class Live {
  /** `store` takes the frames; `tell(status, error)` hears of "connecting", "open" and "broken", and of refusals. */
  constructor(store, tell) {
    this._store = store;
    this._tell = tell;
    this._failures = 0;
    this.status = "connecting";
    // How often the line was built up: what the server heard before may be forgotten.
    this.opened = 0;
    this.person = null;
    this.isInspecting = false;
    document.addEventListener("visibilitychange", () => this._hurry());
  }

  /** Connects as a person and resolves when everything that they see is there. */
  start(person) {
    this.person = person;
    return new Promise((resolve) => {
      this._ready = resolve;
      this._connect();
    });
  }

  /** Becomes somebody else on the same line. */
  become(person) {
    this.person = person;
    this._send({ as: person });
  }

  inspect(isOn) {
    this.isInspecting = isOn;
    this._send({ inspect: isOn });
  }

  _connect() {
    const address = new URL("/page/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (this.person) address.searchParams.set("as", this.person);
    address.searchParams.set("inspect", this.isInspecting ? "1" : "0");
    const socket = new WebSocket(address);
    this._socket = socket;
    let isFirst = true;
    socket.addEventListener("message", (event) => {
      this._take(JSON.parse(event.data), isFirst);
      isFirst = false;
    });
    socket.addEventListener("close", () => this._lost(socket));
  }

  _take(frame, isFirst) {
    if (frame.error) {
      this._tell(this.status, frame.error);
      return;
    }
    if (!isFirst) {
      this._store.apply(frame);
      return;
    }
    this._failures = 0;
    this.opened += 1;
    this._set("open");
    // Whom the server does not know it takes for somebody else.
    this.person = frame.set?.me?.id ?? this.person;
    this._store.replace(frame.set ?? {});
    this._ready?.();
    this._ready = null;
  }

  _lost(socket) {
    if (socket !== this._socket) return;
    this._failures += 1;
    // A first failure is often a restart that is over in a moment; nobody needs to hear of it sooner.
    this._set("broken");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(this._failures - 1, 6));
    this._timer = setTimeout(() => this._connect(), wait * (0.75 + Math.random() / 2));
  }

  _hurry() {
    if (document.visibilityState !== "visible" || this.status !== "broken") return;
    clearTimeout(this._timer);
    this._failures = 0;
    this._connect();
  }

  _send(frame) {
    if (this._socket?.readyState === WebSocket.OPEN) this._socket.send(JSON.stringify(frame));
  }

  _set(status) {
    if (this.status === status) return;
    this.status = status;
    this._tell(status);
  }
}
