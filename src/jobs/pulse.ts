import { job } from '../job.ts'

export default job({
  about: 'Shows that the worker and its bell are awake',
  everySeconds: 10,
  alarmSeconds: 35,
  async run() {
    // Its tick is all there is to it.
  },
})
