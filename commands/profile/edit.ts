import { showKit } from '../../src/campaigns/kit.ts'
import { command } from '../../src/command.ts'
import { profileCard } from '../../src/creators/cards.ts'
import { niches } from '../../src/creators/rules.ts'
import { suggestCountries } from '../../src/creators/rules-countries.ts'
import { changeProfile, creatorOfPerson } from '../../src/creators/service.ts'
import { buttons, card, toned } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Change your handle, niche or country',
  role: 'anyone',
  visibility: 'private',
  options: {
    handle: optional(option.text('Your main handle or profile', { max: 200, placeholder: '@mia.glow' })),
    niche: optional(option.choice('Your niche', niches)),
    country: optional(
      option.text('Your country', {
        max: 60,
        placeholder: 'Germany',
        suggest: async (ctx, typed) => suggestCountries(typed, ctx.actor.locale).map((c) => ({ label: c.name, value: c.code })),
      }),
    ),
  },
  oneOf: ['handle', 'niche', 'country'],
  // Nobody types what there is no profile for.
  async instead(ctx) {
    if (await creatorOfPerson(ctx, ctx.actor.personId)) return null
    return card('Nothing to change', 'You have no profile yet.', buttons({ label: 'Apply', run: 'apply', look: 'main' }))
  },
  async run(ctx, wanted) {
    const own = await creatorOfPerson(ctx, ctx.actor.personId)
    if (!own) throw new Refusal('not_found', 'You have no profile yet.', 'Join with /apply.')
    if (Object.values(wanted).every((value) => value === undefined)) return profileCard(own, ctx.actor.locale)
    const changed = await changeProfile(ctx, own.id, wanted)
    // The words with which a post begins go by the country.
    if (changed.state === 'approved' && changed.termsAt && changed.country !== own.country) await showKit(ctx, changed)
    return toned('good', profileCard(changed, ctx.actor.locale, 'Saved'))
  },
})
