import type { Context } from '../context.ts'
import { buttons, type Card, card, facts, image, small } from '../kernel/card.ts'
import { format } from '../kernel/money.ts'
import { toPng } from '../kernel/picture.ts'
import { recapPicture } from '../kernel/recap.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { monthOf, monthRange, type Range, sayMonth } from '../kernel/time.ts'
import { badgesOf } from './badges.ts'
import { kudosOf } from './kudos.ts'
import { creatorsOf, tallies } from './queries.ts'
import { nameOn } from './rules.ts'

export type RecapPlan = { month?: string | undefined; amounts?: boolean | undefined; theme?: 'light' | 'dark' | undefined }

/**
 * A month of one's own as a picture to share; the running month when none is given. Without a tick it has no amount, and whoever goes
 * by an alias or no name is drawn by what they chose. Refusal invalid for a month to come.
 */
export async function recapOf(ctx: Context<'creator'>, { month, amounts = false, theme = 'light' }: RecapPlan): Promise<Card> {
  const { locale, currency } = ctx.program
  // The month as it is where they live: it is told to them on its last night there.
  const { zone } = ctx.actor
  const wanted = month ?? monthOf(ctx.now, zone)
  const range = monthRange(wanted, zone)
  if (range.from > ctx.now) throw new Refusal('invalid', 'This month is still to come.', 'Write it like 2026-11.', 'month')
  const me = ctx.actor.creatorId
  const creator = (await creatorsOf(ctx, [{ creatorId: me }])).get(me)
  must(creator, 'a creator has a row')
  const { numbers, revenue } = await numbersOf(ctx, me, range)
  if (amounts && revenue > 0n) numbers.push({ label: 'of sales', value: format({ minor: revenue, currency }, locale) })
  const badges = (await badgesOf(ctx, me)).filter(({ since }) => since >= range.from && since < range.to)
  const picture = recapPicture({
    name: nameOn(creator) ?? 'A creator',
    program: ctx.program.name,
    month: sayMonth(wanted, locale),
    numbers,
    badges: badges.map(({ title }) => title),
    theme,
    demo: ctx.program.demo,
  })
  const { id } = await ctx.store(toPng(picture.svg), `recap-${wanted}.png`)
  return card(
    `Your ${sayMonth(wanted, locale)}`,
    image({ file: id }, picture.alt),
    small(amounts ? 'It shows an amount, as you asked.' : 'It shows no amount, so you may share it as it is.'),
    buttons(
      {
        label: amounts ? 'Draw without amounts' : 'Draw with amounts',
        run: 'recap',
        given: { month: wanted, amounts: amounts ? 'no' : 'yes', theme },
      },
      {
        label: theme === 'light' ? 'Draw it dark' : 'Draw it light',
        run: 'recap',
        given: { month: wanted, amounts: amounts ? 'yes' : 'no', theme: theme === 'light' ? 'dark' : 'light' },
      },
    ),
  )
}

/** What a month of somebody came to, as far as it is more than nothing; the revenue stands apart. */
async function numbersOf(ctx: Context, creatorId: string, range: Range) {
  const found = await tallies(ctx, range, ['revenue', 'orders', 'content', 'streak'], [creatorId])
  const value = (metric: 'revenue' | 'orders' | 'content' | 'streak') => found.get(metric)?.[0]?.value ?? 0n
  const kudos = await kudosOf(ctx, creatorId, range)
  const counts: [string, string, bigint][] = [
    ['orders', 'order', value('orders')],
    ['approved pieces', 'approved piece', value('content')],
    ['visits', 'visit', await visitsOf(ctx, creatorId, range)],
    ['kudos received', 'kudos received', BigInt(kudos.received)],
    ['weeks in a row', 'week in a row', value('streak')],
  ]
  const numbers = counts
    .filter(([, , n]) => n > 0n)
    .map(([many, one, n]) => ({ label: n === 1n ? one : many, value: n.toLocaleString(ctx.program.locale) }))
  return { numbers, revenue: value('revenue') }
}

/** Told when a month is over: what it came to, and the way to its picture, which is drawn when it is asked for. Null for a quiet month. */
export async function recapNote(ctx: Context, creatorId: string, month: string, zone: string): Promise<Card | null> {
  const { numbers } = await numbersOf(ctx, creatorId, monthRange(month, zone))
  if (numbers.length === 0) return null
  return card(
    `Your ${sayMonth(month, ctx.program.locale)}`,
    facts(Object.fromEntries(numbers.map(({ label, value }) => [`${label.slice(0, 1).toUpperCase()}${label.slice(1)}`, value]))),
    'It is yours as a picture to share, without any amount.',
    buttons(
      { label: 'Draw the picture', run: 'recap', given: { month }, look: 'main' },
      { label: 'Stop these', run: 'unsubscribe', given: { what: 'recap' } },
    ),
  )
}

async function visitsOf(ctx: Context, creatorId: string, { from, to }: { from: Date; to: Date }): Promise<bigint> {
  const [row] = await ctx.db.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM "Link" k JOIN "Click" v ON v."linkId" = k.id AND v."programId" = ${ctx.program.id}
      AND v.at >= ${from} AND v.at < ${to} AND NOT v.bot AND v."uniqueInHour"
    WHERE k."programId" = ${ctx.program.id} AND k."creatorId" = ${creatorId}`
  return row?.n ?? 0n
}
