/** Workspaces that installed the app, and installations under way. */
import type { App } from './app.ts'
import type { House } from './platforms/platform.ts'

/** Tokens of installed workspaces, sealed with the installation's key. */
export function installsOf(app: App): House['installs'] {
  const at = (platform: string, workspace: string) => ({ platform_workspace: { platform, workspace } })
  return {
    async get(platform, workspace) {
      const row = await app.database.across((db) => db.install.findUnique({ where: at(platform, workspace) }))
      if (!row) return undefined
      const { name, botUser, installer, scopes, secret } = row
      const token = app.sealer.unseal(Buffer.from(secret, 'base64')).toString('utf8')
      return { workspace, name, token, botUser, scopes, ...(installer === null ? {} : { installer }) }
    },
    async keep(platform, { workspace, token, ...rest }) {
      const now = app.clock()
      const data = { ...rest, secret: app.sealer.seal(token).toString('base64') }
      const create = { ...data, id: app.newId('install', now), platform, workspace, createdAt: now }
      const update = { ...data, createdAt: now }
      await app.database.across((db) => db.install.upsert({ where: at(platform, workspace), create, update }))
    },
    drop: (platform, workspace, removed) =>
      app.database.across(async (db) => {
        await db.install.deleteMany({ where: { platform, workspace, createdAt: { lte: removed } } })
        return (await db.install.count({ where: { platform, workspace } })) === 0
      }),
    async first(platform, mark, until) {
      const now = app.clock()
      const purpose = 'install'
      const codeHash = app.sealer.hash('installation', `${platform} ${mark}`)
      const row = { id: app.newId('claim', now), purpose, codeHash, payload: {}, expiresAt: until, spentAt: now, createdAt: now }
      return app.database.across(async (db) => {
        await db.claim.deleteMany({ where: { purpose, expiresAt: { lte: now } } })
        return (await db.claim.createMany({ data: [row], skipDuplicates: true })).count === 1
      })
    },
  }
}
