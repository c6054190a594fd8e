"""The published column names of the Yale triage file, in the file's order and by type.

The spelling is the publisher's (`cc_fall>65`, `2ndarymalig`); `raw_name` tidies it at landing.
"""

# Six hundred quoted names, one a line, would hide which block a name belongs to.
# ruff: noqa: SIM905

# Who came, when and how it ended: text but for the level and the age.
VISIT = tuple(
    """
dep_name esi age gender ethnicity race lang religion maritalstatus employstatus insurance_status
disposition arrivalmode arrivalmonth arrivalday arrivalhour_bin previousdispo
""".split()
)

# Diagnoses the patient already had before the visit, 0 or 1, 64-bit in the file.
HISTORY = tuple(
    """
2ndarymalig abdomhernia abdomnlpain abortcompl acqfootdef acrenlfail acutecvd acutemi acutphanm
adjustmentdisorders adltrespfl alcoholrelateddisorders allergy amniosdx analrectal anemia
aneurysm anxietydisorders appendicitis artembolism asppneumon asthma
attentiondeficitconductdisruptivebeha backproblem biliarydx birthasphyx birthtrauma bladdercncr
blindness bnignutneo bonectcncr bph brainnscan breastcancr breastdx brnchlngca bronchitis burns
cardiaarrst cardiacanom carditis cataract cervixcancr chestpain chfnonhp chrkidneydisease
coaghemrdx coloncancer comabrndmg complicdevi complicproc conduction contraceptiv copd
coronathero crushinjury cysticfibro deliriumdementiaamnesticothercognitiv developmentaldisorders
diabmelnoc diabmelwcm disordersusuallydiagnosedininfancych diverticulos dizziness dminpreg
dysrhythmia earlylabor ecodesadverseeffectsofmedicalcare ecodesadverseeffectsofmedicaldrugs
ecodescutpierce ecodesdrowningsubmersion ecodesfall ecodesfirearm ecodesfireburn ecodesmachinery
ecodesmotorvehicletrafficmvt ecodesnaturalenvironment ecodesotherspecifiedandclassifiable
ecodesotherspecifiednec ecodespedalcyclistnotmvt ecodesplaceofoccurrence ecodespoisoning
ecodesstruckbyagainst ecodessuffocation ecodestransportnotmvt ecodesunspecified ectopicpreg
encephalitis endometrios epilepsycnv esophcancer esophgealdx exameval eyeinfectn fatigue
femgenitca feminfertil fetaldistrs fluidelcdx fuo fxarm fxhip fxleg fxskullfac gangrene
gasduoulcer gastritis gastroent giconganom gihemorrhag giperitcan glaucoma goutotcrys guconganom
hdnckcancr headachemig hemmorhoids hemorrpreg hepatitis hivinfectn hodgkinsds hrtvalvedx htn
htncomplicn htninpreg hyperlipidem immunitydx immunizscrn impulsecontroldisordersnec inducabortn
infectarth influenza infmalegen intestinfct intobstruct intracrninj jointinjury kidnyrnlca
lateeffcvd leukemias liveborn liveribdca longpregncy lowbirthwt lungexternl lymphenlarg
maintchemr malgenitca maligneopls malposition meningitis menopausldx menstrualdx
miscellaneousmentalhealthdisorders mooddisorders mouthdx ms multmyeloma mycoses nauseavomit
neoplsmunsp nephritis nervcongan nonepithca nonhodglym nutritdefic obrelatedperintrauma
opnwndextr opnwndhead osteoarthros osteoporosis otacqdefor otaftercare otbnignneo otbonedx
otcirculdx otcomplbir otconganom otconntiss otdxbladdr otdxkidney otdxstomch otendodsor
otfemalgen othbactinf othcnsinfx othematldx othercvd othereardx otheredcns othereyedx othergidx
othergudx otherinjury otherpregnancyanddeliveryincludingnormal otherscreen othfracture
othheartdx othinfectns othliverdx othlowresp othmalegen othnervdx othskindx othveindx otinflskin
otitismedia otjointdx otnutritdx otperintdx otpregcomp otprimryca otrespirca otupprresp
otuprspin ovariancyst ovarycancer pancreascan pancreasdx paralysis parkinsons pathologfx
pelvicobstr perintjaund peripathero peritonitis personalitydisorders phlebitis pid pleurisy
pneumonia poisnnonmed poisnotmed poisonpsych precereoccl prevcsectn prolapse prostatecan
pulmhartdx rctmanusca rehab respdistres retinaldx rheumarth
schizophreniaandotherpsychoticdisorde screeningandhistoryofmentalhealthan septicemia
septicemiaexceptinlabor sexualinfxs shock sicklecell skininfectn skinmelanom sle socialadmin
spincorinj spontabortn sprain stomchcancr substancerelateddisorders
suicideandintentionalselfinflictedin superficinj syncope teethdx testiscancr thyroidcncr
thyroiddsor tia tonsillitis tuberculosis ulceratcol ulcerskin umbilcord unclassified urinstone
urinyorgca uteruscancr uti varicosevn viralinfect whtblooddx
""".split()
)

# Earlier use of the hospital, 64-bit in the file.
UTILISATION = tuple(
    """
n_edvisits n_admissions
""".split()
)

# First vital signs, empty when not recorded; `triage_vital_o2_device` is 0 or 1.
VITALS = tuple(
    """
triage_vital_hr triage_vital_sbp triage_vital_dbp triage_vital_rr triage_vital_o2
triage_vital_o2_device triage_vital_temp
""".split()
)

# Images taken, by kind.
IMAGES = tuple(
    """
cxr_count echo_count ekg_count headct_count mri_count otherct_count otherimg_count otherus_count
otherxr_count
""".split()
)

# Medication by group. It looks recorded after the decision to admit: never a feature.
MEDICATION = tuple(
    """
meds_analgesicandantihistaminecombination meds_analgesics meds_anesthetics
meds_anti-obesitydrugs meds_antiallergy meds_antiarthritics meds_antiasthmatics meds_antibiotics
meds_anticoagulants meds_antidotes meds_antifungals meds_antihistamineanddecongestantcombination
meds_antihistamines meds_antihyperglycemics meds_antiinfectives
meds_antiinfectives/miscellaneous meds_antineoplastics meds_antiparkinsondrugs
meds_antiplateletdrugs meds_antivirals meds_autonomicdrugs meds_biologicals meds_blood
meds_cardiacdrugs meds_cardiovascular meds_cnsdrugs meds_colonystimulatingfactors
meds_contraceptives meds_cough/coldpreparations meds_diagnostic meds_diuretics meds_eentpreps
meds_elect/caloric/h2o meds_gastrointestinal meds_herbals meds_hormones meds_immunosuppressants
meds_investigational meds_miscellaneousmedicalsupplies,devices,non-drug meds_musclerelaxants
meds_pre-natalvitamins meds_psychotherapeuticdrugs meds_sedative/hypnotics meds_skinpreps
meds_smokingdeterrents meds_thyroidpreps meds_unclassifieddrugproducts meds_vitamins
""".split()
)

# Operations before this visit.
SURGERIES = ("n_surgeries",)

# Complaints, 0 or 1: a 0 says the complaint was not named, not that the sign was absent.
COMPLAINTS = tuple(
    """
cc_abdominalcramping cc_abdominaldistention cc_abdominalpain cc_abdominalpainpregnant
cc_abnormallab cc_abscess cc_addictionproblem cc_agitation cc_alcoholintoxication
cc_alcoholproblem cc_allergicreaction cc_alteredmentalstatus cc_animalbite cc_ankleinjury
cc_anklepain cc_anxiety cc_arminjury cc_armpain cc_armswelling cc_assaultvictim cc_asthma
cc_backpain cc_bleeding/bruising cc_blurredvision cc_bodyfluidexposure cc_breastpain
cc_breathingdifficulty cc_breathingproblem cc_burn cc_cardiacarrest cc_cellulitis cc_chestpain
cc_chesttightness cc_chills cc_coldlikesymptoms cc_confusion cc_conjunctivitis cc_constipation
cc_cough cc_cyst cc_decreasedbloodsugar-symptomatic cc_dehydration cc_dentalpain cc_depression
cc_detoxevaluation cc_diarrhea cc_dizziness cc_drug/alcoholassessment cc_drugproblem cc_dyspnea
cc_dysuria cc_earpain cc_earproblem cc_edema cc_elbowpain cc_elevatedbloodsugar-nosymptoms
cc_elevatedbloodsugar-symptomatic cc_emesis cc_epigastricpain cc_epistaxis cc_exposuretostd
cc_extremitylaceration cc_extremityweakness cc_eyeinjury cc_eyepain cc_eyeproblem cc_eyeredness
cc_facialinjury cc_faciallaceration cc_facialpain cc_facialswelling cc_fall cc_fall>65
cc_fatigue cc_femaleguproblem cc_fever cc_fever-75yearsorolder cc_fever-9weeksto74years
cc_feverimmunocompromised cc_fingerinjury cc_fingerpain cc_fingerswelling cc_flankpain
cc_follow-upcellulitis cc_footinjury cc_footpain cc_footswelling cc_foreignbodyineye
cc_fulltrauma cc_generalizedbodyaches cc_gibleeding cc_giproblem cc_groinpain cc_hallucinations
cc_handinjury cc_handpain cc_headache cc_headache-newonsetornewsymptoms
cc_headache-recurrentorknowndxmigraines cc_headachere-evaluation cc_headinjury cc_headlaceration
cc_hematuria cc_hemoptysis cc_hippain cc_homicidal cc_hyperglycemia cc_hypertension
cc_hypotension cc_influenza cc_ingestion cc_insectbite cc_irregularheartbeat cc_jawpain
cc_jointswelling cc_kneeinjury cc_kneepain cc_laceration cc_leginjury cc_legpain cc_legswelling
cc_lethargy cc_lossofconsciousness cc_maleguproblem cc_mass cc_medicalproblem
cc_medicalscreening cc_medicationproblem cc_medicationrefill cc_migraine cc_modifiedtrauma
cc_motorcyclecrash cc_motorvehiclecrash cc_multiplefalls cc_nasalcongestion cc_nausea
cc_nearsyncope cc_neckpain cc_neurologicproblem cc_numbness cc_oralswelling cc_otalgia cc_other
cc_overdose-accidental cc_overdose-intentional cc_pain cc_palpitations cc_panicattack
cc_pelvicpain cc_poisoning cc_post-opproblem cc_psychiatricevaluation cc_psychoticsymptoms
cc_rapidheartrate cc_rash cc_rectalbleeding cc_rectalpain cc_respiratorydistress cc_ribinjury
cc_ribpain cc_seizure-newonset cc_seizure-priorhxof cc_seizures cc_shortnessofbreath
cc_shoulderinjury cc_shoulderpain cc_sicklecellpain cc_sinusproblem cc_skinirritation
cc_skinproblem cc_sorethroat cc_stdcheck cc_strokealert cc_suicidal cc_suture/stapleremoval
cc_swallowedforeignbody cc_syncope cc_tachycardia cc_testiclepain cc_thumbinjury cc_tickremoval
cc_toeinjury cc_toepain cc_trauma cc_unresponsive cc_uri cc_urinaryfrequency cc_urinaryretention
cc_urinarytractinfection cc_vaginalbleeding cc_vaginaldischarge cc_vaginalpain cc_weakness
cc_wheezing cc_withdrawal-alcohol cc_woundcheck cc_woundinfection cc_woundre-evaluation
cc_wristinjury cc_wristpain
""".split()
)

# Whether the oxygen saturation may have been filled in by the publisher.
IMPUTED = ("o2_maybe_imputed",)

PUBLISHED = (
    "patient_id",
    *VISIT,
    *HISTORY,
    *UTILISATION,
    *VITALS,
    *IMAGES,
    *MEDICATION,
    *SURGERIES,
    *COMPLAINTS,
    *IMPUTED,
)

TEXTS = tuple(name for name in VISIT if name not in ("esi", "age"))
MEASURED_VITALS = tuple(name for name in VITALS if name != "triage_vital_o2_device")
COUNTS = (*UTILISATION, *SURGERIES)
