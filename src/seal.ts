import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './db/folder.ts'
import { Refusal } from './kernel/refusal.ts'

/** Seals with AES-256-GCM and hashes with HMAC-SHA256; every use has its own key derived from one secret. */
export type Sealer = {
  /** Always with the newest secret. */
  seal: (plain: string | Buffer) => Buffer
  /** Throws when the bytes were changed or sealed with a key that is not ours, today's or a former one. */
  unseal: (sealed: Uint8Array) => Buffer
  /** The same sealed with the newest secret; undefined for what no former secret has sealed. */
  reseal: (sealed: Uint8Array) => Buffer | undefined
  /** Keyed one-way hash, hex, scoped so that two programs never share a hash of the same shopper. */
  hash: (scope: string, plain: string) => string
  /** The raw key for another use, such as marks of forms, which live for hours. */
  key: (use: string) => Buffer
  /** The same for marks that live on, such as those of clicks: of the oldest secret that is still known, as for hashes. */
  lasting: (use: string) => Buffer
  /** Prints of the secrets that open, the newest first. */
  prints: readonly string[]
}

/**
 * `before` are secrets that were replaced, the newest first. What they sealed still opens. Hashes and lasting marks can't be made anew,
 * so they stay those of the oldest secret for as long as it is given: shoppers and links stay the ones they were.
 */
export function createSealer(secret: Buffer, before: readonly Buffer[] = []): Sealer {
  const derive = (from: Buffer, use: string) => Buffer.from(hkdfSync('sha256', from, Buffer.alloc(0), `troupe:${use}`, 32))
  const key = (use: string) => derive(secret, use)
  const lasting = (use: string) => derive(before.at(-1) ?? secret, use)
  const sealKey = key('seal')
  const formerKeys = before.map((one) => derive(one, 'seal'))
  const hashKey = lasting('hash')
  const sealer: Sealer = {
    seal(plain) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv)
      return Buffer.concat([Buffer.from([1]), iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    unseal(sealed) {
      for (const former of [sealKey, ...formerKeys].slice(0, -1)) {
        const plain = opened(sealed, former)
        if (plain) return plain
      }
      return open(sealed, formerKeys.at(-1) ?? sealKey)
    },
    reseal(sealed) {
      for (const former of formerKeys) {
        const plain = opened(sealed, former)
        if (plain) return sealer.seal(plain)
      }
      return undefined
    },
    hash: (scope, plain) => createHmac('sha256', hashKey).update(`${scope}\n${plain}`).digest('hex'),
    key,
    lasting,
    prints: [secret, ...before].map(keyPrint),
  }
  return sealer
}

/** A seal is its version (1), twelve bytes of its own, the words and a proof of sixteen. */
const LEAST_BYTES = 29

function open(sealed: Uint8Array, key: Buffer): Buffer {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13))
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()])
}

function opened(sealed: Uint8Array, key: Buffer): Buffer | undefined {
  if (sealed.length < LEAST_BYTES || sealed[0] !== 1) return undefined
  try {
    return open(sealed, key)
  } catch {
    return undefined
  }
}

/** Names a secret without telling it; the database and backups carry it. */
export const keyPrint = (secret: Buffer): string =>
  createHash('sha256').update('troupe backup key\n').update(secret).digest('hex').slice(0, 16)

/** Prints of SECRET_KEY and of those before it; empty where the key is one of the data folder. */
export const givenPrints = ({ SECRET_KEY, SECRET_KEY_BEFORE = [] }: Omit<Keys, 'DATA_DIR'>): string[] =>
  SECRET_KEY === undefined ? [] : [SECRET_KEY, ...SECRET_KEY_BEFORE].map((one) => keyPrint(Buffer.from(one, 'base64')))

/** The sealer of a configuration; a secret is made where there is none. */
export function sealerOf(config: Keys): Sealer {
  const before = (config.SECRET_KEY_BEFORE ?? []).map((one) => Buffer.from(one, 'base64'))
  return createSealer(readSecret(config.SECRET_KEY, config.DATA_DIR), before)
}

/** Whether there is a key; one that is missing would be made. */
export const hasKey = ({ SECRET_KEY, DATA_DIR }: Keys): boolean =>
  SECRET_KEY !== undefined || existsSync(join(DATA_DIR, 'secret.key'))

export type Keys = { SECRET_KEY?: string | undefined; SECRET_KEY_BEFORE?: readonly string[] | undefined; DATA_DIR: string }

/**
 * The secret from SECRET_KEY, or one made on the first start and kept in the data folder (0600). It appears there whole or not at
 * all, whatever ends the process; a file that holds less is refused, for everything would be sealed with a key that others can guess.
 */
export function readSecret(secretKey: string | undefined, folder: string): Buffer {
  if (secretKey !== undefined) return Buffer.from(secretKey, 'base64')
  const file = join(folder, 'secret.key')
  if (!existsSync(file)) makeSecret(folder, file)
  let secret = secretIn(readFileSync(file))
  // Without links it is written in its place, perhaps at this moment.
  for (let tries = 0; secret.length === 0 && tries < 10; tries++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    secret = secretIn(readFileSync(file))
  }
  if (secret.length < 32)
    throw new Refusal(
      'invalid',
      `The key in ${file} is damaged.`,
      'Put the file back from a copy, or give the key in SECRET_KEY.',
    )
  return secret
}

/** What a `secret.key` holds. */
export const secretIn = (file: Buffer): Buffer => Buffer.from(file.toString('utf8').trim(), 'base64')

function makeSecret(folder: string, file: string): void {
  makeFolder(folder)
  // Not by the number of the process, which another one in the next container has as well.
  const fresh = `${file}.${randomBytes(8).toString('hex')}`
  const words = randomBytes(32).toString('base64')
  const once = { mode: 0o600, flag: 'wx', flush: true }
  writeFileSync(fresh, words, once)
  try {
    // Of all processes that begin in one folder, the first one's key is everybody's: neither of these replaces it.
    unlessThere(() => linkSync(fresh, file))
  } catch {
    // A file system without hard links.
    unlessThere(() => writeFileSync(file, words, once))
  } finally {
    rmSync(fresh, { force: true })
  }
}

function unlessThere(make: () => void): void {
  try {
    make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
