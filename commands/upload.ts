import { suggestMissions } from '../src/campaigns/service.ts'
import { command } from '../src/command.ts'
import { uploadCard } from '../src/content/cards-upload.ts'
import { suggestUnfinished } from '../src/content/service.ts'
import { offerUpload } from '../src/content/uploads.ts'
import { option, optional } from '../src/option.ts'

export default command({
  description: 'Send a large file from your phone: opens a page that takes up to 1 GB',
  role: 'creator',
  visibility: 'private',
  options: {
    mission: optional(option.id('mission', 'For which mission', suggestMissions)),
    submission: optional(option.id('submission', 'Changed content for', suggestUnfinished)),
  },
  async run(ctx, { mission, submission }) {
    return uploadCard(ctx.url(await offerUpload(ctx, { missionId: mission, submissionId: submission })))
  },
})
