/** Twelve seconds without a word from Slack, as a passing train of trouble makes them. */
import { test } from 'vitest'
import { slackStage } from './stage.ts'
import { fallSilent, played } from './trouble.ts'

const play = played(() => slackStage({ retries: [50, 100, 200] }), ['Mia'])

test('after a gap of twelve seconds the socket stands again, and what came meanwhile is answered once', async () => {
  play.expected.push('ack')
  await fallSilent(play.stage, 12_000)
}, 60_000)
