import { draftCard } from '../../src/campaigns/cards-campaign.ts'
import { draftFrom } from '../../src/campaigns/plans.ts'
import { campaignView } from '../../src/campaigns/queries.ts'
import { type Template, templates } from '../../src/campaigns/rules-templates.ts'
import { command } from '../../src/command.ts'
import { option } from '../../src/option.ts'

const choices = Object.fromEntries(Object.entries(templates).map(([name, { label }]) => [name, label])) as Record<
  Template,
  string
>

export default command({
  description: 'A new draft from a template',
  role: 'manager',
  visibility: 'private',
  options: { template: option.choice('Which template', choices) },
  async run(ctx, { template }) {
    const mission = await draftFrom(ctx, template)
    return draftCard(mission, await campaignView(ctx, mission))
  },
})
