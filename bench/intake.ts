// Webhook intake whose burst shares its commits against the same checks with one transaction for each webhook. A throughput counts
// only when every acknowledged id is found in the inbox, once.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Bench, sideBySide } from './side-by-side.ts'
import { exactness, load, signer } from './webhooks.ts'
import type { Intakes } from './webhooks-process.ts'

export const bench: Bench = async ({ short }) => {
  const child = fork(fileURLToPath(new URL('./intake-process.js', import.meta.url)), { stdio: 'inherit' })
  const gone = once(child, 'exit')
  try {
    const [intakes] = (await once(child, 'message')) as [Intakes]
    const seconds = short ? 3 : 15
    const sign = signer(intakes)
    const acked = new Set<string>()
    const result = await sideBySide(
      short ? 3 : 7,
      () => load(child, intakes.bare, seconds, sign, acked),
      () => load(child, intakes.ours, seconds, sign, acked),
    )
    const { lost, twice } = await exactness(intakes, acked)
    const errors = result.turns.reduce((sum, { a, b }) => sum + a.errors! + b.errors!, 0)
    const gates = {
      'twice as many a second as one transaction each (median of pairs)': result.ratio >= 2,
      'every acknowledged delivery is in the inbox, once': acked.size > 0 && lost === 0 && twice === 0,
      'no request failed': errors === 0,
    }
    return {
      name: 'intake',
      claim: 'signed webhooks, each committed before its 2xx, against the same with one transaction for each',
      main: 'times as fast (median of pairs)',
      exact: 'every acknowledged delivery is in the inbox, once',
      passed: Object.values(gates).every(Boolean),
      gates,
      figures: {
        'times as fast (median of pairs)': result.ratio,
        'each pair': result.ratios,
        'ours per second': Math.round(result.b.perSecond),
        'one transaction each, per second': Math.round(result.a.perSecond),
        'ours p99 ms': result.b.p99,
        'one transaction each, p99 ms': result.a.p99,
        acked: acked.size,
        lost,
        twice,
      },
      rounds: { 'one transaction each, ours': result.turns },
    }
  } finally {
    if (child.connected) child.disconnect()
    await gone
  }
}
