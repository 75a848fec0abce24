// The regulator and its document stand in each row. An equivalent mention may do in France (Ordinance 2024-978), in French; the German media
// authorities cannot recommend #ad, and in Austria another word than those of the law has to mean just the same (OGH 4 Ob 62/09k). In the
// union in general the commercial nature and the brand have to be clear, in words that its readers know.
import { firstWords } from '../programs/rules-territories.ts'
import type { Doubt, Rule } from './disclosure-rules.ts'

const shortForms: Doubt = {
  words: ['#sp', '#spon', '#spons', '#collab', '#colab', '#collaboration', '#partner', '#ambassador', '#affiliate', '#afflink'],
  why: 'it does not say plainly that the post is advertising',
}
const foreign = (also: string[] = []): Doubt => ({
  words: [
    '#ad',
    '#advert',
    '#advertisement',
    '#advertising',
    '#sponsored',
    '#paidpartnership',
    'ad',
    'advertisement',
    'paid partnership with',
    ...also,
  ],
  why: 'the words have to be in the language of the readers',
})
/** The same words where they are doubtful and not excluded. */
const doubtful = (also: string[] = []): Doubt => ({ words: foreign(also).words, why: 'an English word is not sure to be enough' })
const gift = (words: string[]): Doubt => ({
  words: ['#gifted', ...words],
  why: 'a free product is enough to make it advertising',
})

const german = (code: string, where: string, source: string, more: string[]): Rule => ({
  code,
  where,
  source,
  label: 'Werbung',
  alone: firstWords.DE,
  tags: ['#werbung', '#anzeige', '#bezahltewerbung', '#bezahlteanzeige', '#dauerwerbesendung', '#bezahltepartnerschaft'],
  labels: [
    'werbung',
    'anzeige',
    'bezahlte werbung',
    'bezahlte anzeige',
    'dauerwerbesendung',
    'bezahlte werbepartnerschaft',
    ...more,
  ],
  phrases: ['werbung für', 'anzeige für', 'werbung wegen', 'bezahlte partnerschaft mit', 'bezahlte werbepartnerschaft mit'],
  weak: [doubtful()],
  wrong: [
    {
      words: ['#sponsoredby', '#poweredby', 'sponsored by', 'powered by', 'in kooperation mit', '#kooperation', '#supportedby'],
      why: 'it does not say plainly that the post is advertising',
    },
    shortForms,
    gift(['#prsample', 'pr-sample', '#prmuster', '#geschenkt', 'danke {brand}', 'danke an {brand}', '#unbezahlt']),
  ],
  film: 'shown',
  liveMinutes: 15,
})

const one = (rule: Pick<Rule, 'code' | 'where' | 'source' | 'label' | 'tags' | 'labels' | 'phrases'> & Partial<Rule>): Rule => ({
  alone: rule.tags[0]!,
  weak: [],
  wrong: [shortForms, gift([])],
  film: 'shown',
  liveMinutes: 15,
  ...rule,
})

const local: Rule[] = [
  one({
    code: 'FR',
    where: 'France',
    source: 'Law 2023-451, article 5',
    label: 'Publicité',
    alone: firstWords.FR,
    tags: ['#publicité', '#publicite', '#collaborationcommerciale'],
    labels: ['publicité', 'publicite', 'collaboration commerciale'],
    phrases: ['collaboration commerciale avec', 'collaboration commerciale pour', 'publicité pour'],
    weak: [
      {
        words: [
          '#pub',
          '#partenariatrémunéré',
          '#partenariatremunere',
          'partenariat rémunéré',
          'collaboration rémunérée',
          '#sponsorisé',
        ],
        why: 'the law names “Publicité” and “Collaboration commerciale”, and another mention only does where it is just as clear',
      },
    ],
    wrong: [
      foreign(),
      shortForms,
      gift(['#cadeau', 'offert par', 'produit offert', 'merci {brand}', 'merci à {brand}', '#partenariat']),
    ],
  }),
  one({
    code: 'ES',
    where: 'Spain',
    source: 'AEA, Autocontrol and IAB Spain, Código de Conducta de Publicidad a través de Influencers, October 2025',
    label: 'Publicidad',
    alone: firstWords.ES,
    tags: ['#publicidad', '#publi', '#patrocinado', '#colaboraciónpagada', '#publicidad{brand}'],
    labels: ['publicidad', 'publi', 'patrocinado', 'colaboración pagada', 'anuncio'],
    phrases: ['patrocinado por', 'en colaboración pagada con', 'colaboración pagada con', 'publicidad de'],
    weak: [
      doubtful(['en colaboración con', '#embajador{brand}']),
      {
        words: ['regalo de {brand}', 'gracias a {brand}'],
        why: 'it describes a present; with a code or a commission “Publicidad” is clear',
      },
    ],
    wrong: [
      shortForms,
      { words: ['#sponso', '#info', '#legal'], why: 'it is too short or too general to say that it is advertising' },
      gift(['#regalo', 'gracias {brand}', '#colaboración', '#colaboracion']),
    ],
  }),
  one({
    code: 'IT',
    where: 'Italy',
    source: 'AGCOM, Delibera 197/25/CONS with its code of conduct and FAQ; IAP, Regolamento Digital Chart of October 2024',
    label: 'Pubblicità',
    alone: firstWords.IT,
    tags: [
      '#pubblicità',
      '#pubblicita',
      '#advertising',
      '#adv',
      '#ad',
      '#sponsorizzato',
      '#inserzioneapagamento',
      '#sponsorizzatoda{brand}',
      '#contenutopubblicitario',
      '#partnershipapagamento',
    ],
    labels: [
      ...['pubblicità', 'pubblicita', 'advertising', 'adv', 'sponsorizzato', 'inserzione a pagamento'],
      ...['partnership a pagamento', 'contenuto pubblicitario'],
    ],
    phrases: [
      'pubblicità per',
      'promosso da',
      'sponsorizzato da',
      'in collaborazione a pagamento con',
      'in collaborazione con {brand}',
      'partnership a pagamento con',
    ],
    weak: [
      {
        words: ['prodotto inviato da', '#suppliedby', 'supplied by'],
        why: 'the chart takes it for a product that came without an agreement; with a code or a commission “Pubblicità” is meant',
      },
    ],
    wrong: [shortForms, gift(['#regalo', 'grazie a {brand}', 'grazie {brand}', '#collaborazione'])],
  }),
  one({
    code: 'NL',
    where: 'the Netherlands',
    source: 'Stichting Reclame Code, Reclamecode Social Media & Influencer Marketing, 2022',
    label: 'Advertentie',
    alone: firstWords.NL,
    tags: ['#advertentie', '#reclame', '#adv', '#ad', '#betaaldpartnerschap', '#betaaldesamenwerking', '#gesponsord'],
    labels: ['advertentie', 'reclame', 'adv', 'betaald partnerschap', 'betaalde samenwerking', 'gesponsord'],
    phrases: ['betaalde samenwerking met', 'betaald partnerschap met', 'reclame voor', 'gesponsord door', 'gratis gekregen van'],
    weak: [
      {
        words: ['#spon', '#collab', '#partner', '#partnership'],
        why: 'the code has it among its examples, but fewer readers know it than “Advertentie”',
      },
    ],
    wrong: [
      { words: shortForms.words.filter((word) => !['#spon', '#collab', '#partner'].includes(word)), why: shortForms.why },
      gift(['#gekregen', 'bedankt {brand}', 'dankjewel {brand}', '#samenwerking']),
    ],
  }),
  one({
    code: 'PL',
    where: 'Poland',
    source: 'UOKiK, recommendations of 2022',
    label: 'Reklama',
    alone: firstWords.PL,
    tags: [
      '#reklama',
      '#materiałreklamowy',
      '#materialreklamowy',
      '#współpracareklamowa',
      '#wspolpracareklamowa',
      '#płatnawspółpraca',
      '#reklama{brand}',
    ],
    labels: ['reklama', 'materiał reklamowy', 'współpraca reklamowa', 'płatna współpraca'],
    phrases: ['reklama marki', 'płatna współpraca z', 'współpraca reklamowa z'],
    wrong: [foreign(), shortForms, gift(['#współpraca', '#wspolpraca', '#prezent', '#rek', '#paczkapr', 'dziękuję {brand}'])],
  }),
  one({
    code: 'PT',
    where: 'Portugal',
    source: 'Direção-Geral do Consumidor, guia “A Publicidade e o Marketing de Influência”, November 2025',
    label: 'Publicidade',
    alone: firstWords.PT,
    tags: ['#publicidade', '#pub', '#patrocinado'],
    labels: ['publicidade', 'pub', 'patrocinado'],
    phrases: ['patrocinado por', 'parceria paga com', 'publicidade a'],
    weak: [doubtful()],
    wrong: [shortForms, gift(['#oferta', 'obrigada {brand}', 'obrigado {brand}', '#parceria'])],
  }),
]

/** The other languages of the union, as its general rule knows them. */
const words = [
  ...['annons', 'reklam', 'betalt samarbete', 'reklame', 'annonce', 'betalt partnerskab', 'mainos', 'kaupallinen yhteistyö'],
  ...[
    'annonse',
    'διαφήμιση',
    'hirdetés',
    'reklám',
    'publicitate',
    'реклама',
    'oglas',
    'reklaam',
    'reklāma',
    'reklamní spolupráce',
  ],
]

const neighbours = [
  german('DE', 'Germany', 'UWG 5a; media treaty 22', []),
  german('AT', 'Austria', 'Mediengesetz § 26; Österreichischer Werberat, Ethik-Kodex 1.8', ['entgeltliche einschaltung']),
]

const general: Rule = {
  code: 'EU',
  where: 'the European Union',
  source: 'Directives 2000/31, 2005/29 and 2018/1808',
  label: 'Ad',
  alone: firstWords.EU,
  tags: [
    ...new Set([
      '#ad',
      '#advert',
      '#advertisement',
      '#sponsored',
      '#paidpartnership',
      ...[...neighbours, ...local].flatMap((r) => r.tags),
      ...words.map((w) => `#${w.replaceAll(' ', '')}`),
    ]),
  ],
  labels: [
    ...new Set([
      'ad',
      'advert',
      'advertisement',
      'sponsored',
      'paid partnership',
      ...[...neighbours, ...local].flatMap((r) => r.labels),
      ...words,
    ]),
  ],
  phrases: [
    ...new Set([
      'paid partnership with',
      'sponsored by',
      'this is an ad',
      ...[...neighbours, ...local].flatMap((r) => r.phrases),
    ]),
  ],
  weak: [],
  wrong: [shortForms, gift(['thanks {brand}', 'thank you {brand}', 'gifted'])],
  film: 'shown',
  liveMinutes: 15,
  brand: true,
}

export const europe: Rule[] = [...neighbours, ...local, general]
