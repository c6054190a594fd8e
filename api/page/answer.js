// Show an answer: how sure, what, how probable, why, and what it was learned from.

import { notRuledOut, strangeVerdict } from "./certainty.js";
import { byId, fill, h } from "./dom.js";
import { flags } from "./flags.js";
import { learned, quality } from "./learned.js";
import { inWords, shortName } from "./measured.js";
import { questions } from "./questions.js";
import { reasons } from "./reasons.js";
import { date, language, number, percent, word } from "./words.js";

const FEW = 5;

export function showEmpty() {
  fill("answer", h("div", { class: "empty card" }, h("p", { class: "big" }, word("empty")), h("p", { class: "hint" }, word("emptyHint"))));
}

export function showStale(stale) {
  const note = byId("stale");
  if (note) note.hidden = !stale;
}

/** `tell(code, state)` notes a sign that was asked for, and assesses again. */
export function showAnswer({ asked, answer }, vocabulary, tell) {
  const unused = answer.warnings.filter(({ problem }) => problem === null);
  fill(
    "answer",
    heading(answer),
    h("p", { class: "note", id: "stale", hidden: true }, word("stale")),
    flags(answer.red_flags),
    given(asked, vocabulary),
    unused.length ? h("ul", { class: "note plain" }, unused.map(({ message }) => h("li", {}, message))) : "",
    answer.answers.map((one) => card(one, vocabulary, warningsOf(answer, one.problem), tell)),
    h("p", { class: "hint" }, answer.disclaimer),
    h("p", { class: "signature" }, word("signature")),
  );
}

/** What must be said of one question: the code of each warning with its message. */
function warningsOf(answer, problem) {
  const own = answer.warnings.filter((warning) => warning.problem === problem);
  return new Map(own.map(({ code, message }) => [code, message]));
}

function heading(answer) {
  return h(
    "div",
    { class: "answer-head" },
    h("div", {}, h("p", { class: "big" }, word("assessment")), h("p", { class: "hint" }, date(answer.created_at, true))),
    h("button", { type: "button", class: "quiet", onclick: () => window.print() }, word("print")),
  );
}

/** What the answer rests on, so that a printed page stands alone. */
function given(asked, vocabulary) {
  const lines = [];
  const who = [];
  if (asked.age_years !== null) who.push(word("years", { age: number(asked.age_years) }));
  if (asked.sex) who.push(word(asked.sex).toLowerCase());
  if (who.length) lines.push([word("patient"), who.join(", ")]);
  const measured = Object.entries(asked.observations).map(([code, value]) => measurement(code, value, vocabulary));
  if (measured.length) lines.push([word("vitals"), measured.join(" · ")]);
  for (const state of ["present", "absent"]) {
    const signs = asked.evidence.filter((sign) => sign.state === state).map(({ code }) => signLabel(code, vocabulary));
    if (signs.length) lines.push([word(state), signs.join(" · ")]);
  }
  return h("section", { class: "given", "aria-label": word("given") }, h("dl", {}, lines.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)))));
}

function measurement(code, value, vocabulary) {
  const entry = vocabulary.observations.find((observation) => observation.code === code);
  return `${shortName(entry)} ${inWords(entry, value)}`;
}

function signLabel(code, vocabulary) {
  return vocabulary.symptoms.find((symptom) => symptom.code === code).label[language()];
}

function card(one, vocabulary, warned, tell) {
  const noDataMessage = warned.get("nothing_used");
  const title = `question-${one.problem}`;
  return h(
    "article",
    { class: "card question", "aria-labelledby": title, "data-problem": one.problem },
    h("h3", { id: title }, one.question),
    verdict(one, noDataMessage, warned.get("strange")),
    noDataMessage ? "" : notRuledOut(one),
    options(one),
    warned.has("artificial_balance") ? h("p", { class: "hint" }, warned.get("artificial_balance")) : "",
    noDataMessage ? "" : reasons(one, vocabulary),
    questions(one, vocabulary, tell),
    learned(one.model, warned),
    quality(one.model, one.problem),
  );
}

function verdict(one, noDataMessage, strangeMessage) {
  const top = one.ranked[0];
  if (noDataMessage) {
    return h("div", { class: "verdict unsure" }, h("p", { class: "badge" }, word("noData")), h("p", { class: "means" }, noDataMessage));
  }
  if (strangeMessage) return strangeVerdict(strangeMessage);
  if (one.is_confident) {
    const { precision, precision_low: low } = one.model.confident;
    return h(
      "div",
      { class: "verdict sure" },
      h("p", { class: "badge" }, word("sure")),
      h("p", { class: "headline" }, top.label, " ", h("span", { class: "share" }, percent(top.probability))),
      h("p", { class: "means" }, word("sureMeans", { precision: percent(precision), low: percent(low) })),
    );
  }
  const threshold = one.model.confident?.threshold;
  return h(
    "div",
    { class: "verdict unsure" },
    h("p", { class: "badge" }, word("notSure")),
    h("p", { class: "headline" }, h("span", { class: "lead" }, word("mostLikely")), " ", top.label, " ", h("span", { class: "share" }, percent(top.probability))),
    h("p", { class: "means" }, threshold ? word("notSureMeans", { threshold: percent(threshold) }) : word("neverSure")),
  );
}

function options(one) {
  const ordinal = one.kind === "ordinal";
  const listed = ordinal ? [...one.ranked].sort((a, b) => a.code.localeCompare(b.code)) : one.ranked;
  const first = ordinal ? listed : listed.slice(0, FEW);
  const rest = ordinal ? [] : listed.slice(FEW);
  const top = one.ranked[0].code;
  const row = (option) => optionRow(option, option.code === top, ordinal);
  const graded = !ordinal && listed.some(({ severity }) => severity !== null);
  return [
    h("ol", { class: ordinal ? "options levels" : "options" }, first.map(row)),
    rest.length ? h("details", {}, h("summary", {}, word("allOptions", { count: rest.length })), h("ol", { class: "options" }, rest.map(row))) : "",
    graded ? h("p", { class: "hint" }, word("severityMeans")) : "",
  ];
}

function optionRow({ label, icd10, severity, probability }, isTop, ordinal) {
  const level = severity === null ? null : ordinal
    ? h("span", { class: `level level-${severity}`, "aria-hidden": "true" }, String(severity))
    : h("span", { class: `grade level-${severity}` }, word("severityOf", { level: severity }));
  const bar = h("div", { class: "bar", "aria-hidden": "true" }, h("div", { class: ordinal && severity ? `level-${severity}` : "" }));
  bar.firstChild.style.setProperty("--share", probability);
  return h(
    "li",
    { class: isTop ? "leading" : null },
    h(
      "div",
      { class: "option-head" },
      h("span", { class: "option-name" }, ordinal ? level : "", h("span", {}, label), icd10 ? h("code", { title: "ICD-10 / CIE-10" }, icd10) : "", ordinal ? "" : level ?? ""),
      h("span", { class: "option-share" }, h("strong", {}, percent(probability)), " ", h("span", { class: "plain-words" }, plainly(probability))),
    ),
    bar,
  );
}

function plainly(probability) {
  if (probability >= 0.85) return word("veryLikely");
  if (probability >= 0.5) return word("likely");
  if (probability >= 0.2) return word("possible");
  return word(probability >= 0.05 ? "unlikely" : "veryUnlikely");
}
