import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../kernel/refusal.ts'
import { argumentsOf, startOf } from '../pid.ts'
import { enterable, invocation, lastLine, outside, places, type Runner, runnerFor, type User, type Way } from './binaries.ts'
import { diskFull, saysFull } from './folder.ts'

export const OWNER = 'troupe_owner'

/** A cluster on disk, ready to be started: its folder, the way to run it and its owner's password. */
export type Cluster = { data: string; runner: Runner; password: string }

/** Finds or makes the cluster in `<dir>/postgres`, and stops a server that a killed run left behind in it. */
export async function prepareCluster(dir: string, durable: boolean, forced?: Way): Promise<Cluster> {
  const found = placeOf(dir)
  await stopOrphan(found)
  // A new one that root makes is for whoever owns the folder.
  const runner = runnerFor(ownerOf(found) ?? (process.getuid?.() === 0 ? ownerOf(dir) : null), dir, forced)
  const data = settle(dir, found, runner)
  const { password, fresh } = passwordOf(dir)
  if (!fs.existsSync(join(data, 'PG_VERSION'))) initialise(data, runner, password, durable)
  else if (fresh) setPassword(data, runner, password)
  return { data, runner, password }
}

/** Where the files lie now: `<dir>/postgres`, or the folder outside that it links to. */
function placeOf(dir: string): string {
  const data = join(dir, 'postgres')
  if (!fs.lstatSync(data, { throwIfNoEntry: false })?.isSymbolicLink()) return data
  const place = fs.readlinkSync(data)
  // A copied folder would otherwise share the files, and the running server, of the one it was copied from.
  if (places(dir).includes(dirname(place))) return place
  const fix = `put that folder in the place of the link ${data}, or remove the link to begin with an empty database`
  throw new Refusal('conflict', `This folder was copied or moved and its database stayed in ${place}; ${fix}.`)
}

/** Stops the server whose folder this is, if one still runs: fast, then at once, then by force. */
async function stopOrphan(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!fs.existsSync(file)) return
  const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0])
  const start = startOf(pid)
  const command = argumentsOf(pid).join(' ')
  if (start !== null && command.includes(`-D ${data} -p`)) {
    for (const [signal, seconds] of [
      ['SIGINT', 8],
      ['SIGQUIT', 3],
      ['SIGKILL', 3],
    ] as const) {
      signalled(pid, signal, data)
      const end = performance.now() + seconds * 1000
      while (performance.now() < end && startOf(pid) === start) await pause(20)
      if (startOf(pid) !== start) break
    }
  } else if (start !== null && command === '') return
  // What is left names a process that is gone or another's, and PostgreSQL would take the number for a rival.
  fs.rmSync(file, { force: true })
}

function signalled(pid: number, signal: NodeJS.Signals, data: string): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return
    throw new Refusal(
      'conflict',
      `Another user's PostgreSQL (process ${pid}) holds ${data}; stop it or start Troupe as that user.`,
    )
  }
}

function ownerOf(data: string): User | null {
  const found = fs.statSync(data, { throwIfNoEntry: false })
  if (!found) return null
  const self = process.getuid?.() ?? found.uid
  if (self !== 0 && found.uid !== self) {
    throw new Refusal('not_allowed', `The database in ${data} belongs to another user (${found.uid}); start Troupe as that user.`)
  }
  return { uid: found.uid, gid: found.gid }
}

/**
 * Where the files are to lie. A server under another user must be able to walk to them, so where the
 * clone lies behind a closed folder they are kept outside of it and `<dir>/postgres` is a link.
 */
function settle(dir: string, found: string, runner: Runner): string {
  const data = join(dir, 'postgres')
  if (runner.way !== 'drop' || found !== data) return found
  let place = data
  if (enterable(dirname(dir))) {
    fs.chmodSync(dir, fs.statSync(dir).mode | 0o001)
  } else {
    place = join(outside(dir), 'postgres')
    if (fs.existsSync(data)) move(data, place)
    fs.symlinkSync(place, data)
  }
  if (fs.existsSync(place)) spawnSync('chown', ['-R', `${runner.uid}:${runner.gid}`, place])
  return place
}

/** Moves a folder, across file systems too; it is at its old place until it is whole at the new one. */
function move(from: string, to: string): void {
  const partial = `${to}.partial`
  fs.rmSync(partial, { recursive: true, force: true })
  fs.cpSync(from, partial, { recursive: true, preserveTimestamps: true })
  fs.renameSync(partial, to)
  fs.rmSync(from, { recursive: true })
}

function passwordOf(dir: string): { password: string; fresh: boolean } {
  const file = join(dir, 'postgres.password')
  const known = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : ''
  if (known) return { password: known, fresh: false }
  const password = randomBytes(24).toString('hex')
  fs.writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return { password, fresh: true }
}

function initialise(place: string, runner: Runner, password: string, durable: boolean): void {
  // It is made beside its place and moved there whole, so a run killed in the middle leaves nothing half-made.
  const fresh = `${place}.new`
  const secret = `${place}.secret`
  fs.rmSync(fresh, { recursive: true, force: true })
  try {
    fs.mkdirSync(fresh, { mode: 0o700 })
    fs.writeFileSync(secret, password, { mode: 0o600 })
    if (runner.way === 'drop') for (const path of [fresh, secret]) fs.chownSync(path, runner.uid, runner.gid)
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = [`--username=${OWNER}`, `--pwfile=${secret}`, '--auth=scram-sha-256']
    run(runner, 'initdb', [`--pgdata=${fresh}`, ...locale, ...access, ...(durable ? [] : ['--no-sync'])], place)
    fs.renameSync(fresh, place)
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true })
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(place) : error
  } finally {
    fs.rmSync(secret, { force: true })
  }
}

/** A lost password is replaced from inside, where whoever owns the files needs none. */
function setPassword(data: string, runner: Runner, password: string): void {
  run(runner, 'postgres', ['--single', '-D', data, 'postgres'], data, `ALTER ROLE ${OWNER} PASSWORD '${password}'\n`)
}

function run(runner: Runner, tool: 'initdb' | 'postgres', args: string[], place: string, input = ''): void {
  const { program, args: full, options } = invocation(runner, tool, args)
  const ran = spawnSync(program, full, { ...options, input, encoding: 'utf8' })
  if (ran.status === 0) return
  const said = `${ran.stdout}\n${ran.stderr}`
  if (saysFull(said)) throw diskFull(place)
  throw new Refusal('invalid', `The database in ${place} could not be made: ${complaint(said)}.`)
}

/** The line of a log that names the cause: the last fatal one, else the last. */
export function complaint(text: string): string {
  const line =
    text
      .split('\n')
      .filter((each) => /(FATAL|PANIC|error):/.test(each))
      .at(-1) ?? lastLine(text)
  return (
    line
      .trim()
      .replace(/^.*?(FATAL|PANIC|error):\s*/, '')
      .replace(/\.$/, '') || 'it gave no reason'
  )
}
