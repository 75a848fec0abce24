/** What of the rule table is said where the thing itself lives: looked at dry, from the same rows that will ring. */
import type { Context } from '../context.ts'
import { plural } from '../kernel/plural.ts'
import { days, hours } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { wanted } from './plan.ts'

/** `at` is when it comes, where a clock says so; without a person it goes to #managers. */
export type Elsewhere = { personId: string | null; creator: string; name: string; because: string; at: Date | null }

const SOON_DAYS = 2
const MOST = 100

/** Who would be welcomed on admission, who is reminded of a claimed mission in the next two days, and what waits too long for an answer. */
export async function elsewhereDue(ctx: Context): Promise<Elsewhere[]> {
  const programId = ctx.program.id
  const applied = await ctx.db.creator.findMany({
    where: { programId, state: 'applied', mergedInto: null },
    orderBy: { appliedAt: 'asc' },
    take: MOST,
    select: { personId: true, name: true },
  })
  const seats = await ctx.db.$queryRaw<{ personId: string; name: string; title: string; at: Date }[]>`
    SELECT c."personId", c.name, m.title, s."remindAt" AS at FROM "Seat" s
    JOIN "Creator" c ON c.id = s."creatorId" AND c.state = 'approved' JOIN "Mission" m ON m.id = s."missionId"
    WHERE s."programId" = ${programId} AND s.state = 'claimed' AND s."remindAt" <= ${days(ctx.now, SOON_DAYS)}
    ORDER BY s."remindAt", c.name LIMIT ${MOST}`
  const { answerHours } = policyOf(ctx.program)
  const late = await ctx.db.submission.count({
    where: { programId, state: 'submitted', submittedAt: { lt: hours(ctx.now, -answerHours) } },
  })
  return [
    ...applied.map(({ personId, name }) => ({ personId, creator: name, name: 'day-0', because: 'once admitted', at: null })),
    ...seats.map(({ personId, name, title, at }) => ({
      personId,
      creator: name,
      name: 'deadline',
      because: `claimed “${title}”`,
      at,
    })),
    ...(late === 0
      ? []
      : [
          {
            personId: null,
            creator: '#managers',
            name: 'approval',
            because: `${plural(late, 'piece waits', 'pieces wait')} longer than ${answerHours} hours`,
            at: null,
          },
        ]),
  ]
}

/** How many creators a digest goes to. */
export async function digestReaders(ctx: Context): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM "Creator" c JOIN "Membership" m ON m."programId" = c."programId" AND m."personId" = c."personId"
    WHERE c."programId" = ${ctx.program.id} AND c.state = 'approved' AND c."mergedInto" IS NULL AND ${wanted('digest')}`
  return row?.n ?? 0
}
