// Red flags: above every answer, with what raised them, whose rule it is and when it misleads.

import { h } from "./dom.js";
import { word } from "./words.js";

/** `by(because)` says what raised one. */
export function flags(raised, by) {
  if (!raised.length) return "";
  return h(
    "section",
    { class: "flags", "aria-labelledby": "flags-title" },
    h("h3", { id: "flags-title" }, word("redFlags")),
    h("ul", {}, raised.map((one) => flag(one, by(one.because)))),
  );
}

function flag({ code, level, label, action, misleads, source }, because) {
  return h(
    "li",
    { class: `flag ${level}`, "data-flag": code },
    h("p", { class: "flag-head" }, h("span", { class: "badge" }, word(level)), " ", h("strong", {}, label)),
    h("p", {}, action),
    h("p", { class: "hint" }, `${word("because")}: ${because}`),
    h(
      "details",
      {},
      h("summary", {}, word("whoseRule")),
      h("p", { class: "hint" }, h("cite", {}, source.title), ". ", h("span", { class: "address" }, source.url)),
      h("p", { class: "hint" }, `${word("misleads")}: ${misleads}`),
    ),
  );
}
