import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import { openShare, shared } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
  await openShare(w)
})
afterAll(() => w.close())

test('an entry, or all from one address, is taken back and deleted with the next sweep', async () => {
  const ana = await w.manager('Ana')
  const one = await shared(w, { words: 'Lovely', rating: '5', email: 'Kim@Example.com' })
  const two = await shared(w, { words: 'Again', rating: '4', email: 'kim@example.com' })
  const other = await shared(w, { words: 'Mine', rating: '3', name: 'Bo' })
  expect((await ana.ask('privacy customer')).form).toBeDefined()
  expect((await ana.fill({})).text).toContain('Say which entry, or whose.')
  expect(await ana.run('privacy customer', { email: 'nobody@example.com' })).toContain('Nothing came with this address.')
  expect(await ana.run('privacy customer', { email: 'KIM@example.com' })).toContain('2 entries are taken back')
  expect(await ana.run('privacy customer', { share: other.row.id })).toContain('The entry is taken back')
  await w.app.runJob('shares')
  const left = await w.within((ctx) => ctx.db.share.findMany({ orderBy: { id: 'asc' } }))
  expect(left.map(({ id, words, name, emailHash }) => ({ id, words, name, emailHash }))).toEqual(
    [one, two, other]
      .map(({ row }) => ({ id: row.id, words: '', name: '', emailHash: null }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  )
  await one.kim.get(one.mine)
  expect(one.kim.words).not.toContain('Lovely')
})
