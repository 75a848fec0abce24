/** What the database knows of the doors: which spaces belong to which program, their channels, and installed workspaces. */
import type { Database } from '../db/client.ts'
import type { Sealer } from '../seal.ts'

export type KnownSpace = {
  platform: string
  workspace: string
  program: string
  channels: { audience: string; id: string; name: string }[]
  /** Ids of Discord's roles by what Troupe calls them. */
  roles: Readonly<Record<string, string>>
}
export type Installed = { workspace: string; name: string; token: string | undefined }
export type Known = { spaces: KnownSpace[]; installed: Installed[]; lastTick: Date | undefined }

export async function knownOf(database: Database, sealer: Sealer | undefined): Promise<Known> {
  const { spaces, programs, installs, tick } = await database.across(async (db) => ({
    spaces: await db.space.findMany({ where: { platform: { not: 'web' } }, orderBy: { createdAt: 'asc' } }),
    programs: await db.program.findMany({ select: { id: true, name: true } }),
    installs: await db.install.findMany({ where: { platform: 'slack' }, orderBy: { createdAt: 'asc' } }),
    tick: await db.tick.findUnique({ where: { name: 'due' } }),
  }))
  const known: KnownSpace[] = []
  for (const { id, programId, platform, workspace, roles } of spaces) {
    const rows = await database.within(programId, (db) =>
      db.channel.findMany({
        where: {
          spaceId: id,
          NOT: [
            { audience: { startsWith: 'person:' } },
            { audience: { startsWith: 'thread:' } },
            { audience: { startsWith: 'dm:' } },
          ],
        },
        orderBy: { createdAt: 'asc' },
      }),
    )
    const program = programs.find((one) => one.id === programId)?.name ?? programId
    const channels = rows.map(({ audience, externalId, name }) => ({ audience, id: externalId, name }))
    known.push({ platform, workspace, program, channels, roles: roles as Record<string, string> })
  }
  const installed = installs.map(({ workspace, name, secret }) => ({ workspace, name, token: opened(sealer, secret) }))
  return { spaces: known, installed, lastTick: tick?.at }
}

/** Undefined when the key is another one than it was sealed with. */
function opened(sealer: Sealer | undefined, secret: string): string | undefined {
  try {
    return sealer?.unseal(Buffer.from(secret, 'base64')).toString('utf8')
  } catch {
    return undefined
  }
}
