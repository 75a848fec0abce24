/** What the house knows of a server or workspace besides its channels: its roles by their ids, who is in it no more, and whose direct messages are its own. */
import type { App } from './app.ts'
import { doorsOf } from './db/outbox-each.ts'
import { LEFT } from './db/places.ts'
import type { House } from './platforms/platform.ts'
import { programOf } from './platforms/porter.ts'

export function spacesOf(app: App): Pick<House, 'roles' | 'keepRole' | 'left' | 'directOf'> {
  return {
    async roles(platform, workspace) {
      const where = { platform_workspace: { platform, workspace } }
      const space = await app.database.across((db) => db.space.findUnique({ where, select: { roles: true } }))
      return (space?.roles ?? {}) as Record<string, string>
    },
    async keepRole(platform, workspace, role, id) {
      const programId = await programOf(app, { platform, workspace })
      if (programId === undefined) return
      await app.database.within(
        programId,
        (db) => db.$executeRaw`
          UPDATE "Space" SET roles = roles || jsonb_build_object(${role}::text, ${id}::text)
          WHERE platform = ${platform} AND workspace = ${workspace}`,
      )
    },
    async directOf(platform, externalId, place, message) {
      const rows = await app.database.across((db) => db.identity.findMany({ where: { platform, externalId }, take: 50 }))
      const found: { workspace: string; wrote: boolean }[] = []
      for (const { workspace, personId } of rows) {
        const programId = await programOf(app, { platform, workspace })
        if (programId === undefined) continue
        await app.database.within(programId, async (db) => {
          const space = await db.space.findUnique({ where: { platform_workspace: { platform, workspace } } })
          const where = { spaceId: space?.id ?? '', audience: `dm:${personId}`, externalId: place }
          const channel = await db.channel.findFirst({ where })
          if (!channel) return
          const own = { channelId: channel.id, message: message ?? '' }
          found.push({ workspace, wrote: (await db.posted.count({ where: own })) > 0 })
        })
      }
      const [only, ...more] = found.length > 1 ? found.filter(({ wrote }) => wrote) : found
      return more.length === 0 ? only?.workspace : undefined
    },
    async left(platform, workspace, externalId) {
      const programId = await programOf(app, { platform, workspace })
      const account = { platform, workspace, externalId }
      const known = await app.database.across((db) =>
        db.identity.findUnique({ where: { platform_workspace_externalId: account }, select: { personId: true } }),
      )
      if (programId === undefined || !known) return
      await app.database.within(programId, async (db) => {
        const space = await db.space.findUniqueOrThrow({ where: { platform_workspace: { platform, workspace } } })
        const doors = await doorsOf(db, programId, known.personId)
        if (!doors.some((door) => door.platform !== 'web' && door.id !== space.id)) return
        const own = { spaceId: space.id, audience: `person:${known.personId}` }
        await db.channel.updateMany({ where: own, data: { name: LEFT } })
      })
    },
  }
}
