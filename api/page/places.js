// The municipalities of which something is notified: what they are called, and which one was meant.

import { folded, matches } from "./find.js";

let known = new Map();
let entries = [];

export function knowPlaces({ places }) {
  known = new Map(places.map((place) => [place.code, place]));
  entries = places.map((place) => ({
    what: place,
    spellings: [place.name ?? place.code, place.code, `${place.name ?? ""} ${place.department ?? ""}`]
      .map((text, distance) => ({ text, plain: folded(text), distance })),
  }));
}

export function anyPlace() {
  return entries.length > 0;
}

/** Name, department and code, so that no other is meant; without a name the code and department. */
export function called(code) {
  const { name, department } = known.get(code) ?? {};
  if (!name) return department ? `${code} (${department})` : code;
  return `${[name, department].filter(Boolean).join(", ")} (${code})`;
}

/** The places that a text may mean, the best first; null where there is nothing to look for. */
export function placesLike(text) {
  const plain = folded(text);
  return plain && anyPlace() ? matches(entries, plain).map(({ what }) => what) : null;
}

/** The code that a text means: its own five digits, those of a picked name, or the one place called so. */
export function codeOf(text) {
  const digits = text.trim().match(/^(\d{5})(?: \(.*\))?$|\((\d{5})\)$/);
  if (digits) return digits[1] ?? digits[2];
  const same = [...known.values()].filter(({ name }) => name && folded(name) === folded(text));
  return same.length === 1 ? same[0].code : null;
}
