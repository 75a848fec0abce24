/** Lists that people uploaded hold names and addresses of others: a week after they were taken in, they go. Reports stay. */
import type { Context } from '../context.ts'
import { Prisma } from '../db/generated/client.ts'
import { days } from '../kernel/time.ts'

const KEPT_DAYS = 7

/** Notes that a list was taken in by another way than batch by batch, so that it goes in its time too. */
export async function noteTaken(ctx: Context, file: { id: string; name: string }, what: string, rows: number): Promise<void> {
  await ctx.db.import.create({
    data: {
      id: ctx.id('import'),
      programId: ctx.program.id,
      personId: ctx.actor.personId,
      fileId: file.id,
      name: file.name.slice(0, 100),
      source: what,
      state: 'done',
      rows,
      next: rows,
      counts: {},
      createdAt: ctx.now,
      doneAt: ctx.now,
    },
  })
}

/** Forgets lists that were last taken in, or previewed and left, a week ago; gives the hashes of what they held, which other programs may still have. */
export async function forgetOldFiles(ctx: Context): Promise<string[]> {
  const old = Prisma.sql`f."programId" = ${ctx.program.id} AND f.mime = 'text/csv'
    AND EXISTS (SELECT FROM "Import" i WHERE i."programId" = f."programId" AND i."fileId" = f.id)
    AND NOT EXISTS (SELECT FROM "Import" i WHERE i."programId" = f."programId" AND i."fileId" = f.id
      AND (i.state IN ('reading', 'running') OR coalesce(i."doneAt", i."createdAt") > ${days(ctx.now, -KEPT_DAYS)}))`
  // Whoever hands the same list over just now is waited for, and then seen.
  await ctx.db.$queryRaw`SELECT f.id FROM "File" f WHERE ${old} ORDER BY f.id FOR UPDATE`
  const rows = await ctx.db.$queryRaw<{ sha256: string }[]>`
    WITH gone AS (DELETE FROM "File" f WHERE ${old} RETURNING f.sha256)
    INSERT INTO "Leftover" ("programId", sha256, at) SELECT ${ctx.program.id}, sha256, ${ctx.now} FROM gone
    ON CONFLICT ("programId", sha256) DO UPDATE SET at = excluded.at RETURNING sha256`
  return rows.map((row) => row.sha256)
}
