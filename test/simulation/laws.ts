/** What has to hold whatever happened: after every step what is quick to ask, and all of it once the world has calmed down. */
import type { Context } from '../../src/context.ts'
import { pushRule } from '../../src/kernel/push.ts'
import { localDay, weekRange } from '../../src/kernel/time.ts'
import { audit as auditLedger } from '../../src/ledger/audit.ts'
import { audit as auditOrders } from '../../src/orders/queries.ts'
import { audit as auditPayouts } from '../../src/payouts/audit.ts'
import { standingsNow } from '../../src/recognition/places.ts'
import { standings } from '../../src/recognition/queries.ts'
import { metrics, periodAt } from '../../src/recognition/rules.ts'
import { ask, type House, member } from './house.ts'
import { moneyLaws } from './money.ts'

type PushSeen = Map<string, string>
const pushes = new WeakMap<House, PushSeen>()

/** After every step; a sentence for each law that is broken. */
export async function quickLaws(house: House): Promise<string[]> {
  const broken = await house.within(async (ctx) => [
    ...(await auditLedger(ctx)),
    ...(await auditPayouts(ctx)),
    ...(await board(ctx)),
  ])
  const trouble = house.trouble.map(
    ({ what, error }) => `${what}: ${error instanceof Error ? error.stack : (JSON.stringify(error) ?? '')}`,
  )
  return [...broken, ...(await moneyLaws(house)), ...(await onePush(house)), ...trouble]
}

/** I6: each board as it is served is what counting all over again says. */
async function board(ctx: Context): Promise<string[]> {
  const { season, from, to } = periodAt('this_week', ctx.now, ctx.program.zone)
  const broken: string[] = []
  for (const metric of metrics.slice(0, 2)) {
    const served = await standingsNow(ctx, { period: season, from, to }, metric, undefined)
    const counted = (await standings(ctx, { from, to, metric })).slice(0, 10)
    const said = (places: typeof counted) =>
      places.map(({ creatorId, value, rank }) => `${rank} ${creatorId} ${value}`).join('\n')
    if (said(served.top) !== said(counted)) broken.push(`the board by ${metric} says\n${said(served.top)}\nnot\n${said(counted)}`)
  }
  return broken
}

/** One thing a local day that nobody asked for rings at a person, over both chats. */
async function onePush(house: House): Promise<string[]> {
  const seen: PushSeen = pushes.get(house) ?? new Map()
  pushes.set(house, seen)
  const broken: string[] = []
  const fresh = house.platforms.flatMap(({ name, sent }) => {
    const from = house.count.seen[name] ?? 0
    house.count.seen[name] = sent.length
    return sent.slice(from).filter(({ place }) => place.includes(':person:'))
  })
  if (fresh.length === 0) return []
  const { rows, zones } = await house.within(async (ctx) => ({
    rows: await ctx.db.outbox.findMany({ where: { id: { in: fresh.map(({ nonce }) => nonce) } } }),
    zones: new Map((await ctx.db.membership.findMany()).map(({ personId, zone }) => [personId, zone ?? ctx.program.zone])),
  }))
  for (const { nonce, at } of fresh) {
    const row = rows.find(({ id }) => id === nonce)
    const { push } = (row?.payload ?? {}) as { push?: Parameters<typeof pushRule>[0] }
    if (!row || !push || pushRule(push).exempt) continue
    const personId = row.audience.slice('person:'.length)
    const day = `${personId} ${localDay(new Date(at), zones.get(personId)!)}`
    const before = seen.get(day)
    if (before !== undefined && before !== nonce) broken.push(`${day} got ${row.key} (${push}) besides ${before}`)
    seen.set(day, nonce)
  }
  return broken
}

/** Once everything was told and nothing is under way any more. */
export async function allLaws(house: House): Promise<string[]> {
  const broken = await quickLaws(house)
  broken.push(...(await house.within(auditOrders)), ...(await clicksOnce(house)), ...(await salesOnce(house)))
  broken.push(...(await saidOnce(house)), ...(await weekOf(house)), ...(await paidOnce(house)), ...(await moneyLaws(house, true)))
  const shown = await ask(house, member(house, 'Root'), 'audit show')
  if (shown.title !== 'The books balance') broken.push(`/audit show says "${shown.title}"`)
  return broken
}

/** I1: each click that was answered with a redirect is kept once. */
async function clicksOnce(house: House): Promise<string[]> {
  const kept = await house.within((ctx) => ctx.db.click.count())
  const different = new Set(house.clicks).size
  return kept === house.clicks.length && different === kept ? [] : [`${kept} clicks are kept of ${house.clicks.length}`]
}

/** I2: what was answered with 2xx is in the books once, with what is left after everything that was given back. */
async function salesOnce(house: House): Promise<string[]> {
  const { orders, lines, refunds, heard } = await house.within(async ({ db }) => ({
    orders: await db.order.findMany(),
    lines: await db.line.findMany(),
    refunds: await db.refund.findMany(),
    heard: await db.inbox.findMany({ where: { source: 'generic' }, select: { externalId: true, state: true, error: true } }),
  }))
  const broken: string[] = []
  const states = new Map(heard.map((one) => [one.externalId, one]))
  for (const id of house.shop.acked) {
    const one = states.get(id)
    if (one?.state !== 'done') broken.push(`delivery ${id} is ${one?.state ?? 'not kept'}: ${one?.error}`)
  }
  if (orders.length !== house.shop.sales.length) broken.push(`${orders.length} orders of ${house.shop.sales.length}`)
  for (const sale of house.shop.sales) {
    const order = orders.find(({ externalId }) => externalId === sale.id)
    const line = lines.find(({ orderId }) => orderId === order?.id)
    const back = sale.back.reduce((sum, { minor }) => sum + minor, 0)
    const taken = refunds.filter(({ orderExternalId }) => orderExternalId === sale.id).length
    if (Number(order?.base) !== sale.base) broken.push(`order ${sale.id} has a base of ${order?.base}, not ${sale.base}`)
    if (line?.creatorId !== sale.creatorId)
      broken.push(`order ${sale.id} is credited to ${line?.creatorId}, not ${sale.creatorId}`)
    if (taken !== sale.back.length) broken.push(`order ${sale.id} has ${taken} refunds of ${sale.back.length}`)
    if (Number(line?.leftBase ?? line?.base) !== sale.base - back)
      broken.push(`order ${sale.id} has ${line?.leftBase ?? line?.base} left, not ${sale.base - back}`)
  }
  return broken
}

/** I4: each message is shown once where it belongs, as it was last written, or it says by its state why it is not. */
async function saidOnce(house: House): Promise<string[]> {
  const { rows, spaces } = await house.within(async ({ db }) => ({
    rows: await db.outbox.findMany({ where: { kind: 'post' } }),
    spaces: new Map((await db.space.findMany()).map(({ id, platform }) => [id, platform])),
  }))
  const broken: string[] = []
  for (const { id, key, audience, state, payload, spaceId, error, notBefore } of rows) {
    const platform = house.platforms.find(({ name }) => name === spaces.get(spaceId))!
    const sent = platform.sent.filter(({ nonce }) => nonce === id)
    const name = `${key} for ${audience} on ${platform.name}`
    if (sent.length > 1) broken.push(`${name} was said ${sent.length} times`)
    if (state === 'done' && sent.length === 0) broken.push(`${name} is done and was never said`)
    if (state === 'done' && sent[0] && !same(sent[0].card, (payload as { card: unknown }).card))
      broken.push(`${name} shows an older picture`)
    if (!['done', 'held', 'folded', 'due'].includes(state)) broken.push(`${name} is ${state}: ${error}`)
    // Quiet hours and pauses hold until their end.
    if (state === 'due' && notBefore <= house.clock()) broken.push(`${name} is still due`)
  }
  const known = new Set(rows.map(({ id }) => id))
  for (const { name, sent } of house.platforms)
    for (const { nonce } of sent) if (!known.has(nonce.split(':')[0]!)) broken.push(`${name} shows ${nonce}, which nobody wrote`)
  return broken
}

const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b)
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, one) =>
    one && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )

/** I6 once more, this time as the shop knows it. */
async function weekOf(house: House): Promise<string[]> {
  return house.within(async (ctx) => {
    const { from, to } = weekRange(ctx.now, ctx.program.zone)
    const brought = new Map<string, number>()
    for (const sale of house.shop.sales) {
      if (sale.at < from || sale.at >= to) continue
      const left = sale.base - sale.back.reduce((sum, { minor }) => sum + minor, 0)
      brought.set(sale.creatorId, (brought.get(sale.creatorId) ?? 0) + left)
    }
    const places = await standings(ctx, { from, to, metric: 'revenue' })
    const said = places.map(({ creatorId, value }) => `${creatorId} ${value}`).sort()
    const meant = [...brought]
      .filter(([, minor]) => minor > 0)
      .map(([id, minor]) => `${id} ${minor}`)
      .sort()
    return said.join() === meant.join() ? [] : [`the week stands as ${said.join()}, and the shop says ${meant.join()}`]
  })
}

/** I7: one payment for a creator and payday that was not taken back, and never more paid than was earned. */
async function paidOnce(house: House): Promise<string[]> {
  const payments = await house.within(({ db }) => db.payment.findMany())
  const broken: string[] = []
  const live = new Set<string>()
  for (const { creatorId, payday, state, minor, bouncedAt } of payments) {
    if (minor <= 0n) broken.push(`a payment of ${minor} to ${creatorId}`)
    if (['failed', 'cancelled'].includes(state) || bouncedAt) continue
    const key = `${creatorId} ${payday}`
    if (live.has(key)) broken.push(`${key} was paid twice`)
    live.add(key)
  }
  return broken
}
