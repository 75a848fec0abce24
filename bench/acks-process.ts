/** A bot process: it listens at the gateway and answers. It says 'ready' then, and how late its event loop was to whoever asks. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openChatApp } from './chat-process.ts'

/** How often the event loop is asked whether it is on time; what it says has this in it. */
const LOOK_MS = 5

const app = await openChatApp()
await app.platforms.get('discord')!.start()
const delay = monitorEventLoopDelay({ resolution: LOOK_MS })
delay.enable()
process.on('message', (word) => {
  if (word === 'forget') delay.reset()
  else process.send!(delay.percentile(99) / 1e6 - LOOK_MS)
})
process.once('disconnect', async () => {
  await app.close()
  process.exit(0)
})
process.send!('ready')
