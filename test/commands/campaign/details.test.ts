import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'
import { drafted } from './stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('details are kept one by one, a dash takes one away, and what is wrong names its field', async () => {
  const ana = await w.manager('Ana')
  const mission = await drafted(w)
  await ana.run('campaign details', { mission, do: 'Daylight', do_not: 'Filters', links: 'https://shop.example.com/serum' })
  const text = await ana.run('campaign details', { mission, do_not: '-', hashtags: '#glow morning' })
  expect(text).toContain('Daylight')
  expect(text).toContain('https://shop.example.com/serum')
  expect(text).toContain('#glow #morning')
  expect(text).not.toContain('Filters')
  expect(await ana.run('campaign details', { mission, links: 'http://shop.example.com' })).toContain('does not belong here')
})

test('the form begins with what the mission says, and with what was typed wrong about this mission alone', async () => {
  const ana = await w.manager('Bea')
  const mission = await drafted(w)
  const other = await drafted(w)
  const fields = async (run: string, id: string) => {
    const { form } = await ana.ask(run, { mission: id, '?': 'form' })
    return Object.fromEntries(form!.fields.map(({ name, value }) => [name, value]))
  }
  await ana.run('campaign details', { mission, do: 'Daylight', hashtags: 'glow' })
  await ana.run('campaign audience', { mission, countries: 'de at' })
  expect(await fields('campaign details', mission)).toMatchObject({ do: 'Daylight', hashtags: '#glow' })
  expect(await fields('campaign audience', mission)).toMatchObject({ countries: 'DE, AT' })
  const basics = await fields('campaign edit', mission)
  // Sent as it is, it changes nothing.
  const before = await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: mission } }))
  const given = Object.fromEntries(Object.entries(basics).filter((pair): pair is [string, string] => pair[1] !== undefined))
  const scope = Object.entries(await fields('campaign scope', mission)).filter((pair): pair is [string, string] => !!pair[1])
  await ana.run('campaign edit', { mission, ...given })
  await ana.run('campaign scope', { mission, ...Object.fromEntries(scope) })
  expect(await w.within((ctx) => ctx.db.mission.findUniqueOrThrow({ where: { id: mission } }))).toEqual(before)
  await ana.run('campaign details', { mission, do: 'Dusk', links: 'http://shop.example.com' })
  expect(await fields('campaign details', mission)).toMatchObject({ do: 'Dusk', links: 'http://shop.example.com' })
  expect((await fields('campaign details', other)).do).not.toBe('Dusk')
})
