/** kill -9 at points of the sender, on Discord and on Slack: nobody is left out and nobody is told twice. The long run has every point. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Senders, senders } from './stage.ts'

let stage: Senders
beforeAll(async () => {
  stage = await senders(['Mia', 'Ben', 'Zoe'])
}, 240_000)
afterAll(() => stage?.close())

test.each(['after plan', 'after say', 'after claim', 'after open', 'after send', 'before settle'])(
  'killed %s',
  async (point) => {
    expect(await stage.run(point)).toBe('SIGKILL')
  },
  90_000,
)

test('everybody is told once', async () => {
  const { run, said, people, discord, slack } = stage
  expect(await run()).toBe('0')
  expect(await said()).toEqual(Array(people).fill(1))
  expect(await discord.violations()).toEqual([])
  expect(await slack.violations()).toEqual([])
}, 120_000)
