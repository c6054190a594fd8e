// What to ask next: the findings whose answers are expected to tell most, ready to be answered.

import { byId, h } from "./dom.js";
import { shortName } from "./measured.js";
import { word } from "./words.js";

/** `tell(code, state)` notes a sign and assesses again. */
export function questions(one, vocabulary, tell) {
  const measured = new Map(vocabulary.observations.map((entry) => [entry.code, entry]));
  const list = one.ask_next.map((question) => row(question, measured.get(question.code), one.problem, tell));
  return h(
    "div",
    { class: "ask-next", role: "group", "aria-label": word("askNext") },
    h("h4", {}, word("askNext")),
    list.length ? h("ul", { class: "plain" }, list) : h("p", { class: "hint" }, word("askNothing")),
  );
}

function row(question, observation, problem, tell) {
  const name = observation ? shortName(observation) : question.label;
  const id = `ask-${problem}-${question.code}`;
  return h(
    "li",
    {},
    h("span", { id }, name),
    h("span", { class: "replies" }, observation ? measure(question, id) : replies(question, id, tell)),
  );
}

function replies({ code }, id, tell) {
  return [["present", "yes"], ["absent", "no"]].map(([state, text]) =>
    h("button", { type: "button", class: "chip", "aria-describedby": id, onclick: () => tell(code, state) }, word(text)));
}

/** A measurement is written where all measurements are. */
function measure({ code }, id) {
  const go = () => {
    const field = byId(`obs-${code}`);
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  };
  return h("button", { type: "button", class: "chip", "aria-describedby": id, onclick: go }, word("fillIn"));
}
