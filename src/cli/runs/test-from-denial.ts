import { existsSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { openInputs, writeText } from '#app/files.ts'
import { isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { loadSubject } from '#app/subject.ts'
import { testsFromDenials } from '#app/tests-from-denials.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { diagnoseOptions } from '../diagnose-options.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'
import type { TEST_OPTIONS } from '../test-options.ts'
import { warn, warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof TEST_OPTIONS>

/** Reads denials and writes the tests that keep them from coming back. */
export async function runFromDenial({ values, files, given }: Args, io: Io): Promise<number> {
  const { out, snapshot, scenario } = values
  if (out !== undefined && existsSync(out))
    throw new UserError(
      'output/not-written',
      `\`${out}\` is there already`,
      'name a new file, then move the tests over',
    )
  const subject = await loadSubject({ snapshot, scenario, given }, io.stdin)
  promptForPaste(io, files)
  const inputs = openInputs(files, io.stdin)
  const evidence = await readEvidence(inputs)
  const named = {
    ...(subject.kind === 'snapshot' && snapshot !== undefined ? { snapshot: seenFrom(out, snapshot) } : {}),
    ...(subject.kind === 'scenario' && scenario !== undefined ? { scenario: seenFrom(out, scenario) } : {}),
  }
  const options = await diagnoseOptions({ ...values, 'session-policy': [] }, io)
  const { text, skipped } = testsFromDenials(evidence, subject, named, options)
  for (const one of skipped) warn(io, one)
  warnOfProblems(io, subject)
  if (text === undefined) {
    tellFault(
      io,
      evidence.denials.some(isDenial)
        ? new UserError(
            'input/no-denial',
            'no denial names who, what and on which resource',
            'give the CloudTrail event',
          )
        : noDenial(namesOf(inputs)),
    )
    return EXIT.unreadable
  }
  if (out === undefined) io.out(text)
  else writeText(out, text)
  return EXIT.ok
}

/** Paths in a file of tests are from its folder. */
function seenFrom(out: string | undefined, path: string): string {
  if (out === undefined) return path
  const seen = relative(dirname(resolve(out)), resolve(path))
    .split(sep)
    .join('/')
  return seen.startsWith('.') || seen.startsWith('/') ? seen : `./${seen}`
}
