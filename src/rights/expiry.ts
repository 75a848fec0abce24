// The end of licences: reminders 30, 14 and 3 days before, bundled per creator and month, and one by one on the last day.
import type { Context } from '../context.ts'
import type { Grant } from '../db/generated/client.ts'
import { days, monthOf } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { endedCard, endingCard, lateCard } from './cards.ts'
import { record } from './events.ts'
import { named, type Row, viewOf } from './queries.ts'
import { after, bringsForward, daysLeft, reminderDue, reminderSteps } from './rules.ts'
import { showTakedown, uncovered } from './takedown.ts'

const AT_ONCE = 50
/** What stands past its day for taking down is told once. */
const TOLD_LATE = -1

/** Reminds of licences that end and ends those whose term is over; gives how many were touched. */
export async function due(ctx: Context): Promise<number> {
  const late = (await remindLate(ctx)) + (await endFollowed(ctx))
  const rows = await dueRows(ctx)
  const over = rows.filter(({ endsAt }) => endsAt! <= ctx.now)
  for (const grant of over) await expire(ctx, grant)
  const done = new Set<string>()
  for (const grant of rows) {
    if (grant.endsAt! <= ctx.now || done.has(grant.id)) continue
    for (const id of await remind(ctx, grant)) done.add(id)
  }
  return rows.length + late
}

/** Licences with a reminder to come, locked; those another worker has are left to it. */
async function dueRows(ctx: Context): Promise<Grant[]> {
  const [first, second, third] = reminderSteps.map((step) => days(ctx.now, step))
  const ids = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Grant" WHERE "programId" = ${ctx.program.id} AND state IN ('granted', 'expiring') AND (
      "endsAt" <= ${ctx.now} OR ("endsAt" <= ${third} AND ("reminded" IS NULL OR "reminded" > 3))
      OR ("endsAt" <= ${second} AND ("reminded" IS NULL OR "reminded" > 14)) OR ("endsAt" <= ${first} AND "reminded" IS NULL))
    ORDER BY "endsAt", id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  const found = await ctx.db.grant.findMany({ where: { id: { in: ids.map(({ id }) => id) } } })
  return found.sort((a, b) => a.endsAt!.getTime() - b.endsAt!.getTime() || (a.id < b.id ? -1 : 1))
}

/** One reminder for what ends of a creator in a month; gives the licences it spoke for. */
async function remind(ctx: Context, first: Grant): Promise<string[]> {
  const step = reminderDue(daysLeft(first.endsAt!, ctx.now), first.reminded)
  if (step === undefined) return []
  const { programId, creatorId, endsAt } = first
  const month = monthOf(endsAt!, ctx.program.zone)
  const others = await ctx.db.grant.findMany({
    where: { programId, creatorId, state: { in: ['granted', 'expiring'] }, endsAt: { gt: ctx.now, lte: days(endsAt!, 31) } },
    orderBy: [{ endsAt: 'asc' }, { id: 'asc' }],
  })
  const told = others.filter(
    (one) =>
      one.id === first.id ||
      (monthOf(one.endsAt!, ctx.program.zone) === month && bringsForward(step, daysLeft(one.endsAt!, ctx.now), one.reminded)),
  )
  for (const one of told)
    await ctx.db.grant.update({
      where: { id: one.id },
      data: { reminded: step, state: after(one.state, 'near') ?? one.state },
    })
  const rows = await asked(ctx, await named(ctx, told))
  const { personId } = (await viewOf(ctx, first)).creator
  const key = `rights-ending:${first.id}:${step}`
  await ctx.show({ person: personId }, key, endingCard(rows, 'creator'), { unasked: true })
  await ctx.show({ channel: 'managers' }, key, endingCard(rows, 'brand'))
  return told.map(({ id }) => id)
}

/** Which of them have a renewal on the table already. */
async function asked(ctx: Context, rows: Row[]): Promise<(Row & { renewing: boolean })[]> {
  const open = await ctx.db.grant.findMany({
    where: {
      programId: ctx.program.id,
      renewsId: { in: rows.map(({ grant }) => grant.id) },
      state: { in: ['requested', 'countered'] },
    },
    select: { renewsId: true },
  })
  return rows.map((row) => ({ ...row, renewing: open.some(({ renewsId }) => renewsId === row.grant.id) }))
}

async function expire(ctx: Context, grant: Grant): Promise<void> {
  const takedownAt = days(grant.endsAt!, policyOf(ctx.program).takedownDays)
  const expired = await ctx.db.grant.update({
    where: { id: grant.id },
    data: { state: after(grant.state, 'expire')!, reminded: 0, takedownAt },
  })
  await record(ctx, { submissionId: grant.submissionId, grantId: grant.id, kind: 'expired', side: 'system' })
  const [row] = await asked(ctx, await named(ctx, [expired]))
  const view = await viewOf(ctx, expired)
  const key = `rights-ended:${grant.id}`
  await ctx.show({ person: view.creator.personId }, key, endedCard(row!, 'creator'), { unasked: true })
  await ctx.show({ channel: 'managers' }, key, endedCard(row!, 'brand'))
  await showTakedown(ctx, expired)
}

/** A licence that was prolonged ends without a word; what only it covered, and not the one that follows, has to come down. */
async function endFollowed(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string; endsAt: Date }[]>`
    SELECT id, "endsAt" FROM "Grant" WHERE "programId" = ${ctx.program.id} AND state = 'renewed'
      AND "endsAt" <= ${ctx.now} AND ("reminded" IS NULL OR "reminded" > 0)
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id, endsAt } of rows) {
    const grant = await ctx.db.grant.update({ where: { id }, data: { reminded: 0 } })
    if ((await uncovered(ctx, grant.submissionId)).length === 0) continue
    const takedownAt = days(endsAt, policyOf(ctx.program).takedownDays)
    await showTakedown(ctx, await ctx.db.grant.update({ where: { id }, data: { takedownAt } }))
  }
  return rows.length
}

/** What should have been taken down by now and still stands: managers are told once more. */
async function remindLate(ctx: Context): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Grant" WHERE "programId" = ${ctx.program.id} AND state IN ('revoked', 'expired', 'renewed')
      AND "takedownAt" <= ${ctx.now} AND ("reminded" IS NULL OR "reminded" <> ${TOLD_LATE})
    ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  for (const { id } of rows) {
    const grant = await ctx.db.grant.update({ where: { id }, data: { reminded: TOLD_LATE } })
    const standing = await uncovered(ctx, grant.submissionId)
    if (standing.length > 0)
      await ctx.show({ channel: 'managers' }, `takedown-late:${id}`, lateCard(await viewOf(ctx, grant), standing))
  }
  return rows.length
}
