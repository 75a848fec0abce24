/** Creators and what they brought, as rows: for boards, where only what is stored counts and not how it came. */
import type { Context } from '../src/context.ts'
import type { Card } from '../src/kernel/card.ts'

let numbers = 0

/** A creator without a door, who is on boards. */
export async function brings(
  ctx: Context,
  name: string,
  extra: { state?: string; shown?: string; alias?: string } = {},
): Promise<string> {
  const person = await ctx.db.person.create({ data: { id: ctx.id('person'), name, createdAt: ctx.now } })
  const id = ctx.id('creator')
  const stated = {
    state: 'approved',
    handle: `@h${++numbers}`,
    niche: 'beauty',
    country: 'DE',
    email: `h${numbers}@example.com`,
    ...extra,
  }
  await ctx.db.creator.create({
    data: { id, programId: ctx.program.id, personId: person.id, name, ...stated, appliedAt: ctx.now, createdAt: ctx.now },
  })
  return id
}

export type Sale = {
  at: string | Date
  base: bigint
  source?: string
  cancelledAt?: Date
  refunds?: { at: Date; base: bigint; currency?: string }[]
}

/** A credited order with its line and refunds. Gives the order's id. */
export async function sell(ctx: Context, creatorId: string, sale: Sale): Promise<string> {
  const { base, source = 'generic', refunds = [] } = sale
  const at = new Date(sale.at)
  const programId = ctx.program.id
  const currency = ctx.program.currency
  const externalId = `shop-${++numbers}`
  const id = ctx.id('order')
  await ctx.db.order.create({
    data: {
      id,
      programId,
      source,
      externalId,
      number: `#${numbers}`,
      at,
      currency,
      base,
      components: {},
      codes: [],
      paidAt: at,
      cancelledAt: sale.cancelledAt ?? null,
      creatorId,
      rule: 'code',
      createdAt: ctx.now,
    },
  })
  const line = {
    id: ctx.id('line'),
    programId,
    orderId: id,
    creatorId,
    rateBps: 1_000,
    minor: base > 0n ? base / 10n : 0n,
    currency,
    at,
    because: {},
  }
  await ctx.db.line.create({ data: { ...line, base } })
  for (const [i, refund] of refunds.entries()) {
    await ctx.db.refund.create({
      data: {
        currency,
        ...refund,
        id: ctx.id('refund'),
        programId,
        source,
        externalId: `${externalId}-r${i}`,
        orderExternalId: externalId,
        createdAt: ctx.now,
      },
    })
  }
  return id
}

/** Content that was approved, and its creator told. Gives the submission's id. */
export async function approved(ctx: Context, creatorId: string, at: string | Date, state = 'approved'): Promise<string> {
  const id = ctx.id('submission')
  const decidedAt = new Date(at)
  await ctx.db.submission.create({
    data: {
      id,
      programId: ctx.program.id,
      creatorId,
      state,
      caption: '#ad',
      url: `https://example.com/${id}`,
      submittedAt: decidedAt,
      decidedAt,
      toldAt: decidedAt,
      createdAt: ctx.now,
    },
  })
  return id
}

/** What was posted to a channel by purpose, oldest first. */
export const postsTo = (ctx: Context, audience: string) =>
  ctx.db.outbox.findMany({ where: { audience, kind: 'post' }, orderBy: [{ createdAt: 'asc' }, { key: 'asc' }] })

export const cardOf = (row: { payload: unknown } | undefined): Card => (row!.payload as { card: Card }).card
