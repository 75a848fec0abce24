/** Many creators at once, written straight into the tables. */
import type { World } from './world.ts'

/** So many active creators in three zones, each known in the simulator. Their persons are per_x00001 and on. */
export async function crowd(w: World, count: number): Promise<void> {
  const zones = ['Europe/Berlin', 'America/New_York', 'Africa/Lagos']
  const { programId } = w
  const at = '2026-01-01T00:00:00Z'
  const { owner } = w.app.database
  const series = `FROM generate_series(1, ${count}) n`
  const person = `'per_x' || lpad(n::text, greatest(5, length(n::text)), '0')`
  await owner.query(`INSERT INTO "Person" (id, name, "createdAt") SELECT ${person}, 'C' || n, $1 ${series}`, [at])
  await owner.query(
    `INSERT INTO "Identity" (id, "personId", platform, workspace, "externalId", name, "createdAt")
     SELECT 'idn_x' || n, ${person}, 'web', $1, 'c' || n, 'C' || n, $2 ${series}`,
    [programId, at],
  )
  await owner.query(
    `INSERT INTO "Membership" (id, "programId", "personId", name, role, zone, "createdAt")
     SELECT 'mem_x' || n, $1, ${person}, 'C' || n, 'anyone', ($3::text[])[1 + n % 3], $2 ${series}`,
    [programId, at, zones],
  )
  await owner.query(
    `INSERT INTO "Creator" (id, "programId", "personId", state, name, handle, niche, country, email, "appliedAt", "termsAt", "decidedAt", "createdAt")
     SELECT 'crt_x' || n, $1, ${person}, 'approved', 'C' || n, '@c' || n, 'beauty', 'DE', 'c' || n || '@example.com', $2, $2, $2, $2 ${series}`,
    [programId, at],
  )
}

export const plannedRows = (w: World): Promise<number> =>
  w.within((ctx) => ctx.db.message.count({ where: { programId: w.programId, kind: 'digest' } }))
