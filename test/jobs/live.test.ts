/** Posts are read where they stand: by pages of a site that the test keeps, and by addresses that nobody may be led to. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readLive, readPage } from '../../src/content/live-page.ts'
import { type FetchOptions, openFetch } from '../../src/fetch.ts'
import { days, minutes } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { posted } from '../posts.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let here = ''
let asked: string[] = []
let answer: (response: ServerResponse, url: string) => void
const server = createServer((request, response) => {
  asked.push(request.url!)
  answer(response, request.url!)
})
const html =
  (head: string, status = 200) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><head>${head}</head><p>Hello`)
const described = (words: string) => html(`<title>Mia</title><meta property="og:description" content="${words}">`)

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  w = await world({ environment: { FETCH_ALLOW: here } })
  mia = await w.creator('Mia')
})
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  await w.close()
  server.closeAllConnections()
  server.close()
})

const looks = (submissionId: string) =>
  w.within((ctx) =>
    ctx.db.recheck.findMany({
      where: { submissionId },
      orderBy: { stage: 'asc' },
      select: { stage: true, state: true, outcome: true, tries: true },
    }),
  )
const verdicts = (submissionId: string) =>
  w.within((ctx) =>
    ctx.db.verdict.findMany({ where: { submissionId }, orderBy: { seq: 'asc' }, select: { stage: true, verdict: true } }),
  )
const run = () => w.app.runJob('live')

test('what is in order is read when it is live and after seven days, and nobody hears of it', async () => {
  answer = described('#Werbung my serum')
  const id = await posted(w, mia, '#Werbung my serum', `${here}/fine`)
  const before = await mia.sees()
  await run()
  await run()
  expect([asked, await verdicts(id)]).toEqual([['/fine'], [{ stage: 'live', verdict: 'pass' }]])
  w.at(days(w.now, 6))
  await run()
  expect(asked).toHaveLength(1)
  w.at(days(w.now, 2))
  await run()
  expect([asked.length, await verdicts(id)]).toEqual([
    2,
    [
      { stage: 'live', verdict: 'pass' },
      { stage: 'week', verdict: 'pass' },
    ],
  ])
  expect([await mia.sees(), await mia.sees('managers')]).toEqual([before, ''])
})

test('a caption that lost its disclosure: both sides are told, with the caption to paste, until it is mended', async () => {
  answer = described('My serum #spon')
  const id = await posted(w, mia, '#Werbung my serum', `${here}/lost`)
  await run()
  expect(await mia.sees()).toMatch(
    /Please change your caption[\s\S]*“#spon” is not enough in Germany[\s\S]*#Werbung My serum #spon/,
  )
  expect(await mia.sees('managers')).toContain('Disclosure missing: Mia')
  await mia.press('Look again')
  expect((await mia.ask('recheck', { submission: id })).text).toContain('being looked at just now')
  answer = described('#Werbung My serum')
  await run()
  expect(await verdicts(id)).toEqual([
    { stage: 'live', verdict: 'fail' },
    { stage: 'live', verdict: 'pass' },
  ])
  expect(await mia.sees()).toContain('Caption in order')
  expect(await mia.sees('managers')).toContain('Caption in order')
  expect(await mia.sees('managers')).not.toContain('Disclosure missing')
})

test('where the page said otherwise and its creator pastes what does, managers read that it is their word, and may look again', async () => {
  answer = described('My balm #spon')
  const id = await posted(w, mia, '#Werbung my balm', `${here}/word`)
  await run()
  await mia.run('caption', { submission: id, caption: '#Werbung My balm' })
  w.at(minutes(w.now, 1))
  expect(await mia.sees('managers')).toMatch(/As its creator pasted it[\s\S]*was not read anew[\s\S]*\[Look again\]/)
})

test('what strangers may not read is asked for; after three days the managers are, and what is pasted is judged', async () => {
  answer = html('<title>Login • Instagram</title>')
  const id = await posted(w, mia, '#Werbung my serum', `${here}/wall`)
  await run()
  expect(await verdicts(id)).toEqual([])
  expect(await mia.sees()).toMatch(/We could not read your post[\s\S]*signed in/)
  w.at(minutes(days(w.now, 3), 1))
  await run()
  expect(await mia.sees('managers')).toContain('Not checked yet: Mia')
  const pasted = await mia.run('caption', { submission: id, caption: 'Look at my serum' })
  expect(pasted).toMatch(/Not yet[\s\S]*Nothing says that this is advertising[\s\S]*#Werbung Look at my serum/)
  expect(await mia.run('caption', { submission: id, caption: '#Werbung Look at my serum' })).toContain('Thank you')
  expect(await verdicts(id)).toEqual([
    { stage: 'live', verdict: 'fail' },
    { stage: 'live', verdict: 'pass' },
  ])
})

test('a post that is gone is told as that, and a site that is busy is asked three times', async () => {
  answer = html('', 410)
  const gone = await posted(w, mia, '#Werbung', `${here}/gone`)
  await run()
  expect(await mia.sees()).toMatch(/Your post is not there[\s\S]*deleted, made private/)
  answer = html('', 503)
  const busy = await posted(w, mia, '#Werbung', `${here}/busy`)
  for (const later of [0, 60, 241]) {
    w.at(minutes(w.now, later))
    await run()
  }
  expect(asked.filter((url) => url === '/busy')).toHaveLength(3)
  expect((await looks(busy))[0]).toEqual({ stage: 'live', state: 'asked', outcome: 'The site is busy.', tries: 3 })
  expect((await looks(gone))[0]).toMatchObject({ state: 'asked' })
})

test('an address that was changed is looked at anew, and two jobs at once read it once', async () => {
  answer = described('#Werbung')
  const id = await posted(w, mia, '#Werbung', `${here}/first`)
  await Promise.all([run(), run()])
  expect(asked.filter((url) => url === '/first')).toHaveLength(1)
  await w.within((ctx) => ctx.db.submission.update({ where: { id }, data: { liveUrl: `${here}/second` } }))
  await run()
  expect(asked).toContain('/second')
  expect((await verdicts(id)).length).toBe(2)
})

describe('pages', () => {
  const page = (head: string, over: { status?: number; type?: string; url?: string } = {}) =>
    readPage({
      status: over.status ?? 200,
      headers: { 'content-type': over.type ?? 'text/html' },
      body: Buffer.from(head),
      url: over.url ?? 'https://site.example/p/1',
    })
  const first = (head: string) => {
    const reading = page(head)
    return reading.kind === 'read' ? reading.captions[0] : reading
  }
  test.each([
    ['og:description', '<meta property="og:description" content="#ad &amp; more">', '#ad & more'],
    [
      'Instagram’s wrapping',
      '<meta property="og:description" content="12 likes, 3 comments - mia on November 20, 2026: &quot;#ad my serum&quot;. ">',
      '#ad my serum',
    ],
    ['its title', '<meta property="og:title" content="Mia on Instagram: “#ad my serum”">', '#ad my serum'],
    ['a plain description', '<meta name="Description" content="#ad">', '#ad'],
    [
      'structured data',
      '<script type="application/ld+json">{"@graph":[{"@type":"VideoObject","description":"#ad film"}]}</script><meta name="description" content="x">',
      '#ad film',
    ],
    ['broken structured data', '<script type="application/ld+json">{oops</script><meta name="description" content="#ad">', '#ad'],
  ])('%s', (_, head, caption) => expect(first(head)).toBe(caption))

  test.each([
    [
      'a wall by its address',
      page('<title>x</title>', { url: 'https://www.instagram.com/accounts/login/?next=/p/1' }),
      'signed in',
    ],
    ['a wall by its answer', page('', { status: 401 }), 'signed in'],
    ['a wall by its form', page('<title>Hi</title><input type="password">'), 'signed in'],
    ['a private account', page('<title>This account is private</title>'), 'private'],
    ['a picture', page('', { type: 'image/jpeg' }), 'a file at this address'],
    ['no type', page('', { type: '' }), 'a file at this address'],
    ['an empty page', page(''), 'does not give its caption away'],
  ])('%s', (_, reading, why) => expect(reading).toMatchObject({ kind: 'closed', why: expect.stringContaining(why) }))

  test('gone is gone, also where the site says so with a 200', () => {
    expect([page('', { status: 404 }), page('<title>Page not found</title>')]).toEqual([{ kind: 'gone' }, { kind: 'gone' }])
  })

  test.each([
    '<meta '.repeat(150_000),
    '<script type="application/ld+json">'.repeat(25_000),
    `<script type="application/ld+json">${'['.repeat(500_000)}</script>`,
    `<meta property="og:description" content="${'a"'.repeat(400_000)}`,
  ])('a megabyte of nonsense is read in a second', (body) => {
    const from = performance.now()
    page(body)
    expect(performance.now() - from).toBeLessThan(1_000)
  })
})

describe('no address leads inside', () => {
  const reader = (options: FetchOptions) => {
    const { fetch, close } = openFetch(options)
    return { read: (url: string) => readLive(fetch, url), close }
  }
  const hosts = [
    ...[
      '127.1',
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '①②⑦.⓪.⓪.①',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.0.1',
    ],
    ...[
      '100.64.0.1',
      '[fc00::1]',
      '[64:ff9b::7f00:1]',
      '[::1]',
      '0.0.0.0',
      '[fe80::1]',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
  ]
  test('no way to write a private address opens a socket', async () => {
    const dialed: string[] = []
    const { read, close } = reader({
      dial: (opts, callback) => {
        dialed.push(opts.hostname)
        callback(new Error('never'), null)
      },
      resolve: async (host) => (host.startsWith('mixed') ? ['8.8.8.8', '10.0.0.1'] : ['127.0.0.1']),
    })
    const urls = [
      ...hosts.flatMap((host) => [`https://${host}/`, `http://${host}/`, `https://${host}:8443/x`]),
      ...['https://localhost./', 'https://localhost/', 'https://inside.example/', 'https://mixed.example/'],
      ...[
        'file:///etc/passwd',
        'gopher://127.0.0.1/',
        'data:text/html,<title>x',
        'javascript:alert(1)',
        'https://a:b@c.example/',
      ],
    ]
    for (const url of urls) expect([url, (await read(url)).kind]).toEqual([url, 'closed'])
    expect(dialed).toEqual([])
    await close()
  })

  test('a name that turns private after it was checked, and a redirect inside, are not followed', async () => {
    const dialed: string[] = []
    const answers = [['8.8.8.8'], ['127.0.0.1']]
    const turning = reader({
      resolve: async () => answers.shift() ?? ['127.0.0.1'],
      dial: (opts, callback) => {
        dialed.push(opts.hostname)
        callback(new Error('no network here'), null)
      },
    })
    expect((await turning.read('https://turning.example/')).kind).toBe('again')
    expect((await turning.read('https://turning.example/')).kind).toBe('closed')
    expect(dialed).toEqual(['8.8.8.8'])
    const outside = reader({ allow: [here], resolve: async () => ['192.168.1.1'] })
    for (const to of [
      'https://127.0.0.1/',
      'https://inside.example/',
      'file:///etc/passwd',
      `${here.replace('127.0.0.1', 'localhost')}/`,
    ]) {
      answer = (response) => response.writeHead(302, { location: to }).end()
      expect((await outside.read(`${here}/hop`)).kind).toBe('closed')
    }
    expect(asked).toHaveLength(4)
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.alloc(1024 * 1024 + 1, 'a'))
    expect(await outside.read(here)).toMatchObject({ kind: 'closed', why: expect.stringContaining('longer than') })
    await Promise.all([turning.close(), outside.close()])
  })
})
