// Dialogs that the page itself asks with.

import { h } from "./dom.js";

let count = 0;

/** Shows a dialog and resolves with the value of the button that closed it; Escape is the first one's. */
export function askIn(title, content, choices) {
  return new Promise((resolve) => {
    const id = `asking-${(count += 1)}`;
    const before = document.activeElement;
    const dialog = h("dialog", { class: "dialog small", "aria-labelledby": id });
    const finish = (value) => {
      dialog.close();
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(value);
    };
    const buttons = choices.map((choice) => h("button",
      { type: "button", class: `button ${choice.style ?? ""}`, onclick: () => finish(choice.value) }, choice.name));
    dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id }, title)),
      h("div", { class: "dialog-body" }, content),
      h("footer", { class: "dialog-foot" }, ...buttons),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(choices[0].value);
    });
    document.body.append(dialog);
    dialog.showModal();
    buttons.at(-1).focus();
  });
}

/** Asks before something that cannot be taken back. */
export function askFirst(title, text, name, style = "danger") {
  const choices = [{ name: "Cancel", value: false }, { name, value: true, style }];
  return askIn(title, h("p", {}, text), choices);
}
