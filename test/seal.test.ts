import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSealer, readSecret } from '../src/seal.ts'

const sealer = createSealer(Buffer.alloc(32, 7))

test('what is sealed comes back, never as the same bytes twice', () => {
  const a = sealer.seal('whsec_secret')
  expect(a.equals(sealer.seal('whsec_secret'))).toBe(false)
  expect(a.includes('whsec')).toBe(false)
  expect(sealer.unseal(a).toString()).toBe('whsec_secret')
})

test('a changed byte or another key is refused', () => {
  const sealed = sealer.seal('plain')
  for (let i = 1; i < sealed.length; i++) {
    const changed = Buffer.from(sealed)
    changed[i]! ^= 1
    expect(() => sealer.unseal(changed)).toThrow()
  }
  expect(() => createSealer(Buffer.alloc(32, 8)).unseal(sealed)).toThrow()
})

test('the same shopper has another hash in another program', () => {
  expect(sealer.hash('prg_a', 'mia@example.com')).toBe(sealer.hash('prg_a', 'mia@example.com'))
  expect(sealer.hash('prg_a', 'mia@example.com')).not.toBe(sealer.hash('prg_b', 'mia@example.com'))
})

test('the secret is made once and readable by its owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-secret-'))
  const first = readSecret(undefined, folder)
  expect(first).toHaveLength(32)
  expect(readSecret(undefined, folder).equals(first)).toBe(true)
  expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600)
})

test('an empty or cut key file is refused instead of sealing with nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-secret-'))
  readSecret(undefined, folder)
  expect(readdirSync(folder)).toEqual(['secret.key'])
  writeFileSync(join(folder, 'secret.key'), '')
  expect(() => readSecret(undefined, folder)).toThrow(/secret\.key is damaged/)
})

test('after a key was replaced the former one opens and the new one seals; hashes and lasting marks stay those of the oldest', () => {
  const [first, second, third] = [1, 2, 3].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer]
  const old = createSealer(first)
  const now = createSealer(third, [second, first])
  for (const one of [old, createSealer(second), now]) expect(now.unseal(one.seal('words')).toString()).toBe('words')
  expect(() => old.unseal(now.seal('words'))).toThrow()
  expect(
    createSealer(third)
      .unseal(now.reseal(old.seal('words'))!)
      .toString(),
  ).toBe('words')
  expect(now.reseal(now.seal('words'))).toBeUndefined()
  expect(now.reseal(Buffer.from('no seal at all'))).toBeUndefined()
  expect(() => now.unseal(Buffer.alloc(40, 1))).toThrow()
  expect(now.hash('prg_a', 'mia')).toBe(old.hash('prg_a', 'mia'))
  expect(now.lasting('click')).toEqual(old.lasting('click'))
  expect(now.key('csrf')).toEqual(createSealer(third).key('csrf'))
})
