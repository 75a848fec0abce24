import { job } from '../job.ts'
import { due } from '../ledger/announce.ts'

export default job({
  about: 'Tells the creators concerned of a rate or of terms that will be worse for them',
  async run(app, { program = '' }) {
    // Each round in a transaction of its own; what is not reached here is found when everything due is swept.
    while ((await app.within(program, due)) > 0) app.ring('deliver')
  },
})
