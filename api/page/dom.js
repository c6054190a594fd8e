// Build elements without ever turning text into markup.

/** h("p", {class: "hint", id: "x"}, "text", child): a new element; null children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

export function fill(id, ...children) {
  byId(id).replaceChildren(...children.flat(Infinity));
}

/** A message for screen readers that does not move the focus. */
export function speak(text) {
  byId("spoken").textContent = text;
}

let pressing = false;
let waiting = [];

/** Watch presses, so that nothing moves under a finger between its coming down and going up. */
export function watchPresses() {
  const release = () => {
    pressing = false;
    const due = waiting;
    waiting = [];
    setTimeout(() => due.forEach((action) => action()));
  };
  document.addEventListener("pointerdown", () => { pressing = true; }, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("pointercancel", release, true);
}

/** Do something that moves the page: now, or as soon as no button is being pressed. */
export function afterPress(action) {
  if (pressing) waiting.push(action);
  else action();
}

/** Two or three options as one row of buttons; a radio group for keyboard and screen reader. */
export function choice(name, legend, options, chosen, onchange, hideLegend = false) {
  const buttons = options.map(([value, label]) => {
    const id = `${name}-${value || "none"}`;
    const input = h("input", { type: "radio", name, id, value, onchange: () => onchange(value) });
    input.checked = value === chosen;
    return [input, h("label", { for: id }, label)];
  });
  return h(
    "fieldset",
    { class: "choice", id: name },
    h("legend", { class: hideLegend ? "unseen" : null }, legend),
    h("div", { class: "segments" }, buttons),
  );
}
