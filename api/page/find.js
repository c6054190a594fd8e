// Find signs and places by what a doctor types: accents, case and one slip of the finger do not matter.

const NEGATIONS = /^(no|sin|niega|without|denies)\s+((tiene|hay|presenta|refiere|has|have)\s+)?(?=\S)/;

export function folded(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[_\s]+/g, " ").trim();
}

/** What was typed, parted into the words to look for and whether they are denied. */
export function understood(text) {
  const plain = folded(text);
  const negation = plain.match(NEGATIONS);
  return { text: negation ? plain.slice(negation[0].length) : plain, absent: Boolean(negation) };
}

/** Signs with every way of writing them, folded once. */
export function index(symptoms, language) {
  const other = language === "es" ? "en" : "es";
  return symptoms.map((symptom) => ({
    what: symptom,
    spellings: [
      [symptom.label[language], 0],
      ...(symptom.synonyms[language] ?? []).map((synonym) => [synonym, 1]),
      [symptom.label[other], 2],
      ...(symptom.synonyms[other] ?? []).map((synonym) => [synonym, 2]),
    ].map(([text, distance]) => ({ text, plain: folded(text), distance })),
  }));
}

/** The best matches first: {what, spelling}; an empty query matches nothing. */
export function matches(entries, query, most = 8) {
  if (!query) return [];
  const exact = ranked(entries, (plain) => rank(plain, query));
  const found = exact.length ? exact : ranked(entries, (plain) => slipRank(plain, query));
  return found.slice(0, most);
}

function ranked(entries, rankOf) {
  const found = [];
  for (const { what, spellings } of entries) {
    let best = null;
    for (const spelling of spellings) {
      const score = rankOf(spelling.plain);
      if (score === null) continue;
      const total = score * 10 + spelling.distance;
      if (!best || total < best.total) best = { what, spelling, total };
    }
    if (best) found.push(best);
  }
  return found.sort((a, b) => a.total - b.total || a.spelling.plain.length - b.spelling.plain.length);
}

function rank(plain, query) {
  if (plain === query) return 0;
  if (plain.startsWith(query)) return 1;
  const words = plain.split(" ");
  const parts = query.split(" ");
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 2;
  return query.length > 2 && plain.includes(query) ? 3 : null;
}

function slipRank(plain, query) {
  if (query.length < 4) return null;
  const allowed = query.length > 7 ? 2 : 1;
  const words = [plain, ...plain.split(" ")];
  return words.some((word) => slips(word.slice(0, query.length + 1), query, allowed)) ? 4 : null;
}

/** True if at most `allowed` letters added, lost, changed or swapped turn one text into the other. */
function slips(a, b, allowed) {
  if (Math.abs(a.length - b.length) > allowed) return false;
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1, swapped ? before[j - 2] + 1 : Infinity));
    }
    [before, row] = [row, next];
  }
  return row[b.length] <= allowed;
}
