/** Calls on the disk until they are answered: what trouble with the disk, age and other processes do to them. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { type LeftCalls, openLeftCalls } from '../../src/platforms/left.ts'
import type { Call } from '../../src/platforms/platform.ts'
import { createSealer } from '../../src/seal.ts'

const base = mkdtempSync(join(tmpdir(), 'troupe-left-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const sealer = createSealer(randomBytes(32))
const now = new Date()
const said: string[] = []
const log = createLog('warn', { write: (line) => void said.push(line) })
const open = (folder: string, of = sealer): LeftCalls => openLeftCalls({ folder, sealer: of, log, clock: () => now })
const call = (eventId: string): Call => ({
  platform: 'discord',
  workspace: '1',
  place: '2',
  user: '3',
  userName: 'Mia',
  eventId,
  run: 'profile edit',
  given: { note: 'private words' },
  by: 'slash',
})

test('what one process leaves the next one finds, sealed, once and in order; what was answered is gone', async () => {
  const folder = join(base, 'two')
  const first = open(folder)
  const answered = await first.keep(call('a'))
  await first.keep(call('b'), 'x'.repeat(22))
  await answered()
  const [name] = readdirSync(join(folder, 'discord'))
  expect(readFileSync(join(folder, 'discord', name!)).toString('latin1')).not.toMatch(/private|profile/)
  expect(await first.at('discord'), 'a living process answers its own').toEqual([])
  expect(await open(folder, createSealer(randomBytes(32))).at('discord'), 'sealed with another key').toEqual([])
  const [left, ...more] = await open(folder).at('discord')
  expect(more).toEqual([])
  expect(left).toMatchObject({ call: call('b'), press: 'x'.repeat(22), at: now })
  expect(await open(folder).at('slack')).toEqual([])
  await left!.forget()
  expect(readdirSync(join(folder, 'discord'))).toEqual([])
})

test('what is a day old is taken away, at the start and beside the work', async () => {
  const folder = join(base, 'old')
  await open(folder).keep(call('a'))
  const age = () => {
    for (const name of readdirSync(join(folder, 'discord')))
      utimesSync(join(folder, 'discord', name), now, new Date(now.getTime() - 25 * 3_600_000))
  }
  age()
  expect(await open(folder).at('discord')).toEqual([])
  expect(readdirSync(join(folder, 'discord'))).toEqual([])
  await open(folder).keep(call('b'))
  age()
  await open(folder).keep(call('c'))
  await expect.poll(() => readdirSync(join(folder, 'discord'))).toHaveLength(1)
})

test('a disk that takes nothing keeps no call from being answered, and is told once', async () => {
  const folder = join(base, 'full')
  writeFileSync(folder, 'a file stands where the folder should be')
  said.length = 0
  const calls = open(folder)
  for (const id of ['a', 'b', 'c']) await (await calls.keep(call(id)))()
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('calls can not be written down')
  expect(await calls.at('discord')).toEqual([])
})

test('writing a call down takes a moment', async () => {
  const calls = open(join(base, 'quick'))
  const took: number[] = []
  for (let n = 0; n < 400; n++) {
    const began = performance.now()
    const answered = await calls.keep(call(`evt-${n}`))
    took.push(performance.now() - began)
    await answered()
  }
  took.sort((a, b) => a - b)
  expect(took[200]).toBeLessThan(5)
})
