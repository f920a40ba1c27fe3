/** A folder with fix.sh and its files, and a PATH on which `aws` is a stand-in and `canary` leaves a mark. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filesOf } from '#app/fix.ts'
import type { Call } from '#fix/script/call.ts'
import type { FixInHand } from '#fix/proof/fix.ts'

const HERE = import.meta.dirname

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Stand {
  readonly folder: string
  readonly run: (args?: readonly string[], shell?: string) => Ran
  /** The words of each call of `aws`, and none of the run before. */
  readonly calls: () => readonly (readonly string[])[]
  readonly isMarked: () => boolean
  /** The verb whose next calls fail after they were made. */
  readonly failAt: (verb: string) => void
  /** Somebody else changes every document that is there. */
  readonly changeAll: (document: object | null) => void
  /** The documents in force. */
  readonly documents: () => readonly Record<string, unknown>[]
  readonly close: () => void
}

/** Under which the stand-in keeps what a call names: the same as aws.mjs makes of its words. */
function keyOf({ is, options }: Call): string {
  const names = options.flatMap(([name, value]) => {
    if (/^--(?:query|region|version-id|attribute-names)$/.test(name)) return []
    return typeof value === 'string' ? [value] : 'url' in value ? [value.url] : []
  })
  return createHash('sha256')
    .update(JSON.stringify([is.split(' ')[0], names.toSorted()]))
    .digest('hex')
}

/** What the script needs besides bash, where only one of the two programs that compare is there. */
const TOOLS = ['bash', 'sh', 'dirname', 'mktemp', 'rm', 'cat', 'grep', 'diff', 'tr', 'env']

/** A folder on its own as the whole PATH, with Python and without Node. */
function pathWithPython(bin: string): string | undefined {
  const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' })
  if (python.status !== 0) return undefined
  symlinkSync(python.stdout.trim(), join(bin, 'python3'))
  for (const tool of TOOLS) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
    symlinkSync(found, join(bin, tool))
  }
  return bin
}

/** `accounts`: the account of each profile, `''` where none is named. */
export function standFor(
  fix: FixInHand,
  accounts: Readonly<Record<string, string>>,
  compares: 'node' | 'python3' = 'node',
): Stand {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace stand-'))
  const [stub, bin, out] = ['stub', 'bin', 'out'].map((name) => join(folder, name)) as [string, string, string]
  for (const one of [stub, bin, out, join(folder, 'elsewhere')]) mkdirSync(one)
  const program = readFileSync(join(HERE, 'aws.mjs'), 'utf8').replace('/usr/bin/env node', process.execPath)
  writeFileSync(join(bin, 'aws'), program, { mode: 0o755 })
  writeFileSync(join(bin, 'package.json'), '{"type":"module"}')
  const mark = join(folder, 'marked')
  writeFileSync(join(bin, 'canary'), `#!/bin/sh\n: > '${mark}'\n`, { mode: 0o755 })
  for (const { name, text } of filesOf({ diagnosis: { steps: [] } as never, fix }, { withTests: false, subject: {} }))
    writeFileSync(join(out, name), text)
  for (const { recipe } of fix.changes) {
    const read = recipe?.read.findLast((line): line is Call => typeof line === 'object' && 'is' in line)
    if (read !== undefined && recipe?.before !== null && recipe?.isValue !== true)
      writeFileSync(join(stub, `${keyOf(read)}.json`), JSON.stringify(recipe?.before ?? null))
  }
  writeFileSync(join(stub, 'accounts.json'), JSON.stringify(accounts))
  const path = compares === 'node' ? `${bin}:${process.env['PATH'] ?? ''}` : (pathWithPython(bin) ?? '')
  const env = { ...process.env, PATH: path, STUB: stub }
  const log = join(stub, 'calls.jsonl')
  return {
    folder: out,
    run: (args = [], shell = 'bash') => {
      rmSync(log, { force: true })
      const cwd = join(folder, 'elsewhere')
      const ran = spawnSync(shell, [join(out, 'fix.sh'), ...args], { cwd, env, encoding: 'utf8' })
      return { code: ran.status, out: ran.stdout, err: ran.stderr }
    },
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as string[])
        : [],
    isMarked: () => existsSync(mark),
    failAt: (verb) => writeFileSync(join(stub, 'fails'), verb),
    changeAll: (document) => {
      for (const name of readdirSync(stub).filter((one) => /^[0-9a-f]{64}\.json$/.test(one)))
        writeFileSync(join(stub, name), JSON.stringify(document))
    },
    documents: () =>
      readdirSync(stub)
        .filter((one) => /^[0-9a-f]{64}\.json$/.test(one))
        .map((name) => JSON.parse(readFileSync(join(stub, name), 'utf8')) as Record<string, unknown>),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
