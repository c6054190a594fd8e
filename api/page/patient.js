// What is known of the patient, as typed. It lives in this module's memory and nowhere else.

import { codeOf } from "./places.js";
import { ageYears, parsed } from "./typed.js";

function nobody() {
  return { age: "", sex: "", observations: {}, signs: new Map(), source: "", identifier: "", municipality: "", week: "", shares: {} };
}

let patient = nobody();
let before = null;
let onchange = () => {};

export function known() {
  return patient;
}

export function whenChanged(listener) {
  onchange = listener;
}

export function setAge(text) {
  patient.age = text;
  onchange();
}

export function setSex(sex) {
  patient.sex = sex;
  onchange();
}

export function setObservation(code, text) {
  if (text.trim() === "") delete patient.observations[code];
  else patient.observations[code] = text;
  onchange();
}

/** `name` is source, the clinic, identifier, the number it uses, municipality or week. */
export function setText(name, text) {
  patient[name] = text;
  onchange();
}

/** How many in a hundred patients have this answer, as typed. */
export function setShare(problem, code, text) {
  const shares = { ...patient.shares[problem], [code]: text };
  if (text.trim() === "") delete shares[code];
  if (Object.keys(shares).length) patient.shares[problem] = shares;
  else delete patient.shares[problem];
  onchange();
}

export function setSign(code, state) {
  patient.signs.set(code, state);
  onchange();
}

export function removeSign(code) {
  patient.signs.delete(code);
  onchange();
}

export function clear() {
  before = patient;
  patient = nobody();
  onchange();
}

export function undo() {
  if (before) patient = before;
  before = null;
  onchange();
}

function identity() {
  const [source, identifier] = [patient.source.trim(), patient.identifier.trim()];
  return source && identifier ? { patient: { source, identifier } } : {};
}

function where() {
  const [municipality, week] = [patient.municipality.trim(), patient.week.trim()];
  if (!municipality && !week) return {};
  return { place: { municipality: codeOf(municipality) ?? municipality, week: week || null } };
}

/** What the body of POST /v1/assessments says of the patient. */
export function request(language) {
  const observations = Object.entries(patient.observations);
  return {
    age_years: patient.age.trim() === "" ? null : ageYears(patient.age),
    sex: patient.sex || null,
    observations: Object.fromEntries(observations.map(([code, text]) => [code, parsed(text)])),
    evidence: [...patient.signs].map(([code, state]) => ({ code, state })),
    ...identity(),
    ...where(),
    language,
  };
}
