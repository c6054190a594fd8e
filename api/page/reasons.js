// Why: each known item that speaks for or against the most probable option, with its weight.

import { h } from "./dom.js";
import { inWords, shortName } from "./measured.js";
import { word } from "./words.js";

const FEW = 6;
// A change of the odds under one part in a hundred is nothing a doctor could weigh.
const LEAST = 0.01;
const STRONG = 1.5;
const MODERATE = 0.5;

export function reasons(one, vocabulary) {
  const measured = new Map(vocabulary.observations.map((entry) => [entry.code, entry]));
  const { label } = one.ranked[0];
  const heaviest = Math.max(...[...one.reasons_for, ...one.reasons_against].map((reason) => Math.abs(reason.log_odds)), STRONG);
  return h(
    "div",
    { class: "reasons" },
    side("for", word("forAnswer", { label }), one.reasons_for, heaviest, measured),
    side("against", word("againstAnswer", { label }), one.reasons_against, heaviest, measured),
  );
}

function side(name, title, found, heaviest, measured) {
  const list = found.filter(({ log_odds: weight }) => Math.abs(weight) >= LEAST).slice(0, FEW).map((reason) => row(reason, heaviest, measured.get(reason.code)));
  return h(
    "section",
    { class: `side ${name}` },
    h("h4", {}, title),
    list.length ? h("ul", {}, list) : h("p", { class: "hint" }, word("noReasons")),
  );
}

function row(reason, heaviest, observation) {
  const name = observation ? shortName(observation) : reason.label;
  const given = observation ? inWords(observation, reason.value) : word(reason.state).toLowerCase();
  const bar = h("span", { class: "weight", "aria-hidden": "true" });
  bar.style.setProperty("--share", Math.min(Math.abs(reason.log_odds) / heaviest, 1));
  return h(
    "li",
    {},
    h("span", { class: "because" }, name, " ", h("span", { class: "as-given" }, given)),
    h("span", { class: "how-much" }, bar, h("span", {}, howMuch(Math.abs(reason.log_odds)))),
  );
}

function howMuch(weight) {
  if (weight >= STRONG) return word("strong");
  return word(weight >= MODERATE ? "moderate" : "slight");
}
