import { command } from '../src/command.ts'
import { option, optional } from '../src/option.ts'
import { recapOf } from '../src/recognition/recap.ts'

export default command({
  description: 'Your month as a picture to share',
  role: 'creator',
  visibility: 'private',
  options: {
    month: optional(option.text('Which month (this one when empty)', { max: 7, placeholder: '2026-11' })),
    amounts: optional(option.boolean('With amounts')),
    theme: optional(option.choice('Look', { light: 'Light', dark: 'Dark' })),
  },
  async run(ctx, plan) {
    return recapOf(ctx, plan)
  },
})
