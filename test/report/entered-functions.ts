/**
 * The functions of src/ that are entered while an incident of examples/ is told, by V8's own count: before its text is
 * printed, and while it is; for each way to tell it, in turn. Run from the sources, whose files are their rooms:
 * `node --import tsx … FOLDER --short|--verbose|--json …`.
 */
import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { searchEvidence, shownResult, wholeResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import { toJson } from '#report/json.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const SRC = new URL('../../src/', import.meta.url).href

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

/** Since it was last asked: by room, the functions of src/ that were entered. */
async function entered(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const found: Record<string, string[]> = {}
  for (const { url, functions } of result) {
    if (!url.startsWith(SRC)) continue
    const file = url.slice(SRC.length)
    for (const { functionName, ranges } of functions) {
      const [range] = ranges
      // What begins with the file is the file itself, entered when it is loaded.
      if (range === undefined || range.count === 0 || range.startOffset === 0) continue
      ;(found[file.split('/')[0] ?? ''] ??= []).push(`${file} ${functionName || `at ${range.startOffset}`}`)
    }
  }
  return found
}

const [folder = '', ...ways] = process.argv.slice(2)
const page = { columns: 100, isTerminal: true, color: true }
const told: object[] = []
for (const how of ways) {
  const evidence = evidenceOfText(readFileSync(join(folder, 'denial.json'), 'utf8'), 'denial.json')
  const snapshot = await loadSnapshot(join(folder, 'snapshot'))
  const searched = searchEvidence({ ...evidence, policySource: { kind: 'snapshot', snapshot } })
  const view = { verbose: how === '--verbose' }
  const finished = how === '--json' ? wholeResult(searched) : shownResult(searched, view)
  const before = await entered()
  const text =
    'timeline' in finished && how !== '--json' ? diagnosesText(finished as never, page, view) : toJson(finished)
  told.push({ before, printing: await entered(), length: text.length })
}
process.stdout.write(JSON.stringify(told))
