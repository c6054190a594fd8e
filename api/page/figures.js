// Numbers, shares, moments and references, as they are written in the language shown.

import { language } from "./words.js";

export function number(value, digits = 2) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

export function percent(share) {
  if (share > 0 && share < 0.01) return `<${number(1)}\u00a0%`;
  if (share < 1 && share > 0.99) return `>${number(99)}\u00a0%`;
  return `${number(share * 100, 0)}\u00a0%`;
}

/** An age in years; a small child's in months, a newborn's in days. */
export function ageInWords(years) {
  if (years >= 2) return inUnits(years, "year", 1);
  const months = Math.floor(years * 12 + 0.01);
  return months ? inUnits(months, "month", 0) : inUnits(years * 365.25, "day", 0);
}

function inUnits(value, unit, digits) {
  const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: digits };
  return new Intl.NumberFormat(language(), style).format(value);
}

export function date(text, withTime = false) {
  const style = withTime ? { dateStyle: "medium", timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(language(), style).format(new Date(text));
}

/** What an assessment is called for short, on paper and in the list: the first digits of its id. */
export function reference(id) {
  return id.slice(0, 8);
}
