// What is known of the patient, as typed. It lives in this module's memory and nowhere else.

function nobody() {
  return { age: "", sex: "", observations: {}, signs: new Map() };
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

/** The number somebody typed, with a decimal comma or point; NaN if it is none. */
export function parsed(text) {
  const plain = text.trim().replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** The body of POST /v1/assessments. */
export function request(language) {
  const observations = Object.entries(patient.observations);
  return {
    age_years: patient.age.trim() === "" ? null : parsed(patient.age),
    sex: patient.sex || null,
    observations: Object.fromEntries(observations.map(([code, text]) => [code, parsed(text)])),
    evidence: [...patient.signs].map(([code, state]) => ({ code, state })),
    language,
  };
}
