// A measurement as a doctor reads it: a short name, a value in words or with its unit.

import { ageInWords, number } from "./figures.js";
import { language, word } from "./words.js";

export const AVPU = ["alert", "voice", "pain", "unresponsive"];

/** The name of a measurement without the explanation in brackets. */
export function shortName(observation) {
  if (observation.code === "consciousness_avpu") return word("consciousness");
  if (observation.code === "is_female") return word("sex");
  return observation.label[language()].replace(/ \([^)]*\)$/, "");
}

export function inWords(observation, value) {
  if (observation.code === "consciousness_avpu") return word(AVPU[value]).toLowerCase();
  if (observation.code === "is_female") return word(value ? "female" : "male").toLowerCase();
  if (observation.code === "age_years") return ageInWords(value);
  if (observation.kind === "flag") return word(value ? "yes" : "no").toLowerCase();
  const unit = observation.unit_label[language()];
  return unit ? `${number(value)}\u00a0${unit}` : number(value);
}
