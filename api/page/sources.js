// The public data sets, as a doctor would name them.

import { language } from "./words.js";

const SOURCES = {
  ktas: ["KTAS (dos urgencias de Corea, 2016–17)", "KTAS (two Korean emergency departments, 2016–17)"],
  yale_triage: ["Yale (tres urgencias de EE. UU., 2014–17)", "Yale (three US emergency departments, 2014–17)"],
  sinan_arbovirus: ["SINAN (Amazonas y Recife, Brasil, 2015–20)", "SINAN (Amazonas and Recife, Brazil, 2015–20)"],
  ddxplus: ["DDXPlus (pacientes simulados por sus autores)", "DDXPlus (patients simulated by its authors)"],
};

export function sourceName(code) {
  return Object.hasOwn(SOURCES, code) ? SOURCES[code][language() === "en" ? 1 : 0] : code;
}
