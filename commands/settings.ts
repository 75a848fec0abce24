import { command } from '../src/command.ts'
import { creatorOfPerson, showAs } from '../src/creators/service.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { option, optional } from '../src/option.ts'
import { settingsCard } from '../src/people/cards.ts'
import { alerts, doors, languages, reaches } from '../src/people/rules.ts'
import { changeSettings } from '../src/people/settings.ts'
import { policyOf } from '../src/programs/rules.ts'

export default command({
  description: 'How and when we write to you',
  form: 'Change your settings',
  role: 'anyone',
  visibility: 'private',
  // What a form is needed for comes first: a form shows five options, the others are chosen on the card.
  options: {
    zone: optional(option.zone('Time zone')),
    quiet_from: optional(option.time('Quiet from')),
    quiet_to: optional(option.time('Quiet until')),
    pause: optional(option.text('Pause: days, a last day, or off', { max: 20, placeholder: '7' })),
    alias: optional(option.text('Alias on boards', { min: 2, max: 40 })),
    shown: optional(option.choice('On boards', { name: 'My name', alias: 'My alias', hidden: 'Hidden' })),
    alerts: optional(option.choice('Alerts', alerts)),
    messages: optional(option.choice('Digests and news', reaches)),
    language: optional(option.choice('Language of dates and amounts', languages)),
    door: optional(option.choice('First door', doors)),
  },
  async run(ctx, { shown, alias, quiet_from, quiet_to, messages, ...rest }) {
    const membership = await changeSettings(ctx, { ...rest, quietFrom: quiet_from, quietTo: quiet_to, reach: messages })
    let creator = await creatorOfPerson(ctx, ctx.actor.personId)
    const board = shown !== undefined || alias !== undefined
    if (board && !creator) throw new Refusal('not_allowed', 'Only creators appear on boards.', 'Join with /apply.')
    if (board && creator) creator = await showAs(ctx, creator.id, { shown, alias })
    const policy = policyOf(ctx.program)
    return settingsCard({
      membership,
      zone: membership.zone ?? ctx.program.zone,
      locale: membership.locale ?? ctx.program.locale,
      quietFrom: membership.quietFrom ?? policy.quietFrom,
      quietTo: membership.quietTo ?? policy.quietTo,
      now: ctx.now,
      creator,
      changed:
        board ||
        messages !== undefined ||
        quiet_from !== undefined ||
        quiet_to !== undefined ||
        Object.values(rest).some((value) => value !== undefined),
    })
  },
})
