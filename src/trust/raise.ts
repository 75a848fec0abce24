/** From signals to cases: what was found is kept once, adds up to a score, opens or joins a creator's case, and may hold at once. */
import type { Context } from '../context.ts'
import type { Case, Signal } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'
import { ownersOf } from '../ledger/owners.ts'
import { policyOf } from '../programs/rules.ts'
import { nameLines, note, noteAll, open, showManagers, tellHeld, withhold } from './cases.ts'
import { isOpen, score } from './rules.ts'
import type { Found } from './rules-orders.ts'
import { weights } from './rules-weights.ts'

/** Signals too weak for a case are remembered so long, in case more comes. */
const LOOSE_DAYS = 7

const suspicionOf = (creatorId: string): string => `fraud:${creatorId}`

/** The subject of a suspicion that is decided, so that another may follow. */
export const closedSubject = (caseId: string): string => `fraud:${caseId}`

/** Takes in what rules found, creator by creator. Found again, a signal only grows; what a person has decided is not raised again. */
export async function raise(ctx: Context, found: readonly Found[]): Promise<void> {
  const owners = await ownersOf(ctx, [...new Set(found.map(({ creatorId }) => creatorId))])
  for (const creatorId of [...new Set(owners.values())].sort()) {
    const own = found.filter((one) => owners.get(one.creatorId) === creatorId)
    await raiseOne(ctx, creatorId, asOne(own))
  }
}

/** One finding for each rule and subject: the strongest, of all the orders that are named. */
function asOne(found: Found[]): Found[] {
  const whole = new Map<string, Found>()
  for (const one of found) {
    const key = `${one.rule} ${one.subject}`
    const before = whole.get(key)
    const orderIds = [...new Set([...(before?.orderIds ?? []), ...one.orderIds])]
    const says = before && before.orderIds.length > one.orderIds.length ? before.says : one.says
    whole.set(key, { ...one, says, strong: one.strong || before?.strong === true, orderIds })
  }
  return [...whole.values()]
}

async function raiseOne(ctx: Context, creatorId: string, found: Found[]): Promise<void> {
  const programId = ctx.program.id
  // Two workers that find something about one creator join one case after the other.
  await ctx.db.$queryRaw`SELECT "id" FROM "Creator" WHERE "id" = ${creatorId} AND "programId" = ${programId} FOR NO KEY UPDATE`
  const lines = await undecidedLines(ctx, found)
  const kept = await keep(ctx, creatorId, found, lines)
  if (kept.length === 0) return
  const known = await ctx.db.case.findUnique({ where: { programId_subject: { programId, subject: suspicionOf(creatorId) } } })
  const loose = await ctx.db.signal.findMany({
    where: { programId, creatorId, caseId: null, at: { gt: days(ctx.now, -LOOSE_DAYS) } },
  })
  const weight = score(loose)
  if (!known && weight < policyOf(ctx.program).caseScore) return
  const code = found.find((one) => one.code !== undefined)?.code ?? null
  const suspicion = known ?? (await open(ctx, { creatorId, kind: 'fraud', subject: suspicionOf(creatorId), score: weight }))
  if (suspicion) await join(ctx, suspicion, { loose, code, lines, news: kept })
}

/** The lines that signals name and that nobody has decided about; doubts of a person name them again. */
async function undecidedLines(ctx: Context, found: Found[]): Promise<Map<string, string>> {
  const programId = ctx.program.id
  const orderIds = [...new Set(found.flatMap((one) => one.orderIds))]
  const lines = await ctx.db.line.findMany({
    where: { programId, orderId: { in: orderIds }, mirror: false },
    select: { id: true, orderId: true },
  })
  const decided = await ctx.db.caseLine.findMany({
    where: { programId, lineId: { in: lines.map(({ id }) => id) }, outcome: { not: null } },
    select: { lineId: true, caseId: true },
  })
  const suspicions = await ctx.db.case.findMany({
    where: { programId, kind: 'fraud', id: { in: decided.map(({ caseId }) => caseId) } },
    select: { id: true },
  })
  const judged = new Set(decided.filter(({ caseId }) => suspicions.some(({ id }) => id === caseId)).map(({ lineId }) => lineId))
  const doubted = new Set(found.filter(({ rule }) => rule === 'by_hand').flatMap((one) => one.orderIds))
  return new Map(
    lines.filter(({ id, orderId }) => !judged.has(id) || doubted.has(orderId)).map(({ id, orderId }) => [orderId, id]),
  )
}

/** What was decided once and is found again has the case it was decided in behind its name, so that each case has its own. */
const again = (subject: string, caseId: string | null = ''): string => `${subject}:case:${caseId}`

/** The last of a row of signals about one subject: the one that no other came after. */
const lastOf = (subject: string, known: readonly Signal[]): Signal | undefined =>
  known
    .filter((one) => one.subject === subject || one.subject.startsWith(again(subject)))
    .find(({ caseId }) => caseId === null || !known.some((one) => one.subject === again(subject, caseId)))

/** Keeps each signal once; gives those that are new or name more than before. */
async function keep(ctx: Context, creatorId: string, found: Found[], lines: Map<string, string>): Promise<Signal[]> {
  const programId = ctx.program.id
  const known = await ctx.db.signal.findMany({
    where: {
      programId,
      OR: found.flatMap(({ rule, subject }) => [
        { rule, subject },
        { rule, subject: { startsWith: again(subject) } },
      ]),
    },
  })
  const cases = await ctx.db.case.findMany({ where: { programId, id: { in: known.flatMap(({ caseId }) => caseId ?? []) } } })
  const news: Signal[] = []
  const made: Signal[] = []
  for (const one of found) {
    const orderIds = one.orderIds.filter((orderId) => lines.has(orderId))
    if (one.orderIds.length > 0 && orderIds.length === 0) continue
    const weight = weights[one.rule][one.strong ? 'strong' : 'weight']
    const before = lastOf(
      one.subject,
      known.filter(({ rule }) => rule === one.rule),
    )
    const decided = before && cases.some((suspicion) => suspicion.id === before.caseId && !isOpen(suspicion))
    if (before && !decided) {
      const all = [...new Set([...before.orderIds, ...orderIds])]
      if (all.length === before.orderIds.length && weight <= before.weight) continue
      const data = { orderIds: all, weight: Math.max(weight, before.weight), says: one.says }
      news.push(await ctx.db.signal.update({ where: { id: before.id }, data }))
      continue
    }
    // Decided once, the same finding is news only where it names lines that nobody has looked at.
    if (decided && orderIds.length === 0) continue
    const subject = decided ? again(one.subject, before.caseId) : one.subject
    const id = ctx.id('signal')
    made.push({ id, programId, creatorId, caseId: null, rule: one.rule, subject, weight, says: one.says, orderIds, at: ctx.now })
  }
  // The creator's row is locked, so nobody else adds the same ones meanwhile.
  await ctx.db.signal.createMany({ data: made })
  return [...news, ...made]
}

type Joining = { loose: Signal[]; code: string | null; lines: Map<string, string>; news: Signal[] }

/** Brings signals and the lines they name into a case, adds up its score, and holds it at the program's threshold. */
async function join(ctx: Context, suspicion: Case, { loose, code, lines, news }: Joining): Promise<void> {
  const programId = ctx.program.id
  await ctx.db.signal.updateMany({ where: { programId, id: { in: loose.map(({ id }) => id) } }, data: { caseId: suspicion.id } })
  const signals = await ctx.db.signal.findMany({ where: { programId, caseId: suspicion.id } })
  // What was too little before may name lines that this call did not look up.
  const orderIds = [...new Set([...loose, ...news].flatMap((signal) => signal.orderIds))]
  const missing = orderIds.filter((orderId) => !lines.has(orderId))
  const older = await ctx.db.line.findMany({ where: { programId, orderId: { in: missing }, mirror: false } })
  const named = orderIds.flatMap((orderId) => {
    const lineId = lines.get(orderId) ?? older.find((line) => line.orderId === orderId)?.id
    return lineId === undefined ? [] : [{ lineId, orderId }]
  })
  await nameLines(ctx, suspicion.id, named)
  await noteAll(
    ctx,
    suspicion.id,
    'signal',
    news.map(({ says }) => says),
  )
  const total = score(signals)
  const { holdScore } = policyOf(ctx.program)
  // What is hinted at is not withheld because something else is proved: each line is held for what names that line.
  const heavy = named.filter(({ orderId }) => score(signals.filter(({ orderIds: of }) => of.includes(orderId))) >= holdScore)
  const holds = suspicion.state === 'open' && heavy.length > 0
  await ctx.db.case.update({
    where: { id: suspicion.id },
    data: { score: total, ...(code === null ? {} : { code }), ...(holds ? { state: 'held' } : {}) },
  })
  if (holds) await note(ctx, suspicion.id, 'held', `The score is ${total} of 100.`)
  if (heavy.length > 0) {
    await withhold(
      ctx,
      suspicion.id,
      heavy.map(({ lineId }) => lineId),
    )
    await tellHeld(ctx, suspicion.id, null)
  }
  await showManagers(ctx, suspicion.id)
}
