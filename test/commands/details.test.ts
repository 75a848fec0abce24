import { afterAll, beforeAll, expect, test } from 'vitest'
import { enter, german } from '../rooms/payees.ts'
import { enlist } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('gives a link to a page and never an account; also to whoever has left', async () => {
  const mia = await enlist(w, 'Mia')
  expect(await mia.run('details')).toMatch(
    /^Your payment details\nWe do not know yet where to send your money\.\n.*\n\[Enter details → https:\/\/go\.glow\.example\/details\/prg_\w+\.[\w-]{43}\]|Enter details/,
  )
  await enter(w, mia, german('Mia Lind'))
  expect(await mia.run('details')).toMatch(
    /Paid by +Bank transfer\nTo +IBAN DE that ends in 3000\nTax form +none needed[\s\S]*Last changes\n.*\n.*details entered for the first time/,
  )
  await mia.run('leave', { sure: 'yes' })
  expect(await mia.run('details')).toContain('Change details')
})

test('whoever is no creator is told so', async () => {
  expect(await (await w.applicant('Guest')).run('details')).toContain('Payment details are for creators of the program.')
})
