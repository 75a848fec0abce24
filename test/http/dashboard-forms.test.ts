import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Browser, words } from '../browser.ts'
import type { Persona } from '../chat.ts'
import type { World } from '../world.ts'
import { browserOf, countRows, openDashboard, signedIn } from './dashboard-door.ts'

let w: World
let mia: Persona
let ana: Persona
let creator: Browser
let manager: Browser
beforeAll(async () => {
  ;({ w, mia, ana } = await openDashboard())
})
beforeEach(async () => {
  creator = await signedIn(w, mia)
  manager = await signedIn(w, ana)
})
afterAll(() => w.close())

describe('pressing', () => {
  test('a button answers on a page of its own, with the way back', async () => {
    await creator.press('Show 7 days')
    expect(words(creator.page.html)).toMatch(/Back to My numbers[\s\S]*Your numbers: last 7 days/)
    expect(creator.page.html).toContain('href="/dashboard/numbers"')
    await creator.press('See earnings')
    expect(words(creator.page.html)).toContain('Your earnings')
  })

  test('a form asks what is missing, says what is wrong at its field and keeps what was typed', async () => {
    await creator.get('/dashboard/content')
    const opened = await creator.post('/dashboard/run', {
      ...hiddenFields(creator),
      press: JSON.stringify({ run: 'settings', given: { '?': 'form' } }),
    })
    expect(opened.html).toMatch(/<dialog[\s\S]*name="o\.zone"/)
    await creator.fill({ zone: 'Mars/Olympus' })
    expect(creator.page.html).toMatch(/aria-invalid="true"/)
    expect(words(creator.page.html)).toMatch(/must be a time zone such as Europe\/Berlin/)
    expect(creator.page.html).toContain('value="Mars/Olympus"')
    await creator.fill({ zone: 'America/Santiago' })
    expect(await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { personId: mia.personId } }))).toMatchObject({
      zone: 'America/Santiago',
    })
    const cancelled = await creator.post('/dashboard/run', { ...hiddenFields(creator), form: 'settings', cancel: '1' })
    expect(cancelled.url).toBe('/dashboard/content')
  })

  /** Sends the form of /submit with a file and a caption. */
  async function handIn(bytes: Uint8Array<ArrayBuffer>, name: string) {
    const body = new FormData()
    const fields = { ...hiddenFields(creator), form: 'submit', 'o.caption': '#ad my morning', 'o.url': '' }
    for (const [field, value] of Object.entries(fields)) body.append(field, value)
    body.append('o.file', new Blob([bytes], { type: 'image/png' }), name)
    const sent = new Response(body)
    return creator.send({
      method: 'POST',
      url: '/dashboard/run',
      headers: { 'content-type': sent.headers.get('content-type')!, 'sec-fetch-site': 'same-origin' },
      payload: Buffer.from(await sent.arrayBuffer()),
    })
  }

  test.each([
    ['of more than 25 MB', Buffer.alloc(25 * 1024 * 1024 + 1), /larger than 25 MB/],
    ['of a kind we do not take', Buffer.from('MZ\x90\x00 not a picture'), /aria-invalid="true"/],
  ])('a file %s is refused at its field, and the caption stays', async (_, bytes, said) => {
    await creator.get('/dashboard')
    const page = await handIn(bytes, 'morning.png')
    expect([page.status, page.html]).toEqual([200, expect.stringMatching(said)])
    expect(page.html).toMatch(/id="o-file-error"/)
    expect(page.html).toContain('#ad my morning</textarea>')
  })

  test('a file goes along with the form that asks for it', async () => {
    await creator.get('/dashboard')
    const opened = await creator.post('/dashboard/run', {
      ...hiddenFields(creator),
      press: JSON.stringify({ run: 'submit', given: {} }),
    })
    expect(opened.html).toMatch(/<form[^>]*enctype="multipart\/form-data"[\s\S]*<input type="file"[^>]*name="o\.file"/)
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const page = await handIn(png, 'morning.png')
    expect(page.status).toBe(200)
    expect(words(page.html)).not.toMatch(/Please check|Something broke/)
    expect(await w.within((ctx) => ctx.db.file.count({ where: { programId: w.programId, name: 'morning.png' } }))).toBe(1)
    expect(await w.within((ctx) => ctx.db.submission.count({ where: { creatorId: mia.creatorId } }))).toBe(1)
  })

  test('what is sent twice from one page runs once', async () => {
    const zoe = await applied('Zoe')
    await manager.get('/dashboard')
    const pressed = { ...hiddenFields(manager), press: JSON.stringify({ run: 'creator approve', given: { creator: zoe } }) }
    const both = await Promise.all([manager.post('/dashboard/run', pressed), manager.post('/dashboard/run', pressed)])
    expect(both.map((page) => page.status)).toEqual([200, 200])
    const runs = await w.within((ctx) => ctx.db.audit.findMany({ where: { personId: ana.personId, run: 'creator approve' } }))
    expect(runs.map((run) => run.outcome)).toEqual(['done'])
    const again = await manager.post('/dashboard/run', pressed)
    expect(words(again.html)).not.toMatch(/Already done|Still working/)
  })

  test('a manager works the queue down from the page', async () => {
    const creatorId = await applied('Kim')
    await manager.get('/dashboard')
    expect(words(manager.page.html)).toMatch(/1 application/)
    expect(words(manager.page.html)).not.toContain('Open dashboard')
    await manager.press('Open the oldest')
    await manager.press('Approve')
    expect(await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } }))).toMatchObject({
      state: 'approved',
    })
    await manager.get('/dashboard')
    expect(words(manager.page.html)).not.toMatch(/1 application/)
  })

  test('a creator can not run what is for managers, whatever the form says', async () => {
    const noor = await applied('Noor')
    const page = await creator.post('/dashboard/run', {
      ...hiddenFields(creator),
      press: JSON.stringify({ run: 'creator approve', given: { creator: noor } }),
    })
    expect(words(page.html)).toMatch(/Not allowed[\s\S]*is for managers/)
    await creator.get('/dashboard')
    const form = await creator.post('/dashboard/run', {
      ...hiddenFields(creator),
      form: 'creator decline',
      'g.creator': noor,
      'o.reason': 'fit',
    })
    expect(words(form.html)).toMatch(/Not allowed/)
    expect(await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: noor } }))).toMatchObject({ state: 'applied' })
  })

  test('one person never gets the answer that another was given', async () => {
    const hidden: Record<string, string> = { ...hiddenFields(creator), press: JSON.stringify({ run: 'help', given: {} }) }
    await creator.post('/dashboard/run', hidden)
    const page = await manager.post('/dashboard/run', { ...hiddenFields(manager), event: hidden.event!, press: hidden.press! })
    expect(words(page.html)).toContain('Hello Ana')
  })

  test.each([
    ['no JSON', { press: '{' }],
    ['another shape', { press: '{"run":1}' }],
    ['nothing', {}],
    ['a huge value', { press: JSON.stringify({ run: 'help', given: { a: 'x'.repeat(5_000) } }) }],
  ])('%s pressed is refused with a sentence', async (_what, fields: Record<string, string>) => {
    const page = await creator.post('/dashboard/run', { ...hiddenFields(creator), ...fields })
    expect(page.status).toBe(400)
    expect(page.headers['cache-control']).toBe('no-store')
  })
})

describe('forms of others', () => {
  const cases: [string, (own: Record<string, string>) => Record<string, string>, Record<string, string>][] = [
    ['without a token', ({ token: _, ...rest }) => rest, { 'sec-fetch-site': 'same-origin' }],
    [
      'with the token of another session',
      (own) => ({ ...own, token: hiddenFields(manager).token! }),
      { 'sec-fetch-site': 'same-origin' },
    ],
    ['from another site', (own) => own, { 'sec-fetch-site': 'cross-site' }],
    ['from a sister site', (own) => own, { 'sec-fetch-site': 'same-site' }],
    ['from another origin', (own) => own, { origin: 'https://evil.example' }],
    ['from an origin that hides', (own) => own, { origin: 'null' }],
  ]
  test.each(cases)('%s: 403, and nothing runs', async (_how, fields, headers) => {
    const before = await countRows(w, 'inbox')
    for (const path of ['/dashboard/run', '/logout']) {
      const page = await creator.post(path, fields({ ...hiddenFields(creator), press: '{"run":"help","given":{}}' }), headers)
      expect(page.status).toBe(403)
      await creator.get('/dashboard')
    }
    expect(await countRows(w, 'inbox')).toBe(before)
    expect(creator.page.status).toBe(200)
  })

  test('our own page on a plain address may send', async () => {
    const fields = { ...hiddenFields(creator), press: '{"run":"help","given":{}}' }
    expect((await creator.post('/dashboard/run', fields, { origin: 'https://go.glow.example' })).status).toBe(200)
  })

  test('a stranger gets the page for strangers', async () => {
    const page = await (await browserOf(w)).post('/dashboard/run', { press: '{"run":"help","given":{}}' })
    expect(page.status).toBe(401)
  })

  test('whose session ended while they wrote gets their words back, and nothing was done', async () => {
    const late = await browserOf(w)
    const fields = {
      form: 'submit',
      'o.caption': 'My <b>long</b> morning & coffee',
      'o.url': 'https://example.com/1',
      token: 'old',
    }
    const before = await countRows(w, 'inbox')
    const page = await late.post('/dashboard/run', fields)
    expect(page.status).toBe(401)
    expect(page.html).toContain(
      'readonly aria-label="What you wrote">My &#60;b&#62;long&#60;/b&#62; morning &#38; coffee</textarea>',
    )
    expect(await countRows(w, 'inbox')).toBe(before)
    const other = await late.post('/dashboard/run', fields, { 'sec-fetch-site': 'cross-site' })
    expect(other.status).toBe(403)
    const much = await late.post('/dashboard/run', { ...fields, 'o.caption': 'long words '.repeat(7_000) })
    expect(much.html).not.toContain('readonly')
  })
})

/** The hidden fields of the first form on the page that runs something. */
function hiddenFields(one: Browser): Record<string, string> {
  const form = [...one.page.html.matchAll(/<form[^>]*action="\/dashboard\/run"[\s\S]*?<\/form>/g)][0]
  if (!form) throw new Error(`No form on ${one.page.url}.`)
  const hidden = [...form[0].matchAll(/<input type="hidden" name="(token|event|page)" value="([^"]*)">/g)]
  return Object.fromEntries(hidden.map((m) => [m[1]!, m[2]!]))
}

/** An application that waits; gives the creator's id. */
async function applied(name: string): Promise<string> {
  const one = await w.applicant(name)
  await one.ask('apply', {
    handle: `@${name.toLowerCase()}`,
    niche: 'food',
    country: 'DE',
    email: `${name.toLowerCase()}@example.com`,
    adult_and_consent: 'yes',
  })
  await one.press('Accept')
  return (await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: one.personId } }))).id
}
