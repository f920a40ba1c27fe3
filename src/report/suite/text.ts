import type { FileRun, PlacedOutcome, SuiteRun } from '#suite/suite-run.ts'
import { block, type Page, paint } from '../page.ts'
import { join } from '../text-decision.ts'
import { caseText, failureOf } from './failure.ts'

/** Each test on a line, each failed case below its test with every reason. */
export function suiteText(run: SuiteRun, page: Page): string {
  return join([...run.files.flatMap((file) => [fileLines(file, page)]), totalLines(run, page)])
}

function fileLines({ file, outcomes }: FileRun, page: Page): string[] {
  const tests = new Map<string, PlacedOutcome[]>()
  for (const outcome of outcomes) {
    // Two tests may have one name; they stand apart in the file.
    const key = `${String(outcome.case.path[1])} ${outcome.case.name}`
    const members = tests.get(key) ?? []
    tests.set(key, members)
    members.push(outcome)
  }
  return [...block(page, '', 2, file), ...[...tests.values()].flatMap((members) => testLines(file, members, page))]
}

function testLines(file: string, outcomes: readonly PlacedOutcome[], page: Page): string[] {
  const failed = outcomes.filter(({ passed }) => !passed)
  const [first] = outcomes
  if (first === undefined) return []
  const word = failed.length === 0 ? 'ok  ' : 'FAIL'
  const count =
    outcomes.length === 1
      ? ''
      : failed.length === 0
        ? `  (${outcomes.length})`
        : `  (${failed.length} of ${outcomes.length})`
  const [line = '', ...rest] = block(page, `  ${word}`, 8, `${first.case.name}${count}`)
  const painted = `  ${paint(page, failed.length === 0 ? 'green' : 'red', word)}${line.slice(2 + word.length)}`
  return [painted, ...rest, ...failed.flatMap((outcome) => failureLines(file, outcome, page))]
}

function failureLines(file: string, outcome: PlacedOutcome, page: Page): string[] {
  const { title, details } = failureOf(outcome)
  const { from } = outcome.case
  const origin =
    from === undefined
      ? ''
      : `written from the denial ${[from.requestId, from.eventId, from.time].filter((part) => part !== undefined).join(', ')}`
  return [
    ...block(page, '        ', 10, caseText(outcome)),
    ...block(page, '          ', 12, title),
    ...details.flatMap((detail) => block(page, '            ', 14, detail)),
    ...block(page, '          ', 12, `${file}:${outcome.line}${origin === '' ? '' : `, ${origin}`}`),
  ]
}

function totalLines({ files }: SuiteRun, page: Page): string[] {
  const all = files.flatMap(({ outcomes }) => outcomes)
  const failed = all.filter(({ passed }) => !passed)
  const open = failed.filter(({ difference }) => difference?.kind === 'undetermined').length
  const passed = all.length - failed.length
  const text = `${passed} passed, ${failed.length} failed${open === 0 ? '' : ` (${open} undetermined)`}`
  return [paint(page, failed.length === 0 ? 'green' : 'red', text)]
}
