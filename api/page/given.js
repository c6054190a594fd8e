// What an answer rests on, so that it stands alone on paper and in a record.

import { h } from "./dom.js";
import { ageInWords } from "./figures.js";
import { inWords, shortName } from "./measured.js";
import { called } from "./places.js";
import { language, word } from "./words.js";

/** Pairs of a name and a text: who, what was measured, what is present and what absent. */
export function givenLines(asked, vocabulary) {
  const lines = [];
  const who = [];
  if (asked.age_years !== null) who.push(ageInWords(asked.age_years));
  if (asked.sex) who.push(word(asked.sex).toLowerCase());
  if (who.length) lines.push([word("patient"), who.join(", ")]);
  const measured = Object.entries(asked.observations).map(([code, value]) => measurement(code, value, vocabulary));
  if (measured.length) lines.push([word("vitals"), measured.join(" · ")]);
  for (const state of ["present", "absent"]) {
    const signs = asked.evidence.filter((sign) => sign.state === state).map(({ code }) => signLabel(code, vocabulary));
    if (signs.length) lines.push([word(state), signs.join(" · ")]);
  }
  if (asked.place) lines.push([word("municipality"), [called(asked.place.municipality), asked.place.week].filter(Boolean).join(", ")]);
  return lines;
}

export function given(asked, vocabulary) {
  const rows = givenLines(asked, vocabulary).map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)));
  const name = h("div", { class: "on-paper" }, h("dt", {}, word("nameOnPaper")), h("dd"));
  return h("section", { class: "given", "aria-label": word("given") }, h("dl", {}, name, rows));
}

/** What raised a red flag, each measurement of it with its value. */
export function raisedBy(because, asked, vocabulary) {
  const known = new Map(vocabulary.observations.map((entry) => [entry.label[language()], entry]));
  return because.map((label) => {
    const entry = known.get(label);
    const value = entry?.code === "age_years" ? asked.age_years : asked.observations[entry?.code];
    return value === undefined || value === null ? label : `${shortName(entry)} ${inWords(entry, value)}`;
  }).join(" · ");
}

function measurement(code, value, vocabulary) {
  const entry = vocabulary.observations.find((observation) => observation.code === code);
  return `${shortName(entry)} ${inWords(entry, value)}`;
}

function signLabel(code, vocabulary) {
  return vocabulary.symptoms.find((symptom) => symptom.code === code).label[language()];
}
