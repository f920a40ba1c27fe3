/** Calls of the system that fail in this process: the n-th that writes below a folder, or all from it on. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

export type Fault = 'ENOSPC' | 'EIO' | 'EACCES'

export interface Failing {
  readonly folder: string
  /** Which call fails, from 1. */
  readonly at: number
  readonly fault: Fault
}

/** What each call that writes is. A full disk lets files be moved and removed. */
const CALLS = [
  'openSync',
  'writeSync',
  'writeFileSync',
  'appendFileSync',
  'fsyncSync',
  'mkdirSync',
  'renameSync',
] as const
type Call = (typeof CALLS)[number]

const FAILS: Readonly<Record<Fault, readonly Call[]>> = {
  ENOSPC: ['openSync', 'writeSync', 'writeFileSync', 'appendFileSync', 'fsyncSync', 'mkdirSync'],
  EIO: CALLS,
  EACCES: ['openSync', 'writeFileSync', 'appendFileSync', 'mkdirSync', 'renameSync'],
}

/** Runs `work` while the disk fails; a full one stays full. `calls`: those below the folder that could have failed. */
export async function onFailingDisk<T>(
  { folder, at, fault }: Failing,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly calls: number; readonly failed: readonly string[] }> {
  const real = Object.fromEntries(CALLS.map((name) => [name, fs[name]])) as unknown as Record<
    Call,
    (...args: never[]) => unknown
  >
  const files = new Set<unknown>()
  const failed: string[] = []
  let calls = 0
  for (const name of FAILS[fault])
    Object.assign(fs, {
      [name]: (...args: unknown[]): unknown => {
        if (isWrite(name, args, folder, files)) {
          calls++
          if (calls === at || (fault === 'ENOSPC' && calls > at)) {
            failed.push(`${name} ${String(args[0])}`)
            throw faultOf(fault, name, args[0])
          }
        }
        const result = real[name](...(args as never[]))
        if (name === 'openSync' && isWrite(name, args, folder, files)) files.add(result)
        return result
      },
    })
  syncBuiltinESMExports()
  try {
    return { result: await work(), calls, failed }
  } finally {
    Object.assign(fs, real)
    syncBuiltinESMExports()
  }
}

function isWrite(
  name: Call,
  [target, flags]: readonly unknown[],
  folder: string,
  files: ReadonlySet<unknown>,
): boolean {
  if (typeof target === 'number') return files.has(target)
  if (!String(target).startsWith(folder)) return false
  if (name !== 'openSync') return true
  return typeof flags === 'number' ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0 : flags !== 'r'
}

/** As Node throws it: of a call on an open file without a path. */
function faultOf(code: Fault, name: Call, target: unknown): Error {
  const syscall = name.replace(/FileSync$|Sync$/, '')
  const error = new Error(`${code}: no, ${syscall}`)
  return Object.assign(error, { code, syscall, errno: -1 }, typeof target === 'string' ? { path: target } : {})
}
