"""Given names that are common in Europe, the Americas and among their guests, in lower case.

Without those that are ordinary words at the start of a sentence (Will, May, Hope) or cities (Paris, Austin).
"""

GIVEN_NAMES = frozenset(
    """
    aaron abdul abdullah abigail adam adrian adriana agnes agnieszka ahmad ahmed aisha alan alba albert alberto alejandra
    alejandro aleksander alessandro alessia alex alexander alexandra alexandre alexey alexis alfred ali alice alicia
    alina alison allison amanda amber amelia amina amir amit amy ana anastasia andrea andreas andrei andrew andrey andré
    angel angela angelika angelina anita anja ann anna anne annette annika anton antonia antonio anthony antoine anya
    april arianna arjun arthur arturo asha ashley astrid aurelie aurora ava axel ayse babak barbara beata beatrice
    beatriz ben benedikt benjamin bernard bernd bernhard beth bettina betty bill billy birgit bob bobby boris brandon
    brenda brian brigitte britta bruce bruno caleb camila camille carina carl carla carlo carlos carmen carol carolina
    caroline carolyn catherine cecilia celine cesar chantal charles charlie chiara chloe chris christa christian
    christiane christina christine christoph christopher cindy claire clara claudia claudio clemens cole colin connor
    constanze corinna cornelia craig cristina cynthia dagmar damian dan daniel daniela daniele danielle danny daria dave
    david dawn deborah denis denise dennis derek diana diane diego dieter dimitri dirk dmitry dominic dominik don donald
    donna donny doris dorothea dorothy douglas dylan eduardo edward eileen elena eleonora elias elif elisa elisabeth
    elizabeth ella ellen elsa emil emilia emily emma emmanuel enrique eric erica erik erika erin ernst esra esther ethan
    eugene eva evan eve evelyn fabian fabio farid fatima fatma felicia felipe felix fernanda fernando filip fiona
    florian francesca francesco francis francisco franck frank franz frederic frederik fred freya frieda friedrich fritz
    gabriel gabriela gabriele gary gavin george georg georges gerald gerard gerd gerhard gianluca gina giorgio giovanni
    giulia giuseppe gloria gonzalo grace greg gregor gregory greta guido guillaume gunter gustavo günter hana hanna
    hannah hannes hans harald harold harry hassan heather hector heidi heike heiko heinrich heinz helen helena helene
    helga helmut henrik henry herbert hermann holger horst howard hubert hugo hussein ian ibrahim igor ike ilona ilse imran
    ines inga inge ingrid irene irina iris isaac isabel isabella isabelle ivan jack jacob jacqueline jacques jake jakob
    james jamie jan jana jane janet janine jannik jasbir jasmin jasmine jason javier jay jean jeff jeffrey jen jenna
    jennifer jenny jens jeremy jerry jesse jessica jesus jill jim jimmy joachim joan joanna joanne joao jochen joe joel
    johan johann johanna johannes john johnny jon jonas jonathan jordan jorge josef joseph joshua josé joyce juan judith
    judy julia julian juliane julie julien juliette julius justin justyna jutta jörg jürgen kai kamil karen karim karin
    karina karl karla karolina katarina kate katharina katherine kathleen kathrin kathryn kathy katie katja katrin kay
    keith kelly ken kenneth kerstin kevin khalid kim kimberly kirsten klaus konrad konstantin kristen kristin kristina
    kumar kurt kyle kylo larissa larry lars laszlo laura lauren laurent lea leah lena lennart leo leon leonard leonardo
    leonie leslie lewis liam lidia lilly lina linda lisa logan lois lorenz lorenzo louis louise luc luca lucas lucia
    lucie lucy luis luisa lukas luke lydia lynn maciej madeleine magda magdalena mahmoud maja malte manfred manuel
    manuela mara marc marcel marcin marco marcos marcus margaret margarita margit margot maria mariam marian marianne
    marie marina mario marion mark markus marlene marta martha martin martina marvin mary maryam mateo mathias mathieu
    matilda matt matteo matthew matthias maurice mauricio max maxim maximilian megan mehmet melanie melissa mia micha
    michael michaela michel michele michelle miguel mike mila milan miriam mohamed mohammad mohammed moira monica monika
    moritz muhammad mustafa nadia nadine nadja nancy naomi natalia natalie natasha nathan neil nelson nicholas nick nico
    nicola nicolas nicole niels nikita niklas nikola nikolai nils nina noah noel noor nora norbert norman odile olaf oleg
    olga oliver olivia olivier omar oscar oskar otto pablo pamela paolo pascal patricia patrick patrizia paul paula
    paulina paulo pavel pedro peggy penelope peter petra phil philip philipp philippe phillip pia pierre pilar piotr
    priya rachel rafael rahul rainer raj ralf ralph ramona randy raphael raquel raul ravi raymond rebecca regina reinhard
    renata renate rené ricardo riccardo richard rick rita rob robert roberto robin rodrigo roger roland rolf roman ron
    ronald rosa rosie rosemary ross roy ruben rudolf russell ruth ryan sabine sabrina sally sam samantha samira samuel
    sandra santiago sanjay sara sarah sascha scott sean sebastian selina serge sergei sergey sergio shannon sharon shawn
    sheila shirley sibylle sigrid silke silvia simon simona simone sina sofia sofie sonia sonja sophia sophie stacy stefan
    stefanie stella stephan stephanie stephen steve steven stuart sue susan susanna susanne suzanne sven svenja svetlana
    sylvia sylvie tamara tania tanja tanya tara tatjana ted teresa terry theo theodor theresa thierry thomas thorsten tim
    timo timothy tina tobias todd tom tomas tomasz tommy tony torsten tracy travis trevor tristan tyler udo ulrich ulrike
    ursula ute uwe valentin valentina valerie vanessa vera verena veronica veronika vicente victor viktor viktoria vincent
    vincenzo viola virginie vivian vladimir volker walter waltraud wanda wayne wendy werner wilhelm william wojciech
    wolfgang xavier yannick yara yasmin yusuf yvette yvonne zach zachary zara zeynep zoe zofia
    """.split()
)
