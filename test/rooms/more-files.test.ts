import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileInWords } from '../../src/command.ts'
import { due } from '../../src/insight/more.ts'
import { hours } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
})
afterAll(() => w.close())

test('a button that carries somebody’s file is kept for a day, one that names a thing of ours stays', async () => {
  const file = fileInWords({ platform: 'discord', ref: 'https://cdn.example/a', name: 'mia.png', bytes: 1, mime: 'image/png' })
  const left = await w.within(async (ctx) => {
    const press = (id: string, given: Record<string, string>, ago: number) => ({
      programId: ctx.program.id,
      id,
      run: 'submit',
      given,
      createdAt: hours(ctx.now, -ago),
    })
    await ctx.db.press.createMany({
      data: [press('old', { file }, 25), press('fresh', { file }, 23), press('plain', { mission: 'mis_1' }, 25)],
    })
    expect(await due(ctx)).toBe(1)
    return ctx.db.press.findMany({ where: { run: 'submit' }, orderBy: { id: 'asc' } })
  })
  expect(left.map(({ id }) => id)).toEqual(['fresh', 'plain'])
})
