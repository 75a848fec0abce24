/** What managers check by hand each month, and what that says of the rules. */
import type { Context } from '../context.ts'
import type { Sample, SampleLine } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { days, monthOf, monthRange, sayMonth } from '../kernel/time.ts'
import { leftOf } from '../ledger/forfeit.ts'
import { personOf } from './queries.ts'
import { raise } from './raise.ts'
import { draw } from './rules-sample.ts'

export type Finding = 'ok' | 'fraud' | 'unsure'
export type SampleLineSeen = SampleLine & { number: string; name: string; at: Date; rule: string; left: bigint; says: string[] }
export type Precision = { rule: string; fraud: number; all: number }
export type SampleView = {
  sample: Sample
  lines: SampleLineSeen[]
  precisions: Precision[]
  /** Lines of all samples found to be fraud that no rule had named, of how many that were checked. */
  missed: number
  checked: number
  currency: string
}

/** The sample of a month, drawn when it is asked for first; the last month that is over unless another is named. */
export async function sampleOf(ctx: Context, typed?: string): Promise<SampleView> {
  const programId = ctx.program.id
  const thisMonth = monthOf(ctx.now, ctx.program.zone)
  const month = typed ?? monthOf(days(monthRange(thisMonth, ctx.program.zone).from, -1), ctx.program.zone)
  const range = monthRange(month, ctx.program.zone)
  if (month >= thisMonth) throw new Refusal('invalid', `${sayMonth(month)} is not over yet.`, 'Name an earlier one.', 'month')
  const seed = Buffer.from(ctx.random(10)).toString('hex')
  const { count } = await ctx.db.sample.createMany({
    data: { id: ctx.id('sample'), programId, month, seed, createdAt: ctx.now },
    skipDuplicates: true,
  })
  const sample = await ctx.db.sample.findUniqueOrThrow({ where: { programId_month: { programId, month } } })
  if (count === 1) await drawLines(ctx, sample, range)
  return viewSample(ctx, sample)
}

type Candidate = { lineId: string; orderId: string; creatorId: string; risk: number; rules: string[] }

async function drawLines(ctx: Context, sample: Sample, { from, to }: { from: Date; to: Date }): Promise<void> {
  const programId = ctx.program.id
  const lines = await ctx.db.$queryRaw<Candidate[]>`
    SELECT l."id" AS "lineId", l."orderId", l."creatorId", COALESCE(s.risk, 0)::int AS risk, COALESCE(s.rules, '{}') AS rules
    FROM "Line" l LEFT JOIN (
      SELECT named AS "orderId", SUM("weight") AS risk, array_agg(DISTINCT "rule") AS rules
      FROM "Signal", unnest("orderIds") AS named WHERE "programId" = ${programId} GROUP BY 1) s ON s."orderId" = l."orderId"
    WHERE l."programId" = ${programId} AND NOT l."mirror" AND l."at" >= ${from} AND l."at" < ${to}`
  const byId = new Map(lines.map((line) => [line.lineId, line]))
  const data = draw(lines, sample.seed).map(({ lineId, drawn }, place) => {
    const { orderId, creatorId, rules } = byId.get(lineId)!
    return { sampleId: sample.id, lineId, programId, orderId, creatorId, rules, place, drawn }
  })
  await ctx.db.sampleLine.createMany({ data })
}

async function viewSample(ctx: Context, sample: Sample): Promise<SampleView> {
  const programId = ctx.program.id
  const rows = await ctx.db.sampleLine.findMany({ where: { programId, sampleId: sample.id }, orderBy: { place: 'asc' } })
  const orderIds = rows.map(({ orderId }) => orderId)
  const orders = await ctx.db.order.findMany({ where: { programId, id: { in: orderIds } } })
  const creators = await ctx.db.creator.findMany({
    where: { programId, id: { in: rows.map(({ creatorId }) => creatorId) } },
    select: { id: true, name: true },
  })
  const signals = await ctx.db.signal.findMany({ where: { programId, orderIds: { hasSome: orderIds } } })
  const left = await leftOf(
    ctx,
    rows.map(({ lineId }) => lineId),
  )
  const lines = rows.map((row) => {
    const order = orders.find(({ id }) => id === row.orderId)
    return {
      ...row,
      number: order?.number ?? row.orderId,
      at: order?.at ?? sample.createdAt,
      rule: order?.rule ?? '',
      name: creators.find(({ id }) => id === row.creatorId)?.name ?? '',
      left: left.get(row.lineId) ?? 0n,
      says: signals.filter((signal) => signal.orderIds.includes(row.orderId)).map(({ says }) => says),
    }
  })
  return { sample, lines, ...(await worthOfRules(ctx)), currency: ctx.program.currency }
}

/** What decided cases and checked samples say of each rule: of the lines it named, how many were fraud. */
async function worthOfRules(ctx: Context): Promise<Pick<SampleView, 'precisions' | 'missed' | 'checked'>> {
  const programId = ctx.program.id
  const precisions = await ctx.db.$queryRaw<Precision[]>`
    WITH judged AS (
      SELECT s."rule", l."lineId", l."outcome" = 'forfeited' AS fraud FROM "Signal" s
        JOIN "Case" c ON c."id" = s."caseId" AND c."kind" = 'fraud' AND c."state" IN ('released', 'upheld')
        JOIN "CaseLine" l ON l."caseId" = c."id" AND l."orderId" = ANY(s."orderIds") AND l."outcome" IS NOT NULL
        WHERE s."programId" = ${programId}
      UNION SELECT rule, "lineId", "finding" = 'fraud' FROM "SampleLine", unnest("rules") AS rule
        WHERE "programId" = ${programId} AND "finding" IN ('ok', 'fraud')
    )
    SELECT "rule", COUNT(*) FILTER (WHERE fraud)::int AS fraud, COUNT(*)::int AS all FROM judged GROUP BY 1 ORDER BY 1`
  const where = { programId, finding: { in: ['ok', 'fraud'] } }
  const checked = await ctx.db.sampleLine.count({ where })
  const missed = await ctx.db.sampleLine.count({ where: { programId, finding: 'fraud', rules: { isEmpty: true } } })
  return { precisions, checked, missed }
}

/** Records what a manager found, once for each line. Fraud opens a case with the line, or joins the one that is open. */
export async function check(
  ctx: Context,
  { sampleId, orderId, finding, note }: { sampleId: string; orderId: string; finding: Finding; note?: string | undefined },
): Promise<SampleView> {
  const programId = ctx.program.id
  await ctx.db.$queryRaw`
    SELECT 1 FROM "SampleLine" WHERE "programId" = ${programId} AND "sampleId" = ${sampleId} AND "orderId" = ${orderId} FOR UPDATE`
  const line = await ctx.db.sampleLine.findFirst({ where: { programId, sampleId, orderId } })
  const sample = await ctx.db.sample.findFirst({ where: { programId, id: sampleId } })
  if (!line || !sample)
    throw new Refusal('not_found', 'This order is not part of the sample.', 'Open it with /audit sample.', 'order')
  if (line.finding !== null)
    throw new Refusal('conflict', `This order was checked already: ${line.finding}.`, 'Go on with the next one.')
  if ((await personOf(ctx, line.creatorId)) === ctx.actor.personId)
    throw new Refusal('not_allowed', 'This is your own order.', 'Another manager checks it.')
  await ctx.db.sampleLine.update({
    where: { sampleId_lineId: { sampleId, lineId: line.lineId } },
    data: { finding, note: note ?? null, checkedBy: ctx.actor.personId, checkedAt: ctx.now },
  })
  if (finding === 'fraud') {
    const says = `${ctx.actor.name} checked it by hand${note === undefined ? '' : `: ${note}`}.`
    const by = { rule: 'by_hand' as const, creatorId: line.creatorId, strong: true }
    await raise(ctx, [{ ...by, subject: `${orderId}:${sampleId}`, says, orderIds: [orderId] }])
  }
  return viewSample(ctx, sample)
}
