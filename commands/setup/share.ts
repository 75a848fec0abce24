import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { option, optional } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'
import { setupCard } from '../../src/shares/cards.ts'
import { pageOf } from '../../src/shares/page.ts'

export default command({
  description: 'The public page where customers send photos, videos, stars and words',
  form: 'The page for customers',
  role: 'admin',
  visibility: 'private',
  options: {
    page: optional(option.choice('The page is', { on: 'Open', off: 'Closed' })),
    code: optional(option.text('Thank-you code of your shop, or none', { max: 40, placeholder: 'GLAD10' })),
    percent: optional(option.integer('What it takes off, in percent', { min: 1, max: 90 })),
  },
  async run(ctx, { page, code, percent }) {
    const before = policyOf(ctx.program)
    if (page === undefined && code === undefined && percent === undefined) return setupCard(pageOf(ctx, before), false)
    if (code !== undefined && !/^[\p{L}\p{N}_-]{2,40}$/u.test(code))
      throw new Refusal(
        'invalid',
        'A code has letters, digits and dashes, and no spaces.',
        'Write it like GLAD10, or none.',
        'code',
      )
    const { on, ...old } = before.share
    const none = code?.toLowerCase() === 'none'
    const word = none ? undefined : (code ?? old.code)
    const off = none ? undefined : (percent ?? (code === undefined ? old.percent : undefined))
    if (off !== undefined && word === undefined)
      throw new Refusal('invalid', 'There is no code that takes this off.', 'Give the code of your shop too.', 'code')
    const share = {
      on: page === undefined ? on : page === 'on',
      ...(word === undefined ? {} : { code: word }),
      ...(off === undefined ? {} : { percent: off }),
    }
    const { now } = await changePolicy(ctx, { share })
    return setupCard(pageOf(ctx, now), true)
  },
})
