/** What the brand shows elsewhere, and only while it may. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { addMission } from '../../src/campaigns/plans.ts'
import { openWebDoor } from '../../src/http/doors.ts'
import { embedScript } from '../../src/http/gallery.ts'
import { days, minutes } from '../../src/kernel/time.ts'
import { elsewhere } from '../../src/reuse/counts.ts'
import { isAbout, liftOf, tagOf } from '../../src/reuse/rules.ts'
import { Browser } from '../browser.ts'
import { buttonsOf, type Persona } from '../chat.ts'
import { png } from '../pictures.ts'
import { lastGrant, pictured } from '../rights.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
let ana: Persona
let pass: string
let gallery: string
let shelf: string

const agent = { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605' }
const read = async (path: string, headers: Record<string, string> = {}) => {
  const { server } = await w.serve()
  return server.inject({ method: 'GET', url: path, headers: { ...agent, ...headers } })
}
type Feed = {
  items: {
    id: string
    url: string
    image?: string
    _troupe: { by: string | null; licence: { id: string; channels: string[] } }
  }[]
}
const feed = async () => (await read(`/gallery/${pass}/feed.json`)).json() as Feed
const row = () => w.within((ctx) => ctx.db.gallery.findFirstOrThrow({ where: { id: gallery } }))
const tell = async (body: unknown, headers: Record<string, string> = agent) => {
  const { server } = await w.serve()
  return server.inject({
    method: 'POST',
    url: `/gallery/${pass}/seen`,
    headers: { 'content-type': 'text/plain', ...headers },
    payload: JSON.stringify(body),
  })
}
const counted = () => w.within((ctx) => ctx.db.placementDay.findMany({ select: { views: true, clicks: true, day: true } }))

beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, false) })
  mia = await w.creator('Mia')
  ana = await w.manager('Ana')
  shelf = await pictured(w, ana, mia, {
    bytes: png(8, 6),
    asked: { channels: 'website', term: '90 days' },
    caption: 'My <b>shelf</b> & #DewSerum ]]> \u0007#ad',
  })
  expect(await ana.run('gallery create', { name: 'Seen with the Dew Serum' })).toContain('Nothing yet')
  gallery = (await w.within((ctx) => ctx.db.gallery.findFirstOrThrow())).id
  const { programId, token } = await row()
  pass = `${programId}.${token}`
}, 60_000)
afterAll(() => w.close())

test('the script with its styles stays below 15 kB', () => {
  expect(Buffer.byteLength(embedScript())).toBeLessThan(15_000)
  expect(embedScript()).not.toContain('{styles}')
})

test('what a licence covers is shown with it, through a link that its creator earns by', async () => {
  expect((await feed()).items).toEqual([])
  expect(await ana.run('gallery add', { gallery, submission: shelf })).toContain('Added to')
  const [item] = (await feed()).items
  const grant = await lastGrant(w, shelf)
  expect(item!._troupe).toMatchObject({ by: '@mia.glow', licence: { id: grant.id, channels: ['website'] } })
  const slug = new URL(item!.url).pathname.slice(1)
  const link = await w.within((ctx) => ctx.db.link.findUniqueOrThrow({ where: { slug } }))
  expect(link).toMatchObject({ creatorId: mia.creatorId, galleryId: gallery, destination: 'https://shop.example.com/' })
  expect(await mia.run('link')).not.toContain(slug)
  expect(await w.within((ctx) => ctx.db.placement.findMany({ where: { submissionId: shelf } }))).toMatchObject([
    { channel: 'website', place: 'Gallery “Seen with the Dew Serum”', until: null },
  ])
})

test('pages, feeds and pictures are for every origin, are not asked for twice, and carry nothing a browser would run', async () => {
  const page = await read(`/gallery/${pass}`)
  expect(page.body).toContain('My &#60;b&#62;shelf')
  expect(page.body).not.toMatch(/<b>|style=|onclick|<script>/)
  expect(page.headers['content-security-policy']).toContain('frame-ancestors *')
  expect(page.headers['x-frame-options']).toBeUndefined()
  const json = await read(`/gallery/${pass}/feed.json`)
  expect(json.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' })
  expect(json.headers['cache-control']).toBe('public, max-age=0, must-revalidate, s-maxage=60')
  expect((await read(`/gallery/${pass}/feed.json`, { 'if-none-match': String(json.headers.etag) })).statusCode).toBe(304)
  const rss = (await read(`/gallery/${pass}/feed.rss`)).body
  expect(rss).toContain('<rss')
  expect(rss).not.toContain('\u0007')
  expect(rss).not.toContain('shelf & ')
  expect(rss.split(']]>').length).toBe(rss.split('<![CDATA[').length)
  const { image } = (await feed()).items[0]!
  const picture = await read(new URL(image!).pathname)
  expect([picture.statusCode, picture.headers['content-type']]).toEqual([200, 'image/png'])
  expect((await read(`/gallery/${w.programId}.${'x'.repeat(43)}/feed.json`)).statusCode).toBe(404)
  expect((await read(`/gallery/prg_${'0'.repeat(26)}.${'x'.repeat(43)}`)).statusCode).toBe(404)
})

test('views and clicks count once per visitor and hour; machines, strangers’ ids and noise do not', async () => {
  const item = (await feed()).items[0]!.id
  expect((await tell({ views: [item, item], clicks: [item] })).statusCode).toBe(204)
  await tell({ views: [item], clicks: [item, 'itm_x'] })
  await tell({ views: [item] }, { 'user-agent': 'Googlebot/2.1' })
  expect(await counted()).toEqual([{ views: 1, clicks: 1, day: '2026-11-20' }])
  await tell({ views: [item] }, { 'user-agent': 'Mozilla/5.0 (Android) Firefox/130' })
  w.at('2026-11-20T13:00:01Z')
  await tell({ views: [item] })
  expect(await counted()).toEqual([{ views: 3, clicks: 1, day: '2026-11-20' }])
  expect((await tell({ views: 'x' })).statusCode).toBe(400)
  expect((await tell({ views: Array(101).fill(item) })).statusCode).toBe(400)
  expect(await ana.run('gallery lift', { gallery })).toMatch(/Seen\s+3[\s\S]*Not enough data/)
  w.at('2026-11-20T18:00:00Z')
  await w.tick()
  expect(await w.within((ctx) => ctx.db.placementSeen.count())).toBe(0)
})

test('an order through a gallery’s link counts for it and for its creator', async () => {
  const slug = new URL((await feed()).items[0]!.url).pathname.slice(1)
  const cid = await w.click(slug)
  const placed = { id: '9001', at: w.now.toISOString(), currency: 'EUR', total: '50.00', paid: true, cid }
  await w.hook('generic', { type: 'order.created', data: placed })
  w.at('2026-11-20T18:05:00Z')
  const shown = await ana.run('gallery lift', { gallery })
  expect(shown).toMatch(/Visits through its links\s+1/)
  expect(shown).toMatch(/Orders\s+1/)
})

test('who buys by a second click within the hour bought by the other links of its creator too', async () => {
  const link = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { creatorId: mia.creatorId, galleryId: null } }))
  await w.click(link.slug)
  const cid = await w.click(link.slug)
  const placed = { id: '9002', at: w.now.toISOString(), currency: 'EUR', total: '50.00', paid: true, cid }
  await w.hook('generic', { type: 'order.created', data: placed })
  const own = await row()
  const [from, to] = [days(w.now, -1), days(w.now, 1)]
  expect(await w.within((ctx) => elsewhere(ctx, own, from, to))).toEqual({ clicks: 1, orders: 1 })
})

test('ads are refused by the clause for 90 days of website; what is covered comes as a zip with its sheet', async () => {
  const refused = await ana.run('export ads', { submission: shelf })
  expect(refused).toContain('Not covered (Paid ads)')
  expect(refused).toContain('Mia')
  expect(await ana.run('export mail', { gallery })).toContain('Not covered (Channels)')
  const bytes = png(20, 10)
  const advert = await pictured(w, ana, mia, {
    bytes,
    asked: { channels: 'website, email, paid ads', term: '30 days' },
    caption: '=cmd|x "quoted"',
  })
  await ana.run('gallery add', { gallery, submission: advert })
  const { card, text } = await ana.ask('export ads', { gallery })
  expect(text).toContain('Left out: 1')
  expect(text).toContain('Not covered (Paid ads)')
  const url = new URL((buttonsOf(card!)[0] as { url: string }).url).pathname
  const { server } = await w.serve()
  const browser = new Browser(server)
  await browser.get(url)
  await browser.post(url, {})
  const path = browser.page.url
  const zip = await unzip((await server.inject({ method: 'GET', url: path, cookies: browser.cookies })).rawPayload)
  expect([...zip.keys()].sort()).toEqual(['captions.csv', 'media/01-mia-glow-1.png', 'rights.csv', 'rights.pdf'])
  expect(zip.get('media/01-mia-glow-1.png')).toEqual(bytes)
  expect(zip.get('rights.csv')!.toString()).toContain((await lastGrant(w, advert)).id)
  expect(zip.get('captions.csv')!.toString()).toContain("'=cmd")
  expect((await read(path)).statusCode).toBe(401)
  // Later the licence is over, and so is what the same address gives.
  w.at(days(w.now, 31))
  const again = new Browser(server)
  await again.signIn(ana)
  const after = await unzip((await server.inject({ method: 'GET', url: path, cookies: again.cookies })).rawPayload)
  expect([...after.keys()].sort()).toEqual(['captions.csv', 'rights.csv', 'rights.pdf'])
  expect(after.get('rights.csv')!.toString()).toContain('Not covered (Term)')
}, 30_000)

test('at the end of its licence a piece is gone from the feed and its picture at that instant, and is placed nowhere after the sweep', async () => {
  const { endsAt } = await lastGrant(w, shelf)
  const { image } = (await feed()).items[0]!
  w.at(new Date(endsAt!.getTime() - 20_000))
  expect((await read(`/gallery/${pass}/feed.json`)).headers['cache-control']).toContain('s-maxage=20')
  w.at(endsAt!)
  expect((await feed()).items).toEqual([])
  expect((await read(new URL(image!).pathname)).statusCode).toBe(404)
  await w.tick()
  const standing = await w.within((ctx) => ctx.db.placement.findMany({ where: { submissionId: shelf, until: null } }))
  expect(standing).toEqual([])
  expect(await ana.sees('managers')).not.toContain('Gallery “Seen with')
  expect(await ana.run('gallery show', { gallery })).toContain('Not covered (Term)')
})

test('a gallery takes in by its rule what can no longer be undone, so that an approval in it can be taken back', async () => {
  w.at(days(w.now, 1))
  const fed = await w.within((ctx) =>
    addMission(ctx, { title: 'Shelves', brief: 'Show', feeMinor: 0n, budgetMinor: 0n, rights: 'web' }),
  )
  await ana.run('gallery create', { name: 'Shelves', mission: fed.id })
  const { id: of } = await w.within((ctx) => ctx.db.gallery.findFirstOrThrow({ where: { missionId: fed.id } }))
  const { id: ref, bytes } = await w.within((ctx) => ctx.store(png(12, 7), 'mine.png'))
  const file = { platform: 'web', ref, name: 'mine.png', bytes, mime: 'image/png' }
  await mia.run('submit', { mission: fed.id, file, caption: '#Werbung' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { missionId: fed.id } }))
  const placed = () => w.within((ctx) => ctx.db.placement.count({ where: { submissionId: submission, until: null } }))
  for (const undone of [true, false]) {
    await ana.run('review approve', { submission })
    await w.tick()
    await ana.run('gallery show', { gallery: of })
    expect(await placed()).toBe(0)
    if (undone) expect(await ana.run('review undo', { submission })).toContain('Taken back')
  }
  w.at(minutes(w.now, 11))
  await w.tick()
  await w.tick()
  expect(await placed()).toBe(1)
})

test('a product is known by hashtags and pages; rates wait for enough', () => {
  const tag = tagOf('#Dew Serum')
  const about = (caption: string, links: string[] = []) => isAbout(tag, { caption, hashtags: [], links })
  expect([
    about('love #DewSerum'),
    about('＃dewserum'),
    about('dew serum'),
    about('', ['https://glow.example/p/dew-serum?x']),
  ]).toEqual([true, true, false, true])
  const few = { views: 199, clicks: 9, tracked: 49, orders: 3, netMinor: 0n }
  expect(liftOf(few, { clicks: 100, orders: 5 })).toEqual({ clickRate: null, orderRate: null, lift: null })
  expect(liftOf({ ...few, views: 200, tracked: 50 }, { clicks: 100, orders: 5 }).lift).toBeCloseTo(0.2)
  expect(liftOf({ ...few, tracked: 50 }, { clicks: 100, orders: 0 }).lift).toBeNull()
})

function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      const found = new Map<string, Buffer>()
      zip.on('entry', (entry: yauzl.Entry) =>
        zip.openReadStream(entry, (trouble, stream) => {
          if (trouble) return reject(trouble)
          const parts: Buffer[] = []
          stream.on('data', (part: Buffer) => parts.push(part))
          stream.on('end', () => {
            found.set(entry.fileName, Buffer.concat(parts))
            zip.readEntry()
          })
        }),
      )
      zip.on('end', () => resolve(found))
      zip.readEntry()
    })
  })
}
