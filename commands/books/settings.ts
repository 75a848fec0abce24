import { command } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { booksCard } from '../../src/ledger/cards-books.ts'
import { option, optional } from '../../src/option.ts'
import { changePolicy } from '../../src/programs/change.ts'
import { policyOf } from '../../src/programs/rules.ts'

export default command({
  description: 'Who stands on invoices as the payer, and the account numbers of the journal',
  form: 'Change the books',
  role: 'admin',
  finance: true,
  visibility: 'private',
  options: {
    legal_name: optional(option.text('Legal name', { max: 100 })),
    address: optional(option.text('Address, its lines apart by semicolons', { max: 300, placeholder: 'Ring 1; 10115 Berlin' })),
    country: optional(option.text('Country, two letters', { min: 2, max: 2, placeholder: 'DE' })),
    vat_id: optional(option.text('VAT id', { max: 20, placeholder: 'DE123456789' })),
  },
  async run(ctx, { legal_name, address, country, vat_id }) {
    const before = policyOf(ctx.program).books
    if (country !== undefined && !/^[a-z]{2}$/i.test(country))
      throw new Refusal('invalid', 'The country is not two letters.', 'Write it like DE.', 'country')
    const given = {
      legalName: legal_name,
      address,
      country: country?.toUpperCase(),
      vatId: vat_id?.toUpperCase().replaceAll(' ', ''),
    }
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    if (Object.keys(change).length === 0) return booksCard(before, ctx.program.name)
    const {
      now: { books },
    } = await changePolicy(ctx, { books: { ...before, ...change } })
    return booksCard(books, ctx.program.name)
  },
})
