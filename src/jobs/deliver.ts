import { type Claimed, claimDue, fail, nextDue, settle } from '../db/outbox.ts'
import { type JobContext, job } from '../job.ts'
import type { Card } from '../kernel/card.ts'
import { minutes } from '../kernel/time.ts'
import type { Platform } from '../platforms/platform.ts'

const BATCH = 50
const LEASE_MINUTES = 2
const EDIT_EVERY_MS = 10_000

export type PostPayload = { card: Card; pin: boolean }
export type GrantPayload = { role: string; on: boolean }

type Target = { platform: Platform; workspace: string; spaceId: string }

export default job({
  about: 'Carries the outbox to the doors: posts, edits and role grants, each once',
  everySeconds: 60,
  async run(app) {
    for (const programId of await app.programs()) {
      const doors = await targets(app, programId)
      // With no door open here, what is due waits for the process that has one.
      if (doors.length === 0) continue
      for (let more = true; more; ) {
        const claimed = await app.database.within(programId, (db) =>
          claimDue(db, programId, app.clock(), minutes(app.clock(), LEASE_MINUTES), BATCH),
        )
        for (const row of claimed) await perform(app, programId, doors, row)
        more = claimed.length === BATCH
      }
      await ringAgain(app, programId)
    }
  },
})

/** What waits for a moment (an edit that was too soon, a try that failed) needs no whole minute. */
async function ringAgain(app: JobContext, programId: string): Promise<void> {
  const now = app.clock()
  const next = await app.database.within(programId, (db) => nextDue(db, programId, minutes(now, 1)))
  if (next) app.ring('deliver', {}, Math.max(250, next.getTime() - now.getTime()))
}

/** One row: performed on every door of the program, then settled; a failure moves it to a later try. */
async function perform(app: JobContext, programId: string, doors: Target[], row: Claimed): Promise<void> {
  try {
    const waitUntil = row.kind === 'post' ? await post(app, programId, doors, row) : await grant(app, programId, doors, row)
    await app.database.within(programId, (db) =>
      waitUntil === undefined
        ? settle(db, row, app.clock())
        : db.$executeRaw`UPDATE "Outbox" SET "notBefore" = ${waitUntil}, "leasedTo" = NULL WHERE id = ${row.id}`.then(() => {}),
    )
  } catch (error) {
    const again = minutes(app.clock(), 2 ** Math.min(row.tries, 6) / 4)
    app.log.warn({ err: error, outbox: row.id, key: row.key }, 'delivery failed')
    await app.database.within(programId, (db) => fail(db, row, String(error instanceof Error ? error.message : error), again))
  }
}

/** Posts or edits on every door; returns when to come back if the message was edited a moment ago. */
async function post(app: JobContext, programId: string, doors: Target[], row: Claimed): Promise<Date | undefined> {
  const payload = row.payload as PostPayload
  let wait: Date | undefined
  for (const target of doors) {
    const known = await app.database.within(programId, async (db) => {
      const channel = await db.channel.findUnique({
        where: { spaceId_audience: { spaceId: target.spaceId, audience: row.audience } },
      })
      return (
        channel && {
          channel,
          before: await db.posted.findUnique({ where: { outboxId_channelId: { outboxId: row.id, channelId: channel.id } } }),
        }
      )
    })
    const channel = known?.channel ?? (await openPrivate(app, programId, target, row.audience))
    if (!channel) continue
    const before = known?.before ?? null
    if (before && before.version >= row.version) continue
    const next = before ? new Date(before.editedAt.getTime() + EDIT_EVERY_MS) : undefined
    if (next && next > app.clock() && before!.version > 1) {
      wait = next
      continue
    }
    const message = { nonce: row.id, card: payload.card, pin: payload.pin }
    const edited = before ? await target.platform.edit({ place: channel.externalId, message: before.message }, message) : false
    const ref = edited
      ? before!.message
      : (await target.platform.post(channel.externalId, before ? { ...message, nonce: `${row.id}:${row.version}` } : message))
          .message
    await app.within(programId, async (ctx) => {
      await ctx.db.posted.upsert({
        where: { outboxId_channelId: { outboxId: row.id, channelId: channel.id } },
        create: {
          id: ctx.id('post'),
          programId,
          outboxId: row.id,
          channelId: channel.id,
          message: ref,
          version: row.version,
          editedAt: ctx.now,
        },
        update: { message: ref, version: row.version, editedAt: ctx.now },
      })
    })
  }
  return wait
}

async function grant(app: JobContext, programId: string, doors: Target[], row: Claimed): Promise<undefined> {
  const { role, on } = row.payload as GrantPayload
  for (const { platform, workspace } of doors) {
    const identities = await app.database.within(programId, (db) =>
      db.identity.findMany({ where: { personId: row.audience, platform: platform.name, workspace } }),
    )
    for (const identity of identities) await platform.grant(workspace, identity.externalId, role, on)
  }
}

/** The doors of a program that are open in this process. */
async function targets(app: JobContext, programId: string): Promise<Target[]> {
  const spaces = await app.database.within(programId, (db) => db.space.findMany({ where: { programId } }))
  return spaces.flatMap((space) => {
    const platform = app.platforms.get(space.platform)
    return platform ? [{ platform, workspace: space.workspace, spaceId: space.id }] : []
  })
}

/** A person's private place is made on first use, on the doors where they have an account; null for any other audience. */
async function openPrivate(app: JobContext, programId: string, target: Target, audience: string) {
  if (!audience.startsWith('person:')) return null
  const personId = audience.slice('person:'.length)
  const identity = await app.database.within(programId, (db) =>
    db.identity.findFirst({ where: { personId, platform: target.platform.name, workspace: target.workspace } }),
  )
  if (!identity) return null
  const externalId = await target.platform.privatePlace(target.workspace, personId, identity.externalId)
  return app.within(programId, async (ctx) => {
    await ctx.db.channel.createMany({
      data: {
        id: ctx.id('post'),
        programId,
        spaceId: target.spaceId,
        audience,
        externalId,
        name: 'your place',
        createdAt: ctx.now,
      },
      skipDuplicates: true,
    })
    return ctx.db.channel.findUnique({ where: { spaceId_audience: { spaceId: target.spaceId, audience } } })
  })
}
