import { command } from '../../src/command.ts'
import { booksCard } from '../../src/ledger/cards-books.ts'
import { accountWords } from '../../src/ledger/rules-books.ts'
import { option } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'Give an account of the journal your own number',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: {
    account: option.choice('Account', accountWords),
    number: option.text('Your number', { max: 20, placeholder: '4760' }),
  },
  async run(ctx, { account, number }) {
    const before = policyOf(ctx.program).books
    const accounts = { ...before.accounts, [account]: number }
    const {
      now: { books },
    } = await changePolicy(ctx, { books: { ...before, accounts } })
    return booksCard(books, ctx.program.name)
  },
})
