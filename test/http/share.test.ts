import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { share } from '../../src/http/share.ts'
import { upload } from '../../src/http/upload.ts'
import { checkUse } from '../../src/rights/service.ts'
import { approvedShares } from '../../src/shares/queries.ts'
import type { Persona } from '../chat.ts'
import { customer, openShare, shared } from '../customers.ts'
import { exif, film, jpeg, png } from '../pictures.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app), upload(app)] })
  await openShare(w, { code: 'GLAD10', percent: 10 })
  ana = await w.manager('Ana')
})
afterAll(() => w.close())
beforeEach(() => w.at('2026-11-20T12:00:00Z'))

const count = () => w.within((ctx) => ctx.db.share.count())
const photo = jpeg({ before: [exif(6)] })

describe('the form', () => {
  test('is whole without scripts, says what is agreed to, and discloses the code', async () => {
    const kim = await customer(w)
    expect(kim.page.status).toBe(200)
    expect(kim.page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(kim.page.headers['cache-control']).toBe('no-store')
    expect(kim.page.headers['set-cookie']).toBeUndefined()
    expect(kim.page.html).not.toMatch(/<script(?![^>]*src=)|\sstyle=|\son\w+=/)
    expect(kim.words).toContain('website, product pages and in mails for 180 days')
    expect(kim.words).toContain('AI training or synthetic versions No')
    expect(kim.words).toContain('the same for one star as for five')
    expect(kim.words).not.toContain('GLAD10')
  })

  test('keeps what was typed when its photo was lost on its way', async () => {
    const kim = await customer(w)
    const before = await count()
    const { media } = w.app
    // The same bytes were somebody else's, and were removed for them just then.
    w.app.media = { ...media, has: async () => false }
    try {
      await kim.share({ words: 'Soft and good', rating: '2', email: 'kim' }, { name: 'me.jpg', bytes: photo })
      expect(kim.words).toContain('2 answers need another look')
      expect(kim.words).toContain('The file was lost on its way. Send it again.')
      await kim.share({ words: 'Soft and good', rating: '2' }, { name: 'me.jpg', bytes: photo })
    } finally {
      w.app.media = media
    }
    expect(kim.words).toContain('The file was lost on its way')
    expect(kim.page.html).toContain('Soft and good')
    expect(await count()).toBe(before)
    await kim.share({ words: 'Soft and good', rating: '2' }, { name: 'me.jpg', bytes: photo })
    expect(await count()).toBe(before + 1)
  })

  test('names each mistake at its field and keeps what was typed, the photo too', async () => {
    const kim = await customer(w)
    const before = await count()
    await kim.share(
      { words: 'Soft & <b>good</b>', name: 'K', email: 'kim', rating: '2', rights: '' },
      { name: 'me.jpg', bytes: photo },
    )
    expect(kim.words).toContain('3 answers need another look')
    for (const name of ['name', 'email', 'rights'])
      expect(kim.page.html).toMatch(new RegExp(`aria-describedby="[^"]*s-${name}-error"`))
    expect(kim.page.html).not.toContain('<b>')
    expect(kim.words).toContain('Soft & <b>good</b>')
    expect(kim.page.html).toMatch(/value="2" checked/)
    expect(kim.words).toContain('me.jpg is here already')
    await kim.share({ words: 'Soft', name: 'Kim', rating: '2' })
    expect(kim.words).toContain('Thank you!')
    expect(kim.words).toContain('You sent: a photo, 2 stars, your words.')
    expect(await count()).toBe(before + 1)
  })

  test('wants something, ticks, and the conditions as they are now', async () => {
    const kim = await customer(w)
    await kim.share({ adult: '' })
    expect(kim.words).toContain('Nothing is here yet')
    expect(kim.words).toContain('only people of 18 or older')
    await kim.share({ words: 'Good', terms: 'f'.repeat(64) })
    expect(kim.words).toContain('The conditions have changed meanwhile')
    await kim.share({ words: 'x'.repeat(2_001) })
    expect(kim.words).toContain('at most 2000 characters')
    await kim.share({ words: 'Good', answer: 'yes' })
    expect(kim.words).toContain('For an answer we need your e-mail address')
  })

  test.each([
    ['a script', Buffer.from('<script>alert(1)</script>'), 'no picture or video that we can show'],
    ['a document', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj'), 'no picture or video that we can show'],
    ['a pixel bomb', png(60_000, 60_000), 'too many pixels'],
    ['a cut-off picture', photo.subarray(0, 60), 'or it is damaged'],
    ['more than 25 MB', Buffer.concat([photo, Buffer.alloc(25 * 1024 * 1024)]), 'larger than 25 MB'],
  ])('%s as a photo is refused at its field, and the words stay', async (_what, bytes, why) => {
    const kim = await customer(w)
    await kim.share({ words: 'Kept words' }, { name: 'me.jpg', bytes })
    expect(kim.words).toContain(why)
    expect(kim.page.html).toContain('Kept words</textarea>')
    expect(kim.page.html).toContain('id="s-file-error"')
  })

  test('takes nothing from another page, a machine, or a form that was drawn too long ago, and loses nothing of a person', async () => {
    const kim = await customer(w)
    const before = await count()
    expect((await kim.share({ words: 'Hi' }, undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    await kim.open()
    await kim.share({ words: 'Buy now', website: 'https://spam.example' })
    expect(kim.words).toContain('A machine seems to have filled in')
    await kim.share({ words: 'Hi', form: 'made.up.form' })
    expect(kim.words).toContain('drew it anew')
    w.at('2026-11-21T13:00:00Z')
    await kim.share({ words: 'Still here' })
    expect(kim.page.html).toContain('Still here</textarea>')
    expect(kim.words).toContain('drew it anew. Press Send again.')
    w.at('2026-11-22T14:00:00Z')
    await kim.share({ words: 'Still here' }, { name: 'me.jpg', bytes: photo })
    expect(kim.words).toContain('drew it anew. Choose your file once more, then press Send again.')
    expect(await count()).toBe(before)
    await kim.share({ words: 'Still here' })
    expect(kim.words).toContain('Thank you!')
  })

  test('sent twice it is one entry; an address sends sixty in an hour', async () => {
    const kim = await customer(w)
    const form = kim.button('Send')
    const before = await count()
    await Promise.all([kim.share({ ...form, words: 'Twice' }), kim.share({ ...form, words: 'Twice' })])
    expect(await count()).toBe(before + 1)
    await kim.open()
    let last = 0
    for (let n = 0; n < 60 && last !== 429; n++) last = (await kim.share({ website: 'x' })).status || kim.page.status
    expect(last).toBe(429)
  })
})

test('what is kept: no place or camera in the photo, a hash of the address, proof of consent without the whole address', async () => {
  const { row } = await shared(w, { words: 'Glow', rating: '1', email: 'Kim@Example.com' }, { name: 'me.jpg', bytes: photo })
  const file = await w.within((ctx) => ctx.db.file.findFirstOrThrow({ where: { id: row.fileId! } }))
  expect((await w.app.media.get(file.sha256)).includes('GPS')).toBe(false)
  expect(row).toMatchObject({ state: 'submitted', rating: 1, emailSealed: null, thanks: 'GLAD10', preset: 'web' })
  expect(row.emailHash).toBe(await w.within(async (ctx) => ctx.hash('kim@example.com')))
  expect(row.consent).toMatchObject({ adult: true, version: 1, ip: '203.0.113.0', at: '2026-11-20T12:00:00.000Z' })
  const event = await w.within((ctx) => ctx.db.rightsEvent.findFirstOrThrow({ where: { submissionId: row.id } }))
  expect(event).toMatchObject({
    kind: 'accepted',
    side: 'creator',
    personId: null,
    textHash: (row.consent as { textHash: string }).textHash,
  })
  const other = await shared(w, { words: 'Please write', email: 'lo@example.com', answer: 'yes' })
  expect(await w.within(async (ctx) => ctx.unseal(other.row.emailSealed!))).toBe('lo@example.com')
})

test('the same code for one star as for five, and the private page is the only one that shows it', async () => {
  for (const rating of ['1', '5']) {
    const { kim } = await shared(w, { rating })
    expect(kim.words).toContain('GLAD10')
    expect(kim.words).toContain('10 % off')
  }
})

test('approved it is shown, taken back it is gone at once, and managers see what has to come down', async () => {
  const { kim, row, mine } = await shared(w, { words: 'It glows', rating: '3' }, { name: 'me.png', bytes: png(40, 30, 77) })
  const id = row.id
  const shown = () => w.within(async (ctx) => (await approvedShares(ctx)).filter((one) => one.id === id))
  const use = (channel: 'website' | 'paid_ads') => w.within((ctx) => checkUse(ctx, { submissionId: id, channel }))
  expect(await shown()).toEqual([])
  expect(await use('website')).toMatchObject({ ok: false, clause: 'licence' })
  await ana.run('share approve', { share: id })
  await kim.get(mine)
  expect(kim.words).toContain('We show it')
  expect(kim.words).toContain('until 2027-05-19')
  expect(await shown()).toMatchObject([
    { by: 'Kim', rating: 3, words: 'It glows', disclosure: 'Received a thank-you code', mime: 'image/png' },
  ])
  expect(await use('website')).toMatchObject({ ok: true })
  expect(await use('paid_ads')).toMatchObject({ ok: false, clause: 'paid_ads' })
  await ana.run('share place', { share: id, channel: 'email', where: 'newsletter of 3 May' })

  await kim.push('Take it back now')
  expect(kim.words).toContain('You took it back')
  expect(await shown()).toEqual([])
  expect(await use('website')).toMatchObject({ ok: false, clause: 'revocation' })
  await w.app.runJob('deliver')
  expect(await ana.sees('managers')).toMatch(/Take down: what Kim sent[\s\S]*took it back[\s\S]*newsletter of 3 May/)
  expect(await ana.sees('review')).toContain('Its customer took it back')
  await w.app.runJob('shares')
  expect(await w.within((ctx) => ctx.db.share.findUniqueOrThrow({ where: { id } }))).toMatchObject({ erasedAt: null })
  const { id: placement } = await w.within((ctx) => ctx.db.placement.findFirstOrThrow({ where: { submissionId: id } }))
  await ana.run('rights unplace', { placement })
  await w.app.runJob('shares')
  const after = await w.within((ctx) => ctx.db.share.findUniqueOrThrow({ where: { id } }))
  expect(after).toMatchObject({ words: '', name: '', rating: null, fileId: null, erasedAt: w.now })
  expect(after.consent).not.toHaveProperty('ip')
  expect(await w.within((ctx) => ctx.db.file.count({ where: { id: row.fileId! } }))).toBe(0)
  await kim.get(mine)
  expect(kim.words).toContain('You took it back')
})

test('a longer video comes through the page for large files, and only then it waits for review', async () => {
  const { kim, row, mine } = await shared(w, { later: 'yes' })
  expect(kim.words).toContain('One step left: your video')
  expect(kim.words).not.toContain('GLAD10')
  expect(row.state).toBe('open')
  await kim.push('Send the video')
  expect(kim.page.html).toContain('Choose a file')
  expect(kim.words).not.toContain('chat')
  const page = kim.page.url
  const tus = { 'tus-resumable': '1.0.0' }
  const bytes = film('isom')
  const made = await (await w.serve()).server.inject({
    method: 'POST',
    url: `${page}/file`,
    headers: {
      ...tus,
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from('me.mp4').toString('base64')}`,
    },
  })
  expect(made.statusCode).toBe(201)
  await (await w.serve()).server.inject({
    method: 'PATCH',
    url: String(made.headers.location),
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    payload: bytes,
  })
  for (let n = 0; n < 100 && !kim.words.includes('Thank you!'); n++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await kim.get(mine)
  }
  expect(kim.words).toContain('You sent: a video.')
  expect(kim.words).toContain('GLAD10')
  expect(await w.within((ctx) => ctx.db.share.findUniqueOrThrow({ where: { id: row.id } }))).toMatchObject({ state: 'submitted' })
})

test('what was begun and not sent goes after a day, what was turned down after a month', async () => {
  const kim = await customer(w)
  await kim.share({ name: '' }, { name: 'x.png', bytes: png(21, 22, 9) })
  const { row } = await shared(w, { words: 'Not about you' })
  await ana.run('share reject', { share: row.id, reason: 'unrelated' })
  w.at('2026-11-21T12:00:01Z')
  await w.app.runJob('shares')
  expect(await w.within((ctx) => ctx.db.share.count({ where: { state: 'open', consent: { equals: null as never } } }))).toBe(0)
  expect(await w.within((ctx) => ctx.db.file.count({ where: { name: 'x.png' } }))).toBe(0)
  w.at('2026-12-21T12:00:01Z')
  await w.app.runJob('shares')
  expect(await w.within((ctx) => ctx.db.share.findUniqueOrThrow({ where: { id: row.id } }))).toMatchObject({
    words: '',
    erasedAt: w.now,
  })
})

test('links that are none, another program’s, and a page that is closed', async () => {
  const kim = await customer(w)
  const { mine } = await shared(w, { words: 'Hello there' })
  const other = await w.neighbour()
  for (const url of ['/share/nobody', `/share/${w.programId}/mine/${'a'.repeat(43)}`, mine.replace(w.programId, other)])
    expect((await kim.get(url)).status).toBe(404)
  expect((await kim.post(`/share/${w.programId}/mine/${'a'.repeat(43)}/withdraw`, {})).status).toBe(404)
  await kim.get(`/share/${other}`)
  expect(kim.words).toContain('takes nothing through this page just now')
})
