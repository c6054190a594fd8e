// Show the OpenAPI document and let a reader try each operation, with nothing from another host.

import { byId, fill, h } from "./dom.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

async function start() {
  const api = await (await fetch("/openapi.json")).json();
  byId("title").textContent = `${api.info.title} ${api.info.version}`;
  fill("about", api.info.description.split("\n\n").map((text) => h("p", {}, text)));
  const found = [];
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) if (item[method]) found.push(operation(api, path, method, item[method]));
  }
  fill("operations", found);
  fill("schemas", Object.entries(api.components.schemas).map(([name, schema]) => schemaPart(name, schema)));
  openTarget();
}

function operation(api, path, method, about) {
  const request = about.requestBody?.content?.["application/json"]?.schema;
  return h(
    "details",
    { class: "operation" },
    h("summary", {}, h("span", { class: "method" }, method.toUpperCase()), h("code", {}, path), ` ${about.summary ?? ""}`),
    h(
      "div",
      { class: "inside" },
      h("p", {}, about.description ?? ""),
      request ? [h("h3", {}, "Body"), h("p", {}, type(request))] : "",
      h("h3", {}, "Answers"),
      table(["Status", "Meaning", "Content"], Object.entries(about.responses).map(([status, response]) => [
        status, response.description, contents(response),
      ])),
      attempt(api, path, method, request, about.parameters ?? []),
    ),
  );
}

function contents(response) {
  const found = Object.entries(response.content ?? {});
  return found.length ? found.map(([media, { schema }]) => h("p", {}, h("code", {}, media), " ", schema ? type(schema) : "")) : "";
}

/** The type of a schema in words, with links to the schemas it names. */
function type(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return h("a", { href: `#schema-${name}`, onclick: () => setTimeout(openTarget) }, name);
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return h("span", {}, choices.flatMap((choice, position) => [position ? " or " : "", type(choice)]));
  if (schema.type === "array") return h("span", {}, "list of ", schema.items ? type(schema.items) : "anything");
  if (schema.type === "object" && typeof schema.additionalProperties === "object") {
    return h("span", {}, "map of ", type(schema.additionalProperties));
  }
  if (schema.enum) return h("span", {}, schema.enum.map((value) => JSON.stringify(value)).join(" | "));
  return h("span", {}, schema.const !== undefined ? JSON.stringify(schema.const) : schema.type ?? "anything");
}

function schemaPart(name, schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([field, about]) => [
    h("span", {}, h("code", {}, field), required.has(field) ? " *" : ""), type(about), about.description ?? "",
  ]);
  return h(
    "details",
    { class: "schema", id: `schema-${name}` },
    h("summary", {}, h("code", {}, name)),
    h("div", { class: "inside" }, h("p", {}, schema.description ?? ""), rows.length ? table(["Field (* required)", "Type", "Meaning"], rows) : type(schema)),
  );
}

function table(head, rows) {
  const cells = (row) => row.map((cell) => h("td", {}, cell));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": head.join(", ") },
    h("table", {}, h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows.map((row) => h("tr", {}, cells(row))))),
  );
}

function attempt(api, path, method, request, parameters) {
  const id = `${method}-${path.replace(/\W+/g, "-")}`;
  const examples = request?.$ref ? api.components.schemas[request.$ref.split("/").at(-1)].examples ?? [{}] : null;
  const body = examples ? h("textarea", { id: `${id}-body`, spellcheck: "false" }) : null;
  if (body) body.value = JSON.stringify(examples[0], null, 2);
  const inputs = parameters.filter((one) => one.in === "path").map((one) => [one.name, h("input", { id: `${id}-${one.name}`, type: "text" })]);
  const result = h("pre", { tabindex: "0", "aria-label": "Answer", "aria-live": "polite", hidden: true });
  const send = async () => {
    const address = inputs.reduce((text, [name, input]) => text.replace(`{${name}}`, encodeURIComponent(input.value)), path);
    const options = body ? { method: method.toUpperCase(), body: body.value, headers: { "Content-Type": "application/json" } } : {};
    const response = await fetch(address, options);
    const text = await response.text();
    result.hidden = false;
    result.textContent = `${response.status}\n${pretty(text)}`;
  };
  return [
    h("h3", {}, "Try it"),
    body ? [h("label", { for: `${id}-body` }, "Body"), body] : "",
    h("div", { class: "try" }, inputs.map(([name, input]) => [h("label", { for: input.id }, name), input]), h("button", { type: "button", class: "main", onclick: send }, "Send")),
    result,
  ].flat();
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function openTarget() {
  const target = location.hash && byId(location.hash.slice(1));
  if (target) {
    target.open = true;
    target.scrollIntoView();
  }
}

start();
