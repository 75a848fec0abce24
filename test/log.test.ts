import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog, hidePasswords, openLogFile } from '../src/log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let out = ''
  write(
    createLog('info', {
      write: (line) => {
        out += line
      },
    }),
  )
  return out
}

test('secrets are redacted by key, three levels deep, and in errors and messages by shape', () => {
  const out = logged((log) => {
    log.info(
      { token: 'xoxb-1', config: { SECRET_KEY: 'k', nested: { password: 'p4ss' } } },
      'connecting to postgres://ana:hunter2@db/x',
    )
    log.error({ err: new Error('cannot reach redis://:hunter3@cache:6379') }, 'queue')
  })
  for (const secret of ['xoxb-1', '"k"', 'p4ss', 'hunter2', 'hunter3']) expect(out).not.toContain(secret)
  expect(out).toContain('[redacted]')
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toHaveLength(2)
})

test('tokens and mail addresses go, wherever they stand in a sentence; places in our code stay', () => {
  const hidden = hidePasswords(
    '550 <mia@example.com> for xoxb-123456789-abc, Bearer abcdefabcdefabcdef, sk_live_abcdefgh1234 and whsec_AAAABBBBCCCC',
  )
  expect(hidden).toBe('550 <[address]> for xoxb-[redacted], Bearer [redacted], sk_live_[redacted] and whsec_[redacted]')
  const place = 'at run (/srv/node_modules/@prisma/client/runtime/client.js:12:3) and Bot went away'
  expect(hidePasswords(place)).toBe(place)
})

test('hiding passwords is linear', () => {
  const began = performance.now()
  for (const part of ['a:', 'a.', 'Bearer ', 'xoxb-', 'a@a', 'a@a.']) hidePasswords(`//${part.repeat(100_000 / part.length)}`)
  expect(performance.now() - began).toBeLessThan(500)
})

test('a log in a file is for its owner alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-log-'))
  const path = join(folder, 'troupe.log')
  const file = await openLogFile(path)
  createLog('info', file).info('one')
  file.flushSync()
  expect(readFileSync(path, 'utf8')).toContain('one')
  expect(statSync(path).mode & 0o077).toBe(0)
  file.end()
  rmSync(folder, { recursive: true })
})
