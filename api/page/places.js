// The municipalities of which something is notified: what they are called, and which one was meant.

import { folded, matches } from "./find.js";

let names = new Map();
let entries = [];

export function knowPlaces({ places }) {
  names = new Map(places.map(({ code, name }) => [code, name]));
  entries = places.map((place) => ({
    what: place,
    spellings: [place.name ?? place.code, place.code].map((text) => ({ text, plain: folded(text), distance: 0 })),
  }));
}

export function anyPlace() {
  return entries.length > 0;
}

/** Name and code, as people tell it; a code without a name stays a code. */
export function called(code) {
  return names.get(code) ? `${names.get(code)} (${code})` : code;
}

/** The places that a text may mean, the best first; null where there is nothing to look for. */
export function placesLike(text) {
  const plain = folded(text);
  return plain && anyPlace() ? matches(entries, plain).map(({ what }) => what) : null;
}

/** The code that a text means: its own five digits, those of a picked name, or the one place called so. */
export function codeOf(text) {
  const digits = text.trim().match(/^(\d{5})$|\((\d{5})\)$/);
  if (digits) return digits[1] ?? digits[2];
  const same = [...names].filter(([, name]) => name && folded(name) === folded(text));
  return same.length === 1 ? same[0][0] : null;
}
