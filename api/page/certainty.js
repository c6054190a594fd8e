// How sure an answer is beyond its probability: what cannot be ruled out, whether the patient is strange.

import { h } from "./dom.js";
import { percent } from "./figures.js";
import { word } from "./words.js";

const NAMED = 5;

/** The verdict on a patient unlike any the model learned from: no answer, and why. */
export function strangeVerdict(message) {
  return h("div", { class: "verdict strange" }, h("p", { class: "badge" }, word("strange")), h("p", { class: "means" }, message));
}

/** What can be said where no single answer can; nothing where the question has no broader one. */
export function broader({ broader: found, is_confident: isSure, model }) {
  if (!found || isSure) return "";
  const said = [h("strong", {}, found.label), " ", h("span", { class: "share" }, percent(found.probability))];
  const least = model.confident_broader?.threshold;
  if (!found.is_confident) {
    const why = least && found.probability >= least ? h("span", { class: "means" }, " ", word("toldLittle")) : "";
    return h("p", { class: "broader" }, word("broaderUnsure"), " ", said, why);
  }
  return h(
    "div",
    { class: "broader sure" },
    h("p", {}, word("broaderSure"), " ", said),
    h("p", { class: "means" }, sureMeans(model.confident_broader, found.code)),
  );
}

/** How often answers like this one were right: of this answer alone where enough patients had it. */
export function sureMeans({ precision, precision_low: low, precision_by_answer: alone = {} }, code) {
  if (code in alone) return word("sureThis", { precision: percent(alone[code]) });
  return word("sureMeans", { precision: percent(precision), low: percent(low) });
}

/** What cannot be ruled out, in one sentence; nothing for a model that does not say. */
export function notRuledOut(one) {
  if (!one.set) return "";
  return h("p", { class: "not-ruled-out" }, h("strong", {}, word("setTitle")), " ", sentence(one));
}

function sentence({ ranked, set }) {
  if (!set.codes.length) return word("setNone");
  if (set.codes.length === ranked.length) return word("setAll");
  const rare = set.never_ruled_out;
  const labels = ranked.filter(({ code }) => set.codes.includes(code) && !rare.includes(code)).map(({ label }) => label);
  const share = { right: Math.round(set.coverage * 10) };
  const told = labels.length ? word("setHolds", { ...share, labels: listed(labels) }) : word("setOnlyRare");
  return rare.length ? `${told} ${word("setRare", { labels: listed(labelsOf(ranked, rare)) })}` : told;
}

function labelsOf(ranked, codes) {
  return ranked.filter(({ code }) => codes.includes(code)).map(({ label }) => label);
}

/** The first names, and how many more there are. */
function listed(labels) {
  const more = labels.length - NAMED;
  const names = labels.slice(0, NAMED).join(" · ");
  return more > 0 ? `${names} ${word("andMore", { count: more })}` : names;
}
