// Makes the secrets of this installation once. Nothing has a default. Only Troupe's and PostgreSQL's containers see the folder; the one
// file that both read holds nothing but the password between them.
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '/secrets'
mkdirSync(folder, { recursive: true })
const keep = (name, mode, make) => {
  const file = join(folder, name)
  if (!existsSync(file)) {
    writeFileSync(file, make(), { mode, flag: 'wx', flush: true })
    // 1000 is the user `node` of the image.
    if (mode === 0o400 && process.getuid() === 0) chownSync(file, 1000, 1000)
    console.log(`made ${file}`)
  }
  return readFileSync(file, 'utf8')
}

const password = keep('postgres-password', 0o444, () => randomBytes(24).toString('base64url'))
keep('database-url', 0o400, () => `postgres://troupe:${password}@postgres:5432/troupe`)
keep('secret-key', 0o400, () => randomBytes(32).toString('base64'))
