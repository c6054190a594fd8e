// What a model learned from, and how good it was on patients it had not seen.

import { h } from "./dom.js";
import { date, number, percent } from "./figures.js";
import { sourceName } from "./sources.js";
import { hasWord, language, word } from "./words.js";

const SHOWN = ["auc_roc", "auc_roc_partial", "auc_pr", "accuracy", "ece"];

/** `warned` holds the codes of the warnings about this model. */
export function learned(model, warned) {
  const synthetic = model.origin === "synthetic";
  const simulated = warned.has("simulated");
  const title = synthetic ? "learnedSynthetic" : simulated ? "learnedSimulated" : "learnedPublic";
  const sources = model.sources.map(sourceName).join("; ");
  return h(
    "p",
    { class: synthetic || simulated ? "learned loud" : "learned" },
    h("strong", {}, `${word(title)}. `),
    word(synthetic ? "imitates" : "learnedFrom", { sources, rows: number(model.rows), date: date(model.trained_at) }),
  );
}

export function quality(model, problem) {
  const rows = SHOWN.filter((name) => name in model.metrics && hasWord(name)).map((name) => [word(name), number(model.metrics[name], 3)]);
  if (model.confident) rows.push([word("confidentShare"), percent(model.confident.coverage)]);
  rows.push([word("version"), model.version]);
  return h(
    "details",
    { class: "quality" },
    h("summary", {}, word("aboutModel")),
    h("p", { class: "hint" }, word("measured")),
    h("dl", {}, rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)))),
    h("p", {}, h("a", { href: `/cards/${problem}?language=${language()}`, target: "_blank", rel: "noopener" }, word("wholeCard"))),
  );
}
