import { command } from '../src/command.ts'
import { restUnder } from '../src/insight/more.ts'
import { option } from '../src/option.ts'

export default command({
  description: 'The rest of a list that was too long for one message',
  role: 'anyone',
  visibility: 'private',
  listed: false,
  options: { id: option.text('Which list', { max: 22 }) },
  run: (ctx, { id }) => restUnder(ctx, id),
})
