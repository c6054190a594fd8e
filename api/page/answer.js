// Show an answer: how sure, what, how probable, why, and what it was learned from.

import { broader, notRuledOut, strangeVerdict, sureMeans } from "./certainty.js";
import { byId, fill, h } from "./dom.js";
import { date, percent, reference } from "./figures.js";
import { flags } from "./flags.js";
import { given, raisedBy } from "./given.js";
import { earlier } from "./history.js";
import { learned, quality } from "./learned.js";
import { questions } from "./questions.js";
import { reasons } from "./reasons.js";
import { copy } from "./record.js";
import { staying } from "./stays.js";
import { word } from "./words.js";

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
  const stay = staying(byId("answer"));
  const unused = answer.warnings.filter(({ problem }) => problem === null);
  fill(
    "answer",
    heading(asked, answer, vocabulary),
    h("p", { class: "note", id: "stale", hidden: true }, word("stale")),
    flags(answer.red_flags, (because) => raisedBy(because, asked, vocabulary)),
    given(asked, vocabulary),
    earlier(answer.history, vocabulary),
    unused.length ? h("ul", { class: "note plain" }, unused.map(({ message }) => h("li", {}, message))) : "",
    answer.answers.map((one) => card(one, vocabulary, warningsOf(answer, one.problem), tell)),
    h("p", { class: "hint" }, answer.disclaimer),
    h("p", { class: "signature" }, word("signature")),
  );
  stay();
}

/** What must be said of one question: the code of each warning with its message. */
function warningsOf(answer, problem) {
  const own = answer.warnings.filter((warning) => warning.problem === problem);
  return new Map(own.map(({ code, message }) => [code, message]));
}

function heading(asked, answer, vocabulary) {
  // Read aloud already.
  const said = h("p", { class: "hint", id: "copy-said", "aria-hidden": "true" });
  return h(
    "div",
    { class: "answer-head" },
    h("div", {}, h("p", { class: "big" }, word("assessment")), h("p", { class: "hint" }, `${date(answer.created_at, true)} · ${word("reference", { code: reference(answer.id) })}`)),
    h(
      "div",
      { class: "answer-uses" },
      h("button", { type: "button", class: "quiet", onclick: async () => { said.textContent = await copy(asked, answer, vocabulary); } }, word("copy")),
      h("button", { type: "button", class: "quiet", onclick: () => window.print() }, word("print")),
      said,
    ),
  );
}

function card(one, vocabulary, warned, tell) {
  const noDataMessage = warned.get("nothing_used");
  const title = `question-${one.problem}`;
  return h(
    "article",
    { class: "card question", "aria-labelledby": title, "data-problem": one.problem },
    h("h3", { id: title }, one.question),
    verdict(one, noDataMessage, warned.get("strange")),
    noDataMessage ? "" : broader(one),
    noDataMessage ? "" : notRuledOut(one),
    options(one),
    warned.has("local_prior") ? h("p", { class: "hint" }, warned.get("local_prior")) : "",
    one.prevalence ? h("p", { class: "hint" }, word(warned.has("local_prior") ? "atLocalShares" : "atShares", { shares: sharesOf(one) })) : "",
    warned.has("artificial_balance") ? h("p", { class: "hint" }, warned.get("artificial_balance")) : "",
    noDataMessage ? "" : reasons(one, vocabulary),
    questions(one, vocabulary, tell),
    learned(one.model, warned),
    quality(one.model, one.problem),
  );
}

/** How common each answer was said to be. */
function sharesOf({ ranked, prevalence }) {
  return ranked.map(({ code, label }) => `${label} ${percent(prevalence[code])}`).join(" · ");
}

function verdict(one, noDataMessage, strangeMessage) {
  const top = one.ranked[0];
  if (noDataMessage) {
    return h("div", { class: "verdict unsure" }, h("p", { class: "badge" }, word("noData")), h("p", { class: "means" }, noDataMessage));
  }
  if (strangeMessage) return strangeVerdict(strangeMessage);
  if (one.is_confident) {
    return h(
      "div",
      { class: "verdict sure" },
      h("p", { class: "badge" }, word("sure")),
      h("p", { class: "headline" }, top.label, " ", h("span", { class: "share" }, percent(top.probability))),
      h("p", { class: "means" }, sureMeans(one.model.confident, top.code)),
    );
  }
  return h(
    "div",
    { class: "verdict unsure" },
    h("p", { class: "badge" }, word("notSure")),
    h("p", { class: "headline" }, h("span", { class: "lead" }, word("mostLikely")), " ", top.label, " ", h("span", { class: "share" }, percent(top.probability))),
    h("p", { class: "means" }, whyNotSure(one)),
  );
}

/** Whoever told little may see a high probability that the model still does not stand by. */
function whyNotSure(one) {
  const { code, label, probability } = one.ranked[0];
  const { threshold: least, floors = {} } = one.model.confident ?? {};
  if (!least) return word("neverSure");
  if (floors[code] === null) return word("neverThis", { label });
  const threshold = Math.max(least, floors[code] ?? 0);
  const high = probability >= threshold;
  return high ? word("toldLittle") : word("notSureMeans", { threshold: percent(threshold) });
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
    : h("span", { class: `grade level-${severity}` }, word(`grade_${severity}`));
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
