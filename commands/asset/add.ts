import { assetCard } from '../../src/assets/cards.ts'
import { add } from '../../src/assets/service.ts'
import { suggestAllMissions } from '../../src/campaigns/service.ts'
import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'

export default command({
  description: 'Add brand material to the library: a file or an address',
  form: 'Add brand material',
  role: 'manager',
  visibility: 'private',
  options: {
    title: option.text('What it is', { max: 100 }),
    file: optional(option.file('The file')),
    url: optional(option.url('Or its address', { placeholder: 'https://…' })),
    note: optional(option.long('How to use it', { max: 500 })),
    until: optional(option.text('Last day, if there is one', { max: 10, placeholder: '2027-03-31' })),
    mission: optional(option.id('mission', 'For which mission, if not for all', suggestAllMissions)),
  },
  run: async (ctx, { mission, ...plan }) => assetCard('Added to the library', await add(ctx, { ...plan, missionId: mission })),
})
