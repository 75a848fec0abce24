/** One of the processes that carry the outbox at once; it tells when nothing is due any more. */
import { openChatApp } from './chat-process.ts'

const app = await openChatApp()
process.once('message', async () => {
  await app.runJob('deliver')
  process.send!('done')
  process.disconnect()
  await app.close()
})
process.send!('ready')
