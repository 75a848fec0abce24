import { command } from '../../src/command.ts'
import { roleBy } from '../../src/creators/rules.ts'
import { creatorOfPerson } from '../../src/creators/service.ts'
import { toned } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { endAddresses } from '../../src/people/addresses.ts'
import { teamCard } from '../../src/people/cards.ts'
import { askedCard } from '../../src/people/cards-mail.ts'
import { endOffers, offerAddress } from '../../src/people/invitations.ts'
import { membershipOf, setFinance, setRole, team } from '../../src/people/service.ts'
import { suggestPeople } from '../../src/people/suggest.ts'

export default command({
  description: 'Make someone a manager, an admin or a member of finance, let them sign in by e-mail, or end it',
  role: 'admin',
  visibility: 'private',
  options: {
    person: option.id('person', 'Who', suggestPeople),
    role: optional(option.choice('Role', { manager: 'Manager', admin: 'Admin', member: 'No longer on the team' })),
    finance: optional(option.choice('Sees money and takes part in payouts', { yes: 'Yes', no: 'No' })),
    email: optional(option.email('E-mail that signs them in')),
    end_email: optional(option.choice('End their e-mail sign-in', { yes: 'Yes' })),
  },
  async run(ctx, { person, role: wanted, finance, email, end_email }) {
    if ([wanted, finance, email, end_email].every((given) => given === undefined))
      throw new Refusal('invalid', 'Nothing was changed.', 'Give a role, finance, or an e-mail address.', 'role')
    const { name } = await membershipOf(ctx, person)
    if (wanted === 'member') await endOffers(ctx, person)
    const ended = end_email === 'yes' ? await endAddresses(ctx, person) : undefined
    const asked = email === undefined ? undefined : await offerAddress(ctx, person, email)
    if (wanted !== undefined) {
      await setRole(ctx, person, wanted === 'member' ? roleBy(await creatorOfPerson(ctx, person)) : wanted)
      await ctx.grant(person, 'manager', wanted !== 'member')
      await ctx.grant(person, 'admin', wanted === 'admin')
    }
    // Whoever leaves the team sees no money any more, unless it is said.
    const flag = finance === undefined ? (wanted === 'member' ? false : undefined) : finance === 'yes'
    if (flag !== undefined) await setFinance(ctx, person, flag)
    if (email !== undefined && asked && wanted === undefined && finance === undefined) return askedCard(name, email, asked)
    const said = [
      wanted && roleWords[wanted],
      finance && financeWords[finance],
      ended !== undefined && 'is signed out and signs in by e-mail no more',
      asked && 'is asked by mail to confirm the address',
    ].filter((words) => !!words)
    return toned('good', teamCard(await team(ctx), `${name} ${said.join(' and ')}`))
  },
})

const roleWords = { manager: 'is a manager now', admin: 'is an admin now', member: 'is no longer on the team' }
const financeWords = { yes: 'sees money and takes part in payouts', no: 'takes no part in payouts' }
