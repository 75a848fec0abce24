/** The caption linter beyond its table: letters that deceive, reasons, corrections, films, links to Amazon, and very long captions. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Asked, judge } from '../../src/content/disclosure.ts'
import { hasRule, RULE_SET, ruleOf } from '../../src/content/disclosure-rules.ts'

const ask = (caption: string, territories: string | string[] = 'US', more: Partial<Asked> = {}) =>
  judge({ caption, territories: [territories].flat(), brand: 'Glow Skin', kind: 'post', ...more })

describe('letters that are not what they seem', () => {
  test.each([
    ['full width', '＃ａｄ serum', 'pass'],
    ['styled letters', '#𝗮𝗱 serum', 'pass'],
    ['a zero-width space inside', '#a\u200Bd serum', 'pass'],
    ['a soft hyphen inside', 'A\u00ADd: serum', 'pass'],
    ['a mark for writing to the left', '\u200F#ad serum', 'pass'],
    ['Cyrillic a', '#аd serum', 'warn'],
    ['an accent', '#ád serum', 'warn'],
    ['struck out', '#a\u0336d\u0336 serum', 'fail'],
    ['turned round before it', '\u202E#ad serum', 'fail'],
    ['read backwards on the screen', '\u202Eda# serum', 'fail'],
    ['turned round after it', '#ad serum \u202Ekool', 'pass'],
    ['a joined word', '#ad\u0301ventures', 'fail'],
  ])('%s', (_, caption, verdict) => expect(ask(caption).verdict).toBe(verdict))

  test('the fold is counted as it is seen, and invisible letters fill nothing', () => {
    expect(ask(`${'\u200B'.repeat(5_000)}${'x'.repeat(121)} #ad`).verdict).toBe('pass')
    expect(ask(`${'x'.repeat(121)} #ad`).verdict).toBe('pass')
    expect(ask(`${'x'.repeat(121)} #ads`).verdict).toBe('fail')
    expect(ask(`${'x'.repeat(121)} #advent`).verdict).toBe('fail')
    expect(ask(`${'🧴'.repeat(121)} #ad`).verdict).toBe('pass')
    expect(ask('.\u2028.\u2028.\u2028#ad').findings[0]).toMatchObject({ rule: 'late', found: '#ad' })
    expect(ask('\n\n\n\n#ad at last').verdict).toBe('pass')
  })

  test('a row of hashtags: the first two are seen, the third is passed over', () => {
    expect(ask('#glow #ad #skin #love').verdict).toBe('pass')
    expect(ask('#glow#skin#ad').findings[0]).toMatchObject({ level: 'warn', rule: 'pile' })
    expect(ask('#glow #skin and #ad').verdict).toBe('pass')
    expect(ask('#glow #skin #ad\nAd: it is').verdict).toBe('pass')
  })
})

describe('why, in words', () => {
  const why = (caption: string, where: string) => ask(caption, where).findings.map((f) => `${f.sentence} ${f.fix}`)
  test.each([
    [
      '#spon serum',
      'US',
      '“#spon” is not enough in the United States: too few readers know what it stands for. Begin the caption with “#ad”.',
    ],
    [
      '#affiliate serum',
      'GB',
      '“#affiliate” is not enough in the United Kingdom: most readers do not know what an affiliate is. Begin the caption with “#ad”.',
    ],
    [
      'thanks Glow Skin',
      'US',
      '“thanks glow skin” is not enough in the United States: a thank-you does not say what it is for. Begin the caption with “#ad”.',
    ],
    [
      'serum',
      'FR',
      'Nothing says that this is advertising, as the rules of France ask. Begin the caption with “Collaboration commerciale”.',
    ],
    [
      '#ad sérum',
      'FR',
      '“#ad” is not enough in France: the words have to be in the language of the readers. Begin the caption with “Collaboration commerciale”.',
    ],
    ['#reklama serum', 'GB', '“#reklama” is not a word that counts in the United Kingdom. Begin the caption with “#ad”.'],
    [
      'unbezahlte Werbung',
      'DE',
      '“unbezahlte werbung” says the opposite. A free product or a commission is enough to make it advertising in Germany. Begin the caption with “#Werbung”.',
    ],
  ])('%j in %s', (caption, where, sentence) => expect(why(caption, where)).toEqual([sentence]))
})

describe('the corrected caption', () => {
  test('one place, several, and as little as is needed', () => {
    expect(ask('My serum', 'GB').corrected).toBe('#ad My serum')
    expect(ask('My serum', 'DE').corrected).toBe('#Werbung My serum')
    expect(ask('Mon sérum', 'FR').corrected).toBe('Collaboration commerciale\nMon sérum')
    expect(ask('#ad My serum', ['US', 'DE']).corrected).toBe('#Werbung #ad My serum')
    expect(ask('My serum', ['US', 'DE', 'FR']).corrected).toBe('Ad | Werbung | Publicité\nMy serum')
    expect(ask('My serum', 'EU').corrected).toBe('Ad | Glow Skin\nMy serum')
    expect(ask('#ad fine', ['US', 'GB', 'IE'])).toMatchObject({ verdict: 'pass', corrected: '#ad fine', findings: [] })
  })

  const places = ['US', 'GB', 'IE', 'CA', 'AU', 'DE', 'AT', 'FR', 'ES', 'IT', 'NL', 'PL', 'PT', 'EU', 'SE', 'JP']
  const piece = fc.constantFrom(
    ...[
      '#ad',
      '#spon',
      'Ad',
      ': ',
      'Werbung',
      ' ',
      '\n',
      '\n\n\n',
      '#a #b #c ',
      '\u200B',
      '\u202E',
      'x'.repeat(140),
      'thanks Glow',
      '#аd',
    ],
  )
  const written = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
  )
  test('passes wherever it is posted, whatever was written', () => {
    fc.assert(
      fc.property(written, fc.subarray(places, { minLength: 1, maxLength: 8 }), (caption, territories) => {
        const { corrected, findings } = ask(caption, territories)
        expect(corrected.endsWith(caption.trimStart())).toBe(true)
        const left = ask(corrected, territories).findings.filter((f) => f.rule !== 'denial')
        expect(left).toEqual([])
        if (findings.length === 0) expect(corrected).toBe(caption)
      }),
      { numRuns: 400 },
    )
  })
})

describe('beside the words', () => {
  test('a film is spoken and shown where the law asks for both, shown elsewhere; a tick is a tick', () => {
    const film = (where: string | string[], spoken?: boolean | null, shown?: boolean | null) =>
      ask('#ad Werbung: x', where, { kind: 'short_video', spoken: spoken ?? null, shown: shown ?? null })
    expect(film('US').findings[0]!.sentence).toContain('nobody has ticked that it is spoken and shown on the picture')
    expect([film('US', true).verdict, film('US', true, true).verdict, film('US', false, true).verdict]).toEqual([
      'fail',
      'pass',
      'fail',
    ])
    expect([film('GB', false, true).verdict, film('GB', true, false).verdict]).toEqual(['pass', 'fail'])
    expect(film(['GB', 'US'], false, true).findings.map((f) => f.territory)).toEqual(['US'])
  })

  test('a live stream repeats it, as often as its mission wants, until its creator has the times', () => {
    const fix = (live: { planned: boolean; everyMinutes?: number }) => ask('#ad', 'US', { live }).findings[0]?.fix
    expect(fix({ planned: false })).toContain('every 15 minutes')
    expect(fix({ planned: false, everyMinutes: 10 })).toContain('every 10 minutes')
    expect(fix({ planned: false, everyMinutes: 30 })).toContain('every 15 minutes')
    expect(fix({ planned: true })).toBeUndefined()
  })

  test('a link to Amazon needs Amazon’s own sentence', () => {
    for (const link of ['https://amzn.to/3x', 'www.amazon.co.uk/dp/B0', 'amazon.de/dp/B0?tag=mia-21', 'https://a.co/d/1'])
      expect(ask(`#ad ${link}`).findings.map((f) => f.rule)).toEqual(['amazon'])
    expect(ask('#ad notamazon.com/dp and example.com/amazon.de').verdict).toBe('pass')
    const { corrected } = ask('My serum https://amzn.to/3x')
    expect(corrected).toBe('#ad My serum https://amzn.to/3x\n\nAs an Amazon Associate I earn from qualifying purchases.')
    expect(ask(corrected).verdict).toBe('pass')
  })

  test('the program’s own words, and brands that are no words', () => {
    expect(ask('#teamglow serum', 'FR', { accepted: ['#TeamGlow'] }).verdict).toBe('pass')
    for (const brand of ['', '🧴', '(.*)+$', '$&', 'a'.repeat(500)]) expect(ask('my serum', 'US', { brand }).verdict).toBe('fail')
  })

  test('the same caption has the same hash, and every verdict names its rules', () => {
    expect(ask('#ad x')).toMatchObject({ ruleSet: RULE_SET, textHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(ask('#ad x').textHash).toBe(ask('#ad x', 'DE').textHash)
    expect(ask('#ad x').textHash).not.toBe(ask('#ad y').textHash)
    expect([ruleOf('SE').code, ruleOf('JP').code, hasRule('SE'), hasRule('JP')]).toEqual(['EU', 'EU', true, false])
  })
})

test('a caption of 100,000 characters is judged in a blink, whatever it is made of', () => {
  const units = [
    '#',
    '#a ',
    'ad ',
    '# ',
    '\n',
    '\u200B',
    'thanks glow skin ',
    'https://',
    '@',
    '\u202E',
    'a\u0336',
    'not an ad ',
    '| ',
    'amazon.',
    'ad|',
  ]
  const slow = units.flatMap((unit) => {
    const caption = unit.repeat(100_000 / unit.length)
    // Work done and not time passed, the least of three: the machine may be busy with something else.
    const works = [1, 2, 3].map(() => {
      const from = process.cpuUsage()
      ask(caption, ['US', 'GB', 'FR', 'DE', 'EU'])
      const { user, system } = process.cpuUsage(from)
      return (user + system) / 1_000
    })
    const least = Math.min(...works)
    return least > 250 ? [`${JSON.stringify(unit)} ${Math.round(least)} ms`] : []
  })
  expect(slow).toEqual([])
})
