import type { Page } from '#report/page.ts'
import { suiteText } from '#report/suite/text.ts'
import { resultOf } from '#suite/suite-run.ts'
import { UserError } from '../errors.ts'
import type { NamedFolder } from './answer-question.ts'
import { runTestFiles, type TestRunOptions } from './test.ts'
import { readTestFile } from './test-files.ts'

/** A finished run of tests that came as a text: as data, and as a text for a page. */
export interface RunOfTests {
  readonly result: object
  readonly text: (page: Page) => string
}

/**
 * Runs access tests that somebody else wrote, against a snapshot by its name: whatever the file says that it is held against is left,
 * and no file that it names is read.
 *
 * @throws UserError where the text is no file of tests, the snapshot is none, or a session policy is given by a path
 */
export async function runTestsOf(
  text: string,
  name: string | undefined,
  folders: readonly NamedFolder[],
  onCase?: TestRunOptions['onCase'],
): Promise<RunOfTests> {
  const folder = name === undefined ? folders[0] : folders.find((named) => named.name === name)
  if (folder === undefined) throw noSnapshot(name, folders)
  const file = await readTestFile(text, 'tests')
  const isPath = (policy: unknown): boolean => typeof policy === 'string' && !policy.startsWith('arn:')
  if (file.tests.tests.some(({ session }) => session.policies?.some(isPath) === true))
    throw new UserError(
      'tests/wrong-form',
      'a session policy is given by the path of a file, and no file is read here',
      'write the policy document into the tests, or its ARN',
    )
  const { run } = await runTestFiles([file], {
    chosen: { snapshot: folder.folder },
    otherwise: {},
    ...(onCase === undefined ? {} : { onCase }),
  })
  return { result: resultOf(run), text: (page) => suiteText(run, page) }
}

function noSnapshot(name: string | undefined, folders: readonly NamedFolder[]): UserError {
  const names = folders.map((named) => `\`${named.name}\``).join(', ')
  return new UserError(
    'http/unknown-snapshot',
    name === undefined ? 'tests are held against a snapshot, and there is none' : `there is no snapshot \`${name}\``,
    names === '' ? 'start with `--snapshot NAME=DIR`' : `there are ${names}`,
  )
}
