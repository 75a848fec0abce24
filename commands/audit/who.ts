import { command } from '../../src/command.ts'
import { trailCard } from '../../src/insight/cards-trail.ts'
import { trailOf } from '../../src/insight/trail.ts'
import { carried, option, optional } from '../../src/option.ts'
import { membershipOf } from '../../src/people/service.ts'
import { suggestPeople } from '../../src/people/suggest.ts'

export default command({
  description: 'What a member of this program did, newest first',
  role: 'admin',
  visibility: 'private',
  options: {
    person: option.id('person', 'Who', suggestPeople),
    day: optional(option.text('On which day', { max: 10, placeholder: '2026-11-20' })),
    before: carried(option.id('audit', 'Older than')),
  },
  async run(ctx, { person, day, before }) {
    const { name, personId } = await membershipOf(ctx, person)
    const trail = await trailOf(ctx, { person: personId, day, before })
    const given = { person, ...(day === undefined ? {} : { day }), before: trail.before ?? '' }
    const older = trail.before === undefined ? undefined : { label: 'Show older', run: 'audit who', given }
    return trailCard(`What ${name} did`, trail.acts, older)
  },
})
