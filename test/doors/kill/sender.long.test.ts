/** kill -9 at every named point of the sender, at the first, second and a later time it comes by, and at moments of chance. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { points, type Senders, senders } from './stage.ts'

const names = Array.from({ length: 40 }, (_, n) => `Reader ${n}`)
let stage: Senders
beforeAll(async () => {
  stage = await senders(names)
}, 300_000)
afterAll(() => stage?.close())

test('killed at each point in turn and at random, everybody is told once', async () => {
  const { run, said, people, discord, slack } = stage
  let kills = 0
  for (const hit of [1, 2, 3])
    for (const point of points) {
      // Once everybody has a plan or a place, a point may not come by that often any more.
      if ((await run(point, hit)) === 'SIGKILL') kills++
    }
  expect(kills).toBeGreaterThanOrEqual(points.length)
  for (let n = 0; n < 20; n++) if ((await run('', 1, 1_500 + 400 * (n % 7))) === 'SIGKILL') kills++
  expect(await run()).toBe('0')
  expect(await run()).toBe('0')
  console.log(`${kills} kills, ${people} people`)
  expect(await said()).toEqual(Array(people).fill(1))
  expect(await discord.violations()).toEqual([])
  expect(await slack.violations()).toEqual([])
}, 3_600_000)
