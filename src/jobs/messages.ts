import { type JobContext, job } from '../job.ts'
import { dueBroadcasts } from '../messages/broadcasts.ts'
import { foldWaiting } from '../messages/fold.ts'
import { dueLetter } from '../messages/newsletter.ts'
import { planNudges } from '../messages/nudges.ts'
import { ensureSchedules, planAll, planIsDue } from '../messages/plan.ts'
import { forgetDays } from '../messages/push.ts'
import { sendDue } from '../messages/send.ts'

export default job({
  about: 'Plans and says digests, briefs, hints and news, each once, and in the morning what waited',
  everySeconds: 60,
  async run(app) {
    const failed: string[] = []
    for (const programId of await app.programs()) {
      try {
        await messagesOf(app, programId)
      } catch (err) {
        app.log.error({ err, programId }, 'messages of a program could not be said')
        failed.push(programId)
      }
    }
    if (failed.length > 0) throw new Error(`Messages could not be said in ${failed.join(', ')}.`)
  },
})

async function messagesOf(app: JobContext, programId: string): Promise<void> {
  await app.within(programId, async (ctx) => {
    await ensureSchedules(ctx)
    const plans = await planIsDue(ctx)
    if (plans) await dueLetter(ctx)
    await dueBroadcasts(ctx)
    await forgetDays(ctx)
    if (plans) await planAll(ctx, planNudges)
  })
  await sendDue(app, programId)
  await app.within(programId, foldWaiting)
}
