// Choosing signs: the search box, the common ones, and the list of what was chosen.

import { combo } from "./combo.js";
import { byId, choice, fill, h, speak } from "./dom.js";
import { index, matches, understood } from "./find.js";
import { known, removeSign, setSign } from "./patient.js";
import { language, word } from "./words.js";

const FEW = 12;
let vocabulary = null;
let entries = [];
let allCommon = false;

export function showSigns(given) {
  vocabulary = given;
  entries = index(vocabulary.symptoms, language());
  fill("search", searchBox());
  showCommon();
  showChosen();
}

export function label(code) {
  const entry = vocabulary.symptoms.find((symptom) => symptom.code === code);
  return entry ? entry.label[language()] : code;
}

function searchBox() {
  const box = combo({
    id: "find", list: "matches", option: "match", described: "find-hint",
    find: signsLike, show: shown, take, none: (text) => word("noMatch", { text }),
  });
  return [h("label", { for: "find" }, word("search")), box, h("p", { class: "hint", id: "find-hint" }, word("searchHint"))];
}

function signsLike(text) {
  const query = understood(text);
  return query.text ? matches(entries, query.text).map((match) => ({ ...match, absent: query.absent })) : null;
}

function shown({ what, spelling, absent }) {
  const name = what.label[language()];
  const also = spelling.text === name ? null : h("span", { class: "also" }, spelling.text);
  const state = absent ? word("absent") : known().signs.has(what.code) ? word("alreadyChosen") : word(what.kind);
  return [h("span", { class: "what" }, name, also), h("span", { class: absent ? "tag absent" : "tag" }, state)];
}

function take({ what, absent }) {
  choose(what.code, absent ? "absent" : "present");
}

function choose(code, state) {
  setSign(code, state);
  speak(word("added", { label: label(code), state: word(state) }));
  showCommon();
  showChosen();
}

function drop(code) {
  removeSign(code);
  speak(word("removed", { label: label(code) }));
  showCommon();
  showChosen();
}

function showCommon() {
  const focused = document.activeElement?.dataset?.chip;
  const codes = vocabulary.common_signs;
  const shown = allCommon ? codes : codes.slice(0, FEW);
  const more = codes.length > FEW
    ? h("button", { type: "button", class: "chip more", "data-chip": "more", "aria-expanded": String(allCommon), onclick: toggleCommon }, word(allCommon ? "fewer" : "more"))
    : null;
  fill("common", h("h3", { class: "small", id: "common-title" }, word("common")),
    h("div", { class: "chips", role: "group", "aria-labelledby": "common-title" }, shown.map(chip), more));
  if (focused) document.querySelector(`[data-chip="${focused}"]`)?.focus();
}

function toggleCommon() {
  allCommon = !allCommon;
  showCommon();
}

function chip(code) {
  const state = known().signs.get(code);
  const toggle = () => (state ? drop(code) : choose(code, "present"));
  return h(
    "button",
    { type: "button", class: state ? `chip ${state}` : "chip", "data-chip": code, "aria-pressed": String(Boolean(state)), onclick: toggle },
    label(code),
  );
}

export function showChosen() {
  const signs = [...known().signs];
  byId("nothing-chosen").hidden = signs.length > 0;
  byId("chosen").hidden = signs.length === 0;
  fill("chosen", signs.map(chosen));
}

function chosen([code, state]) {
  const options = [["present", word("present")], ["absent", word("absent")]];
  const change = (next) => {
    setSign(code, next);
    byId(`sign-${code}`).className = next;
    speak(word("added", { label: label(code), state: word(next) }));
    showCommon();
  };
  const remove = () => {
    drop(code);
    byId("find").focus();
  };
  return h(
    "li",
    { id: `sign-${code}`, class: state, tabindex: "-1" },
    h("span", { class: "label" }, label(code)),
    choice(`state-${code}`, label(code), options, state, change, true),
    h("button", { type: "button", class: "remove", "aria-label": word("remove", { label: label(code) }), onclick: remove }, "×"),
  );
}
