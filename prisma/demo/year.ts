/** What happened in the year, month by month: sales and refunds, content and reviews, boards, and holds that ended. */
import type { FileRef } from '../../src/command.ts'
import type { Fact } from '../../src/kernel/fact.ts'
import { must } from '../../src/kernel/refusal.ts'
import { days, hours, minutes, monthOf, monthRange, nextLocal, type Range, type Rhythm } from '../../src/kernel/time.ts'
import { record } from '../../src/orders/service.ts'
import { celebrateSale } from '../../src/recognition/service.ts'
import { type Handed, handed, missions, picture } from './content.ts'
import type { Joined } from './joining.ts'
import { creators, managers, type Member, paused } from './people.ts'
import { orderEvent, refundEvent, type Sale } from './shop.ts'
import { deal, postman, ring, type Stage, sideBySide, type Thread, thread } from './stage.ts'

/** Three rows of shop and one of chat keep two processors busy. */
const ROWS = 3
/** Weeks whose boards were posted. */
const WEEKS = 10
/** Wins of these days have their card in #wins; a creator's first always has one. */
const CHEERED_DAYS = 7
/** Sales of these days are told to their creators one by one. */
const TOLD_DAYS = 12

type Act = { at: Date; tell: (told: Thread) => Promise<void> }

export async function theYear(stage: Stage, sales: Sale[], cids: Map<number, string>, people: Map<string, Joined>): Promise<void> {
  const rows = deal(creators, ROWS).map((some) => byTime([...shopActs(sales.filter((sale) => sale.creator && some.includes(sale.creator)), cids, people), ...wishes(stage, some)]))
  rows[0] = byTime([...rows[0]!, ...shopActs(sales.filter((sale) => !sale.creator), cids, people)])
  rows.push(byTime(handed.flatMap((one) => contentActs(stage, one, people))))
  const threads = rows.map((_, row) => thread(stage, `row${row}`))
  const house = thread(stage, 'house')
  const post = postman(stage)
  const live = async ({ from, to }: Range) => {
    const now = rows.map((row) => row.filter((act) => act.at >= from && act.at < to))
    await sideBySide(now, async (act, row) => {
      threads[row]!.at(act.at)
      await act.tell(threads[row]!)
    })
    await houseKeeping(house, { from, to })
  }
  // What a month has said is carried out while the next one is lived.
  for (const month of months(stage)) await Promise.all([live(month), post.deliver(month.from)])
  await post.deliver(stage.end)
  await post.close()
}

const byTime = (acts: Act[]): Act[] => acts.sort((a, b) => a.at.getTime() - b.at.getTime())
const zone = 'Europe/Berlin'
const mondayNine: Rhythm = { every: 'week', at: '09:00', weekday: 1 }

/** The calendar months of the year; the last ends now. */
function months({ end }: Stage): Range[] {
  const found: Range[] = []
  for (let from = days(end, -365); from < end; ) {
    const over = monthRange(monthOf(from, zone), zone).to
    const to = over < end ? over : end
    found.push({ from, to })
    from = to
  }
  return found
}

/** The boards of the last weeks, by the schedule itself, and at the month's end everything whose date has come. */
async function houseKeeping(house: Thread, { from, to }: Range): Promise<void> {
  const first = days(house.end, -7 * WEEKS)
  for (let monday = nextLocal(mondayNine, zone, from > first ? from : first); monday < to; monday = nextLocal(mondayNine, zone, monday)) {
    house.at(monday)
    await ring(house, 'schedule')
  }
  house.at(minutes(to, -20))
  await ring(house, 'due')
}

function shopActs(sales: Sale[], cids: Map<number, string>, people: Map<string, Joined>): Act[] {
  return sales.flatMap((sale): Act[] => {
    const seller = sale.by === 'code' ? people.get(sale.creator!.user) : undefined
    const percent = seller?.percent ?? 0
    const order = orderEvent(sale, percent, { code: seller?.code, cid: cids.get(sale.number) })
    const acts: Act[] = [{ at: minutes(sale.at, 1), tell: (told) => hear(told, order, sale.at > days(told.end, -CHEERED_DAYS)) }]
    if (sale.refund) acts.push({ at: minutes(sale.refund.at, 1), tell: (told) => hear(told, refundEvent(sale, percent), false) })
    return acts
  })
}

/** Reads an event as its connector does and records what it says. */
function hear(told: Thread, event: object, cheer: boolean): Promise<void> {
  return told.within(async (ctx) => {
    const delivery = { headers: {}, body: Buffer.from(JSON.stringify(event)) }
    const facts: Fact[] = told.app.connectors.get('generic')!.facts(delivery, { hash: ctx.hash })
    for (const fact of facts) {
      for (const outcome of await record(ctx, 'generic', fact)) {
        if (outcome.kind === 'credited' && (outcome.first || cheer)) await celebrateSale(ctx, outcome)
      }
    }
  })
}

/** Lately everyone wants to hear of their sales, and one of them rests. */
function wishes({ end }: Stage, some: Member[]): Act[] {
  const acts = some.map((one): Act => ({ at: days(end, -TOLD_DAYS), tell: (told) => told.ask(one, 'settings', { alerts: 'sales' }) }))
  const resting = some.find((one) => one.user === paused)
  if (resting) acts.push({ at: days(end, -3), tell: (told) => told.ask(resting, 'settings', { pause: '21' }) })
  return acts
}

/** A piece of content from hand-in to decision. */
function contentActs({ end }: Stage, one: Handed, people: Map<string, Joined>): Act[] {
  const wave = handed.filter((other) => other.days === one.days)
  const place = wave.indexOf(one)
  const maker = creators.find((creator) => creator.user === one.user)!
  const manager = managers[handed.findIndex((other) => other.days === one.days) % managers.length]!
  const at = hours(days(end, -one.days), place * 3)
  const decided = minutes(days(end, -one.days + 1.1), place * 6)
  const handIn: Act = { at, tell: (told) => handsIn(told, maker, one) }
  const decide = (when: Date, run: string, given: Record<string, string> = {}): Act => ({
    at: when,
    tell: async (told) => told.ask(manager, run, { submission: await newest(told, people.get(one.user)!), ...given }),
  })
  const note = one.note ?? ''
  switch (one.then) {
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
  const mission = title === undefined ? undefined : await told.within((ctx) => ctx.db.mission.findFirstOrThrow({ where: { programId: ctx.program.id, title } }))
  await told.ask(maker, 'submit', {
    caption: one.caption,
    ...(one.file ? { file: await filed(told) } : { url: `https://social.example.com/${maker.user}/${handed.indexOf(one) + 1}${again ? '-b' : ''}` }),
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
  const row = await told.within((ctx) => ctx.db.submission.findFirst({ where: { programId: ctx.program.id, creatorId }, orderBy: { submittedAt: 'desc' } }))
  must(row, 'what is decided was handed in before')
  return row.id
}
