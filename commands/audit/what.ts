import { command } from '../../src/command.ts'
import { trailCard } from '../../src/insight/cards-trail.ts'
import { trailOf } from '../../src/insight/trail.ts'
import { carried, option, optional } from '../../src/option.ts'

export default command({
  description: 'Who did something: a command such as payout confirm, or anything with an id such as sub_…',
  role: 'admin',
  visibility: 'private',
  options: {
    about: option.text('Command or id', { max: 100, placeholder: 'payout confirm' }),
    day: optional(option.text('On which day', { max: 10, placeholder: '2026-11-20' })),
    before: carried(option.id('audit', 'Older than')),
  },
  async run(ctx, { about, day, before }) {
    const trail = await trailOf(ctx, { about, day, before })
    const given = { about, ...(day === undefined ? {} : { day }), before: trail.before ?? '' }
    const older = trail.before === undefined ? undefined : { label: 'Show older', run: 'audit what', given }
    return trailCard(`Who did ${about}`, trail.acts, older)
  },
})
