"""Given names and family names common in Colombia, as far as free text needs them to be known.

Written without accents and in lower case. The lists need not be complete: a title before a name,
or a known name beside an unknown one, is enough for `warehouse.free_text` to see it.
"""

# Names that are nothing else in a clinical note.
GIVEN = frozenset(
    """
    abel adriana alberto alejandra alejandro alexander alfonso alfredo alicia alvaro amalia
    ana andrea andres angela angelica antonia antonio armando arturo beatriz bernardo brayan
    camila camilo carlos carmen carolina catalina cecilia claudia cristian cristina daniel
    daniela dario david deisy diana diego duvan edgar edison eduardo edwin elena elias
    elizabeth emilia emilio enrique ernesto esteban esther eugenia fabian fabio felipe felix
    fernanda fernando francisca francisco freddy gabriel gabriela gerardo german gilberto
    gildardo giovanni gonzalo graciela guillermo gustavo harold hector helena henry hernan
    hernando hugo humberto ignacio ines ingrid isabel isabella ivan jaime jairo javier jeison
    jenny jessica jhon jimena joaquin joel johana john jorge jose josefina juan juana julian
    juliana julieta julio karen katherine laura leidy leonardo leonor libardo ligia lilia
    liliana lina lorena lorenzo lucia luis luisa luzmila manuel manuela marcela marcos
    margarita maria mariana mariela mario marlene marta martha martin mateo matilde mauricio
    mayra miguel milena miryam monica myriam nancy natalia nelson nestor nicolas nubia ofelia
    olga omar orlando oscar pablo paola patricia paula pedro rafael ramiro ramon raul ricardo
    roberto robinson rocio rodrigo rosalba rosalia ruben ruth samuel sandra santiago sara
    sebastian sergio silvia simon sofia sonia stella susana tatiana teresa tomas valentina
    valeria vanessa veronica vicente viviana william wilmer wilson ximena yaneth yeimy yeison
    yesenia yolanda yuliana zoraida
    """.split()
)
# Names that are also words of a note ("dolores", "paz"): they count beside a surer one alone.
AMBIGUOUS_GIVEN = frozenset(
    """
    alba amparo angel blanca cesar clara consuelo dolores domingo flor gloria jesus leon luz
    magdalena mercedes norma paz piedad pilar rosa rosario salvador socorro sol victoria
    """.split()
)
FAMILY = frozenset(
    """
    acevedo acosta agudelo aguilar aguirre alarcon alvarez alzate amaya angulo arango arbelaez
    arboleda arias ariza arroyave ayala baez ballesteros barragan barrera barrios bautista
    becerra bedoya beltran benavides bermudez bernal betancur bohorquez bonilla botero
    buitrago burgos bustos caballero cabrera caicedo calderon camacho cano cardenas cardona
    carrillo carvajal castaneda castano castillo castro ceballos cespedes chaparro cifuentes
    clavijo contreras cordoba correa cortes cruz cubillos cuellar daza diaz dominguez duarte
    duque echeverri escobar espinosa espitia estrada fajardo fernandez florez fonseca forero
    franco galeano galindo gallego galvis gamboa garcia garzon gaviria gil giraldo gomez
    gonzalez grajales guerrero gutierrez guzman henao hernandez herrera hincapie holguin hoyos
    hurtado jaramillo jimenez lara leal londono lopez lozano macias marin marquez martinez
    marulanda medina mejia melo mendoza meneses mesa molina moncada monsalve montenegro montes
    montoya mora morales moreno mosquera munoz murillo naranjo narvaez navarro nieto nunez
    ocampo ochoa olaya orozco ortega ortiz osorio ospina otero pacheco padilla palacio
    palacios pardo paredes parra patino pelaez pena penagos perdomo pereira perez pineda
    pinzon polo prieto pulido quintero quiroga ramirez ramos rangel rendon restrepo reyes
    rincon rios rivas rivera roa robledo rodriguez rojas roldan romero rubiano rubio rueda
    ruiz salamanca salazar saldarriaga salinas sanabria sanchez sandoval santamaria santos
    sarmiento sepulveda serna serrano sierra silva solano sosa soto suarez tabares tamayo
    tellez tobon toro torres tovar triana trujillo uribe urrego useche valderrama valencia
    valenzuela vallejo vanegas vargas vasquez velandia velasco velasquez velez vera vergara
    villa villamizar villegas yepes zambrano zapata zuluaga zuniga
    """.split()
)
