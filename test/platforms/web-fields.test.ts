import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSimulator, type Simulator } from './simulator-door.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await openSimulator()
})
afterAll(() => simulator.w.close())

test('a visitor’s name with NUL comes in without it; one of nothing else brings nobody', async () => {
  const visitor = await simulator.sit('mia')
  await visitor.post('/simulator/persona', { name: 'No\0or' })
  expect(visitor.status).toBe(200)
  expect(visitor.words).toContain('Noor Visitor')
  await visitor.post('/simulator/persona', { name: '\0' })
  expect(visitor.status).toBe(200)
  expect(visitor.words).toContain('Noor Visitor')
})

test('a name is never cut through a character', async () => {
  const visitor = await simulator.sit('mia')
  await visitor.post('/simulator/persona', { name: `${'x'.repeat(59)}🌵🌵` })
  expect(visitor.words).toContain(`${'x'.repeat(59)}🌵 Visitor`)
})

test('a brand’s name loses what cannot be kept, and may not be made of it', async () => {
  const maker = await simulator.sit('mia')
  await maker.post('/simulator/programs', { name: '\0 \0', currency: 'EUR', zone: 'Europe/Paris' })
  expect(maker.status).toBe(400)
  expect(maker.words).toContain('Give the brand a name')
  await maker.go('/simulator')
  const answer = await maker.fetch('/simulator/programs', {
    method: 'POST',
    body: JSON.stringify({ token: maker.token, name: 'Du\0ne \ud83c', currency: 'EUR', zone: 'Europe/Paris' }),
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
  })
  expect(answer.status).toBe(303)
  expect(await maker.go('/simulator')).toContain('Dune \ufffd')
})
