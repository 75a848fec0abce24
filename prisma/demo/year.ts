/** What happened in the year, month by month: sales and refunds, content and reviews, boards, and holds that ended. */
import type { FileRef } from '../../src/command.ts'
import { isOrderFact } from '../../src/kernel/fact.ts'
import { must } from '../../src/kernel/refusal.ts'
import { days, hours, localDay, minutes, monthOf, monthRange, nextLocal, type Range, type Rhythm } from '../../src/kernel/time.ts'
import { record } from '../../src/orders/service.ts'
import type { Outcome } from '../../src/orders/settle.ts'
import { celebrateSale } from '../../src/recognition/wins.ts'
import { type Handed, handed, missions, picture } from './content.ts'
import type { Joined } from './joining.ts'
import { moneyActs } from './money.ts'
import { creators, type Member, managers, paused } from './people.ts'
import { orderEvent, refundEvent, type Sale } from './shop.ts'
import { type Act, deal, deliver, ring, type Stage, sideBySide, type Thread, tellRow } from './stage.ts'

/** Three rows of shop and one of chat keep two processors busy. */
const ROWS = 3
/** Weeks whose boards were posted. */
const WEEKS = 10
/** Wins of these days have their card in #wins; a creator's first always has one. */
const CHEERED_DAYS = 7
/** Sales of these days are told to their creators one by one. */
const TOLD_DAYS = 12

export async function theYear(
  stage: Stage,
  sales: Sale[],
  cids: Map<number, string>,
  people: Map<string, Joined>,
): Promise<void> {
  const news: News = []
  const shop = (some: Sale[]) => shopActs(some, cids, people, news)
  const rows = deal(creators, ROWS).map((some) => [
    ...shop(sales.filter(({ creator }) => creator && some.includes(creator))),
    ...wishes(stage, some),
  ])
  rows[0]!.push(...shop(sales.filter(({ creator }) => !creator)))
  const content = handed.flatMap((one) => contentActs(stage, one, people))
  const months = monthsOf(stage)
  const live = async ({ from, to }: Range) => {
    const now = (acts: Act[]) => byTime(acts.filter(({ at }) => at >= from && at < to))
    await sideBySide(stage, rows.map(now), now(content))
    const said = [...cheers(stage, news.splice(0)), ...byTime(moneyActs(stage, { from, to }, people))]
    await tellRow(stage, [...said, ...holds(stage, to)])
  }
  // What a month has said is carried out while the next one is lived.
  for (const [i, month] of months.entries()) {
    await Promise.all([live(month), deliver(stage, months[i - 1] ?? { from: month.from, to: month.from })])
    // A board takes the pin off the one before, so that one has to stand there by then.
    for (const board of boards(stage, month)) {
      await deliver(stage, { from: month.from, to: board.at })
      await tellRow(stage, [board])
    }
  }
  await deliver(stage, months.at(-1)!)
}

const byTime = (acts: Act[]): Act[] => acts.sort((a, b) => a.at.getTime() - b.at.getTime())
const zone = 'Europe/Berlin'
const mondayNine: Rhythm = { every: 'week', at: '09:00', weekday: 1 }

/** The calendar months of the year; the last ends now. */
function monthsOf({ end }: Stage): Range[] {
  const found: Range[] = []
  for (let from = days(end, -365); from < end; ) {
    const over = monthRange(monthOf(from, zone), zone).to
    const to = over < end ? over : end
    found.push({ from, to })
    from = to
  }
  return found
}

/**
 * Holds end at the end of a quarter, lately of each month: a post about it each month of the year would fill private places. The last
 * are told some days ago, so that whoever looks in first has the one message of their day still to come.
 */
function holds({ end }: Stage, to: Date): Act[] {
  const rings = to < end ? [minutes(to, -20)] : [days(end, -4), days(end, -1)]
  const quarter = Number(monthOf(rings[0]!, zone).slice(-2)) % 3 === 0
  return quarter || to > days(end, -60) ? rings.map((at) => ({ at, tell: (told) => ring(told, 'due') })) : []
}

/** The boards of the last weeks, posted by the schedule itself. */
function boards({ end }: Stage, { from, to }: Range): Act[] {
  const first = days(end, -7 * WEEKS)
  const acts: Act[] = []
  for (
    let monday = nextLocal(mondayNine, zone, from > first ? from : first);
    monday < to;
    monday = nextLocal(mondayNine, zone, monday)
  ) {
    acts.push({ at: monday, tell: (told) => ring(told, 'schedule') })
  }
  return acts
}

/** Sales that were credited and are not celebrated yet. */
type News = { at: Date; creatorId: string; orderId: string; first: boolean }[]

/**
 * #wins cheers for a creator's first sale, for the last days, and on days on which content was approved. The card of a day
 * counts all that happened on it, so one sale of the day brings it about.
 */
function cheers({ end }: Stage, news: News): Act[] {
  const reviewed = new Set(handed.map((one) => localDay(decidedAt(end, one), zone)))
  const wanted = new Map<string, News[number]>()
  for (const sale of news.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const day = localDay(sale.at, zone)
    if (sale.first) wanted.set(`first ${sale.creatorId}`, sale)
    else if (sale.at > days(end, -CHEERED_DAYS) || reviewed.has(day)) wanted.set(day, sale)
  }
  return byTime(
    [...wanted.values()].map(({ at, creatorId, orderId }) => ({
      at: minutes(at, 1),
      tell: (told) => told.within((ctx) => celebrateSale(ctx, { creatorId, orderId })),
    })),
  )
}

function shopActs(sales: Sale[], cids: Map<number, string>, people: Map<string, Joined>, news: News): Act[] {
  return sales.flatMap((sale): Act[] => {
    const seller = sale.by === 'code' ? people.get(sale.creator!.user) : undefined
    const percent = seller?.percent ?? 0
    const order = orderEvent(sale, percent, { code: seller?.code, cid: cids.get(sale.number) })
    const acts: Act[] = [
      {
        at: minutes(sale.at, 1),
        async tell(told) {
          for (const outcome of await hear(told, order)) {
            if (outcome.kind === 'credited')
              news.push({ at: sale.at, creatorId: outcome.creatorId, orderId: outcome.orderId, first: outcome.first })
          }
        },
      },
    ]
    if (!sale.refund) return acts
    const refund = refundEvent(sale, percent)
    return [...acts, { at: minutes(sale.refund.at, 1), tell: async (told) => void (await hear(told, refund)) }]
  })
}

/** Reads an event as its connector does and records what it says. */
function hear(told: Thread, event: object): Promise<Outcome[]> {
  return told.within(async (ctx) => {
    const delivery = { headers: {}, body: Buffer.from(JSON.stringify(event)) }
    const outcomes: Outcome[] = []
    for (const fact of told.app.connectors.get('generic')!.facts(delivery, { hash: ctx.hash })) {
      if (isOrderFact(fact)) outcomes.push(...(await record(ctx, 'generic', fact)))
    }
    return outcomes
  })
}

/** Lately everyone wants to hear of their sales, and one of them rests. */
function wishes({ end }: Stage, some: Member[]): Act[] {
  const acts = some.map(
    (one): Act => ({ at: days(end, -TOLD_DAYS), tell: (told) => told.ask(one, 'settings', { alerts: 'sales' }) }),
  )
  const resting = some.find((one) => one.user === paused)
  if (resting) acts.push({ at: days(end, -3), tell: (told) => told.ask(resting, 'settings', { pause: '21' }) })
  return acts
}

const placeInWave = (one: Handed): number => handed.filter((other) => other.days === one.days).indexOf(one)

/** A manager goes through a wave on the day after. */
const decidedAt = (end: Date, one: Handed): Date => minutes(days(end, -one.days + 1.1), placeInWave(one) * 6)

/** A piece of content from hand-in to decision. */
function contentActs({ end }: Stage, one: Handed, people: Map<string, Joined>): Act[] {
  const place = placeInWave(one)
  const maker = creators.find((creator) => creator.user === one.user)!
  const manager = managers[handed.findIndex((other) => other.days === one.days) % managers.length]!
  const at = hours(days(end, -one.days), place * 3)
  const decided = decidedAt(end, one)
  const handIn: Act = { at, tell: (told) => handsIn(told, maker, one) }
  const decide = (when: Date, run: string, given: Record<string, string> = {}): Act => ({
    at: when,
    tell: async (told) => {
      const submission = await newest(told, people.get(one.user)!)
      await told.ask(manager, run, { submission, ...given })
      await told.ask(manager, 'review tell', { submission })
    },
  })
  const note = one.note ?? ''
  switch (one.fate) {
    case 'waiting':
      return [handIn]
    case 'approved':
      return [handIn, decide(decided, 'review approve')]
    case 'rejected':
      return [handIn, decide(decided, 'review reject', { reason: one.reason!, note })]
    case 'changes':
      return [handIn, decide(decided, 'review changes', { note })]
    case 'changed':
      return [
        handIn,
        decide(hours(at, 7), 'review changes', { note }),
        { at: hours(at, 19), tell: async (told) => handsIn(told, maker, one, await newest(told, people.get(one.user)!)) },
        decide(decided, 'review approve'),
      ]
  }
}

async function handsIn(told: Thread, maker: Member, one: Handed, again?: string): Promise<void> {
  const title = missions.find((mission) => mission.key === one.mission)?.title
  const mission =
    title === undefined
      ? undefined
      : await told.within((ctx) => ctx.db.mission.findFirstOrThrow({ where: { programId: ctx.program.id, title } }))
  await told.ask(maker, 'submit', {
    caption: one.caption,
    ...(one.file
      ? { file: await filed(told) }
      : { url: `https://social.example.com/${maker.user}/${handed.indexOf(one) + 1}${again ? '-b' : ''}` }),
    ...(mission ? { mission: mission.id } : {}),
    ...(again ? { submission: again } : {}),
  })
}

async function filed(told: Thread): Promise<FileRef> {
  const name = 'night-four.png'
  const { id, bytes, mime } = await told.within((ctx) => ctx.store(picture(), name))
  return { platform: 'web', ref: id, name, bytes, mime }
}

async function newest(told: Thread, { creatorId }: Joined): Promise<string> {
  const row = await told.within((ctx) =>
    ctx.db.submission.findFirst({ where: { programId: ctx.program.id, creatorId }, orderBy: { submittedAt: 'desc' } }),
  )
  must(row, 'what is decided was handed in before')
  return row.id
}
