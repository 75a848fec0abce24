import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSimulator, type Simulator, tell } from './simulator-door.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await openSimulator()
})
afterAll(() => simulator.w.close())

const stored = async () => {
  const { rows } = await simulator.w.app.database.owner.query<{ all: string }>(
    `SELECT coalesce(string_agg(card::text, ' '), '') AS all FROM "WebMessage"`,
  )
  return rows[0]!.all
}

test('a secret that is shown once stands in its reader’s chat and nowhere in plain words', async () => {
  const { w, sit } = simulator
  await w.admin('Root')
  const root = await sit('root')
  await tell(root, '/setup program rotate:generic')
  const typed = /whsec_[A-Za-z0-9+/=]+/.exec(root.words)?.[0]
  expect(typed).toBeDefined()
  expect(await stored()).not.toContain(typed)
  await tell(root, '/setup program')
  const message = root.messages.at(-1)!
  await root.post('/simulator/run', {
    in: 'start-here',
    event: 'rotate',
    message,
    press: JSON.stringify(root.button('Rotate generic secret')),
  })
  const pressed = [...root.words.matchAll(/whsec_[A-Za-z0-9+/=]+/g)].map(String).find((secret) => secret !== typed)
  expect(pressed).toBeDefined()
  expect(await stored()).not.toContain(pressed)
  expect(await stored()).not.toContain('whsec_')
})

test('what a channel reads is kept as it is', async () => {
  const { w, sit } = simulator
  await (await sit('mia')).go('/simulator?in=start-here')
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'open', { title: 'Open to all', tone: 'plain', blocks: [] }))
  await w.app.runJob('deliver')
  expect(await stored()).toContain('Open to all')
})
