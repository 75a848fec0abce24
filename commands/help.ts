import { type AnyCommand, command } from '../src/command.ts'
import type { Context, Role } from '../src/context.ts'
import { stepOf } from '../src/creators/rules.ts'
import { creatorOfPerson } from '../src/creators/service.ts'
import { type Block, type Button, buttons, card, facts, paragraph, strong } from '../src/kernel/card.ts'
import { atLeast, isFor } from '../src/people/service.ts'

export default command({
  description: 'What you may do here',
  role: 'anyone',
  visibility: 'private',
  options: {},
  async run(ctx) {
    const own = await creatorOfPerson(ctx, ctx.actor.personId)
    const step = stepOf(own, ctx.now, ctx.actor.zone)
    const next = nextSteps(ctx.actor, step, own !== null).filter((button) => 'run' in button && ctx.commands.has(button.run))
    return card(
      `Hello ${ctx.actor.name}`,
      opening(ctx.actor, step, ctx.program.name),
      buttons(...next.slice(0, 3)),
      ...(await groups(ctx)),
    )
  },
})

const headings: [Role | 'finance', string][] = [
  ['admin', 'For admins'],
  ['finance', 'For finance'],
  ['manager', 'For managers'],
  ['creator', 'For creators'],
  ['anyone', 'For everyone'],
]

/** What is for the asker, made from the commands themselves; where there is nothing to ask of them, it is not named. */
async function groups(ctx: Context): Promise<Block[]> {
  const listed: AnyCommand[] = []
  for (const cmd of ctx.commands.values() as Iterable<AnyCommand>)
    if (cmd.listed && isFor(ctx.actor, cmd) && !(await cmd.instead?.(ctx as never))) listed.push(cmd)
  return headings.flatMap(([role, heading]) => {
    const lines = listed
      .filter((cmd) => (cmd.finance ? 'finance' : cmd.role) === role)
      .sort((a, b) => a.name.localeCompare(b.name))
    if (lines.length === 0) return []
    return [paragraph(strong(heading)), facts(Object.fromEntries(lines.map((cmd) => [`/${cmd.name}`, cmd.description])))]
  })
}

type Asker = Pick<Context['actor'], 'role' | 'finance'>

function opening({ role, finance }: Asker, step: ReturnType<typeof stepOf>, program: string): string {
  if (atLeast(role, 'manager') || (finance && step === 'apply')) return `You help to run ${program}.`
  if (step === 'creator') return `Good to have you at ${program}. Here is what you can do.`
  if (step === 'accept') return 'Your application is almost done. The terms are the last step.'
  if (step === 'wait') return 'We have your application and will answer soon.'
  if (step === 'apply') return `Welcome. Join ${program}, share what you like, and earn on each sale.`
  return `Welcome to ${program}.`
}

function nextSteps({ role, finance }: Asker, step: ReturnType<typeof stepOf>, hasProfile: boolean): Button[] {
  if (atLeast(role, 'manager')) {
    return [
      { label: 'Review content', run: 'review queue', look: 'main' },
      { label: 'See applications', run: 'creator list', given: { state: 'applied' } },
      { label: 'Show worklist', run: 'home' },
      { label: 'Change settings', run: 'settings' },
    ]
  }
  if (step === 'creator') {
    return [
      { label: 'Show link', run: 'link', look: 'main' },
      { label: 'See missions', run: 'mission list' },
      { label: 'Show earnings', run: 'earnings' },
    ]
  }
  if (finance && step === 'apply') {
    return [
      { label: 'Show payouts', run: 'payout show', look: 'main' },
      { label: 'Show worklist', run: 'home' },
      { label: 'Change settings', run: 'settings' },
    ]
  }
  return [
    ...(step === 'apply' ? [{ label: 'Apply', run: 'apply', look: 'main' as const }] : []),
    { label: 'Read terms', run: 'terms read' },
    ...(hasProfile ? [{ label: 'Show profile', run: 'profile show' }] : []),
    { label: 'Change settings', run: 'settings' },
  ]
}
