// An answer that is shown anew stays as it was left: what was unfolded, and where the focus was.

const PARTS = "[data-problem], [data-flag], .answer-head";
// A question to ask may be another one by now, and nobody should answer it by mistake.
const SAME = "summary, .answer-head button";

/** Note how `answer` is left; what is given puts that back once it has been shown anew. */
export function staying(answer) {
  const open = [...answer.querySelectorAll("details[open]")].map((one) => placeOf(one, "details"));
  const active = document.activeElement;
  const focused = answer.contains(active) ? (active.matches(SAME) ? placeOf(active, SAME) : "gone") : null;
  return () => {
    for (const place of open) at(answer, place, "details")?.setAttribute("open", "");
    if (!focused) return;
    const again = focused === "gone" ? null : at(answer, focused, SAME);
    (again ?? answer.closest("[tabindex]")).focus({ preventScroll: true });
  };
}

function placeOf(element, kind) {
  const part = element.closest(PARTS);
  return { name: nameOf(part), position: [...part.querySelectorAll(kind)].indexOf(element) };
}

function at(answer, { name, position }, kind) {
  const part = [...answer.querySelectorAll(PARTS)].find((one) => nameOf(one) === name);
  return part?.querySelectorAll(kind)[position];
}

function nameOf({ dataset }) {
  return dataset.problem ?? dataset.flag ?? "";
}
