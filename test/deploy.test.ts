/** What the container is made of agrees with the code. That it comes up is shown by test/compose.long.test.ts, where Docker is at hand. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configSchema } from '../src/config.ts'
import { root } from './tidy/sources.ts'

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const keys = new Set(Object.keys(configSchema.shape))

test('the image copies what exists, runs what is built, and not as root', () => {
  const lines = read('Dockerfile').split('\n')
  const copied = lines.filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(/\s+/).slice(1, -1))
  expect(copied.length).toBeGreaterThan(5)
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
  expect(lines.findLast((line) => line.startsWith('USER'))).toBe('USER node')
  const set = [...read('Dockerfile').matchAll(/\b([A-Z_]{3,})=\S/g)].map((m) => m[1]!)
  expect(set.filter((name) => !keys.has(name))).toEqual([])
})

test('compose sets variables that Troupe reads, names every role once, and holds no secret', () => {
  const compose = read('compose.yaml')
  const block = /x-environment: &environment\n((?: {2}.*\n)+)/.exec(compose)![1]!
  const set = [...block.matchAll(/^ {2}([A-Z_]+):/gm)].map((m) => m[1]!)
  expect(set.length).toBeGreaterThan(5)
  expect(set.filter((name) => !keys.has(name))).toEqual([])
  expect([...compose.matchAll(/TROUPE_ROLES: (\w+)/g)].map((m) => m[1])).toEqual(['web', 'worker', 'bot'])
  expect(compose).not.toMatch(/PASSWORD: |:\/\/\w+:\w+@/)
  expect(compose).toMatch(/ports: \[["']127\.0\.0\.1:/)
})

test('the address of pages follows the port, and behind Caddy whoever sets it up is told to give it', () => {
  const compose = read('compose.yaml')
  expect(compose).toMatch(/ports: \["127\.0\.0\.1:\$\{PORT:-3000\}:3000"\]/)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: compose fills it in.
  expect(compose).toContain('PUBLIC_URL: ${PUBLIC_URL:-http://localhost:${PORT:-3000}}\n')
  for (const file of ['compose.yaml', 'docs/operations.md'])
    expect(
      read(file)
        .split('\n')
        .filter((line) => line.includes('--profile https')),
    ).toEqual([expect.stringMatching(/DOMAIN.*PUBLIC_URL=https:\/\/\$DOMAIN/)])
})

test('secrets are made once, differ between installations and reach Troupe through its entry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-secrets-'))
  const make = (name: string) => execFileSync(process.execPath, [join(root, 'deploy/secrets.mjs'), join(folder, name)])
  const secret = (name: string, file: string) => readFileSync(join(folder, name, file), 'utf8')
  make('a')
  const first = secret('a', 'secret-key')
  make('a')
  make('b')
  expect(secret('a', 'secret-key')).toBe(first)
  expect(Buffer.from(first, 'base64')).toHaveLength(32)
  expect(secret('b', 'secret-key')).not.toBe(first)
  expect(secret('a', 'database-url')).toContain(`:${secret('a', 'postgres-password')}@`)
  expect(statSync(join(folder, 'a', 'secret-key')).mode & 0o777).toBe(0o400)

  const entry = read('deploy/entry.sh').replaceAll('/secrets/', `${folder}/a/`)
  const started = (environment: Record<string, string>) =>
    execFileSync('/bin/sh', ['-c', entry, 'entry', '-p', 'process.env.DATABASE_URL + " " + process.env.SECRET_KEY'], {
      env: { PATH: process.env.PATH!, ...environment },
      encoding: 'utf8',
    }).trim()
  expect(started({})).toBe(`${secret('a', 'database-url')} ${first}`)
  expect(started({ DATABASE_URL: 'postgres://elsewhere/troupe' })).toBe(`postgres://elsewhere/troupe ${first}`)
  rmSync(folder, { recursive: true, force: true })
})

test('the unit of systemd starts what is built and leaves time for the drain', () => {
  const unit = read('deploy/troupe.service')
  expect(unit).toMatch(/ExecStart=.* dist\/src\/main\.js/)
  expect(unit).toMatch(/^UMask=0077$/m)
  expect(unit).toMatch(/^StateDirectoryMode=0700$/m)
  expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)![1])).toBeGreaterThan(10)
})

test('what the unit of systemd sets is nothing that a command beside it, such as a backup, would have to know', () => {
  const unit = read('deploy/troupe.service')
  expect([...unit.matchAll(/^Environment=(.*)$/gm)].map((m) => m[1])).toEqual(['NODE_ENV=production'])
  // Two readers of one file differ on `TOKEN=x # whose`, and what systemd says counts more.
  expect(unit).not.toMatch(/^EnvironmentFile/m)
  expect(unit).toMatch(/^# .*DATA_DIR=\/var\/lib\/troupe/m)
  expect(read('docs/operations.md')).toContain('DATA_DIR=/var/lib/troupe')
})
