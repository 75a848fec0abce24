import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { csv, handOver } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
let submission: string
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
  await mia.run('submit', { url: 'https://site.example/a', caption: '#ad Glow' })
  submission = (await w.within((ctx) => ctx.db.submission.findFirstOrThrow())).id
  await ana.run('review approve', { submission })
})
afterAll(() => w.close())

test('the link of a piece shows what that piece sold, and nothing of the other links', async () => {
  const said = await mia.run('metrics link', { submission })
  const slug = /go\.glow\.example\/([\w-]+)/.exec(said)![1]!
  expect(await mia.run('metrics link', { submission })).toContain(slug)
  const own = await w.within((ctx) => ctx.db.link.findFirstOrThrow({ where: { slug } }))
  expect(own.submissionId).toBe(submission)
  expect(await mia.run('link')).not.toContain(slug)
  const cid = await w.click(slug)
  await w.click(/go\.glow\.example\/([\w-]+)/.exec(await mia.run('link'))![1]!)
  await w.hook('generic', {
    type: 'order.created',
    data: { id: 'A1', at: w.now.toISOString(), currency: 'EUR', total: '50.00', paid: true, cid },
  })
  // A lead earns its fixed amount, and is no order.
  await w.hook('generic', { type: 'lead.qualified', data: { id: 'L1', at: w.now.toISOString(), cid } })
  expect(await w.within((ctx) => ctx.db.touch.count({ where: { kind: 'click', won: true } }))).toBe(2)
  const shown = await mia.run('metrics show', { submission })
  expect(shown).toMatch(/Clicks +1/)
  expect(shown).toMatch(/Orders +1/)
  expect(shown).toMatch(/Net revenue +€50\.00/)
  expect(shown).toContain('Nobody has said yet what this post brought.')
})

test('engagement is shown with its formula; others do not see it', async () => {
  await ana.run('metrics add', { submission, views: '2000', likes: '80', comments: '20' })
  expect(await mia.run('metrics show', { submission })).toContain('5.00 % ((likes + comments) / views)')
  const lea = await w.creator('Lea')
  expect(await lea.run('metrics show', { submission })).toContain('This submission does not exist.')
  expect(await lea.run('metrics link', { submission })).toContain('This submission does not exist.')
})

test('a hook says what a post has; for a post nobody knows it is parked and can be tried again', async () => {
  const data = { post: 'https://site.example/a', at: w.now.toISOString(), views: 4_000, saves: 7 }
  await w.hook('generic', { type: 'post.measured', data })
  const shown = await mia.run('metrics show', { submission })
  expect(shown).toMatch(/Views +4,000/)
  expect(shown).toMatch(/Likes +80/)
  expect(shown).toContain('by a hook')
  await w.hook('generic', { type: 'post.measured', data: { ...data, post: 'https://site.example/nowhere' } })
  expect(await ana.sees('managers')).toContain('No approved content stands at this address.')
})

test('whoever says that the post of another is theirs gets none of its views, by a hook or a list', async () => {
  const [nia, ned] = [await w.creator('Nia'), await w.creator('Ned')]
  const post = 'https://site.example/nia-famous'
  for (const one of [nia, ned]) {
    await one.run('submit', { url: `https://site.example/draft-${one.name}`, caption: '#Werbung' })
    const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: one.creatorId } }))
    await ana.run('review approve', { submission: id })
    await ana.run('review tell', { submission: id })
    await one.run('live', { submission: id, url: post })
  }
  await w.hook('generic', { type: 'post.measured', data: { post, at: w.now.toISOString(), views: 9_000_000 } })
  const several = 'Content of several creators is said to stand at this address.'
  expect(await ana.sees('managers')).toContain(several)
  const file = await handOver(w, csv('post,views', `${post},9000000`), 'numbers.csv')
  expect(await ana.run('metrics import', { file })).toContain(several)
  const own = { creatorId: { in: [nia.creatorId, ned.creatorId] } }
  const ids = (await w.within((ctx) => ctx.db.submission.findMany({ where: own }))).map(({ id }) => id)
  expect(await w.within((ctx) => ctx.db.postMetric.count({ where: { submissionId: { in: ids } } }))).toBe(0)
})
