/** The caption linter against a table: what counts where, what only looks like it, and where it has to stand. */
import { describe, expect, test } from 'vitest'
import { judge } from '../../src/content/disclosure.ts'
import { caption } from '../../src/links/cards.ts'
import { disclosureOf, firstWords } from '../../src/programs/rules-territories.ts'

const ask = (caption: string, territory: string) => judge({ caption, territories: [territory], brand: 'Glow Skin', kind: 'post' })

/** One territory: what passes, what is taken with a doubt, what fails. Every line is a whole caption. */
const table: Record<string, { pass: string[]; warn?: string[]; fail: string[] }> = {
  US: {
    pass: [
      ...[
        '#ad my new serum',
        'Ad: my new serum',
        'AD | my new serum',
        '✨ Ad ✨ my serum',
        '[Ad] my serum',
        '(ad) my serum',
        '#sponsored so good',
      ],
      ...[
        'Paid partnership with @glowskin. Look!',
        'I earn commission from my link',
        'Glow Skin gave me this free',
        'Thanks to Glow Skin for the free product',
      ],
      ...[
        '#GlowSkinPartner news',
        '#glowskinambassador',
        'Sponsored by Glow Skin',
        'This is an ad. I like it',
        'Love it #ad',
        'Day 1\nDay 2\n#ad',
      ],
    ],
    warn: ['#gifted serum', 'Serum #glow #skin #ad'],
    fail: [
      ...[
        '#sp my serum',
        '#spon my serum',
        '#collab my serum',
        '#partner',
        '#ambassador',
        '#brandambassador hi',
        'Thanks Glow Skin!',
        'thanks to Glow Skin',
      ],
      ...[
        'my serum',
        '',
        'I saw an ad for it',
        'Ad blockers are great',
        '#adventure #adore',
        'glowskin.example/ad/1',
        'https://x.example/#ad',
        '@ad my friend',
        '#affiliate',
      ],
      ...['not an ad', '#notanad just love', 'not sponsored by Glow Skin', 'one\ntwo\nthree\n#ad', `${'x'.repeat(123)} #ad`],
    ],
  },
  GB: {
    pass: ['Ad my', 'Ad: serum', '#ad serum', 'Advert | serum', 'Advertisement\nserum', '#advertisement serum'].slice(1),
    warn: ['Paid partnership with Glow Skin', '#a #b #ad'],
    fail: [
      '#affiliate',
      'aff link below',
      '#aff',
      '#spon',
      '#sp',
      '#sponsored',
      'Sponsored by Glow Skin',
      '#gifted',
      'Gifted: serum',
      'thanks to Glow Skin',
      '@glowskin is lovely',
      'in association with Glow Skin',
    ],
  },
  FR: {
    pass: [
      'Publicité : mon sérum',
      'Publicite - mon sérum',
      'PUBLICITÉ\nmon sérum',
      'Collaboration commerciale avec Glow Skin',
      '#collaborationcommerciale ok',
      '#Publicité',
    ],
    warn: ['Partenariat rémunéré avec Glow Skin', '#pub mon sérum'],
    fail: [
      '#ad mon sérum',
      '#sponsored',
      'Advertisement: serum',
      'Werbung: Serum',
      'merci Glow Skin',
      '#collab',
      'produit offert par',
      '#partenariat',
    ],
  },
  DE: {
    pass: [
      'Werbung: mein Serum',
      'Anzeige | Serum',
      '#werbung Serum',
      '#Anzeige',
      'Werbung mit @glowskin',
      'Werbung wegen Verlinkung',
      'WERBUNG\nSerum',
      '*Anzeige* Serum',
    ],
    warn: ['#ad mein Serum', 'Serum #glow #skin #werbung', 'Werbung: Serum, aber #unpaid'],
    fail: [
      '#sponsoredby Glow',
      '#collab Serum',
      'Das ist keine Werbung',
      'Unbezahlte Werbung',
      '#unbezahltewerbung',
      'In Kooperation mit Glow Skin',
      'Die Werbung im Fernsehen',
      'danke an Glow Skin',
      'Serum',
    ],
  },
  AT: { pass: ['Entgeltliche Einschaltung: Serum', 'Anzeige: Serum', '#werbung'], fail: ['#sponsoredby'] },
  ES: {
    pass: ['Publicidad: sérum', '#publi', 'Patrocinado por Glow Skin'],
    warn: ['#ad sérum', 'gracias a Glow Skin', 'Regalo de Glow Skin'],
    fail: ['gracias Glow Skin', '#collab', '#colaboración', '#sponso'],
  },
  IT: {
    pass: ['Pubblicità: siero', '#adv', '#ad siero', 'Sponsorizzato da Glow Skin', 'In collaborazione con Glow Skin'],
    warn: ['Prodotto inviato da Glow Skin', '#suppliedby Glow Skin'],
    fail: ['grazie a Glow Skin', '#collaborazione', '#sp'],
  },
  NL: {
    pass: ['Advertentie: serum', '#reclame', '#ad', 'Betaalde samenwerking met Glow Skin'],
    warn: ['#spon', '#collab serum'],
    fail: ['bedankt Glow Skin', '#samenwerking', '#sp'],
  },
  PL: {
    pass: ['[REKLAMA] serum', '#reklama', 'Współpraca reklamowa: serum', 'Płatna współpraca z Glow Skin'],
    fail: ['#ad serum', '#współpraca', '#rek', 'To nie reklama'],
  },
  PT: { pass: ['#pub sérum', 'Publicidade: sérum'], fail: ['obrigada Glow Skin', '#parceria'] },
  IE: { pass: ['#ad', 'Ad: x', '#Fógra', '#ad #sponsored'], fail: ['#sponsored', '#gifted', '#spon', '#IWorkWith'] },
  CA: {
    pass: ['#ad', '#sponsored', '#publicité', '#pub', '#GlowSkinPartenaire'],
    warn: ['#gifted'],
    fail: ['#spon', '#collab', '#ambassador'],
  },
  AU: {
    pass: ['#ad', 'Paid partnership: x', '#brandedcontent'],
    warn: ['#sponsored'],
    fail: ['#sp', '#affiliate', '#gifted', 'thanks to Glow Skin'],
  },
  EU: {
    pass: ['#ad Glow Skin', 'Reklame: @glow', 'Mainos | Glow Skin', 'διαφήμιση: Glow Skin'],
    warn: ['#ad new serum'],
    fail: ['Glow Skin is nice', '#spon Glow Skin'],
  },
}

describe.each(Object.entries(table))('%s', (territory, { pass, warn = [], fail }) => {
  const rows = [...pass.map((c) => [c, 'pass']), ...warn.map((c) => [c, 'warn']), ...fail.map((c) => [c, 'fail'])]
  test.each(rows)('%j: %s', (caption, verdict) => {
    const judged = ask(caption!, territory)
    expect([judged.verdict, judged.findings.map((f) => f.rule)]).toEqual([verdict, judged.findings.map((f) => f.rule)])
    expect(judged.findings.length > 0).toBe(verdict !== 'pass')
    if (!judged.findings.some((f) => f.rule === 'denial')) expect(ask(judged.corrected, territory).verdict).toBe('pass')
    expect(judged.corrected.endsWith(caption!.trimStart())).toBe(true)
  })
})

test('the caption to copy is enough for every audience in every country of a creator', () => {
  const places = [...Object.keys(firstWords), 'SE']
  const glow = { program: 'Glow Skin', url: 'https://go.glow.example/mia-glow', code: 'MIA15', off: '15 %' }
  const failing = (territories: string[], country: string, policy: object = {}) => {
    const program = { policy: { territories, ...policy }, zone: 'Europe/Berlin', locale: 'en' }
    const words = caption({ ...glow, disclosure: disclosureOf(program, { country }) })
    const judged = judge({ caption: words, territories: [...territories, country], brand: 'Glow Skin', kind: 'post' })
    return judged.verdict === 'pass' ? [] : [`${territories} ${country}: ${words}: ${judged.findings[0]!.sentence}`]
  }
  expect(places.flatMap((place) => places.flatMap((country) => failing([place], country)))).toEqual([])
  expect(places.flatMap((country) => failing(['DE', 'FR', 'US'], country))).toEqual([])
  expect(places.flatMap((country) => failing(['DE'], country, { disclosure: 'Anzeige' }))).toEqual([])
})

test('no more words than are needed', () => {
  const berlin = (policy: object, country = 'XX') => disclosureOf({ policy, zone: 'Europe/Berlin', locale: 'en' }, { country })
  expect(berlin({})).toBe('#Werbung')
  expect(['AT', 'SE', 'BR', 'GB'].map((country) => berlin({}, country))).toEqual([
    '#Werbung',
    '#Werbung',
    '#Werbung',
    '#Werbung | #ad',
  ])
  expect([berlin({ territories: ['EU'] }), berlin({ territories: ['EU'] }, 'DE')]).toEqual(['#ad', '#Werbung'])
  const own = { disclosure: '#glowpartner' }
  expect([berlin(own), berlin(own, 'AT'), berlin(own, 'GB')]).toEqual(['#glowpartner', '#glowpartner', '#glowpartner | #ad'])
  expect(berlin({ disclosure: '#ad' }, 'GB')).toBe('#ad')
  expect(berlin({ ...own, disclosureWords: ['#GlowPartner'] }, 'GB')).toBe('#glowpartner')
})
