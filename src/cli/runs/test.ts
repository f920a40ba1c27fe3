import { appendFileSync } from 'node:fs'
import { readText, writeText } from '#app/files.ts'
import { fixesOf, type FinishedRun, runTestFiles, type SubjectChoice, type TestRunOptions } from '#app/test.ts'
import { readTestFile, type TestFile } from '#app/test-files.ts'
import { isAccountId } from '#iam/arn.ts'
import { toJson } from '#report/json.ts'
import { showsFixes, suiteReport } from '#report/suite/reports.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { nearest } from '../nearest.ts'
import { readingsOf } from '../reading-option.ts'
import { promptForPaste } from '../tell.ts'
import { REPORTERS, type Reporter, type TEST_OPTIONS } from '../test-options.ts'
import { testPaths } from '../test-paths.ts'
import { packageVersion } from '../version.ts'
import { warn } from '../warn.ts'

type Args = Arguments<typeof TEST_OPTIONS>

export async function runTest(args: Args, io: Io): Promise<number> {
  const { values, files } = args
  if (values.schema) {
    const { FILE_SCHEMAS } = await import('#app/file-schemas.ts')
    io.out(toJson(FILE_SCHEMAS.test()))
    return EXIT.ok
  }
  if (values['from-denial']) return (await import('./test-from-denial.ts')).runFromDenial(args, io)
  if (values.denial.length > 0)
    throw new UserError(
      'usage/conflicting-options',
      '`--denial` goes with `--from-denial`',
      'write `denytrace test --from-denial --denial ID`',
    )
  if (values.out !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      '`--out` goes with `--from-denial`',
      'a report into a file is `--reporter FORMAT=FILE`',
    )
  const reports = reportsOf(args)
  const options = runOptions(args)
  const paths = testPaths(files, io.stdinIsTerminal)
  if (values.watch) {
    const { watchTests } = await import('../watch-tests.ts')
    return watchTests(paths, () => runOnce(paths, options, reports, io), io)
  }
  return (await runOnce(paths, options, reports, io)).code
}

/** Outcome of a run of the tests, and the files it read besides them. */
export interface Once {
  readonly code: number
  readonly sources: readonly string[]
}

async function runOnce(
  paths: readonly string[],
  options: TestRunOptions,
  reports: readonly Report[],
  io: Io,
): Promise<Once> {
  promptForPaste(io, paths)
  const files: TestFile[] = []
  for (const path of paths) {
    const { name, text } = await readText(path, io.stdin)
    files.push(await readTestFile(text, name))
  }
  const finished = await runTestFiles(files, options)
  for (const report of reports) tell(report, finished, io)
  for (const problem of finished.run.problems) warn(io, problem)
  const hasFailed = finished.run.files.some(({ outcomes }) => outcomes.some(({ passed }) => !passed))
  return { code: hasFailed ? EXIT.bad : EXIT.ok, sources: finished.run.sources }
}

interface Report {
  readonly reporter: Reporter
  readonly file: string | undefined
}

/** What `--reporter` names; what goes to standard output is one report, by it or by `--format`. */
function reportsOf({ values }: Args): readonly Report[] {
  const named = values.reporter.map(reportOf)
  const onOutput = named.filter(({ file }) => file === undefined)
  if (onOutput.length > 1)
    throw new UserError(
      'usage/conflicting-options',
      'two reporters would write to standard output',
      'give all but one a file: `--reporter junit=report.xml`',
    )
  if (onOutput.length === 1) return named
  return [{ reporter: (values.format ?? 'text') as Reporter, file: undefined }, ...named]
}

function reportOf(text: string): Report {
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  const file = at < 0 ? undefined : text.slice(at + 1)
  const reporter = REPORTERS.find((one) => one === name)
  if (reporter !== undefined && file !== '') return { reporter, file }
  const near = nearest(name, REPORTERS)
  throw new UserError(
    'usage/not-a-value',
    reporter === undefined ? `there is no reporter \`${name}\`` : `\`--reporter ${text}\` names no file`,
    reporter !== undefined
      ? 'write `--reporter FORMAT=FILE`, or `--reporter FORMAT` for standard output'
      : near === undefined
        ? `there are ${REPORTERS.join(', ')}`
        : `did you mean \`${near}\`?`,
  )
}

function tell({ reporter, file }: Report, finished: FinishedRun, io: Io): void {
  const { run } = finished
  const fixes = showsFixes(reporter) ? fixesOf(finished) : new Map()
  const text = suiteReport(reporter, run, { page: io.page, version: packageVersion, fixes })
  if (file === undefined) io.out(text)
  else writeText(file, text)
  if (reporter !== 'github') return
  const summary = io.env['GITHUB_STEP_SUMMARY']
  if (summary === undefined || summary === '') return
  try {
    appendFileSync(summary, suiteReport('markdown', run, { page: io.page, version: packageVersion, fixes }))
  } catch (error) {
    warn(io, `the step summary could not be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Options on the command line beat what the files name; those of the environment fill in where a file names nothing. */
function runOptions({ values, given }: Args): TestRunOptions {
  const { snapshot, scenario, terraform, cloudformation, account, region } = values
  if (account !== undefined && !isAccountId(account))
    throw new UserError(
      'usage/not-a-value',
      `\`--account\` cannot be \`${account}\``,
      'an account id has twelve digits, leading zeros included',
    )
  const readings = readingsOf(values.reading)
  const all: SubjectChoice = {
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(terraform === undefined ? {} : { terraform }),
    ...(cloudformation === undefined ? {} : { cloudformation }),
  }
  const chosen = Object.fromEntries(Object.entries(all).filter(([name]) => given.has(name))) as SubjectChoice
  const [other] = Object.keys(chosen).filter((name) => name !== 'scenario')
  if (chosen.scenario !== undefined && other !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      `both \`--scenario\` and \`--${other}\` are given`,
      'a scenario holds its own policies: give one of the two',
    )
  const planned = {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(values['no-organization'] ? { noOrganization: true } : {}),
    ...(values['plain-references'] ? { plainReferences: true } : {}),
  }
  const otherwise = scenario === undefined || given.has('scenario') ? all : { scenario }
  return {
    chosen: { ...chosen, ...planned },
    otherwise: { ...otherwise, ...planned },
    ...(readings === undefined ? {} : { readings }),
  }
}
