import { existsSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { openInputs, writeText } from '#app/files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { storedDenialsOf } from '#app/store/denials.ts'
import { withStore } from '#app/store/open-store.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import { testsFromDenials } from '#app/tests-from-denials.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { diagnoseOptions } from '../diagnose-options.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'
import type { TEST_OPTIONS } from '../test-options.ts'
import { warn, warnOfProblems } from '../warn.ts'
import { storeOptions } from '../store-options.ts'

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
  const policySource = await loadPolicySource({ snapshot, scenario, commandLineOptions: given }, io.stdin)
  const inputs = values.denial.length > 0 ? [] : openInputs(files, io.stdin)
  const evidence =
    values.denial.length > 0 ? await storedEvidence(values, files, io) : await readPasted(inputs, files, io)
  const named = {
    ...(policySource.kind === 'snapshot' && snapshot !== undefined ? { snapshot: seenFrom(out, snapshot) } : {}),
    ...(policySource.kind === 'scenario' && scenario !== undefined ? { scenario: seenFrom(out, scenario) } : {}),
  }
  const options = await diagnoseOptions(values, io)
  const { text, skipped } = testsFromDenials({ ...evidence, policySource }, named, options)
  for (const one of skipped) warn(io, one)
  warnOfProblems(io, policySource)
  if (text === undefined) {
    tellFault(
      io,
      evidence.denials.some(isDenial)
        ? new UserError(
            'input/no-denial',
            'no denial names who, what and on which resource',
            'give the CloudTrail event',
          )
        : noDenial(namesOf(inputs), evidence.denials),
    )
    return EXIT.unreadable
  }
  if (out === undefined) io.out(text)
  else writeText(out, text)
  return EXIT.ok
}

function readPasted(inputs: ReturnType<typeof openInputs>, files: readonly string[], io: Io): Promise<Evidence> {
  promptForPaste(io, files)
  return readEvidence(inputs)
}

async function storedEvidence(
  { denial, store: url }: Args['values'],
  files: readonly string[],
  io: Io,
): Promise<Evidence> {
  const [file] = files
  if (file !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      `both \`${file}\` and \`--denial\` are given`,
      'give one of the two',
    )
  return withStore(url, storeOptions(io), (store) => storedDenialsOf(store, denial))
}

/** Paths in a file of tests are from its folder. */
function seenFrom(out: string | undefined, path: string): string {
  if (out === undefined) return path
  const seen = relative(dirname(resolve(out)), resolve(path))
    .split(sep)
    .join('/')
  return seen.startsWith('.') || seen.startsWith('/') ? seen : `./${seen}`
}
