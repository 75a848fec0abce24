import { command } from '../../src/command.ts'
import { roleBy } from '../../src/creators/rules.ts'
import { creatorOfPerson } from '../../src/creators/service.ts'
import { toned } from '../../src/kernel/card.ts'
import { option } from '../../src/option.ts'
import { teamCard } from '../../src/people/cards.ts'
import { managers, membershipOf, setRole } from '../../src/people/service.ts'

export default command({
  description: 'Make someone a manager or an admin, or end it',
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
    role: option.choice('Role', { manager: 'Manager', admin: 'Admin', member: 'No longer on the team' }),
  },
  async run(ctx, { person, role: wanted }) {
    const { name } = await membershipOf(ctx, person)
    await setRole(ctx, person, wanted === 'member' ? roleBy(await creatorOfPerson(ctx, person)) : wanted)
    await ctx.grant(person, 'manager', wanted !== 'member')
    await ctx.grant(person, 'admin', wanted === 'admin')
    const said = { manager: 'is a manager now', admin: 'is an admin now', member: 'is no longer on the team' }[wanted]
    return toned('good', teamCard(await managers(ctx), `${name} ${said}`))
  },
})
