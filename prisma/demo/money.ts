/** How the sales of the year became money: tiers, a bonus, a catalog, cases that were decided, and the payouts of the last two paydays. */
import type { Actor } from '../../src/context.ts'
import { must } from '../../src/kernel/refusal.ts'
import { days, hours, minutes, nextLocal, type Range, type Rhythm } from '../../src/kernel/time.ts'
import { review } from '../../src/payouts/batches.ts'
import { saveDetails } from '../../src/payouts/payees.ts'
import type { Joined } from './joining.ts'
import { admin, creators, type DemoCreator, managers } from './people.ts'
import type { Act, Stage, Thread } from './stage.ts'

const zone = 'Europe/Berlin'
const [judge, financier] = managers
const payday: Rhythm = { every: 'month', day: 15, at: '12:00' }

/** They said where their money goes; the others are still asked to. All of these are accounts for tests. */
const paid: Record<string, Record<string, string>> = {
  mia: { line: 'Storgatan 4', postcode: '111 51', city: 'Stockholm', method: 'bank', iban: 'SE4550000000058398257466' },
  noah: { line: '12 Mill Lane', postcode: 'SE1 7PB', city: 'London', method: 'bank', iban: 'GB82WEST12345698765432' },
  lena: { line: 'Ringstraße 9', postcode: '10115', city: 'Berlin', method: 'bank', iban: 'DE89370400440532013000' },
  camila: { line: 'Rua das Flores 80', postcode: '01001-000', city: 'São Paulo', method: 'paypal', email: 'camila@example.com' },
}

/** Cases older than this were decided. */
const CASE_DAYS = 21

/** What people did about money in a month; told after its sales, for it touches what they touch. */
export function moneyActs(stage: Stage, { from, to }: Range, people: Map<string, Joined>): Act[] {
  const { end } = stage
  const all: Act[] = [...entered(end, people), ...payouts(end), ...rewards(end, people)]
  const acts = all.filter(({ at }) => at >= from && at < to)
  return to < days(end, -CASE_DAYS) ? [...acts, { at: minutes(to, -30), tell: decides }] : acts
}

/** What points can be given for. */
const catalog: Record<string, string>[] = [
  { kind: 'product', title: 'Night Balm, 50 ml', cost: '300', stock: '20', words: 'We send it to the address of your details.' },
  { kind: 'early_access', title: 'The spring set, two weeks early', cost: '150', access_days: '14' },
  { kind: 'cash', title: 'A bonus on your next payday', cost: '500', worth: '25.00' },
]

function rewards(end: Date, people: Map<string, Joined>): Act[] {
  const bonus = { amount: '25.00', reason: 'The best reel of the month' }
  return [
    {
      // In a month that is over before the last one begins, whose sales then count with them.
      at: days(end, -45),
      tell: (told) => told.ask(admin, 'tier set', { steps: 'Silver 250 12 %; Gold 900 15 %', confirm: 'yes' }),
    },
    ...catalog.map((one, i): Act => ({ at: minutes(days(end, -40), i), tell: (told) => told.ask(admin, 'reward add', one) })),
    { at: days(end, -6), tell: (told) => told.ask(judge!, 'bonus give', { creator: people.get('lena')!.creatorId, ...bonus }) },
  ]
}

function entered(end: Date, people: Map<string, Joined>): Act[] {
  const [before] = paydays(end)
  return creators
    .filter(({ user }) => paid[user])
    .map((one, i) => ({ at: hours(days(before!, -9), i), tell: (told) => enter(told, one, people.get(one.user)!) }))
}

async function enter({ app, programId }: Thread, { user, name, country }: DemoCreator, { creatorId }: Joined): Promise<void> {
  const { personId } = await app.within(programId, (ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } }))
  const actor: Actor = { personId, name, role: 'creator', zone, locale: 'en', platform: 'web', creatorId }
  const saved = await app.act(programId, actor, (ctx) => saveDetails(ctx, creatorId, { name, country, ...paid[user] }))
  must(!('errors' in saved), `the details of ${name} are right`)
}

/** The two last paydays that are over. */
function paydays(end: Date): Date[] {
  const found: Date[] = []
  for (let at = nextLocal(payday, zone, days(end, -90)); at < hours(end, -5); at = nextLocal(payday, zone, at)) found.push(at)
  return found.slice(-2)
}

/** The batch before last arrived; the last one waits for a second person. */
function payouts(end: Date): Act[] {
  const [before, last] = paydays(end)
  const prepare = (at: Date): Act => ({ at, tell: (told) => told.ask(financier!, 'payout prepare') })
  return [
    { at: days(before!, -10), tell: names },
    prepare(hours(before!, 1)),
    { at: hours(before!, 2), tell: confirms },
    { at: hours(before!, 3), tell: async (told) => told.ask(financier!, 'payout sent', { batch: await newest(told) }) },
    { at: days(before!, 2), tell: settles },
    prepare(hours(last!, 1)),
  ]
}

async function names(told: Thread): Promise<void> {
  const where = { programId: told.programId, name: financier!.name }
  const { personId } = await told.within((ctx) => ctx.db.membership.findFirstOrThrow({ where }))
  await told.ask(admin, 'team set', { person: personId, finance: 'yes' })
}

async function newest(told: Thread): Promise<string> {
  const where = { programId: told.programId }
  return (await told.within((ctx) => ctx.db.batch.findFirstOrThrow({ where, orderBy: { createdAt: 'desc' } }))).id
}

async function confirms(told: Thread): Promise<void> {
  const batch = await newest(told)
  const { digest } = await told.within(async (ctx) => review(ctx, await ctx.db.batch.findUniqueOrThrow({ where: { id: batch } })))
  await told.ask(admin, 'payout confirm', { batch, seen: digest })
}

async function settles(told: Thread): Promise<void> {
  const where = { programId: told.programId, state: 'sent' }
  const rows = await told.within((ctx) => ctx.db.payment.findMany({ where, orderBy: { id: 'asc' } }))
  for (const { reference } of rows) await told.ask(financier!, 'payout settle', { payment: reference })
}

async function decides(told: Thread): Promise<void> {
  const where = { programId: told.programId, state: { in: ['open', 'held'] } }
  const cases = await told.within((ctx) => ctx.db.case.findMany({ where, orderBy: { id: 'asc' } }))
  const reason = 'The shop confirms a paid order that was not sent back.'
  for (const one of cases) await told.ask(judge!, 'case decide', { case: one.id, verdict: 'release', reason })
}
