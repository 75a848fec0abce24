/** The morning card: what waited since the day before, all of it as one push. */
import type { Context } from '../context.ts'
import { endHeld, heldFor } from '../db/outbox.ts'
import { localDay } from '../kernel/time.ts'
import { hushedUntil } from '../people/settings.ts'
import { MOST_WAITED, waitedCard } from './cards.ts'
import { lockPushes, takeDay } from './push.ts'
import { MORNING } from './rules.ts'

const AT_ONCE = 50

/** Says what waited to those for whom it is morning and whose day is free; gives how many were told. */
export async function foldWaiting(ctx: Context): Promise<number> {
  const programId = ctx.program.id
  const rows = await ctx.db.$queryRaw<{ personId: string; zone: string }[]>`
    SELECT m."personId", coalesce(m.zone, ${ctx.program.zone}) AS zone
    FROM (SELECT DISTINCT substr(audience, 8) AS "personId" FROM "Outbox" WHERE "programId" = ${programId} AND state = 'held') held
    JOIN "Membership" m ON m."programId" = ${programId} AND m."personId" = held."personId"
    CROSS JOIN LATERAL (SELECT ${ctx.now}::timestamptz AT TIME ZONE coalesce(m.zone, ${ctx.program.zone}) AS at) wall
    WHERE wall.at::time >= ${MORNING}::time AND (m."pausedUntil" IS NULL OR m."pausedUntil" <= ${ctx.now})
      AND NOT EXISTS (SELECT FROM "PushDay" p WHERE p."programId" = ${programId} AND p."personId" = m."personId"
        AND p.day = to_char(wall.at, 'YYYY-MM-DD'))
      AND NOT EXISTS (SELECT FROM "Message" d WHERE d."programId" = ${programId} AND d."personId" = m."personId" AND d.state = 'planned'
        AND d.kind IN ('digest', 'brief') AND d."dueAt" < (date_trunc('day', wall.at) + interval '1 day') AT TIME ZONE coalesce(m.zone, ${ctx.program.zone}))
    ORDER BY 1 LIMIT 500`
  let told = 0
  for (const { personId, zone } of rows) {
    if (told >= AT_ONCE) break
    if (await fold(ctx, personId, zone)) told++
  }
  return told
}

async function fold(ctx: Context, personId: string, zone: string): Promise<boolean> {
  if ((await hushedUntil(ctx.db, ctx.program, personId, ctx.now)) > ctx.now) return false
  await lockPushes(ctx, personId)
  const held = await heldFor(ctx.db, ctx.program.id, personId, MOST_WAITED)
  const [first] = held
  if (!first) return false
  // One alone goes as itself, so that it goes on being edited.
  const alone = held.length === 1
  const key = alone ? first.key : `waited:${localDay(ctx.now, zone)}`
  if (!(await takeDay(ctx, personId, zone, alone ? 'other' : 'waited', key))) return false
  const ids = held.map(({ id }) => id)
  if (alone) await endHeld(ctx.db, ids, 'due', ctx.now)
  else {
    await ctx.show({ person: personId }, key, waitedCard(held.map(({ card }) => card)), { unasked: 'waited' })
    await endHeld(ctx.db, ids, 'folded', ctx.now)
  }
  ctx.ring('deliver')
  return true
}
