// A box that offers what matches while somebody types: arrows and Enter pick, Escape lets go.

import { h, speak } from "./dom.js";
import { word } from "./words.js";

/**
 * `find(text)` gives what matches, or null where there is nothing to look for; `show(match)` its
 * parts; `take(match, input)` gets the one that is picked. `none(text)` says that nothing matches.
 * `typed(text)` is told every change. What was typed goes with a pick and with Escape, unless it
 * `keeps`. `option` begins the id of each match.
 */
export function combo({ id, list, option, described, find, show, take, none, typed = () => {}, keeps = false }) {
  let found = [];
  let active = -1;
  // A list long enough to scroll would take the focus on the way to the next field.
  const offered = h("ul", { id: list, class: "matches", role: "listbox", tabindex: "-1", "aria-label": word("suggestions"), hidden: true });
  const input = h("input", {
    id, type: "text", role: "combobox", spellcheck: "false", autocomplete: "off",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list,
    "aria-describedby": described, enterkeyhint: "done", maxlength: "200",
    oninput: () => search(input.value), onkeydown: onKey, onblur: () => close(),
  });

  function search(text) {
    typed(text);
    const matches = find(text);
    const said = matches && !matches.length ? none(text) : "";
    found = matches ?? [];
    active = found.length ? 0 : -1;
    offered.replaceChildren(...found.map(offer), ...(said ? [nothing(said)] : []));
    offered.hidden = !found.length && !said;
    input.setAttribute("aria-expanded", String(found.length > 0));
    point();
    if (!offered.hidden) speak(said || word(found.length === 1 ? "match" : "matches", { count: found.length }));
  }

  function nothing(said) {
    return h("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, said);
  }

  function offer(match, position) {
    return h(
      "li",
      {
        id: `${option}-${position}`, role: "option", "aria-selected": "false",
        onpointerdown: (event) => event.preventDefault(), onclick: () => pick(position),
      },
      show(match),
    );
  }

  function point() {
    found.forEach((_, position) => offered.children[position].setAttribute("aria-selected", String(position === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `${option}-${active}`);
    return offered.children[active].scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && found.length) {
      active = (active + moves[event.key] + found.length) % found.length;
      point();
    } else if (event.key === "Enter") {
      if (active >= 0) pick(active);
      else if (keeps || !input.value) return;
    } else if (event.key === "Escape" && (keeps ? !offered.hidden : input.value)) {
      if (!keeps) input.value = "";
      close();
    } else return;
    event.preventDefault();
  }

  function pick(position) {
    const match = found[position];
    if (!keeps) input.value = "";
    close();
    take(match, input);
  }

  function close() {
    found = [];
    active = -1;
    offered.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  return h("div", { class: "combo" }, input, offered);
}
