import { expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { reaching } from '../../src/db/reach.ts'
import { createLog } from '../../src/log.ts'
import { openBell } from '../../src/queue.ts'
import { stranger } from './stranger.ts'

test('a user without rights, a wrong password and an empty address are one sentence each', async () => {
  const meek = await stranger('troupe_meek', '', false)
  await expect(reaching(() => migrate(meek.url))).rejects.toThrow(/may not do all that Troupe needs: permission denied.*owner/)
  const wrong = meek.url.replace(':x@', ':y@')
  await expect(reaching(() => migrate(wrong))).rejects.toThrow(/is refused by PostgreSQL: password.*Correct the user/)
  await expect(reaching(() => migrate('postgres://a:b@127.0.0.1:1/c'))).rejects.toThrow(/nothing answers there/)
  await meek.end()
})

test('a Redis that is not there is one sentence', async () => {
  const log = createLog('silent')
  await expect(openBell('redis://127.0.0.1:1', new Map(), log)).rejects.toThrow(/^QUEUE_URL can't be reached: nothing answers/)
})

test('an owner who passes row-level security without being a superuser works as the role that does not', async () => {
  const cloudy = await stranger('troupe_cloudy', 'CREATEROLE BYPASSRLS', true)
  // What PostgreSQL gives to whoever creates a role: they may give it to others, but not take it on.
  await cloudy.admin.query('GRANT troupe_app TO troupe_cloudy WITH ADMIN TRUE, SET FALSE, INHERIT FALSE')
  await migrate(cloudy.url)
  const database = await openDatabase(cloudy.url)
  expect((await database.pool.query('SELECT current_user AS name')).rows).toEqual([{ name: 'troupe_app' }])
  await database.close()
  await cloudy.admin.query('REVOKE troupe_app FROM troupe_cloudy CASCADE')
  await cloudy.end()
})
