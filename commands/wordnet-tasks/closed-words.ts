/** Words that are not looked up in WordNet, which lists none of them, or for senses that they hardly ever have ("he": helium). */

const words = (list: string) => list.trim().split(/\s+/);

/** Words that have one part of speech wherever they stand, and irregular forms of verbs and nouns. */
const closed = {
  determiner: 'the a an every no',
  pronoun: `I me my you your yours he him his she her hers it its we us our ours they them their theirs who whom whose
    myself yourself himself herself itself oneself ourselves themselves someone somebody something anyone anybody anything
    everyone everybody everything nobody nothing`,
  // Also where they stand without an object ("fill up").
  preposition: `of in on at by for with from into onto upon about against among amongst amid atop between beneath beside beyond
    during except towards toward through throughout without within despite via across along alongside behind above below under
    underneath up down off out over around`,
  conjunction: 'and or but nor if because although though unless whether',
  adverb: 'not never always very too also almost again soon away',
  auxiliary: 'would could should must cannot ought',
  verb: `be am is are was were been have has had having do does did done
    became began begun blew brought built bought came caught chose chosen dealt drew ate fought fled flew forgot forgave froze
    gave given went gone grew grown heard held kept knew laid led lent made meant met paid rode rang ran said sang sat sold sent
    shook shone slept slid stood struck swam swept swore taught took taken threw thrown thought told tore understood
    withdrew woke won wore wrote written overcame arose awoke clung crept foresaw knelt leapt proved sought shrank shrunk
    slain slew sprang strove swung undertook wept wove wrung`,
  noun: 'men women children feet teeth mice wives knives wolves shelves thieves halves loaves',
};

/** The tag of each of these words, in small letters. */
export const closedWords: ReadonlyMap<string, string> = new Map(
  Object.entries(closed).flatMap(([tag, list]) => words(list).map((word) => [word.toLowerCase(), tag] as const)),
);

/** Verbs that help another verb, where one follows. */
export const helpingVerbs: ReadonlySet<string> = new Set(
  words('be am is are was were been have has had having do does did'),
);

/** Words of several parts of speech that nothing here tells apart: a sentence with one of them is left out. */
export const openQuestions: ReadonlySet<string> = new Set(
  words(`that this these those as so than there like one all some any both each few many much more most other another such what
    which when where why how while before after since until till yet once only even still well less least either neither own same
    none else wherever whenever whatever whichever whoever inside outside near past round may might can will shall being just
    according mine please yes oh ah hi
    two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million
    spoke rose shot bore stole sunk drunk broke broken lost fell fallen felt saw left found ground wound bound lit lying dying tying
    spent drove driven stuck worn torn sworn hidden hid frozen woven bent burnt learned beaten bitten forgotten shaken stolen risen hung
    swollen fed dug spun swung clad bred shorn stung`),
);
