import { afterAll, beforeAll, expect, test } from 'vitest'
import { resealAll } from '../../src/db/reseal.ts'
import { createSealer } from '../../src/seal.ts'
import { secretOf, type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const [first, second, third] = [1, 2, 3].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer]

test('a whole house goes on under another key: everything that it sealed opens, and nothing is left under the former one', async () => {
  const mia = await w.applicant('Mia')
  await mia.ask('help')
  const secret = await secretOf(w.app, w.programId, 'generic')
  const rotated = { ...createSealer(third), reseal: (sealed: Uint8Array) => reopen(sealed) }
  const reopen = (sealed: Uint8Array) => {
    try {
      return createSealer(third).seal(w.app.sealer.unseal(sealed))
    } catch {
      return undefined
    }
  }
  expect(await resealAll(w.url, rotated)).toBeGreaterThan(1)
  expect(await resealAll(w.url, rotated)).toBe(0)
  Object.assign(w.app.sealer, createSealer(third))
  expect(await secretOf(w.app, w.programId, 'generic')).toBe(secret)
})

test('what a former key sealed is sealed anew, wherever it lies: bytes, words and deep in JSON', async () => {
  const former = createSealer(first)
  const inWords = (words: string) => former.seal(words).toString('base64')
  const id = await w.within(async (ctx) => {
    const { db, now } = ctx
    const key = { programId: w.programId, source: 'generic' }
    await db.connection.update({
      where: { programId_source: key },
      data: { secrets: [inWords('new'), inWords('old')], keys: inWords('{}') },
    })
    const draft = {
      ...{ programId: w.programId, personId: 'per_x', run: 'x' },
      values: { a: 'plain', b: { sealed: inWords('typed') } },
    }
    await db.draft.create({ data: { ...draft, expiresAt: now } })
    const heard = {
      source: 'generic',
      externalId: 'x',
      state: 'done',
      bodyHash: 'x',
      receivedAt: now,
      answer: { sealed: inWords('card') },
    }
    const row = { id: ctx.id('inbox'), programId: w.programId, ...heard, body: Uint8Array.from(former.seal('body')) }
    return (await db.inbox.create({ data: row })).id
  })
  const rotated = createSealer(second, [first])
  expect(await resealAll(w.url, rotated)).toBe(6)
  expect(await resealAll(w.url, rotated)).toBe(0)

  const after = createSealer(second)
  const opened = (words: unknown) => after.unseal(Buffer.from(String(words), 'base64')).toString()
  await w.within(async ({ db }) => {
    const row = await db.inbox.findFirstOrThrow({ where: { id } })
    expect(after.unseal(row.body!).toString()).toBe('body')
    expect(opened((row.answer as { sealed: string }).sealed)).toBe('card')
    const { secrets, keys } = await db.connection.findFirstOrThrow({ where: { source: 'generic' } })
    expect((secrets as string[]).map(opened)).toEqual(['new', 'old'])
    expect(opened(keys)).toBe('{}')
    const { values } = await db.draft.findFirstOrThrow({ where: { run: 'x' } })
    expect(values).toMatchObject({ a: 'plain' })
    expect(opened((values as { b: { sealed: string } }).b.sealed)).toBe('typed')
  })
})
