import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a list is taken in row by row, and again without a change', async () => {
  const ana = await w.manager('Ana')
  const mia = await w.creator('Mia')
  await mia.run('submit', { url: 'https://www.site.example/p/1/?igsh=abc', caption: '#ad Glow' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow())
  await ana.run('review approve', { submission })
  const list = [
    'url,date,views,likes,reach,remark',
    'https://site.example/p/1,2026-11-19,"1,200",30,900,=1+1',
    'https://site.example/p/2,2026-11-19,10,1,,',
    `${submission},2026-11-20,100,2,500,`,
  ].join('\n')
  const bring = async () => {
    const stored = await w.within((ctx) => ctx.store(Buffer.from(list), 'numbers.csv'))
    const file = { platform: 'web', ref: stored.id, name: 'numbers.csv', bytes: list.length, mime: stored.mime }
    return ana.run('metrics import', { file: file as never })
  }
  const said = await bring()
  expect(said).toContain('Took in 1 row')
  expect(said).toContain('No approved content stands at this address.')
  expect(said).toContain('More people were reached than there are views.')
  expect(said).toContain('Not read: remark.')
  const rows = () => w.within((ctx) => ctx.db.postMetric.findMany())
  const [first] = await rows()
  expect(await rows()).toMatchObject([
    { day: '2026-11-19', views: 1_200n, likes: 30n, reach: 900n, comments: null, source: 'csv' },
  ])
  expect(await bring()).toContain('Took in 1 row')
  expect(await rows()).toMatchObject([{ id: first!.id, views: 1_200n }])
})

test('what Instagram exports is taken in as it is: its numbers are of the whole life of a post', async () => {
  const bea = await w.manager('Bea')
  const zoe = await w.creator('Zoe')
  await zoe.run('submit', { url: 'https://www.instagram.com/p/x/', caption: '#ad Glow' })
  const { id: submission } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: zoe.creatorId! } }))
  await bea.run('review approve', { submission })
  const list = [
    'Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves',
    '1789,1784,zoe.glow,Zoe,"#ad\nMy serum",32,11/15/2026 18:00,https://www.instagram.com/p/x/,IG image,,Lifetime,"15,000",9800,410,120,14,20,55',
  ].join('\n')
  const stored = await w.within((ctx) => ctx.store(Buffer.from(list), 'instagram.csv'))
  const file = { platform: 'web', ref: stored.id, name: 'instagram.csv', bytes: list.length, mime: stored.mime }
  expect(await bea.run('metrics import', { file: file as never })).toContain('Took in 1 row')
  expect(await w.within((ctx) => ctx.db.postMetric.findMany({ where: { submissionId: submission } }))).toMatchObject([
    { day: '2026-11-20', views: 15_000n, reach: 9_800n, likes: 410n, shares: 120n, comments: 20n, saves: 55n },
  ])
})

test('what can not be taken in is named with the line it begins in, also after captions of several lines', async () => {
  const cem = await w.manager('Cem')
  const list = ['post,remark,views', 'https://site.example/a,"#ad', 'My serum', 'and I",1', '', 'https://site.example/b,,2']
  for (const end of ['\n', '\r\n']) {
    const stored = await w.within((ctx) => ctx.store(Buffer.from(list.join(end)), 'lines.csv'))
    const file = { platform: 'web', ref: stored.id, name: 'lines.csv', bytes: stored.bytes, mime: stored.mime }
    const said = await cem.run('metrics import', { file: file as never })
    expect(said).toMatch(/2 +No approved content stands[\s\S]*6 +No approved content stands/)
  }
})
