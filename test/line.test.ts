import { expect, test } from 'vitest'
import { refuseStray } from '../src/line.ts'

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
