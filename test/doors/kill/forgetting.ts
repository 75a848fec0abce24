/** Somebody who left traces in every room and whose day to be forgotten has come, and processes that forget until they are killed. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { dropHeard } from '../../../src/privacy/retention.ts'
import { plant } from '../../privacy/planted.ts'
import { world } from '../../world.ts'
import { compiled } from './compiled.ts'

export async function forgetting() {
  const file = compiled('forget')
  const key = randomBytes(32)
  const w = await world({ key })
  const { zyx, ana, sha256 } = await plant(w)
  await zyx.run('privacy delete', { sure: 'waive' })
  w.at('2026-12-04T12:00:00Z')
  const { PATH, HOME } = process.env
  const env = {
    ...{ PATH, HOME, NODE_ENV: 'test', LOG_LEVEL: 'error', DATA_DIR: w.app.config.DATA_DIR },
    ...{ SECRET_KEY: key.toString('base64'), DATABASE_URL: w.url, PUBLIC_URL: 'https://go.glow.example' },
  }
  const wish = () => w.within((ctx) => ctx.db.erasure.findFirstOrThrow())
  return {
    w,
    sha256,
    wish,
    /** One process; says how it ended. */
    async run(point = '', hit = 1): Promise<string> {
      const given = [file, w.now.toISOString(), point, String(hit)]
      const child = spawn(process.execPath, given, { env, stdio: ['ignore', 'inherit', 'inherit'] })
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
      return signal ?? String(code)
    },
    /** How far it is, so that a step that was not committed is seen to be undone and one that was is seen to stay. */
    async far(): Promise<string> {
      const { state, rooms, cursor } = await wish()
      return `${state} ${rooms.length} ${cursor ?? ''}`
    },
    /** Their cases are decided; eighteen days on the doors have taken the roles away, what was held is ripe, and calls are kept no longer. */
    async ripen(): Promise<void> {
      for (const { id, kind } of await w.within((ctx) => ctx.db.case.findMany()))
        await ana.run('case decide', { case: id, verdict: kind === 'dispute' ? 'refuse' : 'release', reason: 'Looked at' })
      w.at('2026-12-22T14:00:00Z')
      await w.app.runJob('due')
      await w.within((ctx) => dropHeard(ctx, { lately: false }))
    },
    books: () =>
      w.within(
        (ctx) => ctx.db.$queryRaw`
          SELECT id, "from", "to", minor::text, at FROM "Transfer" WHERE key NOT LIKE 'waived:%' ORDER BY id`,
      ),
  }
}
