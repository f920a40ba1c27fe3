import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ASKED, type Size, writeOrganization } from './organization.ts'
import { interleavedProcesses, type ProcessFigure } from './process.ts'
import type { Row } from './rows.ts'
import { rounds, sized } from './size.ts'

const MAIN = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js')
/** Hardly anything to read: what remains is the start of the program. */
const SMALLEST: Size = { accounts: 1, roles: 10 }
const SIZES: readonly Size[] = [
  { accounts: 20, roles: 1_000 },
  { accounts: 100, roles: 10_000 },
  ...sized([{ accounts: 1_000, roles: 100_000 }], []),
]
const ROUNDS = rounds(7)
/** The largest takes seconds. */
const GROWTH_ROUNDS = rounds(3)

/** Rows 5 and 12: who-can over whole organizations, whole processes, against an empty Node. */
export async function whoCanRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  try {
    const commands = [SMALLEST, ...SIZES].map((size) => {
      const snapshot = join(folder, String(size.roles))
      writeOrganization(snapshot, size)
      return [MAIN, 'who-can', ASKED.action, ASKED.resource, '--snapshot', snapshot]
    })
    const [, , large = []] = commands
    const [empty, ours] = await interleavedProcesses([['-e', '0'], large], ROUNDS)
    const grown = await interleavedProcesses(commands, GROWTH_ROUNDS)
    if (empty === undefined || ours === undefined) return []
    return [wallRow(empty, ours), memoryRow(ours), growthRow(grown), growthMemoryRow(grown)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function wallRow(empty: ProcessFigure, ours: ProcessFigure): Row {
  const ratio = ours.wallMilliseconds / empty.wallMilliseconds
  return {
    row: '5',
    what: 'who-can over 10,000 roles in 100 accounts, whole process, against `node -e 0`',
    bar: '<= 12x',
    ours: `${ours.wallMilliseconds.toFixed(0)} ms`,
    yardstick: `${empty.wallMilliseconds.toFixed(0)} ms`,
    result: `${ratio.toFixed(1)}x`,
    met: ratio <= 12,
  }
}

function memoryRow({ peakMegabytes }: ProcessFigure): Row {
  const shown = peakMegabytes === undefined ? '-' : `${peakMegabytes.toFixed(0)} MB`
  return {
    row: '5',
    what: 'the same: peak of resident memory',
    bar: '<= 200 MB',
    ours: shown,
    yardstick: '-',
    result: shown,
    met: peakMegabytes === undefined ? undefined : peakMegabytes <= 200,
  }
}

/** What a thousand roles cost beyond the start must not grow with how many there are. */
function growthRow([smallest, ...figures]: readonly ProcessFigure[]): Row {
  const start = smallest?.wallMilliseconds ?? Number.NaN
  const perThousand = figures.map(
    ({ wallMilliseconds }, i) => (1000 * (wallMilliseconds - start)) / (SIZES[i]?.roles ?? 1),
  )
  const ratio = Math.max(...perThousand) / (perThousand[0] ?? Number.NaN)
  return {
    row: '12',
    what: 'who-can over 1,000, 10,000, 100,000 roles: time per 1,000 beyond the start',
    bar: '<= 1.3x',
    ours: perThousand.map((value) => `${value.toFixed(1)} ms`).join(', '),
    yardstick: '-',
    result: `${ratio.toFixed(2)}x`,
    met: ratio <= 1.3,
  }
}

function growthMemoryRow(figures: readonly ProcessFigure[]): Row {
  const peaks = figures.slice(1).map(({ peakMegabytes }) => peakMegabytes)
  return {
    row: '12',
    what: 'the same: peak of resident memory',
    bar: '-',
    ours: peaks.map((peak) => (peak === undefined ? '-' : `${peak.toFixed(0)} MB`)).join(', '),
    yardstick: '-',
    result: '-',
    met: undefined,
  }
}
