import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DENIALS, startAnsweringAws, type World } from '../test/live/answering-aws.ts'
import { interleavedProcesses } from './process.ts'
import type { Row } from './rows.ts'
import { rounds } from './size.ts'

const ROOT = join(import.meta.dirname, '..')
const ROUNDS = rounds(9)
const DELAY = 40

interface Bar {
  readonly world: World
  readonly what: string
  /** Calls that may be made for one denial; how many are made is exact. */
  readonly calls: number
  /** Requests that the yardstick makes, one after the other. */
  readonly requests: number
  readonly times: number
}

const BARS: readonly Bar[] = [
  {
    world: 'bucket in an organization',
    what: 'S3 with KMS, four levels of an organization',
    calls: 40,
    requests: 6,
    times: 3,
  },
  { world: 'queue alone', what: 'a role and one resource alone', calls: 14, requests: 4, times: 2.7 },
]

/**
 * Row 16: `diagnose --live` of one denial, the whole process, at a server that answers each call after 40 ms; against a Node
 * that does nothing but wait for so many answers of it, one after the other.
 */
export async function liveRows(): Promise<Row[]> {
  const rows: Row[] = []
  for (const bar of BARS) rows.push(...(await measured(bar)))
  return rows
}

async function measured({ world, what, calls, requests, times }: Bar): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  const aws = await startAnsweringAws(world, DELAY, { each: true })
  const saved = { ...process.env }
  Object.assign(process.env, aws.env)
  try {
    const denial = join(folder, 'denial.txt')
    writeFileSync(denial, DENIALS[world])
    const waiting = `const { get } = require('node:http'); const ask = (left) => left > 0 && get('${aws.url}/', (answer) => answer.resume().on('end', () => ask(left - 1))); ask(${requests})`
    let made = 0
    const [empty, ours] = await interleavedProcesses(
      [
        { args: ['-e', waiting], before: () => (made = Math.max(made, aws.calls().length)) },
        { args: [join(ROOT, 'dist', 'cli', 'main.js'), 'diagnose', denial, '--live'], before: aws.reset },
      ],
      ROUNDS,
    )
    if (empty === undefined || ours === undefined) return []
    const ratio = ours.wallMilliseconds / empty.wallMilliseconds
    const common = { row: '16', yardstick: '-' }
    return [
      {
        ...common,
        what: `\`diagnose --live\`, ${what}: calls`,
        bar: `<= ${calls}`,
        ours: `${made}`,
        result: `${made}`,
        met: made <= calls,
      },
      {
        row: '16',
        what: `the same, each answered after ${DELAY} ms, whole process, against ${requests} requests one after the other`,
        bar: `<= ${times}x`,
        ours: `${ours.wallMilliseconds.toFixed(0)} ms`,
        yardstick: `${empty.wallMilliseconds.toFixed(0)} ms`,
        result: `${ratio.toFixed(2)}x`,
        met: ratio <= times,
      },
    ]
  } finally {
    aws.close()
    for (const name of Object.keys(aws.env)) {
      if (saved[name] === undefined) delete process.env[name]
      else process.env[name] = saved[name]
    }
    rmSync(folder, { recursive: true, force: true })
  }
}
