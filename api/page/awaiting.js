// The clinic's own answers of which nobody has said yet what proved right; two taps say it.

import { byId, fill, h, speak } from "./dom.js";
import { date, percent, reference } from "./figures.js";
import { language, word } from "./words.js";

// More options than these are a list to choose from, fewer are buttons.
const MOST_BUTTONS = 6;
const A_PAGE = 10;
// While a doctor adds evidence the answer is given again and again: all but the last are folded away.
const SAME_VISIT_MS = 180000;

let service = null;
let vocabulary = null;
let models = [];
let problem = null;
let asked = 0;

/** `service` has `get(address)` and `send(address, body)`; nothing is asked before the part is opened. */
export function showAwaiting(given, listed, asking) {
  [vocabulary, models, service] = [given, listed, asking];
  // Without a model there is no question of which to ask.
  byId("awaiting-card").hidden = models.length === 0;
  if (models.length === 0) return;
  if (!models.some((model) => model.problem === problem)) problem = usual().problem;
  const part = byId("awaiting-part");
  part.ontoggle = () => part.open && begin();
  if (part.open) begin();
}

/** The question asked of first: what it is, among answers that fit on buttons. */
function usual() {
  return models.find(({ kind, classes }) => kind === "nominal" && classes.length <= MOST_BUTTONS) ?? models[0];
}

async function begin() {
  fill("awaiting", h("p", { class: "hint" }, word("looking")));
  const page = await read(`/v1/assessments?awaiting=feedback&problem=${encodeURIComponent(problem)}&limit=${A_PAGE}`);
  if (!page) return;
  const list = h("ul", { class: "awaiting", id: "awaiting-list" }, visits(page.assessments).map(visit));
  fill("awaiting", h("p", { class: "hint" }, word("awaitingHint")), about(), page.assessments.length ? list : h("p", {}, word("nothingAwaits")), further(page.next));
  speak(page.assessments.length ? word("awaitingShown", { count: page.assessments.length }) : word("nothingAwaits"));
}

/** A page of the list; null where it cannot be had, which is then said, or where another was asked for since. */
async function read(address) {
  asked += 1;
  const mine = asked;
  try {
    const page = await service.get(address);
    return mine === asked ? page : null;
  } catch (refusal) {
    if (mine === asked) fill("awaiting", ...why(refusal));
    return null;
  }
}

function why(refusal) {
  const plain = refusal?.type?.endsWith(":no-list") ? word("noList") : refusal?.title ?? word("unreachable");
  return [h("p", {}, plain), refusal?.detail ? h("p", { class: "hint" }, refusal.detail) : ""];
}

function about() {
  const choose = h(
    "select",
    { id: "awaiting-problem", onchange: (event) => { problem = event.target.value; begin().then(() => byId("awaiting-problem")?.focus()); } },
    models.map(({ problem: name, question }) => h("option", { value: name, selected: name === problem }, question[language()])),
  );
  return h("div", { class: "field" }, h("label", { for: "awaiting-problem" }, word("awaitingProblem")), choose);
}

function further(next) {
  if (!next) return "";
  const more = h("button", { type: "button", class: "quiet", onclick: () => add(next, more) }, word("earlierOnes"));
  return more;
}

async function add(address, button) {
  const page = await read(address);
  if (!page) return;
  const added = visits(page.assessments).map(visit);
  byId("awaiting-list").append(...added);
  button.replaceWith(further(page.next));
  added[0]?.querySelector("button, select")?.focus();
}

/** The newest first; those given shortly before the last of a visit belong to it. */
function visits(assessments) {
  const found = [];
  for (const one of assessments) {
    const latest = found.at(-1);
    if (latest && moment(latest[0]) - moment(one) < SAME_VISIT_MS) latest.push(one);
    else found.push([one]);
  }
  return found;
}

function moment(assessment) {
  return new Date(assessment.created_at).getTime();
}

function visit([last, ...before]) {
  const folded = h("details", {}, h("summary", {}, word("shortlyBefore", { count: before.length })), h("ul", { class: "awaiting" }, before.map((one) => h("li", {}, row(one)))));
  return h("li", {}, row(last), before.length ? folded : "");
}

function row(one) {
  const answer = one.answers.find((each) => each.problem === problem);
  const id = `awaiting-${one.id}`;
  const place = h("div", { class: "turned-out" });
  offer(place, one.id, id);
  return h(
    "div",
    { role: "group", "aria-labelledby": id },
    h("p", { class: "when", id }, date(one.created_at, true), " ", h("span", { class: "hint" }, word("reference", { code: reference(one.id) }))),
    h("p", { class: "hint" }, `${word(answer.is_confident ? "sure" : "notSure")}. ${word("mostLikely")} ${label(answer.first)} (${percent(answer.probability)})`),
    place,
  );
}

/** The options, and once one is chosen the button that says it. */
function offer(place, name, id) {
  const { classes } = models.find((model) => model.problem === problem);
  const confirm = h("button", { type: "button", class: "main", hidden: true });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const chosen = (code) => {
    confirm.hidden = !code;
    confirm.textContent = code ? word("confirm", { label: label(code) }) : "";
    confirm.onclick = () => keep({ place, name, id, confirm, wrong }, code);
  };
  const options = classes.length > MOST_BUTTONS ? choices(classes, id, chosen) : buttons(classes, chosen);
  place.replaceChildren(h("p", { class: "asks" }, word("turnedOut")), options, confirm, wrong);
}

function buttons(classes, chosen) {
  const all = classes.map((code) => h("button", { type: "button", class: "chip", "aria-pressed": "false" }, label(code)));
  all.forEach((button, position) => {
    button.onclick = () => {
      const pressed = button.getAttribute("aria-pressed") === "false";
      all.forEach((each) => mark(each, each === button && pressed));
      chosen(pressed ? classes[position] : null);
    };
  });
  return h("div", { class: "chips", role: "group", "aria-label": word("turnedOut") }, all);
}

function mark(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
  button.className = pressed ? "chip present" : "chip";
}

function choices(classes, id, chosen) {
  const named = classes.map((code) => [label(code), code]).sort(([a], [b]) => a.localeCompare(b, language()));
  const options = named.map(([text, code]) => h("option", { value: code }, text));
  return h("select", { id: `${id}-choice`, "aria-label": word("turnedOut"), onchange: (event) => chosen(event.target.value || null) }, h("option", { value: "" }, word("choose")), options);
}

/** Say it; what was said can be said anew, and the last word counts. */
async function keep({ place, name, id, confirm, wrong }, code) {
  if (confirm.getAttribute("aria-disabled") === "true") return;
  confirm.setAttribute("aria-disabled", "true");
  wrong.textContent = "";
  try {
    await service.send(`/v1/assessments/${name}/feedback`, { problem, verdict: "confirmed", answer_code: code });
  } catch (refusal) {
    confirm.removeAttribute("aria-disabled");
    wrong.textContent = [refusal?.title, refusal?.detail].filter(Boolean).join(". ") || word("unreachable");
    return;
  }
  const correct = () => {
    offer(place, name, id);
    place.querySelector("button, select").focus();
  };
  const again = h("button", { type: "button", class: "chip", onclick: correct }, word("correct"));
  place.replaceChildren(h("p", { class: "noted" }, word("confirmed", { label: label(code) })), again);
  again.focus();
  speak(word("confirmed", { label: label(code) }));
}

function label(code) {
  const entry = vocabulary.diagnoses.find((one) => one.problem === problem && one.code === code);
  return entry ? entry.label[language()] : code;
}
