// What a doctor types where a number is asked for.

import { folded } from "./find.js";

const DAYS_A_YEAR = 365.25;
const PER_YEAR = [
  [/^(a|anos?|y|years?)?$/, 1],
  [/^(m|mes|meses|months?)$/, 12],
  [/^(s|sem|semanas?|w|weeks?)$/, DAYS_A_YEAR / 7],
  [/^(d|dias?|days?)$/, DAYS_A_YEAR],
];

/** The number somebody typed, with a decimal comma or point; NaN if it is none. */
export function parsed(text) {
  const plain = text.trim().replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** An age in years, typed as such or in months, weeks or days ("8 meses"); NaN if it is none. */
export function ageYears(text) {
  const [, figure, unit] = folded(text).match(/^([^a-z]*)([a-z]*)$/) ?? [];
  const known = PER_YEAR.find(([name]) => name.test(unit));
  return known ? Math.round((parsed(figure) / known[1]) * 1e4) / 1e4 : NaN;
}

/** Both blood pressures where they were typed as one, "120/80"; null where they were not. */
export function bothPressures(text) {
  const pair = text.match(/^\s*(\d{2,3})\s*\/\s*(\d{2,3})\s*$/);
  return pair ? { systolic_bp_mmhg: pair[1], diastolic_bp_mmhg: pair[2] } : null;
}
