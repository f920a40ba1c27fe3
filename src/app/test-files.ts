import { isLocated, type LocatedFile, type NotRead, readLocated } from '#collect/located-file.ts'
import { ONE_DOCUMENT } from '#collect/yaml-document.ts'
import type { Path } from '#schemas/form-problems.ts'
import type { AccessTests, TestProblem } from '#suite/access-tests.ts'
import { isAccessTests, readAccessTests } from '#suite/read-tests.ts'
import { type Code, UserError } from '../errors.ts'

/** A file of access tests, ready to run. */
export interface TestFile {
  /** As it was named. */
  readonly name: string
  readonly tests: AccessTests
  readonly lineOf: (path: Path) => number
}

/** Reads the text of a file of access tests; the first thing that is wrong with it is told, with its line. */
export async function readTestFile(text: string, name: string): Promise<TestFile> {
  if (text.trim() === '') throw new UserError('tests/none', `\`${name}\` is empty`, NONE)
  const located = await readLocated(text, name)
  if (!isLocated(located)) throw notRead(name, located)
  const read = readAccessTests(located.value)
  if (isAccessTests(read)) return { name, tests: read, lineOf: located.lineOf }
  throw problem(name, located, read)
}

const NONE = 'write a test: docs/access-tests.md shows the form; `--from-denial` writes those of a denial'

const FAULTS: Readonly<Record<NotRead['kind'], readonly [Code, string]>> = {
  unreadable: ['tests/unreadable', 'give YAML 1.2 or JSON; docs/access-tests.md shows the form'],
  'duplicate-key': ['tests/duplicate-key', 'keep one of the two'],
  'several-documents': ['tests/unreadable', ONE_DOCUMENT],
  'account-id': [
    'tests/account-id-without-quotes',
    'write account ids in quotes, leading zeros included: `"012345678901"`',
  ],
}

function notRead(name: string, { kind, problem: why }: NotRead): UserError {
  const [code, hint] = FAULTS[kind]
  return new UserError(
    code,
    code === 'tests/unreadable' ? `\`${name}\` cannot be read: ${why}` : `\`${name}\`: ${why}`,
    hint,
  )
}

const CODES: Readonly<Record<TestProblem['kind'], Code>> = {
  'wrong-form': 'tests/wrong-form',
  'unknown-field': 'tests/unknown-field',
  'missing-field': 'tests/wrong-form',
  'no-tests': 'tests/none',
  'account-id': 'tests/account-id-without-quotes',
  'too-many': 'tests/too-many',
}

function problem(name: string, { lineOf }: LocatedFile, problems: readonly TestProblem[]): UserError {
  const [first, ...rest] = problems
  if (first === undefined) return new UserError('tests/none', `\`${name}\` holds no test`, NONE)
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more like it)`
  return new UserError(CODES[first.kind], `\`${name}\`:${lineOf(first.path)}: ${first.message}${more}`, first.hint)
}
