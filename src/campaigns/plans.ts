/** Missions as managers make them: drafted, changed, published, closed, made again. */
import type { Context } from '../context.ts'
import { type Mission, Prisma, type Seat } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { locked, missionOf, post, takenSeats } from './board.ts'
import { stopRepeating } from './cards-campaign.ts'
import { closedEarlyCard, earlierCard, overCard } from './cards-seats.ts'
import { checkBudget } from './rules.ts'
import { bonusOf, type PerformanceBonus } from './rules-bonus.ts'
import { checkPublish } from './rules-campaign.ts'
import { parse, parseDeadline } from './rules-plan.ts'
import { endAfter, nextRepeat } from './rules-repeat.ts'
import { dueFor } from './rules-seats.ts'
import { type Template, templates } from './rules-templates.ts'
import { joinedAt, reminderOf, seatWaiting } from './seats.ts'
import { showSettlement } from './settlement.ts'

/** What a mission says; amounts are minor units of the program's currency. */
export type Plan = {
  title: string
  brief: string
  feeMinor: bigint
  budgetMinor: bigint
  seats?: number | null
  closesAt?: Date | null
  daysToJoin?: number | null
  rights?: string
}

type More = Partial<
  Pick<
    Prisma.MissionUncheckedCreateInput,
    | 'copyOf'
    | 'copyKey'
    | 'dos'
    | 'donts'
    | 'hashtags'
    | 'tags'
    | 'links'
    | 'kinds'
    | 'territories'
    | 'reviewers'
    | 'liveMinutes'
    | 'repeat'
    | 'audience'
    | 'bonus'
  >
>

/** A mission without a bonus. */
export const NO_BONUS = Prisma.DbNull

export type Change = Partial<Plan> & More

/** Keeps a mission that nobody but managers sees yet. */
export const draft = (ctx: Context, plan: Plan & More): Promise<Mission> =>
  ctx.db.mission.create({
    data: {
      ...plan,
      id: ctx.id('mission'),
      programId: ctx.program.id,
      state: 'draft',
      opensAt: ctx.now,
      createdAt: ctx.now,
    },
  })

/** A draft from a template; its fee is said in whole units of the program's currency. */
export function draftFrom(ctx: Context, name: Template): Promise<Mission> {
  const { title, brief, dos, donts, seats, fee, days, rights, kinds } = templates[name]
  const feeMinor = parse(String(fee), ctx.program.currency, 'template')
  const { closesAt } = parseDeadline(String(days), ctx.now, ctx.program.zone)
  const budgetMinor = feeMinor * BigInt(seats)
  return draft(ctx, { title, brief, dos, donts, seats, feeMinor, budgetMinor, closesAt, rights, kinds: [...kinds] })
}

/** Drafts a mission and opens it at once. */
export async function addMission(ctx: Context, plan: Plan & More): Promise<Mission> {
  checkBudget(plan.feeMinor, plan.budgetMinor)
  return publish(ctx, (await draft(ctx, plan)).id)
}

/** Opens a draft and posts it in #missions. Refusal when something is missing or it was published before. */
export async function publish(ctx: Context, missionId: string): Promise<Mission> {
  const before = await locked(ctx, missionId)
  checkPublish(before, ctx.now)
  const opened = { ...before, opensAt: ctx.now }
  const repeatAt = before.repeat ? nextRepeat(opened, ctx.program.zone, ctx.now) : null
  const mission = await ctx.db.mission.update({
    where: { id: before.id },
    data: { state: 'open', opensAt: ctx.now, repeatAt },
  })
  await post(ctx, mission)
  return mission
}

/**
 * Changes a draft or an open mission. What creators rely on is not taken away from an open one: its fee, bonus and rights stay, its seats are
 * never fewer than those taken, its budget never lower.
 */
export async function change(ctx: Context, missionId: string, wanted: Change): Promise<Mission> {
  const before = await locked(ctx, missionId)
  // What is closed says nothing any more but that it comes again, and that may be stopped.
  const stops = wanted.repeat === null && Object.keys(wanted).length === 1
  if (before.state !== 'draft' && before.state !== 'open' && !stops) {
    const next = before.repeat === null ? undefined : stopRepeating(before)
    const fix = 'Make a new one from it with /campaign duplicate.'
    throw new Refusal('too_late', `“${before.title}” is closed.`, fix, 'mission', next)
  }
  if (before.state === 'open') await checkKept(ctx, before, wanted)
  if (wanted.budgetMinor !== undefined || wanted.feeMinor !== undefined) {
    const fee = wanted.feeMinor ?? before.feeMinor
    const budget = wanted.budgetMinor ?? before.budgetMinor
    if (budget > 0n || before.state === 'open') checkBudget(fee, budget)
  }
  const data = { ...wanted, ...repeating(ctx, before, wanted) }
  const mission = await ctx.db.mission.update({ where: { id: before.id }, data })
  if (wanted.closesAt !== undefined || wanted.daysToJoin !== undefined) await moveEnds(ctx, mission)
  if (mission.state === 'open') {
    await seatWaiting(ctx, mission)
    await post(ctx, mission)
  }
  return mission
}

function repeating(ctx: Context, before: Mission, { repeat }: Change): { repeatAt?: Date | null } {
  if (repeat === undefined) return {}
  return { repeatAt: repeat && before.state === 'open' ? nextRepeat({ ...before, repeat }, ctx.program.zone, ctx.now) : null }
}

async function checkKept(ctx: Context, before: Mission, wanted: Change): Promise<void> {
  const kept = (what: string, field: string, fix: string) =>
    new Refusal('conflict', `“${before.title}” is open, and ${what}.`, fix, field)
  const again = 'Close it and make a new one with /campaign duplicate.'
  if (wanted.feeMinor !== undefined && wanted.feeMinor < before.feeMinor)
    throw kept('its fee was promised', 'seats_and_fee', again)
  if (wanted.rights !== undefined && wanted.rights !== before.rights) throw kept('creators agreed to its rights', 'rights', again)
  if (wanted.budgetMinor !== undefined && wanted.budgetMinor < before.budgetMinor)
    throw kept('its budget only goes up', 'budget', 'Give a higher one.')
  const bonus = bonusOf(before)
  if (wanted.bonus !== undefined && bonus !== null && !isAtLeast(wanted.bonus, bonus))
    throw kept('its bonus was promised', 'per_thousand', again)
  const inUse = await takenSeats(ctx, before.id)
  if (wanted.seats !== undefined && wanted.seats !== null && wanted.seats < inUse)
    throw kept(`${inUse} seats are taken`, 'seats_and_fee', `Give ${inUse} seats or more.`)
}

/** Whether a bonus pays as much for every piece as the one before it. */
function isAtLeast(wanted: Change['bonus'], before: PerformanceBonus): boolean {
  if (wanted === NO_BONUS) return false
  const { perThousandMinor, capMinor } = wanted as PerformanceBonus
  return BigInt(perThousandMinor) >= BigInt(before.perThousandMinor) && BigInt(capMinor) >= BigInt(before.capMinor)
}

/** The window changed: seats end when it ends now, and their reminders move with it. */
async function moveEnds(ctx: Context, mission: Mission): Promise<void> {
  const seats = await ctx.db.seat.findMany({
    where: { programId: ctx.program.id, missionId: mission.id, state: { in: ['claimed', 'waiting', 'handed_in'] } },
  })
  for (const seat of seats) {
    const creator = await ctx.db.creator.findFirstOrThrow({ where: { id: seat.creatorId, programId: ctx.program.id } })
    const dueAt = dueFor(mission, joinedAt(creator))
    const remindAt = seat.state === 'claimed' ? await reminderOf(ctx, creator.personId, dueAt) : null
    await ctx.db.seat.update({ where: { id: seat.id }, data: { dueAt, remindAt } })
    const less = dueAt !== null && (seat.dueAt === null || dueAt < seat.dueAt)
    // The post changes silently, and whoever works towards a later day would miss this one.
    if (less && seat.state === 'claimed' && inProgram.includes(creator.state))
      await ctx.show(
        { person: creator.personId },
        `due:${seat.id}:${ctx.now.toISOString()}`,
        dueAt > ctx.now ? earlierCard(mission, dueAt, ctx.program.currency) : overCard(mission),
      )
  }
}

/** Seats of those who have not handed in, and places in line. */
const open = (ctx: Context, missionId: string) => ({
  programId: ctx.program.id,
  missionId,
  state: { in: ['claimed', 'waiting'] },
})

/** Whoever has left or was banned is not told of missions any more. */
const inProgram = ['approved', 'paused']

/** Closes a mission before its time, or throws a draft away; `asDraft` throws nothing else away. A mission that comes again stops doing so. */
export async function close(ctx: Context, missionId: string, { asDraft = false } = {}): Promise<Mission> {
  const before = checkNotOver(await locked(ctx, missionId))
  if (asDraft && before.state !== 'draft')
    throw new Refusal(
      'conflict',
      `“${before.title}” was opened meanwhile and is no draft any more.`,
      'To close it for those who take part, use /campaign close once more.',
      'mission',
    )
  // Nobody saw a draft; it is thrown away.
  if (before.state === 'draft') return ctx.db.mission.delete({ where: { id: before.id } })
  const seats = await ctx.db.seat.findMany({ where: open(ctx, missionId), orderBy: { id: 'asc' } })
  const mission = await shut(ctx, before, { repeat: null, repeatAt: null })
  await tellClosed(ctx, mission, seats)
  return mission
}

/** A mission that may still be closed, and how many would be told of it. Refusal when it is over. */
export async function closingOf(ctx: Context, missionId: string): Promise<{ mission: Mission; held: number; waiting: number }> {
  const mission = checkNotOver(await missionOf(ctx, missionId))
  const seats = await ctx.db.seat.findMany({ where: open(ctx, missionId), select: { creatorId: true, state: true } })
  const here = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: seats.map(({ creatorId }) => creatorId) }, state: { in: inProgram } },
    select: { id: true },
  })
  const told = seats.filter(({ creatorId }) => here.some(({ id }) => id === creatorId))
  const held = told.filter(({ state }) => state === 'claimed').length
  return { mission, held, waiting: told.length - held }
}

function checkNotOver(mission: Mission): Mission {
  if (mission.state === 'closed' || mission.state === 'settled') {
    const again = mission.repeat === null ? '' : ` and comes again every ${mission.repeat}`
    const next = mission.repeat === null ? undefined : stopRepeating(mission)
    const fix = 'See how it went with /campaign show.'
    throw new Refusal('conflict', `“${mission.title}” is closed already${again}.`, fix, 'mission', next)
  }
  return mission
}

/** Whoever held a seat or stood in line hears that it is over; at its deadline they know. */
async function tellClosed(ctx: Context, mission: Mission, seats: Seat[]): Promise<void> {
  const here = await ctx.db.creator.findMany({
    where: { programId: ctx.program.id, id: { in: seats.map(({ creatorId }) => creatorId) }, state: { in: inProgram } },
    select: { id: true, personId: true },
  })
  const persons = new Map(here.map(({ id, personId }) => [id, personId]))
  for (const state of ['claimed', 'waiting']) {
    const told = seats.flatMap((seat) => {
      const personId = persons.get(seat.creatorId)
      return seat.state === state && personId !== undefined ? [{ personId, key: `closed:${seat.id}` }] : []
    })
    if (told.length > 0) await ctx.showEach(told, closedEarlyCard(mission, { state }))
  }
}

/** Closes a mission that is locked: who did not hand in missed it, and managers read how it went. */
export async function shut(ctx: Context, before: Mission, also: { repeat?: null; repeatAt?: null } = {}): Promise<Mission> {
  const mission = await ctx.db.mission.update({
    where: { id: before.id },
    data: { ...also, state: 'closed', closedAt: ctx.now },
  })
  const seats = { programId: ctx.program.id, missionId: mission.id }
  await ctx.db.seat.updateMany({ where: { ...seats, state: 'claimed' }, data: { state: 'missed', remindAt: null } })
  await ctx.db.seat.updateMany({ where: { ...seats, state: 'waiting' }, data: { state: 'left' } })
  await post(ctx, mission)
  await showSettlement(ctx, mission)
  return mission
}

/** A new draft that says the same as this mission, or as the newest one; its window begins when it is published. */
export async function duplicate(ctx: Context, missionId?: string): Promise<Mission> {
  const from = missionId
    ? await missionOf(ctx, missionId)
    : await ctx.db.mission.findFirst({
        where: { programId: ctx.program.id, copyKey: null },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      })
  if (!from) throw new Refusal('not_found', 'There is no mission yet.', 'Make the first one with /campaign create.')
  return draft(ctx, { ...copyOf(from), closesAt: endAfter(from, ctx.now, ctx.program.zone), copyOf: from.id } as Plan)
}

/** What a copy of a mission has in common with it. */
export function copyOf(from: Mission): Plan & More {
  const { title, brief, feeMinor, budgetMinor, seats, daysToJoin, rights, dos, donts, hashtags, tags, links } = from
  const { kinds, territories, reviewers, liveMinutes } = from
  const json = { audience: from.audience ?? {}, ...(from.bonus === null ? {} : { bonus: from.bonus }) } as More
  const said = { title, brief, feeMinor, budgetMinor, seats, daysToJoin, rights, dos, donts, hashtags, tags, links }
  return { ...said, kinds, territories, reviewers, liveMinutes, ...json }
}
