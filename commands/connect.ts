import { command } from '../src/command.ts'
import { buttons, card, code, facts, toned } from '../src/kernel/card.ts'
import { option } from '../src/option.ts'
import { keepSecret } from '../src/programs/policy.ts'

export default command({
  description: 'Keep the signing secret that your shop shows you',
  role: 'admin',
  visibility: 'private',
  options: {
    source: option.choice('Which shop', { shopify: 'Shopify' }),
    secret: option.text('Signing secret', { min: 8, max: 200, secret: true }),
  },
  async run(ctx, { source, secret }) {
    await keepSecret(ctx, source, secret)
    const url = ctx.url(`/hooks/${source}/${ctx.program.id}`)
    return toned(
      'good',
      card(
        'Secret kept',
        'It is stored encrypted and never shown. The one before stays valid beside it.',
        facts({ 'Send webhooks to': [code(url)] }),
        buttons({ label: 'Show settings', run: 'setup program' }),
      ),
    )
  },
})
