import { command } from '../src/command.ts'
import { nextStepCard, termsCard } from '../src/creators/cards.ts'
import { niches, UNKNOWN_COUNTRY } from '../src/creators/rules.ts'
import { countryName, suggestCountries } from '../src/creators/rules-countries.ts'
import { ownRateAt } from '../src/creators/rules-rate.ts'
import { apply, creatorOfPerson } from '../src/creators/service.ts'
import { option } from '../src/option.ts'
import { mayBegin } from '../src/privacy/service.ts'
import { policyOf } from '../src/programs/rules.ts'
import { currentTerms } from '../src/programs/service.ts'

export default command({
  description: 'Join the program as a creator',
  role: 'anyone',
  visibility: 'private',
  options: {
    handle: option.text('Your main handle or profile', { max: 200, placeholder: '@mia.glow' }),
    niche: option.choice('Your niche', niches),
    country: option.text('Your country', {
      max: 60,
      placeholder: 'Germany',
      suggest: async (ctx, typed) => suggestCountries(typed, ctx.actor.locale).map((c) => ({ label: c.name, value: c.code })),
    }),
    email: option.email('Your e-mail'),
    adult_and_consent: option.choice('Age and consent', {
      yes: 'I am 18 or older, and you may store this to run the program',
      no: 'No',
    }),
  },
  async instead(ctx) {
    const known = await creatorOfPerson(ctx, ctx.actor.personId)
    return nextStepCard(known, policyOf(ctx.program).answerHours, ctx.now, ctx.actor.zone)
  },
  // Whoever corrects an application, or comes again, need not write it all anew.
  async begin(ctx) {
    const known = await creatorOfPerson(ctx, ctx.actor.personId)
    if (!known || known.erasedAt || !['applied', 'declined', 'left'].includes(known.state)) return undefined
    const { handle, niche, country, email } = known
    return { handle, niche, email, ...(country === UNKNOWN_COUNTRY ? {} : { country: countryName(country, ctx.actor.locale) }) }
  },
  async run(ctx, { handle, niche, country, email, adult_and_consent }) {
    await mayBegin(ctx, ctx.actor.personId)
    const creator = await apply(ctx, { handle, niche, country, email, adult: adult_and_consent === 'yes' })
    return termsCard(await currentTerms(ctx.db, ctx.program.id), ownRateAt(creator, ctx.now), 'One step left: the terms')
  },
})
