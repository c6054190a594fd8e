// The answer as plain text, for the patient's record.

import { speak } from "./dom.js";
import { date, percent, reference } from "./figures.js";
import { givenLines, raisedBy } from "./given.js";
import { historyLines } from "./history.js";
import { word } from "./words.js";

const SHOWN = 3;

/** Put it on the clipboard and say so; where the browser does not allow that, say that. */
export async function copy(asked, answer, vocabulary) {
  const said = await written(recordText(asked, answer, vocabulary));
  speak(said);
  return said;
}

async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return word("copied");
  } catch {
    return word("notCopied");
  }
}

function recordText(asked, answer, vocabulary) {
  return [
    `Semia · ${word("assessment")} · ${date(answer.created_at, true)} · ${word("reference", { code: reference(answer.id) })}`,
    ...[...givenLines(asked, vocabulary), ...historyLines(answer.history, vocabulary)].map(([name, text]) => `${name}: ${text}`),
    ...answer.red_flags.map(({ level, label, because }) => `${word(level)}: ${label} (${raisedBy(because, asked, vocabulary)})`),
    ...answer.answers.flatMap((one) => questionLines(one, answer.warnings)),
    "",
    answer.disclaimer,
  ].join("\n");
}

/** What must be said of the answer goes with it: that its patients were made up, that this one is strange. */
function questionLines(one, warnings) {
  const said = warnings.filter(({ problem }) => problem === one.problem).map(({ message }) => message);
  return ["", one.question, word(one.is_confident ? "sure" : "notSure"), ...broaderLine(one), ...one.ranked.slice(0, SHOWN).map(optionLine), ...said];
}

function broaderLine({ broader }) {
  return broader ? [`${word(broader.is_confident ? "broaderSure" : "broaderUnsure")} ${broader.label}: ${percent(broader.probability)}`] : [];
}

function optionLine({ label, icd10, probability }) {
  return `- ${label}${icd10 ? ` (${icd10})` : ""}: ${percent(probability)}`;
}
