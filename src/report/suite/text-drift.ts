import type { DriftReport, Finding } from '#suite/drift/drift.ts'
import type { GroupDeviation, GroupDrift } from '#suite/drift/group-drift.ts'
import type { Severity } from '#suite/drift/rules.ts'
import { block, type Page, paint, type Paint } from '../page.ts'
import { join } from '../text-decision.ts'

/** Each group with its normal form and its deviations, then what policies leave open, gravest first. */
export function driftText({ roles, groups, findings }: DriftReport, page: Page): string {
  const drifted = groups.filter(({ deviations }) => deviations.length > 0)
  const alike = groups.length - drifted.length
  return join([
    ...drifted.map((group) => groupLines(group, page)),
    findings.length === 0
      ? []
      : [paint(page, 'bold', 'Open trust'), ...findings.flatMap((finding) => findingLines(finding, page))],
    block(
      page,
      '',
      0,
      `${roles} roles: ${count(drifted.length, 'group')} with deviations, ${alike} alike; ${count(findings.length, 'finding')} of open trust`,
    ),
  ])
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

function groupLines(
  { group, name, normalForm, majority, isTied, members, deviations }: GroupDrift,
  page: Page,
): readonly string[] {
  const most = isTied ? 'no form stands most often; the first is' : `${majority} of ${members.length} have`
  return [
    ...block(page, paint(page, 'bold', name), 2, `${name}  (${group}: ${members.length} roles)`.slice(name.length)),
    ...block(page, '  ', 4, most),
    ...normalForm.flatMap((statement) => block(page, '    ', 6, statement)),
    ...members
      .filter(({ deviates }) => deviates)
      .flatMap(({ arn }) => [
        ...block(page, '  ', 4, arn),
        ...deviations
          .filter((deviation) => deviation.arn === arn)
          .flatMap((deviation) => deviationLines(deviation, page)),
      ]),
  ]
}

const COLORS: Readonly<Record<Severity, Paint>> = { security: 'red', warning: 'yellow', suggestion: 'dim' }

function deviationLines(
  { severity, rule, message, majority, here, file, line }: GroupDeviation,
  page: Page,
): readonly string[] {
  const [first = '', ...rest] = block(page, `    ${severity}`, 16, `${message} [${rule}]${placeText(file, line)}`)
  return [
    `    ${paint(page, COLORS[severity], severity)}${first.slice(4 + severity.length)}`,
    ...rest,
    ...(majority === null ? [] : block(page, '      - ', 8, majority)),
    ...(here === null ? [] : block(page, '      + ', 8, here)),
  ]
}

const placeText = (file: string | undefined, line: number | undefined): string =>
  file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`

function findingLines({ severity, rule, arn, message, file, line }: Finding, page: Page): readonly string[] {
  const [first = '', ...rest] = block(page, `  ${severity}`, 14, arn)
  return [
    `  ${paint(page, COLORS[severity], severity)}${first.slice(2 + severity.length)}`,
    ...rest,
    ...block(page, ' '.repeat(14), 16, `${message} [${rule}]${placeText(file, line)}`),
  ]
}
