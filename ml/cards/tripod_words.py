"""What fills each of the 27 items of TRIPOD+AI, in Spanish and English; `{names}` come of the run.

An item that begins with `-` is not applicable, and the rest says why.
"""

from collections.abc import Mapping

from ml.cards.wording import Language

Both = tuple[str, str]

# The kinds of model (ml.models.candidates) by their names in the field.
MODELS: Mapping[Language, Mapping[str, str]] = {
    "es": {
        "dummy": "ninguno: a todos se les responde lo frecuente que es cada respuesta",
        "logistic": "regresión logística penalizada",
        "trees": "árboles potenciados por gradiente (histogramas)",
        "naive_bayes": "bayes ingenuo, con razones de verosimilitud",
        "forest": "bosque aleatorio",
        "neural": "red neuronal pequeña",
        "blend": "media de regresión logística penalizada y árboles potenciados por gradiente",
    },
    "en": {
        "dummy": "none: everybody is answered with how common each answer is",
        "logistic": "penalised logistic regression",
        "trees": "gradient boosted trees (histograms)",
        "naive_bayes": "naive Bayes with likelihood ratios",
        "forest": "random forest",
        "neural": "a small neural network",
        "blend": "mean of penalised logistic regression and gradient boosted trees",
    },
}
COPIES: Mapping[Language, str] = {
    "es": " Las filas de una fuente pequeña se repiten al aprender, para que cuenten, y no al medir.",
    "en": " A small source's rows are repeated in learning, so that they count, and not in measuring.",
}
ONE_SOURCE: Mapping[Language, str] = {
    "es": "Hay una sola fuente, así que no se sabe cuánto varía entre lugares.",
    "en": "There is one source, so how much it varies between places is not known.",
}
NOT_EACH: Mapping[Language, str] = {
    "es": "Hay varias fuentes y no se midió más de una por separado, así que no se sabe cuánto varía entre lugares.",
    "en": "There are several sources and no more than one was measured apart, so how much it varies between places is not known.",
}  # fmt: skip
ETHICS: Mapping[tuple[str, Language], str] = {
    ("real", "es"): "solo se usan registros publicados sin identificadores; la aprobación de cada estudio la da quien los publicó, y a nadie se trató con este modelo.",
    ("real", "en"): "only published records without identifiers are used; approval of each study is its publishers' to state, and nobody was treated by this model.",
    ("simulated", "es"): "los pacientes publicados son simulados; a nadie se trató con este modelo.",
    ("simulated", "en"): "the published patients are simulated; nobody was treated by this model.",
    ("synthetic", "es"): "los datos son sintéticos, hechos por el programa; no hay personas en ellos.",
    ("synthetic", "en"): "the data are synthetic, made by the program; there are no persons in them.",
}  # fmt: skip
LIMITS: Mapping[tuple[str, Language], str] = {
    ("real", "es"): "Registros retrospectivos de pocos lugares y años, hechos con otro fin.",
    ("real", "en"): "Retrospective records of few places and years, made for another purpose.",
    ("simulated", "es"): "Pacientes simulados, más regulares que los reales: con estos acertará menos.",
    ("simulated", "en"): "Simulated patients, more regular than real ones: with those it will be right less often.",
    ("synthetic", "es"): "Datos sintéticos: nada dicen de personas reales.",
    ("synthetic", "en"): "Synthetic data: they say nothing of real people.",
}  # fmt: skip

ITEMS: tuple[tuple[int, Both, Both], ...] = (
    (1, ("Título", "Title"), (
        "Desarrollo y prueba interna de un modelo de predicción: {question}",
        "Development and internal evaluation of a prediction model: {question}")),
    (2, ("Resumen", "Abstract"), (
        "{rows} consultas de {patients} pacientes ({sources}). Modelo: {model}. En {n} consultas de pacientes nunca vistos: AUC-ROC {auc_roc_ci}, aciertos {accuracy_ci}, error de calibración {ece}.",
        "{rows} encounters of {patients} patients ({sources}). Model: {model}. On {n} encounters of patients never seen: AUC-ROC {auc_roc_ci}, accuracy {accuracy_ci}, calibration error {ece}.")),
    (3, ("Contexto y uso previsto", "Background and intended use"), (
        "Para un médico ante un paciente como los de las fuentes, antes de confirmar el diagnóstico. Desigualdades: cada fuente describe los servicios que la recogieron; de quien no llega a ellos el modelo no sabe nada.",
        "For a doctor with a patient like those of the sources, before the diagnosis is confirmed. Inequalities: each source describes the services that collected it; of people who do not reach them the model knows nothing.")),
    (4, ("Objetivos", "Objectives"), (
        "Responder «{question}» con probabilidades calibradas, o decir que no se sabe.",
        "To answer “{question}” with calibrated probabilities, or to say that it is not known.")),
    (5, ("Datos", "Data"), (
        "{origin}: {sources}. SHA-256 {data_hash}. Origen, fechas y licencia de cada fuente: docs/reference/sources.md del proyecto.",
        "{origin}: {sources}. SHA-256 {data_hash}. Origin, dates and licence of each source: docs/reference/sources.md of the project.")),
    (6, ("Participantes", "Participants"), (
        "Toda consulta de las fuentes cuya respuesta se conoce; al medir no se excluye a nadie más. Los tratamientos recibidos no son entradas del modelo.",
        "Every encounter of the sources whose answer is known; in measuring nobody else is excluded. Treatments received are no input of the model.")),
    (7, ("Preparación de los datos", "Data preparation"), (
        "dbt limpia y codifica todas las fuentes con las mismas reglas, para cualquier grupo de pacientes; código {git_commit}.",
        "dbt cleans and encodes all sources by the same rules, for every group of patients; code {git_commit}.")),
    (8, ("Desenlace", "Outcome"), (
        "{n_classes} respuestas, como las escribió cada fuente: {classes}. Se refieren a la misma consulta, sin plazo posterior. Quienes publicaron los datos no dicen si se juzgaron a ciegas.",
        "{n_classes} answers, as each source wrote them: {classes}. They are about the same encounter, without a later horizon. Whether they were judged blind the publishers do not say.")),
    (9, ("Predictores", "Predictors"), (
        "{n_features} entradas del vocabulario: signos, antecedentes y mediciones que un médico conoce en el momento de preguntar. La lista entera está en problem.json.",
        "{n_features} inputs of the vocabulary: signs, past illnesses and measurements that a doctor knows when asking. All are listed in problem.json.")),
    (10, ("Tamaño de la muestra", "Sample size"), (
        "No se calculó de antemano: se usa todo lo publicado, {rows} consultas. La respuesta menos frecuente tiene {smallest} para aprender.",
        "Not calculated beforehand: all that is published is used, {rows} encounters. The rarest answer has {smallest} to learn from.")),
    (11, ("Datos faltantes", "Missing data"), (
        "A quién se analiza: {analysed}. Nada se imputa antes del modelo: lo desconocido entra como desconocido, y el modelo aprende también de copias de los pacientes con datos ocultos.",
        "Who is analysed: {analysed}. Nothing is imputed before the model: what is unknown enters as unknown, and the model also learns from copies of the patients with evidence hidden.")),
    (12, ("Métodos de análisis", "Analytical methods"), (
        "Un quinto de los pacientes, elegido al azar, sirve solo para medir. Con los demás se comparan los candidatos, por validación cruzada agrupada por paciente, y se elige uno: {model}. Calibración por temperatura ({temperature}). Intervalos: bootstrap por paciente, cien muestras.",
        "A fifth of the patients, drawn at random, serves to measure alone. With the others the candidates are compared, by cross-validation grouped by patient, and one is chosen: {model}. Calibrated by temperature ({temperature}). Intervals: bootstrap over patients, a hundred draws.")),
    (13, ("Desequilibrio de clases", "Class imbalance"), (
        "No se corrige al aprender: las probabilidades son las de las fuentes, y quien pregunta puede declarar otra prevalencia.{copies} Consultas por respuesta para aprender: {learned}.",
        "Not corrected in learning: probabilities are those of the sources, and whoever asks may state another prevalence.{copies} Encounters of each answer to learn from: {learned}.")),
    (14, ("Equidad", "Fairness"), (
        "Se mide aparte por sexo, edad, fuente y signos vitales presentes, en grupos de 150 pacientes o más. {worst_group} El control rechaza un modelo que distingue demasiado mal a un grupo, o peor que el anterior.",
        "Measured apart by sex, age, source and whether vital signs are there, in groups of 150 patients or more. {worst_group} The gate refuses a model that tells a group apart too badly, or worse than the one before.")),
    (15, ("Salida del modelo", "Model output"), (
        "Una probabilidad por respuesta; juntas suman 1. {confidence}",
        "A probability for each answer; together they are 1. {confidence}")),
    (16, ("Entrenamiento frente a prueba", "Training versus evaluation"), (
        "Mismas fuentes, criterios, entradas y respuestas; solo cambian los pacientes. No mide otro lugar ni otra época: eso lo mide allí semia validate.",
        "The same sources, criteria, inputs and answers; only the patients differ. It measures no other place and no other time: semia validate does, there.")),
    (17, ("Aprobación ética", "Ethical approval"), (
        "-{ethics}",
        "-{ethics}")),
    (18, ("Ciencia abierta", "Open science"), (
        "Código abierto (Apache-2.0), commit {git_commit}; datos con la licencia de quien los publicó. No hay protocolo ni registro previos, ni financiación o conflictos de interés declarados.",
        "Open code (Apache-2.0), commit {git_commit}; data under their publishers' licences. There is no protocol and no registration, and no declared funding or conflict of interest.")),
    (19, ("Participación de pacientes", "Patient and public involvement"), (
        "Ninguna: ni pacientes ni público tomaron parte en el diseño, el análisis o esta ficha.",
        "No involvement: neither patients nor public took part in the design, the analysis or this card.")),
    (20, ("Flujo de participantes", "Participants"), (
        "{rows} consultas de {patients} pacientes: {n} reservadas para medir, las demás para aprender. Sus características, y en qué difieren las fuentes, las dibuja semia explore {name}.",
        "{rows} encounters of {patients} patients: {n} kept to measure, the others to learn from. Their characteristics, and how the sources differ, are drawn by semia explore {name}.")),
    (21, ("Desarrollo del modelo", "Model development"), (
        "Consultas por respuesta para medir: {judged}. Para aprender: apartado 13.",
        "Encounters of each answer to measure: {judged}. To learn from: item 13.")),
    (22, ("Especificación del modelo", "Model specification"), (
        "model.onnx, junto a esta ficha, es el modelo entero; problem.json lista sus entradas.",
        "model.onnx, beside this card, is the whole model; problem.json lists its inputs.")),
    (23, ("Desempeño", "Model performance"), (
        "AUC-ROC {auc_roc_ci}, aciertos {accuracy_ci}, Brier {brier}, error de calibración {ece}, pendiente {calibration_slope}. {heterogeneity}",
        "AUC-ROC {auc_roc_ci}, accuracy {accuracy_ci}, Brier {brier}, calibration error {ece}, slope {calibration_slope}. {heterogeneity}")),
    (24, ("Actualización del modelo", "Model updating"), (
        "Esta es la versión {version}. Ninguna versión se retoca: cada una se aprende de nuevo y pasa el mismo control. Un lugar puede corregir la media de sus respuestas: semia validate --recentre.",
        "This is version {version}. No version is touched up: each is learned anew and passes the same gate. A place may set the mean of its answers right: semia validate --recentre.")),
    (25, ("Interpretación", "Interpretation"), (
        "Acierta {accuracy}, frente a {baseline_accuracy} de responder a todos lo más frecuente; error de calibración {ece}. {worst_group}",
        "It is right in {accuracy}, against {baseline_accuracy} of answering everybody with the commonest; calibration error {ece}. {worst_group}")),
    (26, ("Limitaciones", "Limitations"), (
        "{limits} Ningún ensayo ha mostrado que usarlo ayude a un paciente.",
        "{limits} No trial has shown that its use helps a patient.")),
    (27, ("Uso en la práctica", "Usability"), (
        "Lo que no se sabe se deja en blanco (AUC-ROC {auc_roc_partial} con datos incompletos), y a un paciente distinto de aquellos de los que aprendió se le llama extraño. Lo usa un médico, sin más formación. Próximo paso: validarlo donde se vaya a usar.",
        "What is not known is left blank (AUC-ROC {auc_roc_partial} with evidence hidden), and a patient unlike those learned from is called strange. A doctor uses it, without further training. Next step: to validate it where it is to be used.")),
)  # fmt: skip
