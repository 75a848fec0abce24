import { expect, test } from 'vitest'
import { createLog, hidePasswords } from '../src/log.ts'

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

test('hiding passwords is linear', () => {
  const began = performance.now()
  hidePasswords(`//${'a:'.repeat(50_000)}`)
  expect(performance.now() - began).toBeLessThan(500)
})
