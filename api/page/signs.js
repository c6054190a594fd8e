// Choosing signs: the search box, the common ones, and the list of what was chosen.

import { byId, choice, fill, h, speak } from "./dom.js";
import { index, matches, understood } from "./find.js";
import { known, removeSign, setSign } from "./patient.js";
import { language, word } from "./words.js";

const FEW = 12;
let vocabulary = null;
let entries = [];
let found = [];
let active = -1;
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
  return [
    h("label", { for: "find" }, word("search")),
    h(
      "div",
      { class: "combo" },
      h("input", {
        id: "find", type: "text", role: "combobox", spellcheck: "false", autocomplete: "off",
        "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "matches",
        "aria-describedby": "find-hint", enterkeyhint: "done",
        oninput: (event) => search(event.target.value), onkeydown: onKey, onblur: close,
      }),
      h("ul", { id: "matches", role: "listbox", "aria-label": word("suggestions"), hidden: true }),
    ),
    h("p", { class: "hint", id: "find-hint" }, word("searchHint")),
  ];
}

function search(text) {
  const query = understood(text);
  found = matches(entries, query.text).map((match) => ({ ...match, absent: query.absent }));
  active = found.length ? 0 : -1;
  fill("matches", found.map(option));
  if (!found.length && query.text) fill("matches", h("li", { class: "none" }, word("noMatch", { text })));
  const open = Boolean(query.text);
  byId("matches").hidden = !open;
  byId("find").setAttribute("aria-expanded", String(open && found.length > 0));
  point();
  if (open) speak(found.length ? word("matches", { count: found.length }) : word("noMatch", { text }));
}

function option({ symptom, spelling, absent }, position) {
  const name = symptom.label[language()];
  const also = spelling.text === name ? null : h("span", { class: "also" }, spelling.text);
  const state = absent ? word("absent") : known().signs.has(symptom.code) ? word("alreadyChosen") : word(symptom.kind);
  return h(
    "li",
    {
      id: `match-${position}`, role: "option", "aria-selected": "false",
      onpointerdown: (event) => event.preventDefault(), onclick: () => take(position),
    },
    h("span", { class: "what" }, name, also),
    h("span", { class: absent ? "tag absent" : "tag" }, state),
  );
}

function point() {
  found.forEach((_, position) => byId(`match-${position}`).setAttribute("aria-selected", String(position === active)));
  const input = byId("find");
  if (active < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", `match-${active}`);
  return byId(`match-${active}`).scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves && found.length) {
    active = (active + moves[event.key] + found.length) % found.length;
    point();
  } else if (event.key === "Enter") {
    if (active >= 0) take(active);
    else if (!event.target.value) return;
  } else if (event.key === "Escape" && event.target.value) {
    event.target.value = "";
    close();
  } else return;
  event.preventDefault();
}

function take(position) {
  const { symptom, absent } = found[position];
  byId("find").value = "";
  close();
  choose(symptom.code, absent ? "absent" : "present");
}

function close() {
  found = [];
  active = -1;
  byId("matches").hidden = true;
  byId("find").setAttribute("aria-expanded", "false");
  byId("find").removeAttribute("aria-activedescendant");
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
