// Try an operation of the API where it is described: its parameters, its body, what it answers.

import { byId, h } from "./dom.js";

/** Of each media type that a body may come as, an example as text. */
export function bodies(api, { requestBody }) {
  return Object.entries(requestBody?.content ?? {}).map(([media, { schema = {}, example }]) => {
    const named = schema.$ref ? api.components.schemas[schema.$ref.split("/").at(-1)] : schema;
    const shown = example ?? named.examples?.[0] ?? "";
    return [media, typeof shown === "string" ? shown : JSON.stringify(shown, null, 2)];
  });
}

export function attempt(api, path, method, about) {
  const id = `${method}-${path.replace(/\W+/g, "-")}`;
  const inputs = (about.parameters ?? []).map((one) => [one, parameterInput(`${id}-${one.name}`, one)]);
  const body = bodyInputs(id, bodies(api, about));
  const result = h("pre", { tabindex: "0", "aria-label": "Answer", "aria-live": "polite", hidden: true });
  const show = (text) => {
    result.hidden = false;
    result.textContent = text;
  };
  const send = () => ask(address(path, inputs), method, { ...key(), ...headers(inputs), ...body.type() }, body.text()).then(show, (error) => show(String(error)));
  return [
    h("h3", {}, "Try it"),
    body.fields,
    h("div", { class: "try" }, inputs.map(([{ name }, input]) => h("div", {}, h("label", { for: input.id }, name), " ", input)), h("button", { type: "button", class: "main", onclick: send }, "Send")),
    result,
  ].flat();
}

function parameterInput(id, { in: where, schema }) {
  const example = schema.examples?.[0] ?? "";
  const input = h("input", { id, type: "text", autocomplete: "off", placeholder: where === "query" ? `${example}` : null });
  if (where === "path") input.value = example;
  return input;
}

function bodyInputs(id, offered) {
  if (!offered.length) return { fields: [], type: () => ({}), text: () => undefined };
  const text = h("textarea", { id: `${id}-body`, spellcheck: "false" });
  const media = h(
    "select",
    { id: `${id}-type`, onchange: () => { text.value = new Map(offered).get(media.value); } },
    offered.map(([name]) => h("option", { value: name }, name)),
  );
  [[media.value, text.value]] = offered;
  return {
    fields: [h("div", { class: "try" }, h("label", { for: media.id }, "Content-Type"), media), h("label", { for: text.id }, "Body"), text],
    type: () => ({ "Content-Type": media.value }),
    text: () => text.value,
  };
}

function address(path, inputs) {
  const typed = (where) => inputs.filter(([one, { value }]) => one.in === where && value !== "").map(([{ name }, { value }]) => [name, value]);
  const whole = typed("path").reduce((text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)), path);
  const query = new URLSearchParams(typed("query")).toString();
  return query ? `${whole}?${query}` : whole;
}

function headers(inputs) {
  return Object.fromEntries(inputs.filter(([one, { value }]) => one.in === "header" && value !== "").map(([{ name }, { value }]) => [name, value]));
}

/** The key typed at the top of the page; it is stored nowhere. */
function key() {
  const typed = byId("key").value.trim();
  return typed ? { Authorization: `Bearer ${typed}` } : {};
}

async function ask(where, method, sent, body) {
  const response = await fetch(where, { method: method.toUpperCase(), headers: sent, body });
  return `${response.status}\n${pretty(await response.text())}`;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
