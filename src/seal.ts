import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './kernel/refusal.ts'

/** Seals with AES-256-GCM and hashes with HMAC-SHA256; every use has its own key derived from one secret. */
export type Sealer = {
  seal: (plain: string | Buffer) => Buffer
  /** Throws when the bytes were changed or sealed with another key. */
  unseal: (sealed: Uint8Array) => Buffer
  /** Keyed one-way hash, hex, scoped so that two programs never share a hash of the same shopper. */
  hash: (scope: string, plain: string) => string
  /** The raw key for another use, such as click marks. */
  key: (use: string) => Buffer
}

export function createSealer(secret: Buffer): Sealer {
  const key = (use: string) => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `troupe:${use}`, 32))
  const sealKey = key('seal')
  const hashKey = key('hash')
  return {
    seal(plain) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv)
      return Buffer.concat([Buffer.from([1]), iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    unseal(sealed) {
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(1, 13))
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()])
    },
    hash: (scope, plain) => createHmac('sha256', hashKey).update(`${scope}\n${plain}`).digest('hex'),
    key,
  }
}

/**
 * The secret from SECRET_KEY, or one made on the first start and kept in the data folder (0600). It appears there whole or not at
 * all, whatever ends the process; a file that holds less is refused, for everything would be sealed with a key that others can guess.
 */
export function readSecret(secretKey: string | undefined, folder: string): Buffer {
  if (secretKey !== undefined) return Buffer.from(secretKey, 'base64')
  const file = join(folder, 'secret.key')
  if (!existsSync(file)) makeSecret(folder, file)
  const secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  if (secret.length < 32)
    throw new Refusal(
      'invalid',
      `The key in ${file} is damaged.`,
      'Put the file back from a copy, or give the key in SECRET_KEY.',
    )
  return secret
}

function makeSecret(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, randomBytes(32).toString('base64'), { mode: 0o600, flush: true })
  try {
    // Of two processes that begin in one folder, the first one's key is everybody's: a link never replaces.
    linkSync(fresh, file)
  } catch (error) {
    // A file system without hard links.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(fresh, file)
  }
  rmSync(fresh, { force: true })
}
