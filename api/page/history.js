// What earlier visits say of a patient who was named: what of it counts today, and since when.

import { h } from "./dom.js";
import { date } from "./figures.js";
import { inWords, shortName } from "./measured.js";
import { word } from "./words.js";

/** Pairs of a name and a text, as `givenLines`; none where no patient was named. */
export function historyLines(history, vocabulary) {
  if (!history) return [];
  if (history.status !== "found") return [[word("history"), word(history.status === "away" ? "historyAway" : "historyNone")]];
  if (!history.evidence.length) return [[word("history"), word("historyNothing")]];
  return [[word("history"), history.evidence.map((one) => piece(one, vocabulary)).join(" · ")]];
}

/** The same as a part of the answer. */
export function earlier(history, vocabulary) {
  const lines = historyLines(history, vocabulary);
  // That they could not be looked up stands among the warnings.
  if (!lines.length || history.status === "away") return "";
  const counted = history.status === "found" && history.evidence.length > 0;
  return h(
    "section",
    { class: "given", "aria-label": word("history") },
    h("dl", {}, lines.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)))),
    counted ? h("p", { class: "hint" }, word("historyCounts")) : "",
  );
}

function piece({ code, label, state, value, known_at: moment }, vocabulary) {
  const when = date(moment);
  if (state) return `${label} (${word(state).toLowerCase()}, ${when})`;
  const observation = vocabulary.observations.find((entry) => entry.code === code);
  return `${shortName(observation)} ${inWords(observation, value)} (${when})`;
}
