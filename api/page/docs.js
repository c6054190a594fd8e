// Show the OpenAPI document and let a reader try each operation, with nothing from another host.

import { attempt } from "./attempt.js";
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
  const parameters = about.parameters ?? [];
  const bodies = Object.entries(about.requestBody?.content ?? {});
  return h(
    "details",
    { class: "operation" },
    h("summary", {}, h("span", { class: "method" }, method.toUpperCase()), h("code", {}, path), ` ${about.summary ?? ""}`),
    h(
      "div",
      { class: "inside" },
      h("p", {}, about.description ?? ""),
      parameters.length ? [h("h3", {}, "Parameters"), table(["Name (* required)", "In", "Type", "Meaning"], parameters.map(parameterRow))] : "",
      bodies.length ? [h("h3", {}, "Body"), bodies.map(([media, { schema }]) => h("p", {}, h("code", {}, media), " ", type(schema)))] : "",
      h("h3", {}, "Answers"),
      table(["Status", "Meaning", "Content"], Object.entries(about.responses).map(([status, response]) => [
        status, response.description, contents(response),
      ])),
      attempt(api, path, method, about),
    ),
  );
}

function parameterRow({ name, in: where, required, schema, description }) {
  return [h("span", {}, h("code", {}, name), required ? " *" : ""), where, type(schema), description ?? schema.description ?? ""];
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

function openTarget() {
  const target = location.hash && byId(location.hash.slice(1));
  if (target) {
    target.open = true;
    target.scrollIntoView();
  }
}

start();
