import type { FileRun, PlacedOutcome, SuiteRun } from '#suite/suite-run.ts'
import { caseText, failureOf } from './failure.ts'

/** JUnit XML as GitLab, Jenkins and others read it: a suite for each file, a test case for each case. */
export function suiteJunit({ files }: SuiteRun): string {
  const all = files.flatMap(({ outcomes }) => outcomes)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="denytrace" ${counts(all)}>`,
    ...files.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n')
}

const counts = (outcomes: readonly PlacedOutcome[]): string =>
  `tests="${outcomes.length}" failures="${outcomes.filter(({ passed }) => !passed).length}" errors="0" skipped="0"`

function suiteLines({ file, outcomes }: FileRun): readonly string[] {
  return [
    `  <testsuite name="${attribute(file)}" ${counts(outcomes)}>`,
    ...outcomes.flatMap((outcome) => caseLines(file, outcome)),
    '  </testsuite>',
  ]
}

function caseLines(file: string, outcome: PlacedOutcome): readonly string[] {
  const { case: accessCase, passed, difference } = outcome
  const name = `${accessCase.name}: ${accessCase.expected === 'allowed' ? 'allow' : 'deny'} ${caseText(outcome)}`
  const head = `    <testcase classname="${attribute(file)}" name="${attribute(name)}" file="${attribute(file)}" line="${outcome.line}"`
  if (passed) return [`${head}/>`]
  const { title, details } = failureOf(outcome)
  return [
    `${head}>`,
    `      <failure type="${difference?.kind ?? 'failed'}" message="${attribute(title)}">${content([`${file}:${outcome.line}`, ...details].join('\n'))}</failure>`,
    '    </testcase>',
  ]
}

/** Characters that XML 1.0 cannot hold at all, escaped or not. https://www.w3.org/TR/xml/#charsets */
const NOT_XML =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const content = (text: string): string =>
  text.replace(NOT_XML, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const attribute = (text: string): string =>
  content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\r', '&#13;').replaceAll('\t', '&#9;')
