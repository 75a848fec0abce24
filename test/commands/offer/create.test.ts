import { afterAll, beforeAll, expect, test } from 'vitest'
import { order, tell } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what is no offer is refused with the field and the fix; the same name is not given twice', async () => {
  const ana = await w.manager('Ana')
  const make = (more: Record<string, string>) => ana.run('offer create', { name: 'Sale', ends: '2026-12-01', ...more })
  expect(await make({})).toContain('An offer gives shoppers something.')
  expect(await make({ discount: '200 %' })).toContain('A percentage is from 1 to 100.')
  expect(await make({ discount: '20 %', ends: '2026-11-01' })).toContain('before it begins')
  expect(await make({ discount: '20 %', ends: 'soon' })).toContain('Write it like 2026-11-27')
  expect(await make({ destination: 'https://evil.example/' })).toContain('is not one of the program’s shops')
  expect(await make({ discount: '20 %', minimum: '-5' })).toContain('An order is worth something.')
  expect(await make({ discount: '20 %', tag: 'vip, summer' })).toContain('Only one tag fits here.')
  expect(await make({ discount: 'Free shipping', tag: '#VIP' })).toMatch(
    /Discount +Free shipping[\s\S]*Until +Tue, Dec 1, 2026, 10:59 PM UTC[\s\S]*creators with the tag vip[\s\S]*on now/,
  )
  expect(await make({ discount: '5.00' })).toContain('There was an offer of this name before.')
  expect(await make({ name: 'Five', discount: '5.00', on: 'codes', uses: '100' })).toMatch(
    /€5\.00 off[\s\S]*100 times[\s\S]*all codes/,
  )
  const mia = await w.creator('Mia')
  expect(await mia.run('offer create', { name: 'X', ends: '2026-12-01' })).toContain('is for managers')
  expect(await mia.run('code')).toMatch(
    /MIA10 takes €5\.00 off for shoppers[\s\S]*That is “Five”, until Tue, Dec 1, 2026, 10:59 PM UTC/,
  )
  await tell(w, order('five', { codes: ['MIA10'], at: '2026-11-20T12:00:00Z' }))
  expect(await mia.run('why', { order: '#five' })).toMatch(/Offer +“Five”, until Tue, Dec 1, 2026, 10:59 PM UTC/)
})

test('what begins later changes nothing of what a link and a code do now', async () => {
  const eve = await w.manager('Eve')
  const lou = await w.creator('Lou')
  const { id: offer } = await w.within((ctx) => ctx.db.offer.findFirstOrThrow({ where: { name: 'Five' } }))
  await eve.run('offer end', { offer })
  const make = (more: Record<string, string>) => eve.run('offer create', { ends: '2026-11-30', creator: lou.creatorId, ...more })
  await make({ name: 'Gift wrap', discount: 'A gift wrap', ends: '2026-11-28' })
  await make({ name: 'Cyber', discount: '30 %', destination: '/cyber', starts: '2026-11-27' })
  const link = await lou.run('link')
  expect(link).toMatch(
    /“Gift wrap” is on: A gift wrap\. It runs until Sat, Nov 28, 2026, 10:59 PM UTC\.\nLeads to shop\.example\.com \(/,
  )
  expect(link).not.toContain('cyber')
  expect(await lou.run('code')).toContain('“Gift wrap” is on until Sat, Nov 28, 2026, 10:59 PM UTC: A gift wrap.')
  w.at('2026-11-27T12:00:00Z')
  expect(await lou.run('link')).toMatch(
    /It leads to shop\.example\.com\/cyber .* until Mon, Nov 30[\s\S]*After that it leads to shop\.example\.com \(.*\) again\./,
  )
})
