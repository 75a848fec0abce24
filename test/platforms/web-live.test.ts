import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { openLive } from '../../src/platforms/web/live.ts'
import type { Visitor } from '../browse.ts'
import type { World } from '../world.ts'
import { openSimulator, postOf, type Simulator } from './simulator-door.ts'

let w: World
let web: Platform
let sit: Simulator['sit']
beforeAll(async () => {
  ;({ w, web, sit } = await openSimulator())
})
afterAll(() => w.close())

/** Reads places from the stream until one is there. */
async function heardFrom(visitor: Visitor, act: () => Promise<unknown>, wanted: string): Promise<string[]> {
  const stop = new AbortController()
  const answer = await visitor.fetch('/simulator/events', { signal: stop.signal })
  const places: string[] = []
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      for (const [, data] of decoder.decode(chunk).matchAll(/^data: (.*)$/gm))
        places.push((JSON.parse(data!) as { place: string }).place)
      if (places.includes(wanted)) return
    }
  })()
  await act()
  await Promise.race([
    reading,
    new Promise((_, reject) => setTimeout(() => reject(new Error(`Nothing was heard of ${wanted}.`)), 5_000).unref()),
  ])
  stop.abort()
  return places
}

test('tells of a new message, and not of places that are not one’s own', async () => {
  const mia = await sit('mia')
  const wins = `${w.programId}:wins`
  const heard = await heardFrom(
    mia,
    async () => {
      await web.post(w.programId, `${w.programId}:managers`, postOf('l1', card('Hidden')))
      await web.post(w.programId, wins, postOf('l2', card('Seen')))
    },
    wins,
  )
  expect(heard).toEqual([wins])
})

test('hears another process through the database', async () => {
  const other = openLive(w.app.database, w.app.log, 'another-process')
  const mia = await sit('mia')
  const wins = `${w.programId}:wins`
  // LISTEN begins with the first page that asks; its connection may need a moment.
  const again = setInterval(() => other.tell({ place: wins }), 50)
  expect(await heardFrom(mia, async () => {}, wins)).toContain(wins)
  clearInterval(again)
  await other.stop()
})
