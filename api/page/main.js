// The page: read the vocabulary, let the doctor fill in, ask, show.

import { showAnswer, showEmpty, showStale } from "./answer.js";
import { showAwaiting } from "./awaiting.js";
import { byId, fill, h, speak, watchPresses } from "./dom.js";
import { clear, request as typed, setSign, undo, whenChanged } from "./patient.js";
import { openPlace, placeField, placeMistakes, prevalence, showPlace } from "./place.js";
import { knowPlaces } from "./places.js";
import { showSigns } from "./signs.js";
import { markField, mistakes, showVitals, unmark } from "./vitals.js";
import { language, setLanguage, word } from "./words.js";

const PATIENCE_MS = 20000;
// Long enough to type a number to its end, short enough not to be waited for.
const PAUSE_MS = 900;
let vocabulary = null;
let models = [];
let answered = null;
let waiting = false;
let pause = 0;
// Never stored: closing or reloading the page forgets it.
let key = "";

function start() {
  setLanguage(new URLSearchParams(location.search).get("lang") ?? language());
  watchPresses();
  byId("form").addEventListener("submit", onSubmit);
  byId("language").addEventListener("click", switchLanguage);
  byId("clear").addEventListener("click", onClear);
  byId("undo").addEventListener("click", onUndo);
  byId("key-form").addEventListener("submit", onKey);
  whenChanged(onChange);
  showWords();
  showEmpty();
  load();
}

async function load() {
  try {
    const [words, listed, places] = await Promise.all([get("/v1/vocabulary"), get("/v1/models"), get("/v1/places")]);
    knowPlaces(places);
    models = listed.models;
    vocabulary = words;
  } catch (problem) {
    return showProblem(problem);
  }
  show();
  return showAwaiting(vocabulary, models, { get, send });
}

function show() {
  showWords();
  showVitals(vocabulary);
  showSigns(vocabulary);
  showPlace(vocabulary, models);
  openPlace();
  showOrigin();
}

/** The body of POST /v1/assessments. */
function request() {
  return { ...typed(language()), ...prevalence() };
}

function allMistakes() {
  return [...mistakes(vocabulary), ...placeMistakes()];
}

function showWords() {
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  document.title = `Semia · ${word("title")}`;
  byId("ask").textContent = word(waiting ? "asking" : "ask");
  const other = language() === "es" ? "en" : "es";
  byId("language").textContent = word("otherLanguage");
  byId("language").setAttribute("lang", other);
}

function showOrigin() {
  const synthetic = models.filter((model) => model.origin === "synthetic").length;
  byId("synthetic").hidden = synthetic === 0;
  byId("synthetic").textContent = word(synthetic === models.length ? "synthetic" : "partlySynthetic");
}

function switchLanguage() {
  setLanguage(language() === "es" ? "en" : "es");
  history.replaceState(null, "", `?lang=${language()}`);
  forgetProblem();
  if (!vocabulary) return showWords();
  show();
  showAwaiting(vocabulary, models, { get, send });
  if (!answered) return showEmpty();
  return ask({ ...answered.asked, language: language() }, false);
}

function onChange() {
  byId("undo").hidden = true;
  clearTimeout(pause);
  if (!answered) return;
  const stale = JSON.stringify(request()) !== JSON.stringify(answered.asked);
  showStale(stale);
  if (stale) pause = setTimeout(update, PAUSE_MS);
}

/** Assess again once the doctor pauses. What is half typed waits, and so does the old answer, marked. */
function update() {
  const unfinished = waiting || allMistakes().length > 0;
  return unfinished ? undefined : ask(request(), false, () => {});
}

function onClear() {
  clear();
  forgetProblem();
  show();
  byId("undo").hidden = false;
  speak(word("cleared"));
}

function onUndo() {
  undo();
  show();
  byId("age").focus();
}

function onKey(event) {
  event.preventDefault();
  key = byId("key").value.trim();
  byId("key").value = "";
  byId("key-form").hidden = true;
  forgetProblem();
  load();
}

function onSubmit(event) {
  event.preventDefault();
  forgetProblem();
  if (!vocabulary) return load();
  const wrong = allMistakes();
  if (wrong.length) return showFields(word("mustCorrect"), wrong);
  return ask(request(), true);
}

async function ask(body, moveFocus, failed = showProblem) {
  if (waiting) return;
  setWaiting(true);
  try {
    const answer = await send("/v1/assessments", body);
    answered = { asked: body, answer };
    showAnswer(answered, vocabulary, tell);
    speak(word("ready"));
    if (moveFocus) goTo(byId("answers"));
    onChange();
  } catch (problem) {
    failed(problem, body);
  } finally {
    setWaiting(false);
  }
}

/** Note the answer to a question that was suggested, and assess again. */
function tell(code, state) {
  setSign(code, state);
  showSigns(vocabulary);
  return ask(request(), true);
}

/** Focus a large part and show its beginning, which focusing alone may not. */
function goTo(part) {
  part.focus({ preventScroll: true });
  part.scrollIntoView();
}

function setWaiting(now) {
  waiting = now;
  byId("ask").setAttribute("aria-disabled", String(now));
  byId("ask").textContent = word(now ? "asking" : "ask");
}

async function get(address) {
  return read(await fetch(address, { headers: headers(), signal: AbortSignal.timeout(PATIENCE_MS) }));
}

async function send(address, body) {
  const options = { method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) };
  return read(await fetch(address, { ...options, headers: { ...headers(), "Content-Type": "application/json" } }));
}

function headers() {
  const usual = { Accept: "application/json", "Accept-Language": language() };
  return key ? { ...usual, Authorization: `Bearer ${key}` } : usual;
}

async function read(response) {
  const document = await response.json().catch(() => null);
  if (response.ok && document) return document;
  // What a gateway or a proxy refuses by itself is no problem document.
  throw document?.title ? document : { status: response.status };
}

/** A problem document, or whatever fetch throws when nothing answers. */
function showProblem(problem, asked = null) {
  const keyIsMissing = problem?.status === 401;
  if (keyIsMissing) askForKey();
  if (!problem?.title) return showFields(word(keyIsMissing ? "keyInvalid" : "unreachable"), []);
  const wrong = (problem.errors ?? []).map((error) => [fieldOf(error.pointer, asked), error.detail, ""]);
  const sentence = wrong.length ? "" : problem.detail ?? "";
  return showFields([problem.title, sentence].filter(Boolean).join(". "), wrong);
}

function askForKey() {
  byId("key-form").hidden = false;
}

function fieldOf(pointer, asked) {
  const [part, key, code] = pointer.slice(2).split("/");
  if (["patient", "place", "prevalence"].includes(part)) return placeField([part, key, code]);
  if (part === "age_years") return "age";
  if (part === "observations") return `obs-${key}`;
  if (part === "evidence" && asked) return `sign-${asked.evidence[Number(key)].code}`;
  return part === "sex" ? "sex" : "find";
}

function showFields(title, wrong) {
  for (const [id, sentence] of wrong) {
    markField(id, sentence);
    byId(id)?.closest("details")?.setAttribute("open", "");
  }
  const links = wrong.map(([id, sentence, name]) => {
    const jump = (event) => {
      event.preventDefault();
      byId(id)?.focus();
    };
    return h("li", {}, h("a", { href: `#${id}`, onclick: jump }, name ? `${name}: ${sentence}` : sentence));
  });
  fill("problems", h("h2", {}, title), links.length ? h("ul", {}, links) : "");
  byId("problems").hidden = false;
  goTo(byId("problems"));
}

function forgetProblem() {
  byId("problems").hidden = true;
  unmark();
}

start();
