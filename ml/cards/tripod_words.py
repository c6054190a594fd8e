"""What fills each of the 27 items of TRIPOD+AI, in Spanish and English; `{names}` come of the run.

An item that begins with `-` is not applicable, and the rest says why.
"""

Both = tuple[str, str]

ITEMS: tuple[tuple[int, Both, Both], ...] = (
    (1, ("Título", "Title"), (
        "Desarrollo y prueba interna de un modelo de predicción: {question}",
        "Development and internal evaluation of a prediction model: {question}")),
    (2, ("Resumen", "Abstract"), (
        "{rows} consultas de {patients} pacientes ({sources}); AUC-ROC {auc_roc} en pacientes nunca vistos.",
        "{rows} encounters of {patients} patients ({sources}); AUC-ROC {auc_roc} on patients never seen.")),
    (3, ("Contexto y uso previsto", "Background and intended use"), (
        "Para médicos, ante un paciente como los de las fuentes. Desigualdades: una fuente es un lugar, y a quien no llega a él no se le conoce.",
        "For doctors, about a patient like those of the sources. Inequalities: a source is a place, and who does not reach it is not known.")),
    (4, ("Objetivos", "Objectives"), (
        "Responder «{question}» con probabilidades calibradas, o decir que no se sabe.",
        "To answer “{question}” with calibrated probabilities, or to say that it is not known.")),
    (5, ("Datos", "Data"), (
        "{origin}: {sources}. SHA-256 {data_hash}. Las fechas de cada fuente están en docs/reference/sources.md.",
        "{origin}: {sources}. SHA-256 {data_hash}. The dates of each source are in docs/reference/sources.md.")),
    (6, ("Participantes", "Participants"), (
        "Toda consulta de las fuentes con respuesta conocida; los tratamientos recibidos no se leen.",
        "Every encounter of the sources with a known answer; treatments received are not read.")),
    (7, ("Preparación de los datos", "Data preparation"), (
        "dbt limpia y codifica todas las fuentes igual; código {git_commit}.",
        "dbt cleans and encodes all sources alike; code {git_commit}.")),
    (8, ("Desenlace", "Outcome"), (
        "{n_classes} respuestas, como las escribió cada fuente: {classes}. Si se juzgaron a ciegas, quienes los publicaron no lo dicen.",
        "{n_classes} answers, as each source wrote them: {classes}. Whether they were judged blind the publishers do not say.")),
    (9, ("Predictores", "Predictors"), (
        "{n_features} signos, antecedentes y mediciones del vocabulario, los que un médico ve al preguntar.",
        "{n_features} signs, past illnesses and measurements of the vocabulary, those a doctor sees when asking.")),
    (10, ("Tamaño de la muestra", "Sample size"), (
        "Toda la disponible: {rows} consultas. Clase menor al aprender: {smallest}.",
        "All there is: {rows} encounters. Smallest class to learn from: {smallest}.")),
    (11, ("Datos faltantes", "Missing data"), (
        "Lo desconocido queda desconocido; lo trata el modelo, que aprende también de copias con datos ocultos.",
        "The unknown stays unknown; the model deals with it, and learns from copies with evidence hidden too.")),
    (12, ("Métodos de análisis", "Analytical methods"), (
        "Un quinto de los pacientes juzga y nadie más lo ve; candidatos comparados por validación cruzada por paciente; calibración por temperatura ({temperature}).",
        "A fifth of the patients judges and is seen by nobody else; candidates compared by cross-validation by patient; calibrated by temperature ({temperature}).")),
    (13, ("Desequilibrio de clases", "Class imbalance"), (
        "No se corrige: las probabilidades son las de las fuentes. Lo de una fuente pequeña se aprende varias veces, para que cuente, y se juzga una. Consultas por clase: {learned}.",
        "Not corrected: probabilities are those of the sources. A small source's rows are learned from several times, so that they count, and judged once. Encounters of each class: {learned}.")),
    (14, ("Equidad", "Fairness"), (
        "Cada fuente se mide por separado: {by_source}. El control rechaza un modelo que empeora un subgrupo.",
        "Each source is measured alone: {by_source}. The gate refuses a model that harms a subgroup.")),
    (15, ("Salida del modelo", "Model output"), (
        "Una probabilidad por respuesta. Segura desde: {threshold}.",
        "A probability for each answer. Confident from: {threshold}.")),
    (16, ("Entrenamiento frente a prueba", "Training versus evaluation"), (
        "Otros pacientes de las mismas fuentes; para otro lugar, semia validate.",
        "Other patients of the same sources; for another place, semia validate.")),
    (17, ("Aprobación ética", "Ethical approval"), (
        "-solo datos publicados sin identificadores; no se trató a ninguna persona.",
        "-published data without identifiers only; no person was treated.")),
    (18, ("Ciencia abierta", "Open science"), (
        "Código abierto (Apache-2.0), commit {git_commit}; datos públicos con sus licencias; sin protocolo registrado ni financiación declarada.",
        "Open code (Apache-2.0), commit {git_commit}; public data under their licences; no registered protocol, no declared funding.")),
    (19, ("Participación de pacientes", "Patient and public involvement"), (
        "-ningún paciente tomó parte en el diseño.",
        "-no patient took part in the design.")),
    (20, ("Flujo de participantes", "Participants"), (
        "{rows} consultas, {n} de ellas reservadas para juzgar. Características: semia explore {name}.",
        "{rows} encounters, {n} of them kept to judge. Characteristics: semia explore {name}.")),
    (21, ("Desarrollo del modelo", "Model development"), (
        "Consultas que juzgaron, por clase: {judged}.",
        "Encounters that judged, by class: {judged}.")),
    (22, ("Especificación del modelo", "Model specification"), (
        "model.onnx, junto a esta ficha, es el modelo entero; problem.json lista sus entradas.",
        "model.onnx, beside this card, is the whole model; problem.json lists its inputs.")),
    (23, ("Desempeño", "Model performance"), (
        "AUC-ROC {auc_roc}, Brier {brier}, error de calibración {ece}, pendiente {calibration_slope}. Con sus intervalos: semia validate.",
        "AUC-ROC {auc_roc}, Brier {brier}, calibration error {ece}, slope {calibration_slope}. With their intervals: semia validate.")),
    (24, ("Actualización del modelo", "Model updating"), (
        "Cada versión se aprende de nuevo y pasa el mismo control. Un lugar puede corregir la media de sus respuestas: semia validate --recentre.",
        "Each version is learned anew and passes the same gate. A place may set the mean of its answers right: semia validate --recentre.")),
    (25, ("Interpretación", "Interpretation"), (
        "AUC-ROC {auc_roc} frente a {baseline_auc_roc} sin modelo, en las mismas personas.",
        "AUC-ROC {auc_roc} against {baseline_auc_roc} without a model, on the same people.")),
    (26, ("Limitaciones", "Limitations"), (
        "Datos retrospectivos de pocos lugares; ningún ensayo mostró que usarlo ayude a un paciente.",
        "Retrospective data of few places; no trial has shown that its use helps a patient.")),
    (27, ("Uso en la práctica", "Usability"), (
        "Lo que falta se deja en blanco (AUC-ROC {auc_roc_partial} con datos incompletos); no pide formación, sí un médico.",
        "What is missing is left blank (AUC-ROC {auc_roc_partial} with evidence hidden); it asks for no training, but for a doctor.")),
)  # fmt: skip
