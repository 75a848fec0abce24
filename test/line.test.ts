import { expect, test } from 'vitest'
import { closed, refuseStray } from '../src/line.ts'

const takes = { usage: 'npm run backup [-- file.zip]', most: 1 }

test('a flag and a word too many are refused with how it is typed, before anything is done', () => {
  expect(() => refuseStray(['--help'], takes)).toThrow('This takes no --help. Type: npm run backup [-- file.zip]')
  expect(() => refuseStray(['a.zip', 'b.zip'], takes)).toThrow('This takes no b.zip.')
  expect(() => refuseStray(['a.zip', 'postgres://ana:geheim@db.example/troupe'], takes)).toThrow(
    'This takes no postgres://ana:[redacted]@db.example/troupe.',
  )
  expect(() => refuseStray(['a.zip'], takes)).not.toThrow()
  expect(() => refuseStray([], takes)).not.toThrow()
})

test('what the system keeps from this user is one sentence with the path and what to do', () => {
  const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/var/lib/troupe/secret.key' })
  expect(closed(refused)).toBe(
    '/var/lib/troupe/secret.key is closed to this user (EACCES). Give this user the right to it, or run this as the user whose it is.',
  )
  expect(closed(Object.assign(new Error('gone'), { code: 'ENOENT', path: '/x' }))).toBeUndefined()
  expect(closed('EACCES')).toBeUndefined()
})
