// Age, sex and measurements: each with its unit, its limits, and a sentence when it cannot be.

import { afterPress, byId, choice, fill, h } from "./dom.js";
import { number } from "./figures.js";
import { AVPU, shortName } from "./measured.js";
import { known, setAge, setObservation, setSex } from "./patient.js";
import { ageYears, bothPressures, parsed } from "./typed.js";
import { language, word } from "./words.js";

// What is measured in every consultation; the rest waits under "Further data".
const FIRST = [
  "temperature_c",
  "heart_rate_per_min",
  "systolic_bp_mmhg",
  "diastolic_bp_mmhg",
  "respiratory_rate_per_min",
  "oxygen_saturation_pct",
  "pain_score",
  "consciousness_avpu",
];
const ELSEWHERE = ["age_years", "is_female"];

export function showVitals(vocabulary) {
  const byCode = new Map(vocabulary.observations.map((entry) => [entry.code, entry]));
  const first = FIRST.filter((code) => byCode.has(code)).map((code) => byCode.get(code));
  const rest = vocabulary.observations.filter(({ code }) => !FIRST.includes(code) && !ELSEWHERE.includes(code));
  fill("patient", age(byCode.get("age_years")), sex());
  fill("vitals", first.map(field));
  fill("further", rest.map(field));
  byId("further-part").hidden = rest.length === 0;
}

function age(observation) {
  const about = { ...observation, label: { es: word("age"), en: word("age") } };
  return numberField("age", about, known().age, setAge);
}

function sex() {
  const options = [["female", word("female")], ["male", word("male")], ["", word("notStated")]];
  return choice("sex", word("sex"), options, known().sex, setSex);
}

function field(observation) {
  const { code, kind } = observation;
  const typed = known().observations[code] ?? "";
  const set = (text) => setObservation(code, text);
  const name = observation.label[language()];
  if (kind === "flag") {
    return choice(`obs-${code}`, name, [["1", word("yes")], ["0", word("no")], ["", word("notStated")]], typed, set);
  }
  if (code === "consciousness_avpu") return consciousness(shortName(observation), typed, set);
  return numberField(`obs-${code}`, observation, typed, set);
}

function consciousness(name, typed, set) {
  const id = "obs-consciousness_avpu";
  const options = [["", word("notStated")], ...AVPU.map((level, position) => [String(position), word(level)])];
  const select = h(
    "select",
    { id, onchange: (event) => set(event.target.value) },
    options.map(([value, text]) => h("option", { value }, text)),
  );
  select.value = typed;
  return h("div", { class: "field" }, h("label", { for: id }, name), select, h("p", { class: "wrong", id: `${id}-wrong` }));
}

function numberField(id, observation, typed, set) {
  const unit = observation.unit_label[language()];
  const input = h("input", {
    id, type: "text", inputmode: "decimal", autocomplete: "off", maxlength: "12",
    "aria-describedby": `${id}-range ${id}-wrong`,
    oninput: (event) => {
      set(event.target.value);
      if (event.target.getAttribute("aria-invalid")) check(id, observation);
    },
    onchange: () => partPressures(id),
    onblur: () => afterPress(() => check(id, observation)),
  });
  input.value = typed;
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, observation.label[language()]),
    h("div", { class: "measure" }, input, unit ? h("span", { class: "unit", "aria-hidden": "true" }, unit) : null),
    h("p", { class: "hint", id: `${id}-range` }, range(observation)),
    h("p", { class: "wrong", id: `${id}-wrong` }),
  );
}

/** Put each of two blood pressures that were typed as one where it belongs. */
function partPressures(id) {
  for (const [code, text] of Object.entries(bothPressures(byId(id).value) ?? {})) {
    if (!id.endsWith("_bp_mmhg") || !byId(`obs-${code}`)) return;
    byId(`obs-${code}`).value = text;
    setObservation(code, text);
    markField(`obs-${code}`, "");
  }
}

function range({ minimum, maximum, unit_label: unit }) {
  if (minimum === null || maximum === null) return unit[language()];
  return word("from", { minimum: number(minimum), maximum: number(maximum), unit: unit[language()] });
}

/** Say next to the field what is wrong with it, or nothing. */
export function check(id, observation) {
  markField(id, mistake(byId(id).value, observation));
}

export function markField(id, sentence) {
  const input = byId(id);
  const place = byId(`${id}-wrong`);
  if (!input || !place) return false;
  place.textContent = sentence;
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  return true;
}

function mistake(text, observation) {
  if (text.trim() === "") return "";
  const value = observation.code === "age_years" ? ageYears(text) : parsed(text);
  if (Number.isNaN(value)) return word("notNumber");
  const { minimum, maximum, kind, unit_label: unit } = observation;
  if ((minimum !== null && value < minimum) || (maximum !== null && value > maximum)) {
    const values = { value: number(value), minimum: number(minimum), maximum: number(maximum) };
    return word("impossible", { ...values, unit: unit[language()] });
  }
  return kind !== "numeric" && !Number.isInteger(value) ? word("notWhole") : "";
}

/** Every number typed that cannot be, as [id of the field, sentence]. */
export function mistakes(vocabulary) {
  const found = [];
  for (const observation of vocabulary.observations) {
    const id = observation.code === "age_years" ? "age" : `obs-${observation.code}`;
    const text = id === "age" ? known().age : known().observations[observation.code] ?? "";
    const sentence = mistake(text, observation);
    if (sentence) found.push([id, sentence, observation.label[language()]]);
  }
  return found;
}

export function unmark() {
  for (const input of document.querySelectorAll("[aria-invalid]")) markField(input.id, "");
}
