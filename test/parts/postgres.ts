import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { sharedPart } from './shared.ts'

/** The folder with `postgres` and `initdb`: of the PATH, else Debian's newest; undefined: PostgreSQL is not here. */
const programs: string | undefined = [...(process.env['PATH'] ?? '').split(delimiter), ...debianFolders()].find(
  (folder) => folder !== '' && existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')),
)

function debianFolders(): readonly string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  return readdirSync(root)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
}

/** Undefined: PostgreSQL is here. Else why its tests are skipped. */
export const noPostgres: string | undefined =
  programs === undefined ? 'PostgreSQL is not here; get it with: apt-get install postgresql' : undefined

/** PostgreSQL refuses to run as root; then it runs as somebody who is there on every machine. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = users.find((one) => one.startsWith('postgres:')) ?? users.find((one) => one.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

export interface DatabaseServer {
  readonly url: string
  /** A fresh database on the server. */
  readonly database: () => Promise<string>
  readonly remove: () => void
}

export interface Postgres extends DatabaseServer {
  /** The same on a disk of its own, of so many megabytes; undefined: this machine does not let us make one. */
  readonly smallDisk: (megabytes: number) => Promise<SmallDisk | undefined>
  /** As a crash: `immediate` recovers from the log when it starts again. */
  readonly stop: (mode: 'immediate' | 'fast') => Promise<void>
  readonly start: () => Promise<void>
}

export interface SmallDisk {
  readonly url: string
  /** Bytes. */
  readonly free: () => number
  readonly enlarge: (megabytes: number) => void
}

function freeOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** A server of its own on the loopback address, in a folder that goes with it. */
export async function startPostgres(): Promise<Postgres> {
  if (programs === undefined) throw new Error(noPostgres)
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-postgres-'))
  const who = owner()
  if (who.uid !== undefined && who.gid !== undefined) chownSync(folder, who.uid, who.gid)
  const data = join(folder, 'data')
  const bin = who.uid === undefined ? programs : forOthers(programs, folder, who)
  const port = await freePort()
  const options = { ...who, cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: folder } }
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'denytrace', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  })
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    server = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=100', '-c', 'fsync=off'],
      { ...options, stdio: 'ignore' },
    )
    await until(() => answers(port))
  }
  await start()
  const disks: string[] = []
  const base = `postgres://denytrace@127.0.0.1:${port}`
  const run = (text: string): Promise<void> => runOn(base, text)
  return {
    url: base,
    database: () => freshDatabase(base),
    smallDisk: async (megabytes) => {
      const disk = join(folder, `disk-${disks.length}`)
      mkdirSync(disk)
      const mount = (options: string): void =>
        void execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' })
      try {
        mount(`size=${megabytes}m`)
      } catch {
        return undefined
      }
      disks.push(disk)
      if (who.uid !== undefined && who.gid !== undefined) chownSync(disk, who.uid, who.gid)
      const name = `small${disks.length}`
      await run(`create tablespace ${name} location '${disk}'`)
      await run(`create database ${name} tablespace ${name}`)
      return { url: `${base}/${name}`, free: () => freeOf(disk), enlarge: (size) => mount(`remount,size=${size}m`) }
    },
    stop: async (mode) => {
      const gone = server === undefined ? undefined : once(server, 'exit')
      server?.kill(mode === 'immediate' ? 'SIGQUIT' : 'SIGINT')
      await gone
    },
    start,
    remove: () => {
      server?.kill('SIGQUIT')
      for (const disk of disks) execFileSync('umount', ['--lazy', disk])
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

/** Runs a statement on a server. */
async function runOn(base: string, text: string): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: `${base}/postgres` })
  await client.connect()
  await client.query(text)
  await client.end()
}

let made = 0

/** Its name is of this process: others make theirs on the same server. */
async function freshDatabase(base: string): Promise<string> {
  const name = `d${process.pid}_${(made += 1)}`
  await runOn(base, `create database ${name}`)
  return `${base}/${name}`
}

/** The server of this run of tests, else one of this file's own: for files that neither stop it nor fill its disk. */
export async function usePostgres(): Promise<DatabaseServer> {
  const url = await sharedPart('postgres')
  if (url === undefined) return startPostgres()
  return { url, database: () => freshDatabase(url), remove: () => undefined }
}

/** Programs in root's home are copied, for nobody else may look into it. */
function forOthers(folder: string, to: string, { uid = 0, gid = 0 }: ReturnType<typeof owner>): string {
  if (!folder.startsWith(homedir())) return folder
  const copy = join(to, 'native')
  cpSync(dirname(folder), copy, { recursive: true, verbatimSymlinks: true })
  execFileSync('chown', ['-R', `${uid}:${gid}`, copy])
  return join(copy, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answers(port: number): Promise<boolean> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: `postgres://denytrace@127.0.0.1:${port}/postgres` })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('PostgreSQL did not start')
}
