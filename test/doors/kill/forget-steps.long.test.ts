/** kill -9 at every step of forgetting somebody, before it is committed and right after: nothing of the step stands, or all of it. */
import { expect, test } from 'vitest'
import { forgetting } from './forgetting.ts'

test('each step is undone or done', async () => {
  const stage = await forgetting()
  const seen = new Set<string>()
  let before: unknown
  for (;;) {
    const there = await stage.far()
    seen.add(there)
    const ended = await stage.run('before step')
    if (ended === 'SIGKILL') {
      expect(await stage.far()).toBe(there)
      expect(await stage.run('after step')).toBe('SIGKILL')
      expect(await stage.far()).not.toBe(there)
      continue
    }
    expect(ended).toBe('0')
    if ((await stage.wish()).state === 'done') break
    await stage.ripen()
    before = await stage.books()
  }
  // Asked, left, settled, sixteen rooms, what was posted.
  expect(seen.size).toBeGreaterThanOrEqual(20)
  expect(await stage.books()).toEqual(before)
  await stage.w.close()
}, 600_000)
