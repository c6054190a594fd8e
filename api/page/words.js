// Every word of the page, in Spanish and English. `word("patient")` gives it in the language shown.

const WORDS = {
  title: ["Valorar a un paciente", "Assess a patient"],
  tagline: ["apoyo al juicio clínico", "support for clinical judgement"],
  otherLanguage: ["English", "Español"],
  skip: ["Ir a la respuesta", "Go to the answer"],
  supports: [
    "Semia apoya el juicio del profesional sanitario y no lo sustituye. No es un diagnóstico.",
    "Semia supports the judgement of a health professional and does not replace it. It is not a diagnosis.",
  ],
  synthetic: [
    "DATOS SINTÉTICOS: los modelos de este equipo aprendieron de pacientes inventados. Sirve para probar el programa, no para atender a nadie.",
    "SYNTHETIC DATA: the models on this computer learned from made-up patients. It is for trying out the program, not for treating anyone.",
  ],
  partlySynthetic: [
    "Algunas preguntas se responden con DATOS SINTÉTICOS (pacientes inventados). Cada respuesta dice de qué aprendió.",
    "Some questions are answered from SYNTHETIC DATA (made-up patients). Each answer says what it learned from.",
  ],
  patient: ["Paciente", "Patient"],
  age: ["Edad", "Age"],
  sex: ["Sexo", "Sex"],
  female: ["Mujer", "Female"],
  male: ["Hombre", "Male"],
  notStated: ["No consta", "Not stated"],
  yes: ["Sí", "Yes"],
  no: ["No", "No"],
  signs: ["Signos y antecedentes", "Signs and history"],
  search: ["Busque un signo, síntoma o antecedente", "Find a sign, symptom or past illness"],
  searchHint: [
    "Escriba y pulse Intro. «Sin fiebre» lo anota como ausente.",
    "Type and press Enter. “No fever” notes it as absent.",
  ],
  suggestions: ["Coincidencias", "Matches"],
  noMatch: ["Nada coincide con «{text}».", "Nothing matches “{text}”."],
  matches: ["{count} coincidencias", "{count} matches"],
  alreadyChosen: ["ya indicado", "already noted"],
  symptom: ["síntoma", "symptom"],
  antecedent: ["antecedente", "history"],
  exposure: ["exposición", "exposure"],
  common: ["Frecuentes", "Common"],
  more: ["Más", "More"],
  fewer: ["Menos", "Fewer"],
  chosen: ["Indicados", "Noted"],
  nothingChosen: [
    "Nada todavía. Lo que no indique se trata como desconocido, no como ausente.",
    "Nothing yet. Whatever you leave out counts as unknown, not as absent.",
  ],
  present: ["Presente", "Present"],
  absent: ["Ausente", "Absent"],
  remove: ["Quitar {label}", "Remove {label}"],
  added: ["{label}: {state}", "{label}: {state}"],
  removed: ["{label} quitado", "{label} removed"],
  vitals: ["Constantes", "Vital signs"],
  vitalsHint: ["Deje en blanco lo que no haya medido.", "Leave blank what was not measured."],
  further: ["Más datos", "Further data"],
  from: ["{minimum} a {maximum} {unit}", "{minimum} to {maximum} {unit}"],
  notNumber: ["Escriba un número.", "Enter a number."],
  notWhole: ["Escriba un número entero.", "Enter a whole number."],
  impossible: [
    "{value} no es posible: se acepta de {minimum} a {maximum} {unit}.",
    "{value} is not possible: {minimum} to {maximum} {unit} is accepted.",
  ],
  consciousness: ["Conciencia", "Consciousness"],
  alert: ["Alerta", "Alert"],
  voice: ["Responde a la voz", "Responds to voice"],
  pain: ["Responde al dolor", "Responds to pain"],
  unresponsive: ["No responde", "Unresponsive"],
  place: ["Visitas anteriores y frecuencia en su zona", "Earlier visits and how common it is here"],
  placeHint: ["Todo esto es opcional.", "All of this is optional."],
  clinic: ["Centro", "Clinic"],
  clinicHint: ["Su nombre corto en Semia, como clinica_norte.", "Its short name in Semia, such as north_clinic."],
  clinicMissing: ["Indique de qué centro es el número.", "Say which clinic the number is of."],
  recordNumber: ["Número de historia", "Record number"],
  recordHint: ["Sirve para buscar sus visitas; no se guarda.", "It is used to look up visits and is not kept."],
  recordMissing: ["Indique el número, o deje el centro en blanco.", "Enter the number, or leave the clinic blank."],
  where: ["Dónde y cuándo enfermó", "Where and when they fell ill"],
  municipality: ["Municipio", "Municipality"],
  municipalityHint: ["Escriba el nombre y elíjalo, o el código DIVIPOLA.", "Type the name and pick it, or the DIVIPOLA code."],
  municipalityCode: ["Código DIVIPOLA, cinco cifras: 68001 es Bucaramanga.", "DIVIPOLA code, five digits: 68001 is Bucaramanga."],
  municipalityUnknown: [
    "Elija un municipio de la lista, o escriba las cinco cifras de su código DIVIPOLA.",
    "Pick a municipality of the list, or type the five digits of its DIVIPOLA code.",
  ],
  noPlace: ["Aquí no se sabe qué se notifica en «{text}».", "What is notified in “{text}” is not known here."],
  municipalityMissing: ["Indique el municipio, o deje la semana en blanco.", "Enter the municipality, or leave the week blank."],
  week: ["Semana epidemiológica", "Epidemiological week"],
  weekHint: ["Como 2026-W07; en blanco, la actual.", "Such as 2026-W07; left blank, this one."],
  shares: [
    "De cada 100 pacientes como este en su zona: ahora o, si indica el municipio, lo habitual",
    "Of 100 patients like this one in your area: now or, if you give the municipality, as is usual",
  ],
  shareRest: ["Queda {share} % para: {label}.", "{share} % is left for: {label}."],
  shareWrong: ["Escriba un número entre 0 y 100.", "Enter a number between 0 and 100."],
  sharesTooMuch: ["Juntas deben ser menos de 100 %.", "Together they must be less than 100 %."],
  atLocalShares: ["Con esta frecuencia allí: {shares}.", "With each as common there as: {shares}."],
  atShares: ["Con la frecuencia que indicó: {shares}.", "With how common you said each is: {shares}."],
  history: ["Visitas anteriores", "Earlier visits"],
  historyNone: ["No hay visitas anteriores de este paciente.", "There are no earlier visits of this patient."],
  historyNothing: ["No añaden nada a lo indicado.", "They add nothing to what was given."],
  historyAway: ["No se pudieron consultar.", "They could not be looked up."],
  historyCounts: ["La respuesta lo tiene en cuenta. Lo que usted indica manda.", "The answer takes this into account. What you enter comes first."],
  ask: ["Valorar", "Assess"],
  asking: ["Valorando…", "Assessing…"],
  clear: ["Vaciar", "Clear"],
  undo: ["Deshacer", "Undo"],
  cleared: ["Formulario vacío", "Form cleared"],
  mustCorrect: ["Hay datos que corregir", "Some of the data must be corrected"],
  unreachable: [
    "No hay respuesta del servicio. Lo que escribió sigue aquí; inténtelo de nuevo.",
    "The service does not answer. What you typed is still here; try again.",
  ],
  answers: ["Respuesta", "Answer"],
  assessment: ["Valoración", "Assessment"],
  empty: ["Aquí verá la respuesta", "The answer appears here"],
  emptyHint: [
    "Indique la edad, algún signo o una constante y pulse «Valorar».",
    "Enter the age, a sign or a vital sign and press “Assess”.",
  ],
  ready: ["Respuesta lista", "The answer is ready"],
  keyNeeded: ["Clave de su clínica", "Your clinic's key"],
  keyUse: ["Entrar", "Enter"],
  keyHint: [
    "Se la da quien administra Semia. No se guarda: al cerrar la página se olvida.",
    "Whoever runs Semia gives it to you. It is not kept: closing the page forgets it.",
  ],
  redFlags: ["Señales de alarma", "Red flags"],
  emergency: ["Emergencia", "Emergency"],
  urgent: ["Urgente", "Urgent"],
  because: ["Por", "Because of"],
  whoseRule: ["De quién es la regla y cuándo engaña", "Whose rule it is and when it misleads"],
  misleads: ["Cuándo engaña", "When it misleads"],
  stale: [
    "Los datos han cambiado. La respuesta se actualiza sola en la próxima pausa, o con «Valorar».",
    "The data have changed. The answer updates by itself at the next pause, or with “Assess”.",
  ],
  print: ["Imprimir", "Print"],
  copy: ["Copiar", "Copy"],
  copied: ["Copiado: péguelo en la historia clínica", "Copied: paste it into the record"],
  notCopied: ["El navegador no permite copiar; use «Imprimir».", "The browser does not allow copying; use “Print”."],
  toldLittle: [
    "Con tan pocos datos, este modelo no da una respuesta única.",
    "With so little told, this model gives no single answer.",
  ],
  given: ["Datos indicados", "Data given"],
  nameOnPaper: ["Nombre o n.º", "Name or number"],
  signature: ["Firma del profesional", "Professional's signature"],
  years: ["{age} años", "{age} years"],
  askNext: ["Qué preguntar o medir ahora", "What to ask or measure next"],
  askNothing: ["Ninguna otra pregunta cambiaría mucho esta respuesta.", "No other question would change this answer much."],
  fillIn: ["Indicar", "Fill in"],
  sure: ["Confiable", "Confident"],
  notSure: ["Sin certeza", "Not sure"],
  noData: ["Sin datos", "No data"],
  sureMeans: [
    "Con pacientes que el modelo no había visto, las respuestas así acertaron en {precision} (al menos {low}).",
    "With patients the model had not seen, answers like this were right in {precision} (at least {low}).",
  ],
  sureThis: [
    "Con pacientes que el modelo no había visto, esta misma respuesta acertó en {precision}.",
    "With patients the model had not seen, this same answer was right in {precision}.",
  ],
  neverThis: [
    "«{label}» no se da nunca como respuesta única: no acierta lo bastante.",
    "“{label}” is never given as a single answer: it is not right often enough.",
  ],
  broaderSure: ["Lo que sí se puede decir:", "What can be said:"],
  broaderUnsure: ["Más en general, y también sin certeza:", "More broadly, and not sure either:"],
  notSureMeans: [
    "Ninguna opción llega al {threshold} que este modelo exige para dar una sola respuesta.",
    "No option reaches the {threshold} that this model demands to give a single answer.",
  ],
  neverSure: [
    "Este modelo no da una respuesta única: no alcanza la precisión exigida.",
    "This model never gives a single answer: it does not reach the precision demanded.",
  ],
  strange: ["Paciente distinto", "Unlike the others"],
  setTitle: ["No se puede descartar:", "Cannot be ruled out:"],
  setHolds: [
    "{labels}. La respuesta correcta está en esta lista en {right} de cada 10 pacientes, sea cual sea.",
    "{labels}. The right answer is in this list for {right} of 10 patients, whichever it is.",
  ],
  setAll: [
    "cualquiera de las respuestas es posible con lo indicado hasta ahora.",
    "any of the answers is possible from what is given so far.",
  ],
  setNone: [
    "no encaja con ninguna de las respuestas que el modelo conoce.",
    "it fits none of the answers that the model knows.",
  ],
  setOnlyRare: ["no encaja con ninguna de las respuestas frecuentes.", "it fits none of the common answers."],
  setRare: [
    "Tampoco se descartan nunca, por haber aprendido de muy pocos pacientes: {labels}.",
    "Never ruled out either, because too few patients were learned from: {labels}.",
  ],
  andMore: ["y {count} más", "and {count} more"],
  mostLikely: ["Lo más probable:", "Most likely:"],
  veryLikely: ["muy probable", "very likely"],
  likely: ["probable", "likely"],
  possible: ["posible", "possible"],
  unlikely: ["poco probable", "unlikely"],
  veryUnlikely: ["muy poco probable", "very unlikely"],
  grade_1: ["gravedad 1: máxima", "severity 1: highest"],
  grade_2: ["gravedad 2: alta", "severity 2: high"],
  grade_3: ["gravedad 3: media", "severity 3: medium"],
  grade_4: ["gravedad 4: baja", "severity 4: low"],
  grade_5: ["gravedad 5: mínima", "severity 5: lowest"],
  severityMeans: ["1 es la mayor gravedad, 5 la menor.", "1 is the most severe, 5 the least."],
  allOptions: ["Ver las {count} opciones restantes", "Show the other {count} options"],
  forAnswer: ["A favor de: {label}", "For: {label}"],
  againstAnswer: ["En contra de: {label}", "Against: {label}"],
  noReasons: ["Nada de lo indicado.", "Nothing of what was given."],
  strong: ["mucho", "strongly"],
  moderate: ["bastante", "moderately"],
  slight: ["poco", "slightly"],
  learnedPublic: ["Aprendió de datos públicos", "Learned from public data"],
  learnedSimulated: ["Aprendió de datos públicos de pacientes SIMULADOS", "Learned from public data of SIMULATED patients"],
  learnedSynthetic: ["Aprendió de DATOS SINTÉTICOS", "Learned from SYNTHETIC DATA"],
  learnedFrom: [
    "{sources}. {rows} episodios; entrenado el {date}.",
    "{sources}. {rows} encounters; trained on {date}.",
  ],
  imitates: [
    "Pacientes inventados a imitación de: {sources}. {rows} episodios; entrenado el {date}.",
    "Made-up patients that imitate: {sources}. {rows} encounters; trained on {date}.",
  ],
  aboutModel: ["Cuánto acierta este modelo", "How good this model is"],
  wholeCard: ["La ficha completa de este modelo", "The whole card of this model"],
  measured: ["Medido en pacientes que el modelo no había visto", "Measured on patients the model had not seen"],
  auc_roc: ["AUC-ROC (0,5 es azar, 1 es perfecto)", "AUC-ROC (0.5 is chance, 1 is perfect)"],
  auc_pr: ["Área precisión-exhaustividad", "Area under precision-recall"],
  accuracy: ["Aciertos", "Accuracy"],
  auc_roc_partial: ["AUC-ROC con datos incompletos", "AUC-ROC with incomplete data"],
  ece: ["Error de calibración", "Calibration error"],
  version: ["Versión", "Version"],
  confidentShare: ["Pacientes con respuesta confiable", "Patients with a confident answer"],
  nothingStored: [
    "Esta página no guarda nada en el navegador.",
    "This page stores nothing in the browser.",
  ],
  forEngineers: ["Documentación de la API", "API documentation"],
};

// The public data sets, as a doctor would name them.
const SOURCES = {
  ktas: ["KTAS (dos urgencias de Corea, 2016–17)", "KTAS (two Korean emergency departments, 2016–17)"],
  yale_triage: ["Yale (tres urgencias de EE. UU., 2014–17)", "Yale (three US emergency departments, 2014–17)"],
  sinan_arbovirus: ["SINAN (Amazonas y Recife, Brasil, 2015–20)", "SINAN (Amazonas and Recife, Brazil, 2015–20)"],
  ddxplus: ["DDXPlus (pacientes simulados por sus autores)", "DDXPlus (patients simulated by its authors)"],
};

let current = document.documentElement.lang === "en" ? "en" : "es";

export function language() {
  return current;
}

export function setLanguage(chosen) {
  current = chosen === "en" ? "en" : "es";
  document.documentElement.lang = current;
}

function pick(pair) {
  return pair[current === "en" ? 1 : 0];
}

export function word(name, values = {}) {
  const text = pick(WORDS[name]);
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole).trim();
}

export function hasWord(name) {
  return Object.hasOwn(WORDS, name);
}

export function sourceName(code) {
  return Object.hasOwn(SOURCES, code) ? pick(SOURCES[code]) : code;
}

export function number(value, digits = 2) {
  return new Intl.NumberFormat(current, { maximumFractionDigits: digits }).format(value);
}

export function percent(share) {
  if (share > 0 && share < 0.01) return `<${number(1)}\u00a0%`;
  if (share < 1 && share > 0.99) return `>${number(99)}\u00a0%`;
  return `${number(share * 100, 0)}\u00a0%`;
}

export function date(text, withTime = false) {
  const style = withTime ? { dateStyle: "medium", timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(current, style).format(new Date(text));
}
