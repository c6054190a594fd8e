// Who the patient is, where, and how common each answer is there: all optional, all out of the way.

import { combo } from "./combo.js";
import { byId, fill, h } from "./dom.js";
import { number } from "./figures.js";
import { known, setShare, setText } from "./patient.js";
import { anyPlace, called, codeOf, placesLike } from "./places.js";
import { parsed } from "./typed.js";
import { language, word } from "./words.js";

// Of more answers than these nobody knows how common each is.
const MOST_ANSWERS = 6;
let asked = [];

export function showPlace(vocabulary, models) {
  asked = models.filter(({ kind, classes }) => kind === "nominal" && classes.length <= MOST_ANSWERS);
  fill("identity", text("source", word("clinic"), word("clinicHint")), text("identifier", word("recordNumber"), word("recordHint")));
  fill("where", municipality(), text("week", word("week"), word("weekHint")));
  fill("shares", asked.map((model) => group(model, vocabulary)));
}

function text(name, label, hint) {
  const id = `identity-${name}`;
  const input = h("input", {
    id, type: "text", autocomplete: "off", spellcheck: "false", maxlength: "200",
    "aria-describedby": `${id}-hint ${id}-wrong`,
    oninput: (event) => setText(name, event.target.value),
  });
  input.value = known()[name];
  return field(id, label, input, hint);
}

/** By name from those of which something is known, or by code. */
function municipality() {
  const id = "identity-municipality";
  const box = combo({
    id, list: "municipalities", option: "municipality", described: `${id}-hint ${id}-wrong`, keeps: true,
    find: placesLike, none: (text) => (/^\d+$/.test(text.trim()) ? "" : word("noPlace", { text })),
    show: ({ code, name, department }) => [
      h("span", { class: "what" }, name ?? code, department ? h("span", { class: "also" }, department) : null),
      name ? h("span", { class: "tag" }, code) : null,
    ],
    take: ({ code }, input) => meant(code, input),
    typed: (text) => setText("municipality", text),
  });
  const input = box.querySelector("input");
  input.value = known().municipality;
  input.addEventListener("blur", () => {
    const code = codeOf(input.value);
    if (code && input.value !== called(code)) meant(code, input);
  });
  return field(id, word("municipality"), box, word(anyPlace() ? "municipalityHint" : "municipalityCode"));
}

/** Write which one is meant where it was typed. */
function meant(code, input) {
  input.value = called(code);
  setText("municipality", input.value);
}

function field(id, label, input, hint) {
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "wrong", id: `${id}-wrong` }),
  );
}

function group({ problem, question, classes }, vocabulary) {
  const name = new Map(vocabulary.diagnoses.filter((one) => one.problem === problem).map(({ code, label }) => [code, label[language()]]));
  const typed = classes.slice(0, -1);
  const rest = h("p", { class: "hint", id: `share-rest-${problem}` });
  const say = () => { rest.textContent = remainder(problem, classes, name); };
  say();
  const fields = typed.map((code) => {
    const id = shareId(problem, code);
    const input = h("input", {
      id, type: "text", inputmode: "decimal", autocomplete: "off", maxlength: "6", "aria-describedby": `${id}-hint ${id}-wrong`,
      oninput: (event) => {
        setShare(problem, code, event.target.value);
        say();
      },
    });
    input.value = known().shares[problem]?.[code] ?? "";
    return field(id, name.get(code) ?? code, h("div", { class: "measure" }, input, h("span", { class: "unit", "aria-hidden": "true" }, "%")), "");
  });
  return h("fieldset", { class: "choice" }, h("legend", { class: asked.length > 1 ? null : "unseen" }, question[language()]), h("div", { class: "fields" }, fields), rest);
}

function shareId(problem, code) {
  return `share-${problem}-${code}`;
}

/** What is left for the last answer, said as soon as the others are known. */
function remainder(problem, classes, name) {
  const last = classes.at(-1);
  const left = 100 - classes.slice(0, -1).reduce((sum, code) => sum + parsed(known().shares[problem]?.[code] ?? ""), 0);
  return left > 0 && left < 100 ? word("shareRest", { label: name.get(last) ?? last, share: number(left) }) : "";
}

/** The shares of every question of which any was typed; the last answer gets what is left. */
export function prevalence() {
  const stated = asked.filter(({ problem }) => Object.keys(known().shares[problem] ?? {}).length);
  if (!stated.length) return {};
  return { prevalence: Object.fromEntries(stated.map(({ problem, classes }) => [problem, shares(problem, classes)])) };
}

function shares(problem, classes) {
  const typed = classes.slice(0, -1).map((code) => [code, parsed(known().shares[problem][code] ?? "") / 100]);
  const left = typed.reduce((rest, [, share]) => rest - share, 1);
  return Object.fromEntries([...typed, [classes.at(-1), Math.round(left * 1e6) / 1e6]]);
}

/** What cannot be, as [id of the field, sentence, its name]. */
export function placeMistakes() {
  const found = [];
  const { source, identifier } = known();
  if (identifier.trim() && !source.trim()) found.push(["identity-source", word("clinicMissing"), word("clinic")]);
  if (source.trim() && !identifier.trim()) found.push(["identity-identifier", word("recordMissing"), word("recordNumber")]);
  const { municipality, week } = known();
  if (week.trim() && !municipality.trim()) found.push(["identity-municipality", word("municipalityMissing"), word("municipality")]);
  if (municipality.trim() && !codeOf(municipality)) found.push(["identity-municipality", word("municipalityUnknown"), word("municipality")]);
  for (const { problem, classes } of asked) found.push(...shareMistakes(problem, classes));
  return found;
}

function shareMistakes(problem, classes) {
  const typed = known().shares[problem] ?? {};
  if (!Object.keys(typed).length) return [];
  const values = classes.slice(0, -1).map((code) => [shareId(problem, code), parsed(typed[code] ?? "")]);
  const wrong = values.filter(([, value]) => !(value > 0 && value < 100));
  if (wrong.length) return wrong.map(([id]) => [id, word("shareWrong"), ""]);
  const sum = values.reduce((total, [, value]) => total + value, 0);
  return sum < 100 ? [] : [[values[0][0], word("sharesTooMuch"), ""]];
}

/** The field that a pointer of the service means. */
export function placeField([part, name, code]) {
  if (part === "patient") return `identity-${name ?? "identifier"}`;
  if (part === "place") return `identity-${name ?? "municipality"}`;
  const model = asked.find(({ problem }) => problem === name);
  const id = shareId(name, code);
  return byId(id) ? id : shareId(name, model?.classes[0]);
}

export function openPlace() {
  const filled = ["source", "identifier", "municipality", "week"].some((name) => known()[name]) || Object.keys(known().shares).length;
  byId("place-part").open = Boolean(filled) || byId("place-part").open;
}

