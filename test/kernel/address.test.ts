import { expect, test } from 'vitest'
import { addressOf } from '../../src/kernel/address.ts'

test('an address with letters beyond ASCII is read the ten thousandth time as the first', () => {
  for (let n = 0; n < 10_000; n++)
    if (addressOf(`https://bücher.example/${n}`)?.host !== 'xn--bcher-kva.example') throw new Error(`${n}`)
  expect(addressOf('bücher')).toBeUndefined()
  expect(addressOf('/a', 'https://shop.example')?.href).toBe('https://shop.example/a')
})
