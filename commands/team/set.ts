import { command } from '../../src/command.ts'
import { roleBy } from '../../src/creators/rules.ts'
import { creatorOfPerson } from '../../src/creators/service.ts'
import { toned } from '../../src/kernel/card.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { teamCard } from '../../src/people/cards.ts'
import { membershipOf, setFinance, setRole, team } from '../../src/people/service.ts'

export default command({
  description: 'Make someone a manager, an admin or a member of finance, or end it',
  role: 'admin',
  visibility: 'private',
  options: {
    person: option.id('person', 'Who', async (ctx, typed) => {
      const rows = await ctx.db.membership.findMany({
        where: { programId: ctx.program.id, mergedInto: null, name: { contains: typed, mode: 'insensitive' } },
        orderBy: { name: 'asc' },
        take: 25,
      })
      return rows.map((row) => ({ label: `${row.name} (${row.role})`, value: row.personId }))
    }),
    role: optional(option.choice('Role', { manager: 'Manager', admin: 'Admin', member: 'No longer on the team' })),
    finance: optional(option.choice('Sees money and takes part in payouts', { yes: 'Yes', no: 'No' })),
  },
  async run(ctx, { person, role: wanted, finance }) {
    if (wanted === undefined && finance === undefined)
      throw new Refusal('invalid', 'Nothing was changed.', 'Give a role, finance, or both.', 'role')
    const { name } = await membershipOf(ctx, person)
    if (wanted !== undefined) {
      await setRole(ctx, person, wanted === 'member' ? roleBy(await creatorOfPerson(ctx, person)) : wanted)
      await ctx.grant(person, 'manager', wanted !== 'member')
      await ctx.grant(person, 'admin', wanted === 'admin')
    }
    // Whoever leaves the team sees no money any more, unless it is said.
    const flag = finance === undefined ? (wanted === 'member' ? false : undefined) : finance === 'yes'
    if (flag !== undefined) await setFinance(ctx, person, flag)
    const said = [wanted && roleWords[wanted], finance && financeWords[finance]].filter((words) => !!words)
    return toned('good', teamCard(await team(ctx), `${name} ${said.join(' and ')}`))
  },
})

const roleWords = { manager: 'is a manager now', admin: 'is an admin now', member: 'is no longer on the team' }
const financeWords = { yes: 'sees money and takes part in payouts', no: 'takes no part in payouts' }
