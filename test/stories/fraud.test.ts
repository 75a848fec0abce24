/** Money is withheld only by a case, with a reason, a decision and an appeal. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, minutes } from '../../src/kernel/time.ts'
import { audit } from '../../src/ledger/audit.ts'
import { audit as auditOrders } from '../../src/orders/queries.ts'
import { celebrateSale } from '../../src/recognition/wins.ts'
import type { Persona } from '../chat.ts'
import { click, enlist, type Member, order, owned, refund, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

const start = new Date('2026-11-20T12:00:00Z')
let w: World
let ana: Persona
let ben: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  ben = await w.manager('Ben')
})
afterAll(() => w.close())

const caseOf = (of: Member, kind = 'fraud') =>
  w.within((ctx) => ctx.db.case.findFirstOrThrow({ where: { creatorId: of.creatorId, kind }, orderBy: { createdAt: 'desc' } }))
const balanced = async () =>
  expect(await w.within(async (ctx) => [...(await audit(ctx)), ...(await auditOrders(ctx))])).toEqual([])
const later = (n: number) => w.at(minutes(w.now, n))

test('an own purchase by hashed e-mail is held, alerted, upheld with a reason, appealed to another manager, and given again', async () => {
  const mia = await enlist(w, 'Mia')
  const email = await w.within(async (ctx) => ctx.hash('mia@example.com'))
  await tell(w, order('own', { codes: [mia.code], shopper: { email } }), order('fine', { codes: [mia.code] }))
  const alert = await ana.sees('managers')
  expect(alert).toContain('Suspicion: Mia, 1 order')
  expect(alert).toContain('Order #own has the creator’s own e-mail as the shopper’s; usual is none.')
  const notice = await mia.sees()
  expect(notice).toContain('€8.00 of order #own waits until somebody has looked')
  expect(notice).toContain('because an order looks like your own purchase')
  expect(notice).toMatch(/Order #own would earn you €8\.00\.\nIt is held, because an order looks like your own purchase\./)
  expect(notice).toMatch(/Payable +not before somebody has looked/)
  expect(await mia.run('why', { order: '#own' })).toContain(
    'this commission is held, because an order looks like your own purchase',
  )

  await mia.press('Say my side')
  await mia.fill({ words: 'It was a gift for my sister.' })
  expect(await ana.sees('managers')).toContain('It was a gift for my sister.')

  // The other sale ripens, the held one does not, however late it is.
  w.at(days(start, 15))
  await w.tick()
  expect(await owned(w, mia)).toEqual([800, 800])

  await ana.press('Uphold')
  expect((await ana.fill({ reason: 'The address is your own.' })).text).toContain('upheld: taken back')
  expect(await owned(w, mia)).toEqual([0, 800])
  expect(await mia.sees()).toMatch(
    /Commission was taken back\nBecause: The address is your own\.\n€8\.00 of order #own was taken back\. Everything else you earned stays yours\./,
  )
  await balanced()

  await mia.press('Appeal')
  expect((await mia.fill({ words: 'My sister lives with me.' })).text).toContain('appealed')
  later(1)
  expect(await ben.sees('managers')).toContain('Appeal: orders of Mia')
  const { id } = await caseOf(mia)
  expect(await ana.run('case decide', { case: id, verdict: 'release', reason: 'Never mind' })).toContain(
    'You made the decision that is appealed.',
  )
  // A quarter goes back to the shopper meanwhile: nothing is left to take then, and it is missing when the rest is given again.
  await tell(w, refund('own', 'own-1', 2_000))
  expect(await owned(w, mia)).toEqual([0, 800])
  await ben.run('case decide', { case: id, verdict: 'release', reason: 'A gift is no own purchase.' })
  expect(await owned(w, mia)).toEqual([0, 1400])
  expect(await mia.sees()).toContain('Your appeal is granted\nBecause: A gift is no own purchase.')
  expect(await mia.run('appeal', { case: id, words: 'Once more' })).toContain('an appeal is heard once')
  await balanced()
  await tell(w, refund('own', 'own-2', 2_000))
  expect(await owned(w, mia)).toEqual([0, 1200])
  await balanced()
})

test('a flood of clicks from one address is held at once and released with a reason, at its date or now', async () => {
  w.at(start)
  const lea = await enlist(w, 'Lea')
  const at = minutes(start, -30)
  const cids: string[] = []
  for (let n = 0; n < 42; n++) cids.push(await click(w, lea, new Date(at.getTime() + n * 4_000)))
  await w.within(
    (ctx) => ctx.db.$executeRaw`UPDATE "Click" SET visitor = 'v1', ip = '203.0.113.0' WHERE "linkId" = ${lea.linkId}`,
  )
  await tell(w, order('flood', { cid: cids[40]!, at: minutes(start, -5).toISOString() }))
  const alert = await ana.sees('managers')
  expect(alert).toContain('42 clicks from one visitor within 10 minutes around the click of order #flood; usual is 1 to 3.')
  expect(alert).toMatch(/Withheld +€8\.00 of 1 order/)
  w.at(days(start, 20))
  await w.tick()
  expect(await owned(w, lea)).toEqual([800, 0])
  const { id } = await caseOf(lea)
  const answers = await Promise.all(
    [ana, ben].map((manager) =>
      manager.run('case decide', { case: id, verdict: 'release', reason: 'It was our own load test.' }),
    ),
  )
  expect(answers.filter((answer) => answer.includes('has decided this case already'))).toHaveLength(1)
  expect(await lea.sees()).toMatch(/Your commission is released\nBecause: It was our own load test\./)
  await w.tick()
  expect(await owned(w, lea)).toEqual([0, 800])
  // What a person has decided is not raised again by the same rules.
  w.at(minutes(start, 30))
  await w.app.runJob('trust')
  expect((await caseOf(lea)).state).toBe('released')
  await balanced()
})

test('a code on a coupon site: managers may rotate it, only named orders are taken back, and a ban takes no more', async () => {
  w.at(start)
  const zoe = await enlist(w, 'Zoe')
  const site = await click(w, zoe, minutes(start, -40))
  const fair = await click(w, zoe, minutes(start, -39))
  await w.within(
    (ctx) =>
      ctx.db
        .$executeRaw`UPDATE "Click" SET referer = 'https://www.retailmenot.com/view/glow' WHERE "linkId" = ${zoe.linkId} AND at = ${minutes(start, -40)}`,
  )
  const early = { at: minutes(start, -5).toISOString() }
  await tell(
    w,
    order('z1', { cid: site, ...early }),
    order('z2', { cid: fair, ...early }),
    order('z3', { codes: [zoe.code], ...early }),
  )
  expect(await ana.sees('managers')).toContain('from retailmenot.com, a site that collects coupons')
  const found = await caseOf(zoe)
  expect(found.state).toBe('held')
  expect(await ana.run('creator ban', { creator: zoe.creatorId, why: 'Spreads codes on coupon sites' })).toContain(
    'One case waits for a decision; only what an upheld case names is withheld.',
  )
  expect(
    await ana.run('case decide', {
      case: found.id,
      verdict: 'uphold',
      reason: 'Coupon sites are against the terms.',
      orders: '#z9',
    }),
  ).toContain('Order z9 is not part of this case.')
  await ana.run('case decide', {
    case: found.id,
    verdict: 'uphold',
    reason: 'Coupon sites are against the terms.',
    orders: '#z1',
  })
  w.at(days(start, 15))
  await w.tick()
  expect(await owned(w, zoe)).toEqual([0, 1600])
  // Refunds that come later take nothing more of what was taken back, and all of what was not.
  await tell(w, refund('z1', 'z1-1', 8_000), refund('z2', 'z2-1', 8_000))
  expect(await owned(w, zoe)).toEqual([0, 800])
  expect(await zoe.run('why', { order: '#z1' })).toContain(
    'the commission was taken back. Because: Coupon sites are against the terms.',
  )
  await balanced()
})

test('a first sale that is held is no win until it is let go, and then it is one once; its post says how it stands', async () => {
  const noa = await enlist(w, 'Noa')
  const email = await w.within(async (ctx) => ctx.hash('noa@example.com'))
  const sale = order('noa-1', { codes: [noa.code], shopper: { email }, at: w.now.toISOString() })
  const { creatorId } = noa
  for (const outcome of await tell(w, sale))
    if (outcome.kind === 'credited') await w.within((ctx) => celebrateSale(ctx, { creatorId, orderId: outcome.orderId }))
  const wins = () => w.within((ctx) => ctx.db.outbox.findMany({ where: { key: `wins:first_sale:${creatorId}` } }))
  expect(await wins()).toEqual([])
  const found = await caseOf(noa)
  await ana.run('case decide', { case: found.id, verdict: 'release', reason: 'It was her mother.' })
  expect(await wins()).toMatchObject([{ version: 1 }])
  expect(await noa.sees()).toMatch(/You sold: your first sale!\nOrder #noa-1 earns you €8\.00\./)
  expect(await noa.sees()).not.toContain('not before somebody has looked')
  await balanced()
})

test('a shopper who orders on after a case was decided is taken in each time, and looked at in a case of its own', async () => {
  w.at(start)
  const kim = await enlist(w, 'Kim')
  const email = await w.within(async (ctx) => ctx.hash('kim@example.com'))
  const buy = (name: string) => tell(w, order(name, { codes: [kim.code], shopper: { email } }))
  for (const round of [1, 2, 3]) {
    for (const n of [1, 2, 3, 4, 5]) expect(await buy(`k${round}-${n}`)).toMatchObject([{ kind: 'credited' }])
    const found = await caseOf(kim)
    expect(found.state).toBe('held')
    later(1)
    await ana.run('case decide', { case: found.id, verdict: 'uphold', reason: 'It is your own address.' })
    expect(await owned(w, kim)).toEqual([0, 0])
  }
  expect(await w.within((ctx) => ctx.db.case.count({ where: { creatorId: kim.creatorId } }))).toBe(3)
  await balanced()
})
