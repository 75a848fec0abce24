/** kill -9 in the middle of forgetting somebody: the next process goes on where it was, and in the end nothing is left of them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../src/ledger/audit.ts'
import { found, planted } from '../../privacy/planted.ts'
import { forgetting } from './forgetting.ts'

let stage: Awaited<ReturnType<typeof forgetting>>
let before: unknown
beforeAll(async () => {
  stage = await forgetting()
}, 240_000)
afterAll(() => stage?.w.close())

test('killed while they leave, and right after', async () => {
  expect(await stage.run('before step')).toBe('SIGKILL')
  expect(await stage.far()).toBe('asked 0 ')
  expect(await stage.run('after step')).toBe('SIGKILL')
  expect(await stage.far()).toBe('closing 0 ')
  await stage.ripen()
  before = await stage.books()
}, 120_000)

test.each([
  ['while it settles', 'before step', 1, 'closing 0 '],
  ['among the rooms', 'before step', 9, 'erasing 7 '],
  ['after the last room', 'after step', 9, 'erasing 16 '],
  ['among the posts', 'before step', 1, 'erasing 16 '],
])(
  'an erasure is killed %s',
  async (_, point, hit, far) => {
    expect(await stage.run(point, hit)).toBe('SIGKILL')
    expect(await stage.far()).toBe(far)
    expect(await stage.books()).toEqual(before)
  },
  120_000,
)

test.each(['before bytes', 'before note'])(
  'an erasure is killed %s: all rows are forgotten, and that files are to go is still known',
  async (point) => {
    expect(await stage.run(point)).toBe('SIGKILL')
    expect((await stage.wish()).state).toBe('done')
    expect((await stage.wish()).files).not.toEqual([])
  },
  120_000,
)

test('the next process leaves nothing of them, and the books as they were', async () => {
  const { w, sha256 } = stage
  expect(await stage.run()).toBe('0')
  expect(await stage.wish()).toMatchObject({ state: 'done', traces: null, files: [] })
  expect(await w.app.media.has(sha256)).toBe(false)
  for (const job of ['uploads', 'messages', 'deliver']) await w.app.runJob(job)
  expect(await found(w, [...Object.values(planted), 'zyxwena', 'quorv'])).toEqual([])
  expect(await stage.books()).toEqual(before)
  expect(await w.within(audit)).toEqual([])
}, 120_000)
