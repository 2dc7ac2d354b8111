// A box that opens over everything else beside what it belongs to, and follows it.

const GAP = 4;
const MARGIN = 8;
const TALLEST = 320;

/** A box for an anchor; `onClose` is called when it closes for whatever reason. */
export class Floating {
  constructor(anchor, box, { onClose = () => {}, isAsWide = false } = {}) {
    Object.assign(this, { anchor, box, onClose, isAsWide, isOpen: false });
    box.setAttribute("popover", "manual");
    this.follow = () => (anchor.isConnected ? this.place() : this.close());
    this.leave = (event) => {
      if (!box.contains(event.target) && !anchor.contains(event.target)) this.close();
    };
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.box.showPopover();
    this.place();
    this.listen("addEventListener");
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.listen("removeEventListener");
    if (this.box.isConnected) this.box.hidePopover();
    this.onClose();
  }

  listen(how) {
    window[how]("scroll", this.follow, true);
    window[how]("resize", this.follow);
    document[how]("pointerdown", this.leave, true);
  }

  /** Put the box below its anchor, or above where there is more room, inside the window. */
  place() {
    const around = this.anchor.getBoundingClientRect();
    const { style } = this.box;
    style.minWidth = this.isAsWide ? `${around.width}px` : "";
    style.maxWidth = `${Math.max(around.width, Math.min(420, innerWidth - 2 * MARGIN))}px`;
    const below = innerHeight - around.bottom - GAP - MARGIN;
    const above = around.top - GAP - MARGIN;
    const isAbove = below < Math.min(this.box.scrollHeight, 200) && above > below;
    style.maxHeight = `${Math.max(96, Math.min(TALLEST, isAbove ? above : below))}px`;
    const { width, height } = this.box.getBoundingClientRect();
    style.left = `${Math.max(MARGIN, Math.min(around.left, innerWidth - width - MARGIN))}px`;
    style.top = `${isAbove ? around.top - GAP - height : around.bottom + GAP}px`;
  }
}
